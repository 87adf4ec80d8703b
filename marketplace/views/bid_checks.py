"""The page that says what is asked of each member of a bid."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.entry import entry, holders_of
from core.permissions import Permission as P
from core.policies import organisations_where
from core.views.requests import SignedIn
from marketplace.queries.bid_checks import checks_of_bid
from marketplace.queries.bid_words import own_words
from marketplace.views.bid_decisions import own_bid
from marketplace.views.check_display import briefs, own_checks, together_rows


@entry(holders_of(P.BID_READ))
def bid_checks(request: SignedIn, pk: int) -> HttpResponse:
    """What is asked: of the person's own organisations in full, of the other members whether it is done."""
    bid = own_bid(request, pk)
    checks = checks_of_bid(bid, own_words(bid))
    readable = organisations_where(request.user, P.BID_READ)
    mine = [each for each in checks.members if each.organisation in readable]
    here = reverse("bid-checks", args=[bid.pk])
    context: dict[str, Any] = {
        "title": _("What is asked"),
        "bid": bid,
        "opportunity": bid.opportunity,
        "own": [own_checks(request.user, bid, each, back=here) for each in mine],
        "others": briefs(request.user, bid, checks, [each.organisation for each in mine]),
        "together": together_rows(checks),
        "is_guess": checks.is_guess,
        "back": reverse("bid-detail", args=[bid.pk]),
        "section": "work",
    }
    return render(request, "marketplace/bid_checks.html", context)
