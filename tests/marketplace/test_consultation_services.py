"""A consultation from its draft to what was heard: each act, each refusal, all or nothing."""

import datetime
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.access import Refused, Stale
from core.audit import first_break
from core.models import Event, Organisation, User
from core.roles import Role
from marketplace.drafts import ReplyWords, RoundWords, ThemeWords
from marketplace.models import AnsweringKey, ConsultationRound, NoConsultation
from marketplace.policies.opportunities import may_publish_opportunity
from marketplace.services.consultation_answers import open_answers
from marketplace.services.consultation_replies import publish_reply, save_reply, take_back_reply
from marketplace.services.consultations import (
    cancel_round,
    draft_round,
    edit_round,
    publish_round,
    record_no_consultation,
    withdraw_no_consultation,
)
from marketplace.services.opportunities import publish_opportunity
from marketplace.states import RoundPhase
from tests.factories.consultations import HEARD, RoundFactory, answered, heard_on, opened, replied
from tests.factories.core import CommissionerFactory, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory, without_consultation

pytestmark = pytest.mark.django_db


def words(**changes: object) -> RoundWords:
    closes_at = timezone.now() + datetime.timedelta(days=14)
    return replace(RoundWords(("What is missing?", "What would help?"), closes_at), **changes)


def days(number: int) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=number)


@pytest.fixture
def body() -> Organisation:
    return CommissionerFactory()


@pytest.fixture
def manager(body: Organisation) -> User:
    return member(Role.COMMISSIONING_MANAGER, body)


@pytest.fixture
def director(body: Organisation) -> User:
    return member(Role.DIRECTOR, body)


@pytest.fixture
def need(body: Organisation):
    return NeedFactory(published=True, organisation=body)


# --- Asking ------------------------------------------------------------------------------------------


def test_draft_stands_with_its_questions_and_is_made_once(manager, need) -> None:
    key = uuid4()
    made = draft_round(by=manager, need=need, words=words(asks_practitioners=False), form_key=key)
    assert draft_round(by=manager, need=need, words=words(), form_key=key) == made
    assert [(each.number, each.text) for each in made.questions.all()] == [
        (1, "What is missing?"),
        (2, "What would help?"),
    ]
    assert (made.number, made.status, made.asks_practitioners) == (1, "draft", False)
    assert draft_round(by=manager, need=need, words=words(), form_key=uuid4()).number == 2
    with pytest.raises(Refused, match="sent before"):
        draft_round(by=member(Role.DIRECTOR, need.organisation), need=need, words=words(), form_key=key)
    assert Event.objects.filter(action="consultation.draft").count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"questions": ()}, "from one to 10"),
        ({"questions": ("Why?",) * 11}, "from one to 10"),
        ({"opens_at": days(20)}, "after it opens"),
        (dict.fromkeys(("asks_providers", "asks_practitioners", "asks_lived_experience"), False), "whom you ask"),
    ],
)
def test_draft_that_makes_no_sense_is_refused(changes: dict, sentence: str, manager, need) -> None:
    with pytest.raises(Refused, match=sentence):
        draft_round(by=manager, need=need, words=words(**changes), form_key=uuid4())
    assert not ConsultationRound.objects.exists()
    assert not Event.objects.exists()


def test_people_are_asked_about_open_public_needs_by_those_who_run_it(manager, body) -> None:
    for status, sentence in (("draft", "Publish this need first"), ("closed", "no longer open")):
        reason = "Because." if status == "closed" else ""
        asked = NeedFactory(organisation=body, published=status != "draft", status=status, closing_reason=reason)
        with pytest.raises(Refused, match=sentence):
            draft_round(by=manager, need=asked, words=words(), form_key=uuid4())
    for person in (member(Role.PRACTITIONER, body), member(Role.DIRECTOR), member(Role.OWNER)):
        with pytest.raises(PermissionDenied):
            draft_round(by=person, need=asked, words=words(), form_key=uuid4())


def test_edit_replaces_the_questions_once(manager, need) -> None:
    made = RoundFactory(need=need)
    edit_round(by=manager, consultation=made, words=words(questions=("Why?",)), version=1)
    with pytest.raises(Stale):
        edit_round(by=manager, consultation=made, words=words(), version=1)
    assert [each.text for each in made.questions.all()] == ["Why?"]
    with pytest.raises(Refused, match="already be answering"):
        edit_round(by=manager, consultation=RoundFactory(need=need, is_open=True), words=words(), version=1)


def test_publish_opens_it_now_or_later_and_makes_its_secret(manager, need) -> None:
    now = timezone.now()
    made = publish_round(by=manager, consultation=RoundFactory(need=need), version=1, arrived_at=now)
    assert (made.status, made.opens_at, made.phase_at(now)) == ("published", now, RoundPhase.OPEN)
    assert len(AnsweringKey.objects.get(round=made).secret) == 64
    later = RoundFactory(need=need, opens_at=days(20), closes_at=days(30))
    later = publish_round(by=manager, consultation=later, version=1)
    assert later.phase_at(now) == RoundPhase.SCHEDULED
    assert later.phase_at(days(31)) == RoundPhase.CLOSED
    assert first_break() == ""


def test_publish_refuses_what_cannot_be_answered(manager, need) -> None:
    made = RoundFactory(need=need, closes_at=timezone.now() + datetime.timedelta(hours=23))
    with pytest.raises(Refused, match="at least a day"):
        publish_round(by=manager, consultation=made, version=1)
    made = RoundFactory(need=need)
    with pytest.raises(Stale, match="as it is now"):
        publish_round(by=manager, consultation=made, version=2)
    made.questions.all().delete()
    with pytest.raises(Refused, match="at least one question"):
        publish_round(by=manager, consultation=made, version=1)
    with pytest.raises(PermissionDenied):
        publish_round(by=member(Role.DIRECTOR), consultation=made, version=1)


def test_two_rounds_on_a_need_are_never_open_at_once(manager, need) -> None:
    RoundFactory(need=need, is_open=True)
    with pytest.raises(Refused, match="Another round"):
        publish_round(by=manager, consultation=RoundFactory(need=need), version=1)
    after = RoundFactory(need=need, opens_at=days(15), closes_at=days(20))
    assert publish_round(by=manager, consultation=after, version=1).status == "published"


def test_cancel_deletes_the_answers_and_says_why(manager, need) -> None:
    made = RoundFactory(need=need, is_open=True)
    answered(made)
    with pytest.raises(Refused, match="Say why"):
        cancel_round(by=manager, consultation=made, reason=" ")
    cancel_round(by=manager, consultation=made, reason="The law has changed.")
    made.refresh_from_db()
    assert (made.status, made.cancelling_reason) == ("cancelled", "The law has changed.")
    assert not made.answers.exists()
    assert not AnsweringKey.objects.exists()
    with pytest.raises(Refused, match="now “cancelled”"):
        cancel_round(by=manager, consultation=made, reason="Again.")


def test_round_whose_answers_were_read_is_not_cancelled(manager, need) -> None:
    made = opened(RoundFactory(need=need, is_closed=True))
    with pytest.raises(Refused, match="have been read"):
        cancel_round(by=manager, consultation=made, reason="We did not like it.")


# --- Opening and replying ----------------------------------------------------------------------------


def test_answers_open_after_closing_once_and_are_counted(manager, need) -> None:
    made = RoundFactory(need=need, is_closed=True)
    answered(made)
    answered(made, anonymous=True)
    for minutes in (-1, 4):
        at = made.closes_at + datetime.timedelta(minutes=minutes)
        with pytest.raises(Refused, match="Nobody reads"):
            open_answers(by=manager, consultation=made, arrived_at=at)
    made = open_answers(by=manager, consultation=made, arrived_at=timezone.now())
    assert (made.named_answers, made.anonymous_answers, made.answers_opened_by) == (1, 1, manager)
    assert Event.objects.get(action="consultation.open_answers").after == {
        "named_answers": 1,
        "anonymous_answers": 1,
    }
    with pytest.raises(Refused, match="open already"):
        open_answers(by=manager, consultation=made, arrived_at=timezone.now())
    with pytest.raises(PermissionDenied):
        open_answers(by=member(Role.DIRECTOR), consultation=made, arrived_at=timezone.now())


def test_reply_is_written_published_and_taken_back_to_mend(manager, director, need) -> None:
    made = opened(RoundFactory(need=need, is_closed=True))
    heard = ReplyWords("Nights.", "Open at night.", [ThemeWords("Open at night", "We will."), ThemeWords("Food")])
    reply = save_reply(by=manager, consultation=made, words=heard, version=0)
    with pytest.raises(Stale, match="began this"):
        save_reply(by=manager, consultation=made, words=heard, version=0)
    save_reply(by=director, consultation=made, words=replace(heard, themes=heard.themes[:1]), version=1)
    assert [(each.theme, each.response) for each in reply.themes.all()] == [("Open at night", "We will.")]
    with pytest.raises(Stale, match="as it is now"):
        publish_reply(by=manager, reply=reply, version=1)
    publish_reply(by=manager, reply=reply, version=2)
    with pytest.raises(Refused, match="A director can take it back"):
        save_reply(by=manager, consultation=ConsultationRound.objects.get(), words=heard, version=2)
    with pytest.raises(PermissionDenied):
        take_back_reply(by=manager, reply=reply, reason="A number was wrong.")
    taken = take_back_reply(by=director, reply=reply, reason="A number was wrong.")
    assert (taken.status, taken.published_at, taken.published_by) == ("draft", None, None)
    assert Event.objects.get(action="consultation.take_back_reply").reason == "A number was wrong."


def test_reply_waits_for_the_answers_and_says_both(manager, need) -> None:
    made = RoundFactory(need=need, is_closed=True)
    with pytest.raises(Refused, match="read the answers first"):
        save_reply(by=manager, consultation=made, words=HEARD, version=0)
    made = opened(made)
    with pytest.raises(Refused, match="both"):
        save_reply(by=manager, consultation=made, words=ReplyWords("Nights.", " "), version=0)
    with pytest.raises(PermissionDenied):
        save_reply(by=member(Role.DIRECTOR), consultation=made, words=HEARD, version=0)


# --- Why nobody is asked -----------------------------------------------------------------------------


def test_reason_for_asking_nobody_is_recorded_once_by_a_director_and_taken_back(director, manager, need) -> None:
    with pytest.raises(PermissionDenied):
        record_no_consultation(by=manager, need=need, reason="Asked last year.")
    with pytest.raises(Refused, match="Say why"):
        record_no_consultation(by=director, need=need, reason=" ")
    record_no_consultation(by=director, need=need, reason=" Asked last year. ")
    assert NoConsultation.objects.get().reason == "Asked last year."
    with pytest.raises(Refused, match="recorded already"):
        record_no_consultation(by=director, need=need, reason="Again.")
    with pytest.raises(Refused, match="Take that back first"):
        publish_round(by=manager, consultation=RoundFactory(need=need), version=1)
    other = member(Role.DIRECTOR, need.organisation)
    withdraw_no_consultation(by=other, need=need, reason="We have time after all.")
    assert not NoConsultation.objects.exists()
    with pytest.raises(Refused, match="taken this back already"):
        withdraw_no_consultation(by=other, need=need, reason="Twice.")
    assert [event.action for event in Event.objects.order_by("sequence")] == [
        "need.no_consultation",
        "need.consult_after_all",
    ]


def test_who_asks_cannot_say_that_nobody_is_asked(director, need) -> None:
    RoundFactory(need=need, is_open=True)
    with pytest.raises(Refused, match="There is a consultation"):
        record_no_consultation(by=director, need=need, reason="No time.")


# --- No opportunity before the record ----------------------------------------------------------------


@pytest.fixture
def opportunity(body, director, need):
    made = OpportunityFactory(organisation=body, created_by=director)
    made.needs.set([need])
    return made


def test_opportunity_waits_for_what_was_heard_on_each_of_its_needs(opportunity, director, need, body) -> None:
    sentence = f"“{need.title}”, under Consultation"
    with pytest.raises(Refused, match=sentence):
        publish_opportunity(by=director, opportunity=opportunity, version=1)
    made = RoundFactory(need=need, is_closed=True)
    assert sentence in str(may_publish_opportunity(director, opportunity).reason)
    reply = replied(opened(made), published=False)
    assert not may_publish_opportunity(director, opportunity)
    publish_reply(by=director, reply=reply, version=1)
    assert may_publish_opportunity(director, opportunity)
    second = NeedFactory(published=True, organisation=body)
    opportunity.needs.add(second)
    assert f"“{second.title}”" in str(may_publish_opportunity(director, opportunity).reason)
    without_consultation(second)
    assert publish_opportunity(by=director, opportunity=opportunity, version=1).status == "open"


@pytest.mark.parametrize("how", ["is_open", "is_closed"])
def test_opportunity_waits_for_a_second_round_that_was_not_answered_for(how, opportunity, director, need) -> None:
    heard_on(need)
    assert may_publish_opportunity(director, opportunity)
    later = RoundFactory(need=need, **{how: True})
    assert not may_publish_opportunity(director, opportunity)
    cancel_round(by=director, consultation=later, reason="Not needed.")
    assert may_publish_opportunity(director, opportunity)


def test_what_an_opportunity_rests_on_is_not_taken_back(opportunity, director, need, body) -> None:
    reply = heard_on(need)
    plain = without_consultation(NeedFactory(published=True, organisation=body))
    opportunity.needs.add(plain)
    publish_opportunity(by=director, opportunity=opportunity, version=1)
    with pytest.raises(Refused, match="rests on this"):
        take_back_reply(by=director, reply=reply, reason="Wrong.")
    with pytest.raises(Refused, match="rests on this"):
        withdraw_no_consultation(by=director, need=plain, reason="Wrong.")


# --- The database keeps the same rules ---------------------------------------------------------------


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "over"},
        {"status": "cancelled"},
        {"asks_providers": False, "asks_practitioners": False, "asks_lived_experience": False},
        {"opens_at": days(60)},
        {"published_at": None},
        {"answers_opened_at": days(20)},
        {"number": 2},
    ],
)
def test_round_out_of_shape_is_refused_by_the_database(columns: dict) -> None:
    made = RoundFactory(is_open=True)
    RoundFactory(need=made.need)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsultationRound.objects.filter(pk=made.pk).update(**columns)
