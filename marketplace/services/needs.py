"""Posting needs: drafting, publishing, and saying what became of them."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, Stale, require
from core.concurrency import save_version
from core.models import Organisation, User
from core.permissions import Permission as P
from core.queries.people import people_with
from marketplace.drafts import NeedWords
from marketplace.models import Need, NeedEvidence, Opportunity
from marketplace.policies.needs import (
    may_close_need,
    may_draft_need,
    may_edit_need,
    may_mark_need_met,
    may_publish_need,
    may_reopen_need,
)
from marketplace.queries.needs import opportunities_that_count
from marketplace.states import NEED, NeedStatus


@transaction.atomic
def draft_need(*, by: User, organisation: Organisation, words: NeedWords, form_key: uuid.UUID) -> Need:
    """A draft of the need stands, with its evidence. Sent twice with one `form_key` it makes one need."""
    require(may_draft_need(by, organisation))
    if made := _made_before(form_key, by=by, organisation=organisation):
        return made
    _has_evidence(words)
    try:
        with transaction.atomic():
            need = Need.objects.create(
                organisation=organisation, form_key=form_key, created_by=by, updated_by=by, **words.columns()
            )
    except IntegrityError:
        # The same form came twice in one moment.
        if made := _made_before(form_key, by=by, organisation=organisation):
            return made
        raise
    _write_parts(need, words)
    need.areas.set([need.area_id])
    need.categories.set([need.category_id])
    audit.record("need.draft", by=by, obj=need, organisation=organisation, after={"title": need.title})
    return need


def _made_before(form_key: uuid.UUID, *, by: User, organisation: Organisation) -> Need | None:
    made = Need.objects.filter(form_key=form_key).first()
    if made and (made.created_by_id, made.organisation_id) != (by.pk, organisation.pk):
        raise Refused(_("This form was sent before for another need. Open the page again and start afresh."))
    return made


@transaction.atomic
def edit_need(*, by: User, need: Need, words: NeedWords, version: int) -> Need:
    """The draft says `words`. Stale if somebody saved it since `version`."""
    need = locked_need(need)
    require(may_edit_need(by, need))
    _has_evidence(words)
    before, after = _changed(need, words)
    mains = need.area_id, need.category_id
    save_version(need, expected=version, by=by, **words.columns())
    _write_parts(need, words)
    _move_mains(need, *mains)
    audit.record("need.edit", by=by, obj=need, organisation=need.organisation, before=before, after=after)
    return need


@transaction.atomic
def publish_need(*, by: User, need: Need, version: int) -> Need:
    """The need is public as it stood at `version`; its authors are told. Stale if it was changed since."""
    need = locked_need(need)
    require(may_publish_need(by, need))
    if need.version != version:
        raise Stale(_("This need was changed after you opened it. It is shown below as it is now."))
    NEED.apply(need, "publish", published_at=timezone.now(), published_by=by)
    _tell_authors("publish", need, by=by)
    audit.record("need.publish", by=by, obj=need, organisation=need.organisation, after={"status": need.status})
    return need


@transaction.atomic
def close_need(*, by: User, need: Need, reason: str) -> Need:
    """The need is closed without being met, for a reason everybody can read."""
    need = locked_need(need)
    require(may_close_need(by, need))
    reason = _given(reason, _("Say why the need is closed."))
    before = {"status": need.status}
    NEED.apply(need, "close", closing_reason=reason)
    _record("need.close", need, by=by, before=before, reason=reason)
    return need


@transaction.atomic
def mark_need_met(*, by: User, need: Need, reason: str) -> Need:
    """The need is met; `reason` says by what, for everybody to read."""
    need = locked_need(need)
    require(may_mark_need_met(by, need))
    reason = _given(reason, _("Say what meets the need now."))
    before = {"status": need.status}
    NEED.apply(need, "meet")
    _record("need.meet", need, by=by, before=before, reason=reason)
    return need


@transaction.atomic
def reopen_need(*, by: User, need: Need, reason: str) -> Need:
    """A need that was met or closed is published again, for a reason everybody can read."""
    need = locked_need(need)
    require(may_reopen_need(by, need))
    reason = _given(reason, _("Say why the need is open again."))
    before = {"status": need.status}
    NEED.apply(need, "reopen", closing_reason="")
    _record("need.reopen", need, by=by, before=before, reason=reason)
    return need


# --- Called by the services of opportunities, inside their transaction -------------------------------


def commission_needs(needs: Iterable[Need], *, by: User) -> None:
    """Needs that were only published are in commissioning: an opportunity for them is public."""
    for need in needs:
        if need.status == NeedStatus.PUBLISHED:
            NEED.apply(need, "commission")
            _record("need.commission", need, by=by, before={"status": NeedStatus.PUBLISHED})


def release_needs(needs: Iterable[Need], *, by: User | None) -> None:
    """Needs in commissioning for which no opportunity is live or awarded any more are published again."""
    for need in needs:
        if need.status == NeedStatus.IN_COMMISSIONING and not opportunities_that_count(need).exists():
            NEED.apply(need, "release")
            _record("need.release", need, by=by, before={"status": NeedStatus.IN_COMMISSIONING})


def locked_needs_of(opportunity: Opportunity) -> list[Need]:
    """The needs it answers, held until the transaction ends. Taken before the opportunity's own lock."""
    held = _held(Need.objects.filter(opportunities=opportunity.pk).order_by("pk"))
    return list(held)


def locked_need(need: Need) -> Need:
    """The need as it is now, held until the transaction ends."""
    return _held(Need.objects.filter(pk=need.pk)).get()


# -----------------------------------------------------------------------------------------------------


def _held(needs: QuerySet[Need]) -> QuerySet[Need]:
    return needs.select_related("organisation").select_for_update(no_key=True, of=("self",))


def _given(reason: str, sentence: str) -> str:
    if not reason.strip():
        raise Refused(sentence)
    return reason.strip()


def _has_evidence(words: NeedWords) -> None:
    if not words.evidence:
        raise Refused(_("Give at least one figure that shows the need, and where it comes from."))


def _write_parts(need: Need, words: NeedWords) -> None:
    need.cohorts.set(words.cohorts)
    need.evidence.all().delete()
    NeedEvidence.objects.bulk_create(NeedEvidence(need=need, **asdict(figure)) for figure in words.evidence)


def _move_mains(need: Need, old_area: int, old_category: int) -> None:
    """A main area that was exchanged leaves the areas, the new one is among them; so with the kinds of need."""
    if old_area != need.area_id:
        need.areas.remove(old_area)
        need.areas.add(need.area_id)
    if old_category != need.category_id:
        need.categories.remove(old_category)
        need.categories.add(need.category_id)
        need.desired_outcomes.remove(*need.desired_outcomes.exclude(category__in=need.categories.all()))


def _changed(need: Need, words: NeedWords) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the row said and says, of what differs; figures and groups by how many there were."""
    told = {**words.columns(), "area": words.area.pk, "category": words.category.pk}
    was = {name: getattr(need, f"{name}_id" if name in ("area", "category") else name) for name in told}
    names = [name for name in told if told[name] != was[name]]
    return {name: was[name] for name in names}, {name: told[name] for name in names}


def _tell_authors(action: str, need: Need, *, by: User) -> None:
    authors = people_with(P.NEED_DRAFT, need.organisation).filter(pk__in={need.created_by_id, need.updated_by_id})
    notices.send(
        NEED.step(action).notice,
        to=authors.exclude(pk=by.pk),
        context={"need": need, "by": by},
        url=reverse("need-detail", args=[need.pk]),
    )


def _record(action: str, need: Need, *, by: User | None, before: dict[str, Any], reason: str = "") -> None:
    after = {"status": need.status}
    audit.record(
        action, by=by, obj=need, organisation=need.organisation, before=before, after=after, reason=reason
    )
