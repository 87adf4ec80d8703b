"""A quarter is reported on, put right, and seen by the commissioner."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, Stale, require
from core.models import User
from core.permissions import Permission as P
from marketplace import notices
from marketplace.models import Contract, ContractReport
from marketplace.policies.contract_reports import may_acknowledge, may_change_report, may_report, report_holds
from marketplace.quarters import Quarter
from marketplace.services.contract_locks import locked_contract


@transaction.atomic
def save_report(
    *, by: User, contract: Contract, quarter: Quarter, delivered: str, paid_pence: int, version: int
) -> ContractReport:
    """The quarter has its report, and the commissioner is told; `version` is 0 for a new one.

    Until it was seen it can be put right. Raises Stale where somebody saved it after the person opened it,
    Refused where the quarter is not over or the sum does not fit.
    """
    contract = locked_contract(contract)
    require(may_report(by, contract))
    if not delivered.strip():
        raise Refused(_("Say in a few lines what was delivered."))
    require(report_holds(contract, quarter, paid_pence, on=timezone.localdate()))
    report = contract.reports.filter(quarter_ends_on=quarter.ends_on).first()
    if report is not None and version == 0 and _is_same(report, by, delivered, paid_pence):
        return report
    if (report.version if report else 0) != version:
        raise Stale(
            _("Somebody saved a report on this quarter after you opened the page. Yours is not saved yet.")
        )
    if report is not None:
        report.contract = contract
        require(may_change_report(by, report))
    before = {"paid_pence": report.paid_pence} if report else {}
    report = report or ContractReport(contract=contract, quarter_ends_on=quarter.ends_on)
    report.delivered, report.paid_pence, report.version = delivered.strip(), paid_pence, version + 1
    report.reported_at, report.reported_by = timezone.now(), by
    report.save()
    people = notices.people_of([contract.organisation], P.CONTRACT_MANAGE)
    notices.tell_of_report(report, "marketplace/report_given", people, quarter=quarter.label)
    audit.record(
        "contract.report",
        by=by,
        obj=contract,
        organisation=contract.organisation,
        before=before,
        after={"quarter": quarter.code, "paid_pence": paid_pence},
    )
    return report


def _is_same(report: ContractReport, by: User, delivered: str, paid_pence: int) -> bool:
    """Whether the form was sent twice."""
    return (report.reported_by_id, report.delivered, report.paid_pence) == (by.pk, delivered.strip(), paid_pence)


@transaction.atomic
def acknowledge_report(*, by: User, report: ContractReport, version: int, note: str = "") -> ContractReport:
    """The commissioner has seen the report, perhaps with a word on it; the provider is told and it stays as it is.

    Raises Stale where it was put right after `version`.
    """
    contract = locked_contract(report.contract_id)
    report = ContractReport.objects.select_related("reported_by").get(pk=report.pk)
    report.contract = contract
    require(may_acknowledge(by, report))
    if report.version != version:
        raise Stale(_("The provider changed this report after you opened it. Read it again."))
    report.seen_at, report.seen_by, report.seen_note = timezone.now(), by, note.strip()
    report.save(update_fields=["seen_at", "seen_by", "seen_note"])
    quarter = Quarter.of(report.quarter_ends_on)
    lead = contract.parties.filter(is_lead=True).values_list("organisation_id", flat=True)
    people = notices.people_of(lead, P.CONTRACT_WORK)
    notices.tell_of_report(report, "marketplace/report_seen", people, quarter=quarter.label)
    audit.record(
        "contract.see_report",
        by=by,
        obj=contract,
        organisation=contract.organisation,
        after={"quarter": quarter.code},
    )
    return report
