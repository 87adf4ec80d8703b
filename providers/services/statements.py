"""An organisation gives its word for a check, once for every bid."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.concurrency import save_version
from core.models import User
from providers.models import Registration, Statement
from providers.policies.statements import may_make_statement
from providers.word_kinds import WORDS


@transaction.atomic
def make_statement(
    *,
    by: User,
    registration: Registration,
    version: int,
    check: str,
    words: str,
    amount_pence: int | None = None,
    names_partners: bool = False,
) -> Statement:
    """The organisation has said this for the check, by this person, now; what it said before is on record.

    `amount_pence` is the sum insured or had, where one is asked; `names_partners` whether that insurance names
    the partners. Raises Refused for half an answer and Stale where the registration is not at `version`.
    """
    require(may_make_statement(by, registration.organisation, check))
    kind = WORDS[check]
    if not words.strip():
        raise Refused(_("Say in a few words how things stand."))
    if kind.amount_label and amount_pence is None:
        raise Refused(_("Enter the sum."))
    earlier = Statement.objects.filter(organisation=registration.organisation, check_code=check).first()
    before = _as_recorded(earlier)
    save_version(registration, expected=version, by=by)
    told: dict[str, Any] = {
        "words": words.strip(),
        "amount_pence": amount_pence if kind.amount_label else None,
        "names_partners": names_partners and kind.is_insurance,
    }
    statement, _is_new = Statement.objects.update_or_create(
        organisation=registration.organisation,
        check_code=check,
        defaults={**told, "stated_at": timezone.now(), "stated_by": by},
    )
    audit.record(
        "statement.make",
        by=by,
        obj=statement,
        organisation=registration.organisation,
        before=before,
        after=_as_recorded(statement),
    )
    return statement


def _as_recorded(statement: Statement | None) -> dict[str, Any]:
    if statement is None:
        return {}
    return {
        "check": statement.check_code,
        "words": statement.words,
        "amount_pence": statement.amount_pence,
        "names_partners": statement.names_partners,
    }
