"""Rows held until the transaction ends. One order everywhere: the opportunity, a bid of it, its consortium."""

from marketplace.models import Bid, Opportunity
from providers.models import Consortium

# Not the strongest lock there is: rows that only point at the held one may still be written.


def locked_opportunity(opportunity: Opportunity | int) -> Opportunity:
    """The opportunity as it is now, held: nobody else begins, hands in or opens bids of it meanwhile."""
    number = opportunity if isinstance(opportunity, int) else opportunity.pk
    return Opportunity.objects.select_for_update(no_key=True).get(pk=number)


def locked_bid(bid: Bid) -> Bid:
    """The bid as it is now, held: nobody else changes it meanwhile."""
    whole = Bid.objects.select_related("opportunity", "lot", "organisation", "consortium")
    return whole.select_for_update(no_key=True, of=("self",)).get(pk=bid.pk)


def hold_consortium(bid: Bid) -> None:
    """Nobody joins or leaves the consortium of this held bid meanwhile."""
    if bid.consortium_id is not None:
        Consortium.objects.select_for_update(no_key=True).get(pk=bid.consortium_id)
