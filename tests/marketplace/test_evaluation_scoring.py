"""Scoring and locking: what each service does, refuses, and leaves as it was."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core.access import Refused, Stale
from core.models import Event, Notice
from core.queries.people import forget_roles
from core.roles import Role
from marketplace.models import Opportunity, PanelMember, Score
from marketplace.services import evaluation as services
from tests.factories.core import member
from tests.factories.marketplace import BidFactory, panel_member
from tests.marketplace.evaluation_scene import REASON, add_bid, evaluation, in_moderation, score_everything

pytestmark = pytest.mark.django_db


def actions():
    return list(Event.objects.order_by("sequence").values_list("action", flat=True))


def told(user):
    return list(Notice.objects.filter(recipient=user).values_list("kind", flat=True))


# --- scoring


def save(scene, seat=None, bid=None, criterion=None, **changes):
    given = {"points": 4, "reason": REASON, "version": 1, **changes}
    return services.save_score(
        bid=bid or scene.bids[0],
        criterion=criterion or scene.criteria[0],
        by=(seat or scene.chair).user,
        **given,
    )


def test_score_is_kept_and_the_record_does_not_say_how():
    scene = evaluation()
    score = save(scene, points=5, reason="MARKER of a secret reason")
    assert (score.points, score.panel_member, score.version) == (5, scene.chair, 1)
    event = Event.objects.get()
    assert event.action == "score.save"
    assert event.after == {"criterion": 1}
    assert "MARKER" not in str([event.after, event.before, event.reason, event.object_name])


def test_score_saved_again_replaces_and_counts_on():
    scene = evaluation()
    save(scene)
    again = save(scene, points=2, version=2)
    assert (again.points, again.version) == (2, 2)
    assert Score.objects.count() == 1


def test_same_score_sent_twice_is_kept_once():
    scene = evaluation()
    assert save(scene) == save(scene)
    assert Score.objects.get().version == 1
    assert actions() == ["score.save"]


def test_second_window_is_told_and_nothing_is_overwritten():
    scene = evaluation()
    save(scene, points=5)
    with pytest.raises(Stale, match="another window"):
        save(scene, points=1)
    assert Score.objects.get().points == 5


def test_both_members_score_the_same_answer():
    scene = evaluation()
    save(scene)
    save(scene, scene.other, points=1)
    assert Score.objects.count() == 2


@pytest.mark.parametrize("points", [-1, 6])
def test_points_off_the_scale_are_refused(points):
    with pytest.raises(Refused, match="from 0 to 5"):
        save(evaluation(), points=points)
    assert not Score.objects.exists()


@pytest.mark.parametrize("reason", ["", "too short", "  \n ", "a " * 2 + "b" * 3000])
def test_reason_says_something(reason):
    with pytest.raises(Refused, match=r"reason"):
        save(evaluation(), reason=reason)


def test_nobody_off_the_panel_scores():
    scene = evaluation()
    stranger = member(Role.PANEL_MEMBER, scene.opportunity.organisation)
    for person in (stranger, scene.director, scene.manager, scene.bidders[0]):
        with pytest.raises(PermissionDenied):
            services.save_score(
                bid=scene.bids[0], criterion=scene.criteria[0], points=3, reason=REASON, version=1, by=person
            )


def test_removed_member_scores_no_more():
    scene = evaluation()
    panel_member(scene.opportunity)
    services.remove_from_panel(seat=scene.other, by=scene.manager)
    with pytest.raises(PermissionDenied):
        save(scene, scene.other)


def test_member_whose_role_ended_scores_no_more():
    scene = evaluation()
    scene.chair.user.memberships.update(status="ended")
    forget_roles(scene.chair.user)
    with pytest.raises(PermissionDenied):
        save(scene)


def test_member_who_joined_a_bidder_scores_no_more():
    scene = evaluation()
    scene.bids[1].organisation.memberships.create(user=scene.chair.user, status="active")
    with pytest.raises(Refused, match="belongs to"):
        save(scene)


def test_bid_that_was_not_opened_is_not_scored():
    scene = evaluation()
    draft = BidFactory(opportunity=scene.opportunity)
    with pytest.raises(Refused, match="not one of those"):
        save(scene, bid=draft)


def test_question_of_another_opportunity_is_not_scored():
    scene = evaluation()
    with pytest.raises(Refused, match="not one of those"):
        save(scene, criterion=evaluation(1).criteria[0])


def test_scoring_waits_for_the_opening_and_ends_with_moderation():
    scene = evaluation()
    Opportunity.objects.filter(pk=scene.opportunity.pk).update(status="open")
    with pytest.raises(Refused, match="not been opened"):
        save(scene)
    Opportunity.objects.filter(pk=scene.opportunity.pk).update(status="moderation")
    with pytest.raises(Refused, match="Scoring is over"):
        save(scene)


def test_last_to_lock_begins_moderation_and_the_chair_is_told():
    scene = evaluation()
    for seat in (scene.chair, scene.other):
        score_everything(scene, seat)
    services.lock_scores(opportunity=scene.opportunity, by=scene.other.user)
    assert scene.again().status == "evaluation"
    assert told(scene.chair.user) == []
    services.lock_scores(opportunity=scene.opportunity, by=scene.chair.user)
    assert scene.again().status == "moderation"
    assert told(scene.chair.user) == ["marketplace/scores_complete"]
    assert told(scene.other.user) == []
    assert actions() == ["score.lock", "score.lock", "opportunity.moderate"]


def test_locking_waits_for_every_answer():
    scene = evaluation()
    save(scene)
    with pytest.raises(Refused, match="3 answers left"):
        services.lock_scores(opportunity=scene.opportunity, by=scene.chair.user)


def test_locked_scores_change_no_more():
    scene = evaluation()
    score_everything(scene, scene.chair)
    services.lock_scores(opportunity=scene.opportunity, by=scene.chair.user)
    with pytest.raises(Refused, match="You locked your scores"):
        save(scene, points=1, version=2)
    with pytest.raises(Refused, match="You locked your scores"):
        services.lock_scores(opportunity=scene.opportunity, by=scene.chair.user)


def test_chair_unlocks_with_a_reason_and_the_member_is_told():
    scene = evaluation()
    score_everything(scene, scene.other)
    services.lock_scores(opportunity=scene.opportunity, by=scene.other.user)
    with pytest.raises(Refused, match="at least 3 words"):
        services.unlock_scores(seat=scene.other, reason="slip", by=scene.chair.user)
    services.unlock_scores(seat=scene.other, reason="Mixed up two of the bids.", by=scene.chair.user)
    assert save(scene, scene.other, points=1, version=2).points == 1
    assert told(scene.other.user) == ["marketplace/scores_unlocked"]
    assert Event.objects.get(action="score.unlock").reason == "Mixed up two of the bids."


def test_only_chair_or_appointing_people_unlock():
    scene = evaluation()
    PanelMember.objects.filter(pk=scene.chair.pk).update(locked_at=timezone.now())
    with pytest.raises(PermissionDenied):
        services.unlock_scores(seat=scene.chair, reason=REASON, by=scene.other.user)
    assert services.unlock_scores(seat=scene.chair, reason=REASON, by=scene.manager).locked_at is None
    with pytest.raises(Refused, match="not locked"):
        services.unlock_scores(seat=scene.chair, reason=REASON, by=scene.manager)


def test_nothing_is_unlocked_once_moderation_began():
    scene = in_moderation()
    with pytest.raises(Refused, match="none can be unlocked"):
        services.unlock_scores(seat=scene.other, reason=REASON, by=scene.chair.user)


def test_bid_opened_later_has_to_be_scored_too():
    scene = evaluation(1)
    score_everything(scene, scene.chair)
    add_bid(scene)
    with pytest.raises(Refused, match="2 answers left"):
        services.lock_scores(opportunity=scene.opportunity, by=scene.chair.user)
