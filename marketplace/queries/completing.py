"""What an opportunity wants where, so that partners can be sought for it."""

from core.models import Organisation
from marketplace.models import BidMember, Lot, Need, Opportunity
from marketplace.queries.bids import BEING_WRITTEN


def wanted_by(opportunity: Opportunity) -> list[tuple[int, int]]:
    """Each area with each kind of need that is wanted there, by their numbers: its own, then those of its needs.

    Lots are parts of the money and say nothing of places, so all of them want the same.
    """
    wanted = [(opportunity.area_id, opportunity.category_id)]
    needs = Need.objects.filter(opportunities=opportunity).prefetch_related("areas", "categories").order_by("pk")
    for need in needs.only("pk"):
        wanted += [(area.pk, category.pk) for area in need.areas.all() for category in need.categories.all()]
    return list(dict.fromkeys(wanted))


def joined_for(lot: Lot, organisation: Organisation) -> list[BidMember]:
    """The others in the draft that the organisation writes for the lot, its own bid before one it joined."""
    draft = (
        BidMember.objects.filter(bid__lot=lot, bid__status__in=BEING_WRITTEN, organisation=organisation)
        .order_by("-is_lead", "bid")
        .values_list("bid", flat=True)
        .first()
    )
    if draft is None:
        return []
    others = BidMember.objects.filter(bid=draft).exclude(organisation=organisation)
    return list(others.select_related("organisation"))
