"""Which contracts wait for an organisation, and for what."""

import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, TextChoices, Value, When

from core.models import Organisation
from core.permissions import Permission as P
from marketplace.models import ContractParty, ContractReport, Variation, VariationAnswer
from marketplace.quarters import Quarter
from marketplace.states import ContractStatus


class ContractStep(TextChoices):
    """What waits in a contract."""

    SIGN = "sign"
    SIGN_VARIATION = "sign_variation"
    AGREE = "agree"
    FINISH = "finish"
    REPORT = "report"
    ACKNOWLEDGE = "acknowledge"


# One line of work on an agreement, whatever it is; alliances give the same, so that one query finds both.
COLUMNS = ("kind", "place", "agreement", "title", "step")


def places_to_do(
    organisation: Organisation, rights: Collection[P], *, on: datetime.date
) -> QuerySet[ContractParty, dict[str, Any]]:
    """Places of the organisation in contracts that wait for somebody with these rights, and for what, as COLUMNS.

    Of two things that wait in one contract the first to do is named.
    """
    mine = [When(rule, then=Value(step.value)) for step, right, rule in _steps(on) if right in rights]
    found: QuerySet[ContractParty, dict[str, Any]] = (
        ContractParty.objects.filter(organisation=organisation)
        .filter(contract__status__in=[ContractStatus.DRAFT, ContractStatus.SIGNING, ContractStatus.ACTIVE])
        .annotate(
            kind=Value("contract", output_field=CharField()),
            place=F("pk"),
            agreement=F("contract"),
            title=F("contract__title"),
            step=Case(*mine, default=Value(""), output_field=CharField()),
        )
        .exclude(step="")
        .order_by()
        .values(*COLUMNS)
    )
    return found


def _steps(on: datetime.date) -> list[tuple[ContractStep, P, Q]]:
    body = Q(contract__organisation=F("organisation"))
    in_force = Q(contract__status=ContractStatus.ACTIVE, contract__ends_on__gte=on)
    unread = Exists(_reports().filter(seen_at__isnull=True, quarter_ends_on__lt=on))
    return [
        (
            ContractStep.SIGN,
            P.CONTRACT_SIGN,
            Q(contract__status=ContractStatus.SIGNING, signature__isnull=True),
        ),
        (ContractStep.SIGN_VARIATION, P.CONTRACT_SIGN, in_force & Q(Exists(_variations("signing", signed=True)))),
        (ContractStep.AGREE, P.CONTRACT_WORK, in_force & Q(Exists(_variations("proposed", signed=False)))),
        (ContractStep.FINISH, P.CONTRACT_MANAGE, body & Q(contract__status=ContractStatus.DRAFT)),
        (ContractStep.REPORT, P.CONTRACT_WORK, _report_is_due(on)),
        (ContractStep.ACKNOWLEDGE, P.CONTRACT_MANAGE, body & Q(unread)),
    ]


def _variations(status: str, *, signed: bool) -> QuerySet[Variation]:
    """Variations of the contract that the party of the outer query has not answered, or not signed."""
    answers = VariationAnswer.objects.filter(variation=OuterRef("pk"), party=OuterRef(OuterRef("pk")))
    answers = answers.filter(signed_at__isnull=False) if signed else answers
    return Variation.objects.filter(~Exists(answers), contract=OuterRef("contract"), status=status)


def _reports() -> QuerySet[ContractReport]:
    return ContractReport.objects.filter(contract=OuterRef("contract"))


def _report_is_due(day: datetime.date) -> Q:
    """That the organisation leads, and the last quarter that is over lay in the term and has no report."""
    quarter = Quarter.of(day).previous()
    return Q(
        is_lead=True,
        contract__status=ContractStatus.ACTIVE,
        contract__starts_on__lte=quarter.ends_on,
        contract__ends_on__gte=quarter.starts_on,
    ) & ~Q(Exists(_reports().filter(quarter_ends_on=quarter.ends_on)))
