"""One's own organisations, finding others, asking to join, and setting commissioning bodies up."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import Refused
from core.entry import entry, holders_of, signed_in
from core.forms import submitted
from core.forms.organisations import CommissionerForm, FindForm
from core.forms.people import JoinForm
from core.models import Membership
from core.permissions import Permission
from core.policies import may_ask_to_join, may_create_commissioner
from core.queries.organisations import FOUND_AT_MOST, organisations_found, organisations_to_join
from core.queries.people import organisations_of, places_of
from core.returning import PARAMETER, own_path
from core.services.memberships import request_membership, withdraw_request
from core.services.organisations import create_commissioner
from core.states import MembershipStatus
from core.views.requests import SignedIn, status_of

TONES = {
    MembershipStatus.ACTIVE: "good",
    MembershipStatus.REQUESTED: "info",
    MembershipStatus.REFUSED: "bad",
    MembershipStatus.ENDED: "plain",
}


@dataclass(frozen=True)
class PlaceLine:
    """A place of the person, as the list of their organisations shows it."""

    place: Membership
    tone: str

    @property
    def is_active(self) -> bool:
        """Whether they act for it."""
        return self.place.status == MembershipStatus.ACTIVE

    @property
    def is_waiting(self) -> bool:
        """Whether they wait for an answer."""
        return self.place.status == MembershipStatus.REQUESTED

    @property
    def is_closed(self) -> bool:
        """Whether there is nothing left to ask for."""
        return self.place.organisation.is_closed


@entry(signed_in)
def organisation_list(request: SignedIn) -> HttpResponse:
    """Where the person belongs, asked to, or did, and how to come by another."""
    lines = [PlaceLine(place, TONES[MembershipStatus(place.status)]) for place in places_of(request.user)]
    context = {
        "title": _("Your organisations"),
        "lines": lines,
        "may_create": may_create_commissioner(request.user),
    }
    return render(request, "core/organisation_list.html", context)


@entry(signed_in)
def organisation_find(request: SignedIn) -> HttpResponse:
    """Organisations by words of their name; names only."""
    form = FindForm(request.GET if "q" in request.GET else None)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    context = {
        "title": _("Find your organisation"),
        "form": form,
        "words": words,
        "found": organisations_found(words) if words else [],
        "joined": _joined(request) if words else set(),
        "most": FOUND_AT_MOST,
    }
    return render(request, "core/organisation_find.html", context)


def _joined(request: SignedIn) -> set[int]:
    """Numbers of the organisations the person belongs to or waits for."""
    settled = (MembershipStatus.ACTIVE, MembershipStatus.REQUESTED)
    return {place.organisation_id for place in places_of(request.user) if place.status in settled}


@entry(signed_in)
def organisation_join(request: SignedIn, pk: int) -> HttpResponse:
    """Asks to be let in, with a word on who one is."""
    organisation = get_object_or_404(organisations_to_join(), pk=pk)
    form = submitted(JoinForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            request_membership(by=request.user, organisation=organisation, message=form.cleaned_data["message"])
        except Refused as refusal:
            form.add_error(None, str(refusal.reason))
        else:
            messages.success(
                request, _("You have asked to join %(name)s. You hear when they decide.") % {"name": organisation}
            )
            return redirect("organisation-list")
    context = {
        "title": _("Ask to join %(name)s") % {"name": organisation},
        "organisation": organisation,
        "form": form,
        "verdict": may_ask_to_join(request.user, organisation),
    }
    return render(request, "core/organisation_join.html", context, status=status_of(request))


@entry(signed_in)
@require_POST
def membership_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """The request to join is taken back."""
    place = get_object_or_404(places_of(request.user), pk=pk)
    try:
        withdraw_request(by=request.user, membership=place)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("You no longer ask to join %(name)s.") % {"name": place.organisation})
    return redirect("organisation-list")


@entry(signed_in)
@require_POST
def organisation_switch(request: SignedIn) -> HttpResponse:
    """The person acts for another of their organisations from now on."""
    wanted = request.POST.get("organisation", "")
    own = organisations_of(request.user)
    is_number = wanted.isascii() and wanted.isdecimal() and len(wanted) < 19
    chosen = own.filter(pk=int(wanted)).first() if is_number else None
    if chosen is None:
        messages.error(request, _("You do not belong to that organisation."))
    else:
        request.session["organisation"] = chosen.pk
        messages.success(request, _("You now act for %(name)s.") % {"name": chosen})
    return redirect(own_path(request.POST.get(PARAMETER, "")) or "work")


@entry(holders_of(Permission.ORGANISATION_CREATE))
def organisation_new(request: SignedIn) -> HttpResponse:
    """A service administrator sets a commissioning body up and names its first director."""
    form = submitted(CommissionerForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_commissioner(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.reason))
        else:
            messages.success(
                request,
                _("%(name)s is set up, and %(email)s is its director.")
                % {"name": made, "email": form.cleaned_data["director_email"]},
            )
            return redirect("organisation-list")
    context = {"title": _("Set up a commissioning body"), "form": form}
    return render(request, "core/organisation_new.html", context, status=status_of(request))
