"""The bids of a consortium, as its page and its invitations show them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.display import Row
from core.models import User
from core.templatetags.accord import when
from marketplace.models import Bid
from marketplace.queries.bids import bids_visible_to, live_bids_with
from providers.models import Consortium

SHOWN = 20


def bids_with(user: User, consortium: Consortium) -> list[Row]:
    """The newest bids of the consortium: to their members the bid, to whoever is asked only what it is for."""
    bids = list(live_bids_with(consortium)[:SHOWN])
    seen = set(bids_visible_to(user).filter(pk__in=[bid.pk for bid in bids]).values_list("pk", flat=True))
    return [
        Row(
            bid.opportunity.title,
            bid.get_status_display() if bid.pk in seen else _closing(bid),
            reverse("bid-detail", args=[bid.pk])
            if bid.pk in seen
            else reverse("opportunity-detail", args=[bid.opportunity_id]),
            _("Open the bid") if bid.pk in seen else _("Read what is wanted"),
        )
        for bid in bids
    ]


def _closing(bid: Bid) -> str:
    return _("Closes %(time)s") % {"time": when(bid.opportunity.closes_at)}
