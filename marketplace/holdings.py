"""What this app holds about a provider, for its own copy: the bids it is in."""

from core.holdings import Table, table
from core.models import Organisation, User
from marketplace.models import BidConsent, BidMember
from marketplace.queries.bid_words import words_for
from marketplace.queries.bids import standing


def of_organisation(organisation: Organisation, by: User) -> list[Table]:
    """Its bids with the words that `by` may read, sealed ones too, and the versions it agreed to."""
    places = BidMember.objects.filter(organisation=organisation).filter(standing()).order_by("pk")
    bids = places.select_related(
        "bid__opportunity", "bid__lot", "bid__organisation", "bid__consortium", "snapshot"
    )
    return [
        Table("bids", [_bid(place, by) for place in bids]),
        table("bid_consents", BidConsent.objects.filter(organisation=organisation), without=("words",)),
    ]


def _bid(place: BidMember, by: User) -> dict[str, object]:
    bid = place.bid
    return {
        "bid": bid.pk,
        "opportunity": bid.opportunity.title,
        "lot": bid.lot.title,
        "lead": bid.organisation.name,
        "status": bid.status,
        "is_lead": place.is_lead,
        "submitted_at": bid.submitted_at,
        "profile": str(place.snapshot) if place.snapshot else "",
        "words": words_for(by, bid),
    }
