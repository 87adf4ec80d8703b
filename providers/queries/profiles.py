"""A provider's whole profile as plain values, its frozen copies and their codes."""

import datetime
import hashlib
import json
from typing import Any

from django.db.models import QuerySet

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where, reads_everything
from providers.models import Evidence, ShareCode, Snapshot, WrongCode
from providers.queries.registration import contact_of, declarations_of
from providers.states import EvidenceStatus

# What a profile says and how; a later version may say more.
FORMAT = 1
WRONG_AT_MOST, WRONG_WITHIN = 10, datetime.timedelta(hours=1)


def profile_of(organisation: Organisation) -> dict[str, Any]:
    """Identity, facts, contact, declarations, look-ups and evidence states, as JSON holds them.

    Says nothing that changes by itself, so that an unchanged profile gives the same values.
    """
    return {
        "format": FORMAT,
        "identity": _identity(organisation),
        "facts": _facts(organisation),
        "contact": _contact(organisation),
        "declarations": _declarations(organisation),
        "look_ups": _look_ups(organisation),
        "statements": _statements(organisation),
        "evidence": _evidence(organisation),
    }


def canonical(profile: dict[str, Any]) -> str:
    """The only text that says it: JSON with keys in order and no white space."""
    return json.dumps(profile, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(text: str) -> str:
    """SHA-256 of the text in UTF-8, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _identity(organisation: Organisation) -> dict[str, Any]:
    registration = organisation.registration
    return {
        "name": organisation.name,
        "legal_form": registration.legal_form,
        "identifiers": dict(organisation.identifiers.order_by("scheme").values_list("scheme", "value")),
        "governing_document": registration.governing_document,
        "trading_names": registration.trading_names,
        "welsh_name": registration.welsh_name,
    }


def _facts(organisation: Organisation) -> dict[str, Any]:
    registration = organisation.registration
    plain = (
        "summary",
        "annual_income_pence",
        "staff_count",
        "volunteer_count",
        "year_end_day",
        "year_end_month",
        "lived_experience_led",
        "lived_experience_how",
    )
    linked = ("areas", "categories", "cohorts", "languages")
    return {name: getattr(registration, name) for name in plain} | {
        name: sorted(getattr(registration, name).values_list("name", flat=True)) for name in linked
    }


def _contact(organisation: Organisation) -> dict[str, str]:
    contact = contact_of(organisation)
    return {name: getattr(contact, name) for name in ("name", "role", "email", "phone")} if contact else {}


def _declarations(organisation: Organisation) -> dict[str, Any]:
    return {
        kind: {
            "is_clear": made.is_clear,
            "details": made.details,
            "grounds": sorted(ground.label for ground in made.grounds.all()),
            "named_lead": made.named_lead,
            "lead_email": made.lead_email,
            "lead_phone": made.lead_phone,
            "declared_at": made.declared_at.astimezone(datetime.UTC).isoformat(),
            "declared_by": made.declared_by.name,
        }
        for kind, made in sorted(declarations_of(organisation).items())
    }


def _look_ups(organisation: Organisation) -> list[dict[str, str]]:
    return [
        {
            "scheme": row.scheme,
            "number": row.number,
            "result": row.result,
            "matched_name": row.matched_name,
            "extracted_on": row.extracted_on.isoformat(),
        }
        for row in organisation.look_ups.order_by("scheme")
    ]


def _statements(organisation: Organisation) -> list[dict[str, Any]]:
    rows = organisation.statements.order_by("check_code")
    return [
        {
            "check": row.check_code,
            "words": row.words,
            "amount_pence": row.amount_pence,
            "names_partners": row.names_partners,
        }
        for row in rows
    ]


def _evidence(organisation: Organisation) -> list[dict[str, Any]]:
    """The newest of each check that was not taken back."""
    shown = Evidence.objects.filter(organisation=organisation).exclude(
        status__in=[EvidenceStatus.WITHDRAWN, EvidenceStatus.SUPERSEDED]
    )
    newest = {row.check_code: row for row in shown.order_by("check_code", "id")}
    return [
        {
            "check": code,
            "status": row.status,
            "issuer": row.issuer,
            "amount_pence": row.amount_pence,
            "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        }
        for code, row in newest.items()
    ]


def snapshots_visible_to(user: User) -> QuerySet[Snapshot]:
    """Frozen profiles of the person's own organisations; all for an auditor. Others by code, or in bids."""
    rows = Snapshot.objects.select_related("organisation")
    own = rows.filter(organisation__in=organisations_where(user, P.BID_READ))
    return rows if reads_everything(user) else own


def share_codes_visible_to(user: User) -> QuerySet[ShareCode]:
    """Codes for profiles that the person sees as their own."""
    return ShareCode.objects.filter(snapshot__in=snapshots_visible_to(user)).select_related(
        "snapshot__organisation", "made_by"
    )


def code_that_works(code_sha256: str, at: datetime.datetime) -> ShareCode | None:
    """The code with that hash, if it was not taken back and its time is not up."""
    codes = ShareCode.objects.filter(code_sha256=code_sha256, revoked_at__isnull=True, expires_at__gt=at)
    return codes.select_related("snapshot__organisation").first()


def wrong_codes_of(user: User, at: datetime.datetime) -> int:
    """How many wrong codes the person typed within the last hour."""
    return WrongCode.objects.filter(user=user, tried_at__gt=at - WRONG_WITHIN).count()
