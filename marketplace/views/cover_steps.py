"""Pages on which a member asks somebody to stand behind it, or offers to stand behind another."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Refused, denied, require
from core.entry import entry, holders_of
from core.forms import submitted
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where
from core.views.requests import SignedIn, status_of
from marketplace.check_states import may_be_covered
from marketplace.forms.covers import AskCoverForm, OfferCoverForm, SponsorSearchForm
from marketplace.models import Bid
from marketplace.policies.covers import Terms, may_ask_cover, may_offer_cover
from marketplace.queries.bid_checks import CheckLine, MemberChecks, checks_of_bid
from marketplace.queries.bid_words import own_words
from marketplace.services.covers import ask_cover, offer_cover
from marketplace.views.bid_decisions import own_bid
from marketplace.views.check_display import name_of
from providers.queries.directory import providers_listed

READERS = holders_of(P.BID_READ)
SPONSORS_SHOWN = 10


# --- Asking ------------------------------------------------------------------------------------------


@entry(READERS)
def cover_ask(request: SignedIn, pk: int, member: int, check: str) -> HttpResponse:
    """Asks another organisation to stand behind a member of the bid in one check."""
    bid = own_bid(request, pk)
    place = get_object_or_404(bid.members.select_related("organisation"), organisation=member)
    verdict = may_ask_cover(request.user, bid, place.organisation)
    if not verdict.right or request.method != "POST":
        require(verdict)
    found, line = _line(bid, member, check)
    search = SponsorSearchForm(request.GET) if "q" in request.GET else SponsorSearchForm()
    form = submitted(
        AskCoverForm,
        request,
        sponsors=_sponsors(bid, place.organisation, search),
        share_pence=found.share_pence,
        initial={"limit_pence": found.share_pence, "expires_on": bid.opportunity.ends_on},
    )
    back = reverse("bid-checks", args=[bid.pk])
    if request.method == "POST" and form.is_valid() and _ask(request.user, bid, place.organisation, check, form):
        messages.success(request, _("Asked. Nothing counts before the sponsor signs; you will hear."))
        return redirect(back)
    context = {
        "title": _("Ask somebody to stand behind you"),
        "bid": bid,
        "opportunity": bid.opportunity,
        "member": place.organisation,
        "check_name": name_of(check),
        "why": line.asked.why,
        "search": search,
        "is_searched": search.is_bound,
        "form": form,
        "back": back,
        "section": "work",
    }
    return render(request, "marketplace/cover_ask.html", context, status=status_of(request))


def _line(bid: Bid, member: int, check: str) -> tuple[MemberChecks, CheckLine]:
    """The member and the check of it that may be covered, or 404."""
    found = checks_of_bid(bid, own_words(bid)).of(member)
    lines = found.lines if found else []
    line = next((each for each in lines if each.asked.check == check and may_be_covered(each.asked)), None)
    if found is None or line is None:
        raise Http404
    return found, line


def _sponsors(bid: Bid, member: Organisation, search: SponsorSearchForm) -> list[Organisation]:
    """The other members of the bid, the lead first, and whoever the search found."""
    inside = [
        each.organisation for each in bid.members.select_related("organisation").exclude(organisation=member)
    ]
    if not search.is_bound or not search.is_valid():
        return inside
    known = [member.pk, *(each.pk for each in inside)]
    listed = providers_listed(text=search.cleaned_data["q"]).exclude(organisation__in=known)
    return [*inside, *(row.organisation for row in listed[:SPONSORS_SHOWN])]


def _ask(by: User, bid: Bid, member: Organisation, check: str, form: AskCoverForm) -> bool:
    told = form.cleaned_data
    terms = Terms(member, told["sponsor"], check, told["limit_pence"], told["expires_on"])
    try:
        ask_cover(by=by, bid=bid, terms=terms, form_key=told["form_key"])
    except Refused as refusal:
        form.add_error(None, refusal.reason)
        return False
    return True


# --- Offering ----------------------------------------------------------------------------------------


@entry(READERS)
def cover_offer(request: SignedIn, pk: int, member: int) -> HttpResponse:
    """Offers, unasked, to stand behind another member of the bid; what that one is short of is not told."""
    bid = own_bid(request, pk)
    place = get_object_or_404(bid.members.select_related("organisation"), organisation=member)
    sponsor = _own_place(request, bid)
    verdict = may_offer_cover(request.user, bid, sponsor, place.organisation)
    if not verdict.right or request.method != "POST":
        require(verdict)
    found = checks_of_bid(bid, own_words(bid)).of(member)
    asked = [line.asked for line in found.lines if may_be_covered(line.asked)] if found else []
    if found is None or not asked:
        raise Http404
    form = submitted(
        OfferCoverForm,
        request,
        checks=[(each.check, name_of(each.check)) for each in asked],
        share_pence=found.share_pence,
        initial={"limit_pence": found.share_pence, "expires_on": bid.opportunity.ends_on},
    )
    back = reverse("bid-checks", args=[bid.pk])
    if (
        request.method == "POST"
        and form.is_valid()
        and _offer(request.user, bid, sponsor, place.organisation, form)
    ):
        messages.success(request, _("Offered. Nothing counts before the other accepts; you will hear."))
        return redirect(back)
    context = {
        "title": _("Offer to stand behind a member"),
        "bid": bid,
        "opportunity": bid.opportunity,
        "member": place.organisation,
        "sponsor": sponsor,
        "form": form,
        "back": back,
        "section": "work",
    }
    return render(request, "marketplace/cover_offer.html", context, status=status_of(request))


def _own_place(request: SignedIn, bid: Bid) -> Organisation:
    """The organisation in the bid for which the person can sign: the one they act for, if it is one of them."""
    own = organisations_where(request.user, P.BID_CONSENT)
    places = [
        each.organisation for each in bid.members.select_related("organisation") if each.organisation_id in own
    ]
    if not places:
        require(denied(_("A cover is offered by people who can sign for a member of the bid.")))
    acting = request.organisation
    return acting if acting in places else places[0]


def _offer(by: User, bid: Bid, sponsor: Organisation, member: Organisation, form: OfferCoverForm) -> bool:
    told = form.cleaned_data
    terms = Terms(member, sponsor, told["check"], told["limit_pence"], told["expires_on"])
    try:
        offer_cover(by=by, bid=bid, terms=terms, form_key=told["form_key"])
    except Refused as refusal:
        form.add_error(None, refusal.reason)
        return False
    return True
