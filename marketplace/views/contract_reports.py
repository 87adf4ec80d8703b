"""Pages on which a quarter is reported on, read and acknowledged."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import Refused, Stale, require
from core.display import Row
from core.entry import entry, holders_of
from core.forms import submitted
from core.money import pounds
from core.permissions import Permission as P
from core.templatetags.accord import when
from core.views.requests import SignedIn, status_of
from marketplace.forms.contract_reports import ReportForm, SeenForm
from marketplace.models import Contract, ContractReport
from marketplace.policies.contract_reports import (
    may_acknowledge,
    may_change_report,
    may_report,
    quarters_to_report,
)
from marketplace.quarters import Quarter
from marketplace.queries.contracts import contracts_read_by, version_of_report
from marketplace.services.contract_reports import acknowledge_report, save_report
from marketplace.views.contracts import READERS, read_contract


@entry(holders_of(P.CONTRACT_WORK))
def contract_report_create(request: SignedIn, pk: int) -> HttpResponse:
    """Reports on a quarter that is over and has no report yet."""
    contract = read_contract(request, pk)
    verdict = may_report(request.user, contract)
    if not verdict.right or request.method != "POST":
        require(verdict)
    told = {report.quarter_ends_on for report in contract.reports.all()}
    today = timezone.localdate()
    quarters = [each for each in quarters_to_report(contract, on=today) if each.ends_on not in told]
    initial = {"quarter": quarters[0].code} if quarters else {}
    return _written(request, contract, quarters or quarters_to_report(contract, on=today), initial)


@entry(holders_of(P.CONTRACT_WORK))
def contract_report_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Puts a report right that was not seen yet."""
    report = _report(request, pk)
    verdict = may_change_report(request.user, report)
    if not verdict.right or request.method != "POST":
        require(verdict)
    quarter = Quarter.of(report.quarter_ends_on)
    initial = {
        "quarter": quarter.code,
        "delivered": report.delivered,
        "paid_pence": report.paid_pence,
        "version": report.version,
    }
    return _written(request, report.contract, [quarter], initial)


def _written(
    request: SignedIn, contract: Contract, quarters: list[Quarter], initial: dict[str, Any]
) -> HttpResponse:
    form = submitted(ReportForm, request, quarters=quarters, initial={"version": 0, **initial})
    if request.method == "POST" and form.is_valid():
        try:
            report = save_report(by=request.user, contract=contract, **form.cleaned_data)
        except Stale as refusal:
            form.add_error(None, refusal.reason)
            form.accept_version(version_of_report(contract, form.cleaned_data["quarter"]))
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Saved. The commissioner has been told."))
            return redirect("contract-report", report.pk)
    context = {
        "title": _("Report on a quarter"),
        "section": "contracts",
        "contract": contract,
        "is_early": not quarters,
        "form": form,
    }
    return render(request, "marketplace/contract_report_edit.html", context, status=status_of(request))


@entry(READERS)
def contract_report(request: SignedIn, pk: int) -> HttpResponse:
    """What was delivered and paid; the commissioner says here that it was seen."""
    report = _report(request, pk)
    verdict = may_acknowledge(request.user, report)
    if request.method == "POST" and not verdict.right:
        require(verdict)
    form = submitted(SeenForm, request, initial={"version": report.version}) if verdict.right else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            acknowledge_report(by=request.user, report=report, **form.cleaned_data)
        except Stale as refusal:
            report.refresh_from_db()
            form.add_error(None, refusal.reason)
            form.accept_version(report.version)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Thank you. The provider is told that you have read it."))
            return redirect("contract-report", report.pk)
    quarter = Quarter.of(report.quarter_ends_on)
    context = {
        "title": _("Report on %(quarter)s") % {"quarter": quarter.label},
        "section": "contracts",
        "contract": report.contract,
        "report": report,
        "facts": _facts(report),
        "form": form if verdict or request.method == "POST" else None,
        "may_change": may_change_report(request.user, report),
    }
    return render(request, "marketplace/contract_report.html", context, status=status_of(request))


def _facts(report: ContractReport) -> list[Row]:
    seen = _("not yet")
    if report.seen_by:
        seen = _("%(name)s, %(time)s") % {"name": report.seen_by.name, "time": when(report.seen_at)}
    reported = _("%(name)s, %(time)s") % {"name": report.reported_by.name, "time": when(report.reported_at)}
    return [
        Row(_("Paid so far"), pounds(report.paid_pence)),
        Row(_("Value of the contract now"), pounds(report.contract.value_pence)),
        Row(_("Reported by"), reported),
        Row(_("Seen by the commissioner"), seen),
        *([Row(_("The commissioner says"), report.seen_note)] if report.seen_note else []),
    ]


def _report(request: SignedIn, pk: int) -> ContractReport:
    rows = ContractReport.objects.select_related("contract__organisation", "reported_by", "seen_by")
    rows = rows.prefetch_related("contract__parties__organisation")
    return get_object_or_404(rows.filter(contract__in=contracts_read_by(request.user)), pk=pk)
