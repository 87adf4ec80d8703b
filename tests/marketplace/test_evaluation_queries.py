"""Who may read which scores, asked of the query itself: it is the only way to other people's."""

import pytest

from core.roles import Role
from marketplace.models import Opportunity
from marketplace.queries.evaluation import (
    bids_in_evaluation,
    evaluations_visible_to,
    next_unscored,
    scores_visible_to,
    unscored_by,
)
from marketplace.services.evaluation import remove_from_panel, save_score
from tests.factories.core import member
from tests.factories.marketplace import BidFactory, OpportunityFactory, panel_member
from tests.marketplace.evaluation_scene import REASON, agreed, evaluation, in_moderation, marked, score_everything

pytestmark = pytest.mark.django_db


def everyone_else(scene):
    return [scene.chair.user, scene.manager, scene.director, scene.bidders[0], member(Role.AUDITOR)]


def test_nobody_reads_another_members_scores_before_all_are_locked():
    scene = marked(evaluation())
    for person in everyone_else(scene):
        assert not scores_visible_to(person, scene.opportunity).exists()
    assert scores_visible_to(scene.other.user, scene.opportunity).count() == 4


def test_each_member_reads_their_own_scores_and_no_more():
    scene = marked(evaluation())
    score_everything(scene, scene.chair)
    found = scores_visible_to(scene.chair.user, scene.opportunity)
    assert {score.panel_member for score in found} == {scene.chair}


def test_everybody_who_takes_part_reads_all_scores_at_moderation_and_no_outsider():
    scene = in_moderation()
    for person in (scene.chair.user, scene.other.user, scene.manager, scene.director, member(Role.AUDITOR)):
        assert scores_visible_to(person, scene.opportunity).count() == 8
    for person in (scene.bidders[0], member(Role.DIRECTOR), member(Role.PANEL_MEMBER)):
        assert not scores_visible_to(person, scene.opportunity).exists()


def test_scores_of_a_member_who_was_stood_down_count_no_more():
    scene = evaluation()
    panel_member(scene.opportunity)
    score_everything(scene, scene.other)
    remove_from_panel(seat=scene.other, reason="Left the service.", by=scene.manager)
    Opportunity.objects.filter(pk=scene.opportunity.pk).update(status="moderation")
    assert not scores_visible_to(scene.director, scene.again()).exists()


def test_evaluations_are_those_of_the_body_or_of_the_panel_one_sits_on():
    scene, other = evaluation(), evaluation()
    assert list(evaluations_visible_to(scene.director)) == [scene.opportunity]
    assert list(evaluations_visible_to(scene.other.user)) == [scene.opportunity]
    assert not evaluations_visible_to(scene.bidders[0]).exists()
    assert evaluations_visible_to(member(Role.AUDITOR)).count() == 2
    assert other.opportunity not in evaluations_visible_to(scene.manager)


def test_seat_without_the_role_opens_nothing():
    scene = evaluation()
    scene.other.user.memberships.get().roles.all().delete()
    assert not evaluations_visible_to(scene.other.user).exists()


def test_bids_that_were_not_opened_are_in_no_evaluation():
    scene = evaluation(1)
    BidFactory(opportunity=scene.opportunity)
    draft = OpportunityFactory(organisation=scene.opportunity.organisation)
    assert list(bids_in_evaluation(scene.director)) == scene.bids
    assert draft not in evaluations_visible_to(scene.director)


def test_next_answer_goes_round_and_ends_when_all_are_scored():
    scene = evaluation()
    first, second = scene.criteria
    bid, last = scene.bids
    following = next_unscored(scene.chair, last, second)
    assert (following.bid, following.criterion) == (bid, first)
    for each in scene.bids:
        for criterion in scene.criteria:
            save_score(bid=each, criterion=criterion, points=3, reason=REASON, version=1, by=scene.chair.user)
    assert next_unscored(scene.chair, bid, first) is None
    assert unscored_by(scene.chair) == 0


def test_scores_stay_readable_after_the_decision():
    scene = agreed()
    Opportunity.objects.filter(pk=scene.opportunity.pk).update(status="awarded")
    assert scores_visible_to(scene.director, scene.again()).count() == 8
