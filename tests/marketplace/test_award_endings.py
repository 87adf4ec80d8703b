"""Ties, and ends without an award: what the services do, refuse, and leave as it was."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.access import Refused
from core.models import Event, Notice
from core.roles import Role
from marketplace.models import AssessmentSummary, Bid, NoAward
from marketplace.queries.awards import award_of, no_award_of, ranking_of, result_of
from marketplace.services import awards as services
from marketplace.states import NEED
from tests.factories.core import member
from tests.factories.marketplace import BidFactory, OpportunityFactory
from tests.factories.providers import ConsortiumFactory
from tests.marketplace.evaluation_scene import agreed, evaluation, in_moderation

pytestmark = pytest.mark.django_db

WHY = "It answers the need best, at a fair price."


def told(user):
    return list(Notice.objects.filter(recipient=user).values_list("kind", flat=True))


def award(scene, bid=None, by=None, **changes):
    given = {"reason": WHY, "seen": scene.fingerprint, **changes}
    return services.make_award(bid=bid or scene.bids[0], by=by or scene.director, **given)


def statuses(scene):
    return [Bid.objects.get(pk=bid.pk).status for bid in scene.bids]


# --- ties


def test_tie_puts_the_lower_price_first():
    scene = agreed(4, 4)
    Bid.objects.filter(pk=scene.bids[0].pk).update(price_pence=39_000_00)
    rows = ranking_of(scene.opportunity.lots.get()).rows
    assert [(row.bid.pk, row.standing.place, row.standing.is_tied) for row in rows] == [
        (scene.bids[1].pk, 1, True),
        (scene.bids[0].pk, 2, True),
    ]


def test_full_tie_shares_a_place_and_the_director_chooses():
    scene = agreed(4, 4)
    award(scene, scene.bids[1])
    assert set(AssessmentSummary.objects.values_list("place", flat=True)) == {1}


def test_ranking_is_empty_until_everything_is_agreed():
    scene = in_moderation()
    assert ranking_of(scene.opportunity.lots.get()).rows == []


def test_consortium_is_named_in_ranking_and_award():
    scene = agreed()
    consortium = ConsortiumFactory(name="Northern Doors", lead=scene.bids[0].organisation)
    Bid.objects.filter(pk=scene.bids[0].pk).update(consortium=consortium)
    award(scene)
    assert award_of(scene.opportunity).bid.bidder == "Northern Doors"
    assert result_of(scene.bids[1]).winner == "Northern Doors"


# --- no award


def end(scene, by=None, reason=WHY, opportunity=None):
    return services.end_without_award(
        opportunity=opportunity or scene.opportunity,
        reason=reason,
        arrived_at=timezone.now(),
        by=by or scene.director,
    )


@pytest.mark.parametrize("stage", [evaluation, in_moderation, agreed])
def test_opened_bids_end_without_award_at_any_stage_and_bidders_are_told(stage):
    scene = stage()
    ending = end(scene)
    assert statuses(scene) == ["unsuccessful", "unsuccessful"]
    assert scene.again().status == "unsuccessful"
    assert no_award_of(scene.opportunity) == ending
    assert told(scene.bidders[0]) == ["marketplace/no_award"]
    assert WHY in Notice.objects.filter(recipient=scene.bidders[0]).get().body
    assert Event.objects.get().action == "opportunity.end"
    result = result_of(scene.bids[0])
    assert (result.won, result.winner, result.reason, result.place) == (False, "", WHY, None)


def test_opportunity_without_a_bid_ends_after_its_deadline():
    opportunity = OpportunityFactory(is_closed=True)
    director = member(Role.DIRECTOR, opportunity.organisation)
    BidFactory(opportunity=opportunity)
    ending = services.end_without_award(
        opportunity=opportunity, reason=WHY, arrived_at=timezone.now(), by=director
    )
    assert ending.ended_by == director


def test_need_is_published_again_when_its_only_opportunity_ends_without_award():
    scene = agreed()
    need = scene.opportunity.needs.get()
    NEED.apply(need, "commission")
    end(scene)
    need.refresh_from_db()
    assert need.status == "published"


def test_nothing_ends_before_the_deadline_or_with_sealed_bids():
    opportunity = OpportunityFactory(is_open=True)
    director = member(Role.DIRECTOR, opportunity.organisation)
    late = opportunity.closes_at
    with pytest.raises(Refused, match="Bidding has not closed"):
        services.end_without_award(
            opportunity=opportunity, reason=WHY, arrived_at=late - datetime.timedelta(seconds=1), by=director
        )
    BidFactory(
        opportunity=opportunity,
        status="submitted",
        price_pence=None,
        submitted_at=timezone.now(),
        submitted_by=director,
    )
    with pytest.raises(Refused, match="Open them first"):
        services.end_without_award(opportunity=opportunity, reason=WHY, arrived_at=late, by=director)
    assert not NoAward.objects.exists()


def test_ending_needs_the_right_and_a_reason():
    scene = evaluation()
    with pytest.raises(PermissionDenied):
        end(scene, by=scene.manager)
    with pytest.raises(PermissionDenied):
        end(scene, by=member(Role.DIRECTOR))
    with pytest.raises(Refused, match="at least 3 words"):
        end(scene, reason="none good")
    assert statuses(scene) == ["opened", "opened"]


def test_awarded_opportunity_does_not_end_and_ended_one_is_not_awarded():
    scene = agreed()
    award(scene)
    with pytest.raises(Refused, match="now “awarded”"):
        end(scene)
    other = agreed()
    end(other)
    with pytest.raises(Refused, match="ended without award"):
        award(other)


def test_database_holds_one_ending_with_a_reason():
    scene = evaluation()
    end(scene)
    for broken in ({"opportunity": scene.opportunity}, {"opportunity": evaluation().opportunity, "reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoAward.objects.create(
                **{"reason": WHY, "ended_at": timezone.now(), "ended_by": scene.director, **broken}
            )
