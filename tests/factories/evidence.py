"""What providers have shown, as the services leave it."""

import datetime
import io
import uuid
from typing import Any

from core.models import Organisation, User
from core.roles import Role
from core.uploads import check_file
from providers.evidence_kinds import KINDS, Asked, Told
from providers.models import Evidence
from providers.services.evidence import give_evidence, refuse_evidence, verify_evidence
from tests.factories.core import member
from tests.factories.files import GOOD
from tests.factories.providers import organisation_of, registered

SAMPLES: dict[str, Any] = {
    "reference": "ZA123456",
    "issuer": "Zenith Mutual",
    "details": "Rosa Lund, manager",
    "amount_pence": 5_000_000_00,
    "valid_from": datetime.date(2026, 3, 31),
}


def told(code: str, *, name: str = "policy.pdf", **answers: Any) -> Told:
    """A whole answer to one check: a small PDF where a file must be, something in each box that must be filled."""
    kind = KINDS[code]
    boxes = {
        field: SAMPLES[field]
        for field, answer in kind.answers.items()
        if answer.asked is Asked.MUST and field in SAMPLES
    }
    if kind.runs_out:
        boxes["valid_until"] = datetime.date(2199, 1, 1)
    file = check_file(io.BytesIO(GOOD["policy.pdf"]), name) if kind.document is Asked.MUST else None
    return Told(file, {**boxes, **answers})


def evidence(
    organisation: Organisation | None = None, code: str = "safeguarding", by: User | None = None, **answers: Any
) -> Evidence:
    """Something that waits to be looked at."""
    giver = by or (member(Role.OWNER, organisation) if organisation else registered(told=True))
    house = organisation or organisation_of(giver)
    shown = told(code, **answers)
    return give_evidence(by=giver, organisation=house, check_code=code, told=shown, form_key=uuid.uuid4())


def verified(*args: Any, **kwargs: Any) -> Evidence:
    """Something that was looked at and holds."""
    row = evidence(*args, **kwargs)
    director = member(Role.DIRECTOR)
    verify_evidence(by=director, evidence=row, organisation=organisation_of(director))
    row.refresh_from_db()
    return row


def not_accepted(*args: Any, reason: str = "It cannot be read.", **kwargs: Any) -> Evidence:
    """Something that was looked at and does not serve."""
    row = evidence(*args, **kwargs)
    director = member(Role.DIRECTOR)
    refuse_evidence(by=director, evidence=row, organisation=organisation_of(director), reason=reason)
    row.refresh_from_db()
    return row
