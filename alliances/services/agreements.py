"""An alliance is made from an award, written, sent out to be signed, and taken back to be changed."""

import datetime
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances import notices
from alliances.models import Alliance, AllianceMember, Outcome
from alliances.policies.agreements import (
    may_ask_signatures,
    may_create_alliance,
    may_edit_again,
    may_edit_alliance,
)
from alliances.queries.wording import written
from alliances.services.locks import locked_alliance, places_of
from alliances.states import ALLIANCE
from core import audit
from core.access import Refused, Stale, require
from core.concurrency import save_version
from core.fingerprints import fingerprint
from core.models import User
from marketplace.models import Award


@transaction.atomic
def create_alliance(
    *,
    by: User,
    award: Award,
    name: str,
    purpose: str,
    principles: str,
    form_key: uuid.UUID,
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
) -> Alliance:
    """The award has its alliance, a draft: members, their shares, outcomes and budget are those of the award.

    The term is the opportunity's unless given. Sending the same form twice gives the same alliance. Raises
    Refused where the award has an alliance, is of another route or lacks what an alliance is made of.
    """
    award = _locked_award(award)
    made = Alliance.objects.filter(form_key=form_key).first()
    if made is not None:
        if (made.created_by_id, made.award_id) == (by.pk, award.pk):
            return made
        raise Refused(_("This form was used before. Open the page again and send it once more."))
    require(may_create_alliance(by, award))
    opportunity = award.lot.opportunity
    first, last = _term(starts_on or opportunity.starts_on, ends_on or opportunity.ends_on)
    alliance = Alliance.objects.create(
        award=award,
        organisation=opportunity.organisation,
        name=name,
        purpose=purpose,
        principles=principles,
        budget_pence=award.bid.price_pence or 0,
        starts_on=first,
        ends_on=last,
        form_key=form_key,
        created_by=by,
        updated_by=by,
    )
    _copy_members(alliance, award)
    _copy_outcomes(alliance, award)
    audit.record(
        "alliance.create",
        by=by,
        obj=alliance,
        organisation=alliance.organisation,
        after={"award": award.pk, "budget_pence": alliance.budget_pence, "starts_on": first, "ends_on": last},
    )
    return alliance


@transaction.atomic
def update_alliance(
    *,
    by: User,
    alliance: Alliance,
    version: int,
    name: str,
    purpose: str,
    principles: str,
    starts_on: datetime.date,
    ends_on: datetime.date,
) -> Alliance:
    """The draft reads as given. Raises Stale if it is past `version`, Refused once it is out to be signed."""
    alliance = locked_alliance(alliance)
    require(may_edit_alliance(by, alliance))
    _term(starts_on, ends_on)
    fields: dict[str, Any] = {
        "name": name,
        "purpose": purpose,
        "principles": principles,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    before = {field: getattr(alliance, field) for field in fields}
    save_version(alliance, expected=version, by=by, **fields)
    changed = [field for field, value in fields.items() if before[field] != value]
    audit.record(
        "alliance.update",
        by=by,
        obj=alliance,
        organisation=alliance.organisation,
        before={field: before[field] for field in changed},
        after={field: fields[field] for field in changed},
    )
    return alliance


@transaction.atomic
def ask_signatures(*, by: User, alliance: Alliance, version: int) -> Alliance:
    """The text is frozen with its fingerprint, and whoever may sign for a member is asked to.

    `version` is the one the person read; raises Stale if the draft was changed since.
    """
    alliance = locked_alliance(alliance)
    require(may_ask_signatures(by, alliance))
    if alliance.version != version:
        raise Stale(
            _("%(name)s changed this agreement after you opened it. Read it again before you ask for signatures.")
            % {"name": alliance.updated_by.name}
        )
    text = written(alliance)
    ALLIANCE.apply(alliance, "ask_signatures", agreed_text=text, agreed_sha256=fingerprint(text))
    notices.ask_to_sign(alliance, places_of(alliance))
    audit.record(
        "alliance.ask_signatures",
        by=by,
        obj=alliance,
        organisation=alliance.organisation,
        after={"sha256": alliance.agreed_sha256},
    )
    return alliance


@transaction.atomic
def edit_again(*, by: User, alliance: Alliance, reason: str) -> Alliance:
    """The text is a draft again and no signature counts any more; those who had signed are told why."""
    alliance = locked_alliance(alliance)
    require(may_edit_again(by, alliance))
    if not reason.strip():
        raise Refused(_("Say what has to change, so that those who have signed know why."))
    places = places_of(alliance)
    before = {
        "sha256": alliance.agreed_sha256,
        "signed": [str(place.organisation) for place in places if place.signed_at],
    }
    ALLIANCE.apply(
        alliance,
        "edit_again",
        agreed_text="",
        agreed_sha256="",
        version=alliance.version + 1,
        updated_by=by,
        updated_at=timezone.now(),
    )
    notices.signatures_lapsed(alliance, places, by=by, reason=reason)
    alliance.members.update(signed_at=None, signed_by=None, signed_as="", signed_sha256="")
    audit.record(
        "alliance.edit_again",
        by=by,
        obj=alliance,
        organisation=alliance.organisation,
        before=before,
        reason=reason,
    )
    return alliance


def _locked_award(award: Award) -> Award:
    # Two people who make the alliance at once wait for each other here; the second then finds the first's.
    return (
        Award.objects.select_for_update(of=("self",))
        .select_related("lot__opportunity__organisation", "bid")
        .get(pk=award.pk)
    )


def _term(starts_on: datetime.date | None, ends_on: datetime.date | None) -> tuple[datetime.date, datetime.date]:
    if starts_on is None or ends_on is None:
        raise Refused(_("Say when the alliance starts and ends; the opportunity does not."))
    if ends_on <= starts_on:
        raise Refused(_("The alliance must end after it starts."))
    return starts_on, ends_on


def _copy_members(alliance: Alliance, award: Award) -> None:
    # The commissioner is a party like the others, with no share of what the providers are paid.
    AllianceMember.objects.create(alliance=alliance, organisation=alliance.organisation)
    AllianceMember.objects.bulk_create(
        AllianceMember(
            alliance=alliance, organisation_id=member.organisation_id, share_bps=member.share_bps, part=member.part
        )
        for member in award.bid.members.all()
    )


def _copy_outcomes(alliance: Alliance, award: Award) -> None:
    Outcome.objects.bulk_create(
        Outcome(
            alliance=alliance,
            number=outcome.number,
            indicator=outcome.indicator,
            unit=outcome.unit,
            baseline=outcome.baseline,
            target=outcome.target,
            weight_bps=outcome.weight_bps,
        )
        for outcome in award.lot.opportunity.outcomes.all()
    )
