"""Claiming an organisation that is here already, the claim’s page, and the administrator’s list."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import paging
from core.access import Refused
from core.display import Crumb, Row
from core.entry import entry, holders_of, signed_in
from core.forms import submitted
from core.models import Organisation
from core.permissions import Permission as P
from core.policies import holds, holds_anywhere
from core.queries.audit import events_of
from core.roles import OrganisationKind
from core.templatetags.accord import day, when
from core.views.requests import SignedIn, status_of
from providers.forms.claims import ClaimForm
from providers.models import Claim
from providers.policies.claims import (
    is_owners_turn,
    may_accept_claim,
    may_make_claim,
    may_refuse_claim,
    may_undo_claim,
    may_withdraw_claim,
)
from providers.queries.claims import OLDEST_FIRST, claims_to_decide, claims_visible_to
from providers.services.claims import make_claim
from providers.states import ClaimStatus

TONES = {
    ClaimStatus.OPEN: "info",
    ClaimStatus.ACCEPTED: "good",
    ClaimStatus.REFUSED: "bad",
    ClaimStatus.WITHDRAWN: "plain",
}
ADMINISTRATORS = holders_of(P.CLAIM_DECIDE, P.EVERYTHING_READ)


@entry(signed_in)
def claim_make(request: SignedIn, pk: int) -> HttpResponse:
    """Says why an organisation is one’s own; whoever is an owner there is told."""
    organisation = get_object_or_404(Organisation, pk=pk, kind=OrganisationKind.PROVIDER)
    form = submitted(ClaimForm, request, initial={})
    if request.method == "POST" and form.is_valid():
        try:
            claim = make_claim(by=request.user, organisation=organisation, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Your claim is made. You hear when it is decided."))
            return redirect("claim-detail", claim.pk)
    context = {
        "title": _("Claim %(name)s") % {"name": organisation},
        "crumbs": [Crumb(_("Your work"), reverse("work"))],
        "organisation": organisation,
        "form": form,
        "verdict": may_make_claim(request.user, organisation),
    }
    return render(request, "providers/claim_make.html", context, status=status_of(request))


@entry(ADMINISTRATORS)
def claim_list(request: SignedIn) -> HttpResponse:
    """What the service administrator has to decide, the oldest first."""
    page = paging.page_of(
        claims_to_decide(timezone.now()), order=OLDEST_FIRST, cursor=request.GET.get(paging.PARAMETER, "")
    )
    context = {
        "title": _("Claims to decide"),
        "crumbs": [Crumb(_("Your work"), reverse("work"))],
        "claims": page.rows,
        "pages": paging.links(page, "", request.path, request.GET.dict()),
    }
    return render(request, "providers/claim_list.html", context)


def visible_claim(request: SignedIn, pk: int) -> Claim:
    """The claim, if the person may see it; 404 otherwise."""
    return get_object_or_404(claims_visible_to(request.user), pk=pk)


@entry(signed_in)
def claim_detail(request: SignedIn, pk: int) -> HttpResponse:
    """One claim, for whoever made it, for those who decide about it, and for auditors."""
    claim, user = visible_claim(request, pk), request.user
    owns = holds(user, P.MEMBERS_MANAGE, claim.organisation)
    reviews = holds_anywhere(user, P.CLAIM_DECIDE, P.EVERYTHING_READ)
    accept, refuse = may_accept_claim(user, claim), may_refuse_claim(user, claim)
    is_open = claim.status == ClaimStatus.OPEN
    context = {
        "title": _("Claim to %(name)s") % {"name": claim.organisation},
        "crumbs": [Crumb(_("Claims to decide"), reverse("claim-list")) if reviews else _work_crumb()],
        "claim": claim,
        "tone": TONES[ClaimStatus(claim.status)],
        "rows": _rows(claim, names_decider=reviews),
        "may_accept": accept.allowed,
        "may_refuse": refuse.allowed,
        "why_not": refuse.reason if is_open and not refuse and (owns or reviews) and refuse.right else "",
        "advice": _advice(owns=owns),
        "may_undo": may_undo_claim(user, claim).allowed,
        "may_withdraw": may_withdraw_claim(user, claim).allowed,
        "whose_turn": _whose_turn(claim) if is_open else "",
        "events": events_of(claim) if reviews else [],
    }
    return render(request, "providers/claim_detail.html", context)


def _advice(*, owns: bool) -> str:
    if owns:
        return _("An owner can sign, submit bids and remove people. Accept only somebody you know.")
    return _(
        "Check what they say against a public register, and write to the organisation at an address "
        "you find there, not at one they gave."
    )


def _work_crumb() -> Crumb:
    return Crumb(_("Your work"), reverse("work"))


def _rows(claim: Claim, *, names_decider: bool) -> list[Row]:
    page = reverse("provider-detail", args=[claim.organisation_id])
    rows = [
        Row(_("Organisation"), claim.organisation.name, url=page, action=_("Its page")),
        Row(_("Claimed by"), f"{claim.claimant.name}, {claim.claimant.email}"),
        Row(_("Made"), when(claim.made_at)),
        Row(_("Why"), claim.get_ground_display()),
        Row(_("Reasons"), claim.reason),
    ]
    return [*rows, *(_decision_rows(claim, names_decider=names_decider) if claim.decided_at else [])]


def _decision_rows(claim: Claim, *, names_decider: bool) -> list[Row]:
    """Who the owners are is not told to whoever claims."""
    side = _("An owner of it") if claim.is_decided_by_owner else _("The service administrator")
    decided_by: Any = f"{side}: {claim.decided_by}" if names_decider else side
    rows = [Row(_("Decided"), when(claim.decided_at)), Row(_("Decided by"), decided_by)]
    return [*rows, *([Row(_("Reasons given"), claim.decision_reason)] if claim.decision_reason else [])]


def _whose_turn(claim: Claim) -> str:
    if is_owners_turn(claim):
        until = {"day": day(claim.owners_until)}
        return _("Its owners have until %(day)s to answer. After that the service administrator decides.") % until
    return _("The service administrator decides about it now.")
