"""Finding an organisation in the public registers, so that nobody types what they know."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.access import require
from core.entry import entry, signed_in
from core.views.requests import SignedIn
from providers.forms.registration import LookUpForm
from providers.identifiers import REGISTERS, Scheme
from providers.models import Registration
from providers.policies.registration import may_edit_registration
from providers.registers import Found
from providers.views.look_up_display import can_look_up, found_for, gone_sentence, legal_form_of
from providers.views.registration import registration_of
from providers.views.returning import onwards, way_back


@dataclass(frozen=True)
class Candidate:
    """An entry to choose."""

    name: str
    line: str
    gone: str
    url: str


@entry(signed_in)
def registration_look_up(request: SignedIn, pk: int) -> HttpResponse:
    """Entries of public registers by number or name; choosing one fills the page of name and numbers."""
    registration = registration_of(request, pk)
    require(may_edit_registration(request.user, registration.organisation, "name"))
    is_there = can_look_up()
    form = LookUpForm(request.GET) if "q" in request.GET else LookUpForm()
    is_searched = is_there and form.is_bound and form.is_valid()
    found = found_for(form.cleaned_data["q"]) if is_searched else []
    context = {
        "title": _("Find yourself in the register"),
        "organisation": registration.organisation,
        "form": form,
        "can_look_up": is_there,
        "is_searched": is_searched,
        "candidates": [_candidate(request, registration, each) for each in found],
        "by_hand_url": onwards(request, "registration-name", pk),
        "back": way_back(request),
    }
    return render(request, "providers/registration_look_up.html", context)


def _candidate(request: SignedIn, registration: Registration, found: Found) -> Candidate:
    chosen = {"legal_form": legal_form_of(found), "scheme": found.scheme, "number": found.number}
    if way_back(request):
        chosen["next"] = way_back(request)
    label = REGISTERS[Scheme(found.scheme)].label
    return Candidate(
        name=found.readable_name,
        line=", ".join(filter(None, (f"{label} {found.number}", found.place))),
        gone=gone_sentence(found),
        url=f"{reverse('registration-name', args=[registration.organisation_id])}?{urlencode(chosen)}",
    )
