"""What charities have shown for checks: waiting, verified, refused, run out; so commissioners have a queue."""

import datetime
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from demo import cast
from demo.cast import Commissioner, Provider
from demo.journey import organisation, person
from demo.papers import paper
from demo.timeline import Story
from providers.evidence_kinds import KINDS, Asked, Told
from providers.services.evidence import give_evidence, refuse_evidence, verify_evidence
from providers.services.reminders import send_evidence_reminders

REMINDED_SINCE_DAYS = 75


@dataclass(frozen=True)
class Paper:
    """One thing shown: by whom, for which check, how many days ago, and what became of it.

    `until` counts days from today to its last day, `looked_at` the days from giving to the decision.
    """

    by: Provider
    check: str
    days: int
    file: str = ""
    lines: tuple[str, ...] = ()
    answers: dict[str, Any] = field(default_factory=dict)
    until: int | None = None
    looked_at: int | None = None
    body: Commissioner = cast.GREATER_MANCHESTER
    refused: str = ""


PAPERS = (
    Paper(
        cast.DOORSTEP,
        "safeguarding",
        340,
        "Safeguarding policy 2025.pdf",
        ("Doorstep Salford", "Safeguarding policy", "Lead: Bernadette Quinn"),
        {"details": "Bernadette Quinn, manager"},
        until=25,
        looked_at=4,
    ),
    Paper(
        cast.DOORSTEP,
        "bank_account",
        200,
        "Bank letter.pdf",
        ("To Doorstep Salford", "Two people sign on this account."),
        {"issuer": "Irwell Community Bank", "details": "Any two of: Bernadette Quinn, Yusuf Demir, Pat Moss"},
        looked_at=6,
    ),
    Paper(
        cast.DOORSTEP,
        "public_liability",
        30,
        "insurance.pdf",
        ("Certificate", "Doorstep Salford", "£1,000,000"),
        {"issuer": "Zenith Mutual", "reference": "PL/2026/0417", "amount_pence": 1_000_000_00},
        until=250,
        looked_at=5,
        refused="It is insured for less than the work asks: for £1 million, and the work asks £2 million.",
    ),
    Paper(
        cast.DOORSTEP,
        "accounts",
        9,
        "Accounts to 31 March, as sent to the Charity Commission.pdf",
        ("Doorstep Salford", "Receipts and payments", "£61,500"),
        {"valid_from": datetime.date(2026, 3, 31), "amount_pence": 61_500_00, "issuer": "P. Rowe, examiner"},
    ),
    Paper(
        cast.DOORSTEP,
        "dbs",
        3,
        "DBS list.pdf",
        ("Roles that meet people", "worker 1, enhanced", "worker 2, enhanced"),
        {"details": "3 people, all checked"},
        until=360,
    ),
    Paper(
        cast.SECOND_SPRING,
        "safeguarding",
        23,
        "Polisi diogelu – Tŷ Second Spring.pdf",
        ("Second Spring Women’s Centre", "Safeguarding policy"),
        {"details": "Lorraine Adeyemi, director"},
        until=300,
    ),
    Paper(
        cast.NORTHGATE,
        "employers_liability",
        2,
        "EL certificate.pdf",
        ("Certificate of employers’ liability insurance", "Northgate Mentors"),
        {"issuer": "Zenith Mutual", "reference": "EL/2026/7741", "amount_pence": 10_000_000_00},
        until=330,
    ),
    Paper(
        cast.HARBOUR,
        "data_protection",
        6,
        answers={"reference": "ZA990041"},
        until=190,
        body=cast.SOUTH_WEST,
    ),
    Paper(
        cast.CALDER,
        "safeguarding",
        380,
        "policy.pdf",
        ("Calder Kitchen", "Safeguarding policy"),
        {"details": "Nasreen Akhtar"},
        until=-12,
        looked_at=8,
        body=cast.YORKSHIRE,
    ),
)


def shown_stories(today: datetime.date) -> list[Story]:
    """A story for each thing shown, and the reminders."""
    return [*(_shown(each, today, place) for place, each in enumerate(PAPERS)), _reminded(today)]


def _moment(today: datetime.date, days_ago: int, minute: int, hour: int) -> datetime.datetime:
    start = datetime.datetime.combine(today - datetime.timedelta(days=days_ago), datetime.time(hour))
    return timezone.make_aware(start) + datetime.timedelta(minutes=minute)


def _shown(text: Paper, today: datetime.date, place: int) -> Story:
    yield _moment(today, text.days, place * 4, hour=20)
    house, owner = organisation(text.by.name), person(text.by.people[0].email)
    answers = dict(text.answers)
    if text.until is not None:
        answers["valid_until"] = today + datetime.timedelta(days=text.until)
    file = paper(text.file, *text.lines) if KINDS[text.check].document is Asked.MUST else None
    row = give_evidence(
        by=owner, organisation=house, check_code=text.check, told=Told(file, answers), form_key=uuid.uuid4()
    )
    if text.looked_at is None:
        return
    yield _moment(today, text.days - text.looked_at, place * 4, hour=11)
    body, manager = organisation(text.body.name), person(text.body.people[1].email)
    if text.refused:
        refuse_evidence(by=manager, evidence=row, organisation=body, reason=text.refused)
    else:
        verify_evidence(by=manager, evidence=row, organisation=body)


def _reminded(today: datetime.date) -> Story:
    """Every morning at half past seven."""
    for days in range(REMINDED_SINCE_DAYS, 0, -1):
        yield _moment(today, days, 30, hour=7)
        send_evidence_reminders(now=timezone.now())
