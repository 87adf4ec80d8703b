"""Two at once: one decision counts, and nobody is moved who said no a moment before.

Each control takes the lock away and must go wrong; a control that holds would prove nothing.
"""

import contextlib
from threading import Barrier, BrokenBarrierError

import pytest

from marketplace.models import Bid, Replacement
from marketplace.services import replacement_decisions, replacements
from marketplace.services.replacements import decline_replacement
from tests.factories.covers import registered_outsider
from tests.factories.replacements import change, opened
from tests.marketplace.test_bid_races import PATIENCE, both_at_once, meet_before, without_locks

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


def refusing(made, replacement):
    return lambda: replacement_decisions.refuse_replacement(
        by=made.chair.user, replacement=replacement, reason="It cannot do the work."
    )


def two_decisions(monkeypatch):
    """What a decision each way at the same moment gave; the second is told in a sentence about the state."""
    made, replacement = opened()
    made.declare(replacement)
    meet_before(monkeypatch, replacement_decisions, "is_reason")
    answers = both_at_once(lambda: made.accept(replacement), refusing(made, replacement))
    replacement.refresh_from_db()
    moved = made.bid.members.filter(organisation=made.coming).exists()
    return answers, replacement.status, moved


def test_of_two_decisions_one_counts(monkeypatch):
    answers, status, moved = two_decisions(monkeypatch)
    assert [isinstance(answer, Replacement) for answer in answers].count(True) == 1
    assert moved is (status == "accepted")
    assert "can no longer be done" in str(next(each for each in answers if not isinstance(each, Replacement)))


def test_control_without_the_lock_the_second_decision_is_told_too_late(monkeypatch):
    without_locks(monkeypatch, replacements)
    answers, _status, _moved = two_decisions(monkeypatch)
    refusal = next(each for each in answers if not isinstance(each, Replacement))
    assert "changed this replacement a moment ago" in str(refusal)


def propose_two(monkeypatch):
    made = change()
    other = registered_outsider()
    meet_before(monkeypatch, replacements, "may_take_place")
    return both_at_once(made.propose, lambda: made.propose(coming=other))


def test_of_two_proposals_one_stands_and_the_other_is_told(monkeypatch):
    answers = propose_two(monkeypatch)
    assert Replacement.objects.count() == 1
    assert "One change at a time" in str(next(each for each in answers if not isinstance(each, Replacement)))


def test_control_without_the_lock_the_second_proposal_breaks(monkeypatch):
    without_locks(monkeypatch, replacements)
    answers = propose_two(monkeypatch)
    assert Replacement.objects.count() == 1
    assert "replacement_one_at_a_time" in str(next(each for each in answers if not isinstance(each, Replacement)))


def accept_while_it_is_declined(monkeypatch):
    """What both were told, and whether somebody was moved who had said no."""
    made, replacement = opened()
    made.declare(replacement)
    barrier = Barrier(2)
    together(monkeypatch, barrier, replacement_decisions, "may_accept_replacement")
    together(monkeypatch, barrier, replacements, "may_decline_replacement")
    answers = both_at_once(
        lambda: made.accept(replacement),
        lambda: decline_replacement(by=made.joint.partner_owner, replacement=replacement),
    )
    replacement.refresh_from_db()
    moved = Bid.objects.get(pk=made.bid.pk).members.filter(organisation=made.coming).exists()
    assert moved is (replacement.status == "accepted")
    return str(next(each for each in answers if not isinstance(each, Replacement)))


def together(monkeypatch, barrier, module, name):
    """Two different functions wait for each other, once both have answered, or until a lock keeps one away."""
    function = getattr(module, name)

    def waiting(*args, **kwargs):
        verdict = function(*args, **kwargs)
        with contextlib.suppress(BrokenBarrierError):
            barrier.wait(timeout=PATIENCE)
        return verdict

    monkeypatch.setattr(module, name, waiting)


def test_nobody_is_moved_who_said_no(monkeypatch):
    told = accept_while_it_is_declined(monkeypatch)
    assert "can no longer be done" in told or "Both organisations have to agree" in told


def test_control_without_the_lock_the_slower_is_told_too_late(monkeypatch):
    without_locks(monkeypatch, replacements)
    assert "changed this replacement a moment ago" in accept_while_it_is_declined(monkeypatch)
