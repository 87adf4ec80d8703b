"""Pages on which the panel says whether it has ties with a newcomer, and decides on a replacement."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Refused
from core.entry import entry, holders_of
from core.forms import Form, submitted
from core.permissions import Permission as P
from core.views.requests import SignedIn
from marketplace.forms.replacements import DecideReplacementForm, TieForm
from marketplace.models import Replacement
from marketplace.policies.replacements import may_accept_replacement, may_declare_tie, may_refuse_replacement
from marketplace.queries.replacements import terms_of
from marketplace.services.replacement_decisions import accept_replacement, declare_tie, refuse_replacement
from marketplace.views.replacement_display import terms_rows
from marketplace.views.replacements import follows_evaluation, visible_replacement

PANEL = holders_of(P.SCORE_GIVE)


def _before_the_panel(request: SignedIn, pk: int) -> Replacement:
    replacement = visible_replacement(request, pk)
    if not follows_evaluation(request, replacement):
        raise Http404
    return replacement


@entry(PANEL)
def replacement_declare(request: SignedIn, pk: int) -> HttpResponse:
    """A panel member says whether they have a tie with whoever is to come in."""
    replacement = _before_the_panel(request, pk)
    verdict = may_declare_tie(request.user, replacement)
    if not verdict.right:
        raise PermissionDenied(str(verdict.reason))
    form = submitted(TieForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            declare_tie(by=request.user, replacement=replacement, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Your answer is on record."))
            return redirect("replacement-detail", replacement.pk)
    title = _("Your ties with %(name)s") % {"name": replacement.coming.name}
    return _shown(request, replacement, form, "declare", title=title, verdict=verdict)


@entry(PANEL)
def replacement_decide(request: SignedIn, pk: int) -> HttpResponse:
    """The chair records what the panel decided."""
    replacement = _before_the_panel(request, pk)
    verdict = may_refuse_replacement(request.user, replacement)
    if not verdict.right:
        raise PermissionDenied(str(verdict.reason))
    form = submitted(DecideReplacementForm, request)
    if request.method == "POST" and form.is_valid():
        act = accept_replacement if form.cleaned_data["decision"] == "accept" else refuse_replacement
        try:
            act(by=request.user, replacement=replacement, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The decision is on record, and everybody in the bid is told."))
            return redirect("replacement-detail", replacement.pk)
    return _shown(
        request,
        replacement,
        form,
        "decide",
        title=_("Decide on the replacement"),
        verdict=verdict,
        may_accept=may_accept_replacement(request.user, replacement),
        rows=terms_rows(terms_of(replacement)),
    )


def _shown(request: SignedIn, replacement: Replacement, form: Form, page: str, **context: object) -> HttpResponse:
    frame = {
        "replacement": replacement,
        "opportunity": replacement.bid.opportunity,
        "form": form,
        "back": reverse("replacement-detail", args=[replacement.pk]),
        "section": "opportunities",
    }
    status = 422 if form.errors else 200
    return render(request, f"marketplace/replacement_{page}.html", {**frame, **context}, status=status)
