"""The page on which the lead of a bid passes to another member."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import Refused, require
from core.entry import entry
from core.forms import submitted
from core.views.requests import SignedIn, status_of
from marketplace.forms.bids import LeadForm
from marketplace.models import Bid, LeadProposal
from marketplace.policies.bid_leads import (
    may_accept_lead,
    may_answer_lead,
    may_propose_lead,
    may_take_back_lead,
)
from marketplace.queries.bids import lead_proposal_of
from marketplace.services.bid_leads import accept_lead, decline_lead, propose_lead, take_back_lead_proposal
from marketplace.views.bid_decisions import BIDDERS, own_bid


def _proposal(bid: Bid) -> LeadProposal:
    found = lead_proposal_of(bid)
    if found is None:
        raise Http404
    found.bid = bid
    return found


@entry(BIDDERS)
def bid_lead(request: SignedIn, pk: int) -> HttpResponse:
    """Who leads, who is asked to, and the answers that can be given."""
    bid = own_bid(request, pk)
    if bid.consortium_id is None:
        raise Http404
    proposal = lead_proposal_of(bid)
    verdict = may_propose_lead(request.user, bid, at=request.arrived_at)
    others = [place.organisation for place in bid.members.filter(is_lead=False).select_related("organisation")]
    form = submitted(LeadForm, request, organisations=others)
    if request.method == "POST":
        require(verdict)
        if form.is_valid():
            try:
                propose_lead(by=request.user, bid=bid, arrived_at=request.arrived_at, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, refusal.reason)
            else:
                messages.success(request, _("They are asked to lead. Until they accept, nothing changes."))
                return redirect("bid-lead", bid.pk)
    answers: dict[str, Any] = {}
    if proposal is not None:
        proposal.bid = bid
        answers = {
            "may_answer": may_answer_lead(request.user, proposal),
            "may_accept": may_accept_lead(request.user, proposal, at=request.arrived_at),
            "may_take_back": may_take_back_lead(request.user, proposal),
        }
    context = {
        "title": _("Who leads this bid"),
        "bid": bid,
        "opportunity": bid.opportunity,
        "proposal": proposal,
        "verdict": verdict,
        "form": form,
        "others": others,
        "back": reverse("bid-detail", args=[bid.pk]),
        "section": "work",
        **answers,
    }
    return render(request, "marketplace/bid_lead.html", context, status=status_of(request))


@require_POST
@entry(BIDDERS)
def bid_lead_accept(request: SignedIn, pk: int) -> HttpResponse:
    """The member that was asked leads."""
    bid = own_bid(request, pk)
    proposal = _proposal(bid)
    accept_lead(by=request.user, proposal=proposal, arrived_at=request.arrived_at)
    messages.success(request, _("%(name)s leads the bid now.") % {"name": proposal.organisation.name})
    return redirect("bid-detail", bid.pk)


@require_POST
@entry(BIDDERS)
def bid_lead_decline(request: SignedIn, pk: int) -> HttpResponse:
    """The member that was asked does not lead."""
    bid = own_bid(request, pk)
    decline_lead(by=request.user, proposal=_proposal(bid))
    messages.success(request, _("You declined, and the lead is told."))
    return redirect("bid-detail", bid.pk)


@require_POST
@entry(BIDDERS)
def bid_lead_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Nobody is asked to lead any more."""
    bid = own_bid(request, pk)
    take_back_lead_proposal(by=request.user, proposal=_proposal(bid))
    messages.success(request, _("The proposal is taken back."))
    return redirect("bid-lead", bid.pk)
