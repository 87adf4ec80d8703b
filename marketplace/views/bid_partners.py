"""The page on which a bid becomes one of several organisations, and its partners are asked in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.access import Refused, Stale
from core.entry import entry, holders_of
from core.forms import submitted
from core.permissions import Permission as P
from core.views.requests import SignedIn, status_of
from marketplace.forms.bids import BidTogetherForm
from marketplace.models import Bid
from marketplace.queries.bids import consortia_led_by, live_consents
from marketplace.services.bid_members import bid_together
from marketplace.views.bid_writing import editable_bid
from providers.queries.consortia import IN_SIGHT, members_of
from providers.views.member_lines import member_lines

LONGEST_NAME = 200


@entry(holders_of(P.BID_READ))
def bid_partners(request: SignedIn, pk: int) -> HttpResponse:
    """The first step towards partners; afterwards who has joined, who is asked and who is no longer in it."""
    bid = editable_bid(request, pk)
    if bid.consortium is not None and request.method != "POST":
        return _shown(request, bid, "bid_partners", title=_("Who bids together"), **_partners(request, bid))
    form = submitted(BidTogetherForm, request, initial={"name": _name_for(bid), "version": bid.version})
    if request.method == "POST" and form.is_valid():
        try:
            consortium = bid_together(by=request.user, bid=bid, arrived_at=request.arrived_at, **form.cleaned_data)
        except Stale as stale:
            bid.refresh_from_db()
            form.accept_version(bid.version)
            form.add_error(None, stale.reason)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("You bid together now. Find the first partner to ask."))
            return redirect(_search(bid, consortium.pk))
    others = consortia_led_by(bid.organisation).exists()
    return _shown(request, bid, "bid_together", title=_("Bid together"), form=form, others=others)


def _shown(request: SignedIn, bid: Bid, template: str, **context: Any) -> HttpResponse:
    frame = {
        "bid": bid,
        "opportunity": bid.opportunity,
        "agreed": [consent.organisation.name for consent in live_consents(bid)],
        "back": reverse("bid-detail", args=[bid.pk]),
        "section": "work",
    }
    return render(request, f"marketplace/{template}.html", {**frame, **context}, status=status_of(request))


def _partners(request: SignedIn, bid: Bid) -> dict[str, Any]:
    """The cards of everybody who is, was or may become a partner, and where to ask the next."""
    if bid.consortium is None:
        return {}
    places = list(members_of(bid.consortium))
    here = reverse("bid-partners", args=[bid.pk])
    return {
        "lines": member_lines(request.user, [each for each in places if each.status in IN_SIGHT], back=here),
        "former": member_lines(request.user, [each for each in places if each.status not in IN_SIGHT], back=here),
        "search_url": _search(bid, bid.consortium.pk),
    }


def _search(bid: Bid, consortium: int) -> str:
    back = urlencode({"next": reverse("bid-partners", args=[bid.pk])})
    return f"{reverse('consortium-search', args=[consortium])}?{back}"


def _name_for(bid: Bid) -> str:
    """What a consortium for this bid is called unless its lead types something else."""
    name = _("%(lead)s and partners: %(title)s") % {"lead": bid.organisation.name, "title": bid.opportunity.title}
    return name[:LONGEST_NAME]
