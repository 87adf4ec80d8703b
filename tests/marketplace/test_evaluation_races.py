"""Two people at the same moment, on PostgreSQL; each with a control without the locks, which must go wrong."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.utils import timezone

from core.access import Refused
from core.models import Event, Notice, User
from core.roles import Role
from marketplace.models import AssessmentSummary, Award, Bid, Opportunity, PanelMember, Score
from marketplace.services import awards, evaluation
from tests.factories.core import member
from tests.factories.marketplace import BidFactory, OpportunityFactory, panel_member
from tests.marketplace import evaluation_scene as scenes

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]

WHY = "It answers the need best, at a fair price."
DONE, REFUSED, BROKEN = "done", "refused", "broken"


def at_once(*acts):
    """Every act in a connection of its own, at the same time; how each ended, in order."""

    def one(act):
        try:
            act()
        except Refused:
            return REFUSED
        except IntegrityError:
            return BROKEN
        finally:
            connection.close()
        return DONE

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.fixture
def meeting(monkeypatch):
    """`meeting(module, name)`: each of two waits before that function until the other has come as far.

    Where a lock keeps the other from getting there, the wait runs out and the first goes on alone.
    """

    def at(module, name):
        barrier, real = threading.Barrier(2), getattr(module, name)

        def waiting(*args, **kwargs):
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=1)
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, waiting)

    return at


@pytest.fixture
def without_locks(monkeypatch):
    """No row of the marketplace is held; the record of events still is."""
    real = QuerySet.select_for_update

    def held(rows, *args, **kwargs):
        return rows if rows.model._meta.app_label == "marketplace" else real(rows, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", held)


def person(user):
    """The person as another request would read them."""
    return User.objects.get(pk=user.pk)


# --- two awards of one lot


@pytest.fixture
def to_award(meeting):
    """Everything is agreed; two directors get as far as having read the ranking."""
    scene = scenes.agreed(5, 3)
    scene.seen = scene.fingerprint
    scene.second = member(Role.DIRECTOR, scene.opportunity.organisation)
    meeting(awards, "ranking_of")
    return scene


def award_both(scene, first=0, second=1):
    return at_once(
        lambda: awards.make_award(bid=scene.bids[first], reason=WHY, seen=scene.seen, by=person(scene.director)),
        lambda: awards.make_award(bid=scene.bids[second], reason=WHY, seen=scene.seen, by=person(scene.second)),
    )


@pytest.mark.parametrize("second", [0, 1])
def test_two_awards_of_one_lot_give_one(to_award, second):
    assert sorted(award_both(to_award, 0, second)) == [DONE, REFUSED]
    made = Award.objects.get()
    assert sorted(Bid.objects.values_list("status", flat=True)) == ["successful", "unsuccessful"]
    assert made.bid.status == "successful"
    assert AssessmentSummary.objects.count() == 2
    assert Event.objects.filter(action="award.make").count() == 1
    assert Notice.objects.filter(kind__startswith="marketplace/result").count() == 2


@pytest.mark.parametrize("second", [0, 1])
def test_control_two_awards_without_locks_break(to_award, without_locks, second):
    # The database still lets only one stand, but the second person gets an error instead of a sentence.
    assert sorted(award_both(to_award, 0, second)) == [BROKEN, DONE]
    assert Award.objects.count() == 1


# --- the last two members lock


@pytest.fixture
def to_lock(meeting):
    """Both members have scored everything; each writes the lock before looking whether the other has."""
    scene = scenes.evaluation()
    for seat in (scene.chair, scene.other):
        scenes.score_everything(scene, seat)
    meeting(evaluation, "_moderation_begins_if_all_locked")
    return scene


def lock_both(scene):
    return at_once(
        *[
            lambda seat=seat: evaluation.lock_scores(opportunity=scene.opportunity, by=person(seat.user))
            for seat in (scene.chair, scene.other)
        ]
    )


def test_two_last_locks_begin_moderation_once(to_lock):
    assert lock_both(to_lock) == [DONE, DONE]
    assert to_lock.again().status == "moderation"
    assert Event.objects.filter(action="opportunity.moderate").count() == 1
    assert Notice.objects.filter(kind="marketplace/scores_complete").count() == 1


def test_control_two_last_locks_without_locks_leave_everyone_waiting(to_lock, without_locks):
    assert lock_both(to_lock) == [DONE, DONE]
    assert PanelMember.objects.filter(locked_at__isnull=False).count() == 2
    assert to_lock.again().status == "evaluation"


# --- two people confirm the opening


@pytest.fixture
def to_open(meeting, monkeypatch):
    """A closed opportunity with a panel and a bid handed in; two people have been allowed to confirm."""
    opportunity = OpportunityFactory(is_closed=True)
    panel_member(opportunity, is_chair=True)
    panel_member(opportunity)
    bid = BidFactory(opportunity=opportunity, price_pence=None)
    handed_in = {"status": "submitted", "submitted_at": timezone.now(), "submitted_by": bid.created_by}
    Bid.objects.filter(pk=bid.pk).update(**handed_in)
    monkeypatch.setattr(evaluation, "restore_words", lambda bid, opened_at: None)  # sealed words are not the point
    meeting(evaluation, "require")
    people = [member(role, opportunity.organisation) for role in (Role.DIRECTOR, Role.COMMISSIONING_MANAGER)]
    return opportunity, people


def confirm_both(opportunity, people):
    return at_once(
        *[
            lambda by=by: evaluation.confirm_opening(
                opportunity=opportunity, arrived_at=timezone.now(), by=person(by)
            )
            for by in people
        ]
    )


def test_two_confirmations_at_once_open_the_bids(to_open):
    opportunity, people = to_open
    assert confirm_both(opportunity, people) == [DONE, DONE]
    opportunity.refresh_from_db()
    assert opportunity.status == "evaluation"
    assert {opportunity.opening_confirmed_by, opportunity.opened_by} == set(people)


def test_control_two_confirmations_without_locks_overwrite_each_other(to_open, without_locks):
    opportunity, people = to_open
    assert confirm_both(opportunity, people) == [DONE, DONE]
    assert Opportunity.objects.get(pk=opportunity.pk).status == "open"


# --- one score, two windows


@pytest.fixture
def to_score(meeting):
    """A member sends the same score from two windows."""
    scene = scenes.evaluation()
    meeting(evaluation, "_belongs")
    return scene


def save_both(scene, second=4):
    return at_once(
        *[
            lambda points=points: evaluation.save_score(
                bid=scene.bids[0],
                criterion=scene.criteria[0],
                points=points,
                reason=scenes.REASON,
                version=1,
                by=person(scene.chair.user),
            )
            for points in (4, second)
        ]
    )


def test_same_score_twice_at_once_is_kept_once(to_score):
    assert save_both(to_score) == [DONE, DONE]
    assert Score.objects.get().version == 1


def test_two_different_scores_at_once_keep_the_first_and_tell_the_second(to_score):
    assert sorted(save_both(to_score, 1)) == [DONE, REFUSED]
    assert Score.objects.count() == 1


def test_control_same_score_twice_without_locks_breaks(to_score, without_locks):
    assert sorted(save_both(to_score)) == [BROKEN, DONE]


# --- two chairs


@pytest.fixture
def to_appoint(meeting):
    """Two people are appointed as chair of an empty panel."""
    opportunity = OpportunityFactory(is_closed=True)
    meeting(evaluation, "_nobody_chairs")
    people = [member(Role.PANEL_MEMBER, opportunity.organisation) for _number in range(2)]
    return opportunity, people, member(Role.DIRECTOR, opportunity.organisation)


def appoint_both(opportunity, people, director):
    return at_once(
        *[
            lambda each=each: evaluation.appoint_to_panel(
                opportunity=opportunity, person=each, is_chair=True, by=person(director)
            )
            for each in people
        ]
    )


def test_two_chairs_at_once_leave_one(to_appoint):
    assert appoint_both(*to_appoint) == [DONE, DONE]
    assert list(PanelMember.objects.values_list("is_chair", flat=True)) == [True, False]


def test_control_two_chairs_without_locks_break(to_appoint, without_locks):
    assert sorted(appoint_both(*to_appoint)) == [BROKEN, DONE]
