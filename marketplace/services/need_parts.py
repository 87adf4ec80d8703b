"""The parts of a draft need beyond its first page: where else, how many and by when, what good would look like."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.concurrency import save_version
from core.models import User
from marketplace.drafts import Scale, Scope, WhatGoodIs
from marketplace.models import Need, Urgency
from marketplace.policies.needs import may_edit_need
from marketplace.services.needs import locked_need


@transaction.atomic
def save_scope(*, by: User, need: Need, scope: Scope, version: int) -> Need:
    """The draft concerns the areas and kinds of need in `scope` and its main ones, which are always among them.

    A desired outcome of a kind of need that is no longer named goes with it. Stale if somebody saved it since
    `version`.
    """
    need = _to_edit(need, by=by)
    areas = {need.area_id, *(area.pk for area in scope.areas)}
    kinds = {need.category_id, *(kind.pk for kind in scope.categories)}
    save_version(need, expected=version, by=by)
    need.areas.set(areas)
    need.categories.set(kinds)
    need.desired_outcomes.remove(*need.desired_outcomes.exclude(category__in=kinds))
    _record(need, by=by, after={"areas": sorted(areas), "categories": sorted(kinds)})
    return need


@transaction.atomic
def save_scale(*, by: User, need: Need, scale: Scale, version: int) -> Need:
    """The draft says out of how many its people are, and by when and why something should be there.

    Refused where fewer people exist than are affected, or a date stands without a reason.
    """
    need = _to_edit(need, by=by)
    if scale.people_of is not None and scale.people_of < need.people_affected:
        raise Refused(_("More people are affected than there are. Look at both numbers again."))
    if scale.urgency != Urgency.NO_DATE and not scale.urgency_reason.strip():
        raise Refused(_("Say why it should be there by then."))
    columns = dict(vars(scale))
    before = {name: getattr(need, name) for name in columns}
    save_version(need, expected=version, by=by, **columns)
    _record(need, by=by, before=before, after=columns)
    return need


@transaction.atomic
def save_what_good_is(*, by: User, need: Need, good: WhatGoodIs, version: int) -> Need:
    """The draft says what would be true once it is met.

    Refused for an outcome of a kind of need that is not the need's.
    """
    need = _to_edit(need, by=by)
    kinds = set(need.categories.values_list("pk", flat=True))
    if any(outcome.category_id not in kinds for outcome in good.outcomes):
        raise Refused(_("Choose outcomes of the kinds of need that this need is about."))
    save_version(need, expected=version, by=by, what_good_is=good.words)
    need.desired_outcomes.set(good.outcomes)
    outcomes = sorted(outcome.pk for outcome in good.outcomes)
    _record(need, by=by, after={"desired_outcomes": outcomes, "what_good_is": good.words})
    return need


# -----------------------------------------------------------------------------------------------------


def _to_edit(need: Need, *, by: User) -> Need:
    need = locked_need(need)
    require(may_edit_need(by, need))
    return need


def _record(need: Need, *, by: User, after: dict[str, Any], before: dict[str, Any] | None = None) -> None:
    audit.record("need.edit", by=by, obj=need, organisation=need.organisation, before=before, after=after)
