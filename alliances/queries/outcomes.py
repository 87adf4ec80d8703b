"""Outcomes with how far they have come."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Case, DateField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, TruncQuarter

from alliances import scales
from alliances.models import Alliance, Outcome, Result
from alliances.quarters import period_start, quarter_end_before
from alliances.states import AllianceStatus
from core.models import Organisation
from core.money import WHOLE_BPS
from marketplace.models import Need, Opportunity

MOST_RESULTS = 20


@dataclass(frozen=True)
class Reached:
    """What a figure means for an outcome: how much of the way, exact, and in which of five cases."""

    actual: Decimal
    on: datetime.date
    achieved: Fraction
    standing: scales.Standing


@dataclass(frozen=True)
class Score:
    """The score so far: outcomes without a result count as nought, and `measured` says how many have one."""

    value: Fraction
    measured: int
    outcomes: int


def standing_results(outcome: Outcome) -> QuerySet[Result]:
    """The results that count, the earliest period first; those corrected are left out."""
    return outcome.results.filter(superseded_at__isnull=True).order_by("period_end")


def all_results(outcome: Outcome) -> QuerySet[Result]:
    """Every result ever entered, corrected ones too, with who entered it; the latest period first."""
    return outcome.results.select_related("recorded_by", "corrects", "correction__recorded_by").order_by(
        "-period_end", "-id"
    )


def with_latest(outcomes: QuerySet[Outcome]) -> QuerySet[Outcome]:
    """Each outcome with `latest_actual` and `latest_on`, those of the latest period; none before the first."""
    latest = Result.objects.filter(outcome=OuterRef("pk"), superseded_at__isnull=True).order_by("-period_end")
    return outcomes.annotate(
        latest_actual=Subquery(latest.values("actual")[:1]), latest_on=Subquery(latest.values("period_end")[:1])
    ).order_by("number")


def latest_results_for(needs: Collection[Need]) -> list[Result]:
    """The result of the latest period of each outcome of signed alliances for these needs, the latest first."""
    later = Result.objects.filter(
        outcome=OuterRef("outcome"), superseded_at__isnull=True, period_end__gt=OuterRef("period_end")
    )
    opportunities = Opportunity.objects.filter(needs__in=needs)
    found = Result.objects.filter(
        ~Exists(later),
        superseded_at__isnull=True,
        outcome__alliance__activated_at__isnull=False,
        outcome__alliance__award__lot__opportunity__in=opportunities,
    )
    return list(found.select_related("outcome").order_by("-period_end", "outcome__number")[:MOST_RESULTS])


def reached(outcome: Outcome, actual: Decimal, on: datetime.date) -> Reached:
    """What `actual` means for `outcome`."""
    figures = {"baseline": outcome.baseline, "target": outcome.target, "actual": actual}
    return Reached(actual, on, scales.achievement(**figures), scales.standing(**figures))


def latest_of(outcome: Outcome) -> Reached | None:
    """What the latest result means; none before the first. Takes an outcome read through `with_latest`."""
    actual: Decimal | None = outcome.latest_actual  # type: ignore[attr-defined]  # put there by with_latest
    on: datetime.date | None = outcome.latest_on  # type: ignore[attr-defined]  # put there by with_latest
    return None if actual is None or on is None else reached(outcome, actual, on)


def score_of(outcomes: Iterable[Outcome]) -> Score | None:
    """The score of an alliance's outcomes, read through `with_latest`; none before the first result."""
    found = [(outcome, latest_of(outcome)) for outcome in outcomes]
    measured = sum(latest is not None for _outcome, latest in found)
    if not measured or sum(outcome.weight_bps for outcome, _latest in found) != WHOLE_BPS:
        return None
    value = scales.score(
        (outcome.weight_bps, latest.achieved if latest else scales.NOUGHT) for outcome, latest in found
    )
    return Score(value, measured, len(found))


def outcomes_visible_in(alliances: QuerySet[Alliance]) -> QuerySet[Outcome]:
    """The outcomes of `alliances`, with what their pages show."""
    return (
        with_latest(Outcome.objects.filter(Exists(alliances.filter(pk=OuterRef("alliance")))))
        .select_related("alliance__organisation", "alliance__award__lot__opportunity__area")
        .prefetch_related("alliance__members")
    )


def outcomes_without_result(organisation: Organisation, *, today: datetime.date) -> QuerySet[Outcome]:
    """The outcomes of active alliances of this organisation that lack a result for the period now due.

    `alliances.quarters.period_due` says for one alliance which period that is; this says it in the database.
    Those of the newest alliances first, along an index.
    """
    latest = quarter_end_before(today)
    is_over = Q(alliance__ends_on__lt=today)
    last_quarter = Cast(TruncQuarter("alliance__ends_on"), DateField())
    since = Case(When(is_over, then=last_quarter), default=Value(period_start(latest)), output_field=DateField())
    result = Result.objects.filter(
        outcome=OuterRef("pk"), superseded_at__isnull=True, period_end__gte=OuterRef("due_since")
    )
    return (
        Outcome.objects.filter(
            is_over | Q(alliance__starts_on__lte=latest),
            alliance__members__organisation=organisation,
            alliance__status=AllianceStatus.ACTIVE,
        )
        .annotate(due_since=since)
        .filter(~Exists(result))
        .select_related("alliance")
        .only("indicator", "alliance__name", "alliance__starts_on", "alliance__ends_on")
        .order_by("-alliance__members__alliance_id", "number")
    )


def has_result_for(outcome: Outcome, period_end: datetime.date, *, besides: Result | None = None) -> bool:
    """Whether a result counts for that very period already, `besides` left out."""
    taken = outcome.results.filter(superseded_at__isnull=True, period_end=period_end)
    return (taken.exclude(pk=besides.pk) if besides else taken).exists()


def standing_result(result: Result) -> Result:
    """The result that counts in the place of one that was corrected, however often."""
    while (later := Result.objects.filter(corrects=result).select_related("recorded_by").first()) is not None:
        result = later
    return result
