"""Two at once: what is ready is published once, what is answered is not taken back, no more wait than may.

Each control takes the lock away and must go wrong; a control that holds would prove nothing.
"""

import pytest
from django.utils import timezone

from core.access import Refused
from core.models import Event
from marketplace.models import BidderQuestion
from marketplace.policies import questions as policy
from marketplace.services import questions
from marketplace.services.questions import publish_answers, withdraw_question
from tests.factories.questions import asking
from tests.marketplace.test_bid_races import both_at_once, meet_before, without_locks

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


def published_by_two(monkeypatch):
    """What two got who published at once."""
    scene = asking()
    for number in range(3):
        scene.answer(scene.ask(f"Question {number}?"))
    meet_before(monkeypatch, questions, "may_answer_questions")
    told = {"opportunity": scene.opportunity, "arrived_at": timezone.now()}
    return both_at_once(
        lambda: publish_answers(by=scene.manager, **told), lambda: publish_answers(by=scene.director, **told)
    )


def test_answers_are_published_once(monkeypatch):
    answers = published_by_two(monkeypatch)
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "list"]
    assert Event.objects.filter(action="opportunity.answer_questions").count() == 1


def answered_while_taken_back(monkeypatch):
    """What the asker and the body got; one of them comes too late."""
    scene = asking()
    question = scene.ask()
    meet_before(monkeypatch, questions, "may_withdraw_question")
    meet_before(monkeypatch, questions, "may_answer_questions")
    return both_at_once(
        lambda: withdraw_question(by=scene.asker, question=question), lambda: scene.answer(question)
    )


def test_question_is_answered_or_taken_back(monkeypatch):
    answers = answered_while_taken_back(monkeypatch)
    assert sum(isinstance(answer, Refused) for answer in answers) == 1


def asked_by_two(monkeypatch):
    """How many questions wait where one may, and two people of the same charity ask at once."""
    scene = asking()
    monkeypatch.setattr(policy, "MOST_WAITING", 1)
    meet_before(monkeypatch, policy, "count_waiting")
    # Both have counted before either goes on.
    meet_before(monkeypatch, questions, "_given")
    both_at_once(scene.ask, scene.ask)
    return BidderQuestion.objects.count()


def test_no_more_wait_than_may(monkeypatch):
    assert asked_by_two(monkeypatch) == 1


def test_control_without_the_lock_more_wait(monkeypatch):
    without_locks(monkeypatch, questions)
    assert asked_by_two(monkeypatch) == 2
