"""Organisations say that they look for partners, and stop saying so."""

import datetime
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.concurrency import save_version
from core.models import Organisation, User
from core.money import pounds
from providers.models import PartnerNotice
from providers.partner_terms import NoticeTerms, end_of, last_day_of, terms_of
from providers.policies.partners import (
    can_show_until,
    may_change_notice,
    may_post_notice,
    may_renew_notice,
    may_take_down_notice,
)
from providers.states import PARTNER_NOTICE


@transaction.atomic
def post_notice(*, by: User, organisation: Organisation, terms: NoticeTerms, form_key: UUID) -> PartnerNotice:
    """The organisation is on the board with these terms.

    The same `form_key` from the same person gives the notice made the first time. Raises Refused where it has
    one already, also when a colleague posts one in the same moment, or where the terms cannot be.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    require(may_post_notice(by, organisation))
    made = PartnerNotice.objects.filter(organisation=organisation).first()
    if made and (made.form_key, made.created_by_id) == (form_key, by.pk):
        return made
    if made:
        raise Refused(_("Your organisation has a notice already. Change that one, or renew it."))
    written = _written(terms, timezone.localdate())
    try:
        with transaction.atomic():
            notice = PartnerNotice.objects.create(
                organisation=organisation,
                listed_name=organisation.name,
                form_key=form_key,
                posted_at=timezone.now(),
                created_by=by,
                updated_by=by,
                **written,
            )
    except IntegrityError:
        raise Refused(_("This page was used already. Open it again and start anew.")) from None
    _link(notice, terms)
    audit.record("partner_notice.post", by=by, obj=notice, organisation=organisation, after=_recorded(terms))
    return notice


@transaction.atomic
def change_notice(*, by: User, notice: PartnerNotice, terms: NoticeTerms, version: int) -> None:
    """The notice says this from now on. Raises Stale where it is no longer at `version`.

    When it was posted stays as it was; the day it ends may move, up to twelve months from today.
    """
    notice = _locked(notice)
    require(may_change_notice(by, notice))
    before = _recorded(terms_of(notice))
    save_version(notice, expected=version, by=by, **_written(terms, _day_allowing(notice, terms)))
    _link(notice, terms)
    after = _recorded(terms)
    changed = [name for name in after if before[name] != after[name]]
    if changed:
        audit.record(
            "partner_notice.change",
            by=by,
            obj=notice,
            organisation=notice.organisation,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )


@transaction.atomic
def take_down_notice(*, by: User, notice: PartnerNotice) -> None:
    """Nobody else sees the notice; it can be posted again."""
    notice = _locked(notice)
    require(may_take_down_notice(by, notice))
    PARTNER_NOTICE.apply(notice, "take_down")
    audit.record("partner_notice.take_down", by=by, obj=notice, organisation=notice.organisation)


@transaction.atomic
def renew_notice(*, by: User, notice: PartnerNotice, last_day: datetime.date) -> None:
    """The notice counts as posted now, whatever became of it, and is shown to the end of `last_day`."""
    notice = _locked(notice)
    require(may_renew_notice(by, notice))
    require(can_show_until(last_day, timezone.localdate()))
    before = {"last_day": last_day_of(notice), "status": notice.status}
    PARTNER_NOTICE.apply(notice, "renew", posted_at=timezone.now(), ends_at=end_of(last_day))
    audit.record(
        "partner_notice.renew",
        by=by,
        obj=notice,
        organisation=notice.organisation,
        before=before,
        after={"last_day": last_day, "status": notice.status},
    )


def _locked(notice: PartnerNotice) -> PartnerNotice:
    return PartnerNotice.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=notice.pk)


def _day_allowing(notice: PartnerNotice, terms: NoticeTerms) -> datetime.date | None:
    """Today; none where the last day is left as it is, so that one that has run out can still be corrected."""
    return None if terms.last_day == last_day_of(notice) else timezone.localdate()


def _written(terms: NoticeTerms, today: datetime.date | None) -> dict[str, Any]:
    """The columns that hold the terms, if they can be; Refused otherwise."""
    offers, seeks = terms.offers.strip(), terms.seeks.strip()
    if not offers or not seeks:
        raise Refused(_("Say what you offer and what you look for."))
    if not terms.areas or not terms.categories:
        raise Refused(_("Choose at least one area and one kind of need."))
    if terms.most_pence_a_year <= 0:
        raise Refused(_("Say how much money you could carry in a year."))
    if today is not None:
        require(can_show_until(terms.last_day, today))
    return {
        "offers": offers,
        "seeks": seeks,
        "most_pence_a_year": terms.most_pence_a_year,
        "ends_at": end_of(terms.last_day),
    }


def _link(notice: PartnerNotice, terms: NoticeTerms) -> None:
    notice.areas.set(terms.areas)
    notice.categories.set(terms.categories)
    notice.cohorts.set(terms.cohorts)


def _recorded(terms: NoticeTerms) -> dict[str, Any]:
    return {
        "offers": terms.offers.strip(),
        "seeks": terms.seeks.strip(),
        "areas": _names(terms.areas),
        "categories": _names(terms.categories),
        "cohorts": _names(terms.cohorts),
        "most_a_year": pounds(terms.most_pence_a_year),
        "last_day": terms.last_day.isoformat(),
    }


def _names(rows: Iterable[Any]) -> list[str]:
    return sorted(row.name for row in rows)
