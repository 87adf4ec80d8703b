"""Pages that find, begin and show bids."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import paging
from core.access import Refused, Verdict, require
from core.entry import entry, holders_of, signed_in
from core.forms import submitted
from core.models import Organisation
from core.permissions import Permission as P
from core.policies import organisations_where
from core.views.requests import SignedIn, status_of
from marketplace.forms.bids import StartBidForm
from marketplace.models import Bid, Opportunity
from marketplace.policies.bids import (
    is_being_written,
    may_ask_consent,
    may_edit_bid,
    may_start_bid,
    may_submit_bid,
    may_withdraw_bid,
    what_is_missing,
)
from marketplace.policies.replacements import may_propose_replacement
from marketplace.queries.bid_checks import checks_of_bid
from marketplace.queries.bid_drafting import beside_answers
from marketplace.queries.bid_words import Words, fingerprint_of, words_for, words_in_rows
from marketplace.queries.bids import (
    BEING_WRITTEN,
    bid_led_by,
    bids_visible_to,
    consortia_with_names,
    is_own_bid,
    live_consents,
    lots_without_bid,
    organisations_to_agree,
    places_in_bids,
    receipt_of,
    withdrawn_bids,
)
from marketplace.queries.opportunities import opportunities_visible_to
from marketplace.queries.profiles import profiles_in
from marketplace.queries.replacements import accepted_replacements, replacements_of
from marketplace.services.bids import start_bid
from marketplace.states import BidStatus, Phase
from marketplace.views.bid_display import (
    agreement_steps,
    content,
    facts,
    next_step,
    progress_of,
    rows,
    state_of,
    steps,
)
from marketplace.views.check_display import check_steps
from marketplace.views.opportunity_display import register_url
from marketplace.views.replacement_display import lines_of

READERS = holders_of(P.BID_READ, P.BIDS_OPEN, P.AWARD_MAKE, P.SCORE_GIVE, P.EVERYTHING_READ)


def visible_bid(request: SignedIn, pk: int) -> Bid:
    """The bid, or 404 if the person may not know of it."""
    whole = bids_visible_to(request.user).select_related(
        "opportunity", "lot", "organisation", "consortium", "updated_by"
    )
    return get_object_or_404(whole, pk=pk)


@entry(holders_of(P.BID_READ))
def bid_list(request: SignedIn) -> HttpResponse:
    """The bids that the organisation somebody acts for leads or belongs to, newest first."""
    organisation = request.organisation
    places = places_in_bids(organisation or None, request.user)
    page = paging.page_of(places, order=("-bid_id",), cursor=request.GET.get(paging.PARAMETER, ""))
    bids = [place.bid for place in page.rows]
    context = {
        "title": _("Your bids"),
        "organisation": organisation,
        "rows": rows(bids, organisation, at=request.arrived_at) if organisation else [],
        "pages": paging.links(page, "", request.path, request.GET.dict()),
        "section": "work",
    }
    return render(request, "marketplace/bid_list.html", context)


@entry(signed_in)
def bid_start(request: SignedIn, pk: int) -> HttpResponse:
    """Asks with whom a bid begins, and begins it; leads to the bid that is there already.

    Somebody who acts for nobody yet comes here from signing in, and registers an organisation first.
    """
    opportunity = get_object_or_404(opportunities_visible_to(request.user).select_related("organisation"), pk=pk)
    if register := register_url(opportunity, request.user, at=request.arrived_at):
        return redirect(register)
    organisation = request.organisation
    verdict = may_start_bid(request.user, opportunity, organisation, at=request.arrived_at)
    if not organisation or not verdict.right:
        raise PermissionDenied(verdict.reason)
    lots = list(lots_without_bid(opportunity, organisation))
    if request.method != "POST":
        if not lots and (mine := _bid_there(opportunity, organisation)):
            return redirect("bid-detail", mine.pk)
        require(verdict)
    form = submitted(
        StartBidForm,
        request,
        lots=lots,
        consortia=consortia_with_names(organisation),
        withdrawn=list(withdrawn_bids(organisation, opportunity)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            bid = start_bid(
                by=request.user,
                opportunity=opportunity,
                organisation=organisation,
                arrived_at=request.arrived_at,
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            return redirect("bid-detail", bid.pk)
    context = {
        "title": _("Start a bid"),
        "opportunity": opportunity,
        "organisation": organisation,
        "form": form,
        "back": reverse("opportunity-detail", args=[opportunity.pk]),
        "section": "opportunities",
    }
    return render(request, "marketplace/bid_start.html", context, status=status_of(request))


def _bid_there(opportunity: Opportunity, organisation: Organisation) -> Bid | None:
    return next(filter(None, (bid_led_by(organisation, lot) for lot in opportunity.lots.all())), None)


@entry(READERS)
def bid_detail(request: SignedIn, pk: int) -> HttpResponse:
    """One bid: what is left to do while it is written, what it says afterwards."""
    bid = visible_bid(request, pk)
    if bid.status in BEING_WRITTEN:
        return _draft(request, bid)
    words = words_for(request.user, bid)
    own = is_own_bid(request.user, bid)
    context = {
        **_frame(request, bid),
        "own": own,
        "cancelled": bid.opportunity.phase_at(request.arrived_at) == Phase.CANCELLED,
        "has_result": own and bid.status in (BidStatus.SUCCESSFUL, BidStatus.UNSUCCESSFUL),
        "content": content(words) if words else None,
        "receipt": receipt_of(bid) if own else None,
        "profiles": profiles_in(request.user, bid),
        "replacements": lines_of(replacements_of(request.user, bid)) if bid.consortium_id else [],
        "may_replace": may_propose_replacement(request.user, bid, at=request.arrived_at),
        "may_withdraw": may_withdraw_bid(request.user, bid, at=request.arrived_at),
        "may_start": _may_start_again(request, bid),
    }
    return render(request, "marketplace/bid_detail.html", context)


def _draft(request: SignedIn, bid: Bid) -> HttpResponse:
    words, at = words_in_rows(bid), request.arrived_at
    missing = what_is_missing(bid, words)
    may_edit = may_edit_bid(request.user, bid, at=at)
    done, of = progress_of(words, missing)
    members = {member["id"] for member in words["members"]}
    together = bid.consortium_id is not None and bool(organisations_where(request.user, P.BID_WRITE) & members)
    writers, comments = beside_answers(bid) if together else ({}, {})
    groups = steps(
        bid,
        words,
        missing,
        may_edit=may_edit,
        writers=writers if together and is_being_written(bid, at=at) else None,
        comments=comments,
    )
    context = {
        **_frame(request, bid),
        "groups": groups,
        "next_step": next_step(groups),
        "together": together,
        "comment_count": sum(comments.values()),
        "done": done,
        "of": of,
        "agreements": agreement_steps(bid, words, missing),
        "checks": check_steps(bid, checks_of_bid(bid, words), organisations_where(request.user, P.BID_READ)),
        "missing": missing,
        "asked": _asked(request, bid, words) if bid.status == BidStatus.AWAITING_CONSENT else None,
        "may_edit": may_edit,
        "may_ask": may_ask_consent(request.user, bid, at=at, missing=missing),
        "may_submit": may_submit_bid(request.user, bid, arrived_at=at, missing=missing),
        "may_withdraw": may_withdraw_bid(request.user, bid, at=at),
    }
    return render(request, "marketplace/bid_draft.html", context)


def _asked(request: SignedIn, bid: Bid, words: Words) -> dict[str, Any] | None:
    """The member the person may answer for, and whether it has agreed to these words; none for everybody else."""
    able = organisations_to_agree(request.user, bid)
    if not able:
        return None
    chosen = next((each for each in able if each == request.organisation), able[0])
    given = live_consents(bid).filter(organisation=chosen, content_sha256=fingerprint_of(words))
    return {"name": chosen.name, "given": given.exists()}


def _frame(request: SignedIn, bid: Bid) -> dict[str, Any]:
    """What every page about one bid shows around its subject."""
    return {
        "title": _("Bid of %(name)s") % {"name": bid.organisation.name},
        "bid": bid,
        "opportunity": bid.opportunity,
        "state": state_of(bid, at=request.arrived_at),
        "facts": facts(bid),
        "section": "work",
    }


def _may_start_again(request: SignedIn, bid: Bid) -> Verdict | None:
    if bid.status != BidStatus.WITHDRAWN:
        return None
    return may_start_bid(request.user, bid.opportunity, bid.organisation, at=request.arrived_at)


def _changes(bid: Bid) -> list[dict[str, object]]:
    """The members replaced since it was handed in: the words are no longer those of the receipt."""
    return lines_of(accepted_replacements(bid)) if bid.consortium_id else []


def _sealed_fingerprint(bid: Bid) -> str:
    receipt = receipt_of(bid)
    return receipt.content_sha256 if receipt else ""


@entry(READERS)
def bid_read(request: SignedIn, pk: int) -> HttpResponse:
    """Every word of the bid on one page, to read through or print."""
    bid = visible_bid(request, pk)
    words = words_for(request.user, bid)
    if words is None:
        messages.info(request, _("This bid is sealed."))
        return redirect("bid-detail", bid.pk)
    changes = _changes(bid)
    context = {
        **_frame(request, bid),
        "title": _("The whole bid"),
        "content": content(words),
        "receipt": receipt_of(bid) if is_own_bid(request.user, bid) else None,
        "version": _sealed_fingerprint(bid) if changes else fingerprint_of(words),
        "changes": changes,
        "being_written": bid.status in BEING_WRITTEN,
        "now": request.arrived_at,
        "back": reverse("bid-detail", args=[bid.pk]),
    }
    return render(request, "marketplace/bid_read.html", context)
