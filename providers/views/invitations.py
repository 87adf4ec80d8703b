"""Finding partners, asking them in, and answering."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import Refused, require
from core.entry import entry, signed_in
from core.forms import submitted
from core.models import Organisation
from core.views.requests import SignedIn, status_of
from providers.forms.consortia import InviteForm, PartnerSearchForm
from providers.joint_bids import bids_of
from providers.models import Consortium, ConsortiumMember, Registration
from providers.policies.consortia import (
    may_answer_invitation,
    may_change_consortium,
    may_invite_member,
    may_take_back_invitation,
)
from providers.queries.consortia import consortia_visible_to, lead_of, members_of, place_of, places_visible_to
from providers.queries.directory import providers_listed, providers_visible_to, with_page
from providers.services.consortia import (
    accept_invitation,
    decline_invitation,
    invite_member,
    take_back_invitation,
)
from providers.states import ConsortiumMemberStatus as Status
from providers.views.returning import onwards, way_back

SHOWN = 20


@dataclass(frozen=True)
class Candidate:
    """A provider that was found: where to invite it, or why not."""

    organisation: Organisation
    numbers: str
    areas: str
    invite_url: str
    reason: object


def _consortium(request: SignedIn, pk: int) -> Consortium:
    return get_object_or_404(consortia_visible_to(request.user), pk=pk)


@entry(signed_in)
def consortium_search(request: SignedIn, pk: int) -> HttpResponse:
    """Registered providers by name or number, to choose a partner from."""
    consortium = _consortium(request, pk)
    require(may_change_consortium(request.user, consortium))
    form = PartnerSearchForm(request.GET) if "q" in request.GET else PartnerSearchForm()
    found: list[Registration] = []
    if form.is_bound and form.is_valid():
        others = providers_listed(text=form.cleaned_data["q"], with_bare_names=True).exclude(
            organisation=lead_of(consortium)
        )
        found = list(others.prefetch_related("organisation__identifiers", "areas")[: SHOWN + 1])
    context = {
        "title": _("Find a partner"),
        "section": "work",
        "consortium": consortium,
        "form": form,
        "is_searched": form.is_bound and not form.errors,
        "candidates": _candidates(request, consortium, found[:SHOWN]),
        "has_more": len(found) > SHOWN,
        "shown": SHOWN,
        "back_url": onwards(request, "consortium-detail", pk),
        "next": way_back(request),
    }
    return render(request, "providers/consortium_search.html", context)


def _candidates(request: SignedIn, consortium: Consortium, found: list[Registration]) -> list[Candidate]:
    """Each with the state it already has here, read at once for all."""
    taken = {
        place.organisation_id: place.get_status_display()
        for place in members_of(consortium)
        if place.status in (Status.INVITED, Status.JOINED)
    }
    return [
        Candidate(
            organisation=registration.organisation,
            numbers=", ".join(identifier.value for identifier in registration.organisation.identifiers.all()),
            areas=", ".join(sorted(area.name for area in registration.areas.all())),
            invite_url=onwards(request, "consortium-invite", consortium.pk, registration.organisation_id),
            reason=taken.get(registration.organisation_id, ""),
        )
        for registration in found
    ]


@entry(signed_in)
def consortium_invite(request: SignedIn, pk: int, organisation: int) -> HttpResponse:
    """Asks one provider in, with a line on what it would do."""
    consortium = _consortium(request, pk)
    require(may_change_consortium(request.user, consortium))
    partner = get_object_or_404(with_page(providers_visible_to(request.user)), pk=organisation)
    earlier = place_of(consortium, partner)
    form = submitted(InviteForm, request, initial={"part": earlier.part if earlier else ""})
    verdict = may_invite_member(request.user, consortium, partner)
    if request.method == "POST" and form.is_valid():
        try:
            invite_member(by=request.user, consortium=consortium, organisation=partner, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("%(name)s is invited and has been told.") % {"name": partner.name})
            return redirect(way_back(request) or onwards(request, "consortium-detail", pk))
    context = {
        "title": _("Invite %(name)s") % {"name": partner.name},
        "section": "work",
        "consortium": consortium,
        "partner": partner,
        "form": form,
        "verdict": verdict,
        "cancel_url": onwards(request, "consortium-detail", pk),
    }
    return render(request, "providers/consortium_invite.html", context, status=status_of(request))


def _place(request: SignedIn, pk: int) -> ConsortiumMember:
    return get_object_or_404(places_visible_to(request.user), pk=pk)


@entry(signed_in)
def invitation_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Who asks, who else is in it, what joining means, and the two answers."""
    place = _place(request, pk)
    others = [other for other in members_of(place.consortium) if other.status == Status.JOINED]
    context = {
        "title": _("Join %(name)s?") % {"name": place.consortium.name},
        "section": "work",
        "place": place,
        "lead": lead_of(place.consortium),
        "others": others,
        "bids": bids_of(request.user, place.consortium),
        "verdict": may_answer_invitation(request.user, place),
    }
    return render(request, "providers/invitation_detail.html", context)


@require_POST
@entry(signed_in)
def invitation_accept(request: SignedIn, pk: int) -> HttpResponse:
    """The organisation joins."""
    place = _place(request, pk)
    accept_invitation(by=request.user, place=place)
    messages.success(
        request, _("%(name)s has joined. The lead has been told.") % {"name": place.organisation.name}
    )
    return redirect("consortium-detail", place.consortium_id)


@require_POST
@entry(signed_in)
def invitation_decline(request: SignedIn, pk: int) -> HttpResponse:
    """The organisation stays out."""
    place = _place(request, pk)
    decline_invitation(by=request.user, place=place)
    messages.success(request, _("You declined. The lead has been told and may ask again."))
    return redirect("consortium-list")


@entry(signed_in)
def invitation_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Asks once more, then the invitation is gone."""
    place = _place(request, pk)
    require(may_take_back_invitation(request.user, place))
    if request.method == "POST":
        take_back_invitation(by=request.user, place=place)
        messages.success(request, _("The invitation is taken back."))
        return redirect(way_back(request) or onwards(request, "consortium-detail", place.consortium_id))
    context = {
        "title": _("Take the invitation back?"),
        "section": "work",
        "place": place,
        "cancel_url": onwards(request, "consortium-detail", place.consortium_id),
    }
    return render(request, "providers/invitation_take_back.html", context)
