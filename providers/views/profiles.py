"""A provider's frozen profiles: its own list, giving a code out, and reading by one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import paging
from core.access import Refused
from core.entry import entry, holders_of, signed_in
from core.permissions import Permission as P
from core.views.requests import SignedIn, status_of
from providers.forms.profiles import ShareCodeForm
from providers.models import Registration
from providers.policies.profiles import may_share_profile
from providers.queries.profiles import share_codes_visible_to, snapshots_visible_to
from providers.queries.registration import registrations_visible_to
from providers.services.profiles import WORKS_DAYS, make_share_code, read_by_code, revoke_share_code
from providers.views.profile_display import parts_of

CODES_SHOWN = 50


def _registration(request: SignedIn, pk: int) -> Registration:
    return get_object_or_404(registrations_visible_to(request.user), organisation__pk=pk)


@entry(signed_in)
def profile_list(request: SignedIn, pk: int) -> HttpResponse:
    """What was frozen when, and which codes are out."""
    return _list_page(request, _registration(request, pk))


def _list_page(request: SignedIn, registration: Registration, code: str = "") -> HttpResponse:
    organisation = registration.organisation
    snapshots = snapshots_visible_to(request.user).filter(organisation=organisation)
    page = paging.page_of(
        snapshots.defer("content"), order=("-number", "-id"), cursor=request.GET.get(paging.PARAMETER, "")
    )
    context = {
        "title": _("Your profile, shared"),
        "organisation": organisation,
        "snapshots": page.rows,
        "pages": paging.links(page, "", request.path, request.GET.dict()),
        "codes": share_codes_visible_to(request.user).filter(snapshot__organisation=organisation)[:CODES_SHOWN],
        "verdict": may_share_profile(request.user, organisation),
        "code": code,
        "days": WORKS_DAYS,
        "now": request.arrived_at,
    }
    return render(request, "providers/profile_list.html", context)


@entry(signed_in)
def profile_detail(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """One frozen profile, to read or print."""
    snapshot = get_object_or_404(snapshots_visible_to(request.user), organisation__pk=pk, number=number)
    context = {"snapshot": snapshot, "parts": parts_of(snapshot), "title": snapshot.organisation.name, "own": True}
    return render(request, "providers/profile_detail.html", context)


@entry(signed_in)
@require_POST
def profile_share(request: SignedIn, pk: int) -> HttpResponse:
    """A code for the profile as it is now. It is on this one page and nowhere else."""
    registration = _registration(request, pk)
    _row, code = make_share_code(by=request.user, organisation=registration.organisation)
    answer = _list_page(request, registration, code)
    answer["Cache-Control"] = "no-store"
    return answer


@entry(signed_in)
@require_POST
def share_code_revoke(request: SignedIn, pk: int) -> HttpResponse:
    """The code opens nothing any more."""
    code = get_object_or_404(share_codes_visible_to(request.user), pk=pk)
    try:
        revoke_share_code(by=request.user, code=code)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("The code is taken back. Nobody can read with it now."))
    return redirect("profile-list", code.snapshot.organisation_id)


@entry(holders_of(P.COMMISSIONING_READ))
def profile_shared(request: SignedIn) -> HttpResponse:
    """A commissioner types a code and reads the one profile it opens."""
    form = ShareCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            snapshot = read_by_code(by=request.user, typed=form.cleaned_data["code"], at=request.arrived_at)
        except Refused as refusal:
            form.add_error("code", refusal.reason)
        else:
            context = {"snapshot": snapshot, "parts": parts_of(snapshot), "title": snapshot.organisation.name}
            answer = render(request, "providers/profile_detail.html", context)
            answer["Cache-Control"] = "no-store"
            return answer
    context = {"form": form, "title": _("Read a shared profile")}
    return render(request, "providers/profile_shared.html", context, status=status_of(request))
