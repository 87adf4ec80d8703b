"""Leaving a consortium while one of its bids counts on the member."""

import datetime

import pytest
from django.utils import timezone

from core.access import Refused
from core.models import User
from core.roles import Role
from marketplace.models import Bid, BidMember, Opportunity
from marketplace.states import BidStatus
from providers.models import ConsortiumMember
from providers.services.consortia import leave_consortium
from tests.factories.core import OrganisationFactory, member
from tests.factories.marketplace import BidFactory, OpportunityFactory
from tests.factories.providers import ConsortiumFactory

pytestmark = pytest.mark.django_db


def _bid_with_a_partner() -> tuple[Bid, ConsortiumMember, User]:
    lead, partner = OrganisationFactory(), OrganisationFactory()
    consortium = ConsortiumFactory(lead=lead, joined=[partner])
    bid = BidFactory(organisation=lead, consortium=consortium, opportunity=OpportunityFactory(is_open=True))
    BidMember.objects.create(bid=bid, organisation=partner)
    return bid, consortium.members.get(organisation=partner), member(Role.OWNER, partner)


@pytest.mark.parametrize("status", ["opened", "evaluated"])
def test_member_cannot_leave_while_a_bid_counts_on_it(status: str) -> None:
    bid, place, owner = _bid_with_a_partner()
    Bid.objects.filter(pk=bid.pk).update(status=status, submitted_at=bid.created_at, submitted_by=bid.created_by)
    with pytest.raises(Refused, match=bid.opportunity.title):
        leave_consortium(by=owner, place=place, reason="No room this year.")
    place.refresh_from_db()
    assert place.status == "joined"


@pytest.mark.parametrize("status", ["draft", "awaiting_consent", "withdrawn", "successful", "unsuccessful"])
def test_member_can_leave_when_no_bid_counts_on_it(status: str) -> None:
    bid, place, owner = _bid_with_a_partner()
    Bid.objects.filter(pk=bid.pk).update(status=status, submitted_at=bid.created_at, submitted_by=bid.created_by)
    leave_consortium(by=owner, place=place, reason="No room this year.")
    place.refresh_from_db()
    assert place.status == "left"


def test_another_bid_of_the_consortium_without_the_member_does_not_hold_it() -> None:
    bid, place, owner = _bid_with_a_partner()
    bid.members.filter(organisation=place.organisation).delete()
    Bid.objects.filter(pk=bid.pk).update(status=BidStatus.AWAITING_CONSENT)
    leave_consortium(by=owner, place=place, reason="No room this year.")
    place.refresh_from_db()
    assert place.status == "left"


def test_bid_never_submitted_holds_nobody_after_the_deadline() -> None:
    bid, place, owner = _bid_with_a_partner()
    Bid.objects.filter(pk=bid.pk).update(status=BidStatus.AWAITING_CONSENT)
    a_minute_ago = timezone.now() - datetime.timedelta(minutes=1)
    Opportunity.objects.filter(pk=bid.opportunity_id).update(closes_at=a_minute_ago)
    leave_consortium(by=owner, place=place, reason="No room this year.")
    place.refresh_from_db()
    assert place.status == "left"


@pytest.mark.parametrize("status", ["awaiting_consent", "submitted"])
def test_bid_for_a_cancelled_opportunity_holds_nobody(status: str) -> None:
    bid, place, owner = _bid_with_a_partner()
    Bid.objects.filter(pk=bid.pk).update(
        status=status, submitted_at=bid.created_at, submitted_by=bid.created_by, price_pence=None
    )
    Opportunity.objects.filter(pk=bid.opportunity_id).update(status="cancelled", cancelling_reason="No money.")
    leave_consortium(by=owner, place=place, reason="No room this year.")
    place.refresh_from_db()
    assert place.status == "left"
