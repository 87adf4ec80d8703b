"""Who may report on a quarter of a contract, for which quarters, and who may say that it was seen."""

import datetime

from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.models import User
from core.money import pounds
from core.permissions import Permission as P
from core.policies import has_right
from marketplace.models import Contract, ContractReport
from marketplace.policies.contracts import Person
from marketplace.quarters import Quarter
from marketplace.states import ContractStatus


def may_report(user: Person, contract: Contract) -> Verdict:
    """Whether the person may report for the provider that leads, on a contract that was in force.

    Reads the parties, so prefetch them.
    """
    lead = next((party.organisation for party in contract.parties.all() if party.is_lead), None)
    right = has_right(user, P.CONTRACT_WORK, lead)
    if right and contract.activated_at is None:
        return refused(_("Reports begin when all parties have signed the contract."))
    return right


def quarters_to_report(contract: Contract, *, on: datetime.date) -> list[Quarter]:
    """The quarters of the term that are over on the day, the latest first; of a terminated one until its end."""
    ends = contract.ends_on
    if contract.status == ContractStatus.TERMINATED and contract.terminated_at:
        ends = min(ends, contract.terminated_at.date())
    found, quarter = [], Quarter.of(contract.starts_on)
    while quarter.ends_on < on and quarter.starts_on <= ends:
        found.append(quarter)
        quarter = quarter.next()
    return found[::-1]


def report_holds(contract: Contract, quarter: Quarter, paid_pence: int, *, on: datetime.date) -> Verdict:
    """Whether such a report can be: the quarter is over and in the term, and what was paid fits its neighbours."""
    if quarter not in quarters_to_report(contract, on=on):
        return refused(_("%(quarter)s is not a quarter to report on.") % {"quarter": quarter.label})
    if paid_pence > contract.value_pence:
        return refused(
            _("What was paid cannot be more than the value of the contract, %(value)s.")
            % {"value": pounds(contract.value_pence)}
        )
    others = contract.reports.exclude(quarter_ends_on=quarter.ends_on).order_by("quarter_ends_on")
    before = others.filter(quarter_ends_on__lt=quarter.ends_on).last()
    after = others.filter(quarter_ends_on__gt=quarter.ends_on).first()
    if before and paid_pence < before.paid_pence:
        return refused(
            _("Paid so far cannot be less than in the report before, %(sum)s.")
            % {"sum": pounds(before.paid_pence)}
        )
    if after and paid_pence > after.paid_pence:
        return refused(
            _("Paid so far cannot be more than in the report after, %(sum)s.") % {"sum": pounds(after.paid_pence)}
        )
    return ALLOWED


def may_change_report(user: Person, report: ContractReport) -> Verdict:
    """Whether what was reported may be put right: until it was seen."""
    right = may_report(user, report.contract)
    if right and report.seen_at:
        return refused(_("The commissioner has seen this report. Put it right in the next one."))
    return right


def may_acknowledge(user: User, report: ContractReport) -> Verdict:
    """Whether the person may say for the commissioning body that the report was seen: once."""
    right = has_right(user, P.CONTRACT_MANAGE, report.contract.organisation)
    if right and report.seen_at:
        return refused(_("This report was seen already."))
    return right
