"""The page on which a member keeps its own costs, and the lead may open those of all to all."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.access import Refused, require
from core.entry import entry
from core.forms import submitted
from core.models import Organisation
from core.views.requests import SignedIn, status_of
from marketplace.forms.bids import CostForm
from marketplace.models import Bid, BidCost
from marketplace.policies.bid_costs import may_enter_costs, may_open_costs
from marketplace.policies.bid_drafting import writes_for
from marketplace.queries.bid_costs import costs_for
from marketplace.services.bid_costs import enter_cost, open_costs, remove_cost
from marketplace.views.bid_decisions import BIDDERS, own_bid


def _entering(request: SignedIn, bid: Bid) -> Organisation | None:
    """For which member the person enters costs: the one they act for, else their first in this bid."""
    able = [
        place.organisation
        for place in bid.members.select_related("organisation")
        if place.organisation_id in writes_for(request.user, bid)
    ]
    return next((each for each in able if each == request.organisation), next(iter(able), None))


@entry(BIDDERS)
@sensitive_post_parameters()
def bid_costs(request: SignedIn, pk: int) -> HttpResponse:
    """A member's own lines, the sum of everybody's beside the price, and the place to enter one more."""
    bid = own_bid(request, pk)
    costs = costs_for(request.user, bid)
    if costs is None or bid.consortium_id is None:
        raise Http404
    house = _entering(request, bid)
    may_enter = may_enter_costs(request.user, bid, house, at=request.arrived_at) if house else None
    if request.method == "POST" and house is None:
        require(may_enter_costs(request.user, bid, bid.organisation, at=request.arrived_at))
    is_first = not any(each.lines for each in costs.own)
    form = submitted(CostForm, request, is_first=is_first, lead=bid.organisation.name, initial={})
    if request.method == "POST" and house and form.is_valid():
        given = form.cleaned_data
        try:
            enter_cost(
                by=request.user,
                bid=bid,
                organisation=house,
                label=given["label"],
                amount_pence=given["amount"],
                form_key=given["form_key"],
                arrived_at=request.arrived_at,
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            return redirect("bid-costs", bid.pk)
    context = {
        "title": _("Your costs"),
        "bid": bid,
        "opportunity": bid.opportunity,
        "costs": costs,
        "form": form,
        "may_enter": may_enter,
        "may_open": may_open_costs(request.user, bid, at=request.arrived_at),
        "back": reverse("bid-detail", args=[bid.pk]),
        "section": "work",
    }
    return render(request, "marketplace/bid_costs.html", context, status=status_of(request))


@require_POST
@entry(BIDDERS)
def bid_cost_remove(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """A line of one's own is taken out."""
    bid = own_bid(request, pk)
    lines = BidCost.objects.filter(bid=bid, organisation__in=writes_for(request.user, bid))
    cost = get_object_or_404(lines.select_related("bid", "organisation"), pk=number)
    remove_cost(by=request.user, cost=cost, arrived_at=request.arrived_at)
    messages.success(request, _("The line is taken out."))
    return redirect("bid-costs", bid.pk)


@entry(BIDDERS)
def bid_costs_open(request: SignedIn, pk: int) -> HttpResponse:
    """Asks the lead once more; then every member reads the costs of every other."""
    bid = own_bid(request, pk)
    if request.method == "POST":
        open_costs(by=request.user, bid=bid, arrived_at=request.arrived_at)
        messages.success(request, _("The costs are open to all members, and they are told."))
        return redirect("bid-costs", bid.pk)
    require(may_open_costs(request.user, bid, at=request.arrived_at))
    back = reverse("bid-costs", args=[bid.pk])
    context = {"title": _("Open the costs to all members?"), "bid": bid, "back": back, "section": "work"}
    return render(request, "marketplace/bid_costs_open.html", context)
