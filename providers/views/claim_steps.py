"""Deciding about a claim, undoing that, and withdrawing it: each asks once more on a page of its own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Refused, Verdict, require
from core.display import Crumb
from core.entry import entry, holders_of, signed_in
from core.forms import Form, submitted
from core.permissions import Permission as P
from core.policies import holds
from core.views.requests import SignedIn, status_of
from providers.forms.claims import AcceptForm, DecisionForm
from providers.models import Claim
from providers.policies.claims import may_accept_claim, may_refuse_claim, may_undo_claim, may_withdraw_claim
from providers.queries.claims import has_owner
from providers.services.claims import accept_claim, refuse_claim, undo_claim, withdraw_claim
from providers.views.claims import visible_claim

DECIDERS = holders_of(P.CLAIM_DECIDE, P.MEMBERS_MANAGE)


@entry(DECIDERS)
def claim_accept(request: SignedIn, pk: int) -> HttpResponse:
    """Whoever claimed becomes an owner."""
    claim = visible_claim(request, pk)
    owns = holds(request.user, P.MEMBERS_MANAGE, claim.organisation)
    form: Any = (
        submitted(Form, request)
        if owns
        else submitted(AcceptForm, request, initial={}, has_owners=has_owner(claim.organisation))
    )
    words = {
        "title": _("Make %(name)s an owner?") % {"name": claim.claimant},
        "text": _("They can then sign for %(name)s, submit its bids and decide who joins.")
        % {"name": claim.organisation},
        "action": _("Accept the claim"),
        "done": _("%(name)s is an owner now and has been told.") % {"name": claim.claimant},
    }

    def act() -> None:
        if owns:
            accept_claim(by=request.user, claim=claim)
        else:
            reason = form.cleaned_data["reason"]
            accept_claim(by=request.user, claim=claim, reason=reason, ends_owners=form.ends_owners)

    return _step(request, claim, may_accept_claim(request.user, claim), form, act, words)


@entry(DECIDERS)
def claim_refuse(request: SignedIn, pk: int) -> HttpResponse:
    """The organisation stays with those who have it."""
    claim = visible_claim(request, pk)
    form = submitted(DecisionForm, request)
    words = {
        "title": _("Refuse the claim?"),
        "text": _("%(claimant)s does not become an owner of %(name)s, and is told why.")
        % {"claimant": claim.claimant, "name": claim.organisation},
        "action": _("Refuse the claim"),
        "done": _("The claim is refused, and they have been told why."),
    }

    def act() -> None:
        refuse_claim(by=request.user, claim=claim, reason=form.cleaned_data["reason"])

    return _step(request, claim, may_refuse_claim(request.user, claim), form, act, words)


@entry(holders_of(P.CLAIM_DECIDE))
def claim_undo(request: SignedIn, pk: int) -> HttpResponse:
    """Another administrator’s decision, or an owner’s, was a mistake."""
    claim = visible_claim(request, pk)
    form = submitted(DecisionForm, request)
    words = {
        "title": _("Undo this decision?"),
        "text": _(
            "What it changed is put back: who was removed belongs again, and who was made owner is not. "
            "The claim then waits for a new decision by the service administrator."
        ),
        "action": _("Undo the decision"),
        "done": _("The decision is undone, and those concerned have been told."),
    }

    def act() -> None:
        undo_claim(by=request.user, claim=claim, reason=form.cleaned_data["reason"])

    return _step(request, claim, may_undo_claim(request.user, claim), form, act, words)


@entry(signed_in)
def claim_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Whoever claimed takes it back."""
    claim = visible_claim(request, pk)
    words = {
        "title": _("Withdraw your claim?"),
        "text": _("Nobody decides about it any more. You can claim %(name)s again later.")
        % {"name": claim.organisation},
        "action": _("Withdraw the claim"),
        "done": _("Your claim is withdrawn."),
    }

    def act() -> None:
        withdraw_claim(by=request.user, claim=claim)

    return _step(request, claim, may_withdraw_claim(request.user, claim), submitted(Form, request), act, words)


def _step(
    request: SignedIn, claim: Claim, verdict: Verdict, form: Form, act: Callable[[], None], words: dict[str, str]
) -> HttpResponse:
    """The page that asks once more, or the act and back to the claim; without the right it does not open."""
    url = reverse("claim-detail", args=[claim.pk])
    if not verdict.right:
        require(verdict)
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, words["done"])
            return redirect(url)
    context = {
        **words,
        "crumbs": [Crumb(_("Claim to %(name)s") % {"name": claim.organisation}, url)],
        "claim": claim,
        "form": form,
        "verdict": verdict,
        "cancel_url": url,
    }
    return render(request, "providers/claim_step.html", context, status=status_of(request))
