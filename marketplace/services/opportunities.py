"""Inviting bids: drafting an opportunity part by part, review, publication, cancelling."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, Stale, require
from core.concurrency import save_version
from core.models import User
from core.permissions import Permission as P
from core.queries.people import people_with
from marketplace.drafts import About, CriterionWords, LotAndDates, OutcomeWords
from marketplace.models import Criterion, Lot, Need, Opportunity, SharedOutcome
from marketplace.policies.needs import may_commission_need
from marketplace.policies.opportunities import (
    may_cancel_opportunity,
    may_edit_opportunity,
    may_link_need,
    may_publish_opportunity,
    may_return_opportunity,
    may_send_for_review,
    may_unlink_need,
)
from marketplace.policies.questions import usual_cut_off
from marketplace.queries.opportunities import organisations_bidding
from marketplace.services.locks import locked_opportunity
from marketplace.services.needs import commission_needs, locked_need, locked_needs_of, release_needs
from marketplace.services.replacements import lapse_replacements
from marketplace.states import OPPORTUNITY, OpportunityStatus
from providers.queries.checks import version_on

# --- Drafting ----------------------------------------------------------------------------------------


@transaction.atomic
def start_opportunity(*, by: User, need: Need, about: About, form_key: uuid.UUID) -> Opportunity:
    """A draft opportunity stands that answers `need`; bidders ask its author unless `about` names another.

    Sent twice with one `form_key` it makes one.
    """
    need = locked_need(need)
    require(may_commission_need(by, need))
    if made := Opportunity.objects.filter(form_key=form_key).first():
        if made.created_by_id == by.pk and made.organisation_id == need.organisation_id:
            return made
        raise Refused(
            _("This form was sent before for another opportunity. Open the page again and start afresh.")
        )
    asked = {} if about.contact_email else {"contact_name": by.name, "contact_email": by.email}
    opportunity = Opportunity.objects.create(
        organisation=need.organisation,
        category_id=need.category_id,
        form_key=form_key,
        created_by=by,
        updated_by=by,
        **{**_columns(about), **asked},
    )
    opportunity.needs.add(need)
    _record("opportunity.draft", opportunity, by=by, after={"title": opportunity.title, "need": need.pk})
    return opportunity


@transaction.atomic
def save_about(*, by: User, opportunity: Opportunity, about: About, version: int) -> Opportunity:
    """The draft says what is wanted, where and by which route. Stale if it was saved since `version`."""
    opportunity = _to_edit(opportunity, by=by)
    save_version(opportunity, expected=version, by=by, **_columns(about))
    _record("opportunity.edit", opportunity, by=by, after={"part": "about"})
    return opportunity


@transaction.atomic
def save_lot_and_dates(*, by: User, opportunity: Opportunity, parts: LotAndDates, version: int) -> Opportunity:
    """The draft has its lot, value and dates. Refused unless each end comes after its beginning."""
    opportunity = _to_edit(opportunity, by=by)
    if parts.opens_at and parts.closes_at <= parts.opens_at:
        raise Refused(_("Bidding must close after it opens."))
    asking_ends_at = parts.questions_until
    if asking_ends_at and (
        asking_ends_at > parts.closes_at or (parts.opens_at and asking_ends_at <= parts.opens_at)
    ):
        raise Refused(_("Questions must end after bidding opens and before it closes."))
    if parts.ends_on <= parts.starts_on:
        raise Refused(_("The service must end after it starts."))
    names = ("opens_at", "closes_at", "questions_until", "starts_on", "ends_on")
    dates = {name: getattr(parts, name) for name in names}
    save_version(opportunity, expected=version, by=by, **dates)
    lot = Lot(opportunity=opportunity, number=1, title=parts.lot_title, value_pence=parts.value_pence)
    _replace(opportunity.lots.all(), [lot])
    _record(
        "opportunity.edit", opportunity, by=by, after={"part": "lot", "value_pence": parts.value_pence, **dates}
    )
    return opportunity


@transaction.atomic
def save_criteria(
    *, by: User, opportunity: Opportunity, criteria: Sequence[CriterionWords], version: int
) -> Opportunity:
    """The draft is judged by `criteria` in this order; their weights need not make 100% before publication."""
    opportunity = _to_edit(opportunity, by=by)
    save_version(opportunity, expected=version, by=by)
    rows = [
        Criterion(opportunity=opportunity, number=number, **asdict(words))
        for number, words in enumerate(criteria, start=1)
    ]
    _replace(opportunity.criteria.all(), rows)
    weights = [words.weight_bps for words in criteria]
    _record("opportunity.edit", opportunity, by=by, after={"part": "criteria", "weights_bps": weights})
    return opportunity


@transaction.atomic
def save_outcomes(
    *, by: User, opportunity: Opportunity, outcomes: Sequence[OutcomeWords], version: int
) -> Opportunity:
    """The draft names the outcomes shared by all, in this order. Refused where a target is its baseline."""
    opportunity = _to_edit(opportunity, by=by)
    if any(words.baseline == words.target for words in outcomes):
        raise Refused(_("A target must differ from its baseline, or nothing can be achieved."))
    save_version(opportunity, expected=version, by=by)
    rows = [
        SharedOutcome(opportunity=opportunity, number=number, **_columns(words))
        for number, words in enumerate(outcomes, start=1)
    ]
    _replace(opportunity.outcomes.all(), rows)
    weights = [words.weight_bps for words in outcomes]
    _record("opportunity.edit", opportunity, by=by, after={"part": "outcomes", "weights_bps": weights})
    return opportunity


@transaction.atomic
def link_need(*, by: User, opportunity: Opportunity, need: Need) -> Opportunity:
    """The draft also answers `need`."""
    need = locked_need(need)
    opportunity = locked_opportunity(opportunity)
    require(may_link_need(by, opportunity, need))
    opportunity.needs.add(need)
    # Who read the draft before is told that it has changed.
    save_version(opportunity, expected=opportunity.version, by=by)
    _record("opportunity.link_need", opportunity, by=by, after={"need": need.pk})
    return opportunity


@transaction.atomic
def unlink_need(*, by: User, opportunity: Opportunity, need: Need) -> Opportunity:
    """The draft no longer answers `need`. Refused for the last one."""
    need = locked_need(need)
    opportunity = locked_opportunity(opportunity)
    require(may_unlink_need(by, opportunity, need))
    opportunity.needs.remove(need)
    save_version(opportunity, expected=opportunity.version, by=by)
    _record("opportunity.unlink_need", opportunity, by=by, before={"need": need.pk}, after={})
    return opportunity


# --- Review and publication --------------------------------------------------------------------------


@transaction.atomic
def send_for_review(*, by: User, opportunity: Opportunity, version: int | None = None) -> Opportunity:
    """The complete draft as it stood at `version` (as it is) is with the directors, who are told.

    Nobody edits it meanwhile. Stale if it was changed since.
    """
    opportunity = locked_opportunity(opportunity)
    require(may_send_for_review(by, opportunity))
    if version is not None:
        _as_read(opportunity, version)
    OPPORTUNITY.apply(opportunity, "ask_review")
    directors = people_with(P.OPPORTUNITY_PUBLISH, opportunity.organisation_id).exclude(pk=by.pk)
    _tell("ask_review", opportunity, to=directors, by=by)
    _record("opportunity.ask_review", opportunity, by=by, after={"status": opportunity.status})
    return opportunity


@transaction.atomic
def return_opportunity(*, by: User, opportunity: Opportunity, reason: str) -> Opportunity:
    """It is a draft again; its authors are told the reason."""
    opportunity = locked_opportunity(opportunity)
    require(may_return_opportunity(by, opportunity))
    reason = _given(reason, _("Say what has to change."))
    OPPORTUNITY.apply(opportunity, "return")
    _tell("return", opportunity, to=_authors(opportunity).exclude(pk=by.pk), by=by, reason=reason)
    _record("opportunity.return", opportunity, by=by, after={"status": opportunity.status}, reason=reason)
    return opportunity


@transaction.atomic
def publish_opportunity(
    *, by: User, opportunity: Opportunity, version: int, arrived_at: datetime.datetime | None = None
) -> Opportunity:
    """It is public as it stood at `version`, and open from now or from its later opening.

    Its needs are in commissioning, its authors are told, and it keeps the checks of that day. Refused if anything
    is missing at `arrived_at` (now), Stale if it was changed since `version`.
    """
    now = arrived_at or timezone.now()
    needs = locked_needs_of(opportunity)
    opportunity = locked_opportunity(opportunity)
    require(may_publish_opportunity(by, opportunity, at=now))
    _as_read(opportunity, version)
    opens_at = max(opportunity.opens_at or now, now)
    checks = version_on(timezone.localdate(now))
    OPPORTUNITY.apply(
        opportunity,
        "publish",
        published_at=now,
        published_by=by,
        opens_at=opens_at,
        questions_until=opportunity.questions_until or usual_cut_off(opens_at, opportunity.closes_at),
        checks_version=checks,
    )
    _tell("publish", opportunity, to=_authors(opportunity).exclude(pk=by.pk), by=by)
    commission_needs(needs, by=by)
    after = {"status": opportunity.status, "opens_at": opens_at, "closes_at": opportunity.closes_at}
    _record("opportunity.publish", opportunity, by=by, after=after)
    return opportunity


@transaction.atomic
def cancel_opportunity(*, by: User, opportunity: Opportunity, reason: str) -> Opportunity:
    """It takes no bids any more; its authors and everyone bidding are told the reason.

    A need for which nothing else is under way is published again.
    """
    needs = locked_needs_of(opportunity)
    opportunity = locked_opportunity(opportunity)
    require(may_cancel_opportunity(by, opportunity))
    reason = _given(reason, _("Say why it is cancelled."))
    before = opportunity.status
    OPPORTUNITY.apply(opportunity, "cancel", cancelling_reason=reason)
    _tell("cancel", opportunity, to=_concerned(opportunity, by=by), by=by, reason=reason)
    lapse_replacements(opportunity.bids.all(), by=by)
    release_needs(needs, by=by)
    after = {"status": opportunity.status}
    _record("opportunity.cancel", opportunity, by=by, before={"status": before}, after=after, reason=reason)
    return opportunity


# -----------------------------------------------------------------------------------------------------


def _to_edit(opportunity: Opportunity, *, by: User) -> Opportunity:
    opportunity = locked_opportunity(opportunity)
    require(may_edit_opportunity(by, opportunity))
    return opportunity


def _as_read(opportunity: Opportunity, version: int) -> None:
    if opportunity.version != version:
        raise Stale(_("This opportunity was changed after you opened it. It is shown below as it is now."))


def _columns(words: About | OutcomeWords) -> dict[str, Any]:
    """Fields as they are; asdict() would copy the rows they point to."""
    return dict(vars(words))


def _replace(old: QuerySet[Any], rows: Sequence[Model]) -> None:
    old.delete()
    old.model._default_manager.bulk_create(rows)


def _given(reason: str, sentence: str) -> str:
    if not reason.strip():
        raise Refused(sentence)
    return reason.strip()


def _authors(opportunity: Opportunity) -> QuerySet[User]:
    drafting = people_with(P.OPPORTUNITY_DRAFT, opportunity.organisation_id)
    return drafting.filter(pk__in={opportunity.created_by_id, opportunity.updated_by_id})


def _concerned(opportunity: Opportunity, *, by: User) -> list[User]:
    """The authors, and those who write the bids in which an organisation has a part."""
    people = [*_authors(opportunity).exclude(pk=by.pk)]
    for organisation in organisations_bidding(opportunity):
        people += people_with(P.BID_WRITE, organisation)
    return people


def _tell(
    action: str, opportunity: Opportunity, *, to: QuerySet[User] | list[User], by: User, reason: str = ""
) -> None:
    draft = opportunity.status in (OpportunityStatus.DRAFT, OpportunityStatus.IN_REVIEW)
    notices.send(
        OPPORTUNITY.step(action).notice,
        to=to,
        context={"opportunity": opportunity, "by": by, "reason": reason},
        url=reverse("opportunity-tasks" if draft else "opportunity-detail", args=[opportunity.pk]),
    )


def _record(
    action: str,
    opportunity: Opportunity,
    *,
    by: User,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    organisation = opportunity.organisation
    audit.record(
        action, by=by, obj=opportunity, organisation=organisation, before=before, after=after, reason=reason
    )
