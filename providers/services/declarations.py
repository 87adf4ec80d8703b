"""What a person with authority states for their organisation."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.concurrency import save_version
from core.models import ExclusionGround, User
from providers.models import Declaration, DeclarationKind, Registration
from providers.policies.registration import may_edit_registration


@transaction.atomic
def make_declaration(
    *,
    by: User,
    registration: Registration,
    version: int,
    kind: str,
    is_clear: bool,
    details: str = "",
    named_lead: str = "",
    lead_email: str = "",
    lead_phone: str = "",
    grounds: Collection[ExclusionGround] = (),
) -> Declaration:
    """The organisation has declared this, by this person, now; what it said before stays on record.

    `is_clear` says there is nothing to tell: no ground applies, no conflict, a policy and a lead, insured.
    `grounds` belong to exclusions, `named_lead` and how to reach them to safeguarding. Raises Refused for
    half an answer and Stale where the registration is no longer at `version`.
    """
    require(may_edit_registration(by, registration.organisation, kind))
    told = _whole(DeclarationKind(kind), is_clear, details.strip(), named_lead.strip(), grounds)
    told |= _reached(lead_email, lead_phone) if told["named_lead"] else _reached("", "")
    named = grounds if kind == DeclarationKind.EXCLUSIONS and not is_clear else ()
    earlier = registration.organisation.declarations.filter(kind=kind).first()
    before = _as_recorded(earlier)
    save_version(registration, expected=version, by=by)
    declaration, _is_new = Declaration.objects.update_or_create(
        organisation=registration.organisation,
        kind=kind,
        defaults={**told, "declared_at": timezone.now(), "declared_by": by},
    )
    declaration.grounds.set(named)
    audit.record(
        "declaration.make",
        by=by,
        obj=declaration,
        organisation=registration.organisation,
        before=before,
        after=_as_recorded(declaration),
    )
    return declaration


def _whole(
    kind: DeclarationKind, is_clear: bool, details: str, lead: str, grounds: Collection[ExclusionGround]
) -> dict[str, Any]:
    """The answer, if nothing in it is missing."""
    if kind == DeclarationKind.EXCLUSIONS and is_clear and grounds:
        raise Refused(_("Either tick the reasons that apply, or say that none does. You have done both."))
    if kind == DeclarationKind.EXCLUSIONS and not is_clear and not grounds:
        raise Refused(_("Tick each reason that applies, or say that none does."))
    if not is_clear and not details:
        raise Refused(_("Say in a few words how things stand."))
    if kind == DeclarationKind.SAFEGUARDING and is_clear and not lead:
        raise Refused(_("Enter the name of the person who leads on safeguarding."))
    has_lead = kind == DeclarationKind.SAFEGUARDING
    return {
        "is_clear": is_clear,
        "details": "" if is_clear else details,
        "named_lead": lead if has_lead else "",
    }


def _reached(email: str, phone: str) -> dict[str, str]:
    return {"lead_email": email.strip(), "lead_phone": phone.strip()}


def _as_recorded(declaration: Declaration | None) -> dict[str, Any]:
    if declaration is None:
        return {}
    return {
        "kind": declaration.kind,
        "is_clear": declaration.is_clear,
        "details": declaration.details,
        "named_lead": declaration.named_lead,
        "grounds": sorted(declaration.grounds.values_list("code", flat=True)),
    }
