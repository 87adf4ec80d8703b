"""The page on which an organisation gives its word for a check."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Refused, Stale, require
from core.entry import entry, signed_in
from core.forms import submitted
from core.views.requests import SignedIn, status_of
from providers.checks import check_named
from providers.forms.statements import StatementForm
from providers.models import Registration, Statement
from providers.policies.statements import may_make_statement
from providers.queries.registration import registrations_visible_to
from providers.queries.statements import statement_of
from providers.services.statements import make_statement
from providers.views import measuring
from providers.views.returning import way_back
from providers.word_kinds import WORDS


@entry(signed_in)
def statement_form(request: SignedIn, pk: int, check: str) -> HttpResponse:
    """What the organisation says for one check, said or said anew; then back to where it was asked."""
    registration = get_object_or_404(registrations_visible_to(request.user), organisation__pk=pk)
    if check not in WORDS:
        raise Http404
    require(may_make_statement(request.user, registration.organisation, check))
    made = statement_of(registration.organisation, check)
    timed = measuring.word_timed(check)
    measuring.opened(request, registration.organisation, timed)
    form = submitted(StatementForm, request, kind=WORDS[check], initial=_initial(made, registration))
    back = way_back(request) or reverse("registration-detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            make_statement(by=request.user, registration=registration, check=check, **form.cleaned_data)
        except Stale as stale:
            registration.refresh_from_db()
            form.accept_version(registration.version)
            form.add_error(None, stale.reason)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            measuring.done(request, registration.organisation, timed)
            messages.success(request, _("Saved. It counts for every bid, and you can change it at any time."))
            return redirect(back)
    context = {
        "check": check_named(check),
        "kind": WORDS[check],
        "organisation": registration.organisation,
        "form": form,
        "made": made,
        "back": back,
    }
    return render(request, "providers/statement_form.html", context, status=status_of(request))


def _initial(made: Statement | None, registration: Registration) -> dict[str, Any]:
    if made is None:
        return {"version": registration.version}
    names = ("words", "amount_pence", "names_partners")
    return {"version": registration.version, **{name: getattr(made, name) for name in names}}
