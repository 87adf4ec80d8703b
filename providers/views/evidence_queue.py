"""What commissioners look at: evidence that waits, one at a time, and what they decide.

The queue is made of what providers have shown, never of bids: nobody can read from it who bids for what.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import paging
from core.access import Refused
from core.display import Crumb, Row
from core.entry import entry, holders_of
from core.forms import Form, submitted
from core.permissions import Permission as P
from core.policies import holds
from core.views.requests import SignedIn, status_of
from providers.forms.evidence import QueueFilters, RefusalForm, UndoForm
from providers.models import Evidence
from providers.policies.evidence import may_undo_decision, may_verify_evidence
from providers.queries.evidence import (
    OLDEST_FIRST,
    areas_around,
    evidence_of,
    evidence_visible_to,
    waiting_evidence,
)
from providers.services.evidence import refuse_evidence, undo_decision, verify_evidence
from providers.states import EvidenceStatus
from providers.views.evidence_display import TONES, check_name, decision_rows, facts_of, past_of

verifiers = holders_of(P.EVIDENCE_VERIFY, P.EVERYTHING_READ)
OLD_DAYS = 14
SHOWN_BEFORE = 10


@entry(verifiers)
def evidence_queue(request: SignedIn) -> HttpResponse:
    """What waits, the oldest first; of providers that work in the commissioner’s own area unless asked for all."""
    form = QueueFilters(request.GET or None)
    near = None if form.is_everywhere else _own_areas(request)
    rows = waiting_evidence(check_code=form.value("check"), areas=near, text=form.value("q"))
    page = paging.page_of(rows, order=OLDEST_FIRST, cursor=request.GET.get(paging.PARAMETER, ""))
    count = paging.count_up_to(rows)
    waits = _("%(count)s wait to be looked at") % {"count": count} if count.number != 1 else _("1 waits")
    context = {
        "title": _("Evidence to look at"),
        "crumbs": [Crumb(_("Your work"), reverse("work"))],
        "form": form,
        "chips": form.chips(lambda name: _without(request, name)),
        "lines": [_line(row) for row in page.rows],
        "found": waits,
        "pages": paging.links(page, "", request.path, request.GET.dict()),
        "everywhere_url": "" if near is None else f"{request.path}?where=everywhere",
    }
    return render(request, "providers/evidence_queue.html", context)


def _own_areas(request: SignedIn) -> set[int] | None:
    """Numbers of the areas around the body the person acts for; none where it acts over none, so for all."""
    organisation = request.organisation
    if organisation is None or not holds(request.user, P.EVIDENCE_VERIFY, organisation):
        return None
    return areas_around(organisation, timezone.localdate()) or None


def _without(request: SignedIn, name: str) -> str:
    rest = request.GET.copy()
    rest.pop(name, None)
    rest.pop(paging.PARAMETER, None)
    return f"{request.path}?{rest.urlencode()}"


def _line(evidence: Evidence) -> dict[str, Any]:
    days = (timezone.localdate() - timezone.localdate(evidence.given_at)).days
    return {
        "evidence": evidence,
        "check": check_name(evidence.check_code),
        # A tag of two words does not break.
        "age": (ngettext("%(days)d day", "%(days)d days", days) % {"days": days}).replace(" ", "\u00a0"),
        "tone": "warn" if days >= OLD_DAYS else "plain",
    }


@entry(verifiers)
def evidence_detail(request: SignedIn, pk: int) -> HttpResponse:
    """One thing that was shown, with everything needed to decide about it."""
    return _shown(request, _found(request, pk))


def _found(request: SignedIn, pk: int) -> Evidence:
    rows = evidence_visible_to(request.user).select_related("organisation__registration")
    return get_object_or_404(rows.prefetch_related("organisation__identifiers"), pk=pk)


def _shown(request: SignedIn, evidence: Evidence, form: Form | None = None, status: int = 200) -> HttpResponse:
    user, body = request.user, request.organisation
    may = may_verify_evidence(user, evidence, body)
    earlier = evidence_of(evidence.organisation, evidence.check_code).exclude(pk=evidence.pk)
    context = {
        "title": check_name(evidence.check_code),
        "crumbs": [Crumb(_("Evidence to look at"), reverse("evidence-queue"))],
        "evidence": evidence,
        "tone": TONES[EvidenceStatus(evidence.status)],
        "has_run_out": evidence.has_run_out_on(timezone.localdate()),
        "rows": [*facts_of(evidence), *decision_rows(evidence)],
        "provider_rows": _provider_rows(evidence),
        "past": past_of(list(earlier[:SHOWN_BEFORE])),
        "may_verify": may.allowed,
        "why_not": "" if may or evidence.status != EvidenceStatus.GIVEN else may.reason,
        "may_undo": may_undo_decision(user, evidence, body).allowed,
        "form": form or RefusalForm(),
    }
    return render(request, "providers/evidence_detail.html", context, status=status)


def _provider_rows(evidence: Evidence) -> list[Row]:
    organisation = evidence.organisation
    name = Row(
        _("Organisation"),
        organisation.name,
        url=reverse("provider-detail", args=[organisation.pk]),
        action=_("Its page"),
    )
    numbers = [
        Row(number.label, number.value, url=number.address, action=_("Look it up"))
        for number in organisation.identifiers.all()
    ]
    registration = organisation.registration
    document = registration.governing_document
    return [name, *numbers, *([Row(_("Governing document"), document)] if document else [])]


@entry(holders_of(P.EVIDENCE_VERIFY))
@require_POST
def evidence_verify(request: SignedIn, pk: int) -> HttpResponse:
    """It holds."""
    evidence = _found(request, pk)
    verify_evidence(by=request.user, evidence=evidence, organisation=request.organisation)
    told = {"check": check_name(evidence.check_code), "name": evidence.organisation.name}
    messages.success(request, _("Verified: %(check)s of %(name)s. They have been told.") % told)
    return redirect("evidence-queue")


@entry(holders_of(P.EVIDENCE_VERIFY))
@require_POST
def evidence_refuse(request: SignedIn, pk: int) -> HttpResponse:
    """It does not serve, and why."""
    evidence = _found(request, pk)
    form = submitted(RefusalForm, request)

    def refuse() -> None:
        refuse_evidence(
            by=request.user, evidence=evidence, organisation=request.organisation, reason=form.whole_reason
        )

    if not _done(form, refuse):
        return _shown(request, evidence, form, status=status_of(request))
    told = {"check": check_name(evidence.check_code), "name": evidence.organisation.name}
    messages.success(request, _("Not accepted: %(check)s of %(name)s. They have been told why.") % told)
    return redirect("evidence-queue")


@entry(holders_of(P.EVIDENCE_VERIFY))
def evidence_undo(request: SignedIn, pk: int) -> HttpResponse:
    """A decision was a mistake: asks what it was, then it waits again."""
    evidence = _found(request, pk)
    form = submitted(UndoForm, request)

    def undo() -> None:
        reason = form.cleaned_data["reason"]
        undo_decision(by=request.user, evidence=evidence, organisation=request.organisation, reason=reason)

    if request.method == "POST" and _done(form, undo):
        messages.success(request, _("It waits to be looked at again, and the provider has been told."))
        return redirect("evidence-detail", pk)
    context = {
        "title": _("Undo this decision?"),
        "evidence": evidence,
        "check": check_name(evidence.check_code),
        "crumbs": [Crumb(_("Evidence to look at"), reverse("evidence-queue"))],
        "form": form,
        "verdict": may_undo_decision(request.user, evidence, request.organisation),
    }
    return render(request, "providers/evidence_undo.html", context, status=status_of(request))


def _done(form: Form, act: Callable[[], None]) -> bool:
    """Whether the form is whole and the act was carried out; a refusal is said at the top of the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refused as refusal:
        form.add_error(None, refusal.reason)
        return False
    return True
