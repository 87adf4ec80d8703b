"""What a provider shows for a check comes to be here, is looked at, and is taken back."""

import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.models import Organisation, User
from core.notices import send
from core.permissions import Permission as P
from core.queries.people import people_with
from core.services.documents import keep_document
from providers.checks.registry import check_named
from providers.evidence_kinds import KINDS, Asked, EvidenceKind, Told
from providers.models import Evidence
from providers.policies.evidence import (
    may_give_evidence,
    may_refuse_evidence,
    may_undo_decision,
    may_verify_evidence,
    may_withdraw_evidence,
)
from providers.states import EVIDENCE, EvidenceStatus


@transaction.atomic
def give_evidence(
    *, by: User, organisation: Organisation, check_code: str, told: Told, form_key: UUID
) -> Evidence:
    """The organisation has shown this for the check, and it waits to be looked at, once for every bid.

    What waited before for the same check is replaced; what was verified counts on until this one is. The same
    `form_key` from the same person gives the row made the first time. Raises Refused for half an answer, and for
    something that has run out already.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    require(may_give_evidence(by, organisation))
    made = _made_before(form_key, by)
    if made:
        return made
    answers = _whole(_kind(check_code), told)
    earlier = organisation.evidence.filter(check_code=check_code, status=EvidenceStatus.GIVEN).first()
    if earlier:
        EVIDENCE.apply(earlier, "supersede")
    document = keep_document(by=by, organisation=organisation, checked=told.file) if told.file else None
    evidence = Evidence.objects.create(
        organisation=organisation,
        check_code=check_code,
        form_key=form_key,
        document=document,
        given_at=timezone.now(),
        given_by=by,
        **answers,
    )
    audit.record("evidence.give", by=by, obj=evidence, organisation=organisation, after=_as_recorded(evidence))
    return evidence


def _made_before(form_key: UUID, by: User) -> Evidence | None:
    made = Evidence.objects.select_related("organisation").filter(form_key=form_key).first()
    if made and made.given_by_id != by.pk:
        raise Refused(_("This page was used already. Open it again and start anew."))
    return made


def _kind(check_code: str) -> EvidenceKind:
    if check_code not in KINDS:
        raise Refused(_("Nothing is shown for this check."))
    return KINDS[check_code]


def _whole(kind: EvidenceKind, told: Told) -> dict[str, Any]:
    """The boxes of the check, if nothing in them is missing; what it does not ask is left out."""
    if kind.document is Asked.MUST and told.file is None:
        raise Refused(_("Choose the file."))
    if kind.document is Asked.NO and told.file is not None:
        raise Refused(_("No file is asked for here."))
    answers: dict[str, Any] = {}
    for name, answer in kind.answers.items():
        value = told.answers.get(name)
        value = value.strip() if isinstance(value, str) else value
        if value in (None, "") and answer.asked is Asked.MUST:
            raise Refused(_("Answer “%(label)s”.") % {"label": answer.label})
        if value not in (None, ""):
            answers[name] = value
    _require_days_in_order(answers.get("valid_from"), answers.get("valid_until"))
    return answers


def _require_days_in_order(start: datetime.date | None, end: datetime.date | None) -> None:
    if end and end < timezone.localdate():
        ran_out = date_format(end, "j F Y")
        raise Refused(_("This ran out on %(day)s. Give the one that holds now.") % {"day": ran_out})
    if start and end and start > end:
        raise Refused(_("It cannot end before it begins. Check the two days."))


@transaction.atomic
def withdraw_evidence(*, by: User, evidence: Evidence) -> None:
    """The organisation takes back what it showed; bids to come no longer build on it. It stays on record."""
    evidence = _locked(evidence)
    require(may_withdraw_evidence(by, evidence))
    before = evidence.status
    EVIDENCE.apply(evidence, "withdraw")
    _record("withdraw", by, evidence, before)


# --- looked at ---------------------------------------------------------------------------------------


@transaction.atomic
def verify_evidence(*, by: User, evidence: Evidence, organisation: Organisation | None) -> None:
    """It was looked at and holds, for every commissioner, until it runs out; the provider is told.

    `organisation` is the commissioning body for which `by` acts.
    """
    evidence = _locked(evidence)
    require(may_verify_evidence(by, evidence, organisation))
    _decide("verify", by, evidence, organisation, reason="")


@transaction.atomic
def refuse_evidence(*, by: User, evidence: Evidence, organisation: Organisation | None, reason: str) -> None:
    """It was looked at and does not serve, for this reason, which the provider is told."""
    evidence = _locked(evidence)
    require(may_refuse_evidence(by, evidence, organisation))
    if not reason.strip():
        raise Refused(_("Say why, so that the provider knows what to send instead."))
    _decide("refuse", by, evidence, organisation, reason=reason.strip())


def _decide(action: str, by: User, evidence: Evidence, organisation: Organisation | None, *, reason: str) -> None:
    before = evidence.status
    decided = {"decided_at": timezone.now(), "decided_by": by, "decided_for": organisation, "reason": reason}
    EVIDENCE.apply(evidence, action, **decided)
    _record(action, by, evidence, before, reason)
    _tell(action, evidence)


@transaction.atomic
def undo_decision(*, by: User, evidence: Evidence, organisation: Organisation | None, reason: str) -> None:
    """A decision made by mistake, by whomever, counts no more: it waits again, and the provider is told why."""
    Organisation.objects.select_for_update().get(pk=evidence.organisation_id)
    evidence = _locked(evidence)
    require(may_undo_decision(by, evidence, organisation))
    if not reason.strip():
        raise Refused(_("Say why, so that the provider knows what happened."))
    before = evidence.status
    nobody = {"decided_at": None, "decided_by": None, "decided_for": None, "reason": ""}
    try:
        with transaction.atomic():
            EVIDENCE.apply(evidence, "undo", **nobody)
    except IntegrityError as error:  # something newer was given in this very moment
        raise Refused(
            _("Something newer has been given for this check and waits. Look at that instead.")
        ) from error
    _record("undo", by, evidence, before, reason.strip())
    _tell("undo", evidence, reason=reason.strip())


def _locked(evidence: Evidence) -> Evidence:
    rows = Evidence.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("organisation").get(pk=evidence.pk)


def _record(action: str, by: User, evidence: Evidence, before: str, reason: str = "") -> None:
    audit.record(
        f"evidence.{action}",
        by=by,
        obj=evidence,
        organisation=evidence.organisation,
        before={"status": before},
        after={"status": evidence.status, "check": evidence.check_code},
        reason=reason,
    )


def _as_recorded(evidence: Evidence) -> dict[str, Any]:
    """What tells one from another, without what stands in it."""
    return {
        "check": evidence.check_code,
        "document": evidence.document.sha256 if evidence.document else "",
        "valid_until": evidence.valid_until,
    }


def _tell(action: str, evidence: Evidence, *, reason: str = "") -> None:
    send(
        EVIDENCE.step(action).notice,
        to=people_with(P.REGISTRATION_EDIT, evidence.organisation),
        context={
            "evidence": evidence,
            "check": check_named(evidence.check_code).name,
            "reason": reason or evidence.reason,
            "body": evidence.decided_for,
        },
        url=reverse("evidence-form", args=[evidence.organisation_id, evidence.check_code]),
    )
