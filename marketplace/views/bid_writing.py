"""Pages on which a bid is written, each for one part of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from core.access import Refused, Stale, require
from core.entry import entry, holders_of
from core.forms import submitted
from core.permissions import Permission as P
from core.views.requests import SignedIn, status_of
from marketplace.forms.bids import ALONE, ConsortiumForm, MembersForm, PriceForm
from marketplace.models import Bid, BidMember
from marketplace.policies.bids import may_edit_bid
from marketplace.queries.bid_words import words_in_rows
from marketplace.queries.bids import consortia_with_names, joined_members, live_consents
from marketplace.services.bids import choose_consortium, equal_shares, save_members, save_price
from marketplace.views.bid_display import content
from marketplace.views.bids import visible_bid

WRITERS = holders_of(P.BID_READ)


def editable_bid(request: SignedIn, pk: int) -> Bid:
    """The bid if the person writes it. A form sent too late goes on to the service, so that its text is kept."""
    bid = visible_bid(request, pk)
    verdict = may_edit_bid(request.user, bid, at=request.arrived_at)
    if request.method != "POST" or not verdict.right:
        require(verdict)
    return bid


def _shown(request: SignedIn, bid: Bid, template: str, **context: Any) -> HttpResponse:
    agreed = [consent.organisation.name for consent in live_consents(bid)]
    frame = {
        "bid": bid,
        "opportunity": bid.opportunity,
        "agreed": agreed,
        "back": reverse("bid-detail", args=[bid.pk]),
        "section": "work",
    }
    return render(request, f"marketplace/{template}.html", {**frame, **context}, status=status_of(request))


@entry(WRITERS)
@sensitive_post_parameters()
def bid_price(request: SignedIn, pk: int) -> HttpResponse:
    """The price of the whole bid."""
    bid = editable_bid(request, pk)
    initial = {"price": bid.price_pence, "version": bid.version}
    form = submitted(PriceForm, request, lot=bid.lot, initial=initial)
    saved_now = None
    if request.method == "POST" and form.is_valid():
        try:
            save_price(
                by=request.user,
                bid=bid,
                price_pence=form.cleaned_data["price"],
                version=form.cleaned_data["version"],
                arrived_at=request.arrived_at,
            )
        except Stale as stale:
            saved_now = _take_newer(form, bid, stale)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The price is saved."))
            return redirect("bid-detail", bid.pk)
    return _shown(request, bid, "bid_price", title=_("Price"), form=form, saved_now=saved_now)


@entry(WRITERS)
def bid_consortium(request: SignedIn, pk: int) -> HttpResponse:
    """Whether the organisation bids alone or with a consortium it leads."""
    bid = editable_bid(request, pk)
    consortia = consortia_with_names(bid.organisation)
    initial = {"consortium": str(bid.consortium_id or ALONE), "version": bid.version}
    form = submitted(ConsortiumForm, request, consortia=consortia, initial=initial)
    saved_now = None
    if request.method == "POST" and form.is_valid():
        try:
            choose_consortium(by=request.user, bid=bid, arrived_at=request.arrived_at, **form.cleaned_data)
        except Stale as stale:
            saved_now = _take_newer(form, bid, stale)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            return redirect("bid-members", bid.pk)
    return _shown(
        request,
        bid,
        "bid_consortium",
        title=_("Alone or together"),
        form=form,
        consortia=consortia,
        saved_now=saved_now,
    )


@entry(WRITERS)
@sensitive_post_parameters()
def bid_members(request: SignedIn, pk: int) -> HttpResponse:
    """What each member would do, and its share; one button shares equally."""
    bid = editable_bid(request, pk)
    members = _members_now(bid)
    form = submitted(MembersForm, request, members=members, initial=_shares_now(bid, members))
    saved_now = None
    if "equally" in request.POST:
        numbers = [place.organisation_id for place in members]
        form.with_shares(dict(zip(numbers, equal_shares(len(numbers)), strict=True)))
    elif request.method == "POST" and form.is_valid():
        try:
            save_members(
                by=request.user,
                bid=bid,
                shares=form.shares(),
                liability=form.cleaned_data.get("liability"),
                version=form.cleaned_data["version"],
                arrived_at=request.arrived_at,
            )
        except Stale as stale:
            saved_now = _take_newer(form, bid, stale)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Parts and shares are saved."))
            return redirect("bid-detail", bid.pk)
    return _shown(
        request,
        bid,
        "bid_members",
        title=_("Parts and shares"),
        form=form,
        saved_now=saved_now,
        alone=len(members) == 1,
        money=content(words_in_rows(bid)),
    )


def _members_now(bid: Bid) -> list[BidMember]:
    """A place for everyone who bids now: as saved for those who have one, empty for who joined since."""
    saved = {place.organisation_id: place for place in bid.members.select_related("organisation")}
    if bid.consortium is None:
        return [place for place in saved.values() if place.is_lead]
    return [
        saved.get(member.organisation_id)
        or BidMember(bid=bid, organisation=member.organisation, is_lead=member.is_lead, part=member.part)
        for member in joined_members(bid.consortium)
    ]


def _shares_now(bid: Bid, members: list[BidMember]) -> dict[str, Any]:
    initial: dict[str, Any] = {"version": bid.version, "liability": bid.liability}
    for place in members:
        # Nobody has shared out anything yet: empty boxes ask for it, noughts would look like an answer.
        initial[f"share_{place.organisation_id}"] = place.share_bps or None
        initial[f"part_{place.organisation_id}"] = place.part
    return initial


def _take_newer(form: Any, bid: Bid, stale: Stale) -> Bid:
    """After somebody else was faster: the form says so and may be sent again; gives the bid as it is saved now."""
    newer = (
        Bid.objects.select_related("consortium", "lot").prefetch_related("members__organisation").get(pk=bid.pk)
    )
    form.accept_version(newer.version)
    form.add_error(None, stale.reason)
    return newer
