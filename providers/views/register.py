"""An organisation comes to be here."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.access import Refused
from core.entry import entry, signed_in
from core.forms import submitted
from core.views.requests import SignedIn, status_of
from providers.forms.registration import NumbersForm, OrganisationForm
from providers.identifiers import LegalForm
from providers.policies.registration import may_register_provider
from providers.services.registration import AlreadyHere, register_provider
from providers.views.returning import onwards, way_back


@entry(signed_in)
def register(request: SignedIn) -> HttpResponse:
    """Two short pages: name and legal form, then the number that fits. The first answers stay in the address."""
    verdict = may_register_provider(request.user)
    if not verdict:
        return render(request, "providers/register_refused.html", {"reason": verdict.reason})
    about = _first_answers(request)
    if not about.is_bound or not about.is_valid():
        return render(request, "providers/register.html", {"form": about, "back": way_back(request)})
    return _register_numbers(request, about.cleaned_data["name"], about.cleaned_data["legal_form"])


def _first_answers(request: SignedIn) -> OrganisationForm:
    answered = {"name", "legal_form"} & request.GET.keys()
    if answered and "change" not in request.GET:
        return OrganisationForm(request.GET)
    return OrganisationForm(initial={name: request.GET[name] for name in answered})


def _register_numbers(request: SignedIn, name: str, legal_form: str) -> HttpResponse:
    form = submitted(NumbersForm, request, legal_form=legal_form)
    already = None
    if request.method == "POST" and form.is_valid():
        try:
            organisation = register_provider(
                by=request.user,
                name=name,
                legal_form=legal_form,
                identifiers=form.identifiers,
                governing_document=form.cleaned_data.get("governing_document", ""),
                form_key=form.cleaned_data["form_key"],
            )
        except AlreadyHere as taken:
            already = taken
            form.add_error(None, taken.reason)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            request.session["organisation"] = organisation.pk
            messages.success(
                request, _("%(name)s is registered. You are its owner.") % {"name": organisation.name}
            )
            return redirect(onwards(request, "registration-detail", organisation.pk))
    context = {
        "form": form,
        "name": name,
        "legal_form": capfirst(LegalForm(legal_form).label),
        "change_url": onwards(request, "register", name=name, legal_form=legal_form, change="1"),
        "already": already,
    }
    return render(request, "providers/register_numbers.html", context, status=status_of(request))
