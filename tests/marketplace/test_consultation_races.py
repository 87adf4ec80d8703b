"""Two at once: one round is open on a need, one answer is kept of a person, closing waits for what came in time.

Each control takes the lock away and must go wrong; a control that holds would prove nothing.
"""

import datetime
import threading
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.utils import timezone

from core.roles import Role
from marketplace.drafts import Capacity
from marketplace.models import AnsweringKey, ConsultationAnswer, ConsultationRound, NoConsultation, Opportunity
from marketplace.policies.opportunities import may_publish_opportunity
from marketplace.services import consultation_answers, consultation_replies, consultations, opportunities
from tests.factories.consultations import RoundFactory, heard_on
from tests.factories.core import CommissionerFactory, UserFactory, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory
from tests.marketplace.test_bid_races import PATIENCE, both_at_once, meet_before

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]

MODULES = (consultations, consultation_answers, consultation_replies)


def without_locks(monkeypatch):
    """The services read what they change without holding it."""

    def as_it_is(consultation):
        return ConsultationRound.objects.select_related("need__organisation").get(pk=consultation.pk)

    for module in MODULES:
        monkeypatch.setattr(module, "locked_round", as_it_is)
        if hasattr(module, "locked_need"):
            monkeypatch.setattr(module, "locked_need", lambda need: need)


@pytest.fixture(autouse=True)
def _meeting(monkeypatch):
    """A place in every service where two callers can meet: after the policy, before the write."""
    monkeypatch.setattr(consultations, "_meet", lambda: None, raising=False)
    for module in (*MODULES, opportunities):
        asked = module.require

        def required(verdict, asked=asked):
            asked(verdict)
            consultations._meet()

        monkeypatch.setattr(module, "require", required)


# --- Two rounds published at once ---------------------------------------------------------------------


def publish_two(monkeypatch):
    """Two managers each publish a round on one need at the same moment."""
    need = NeedFactory(published=True)
    by = member(Role.COMMISSIONING_MANAGER, need.organisation)
    first, second = RoundFactory(need=need), RoundFactory(need=need)
    meet_before(monkeypatch, consultations, "_meet")
    both_at_once(
        lambda: consultations.publish_round(by=by, consultation=first, version=1),
        lambda: consultations.publish_round(by=by, consultation=second, version=1),
    )
    return ConsultationRound.objects.filter(status="published").count()


def test_one_of_two_rounds_published_at_once_stands(monkeypatch):
    assert publish_two(monkeypatch) == 1


def test_two_rounds_published_at_once_both_stand_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    assert publish_two(monkeypatch) == 2


def publish_and_explain(monkeypatch):
    """A round is published at the moment at which a director records that nobody is asked."""
    need = NeedFactory(published=True)
    by, made = member(Role.DIRECTOR, need.organisation), RoundFactory(need=need)
    meet_before(monkeypatch, consultations, "_meet")
    both_at_once(
        lambda: consultations.publish_round(by=by, consultation=made, version=1),
        lambda: consultations.record_no_consultation(by=by, need=need, reason="No time."),
    )
    return ConsultationRound.objects.filter(status="published").count() + NoConsultation.objects.count()


def test_a_need_is_asked_about_or_says_why_not(monkeypatch):
    assert publish_and_explain(monkeypatch) == 1


def test_a_need_is_asked_about_and_says_why_not_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    assert publish_and_explain(monkeypatch) == 2


# --- Answering -----------------------------------------------------------------------------------------


def answering(consultation, by, *, anonymous=True):
    return lambda: consultation_answers.answer_round(
        by=by,
        consultation=consultation,
        capacity=Capacity("lived_experience"),
        texts={1: "Open at night."},
        anonymous=anonymous,
        form_key=uuid4(),
        arrived_at=consultation.closes_at - datetime.timedelta(seconds=1),
    )


def answer_twice(monkeypatch):
    """One person sends two answers without a name from two windows at the same moment."""
    consultation, person = RoundFactory(is_open=True), UserFactory()
    meet_before(monkeypatch, consultation_answers, "mark_of")
    both_at_once(answering(consultation, person), answering(consultation, person))
    return ConsultationAnswer.objects.count()


def test_one_answer_of_a_person_is_kept(monkeypatch):
    assert answer_twice(monkeypatch) == 1


def test_two_answers_of_a_person_are_kept_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    assert answer_twice(monkeypatch) == 2


def answer_together(monkeypatch):
    """Two people answer at the same moment; each leaves a mark in the one list."""
    consultation = RoundFactory(is_open=True)
    meet_before(monkeypatch, consultation_answers, "mark_of")
    both_at_once(answering(consultation, UserFactory()), answering(consultation, UserFactory()))
    return len(AnsweringKey.objects.get().marks)


def test_two_people_who_answer_at_once_both_leave_a_mark(monkeypatch):
    assert answer_together(monkeypatch) == 2


def test_one_mark_of_two_people_is_lost_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    assert answer_together(monkeypatch) == 1


def open_and_answer(monkeypatch):
    """An answer that came in time is still being kept at the moment at which the answers are opened."""
    consultation = RoundFactory(is_closed=True)
    answering_now, opening = threading.Event(), threading.Event()
    by, now = member(Role.DIRECTOR, consultation.need.organisation), timezone.now()
    mark, record = consultation_answers.mark_of, consultation_answers._record

    def mark_late(*args):
        answering_now.set()
        opening.wait(timeout=PATIENCE)
        return mark(*args)

    def record_at_once(*args, **kwargs):
        opening.set()
        return record(*args, **kwargs)

    monkeypatch.setattr(consultation_answers, "mark_of", mark_late)
    monkeypatch.setattr(consultation_answers, "_record", record_at_once)

    def open_meanwhile():
        # Not before the answer has found the list of marks: after that it would simply be too late.
        answering_now.wait(timeout=PATIENCE)
        return consultation_answers.open_answers(by=by, consultation=consultation, arrived_at=now)

    both_at_once(answering(consultation, UserFactory()), open_meanwhile)
    return ConsultationRound.objects.get().anonymous_answers, ConsultationAnswer.objects.count()


def test_an_answer_is_counted_or_refused_with_a_sentence_while_the_answers_are_opened(monkeypatch):
    counted, kept = open_and_answer(monkeypatch)
    assert counted == kept


def test_an_answer_breaks_while_the_answers_are_opened_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    with pytest.raises(DatabaseError, match="did not affect any rows"):
        open_and_answer(monkeypatch)


# --- A reply taken back while an opportunity that rests on it is published -----------------------------


def take_back_and_publish(monkeypatch):
    body = CommissionerFactory()
    director, need = member(Role.DIRECTOR, body), NeedFactory(published=True, organisation=body)
    reply = heard_on(need)
    opportunity = OpportunityFactory(organisation=body)
    opportunity.needs.set([need])
    assert may_publish_opportunity(director, opportunity)
    meet_before(monkeypatch, consultations, "_meet")
    both_at_once(
        lambda: consultation_replies.take_back_reply(by=director, reply=reply, reason="A number was wrong."),
        lambda: opportunities.publish_opportunity(by=director, opportunity=opportunity, version=1),
    )
    reply.refresh_from_db()
    return reply.status, Opportunity.objects.get().status


def test_no_opportunity_is_published_on_what_is_being_taken_back(monkeypatch):
    assert take_back_and_publish(monkeypatch) in {("draft", "draft"), ("published", "open")}


def test_an_opportunity_is_published_on_what_is_being_taken_back_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    monkeypatch.setattr(opportunities, "locked_needs_of", lambda opportunity: list(opportunity.needs.all()))
    assert take_back_and_publish(monkeypatch) == ("draft", "open")
