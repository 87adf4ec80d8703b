"""The days on which something is due in a contract, and reminding its people of them, each once."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from core.models import User
from core.notices import Letter, send_each
from core.permissions import Permission as P
from core.queries.people import people_with
from marketplace.contract_values import review_days
from marketplace.models import Contract, ContractDate, DateKind
from marketplace.queries.contract_dates import dates_to_remind

# How many days before the day its people are reminded: long enough to decide, or to find the next contract.
DAYS_BEFORE = {DateKind.REVIEW: 30, DateKind.BREAK: 90, DateKind.END: 180}
AT_ONCE = 100
NOTICE = "marketplace/contract_date_near"


def days_of(contract: Contract) -> list[tuple[DateKind, datetime.date]]:
    """Every day on which something is due, by the contract as it stands."""
    reviews = review_days(contract.starts_on, contract.ends_on, contract.review_months)
    breaks = [(DateKind.BREAK, contract.break_on)] if contract.break_on else []
    return [*((DateKind.REVIEW, on) for on in reviews), *breaks, (DateKind.END, contract.ends_on)]


def set_dates(contract: Contract, days: Iterable[tuple[DateKind, datetime.date]]) -> None:
    """These days are due in a held contract and no others; of those that stay nobody is reminded twice."""
    wanted = set(days)
    there = {(DateKind(row.kind), row.on): row for row in contract.dates.all()}
    gone = [row.pk for key, row in there.items() if key not in wanted and row.reminded_at is None]
    ContractDate.objects.filter(pk__in=gone).delete()
    ContractDate.objects.bulk_create(
        ContractDate(
            contract=contract, kind=kind, on=on, remind_on=on - datetime.timedelta(days=DAYS_BEFORE[kind])
        )
        for kind, on in sorted(wanted - there.keys())
    )


def send_contract_reminders(*, now: datetime.datetime) -> int:
    """Everybody concerned has been reminded of each day that is near; how many days were reminded of.

    Running again at once reminds of none, and so do two at the same moment together. Each batch is one
    transaction.
    """
    reminded = 0
    while batch := list(dates_to_remind(now).values_list("pk", flat=True)[:AT_ONCE]):
        reminded += _remind(batch, now)
    return reminded


@transaction.atomic
def _remind(numbers: list[int], now: datetime.datetime) -> int:
    """Those that are still due once they are held are reminded of; another run may have been faster."""
    held = ContractDate.objects.filter(pk__in=numbers).order_by("pk").select_for_update(no_key=True)
    list(held.values_list("pk", flat=True))
    rows = list(dates_to_remind(now).filter(pk__in=numbers).select_related("contract__organisation"))
    ContractDate.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=now)
    send_each(NOTICE, [letter for row in rows for letter in _letters(row)])
    return len(rows)


def _letters(row: ContractDate) -> list[Letter]:
    url = reverse("contract-detail", args=[row.contract_id])
    return [Letter(to=person, context={"date": row, "contract": row.contract}, url=url) for person in _told(row)]


def _told(row: ContractDate) -> list[User]:
    houses: QuerySet[ContractDate, int] = row.contract.parties.values_list("organisation_id", flat=True)  # type: ignore[assignment]  # numbers
    return list(dict.fromkeys(person for house in houses for person in people_with(P.CONTRACT_WORK, house)))
