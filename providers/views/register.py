"""An organisation comes to be here."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.access import Refused
from core.entry import entry, signed_in
from core.forms import submitted
from core.views.requests import SignedIn, status_of
from providers.forms.registration import RegisterForm
from providers.policies.registration import may_register_provider
from providers.services.registration import AlreadyHere, register_provider
from providers.views.returning import onwards, way_back


@entry(signed_in)
def register(request: SignedIn) -> HttpResponse:
    """One page with one question, the name; then back to what the person was doing, or to the task list."""
    verdict = may_register_provider(request.user)
    if not verdict:
        return render(request, "providers/register_refused.html", {"reason": verdict.reason})
    form = submitted(RegisterForm, request, initial={"name": request.GET.get("name", "")})
    already = None
    if request.method == "POST" and form.is_valid():
        try:
            organisation = register_provider(by=request.user, **form.cleaned_data)
        except AlreadyHere as taken:
            already = taken
            form.add_error("name", taken.reason)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            request.session["organisation"] = organisation.pk
            messages.success(request, _done(organisation.name))
            return redirect(way_back(request) or onwards(request, "registration-detail", organisation.pk))
    context = {"form": form, "already": already, "back": way_back(request)}
    return render(request, "providers/register.html", context, status=status_of(request))


def _done(name: str) -> str:
    return _("%(name)s is registered and you are its owner. You can start a bid now.") % {"name": name}
