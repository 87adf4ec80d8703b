"""Reminding providers of what runs out: 60, 30 and 7 days before, each once."""

import datetime

from django.db import transaction
from django.urls import reverse

from core.models import User
from core.notices import Letter, send_each
from providers.checks.registry import check_named
from providers.models import Evidence, EvidenceReminder
from providers.queries.reminders import due_for_reminder, keepers_of, reminder_day, urgency

AT_ONCE = 200
NOTICE = "providers/evidence_runs_out"


def send_evidence_reminders(*, now: datetime.datetime) -> int:
    """Every provider with something that soon runs out has been reminded; how many reminders were written.

    Running again at once writes none, and so do two at the same moment together. After days on which nothing
    ran only the most urgent reminder is written. Each batch is one transaction.
    """
    day = reminder_day(now)
    written = 0
    while batch := list(due_for_reminder(day).values_list("pk", flat=True)[:AT_ONCE]):
        written += _remind(batch, day, now)
    return written


@transaction.atomic
def _remind(numbers: list[int], day: datetime.date, now: datetime.datetime) -> int:
    """Those that are still due once they are held are reminded of; another run may have been faster."""
    _hold(numbers)
    rows = list(due_for_reminder(day).filter(pk__in=numbers).select_related("organisation"))
    EvidenceReminder.objects.bulk_create(
        EvidenceReminder(evidence=row, days_before=urgency(row, day), written_at=now) for row in rows
    )
    people = keepers_of({row.organisation_id for row in rows})
    letters = [_letter(row, person, day) for row in rows for person in people.get(row.organisation_id, [])]
    send_each(NOTICE, letters)
    return len(rows)


def _hold(numbers: list[int]) -> None:
    """Nobody else decides about these rows or reminds of them until the transaction ends."""
    rows = Evidence.objects.filter(pk__in=numbers).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk", flat=True))


def _letter(evidence: Evidence, person: User, day: datetime.date) -> Letter:
    left = (evidence.valid_until - day).days  # type: ignore[operator]  # what is due has a last day
    return Letter(
        to=person,
        context={"evidence": evidence, "check": check_named(evidence.check_code).name, "days": left},
        url=reverse("evidence-form", args=[evidence.organisation_id, evidence.check_code]),
    )
