"""The profiles that organisations had when their bid was handed in."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from core.models import User
from core.permissions import Permission as P
from core.policies import organisations_where
from marketplace.models import Bid, BidMember
from marketplace.queries.bids import OPENED, bids_visible_to, is_own_bid


def profiles_in(user: User | AnonymousUser, bid: Bid) -> QuerySet[BidMember]:
    """Places in the bid whose frozen profile the person may read, the lead first.

    Bidders read their own organisation's alone; panel, commissioner and auditor every one, once the bid is opened.
    """
    places = BidMember.objects.filter(bid=bid, snapshot__isnull=False).select_related("organisation", "snapshot")
    own = places.filter(organisation__in=organisations_where(user, P.BID_READ))
    if bid.status not in OPENED or is_own_bid(user, bid):
        return own
    return places if bids_visible_to(user).filter(pk=bid.pk).exists() else own
