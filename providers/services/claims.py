"""A claim to an organisation that is here already is made, decided, undone and withdrawn.

Every service locks the organisation first: what one who decides does, the next one sees.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.models import Organisation, User
from core.notices import send
from core.permissions import Permission as P
from core.policies import holds
from core.queries.people import people_with
from core.roles import Role
from core.services.memberships import hand_back, hand_over
from providers.models import Claim
from providers.policies.claims import (
    OWNERS_ANSWER_WITHIN,
    may_accept_claim,
    may_make_claim,
    may_refuse_claim,
    may_undo_claim,
    may_withdraw_claim,
)
from providers.states import CLAIM

OPEN_AGAIN: dict[str, Any] = {
    "decided_at": None,
    "decided_by": None,
    "is_decided_by_owner": False,
    "decision_reason": "",
    "before": {},
}


@transaction.atomic
def make_claim(*, by: User, organisation: Organisation, ground: str, reason: str, form_key: UUID) -> Claim:
    """`by` claims the organisation, and its owners are told at once; they have 14 days to answer.

    The same `form_key` from the same person gives the claim made the first time. Raises Refused for a second
    claim while one waits, for more than three in a day, and without reasons.
    """
    organisation = _locked_organisation(organisation.pk)
    made = _made_before(form_key, by)
    if made:
        return made
    require(may_make_claim(by, organisation))
    now = timezone.now()
    claim = Claim.objects.create(
        form_key=form_key,
        organisation=organisation,
        claimant=by,
        ground=ground,
        reason=_told(reason),
        made_at=now,
        owners_until=now + OWNERS_ANSWER_WITHIN,
    )
    _tell_owners("providers/claim_made", claim)
    audit.record("claim.make", by=by, obj=claim, organisation=organisation, after={"ground": ground})
    return claim


def _made_before(form_key: UUID, by: User) -> Claim | None:
    made = Claim.objects.select_related("organisation").filter(form_key=form_key).first()
    if made and made.claimant_id != by.pk:
        raise Refused(_("This page was used already. Open it again and start anew."))
    return made


@transaction.atomic
def accept_claim(*, by: User, claim: Claim, reason: str = "", ends_owners: bool = False) -> None:
    """Whoever claimed is an owner, and is told so, as are those who stay.

    An owner who accepts gives no reason and removes nobody. The service administrator gives one, and says with
    `ends_owners` whether the earlier owners are removed.
    """
    claim = _locked(claim)
    require(may_accept_claim(by, claim))
    owns = holds(by, P.MEMBERS_MANAGE, claim.organisation)
    reason = reason.strip() if owns else _told(reason)
    stay = [] if ends_owners and not owns else list(people_with(P.MEMBERS_MANAGE, claim.organisation))
    before = hand_over(
        by=by,
        organisation=claim.organisation,
        person=claim.claimant,
        role=Role.OWNER,
        ends_others=ends_owners and not owns,
        reason=reason,
    )
    CLAIM.apply(claim, "let_in" if owns else "accept", before=before, **_decided(by, reason, owns=owns))
    _tell("providers/claim_accepted", claim, [claim.claimant], url=reverse("work"))
    _tell("providers/claim_handed_over", claim, [person for person in stay if person != by])
    _record("accept", by, claim, reason, ended=ends_owners and not owns)


@transaction.atomic
def refuse_claim(*, by: User, claim: Claim, reason: str) -> None:
    """It stays as it is, and whoever claimed is told why; so are the owners where somebody else decided."""
    claim = _locked(claim)
    require(may_refuse_claim(by, claim))
    reason = _told(reason)
    owns = holds(by, P.MEMBERS_MANAGE, claim.organisation)
    CLAIM.apply(claim, "turn_down" if owns else "refuse", **_decided(by, reason, owns=owns))
    _tell("providers/claim_refused", claim, [claim.claimant])
    if not owns:
        _tell_owners("providers/claim_stays", claim)
    _record("refuse", by, claim, reason)


@transaction.atomic
def undo_claim(*, by: User, claim: Claim, reason: str) -> None:
    """The decision counts no more, and what it changed is put back; the administrator decides anew.

    Raises PermissionDenied and Refused as may_undo_claim says; reasons are needed.
    """
    claim = _locked(claim)
    require(may_undo_claim(by, claim))
    reason = _told(reason)
    if claim.before:
        hand_back(
            by=by,
            organisation=claim.organisation,
            person=claim.claimant,
            before=claim.before,
            ended_by=[person for person in (claim.decided_by, claim.claimant) if person],
            reason=reason,
        )
    # The owners have had their say.
    CLAIM.apply(
        claim, "undo", owners_until=max(claim.made_at, min(claim.owners_until, timezone.now())), **OPEN_AGAIN
    )
    _tell("providers/claim_undone", claim, [claim.claimant], reason=reason)
    _tell_owners("providers/claim_undone", claim, reason=reason)
    _record("undo", by, claim, reason)


@transaction.atomic
def withdraw_claim(*, by: User, claim: Claim) -> None:
    """Nobody has to decide any more; the owners are told."""
    claim = _locked(claim)
    require(may_withdraw_claim(by, claim))
    CLAIM.apply(claim, "withdraw")
    _tell_owners("providers/claim_withdrawn", claim)
    _record("withdraw", by, claim, "")


def _locked_organisation(number: int) -> Organisation:
    return Organisation.objects.select_for_update(no_key=True).get(pk=number)


def _locked(claim: Claim) -> Claim:
    """The row as it is now, its organisation locked before it."""
    organisation = _locked_organisation(claim.organisation_id)
    rows = Claim.objects.select_related("claimant", "decided_by")
    fresh = rows.select_for_update(no_key=True, of=("self",)).get(pk=claim.pk)
    fresh.organisation = organisation
    return fresh


def _told(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Say why."))
    return reason.strip()


def _decided(by: User, reason: str, *, owns: bool) -> dict[str, Any]:
    return {
        "decided_at": timezone.now(),
        "decided_by": by,
        "is_decided_by_owner": owns,
        "decision_reason": reason,
    }


def _tell_owners(kind: str, claim: Claim, **context: Any) -> None:
    owners = people_with(P.MEMBERS_MANAGE, claim.organisation).exclude(pk=claim.claimant_id)
    _tell(kind, claim, list(owners), **context)


def _tell(kind: str, claim: Claim, to: list[User], url: str = "", **context: Any) -> None:
    page = reverse("claim-detail", args=[claim.pk])
    values = {"claim": claim, "organisation": claim.organisation, "claimant": claim.claimant, **context}
    send(kind, to=to, context=values, url=url or page)


def _record(action: str, by: User, claim: Claim, reason: str, **after: Any) -> None:
    audit.record(
        f"claim.{action}",
        by=by,
        obj=claim,
        organisation=claim.organisation,
        after={"status": claim.status, **after},
        reason=reason,
    )
