"""Closing the account of an organisation, and one's own."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core import leaving
from core.access import Refused, require
from core.entry import entry, signed_in
from core.forms import submitted
from core.forms.leaving import CloseAccountForm, CloseOrganisationForm
from core.policies import may_close_account, may_close_organisation
from core.queries.people import organisations_with_people_visible_to
from core.services.leaving import close_account, close_organisation
from core.views.requests import SignedIn, status_of


@entry(signed_in)
def organisation_close(request: SignedIn, pk: int) -> HttpResponse:
    """What goes, what stays and why, and a box for the name; or what stands in the way."""
    organisation = get_object_or_404(organisations_with_people_visible_to(request.user), pk=pk)
    verdict = may_close_organisation(request.user, organisation)
    if not verdict.right:
        require(verdict)
    form = submitted(CloseOrganisationForm, request, wanted=organisation.name)
    if request.method == "POST" and form.is_valid():
        try:
            close_organisation(by=request.user, organisation=organisation)
        except Refused as refusal:
            form.add_error(None, str(refusal.reason))
        else:
            messages.success(request, _("The account of %(name)s is closed.") % {"name": organisation.name})
            return redirect("organisation-list")
    context = {
        "title": _("Close the account of %(name)s") % {"name": organisation.name},
        "organisation": organisation,
        "verdict": verdict,
        "reasons": str(verdict.reason).splitlines(),
        "goes": [sentence for part in leaving.parts() for sentence in part.goes],
        "stays": [sentence for part in leaving.parts() for sentence in part.stays],
        "form": form,
    }
    return render(request, "core/organisation_close.html", context, status=status_of(request))


@entry(signed_in)
def account_close(request: SignedIn) -> HttpResponse:
    """What becomes of one's account, and a box for the address; or what stands in the way."""
    verdict = may_close_account(request.user)
    form = submitted(CloseAccountForm, request, wanted=request.user.email)
    if request.method == "POST" and form.is_valid():
        try:
            close_account(by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal.reason))
        else:
            logout(request)
            messages.success(request, _("Your account is deleted."))
            return redirect("/")
    context = {
        "title": _("Delete your account"),
        "verdict": verdict,
        "reasons": str(verdict.reason).splitlines(),
        "form": form,
    }
    return render(request, "core/account_close.html", context, status=status_of(request))
