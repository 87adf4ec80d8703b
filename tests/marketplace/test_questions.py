"""What bidders ask: answered alike for all, and nobody is told who asked."""

import datetime
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.access import Refused
from core.models import Event, Notice
from core.roles import Role
from marketplace.holdings import of_organisation
from marketplace.models import BidderQuestion, Watch
from marketplace.policies.questions import MOST_WAITING, usual_cut_off
from marketplace.queries.questions import (
    people_to_tell,
    published_answers,
    questions_answerable_by,
    questions_asked_by,
    questions_to_answer,
)
from marketplace.services import questions as services
from marketplace.services.questions import (
    answer_alone,
    publish_answers,
    set_question_aside,
    unwatch_opportunity,
    watch_opportunity,
    withdraw_question,
)
from tests.factories.bids import joint_bid
from tests.factories.core import UserFactory, member
from tests.factories.questions import asking

pytestmark = pytest.mark.django_db

LATER = datetime.timedelta(days=11)


def publish(scene, **values):
    told = {"by": scene.manager, "opportunity": scene.opportunity, "arrived_at": timezone.now()}
    return publish_answers(**{**told, **values})


def told(person, kind):
    return Notice.objects.filter(recipient=person, kind=f"marketplace/{kind}")


# --- asking


def test_question_is_with_the_body_without_who_asked():
    scene = asking()
    question = scene.ask("  Are rooms part of it? ")
    assert (question.text, question.status) == ("Are rooms part of it?", "asked")
    (shown,) = questions_to_answer(scene.opportunity)
    assert shown.text == question.text
    assert scene.organisation.name not in str(shown)
    (notice,) = told(scene.manager, "question_asked")
    assert scene.organisation.name not in notice.subject + notice.body
    assert scene.asker.name not in notice.subject + notice.body
    event = Event.objects.get(action="question.ask")
    assert event.organisation_id == scene.organisation.pk
    assert question.text not in str(event.after) + event.object_name


def test_body_loads_nothing_of_who_asked():
    scene = asking()
    question = scene.answer(scene.ask())
    publish(scene)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        questions_to_answer(scene.opportunity)
        list(published_answers(scene.opportunity))
        questions_answerable_by(scene.manager).get(pk=question.pk)
    asked = [query["sql"] for query in queries if 'FROM "marketplace_bidderquestion"' in query["sql"]]
    assert len(asked) >= 3
    assert not any("asked_by_id" in sql or 'bidderquestion"."organisation_id"' in sql for sql in asked)


def test_same_form_sent_twice_is_one_question():
    scene, key = asking(), uuid4()
    assert scene.ask(form_key=key) == scene.ask(form_key=key)
    with pytest.raises(Refused, match="sent before"):
        scene.ask(by=member(Role.OWNER), form_key=key)
    assert BidderQuestion.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_question_says_something_that_can_be_read(text):
    with pytest.raises(Refused):
        asking().ask(text)


def test_questions_end_at_the_cut_off_to_the_second():
    scene = asking()
    ends = scene.opportunity.questions_until
    assert scene.ask(arrived_at=ends - datetime.timedelta(seconds=1)).pk
    with pytest.raises(Refused, match="Questions were taken until"):
        scene.ask(arrived_at=ends)


@pytest.mark.parametrize("state", ["is_closed", "in_evaluation"])
def test_nothing_is_asked_once_bidding_is_over(state):
    scene = asking(questions_until=None, **{state: True})
    with pytest.raises(Refused, match="takes no bids now"):
        scene.ask()


def test_who_may_not_bid_may_not_ask():
    scene = asking()
    for person in (member(Role.VIEWER, scene.organisation), scene.manager, member(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            scene.ask(by=person)
    assert not BidderQuestion.objects.exists()


def test_only_so_many_wait_for_one_provider():
    scene = asking()
    first, *_others = [scene.ask() for _number in range(MOST_WAITING)]
    assert scene.ask(by=member(Role.OWNER)).pk
    with pytest.raises(Refused, match="wait for an answer"):
        scene.ask()
    withdraw_question(by=scene.asker, question=first)
    assert scene.ask().pk


def test_asker_takes_it_back_until_an_answer_is_ready():
    scene = asking()
    question = scene.ask()
    for person in (scene.manager, member(Role.OWNER)):
        with pytest.raises(PermissionDenied):
            withdraw_question(by=person, question=question)
    assert withdraw_question(by=scene.asker, question=question).status == "withdrawn"
    second = scene.answer(scene.ask())
    with pytest.raises(Refused):
        withdraw_question(by=scene.asker, question=second)


# --- answering for everyone


def test_answer_is_nobodys_before_it_is_published():
    scene = asking()
    question = scene.answer(scene.ask(), told="Is housing part of it?")
    assert not published_answers(scene.opportunity).exists()
    assert question.status == "answered"
    row = next(each for each in of_organisation(scene.organisation, scene.asker) if each.name == "questions_asked")
    assert (row.rows[0]["answer"], row.rows[0]["status"]) == ("", "asked")
    again = scene.answer(question, "No.", told="Is housing part of it?")
    assert again.answer == "No."


def test_published_answers_are_everybodys_with_numbers_and_one_time():
    scene = asking()
    for number in range(3):
        scene.answer(scene.ask(f"Question {number}?"))
    scene.ask("Not ready?")
    publish(scene)
    rows = list(published_answers(scene.opportunity))
    assert sorted(row.number for row in rows) == [1, 2, 3]
    assert len({row.published_at for row in rows}) == 1
    publish_second = scene.answer(scene.ask("And this?"))
    publish(scene)
    publish_second.refresh_from_db()
    assert publish_second.number == 4


def test_numbers_are_drawn(monkeypatch):
    scene = asking()
    asked = [scene.answer(scene.ask(f"Question {number}?")).pk for number in range(4)]
    drawn = []
    monkeypatch.setattr(services.secrets.SystemRandom, "shuffle", lambda self, rows: drawn.append(rows.reverse()))
    publish(scene)
    assert drawn
    by_number = list(published_answers(scene.opportunity).order_by("number").values_list("pk", flat=True))
    assert by_number == asked[::-1]


def test_everybody_concerned_is_told_at_once_and_alike():
    scene = asking()
    joint = joint_bid(scene.opportunity)
    watcher, stranger = UserFactory(), UserFactory()
    watch_opportunity(by=watcher, opportunity=scene.opportunity)
    watch_opportunity(by=watcher, opportunity=scene.opportunity)
    scene.answer(scene.ask())
    publish(scene)
    notices = [
        told(person, "questions_answered").get()
        for person in (scene.asker, joint.writer, joint.partner_owner, watcher)
    ]
    assert len({(notice.subject, notice.body, notice.url) for notice in notices}) == 1
    assert not told(stranger, "questions_answered")
    unwatch_opportunity(by=watcher, opportunity=scene.opportunity)
    assert watcher not in people_to_tell(scene.opportunity)
    assert not Watch.objects.exists()


def test_nothing_ready_is_not_published():
    scene = asking()
    scene.ask()
    with pytest.raises(Refused, match="No answer is ready"):
        publish(scene)


def test_answers_end_with_the_deadline():
    scene = asking()
    question = scene.answer(scene.ask())
    late = scene.opportunity.closes_at
    for act in (
        lambda: publish(scene, arrived_at=late),
        lambda: scene.answer(question, arrived_at=late),
        lambda: set_question_aside(by=scene.manager, question=question, reason="No.", arrived_at=late),
        lambda: answer_alone(by=scene.director, question=question, answer="A", reason="B", arrived_at=late),
    ):
        with pytest.raises(Refused, match="Bidding is over"):
            act()


def test_only_the_body_answers():
    scene = asking()
    question = scene.ask()
    for person in (
        scene.asker,
        member(Role.COMMISSIONING_MANAGER),
        member(Role.PANEL_MEMBER, scene.opportunity.organisation),
    ):
        with pytest.raises(PermissionDenied):
            services.write_answer(by=person, question=question, told="T", answer="A", arrived_at=timezone.now())
        with pytest.raises(PermissionDenied):
            publish(scene, by=person)
        assert not questions_answerable_by(person).exists()


@pytest.mark.parametrize(("told_text", "answer"), [("", "A"), ("T", " "), ("T" * 2001, "A"), ("T", "A" * 5001)])
def test_answer_has_both_texts(told_text, answer):
    scene = asking()
    with pytest.raises(Refused):
        scene.answer(scene.ask(), answer, told=told_text)


# --- for one alone, or not at all


def test_answer_for_one_alone_needs_a_director_and_a_reason():
    scene = asking()
    question = scene.ask()
    now = timezone.now()
    with pytest.raises(PermissionDenied):
        answer_alone(by=scene.manager, question=question, answer="Yes.", reason="It tells how.", arrived_at=now)
    with pytest.raises(Refused, match="Say why only one bidder"):
        answer_alone(by=scene.director, question=question, answer="Yes.", reason=" ", arrived_at=now)
    answer_alone(by=scene.director, question=question, answer="Yes.", reason="It tells how.", arrived_at=now)
    assert questions_asked_by(scene.asker).get().answer == "Yes."
    assert not published_answers(scene.opportunity).exists()
    assert "It tells how." in told(scene.asker, "question_answered_alone").get().body
    assert Event.objects.get(action="question.answer_alone").reason == "It tells how."
    with pytest.raises(Refused):
        scene.answer(question)


def test_set_aside_tells_the_asker_why():
    scene = asking()
    question = scene.ask()
    with pytest.raises(Refused, match="Say why it is not answered"):
        set_question_aside(by=scene.manager, question=question, reason="", arrived_at=timezone.now())
    set_question_aside(by=scene.manager, question=question, reason="It is in the text.", arrived_at=timezone.now())
    assert "It is in the text." in told(scene.asker, "question_set_aside").get().body


def test_askers_see_their_own_alone():
    scene = asking()
    scene.ask()
    assert questions_asked_by(scene.asker).count() == 1
    for person in (member(Role.OWNER), scene.manager, scene.director, member(Role.AUDITOR)):
        assert not questions_asked_by(person).exists()


def test_act_is_undone_when_the_record_fails(monkeypatch):
    scene = asking()
    question = scene.answer(scene.ask())
    before = Notice.objects.count()
    monkeypatch.setattr(services.audit, "record", lambda *args, **kwargs: 1 / 0)
    for act in (
        scene.ask,
        lambda: publish(scene),
        lambda: set_question_aside(by=scene.manager, question=question, reason="R", arrived_at=timezone.now()),
    ):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            act()
    question.refresh_from_db()
    assert (question.status, BidderQuestion.objects.count(), Notice.objects.count()) == ("answered", 1, before)


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "published"},
        {"status": "asked", "number": 1},
        {"status": "answered"},
        {"status": "private", "answer": "A"},
        {"status": "set_aside"},
        {"status": "lost"},
        {"text": ""},
    ],
)
def test_database_refuses_what_cannot_be(columns):
    question = asking().ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        BidderQuestion.objects.filter(pk=question.pk).update(**columns)


# --- the cut-off


@given(
    minutes=st.integers(min_value=0, max_value=2_000_000),
    days=st.integers(min_value=1, max_value=400),
)
def test_usual_cut_off_lies_inside_the_time_for_bids(minutes, days):
    opens = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(minutes=minutes)
    closes = opens + datetime.timedelta(days=days)
    ends = usual_cut_off(opens, closes)
    assert opens < ends < closes
    assert (closes - ends) * 3 <= (ends - opens) + datetime.timedelta(minutes=4)
    assert usual_cut_off(opens, None) is None
