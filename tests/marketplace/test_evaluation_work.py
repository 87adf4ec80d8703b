"""What the work page says of evaluations, to whom."""

import pytest
from django.utils import timezone

from core import work
from core.roles import Role
from core.work import ASKED
from marketplace.models import Opportunity
from marketplace.work_evaluation import evaluation_sections
from tests.factories.core import member
from tests.factories.marketplace import BidFactory, OpportunityFactory
from tests.marketplace.evaluation_scene import agreed, evaluation, in_moderation

pytestmark = pytest.mark.django_db


def waiting(user, opportunity):
    sections = evaluation_sections(user, opportunity.organisation)
    return [(task.tag, task.url) for section in sections for task in section.tasks]


def closed_with_bid(organisation=None):
    given = {"organisation": organisation} if organisation else {}
    opportunity = OpportunityFactory(is_closed=True, **given)
    bid = BidFactory(opportunity=opportunity, price_pence=None)
    type(bid).objects.filter(pk=bid.pk).update(
        status="submitted", submitted_at=timezone.now(), submitted_by=bid.created_by
    )
    return opportunity


def test_source_is_registered():
    assert evaluation_sections in work._sources


def test_sealed_bids_wait_for_those_who_may_open_until_they_have_confirmed():
    opportunity = closed_with_bid()
    manager = member(Role.COMMISSIONING_MANAGER, opportunity.organisation)
    director = member(Role.DIRECTOR, opportunity.organisation)
    page = f"/opportunities/{opportunity.pk}/evaluation/"
    assert waiting(manager, opportunity) == waiting(director, opportunity) == [("to open", page)]
    Opportunity.objects.filter(pk=opportunity.pk).update(
        opening_confirmed_at=timezone.now(), opening_confirmed_by=manager
    )
    assert waiting(manager, opportunity) == []
    assert waiting(director, opportunity) == [("to open", page)]


def test_no_bid_waits_for_the_director_to_end():
    opportunity = OpportunityFactory(is_closed=True)
    director = member(Role.DIRECTOR, opportunity.organisation)
    assert waiting(director, opportunity) == [("to end", f"/opportunities/{opportunity.pk}/end/")]
    assert waiting(member(Role.COMMISSIONING_MANAGER, opportunity.organisation), opportunity) == []


def test_open_opportunity_waits_for_nobody():
    opportunity = OpportunityFactory(is_open=True)
    assert waiting(member(Role.DIRECTOR, opportunity.organisation), opportunity) == []


def test_bids_to_score_wait_for_members_who_have_not_locked():
    scene = evaluation()
    page = f"/opportunities/{scene.opportunity.pk}/evaluation/"
    assert waiting(scene.other.user, scene.opportunity) == [("to score", page)]
    assert waiting(scene.manager, scene.opportunity) == []
    scene.opportunity.panel.filter(pk=scene.other.pk).update(locked_at=timezone.now())
    assert waiting(scene.other.user, scene.opportunity) == []


def test_moderation_waits_for_the_chair_alone():
    scene = in_moderation()
    page = f"/opportunities/{scene.opportunity.pk}/moderation/"
    assert waiting(scene.chair.user, scene.opportunity) == [("to agree", page)]
    assert waiting(scene.other.user, scene.opportunity) == []
    assert waiting(scene.director, scene.opportunity) == []


def test_agreed_scores_wait_for_the_director():
    scene = agreed()
    assert waiting(scene.director, scene.opportunity) == [
        ("to decide", f"/opportunities/{scene.opportunity.pk}/award/")
    ]
    assert waiting(scene.chair.user, scene.opportunity) == []


def test_nothing_waits_for_people_of_other_bodies_or_bidders():
    scene = agreed()
    foreign = member(Role.DIRECTOR)
    organisation = foreign.memberships.get().organisation
    assert evaluation_sections(foreign, organisation) == []
    bidder = scene.bidders[0]
    assert evaluation_sections(bidder, bidder.memberships.get().organisation) == []


@pytest.mark.parametrize("number", [1, 3, 30])
def test_queries_stay_the_same(number, django_assert_num_queries):
    first = closed_with_bid()
    for _turn in range(number - 1):
        closed_with_bid(first.organisation)
    director = member(Role.DIRECTOR, first.organisation)
    with django_assert_num_queries(2):  # the person's roles, and what waits
        assert len(waiting(director, first)) == min(number, ASKED)
