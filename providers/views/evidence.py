"""A provider’s own evidence: what it has shown, giving something, taking it back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import Refused, require
from core.display import Crumb, Step
from core.entry import entry, signed_in
from core.forms import submitted
from core.models import Organisation
from core.uploads import takes_files
from core.views.requests import SignedIn, status_of
from providers.evidence_kinds import KINDS
from providers.forms.evidence import EvidenceForm
from providers.models import Evidence
from providers.policies.evidence import may_give_evidence, may_withdraw_evidence
from providers.queries.checks import matrix_on
from providers.queries.evidence import Shown, Standing, evidence_of, evidence_visible_to, shown_by, standing_of
from providers.queries.registration import registrations_visible_to
from providers.services.evidence import give_evidence, withdraw_evidence
from providers.states import EvidenceStatus
from providers.views import measuring
from providers.views.evidence_display import (
    check_name,
    codes_in_order,
    decision_rows,
    facts_of,
    offer_of,
    past_of,
    step_of,
    tag_of,
    takes,
)
from providers.views.returning import onwards, way_back

SHOWN_BEFORE = 10
SAME_AGAIN = ("issuer", "details", "amount_pence")


@entry(signed_in)
def evidence_list(request: SignedIn, pk: int) -> HttpResponse:
    """What the organisation has shown for each check, and what else can be shown once a bid asks."""
    organisation = _provider(request, pk)
    verdict = may_give_evidence(request.user, organisation)
    shown = evidence_steps(request, organisation)
    given = {step.title for step in shown}
    matrix = matrix_on(timezone.localdate())
    others = [
        offer_of(code, matrix, onwards(request, "evidence-form", pk, code) if verdict else "")
        for code in codes_in_order()
        if check_name(code) not in given
    ]
    context = {
        "title": _("What you have given"),
        "organisation": organisation,
        "crumbs": [Crumb(_("Registration"), reverse("registration-detail", args=[pk]))],
        "shown": shown,
        "others": others,
        "verdict": verdict,
        "back": way_back(request),
    }
    return render(request, "providers/evidence_list.html", context)


def evidence_steps(request: SignedIn, organisation: Organisation) -> list[Step]:
    """A line for each check for which something was shown; one query."""
    found = shown_by([organisation])[organisation.pk]
    today = timezone.localdate()
    return [
        step_of(code, found[code], today, onwards(request, "evidence-form", organisation.pk, code))
        for code in codes_in_order()
        if code in found
    ]


def _provider(request: SignedIn, pk: int) -> Organisation:
    registrations = registrations_visible_to(request.user)
    return get_object_or_404(registrations, organisation__pk=pk).organisation


@entry(signed_in)
@takes_files()
def evidence_form(request: SignedIn, pk: int, check: str) -> HttpResponse:
    """One check: what counts now, what was shown before, and a form to give something (newer)."""
    organisation = _provider(request, pk)
    if check not in KINDS:
        raise Http404
    verdict = may_give_evidence(request.user, organisation)
    if request.method == "POST":
        require(verdict)
    timed = measuring.evidence_timed(check)
    if verdict:
        measuring.opened(request, organisation, timed)
    standing = _standing(request, organisation, check)
    form = submitted(EvidenceForm, request, kind=KINDS[check], initial=_known(standing["latest"]))
    if request.method == "POST" and form.is_valid():
        try:
            give_evidence(
                by=request.user,
                organisation=organisation,
                check_code=check,
                told=form.told,
                form_key=form.cleaned_data["form_key"],
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            measuring.done(request, organisation, timed)
            messages.success(
                request, _("Given: %(check)s. A commissioner will look at it.") % {"check": check_name(check)}
            )
            return redirect(onwards(request, "evidence-list", pk))
    context = {
        "title": check_name(check),
        "organisation": organisation,
        "kind": KINDS[check],
        "takes": takes(check, matrix_on(timezone.localdate())),
        "form": form,
        "verdict": verdict,
        "cancel_url": onwards(request, "evidence-list", pk),
        **standing,
    }
    return render(request, "providers/evidence_form.html", context, status=status_of(request))


def _known(latest: Evidence | None) -> dict[str, object]:
    """What is likely to be as it was, so that nobody types it twice; never a number or a day."""
    return {name: getattr(latest, name) for name in SAME_AGAIN} if latest else {}


def _standing(request: SignedIn, organisation: Organisation, check: str) -> dict[str, Any]:
    """What counts and what waits, with what can be done about each, and what was there before."""
    rows = list(evidence_of(organisation, check)[: SHOWN_BEFORE + 2])
    live = [row for row in rows if row.status not in (EvidenceStatus.WITHDRAWN, EvidenceStatus.SUPERSEDED)]
    today = timezone.localdate()
    shown = standing_of(live, today) if live else None
    current = [each for each in (shown.evidence, shown.waiting) if each] if shown else []
    return {
        "latest": rows[0] if rows else None,
        "holds": shown is not None and shown.standing is Standing.VERIFIED,
        "refusal": shown.evidence.reason if shown and shown.standing is Standing.REFUSED else "",
        "current": [_card(request, row, standing_of([row], today)) for row in current],
        "past": past_of([row for row in rows if row not in current][:SHOWN_BEFORE]),
    }


def _card(request: SignedIn, row: Evidence, shown: Shown) -> dict[str, object]:
    tag, tone = tag_of(shown, timezone.localdate())
    return {
        "evidence": row,
        "rows": [*facts_of(row), *decision_rows(row)],
        "tag": tag,
        "tone": tone,
        "may_withdraw": may_withdraw_evidence(request.user, row).allowed,
    }


@entry(signed_in)
def evidence_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Asks once more, then it counts no longer."""
    evidence = get_object_or_404(evidence_visible_to(request.user), pk=pk)
    require(may_withdraw_evidence(request.user, evidence))
    back = reverse("evidence-form", args=[evidence.organisation_id, evidence.check_code])
    if request.method == "POST":
        withdraw_evidence(by=request.user, evidence=evidence)
        messages.success(request, _("Taken back. It stays on record, and bids no longer build on it."))
        return redirect("evidence-list", evidence.organisation_id)
    context = {
        "title": _("Take this back?"),
        "evidence": evidence,
        "check": check_name(evidence.check_code),
        "back": back,
        "points": [
            _("Bids that ask for it will ask again."),
            _("Commissioners no longer see it; what they decided on it before stays as it is."),
            _("You can give it again whenever you like."),
        ],
    }
    return render(request, "providers/evidence_withdraw.html", context)
