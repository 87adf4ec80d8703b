"""Figures for a period are entered, and corrected without losing what stood before."""

import datetime
import uuid
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Outcome, Result
from alliances.policies.results import is_period_free, may_record_result
from alliances.services.locks import locked_alliance
from core import audit
from core.access import Refused, Stale, require
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where


@transaction.atomic
def record_result(
    *,
    by: User,
    outcome: Outcome,
    period_end: datetime.date,
    actual: Decimal,
    source: str,
    note: str = "",
    form_key: uuid.UUID,
) -> Result:
    """The outcome has a result for the period that ended on `period_end`, in the outcome's own unit.

    Sending the same form twice gives the same result. Raises Refused for a period to come, outside the
    term or with a result already, and while the alliance is not active.
    """
    outcome = _held(outcome)
    made = _made_before(form_key, by=by, outcome=outcome)
    if made is not None:
        return made
    require(may_record_result(by, outcome.alliance))
    require(is_period_free(outcome, period_end))
    result = Result.objects.create(
        outcome=outcome,
        period_end=period_end,
        actual=actual,
        source=_source(source),
        note=note,
        recorded_by=by,
        form_key=form_key,
    )
    audit.record(
        "result.record",
        by=by,
        obj=result,
        organisation=_acting_for(by, outcome),
        after={"period_end": period_end, "actual": actual, "source": source},
    )
    return result


@transaction.atomic
def correct_result(
    *,
    by: User,
    result: Result,
    period_end: datetime.date,
    actual: Decimal,
    source: str,
    note: str = "",
    reason: str,
    form_key: uuid.UUID,
) -> Result:
    """A new result stands in the place of `result`, which stays on record with who corrected it and why.

    Raises Stale if somebody corrected it first, and Refused where a new result could not stand either.
    """
    outcome = _held(result.outcome)
    made = _made_before(form_key, by=by, outcome=outcome)
    if made is not None:
        return made
    result = Result.objects.select_for_update(of=("self",)).get(pk=result.pk)
    require(may_record_result(by, outcome.alliance))
    # Rather than the policy's refusal: what was typed can still be made a correction of the newer result.
    if result.superseded_at is not None:
        raise Stale(
            _("%(name)s corrected this result after you opened it. Your figures are below and not yet saved.")
            % {"name": result.correction.recorded_by.name}
        )
    require(is_period_free(outcome, period_end, besides=result))
    if not reason.strip():
        raise Refused(_("Say why the result is corrected."))
    result.superseded_at = timezone.now()
    result.save(update_fields=["superseded_at"])
    correction = Result.objects.create(
        outcome=outcome,
        period_end=period_end,
        actual=actual,
        source=_source(source),
        note=note,
        recorded_by=by,
        corrects=result,
        reason=reason.strip(),
        form_key=form_key,
    )
    audit.record(
        "result.correct",
        by=by,
        obj=correction,
        organisation=_acting_for(by, outcome),
        before={"period_end": result.period_end, "actual": result.actual, "source": result.source},
        after={"period_end": period_end, "actual": actual, "source": source},
        reason=reason,
    )
    return correction


def _held(outcome: Outcome) -> Outcome:
    # Everything entered for one alliance waits in one line, so that a period gets one result.
    alliance = locked_alliance(outcome.alliance)
    held = Outcome.objects.select_for_update().get(pk=outcome.pk)
    held.alliance = alliance
    return held


def _made_before(form_key: uuid.UUID, *, by: User, outcome: Outcome) -> Result | None:
    made = Result.objects.filter(form_key=form_key).first()
    if made is not None and (made.recorded_by_id, made.outcome_id) != (by.pk, outcome.pk):
        raise Refused(_("This form was used before. Open the page again and send it once more."))
    return made


def _source(source: str) -> str:
    if not source.strip():
        raise Refused(_("Say where the figure comes from."))
    return source.strip()


def _acting_for(by: User, outcome: Outcome) -> Organisation | None:
    """The member for whose people the person is counted: the one a record of the act names."""
    own = organisations_where(by, P.RESULT_RECORD)
    place = outcome.alliance.members.select_related("organisation").filter(organisation__in=own).first()
    return place.organisation if place else None
