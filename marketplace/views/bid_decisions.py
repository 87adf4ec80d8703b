"""Pages on which somebody says yes or no to a whole bid, and the receipt of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Refused, require
from core.entry import entry, holders_of
from core.forms import submitted
from core.models import Organisation
from core.permissions import Permission as P
from core.policies import has_right
from core.views.requests import SignedIn, status_of
from marketplace.differences import changes_between
from marketplace.forms.bids import VersionReadForm
from marketplace.models import Bid, Submission
from marketplace.policies.bids import (
    may_ask_consent,
    may_consent,
    may_submit_bid,
    may_take_back_consent,
    may_withdraw_bid,
    what_is_missing,
)
from marketplace.queries.bid_words import Words, fingerprint_of, sealed_bytes, words_in_rows
from marketplace.queries.bids import (
    BEING_WRITTEN,
    is_own_bid,
    last_agreed_words,
    live_consents,
    organisations_to_agree,
    receipt_of,
)
from marketplace.services.bid_consents import ask_consent, give_consent, take_back_consent
from marketplace.services.bid_submission import submit_bid, withdraw_bid
from marketplace.views.bid_display import content
from marketplace.views.bids import visible_bid

BIDDERS = holders_of(P.BID_READ)


def own_bid(request: SignedIn, pk: int) -> Bid:
    """The bid, if the person reads it as one of the bidders; to anybody else it is not there."""
    bid = visible_bid(request, pk)
    if not is_own_bid(request.user, bid):
        raise Http404
    return bid


def _shown(request: SignedIn, bid: Bid, template: str, **context: Any) -> HttpResponse:
    back = reverse("bid-detail", args=[bid.pk])
    frame = {"bid": bid, "opportunity": bid.opportunity, "back": back, "section": "work"}
    return render(request, f"marketplace/{template}.html", {**frame, **context}, status=status_of(request))


@entry(BIDDERS)
def bid_ask_consent(request: SignedIn, pk: int) -> HttpResponse:
    """Asks the members to agree to the bid as it stands."""
    bid = own_bid(request, pk)
    if request.method == "POST":
        ask_consent(by=request.user, bid=bid, arrived_at=request.arrived_at)
        messages.success(request, _("The members are asked to agree. You will hear when each has answered."))
        return redirect("bid-detail", bid.pk)
    require(may_ask_consent(request.user, bid, at=request.arrived_at))
    members = [place.organisation for place in bid.members.filter(is_lead=False).select_related("organisation")]
    return _shown(request, bid, "bid_ask_consent", title=_("Ask the members to agree"), members=members)


@entry(BIDDERS)
def bid_consent(request: SignedIn, pk: int) -> HttpResponse:
    """The whole bid, for a member to read and to agree to in this very version."""
    bid = own_bid(request, pk)
    organisation = _agreeing(request, bid)
    verdict = may_consent(request.user, bid, organisation, at=request.arrived_at)
    if not verdict.right:
        require(verdict)
    form = submitted(VersionReadForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            give_consent(
                by=request.user,
                bid=bid,
                organisation=organisation,
                arrived_at=request.arrived_at,
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
            bid.refresh_from_db()
        else:
            agreed = {"name": organisation.name, "lead": bid.organisation.name}
            messages.success(request, _("%(name)s has agreed. %(lead)s is told.") % agreed)
            return redirect("bid-detail", bid.pk)
    return _to_read(
        request,
        bid,
        words_in_rows(bid),
        "bid_consent",
        form,
        title=_("Agree to this bid"),
        organisation=organisation,
        mine=_mine(bid, organisation),
        given=live_consents(bid).filter(organisation=organisation).first(),
        may_consent=verdict,
    )


def _mine(bid: Bid, organisation: Organisation) -> dict[str, Any]:
    """What the bid says of this member, and what changed since it last agreed."""
    words = words_in_rows(bid)
    place = next(
        (
            share
            for share, member in zip(content(words).members, words["members"], strict=True)
            if member["id"] == organisation.pk
        ),
        None,
    )
    before = last_agreed_words(bid, organisation)
    changes = changes_between(before.words, words) if before and before.words else []
    return {"place": place, "before": before, "changes": changes}


def _to_read(request: SignedIn, bid: Bid, words: Words, template: str, form: Any, **context: Any) -> HttpResponse:
    """A page that shows every word of a draft and, in a hidden field, which words those were."""
    version = fingerprint_of(words)
    if form.is_bound:
        form.data = {**form.data.dict(), "content_sha256": version}
    else:
        form.initial["content_sha256"] = version
    return _shown(request, bid, template, form=form, content=content(words), version=version, **context)


def _agreeing(request: SignedIn, bid: Bid) -> Organisation:
    """For which member the person speaks: the one they act for, else their first in this bid."""
    able = organisations_to_agree(request.user, bid)
    if not able:
        require(has_right(request.user, P.BID_CONSENT, None))
    return next((each for each in able if each == request.organisation), able[0])


@entry(BIDDERS)
def bid_take_back_consent(request: SignedIn, pk: int) -> HttpResponse:
    """Asks whether a member really takes its word back."""
    bid = own_bid(request, pk)
    organisation = _agreeing(request, bid)
    if request.method == "POST":
        take_back_consent(by=request.user, bid=bid, organisation=organisation, arrived_at=request.arrived_at)
        messages.success(request, _("%(name)s no longer agrees to this bid.") % {"name": organisation.name})
        return redirect("bid-detail", bid.pk)
    require(may_take_back_consent(request.user, bid, organisation, at=request.arrived_at))
    return _shown(
        request, bid, "bid_take_back_consent", title=_("Take back the agreement"), organisation=organisation
    )


@entry(BIDDERS)
def bid_submit(request: SignedIn, pk: int) -> HttpResponse:
    """The whole bid a last time, what is missing if anything is, and the button that hands it in."""
    bid = own_bid(request, pk)
    require(has_right(request.user, P.BID_SUBMIT, bid.organisation_id))
    if request.method != "POST" and bid.status not in BEING_WRITTEN:
        return redirect("bid-detail", bid.pk)
    form = submitted(VersionReadForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            submit_bid(by=request.user, bid=bid, arrived_at=request.arrived_at, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
            bid.refresh_from_db()
        else:
            return redirect("bid-receipt", bid.pk)
    words = words_in_rows(bid)
    missing = what_is_missing(bid, words)
    verdict = may_submit_bid(request.user, bid, arrived_at=request.arrived_at, missing=missing)
    title = _("Submit the bid")
    return _to_read(request, bid, words, "bid_submit", form, title=title, missing=missing, may_submit=verdict)


def _receipt(bid: Bid) -> Submission:
    found = receipt_of(bid)
    if found is None:
        raise Http404
    return found


@entry(BIDDERS)
def bid_receipt(request: SignedIn, pk: int) -> HttpResponse:
    """What proves that the bid came in time and what it said; made to be printed."""
    bid = own_bid(request, pk)
    members = [place.organisation.name for place in bid.members.select_related("organisation")]
    return _shown(
        request,
        bid,
        "bid_receipt",
        title=_("Receipt"),
        receipt=_receipt(bid),
        members=members,
        may_withdraw=may_withdraw_bid(request.user, bid, at=request.arrived_at),
    )


@entry(BIDDERS)
def bid_content(request: SignedIn, pk: int) -> HttpResponse:
    """The exact bytes that were sealed, for the bidders alone: their SHA-256 is the one on the receipt."""
    bid = own_bid(request, pk)
    receipt = get_object_or_404(Submission.objects.select_related("bid"), pk=_receipt(bid).pk)
    answer = HttpResponse(sealed_bytes(receipt), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="bid-{receipt}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@entry(BIDDERS)
def bid_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Asks whether the bid is really to be taken out, and takes it out."""
    bid = own_bid(request, pk)
    if request.method == "POST":
        withdraw_bid(by=request.user, bid=bid, arrived_at=request.arrived_at)
        messages.success(request, _("The bid is withdrawn and will not be opened."))
        return redirect("bid-detail", bid.pk)
    require(may_withdraw_bid(request.user, bid, at=request.arrived_at))
    return _shown(request, bid, "bid_withdraw", title=_("Withdraw this bid"))
