"""How many practitioners say that something is missing, as everybody may know it: no number under ten."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from core.models import Area
from core.models.places import AreaBelonging, AreaKind
from core.queries.places import held_on
from marketplace.models import Signal
from marketplace.queries.signals import COUNTED
from marketplace.rates import LEFT_OPEN, SMALLEST_SHOWN


@dataclass(frozen=True)
class PublicCount:
    """A number of practitioners as the public reads it.

    `number` is none where it is from one to nine; `at_least`: there are so many or more, and no more can be
    said without telling a number under ten.
    """

    number: int | None
    at_least: bool = False

    @classmethod
    def of(cls, number: int) -> "PublicCount":
        """The number itself, unless it is from one to nine."""
        return cls(number if number == 0 or number >= SMALLEST_SHOWN else None)


def signal_counts(
    *, areas: Collection[int] | None = None, categories: Collection[int] | None = None
) -> dict[tuple[int, int], PublicCount]:
    """(area, kind of need) -> how many practitioners say that help of that kind is missing in exactly that area.

    None for areas or kinds means all of them; where nobody says anything there is no entry. One query, read
    from an index alone. Somebody who gave two different signals counts in each. Show no sum beside them but
    `signal_counts_at`: any other lets a small number be found by subtraction.
    """
    return {cell: PublicCount.of(number) for cell, number in _voices(areas, categories).items()}


def signal_counts_at(area: Area, *, category: int | None = None) -> dict[int, PublicCount]:
    """Kind of need -> how many practitioners say that help of that kind is missing there; no entry for nobody.

    For a probation region with its delivery units, into which it divides without rest. Any other sum of areas
    that overlap would tell a small number to whoever subtracts it from this one, so there is none.
    """
    parts = Area.objects.filter(pk=area.pk)
    if area.kind == AreaKind.PROBATION_REGION:
        inside = AreaBelonging.objects.filter(held_on(timezone.localdate()), parent=area)
        units = Q(kind=AreaKind.DELIVERY_UNIT, pk__in=inside.values("child"))
        parts = Area.objects.filter(Q(pk=area.pk) | units)
    numbers: dict[int, list[int]] = {}
    for (_area, kind), number in _voices(
        parts.order_by().values("pk"), None if category is None else (category,)
    ).items():
        numbers.setdefault(kind, []).append(number)
    return {kind: together(told) for kind, told in numbers.items()}


def signal_count_at(area: Area, category: int) -> PublicCount:
    """How many practitioners say that help of one kind is missing there; see `signal_counts_at`."""
    return signal_counts_at(area, category=category).get(category, PublicCount(0))


def together(numbers: Iterable[int]) -> PublicCount:
    """The sum of numbers that may themselves be shown beside it, as far as it betrays none from one to nine.

    Where the sum would leave fewer than five possible values to a number that is hidden, only what is shown
    anyway is given, as “at least”.
    """
    told = [number for number in numbers if number]
    hidden = [number for number in told if number < SMALLEST_SHOWN]
    whole, shown = sum(told), sum(told) - sum(hidden)
    if not hidden or _leaves_open(hidden):
        return PublicCount.of(whole)
    return PublicCount(shown, at_least=True) if shown else PublicCount(None)


def _leaves_open(hidden: Sequence[int]) -> bool:
    """Whether each of the numbers may still be any of five to somebody who knows their sum."""
    others, whole, largest = len(hidden) - 1, sum(hidden), SMALLEST_SHOWN - 1
    least, most = max(1, whole - others * largest), min(largest, whole - others)
    return most - least + 1 >= LEFT_OPEN


def _voices(
    areas: Collection[int] | QuerySet[Area, Any] | None, categories: Collection[int] | None
) -> dict[tuple[int, int], int]:
    counted = Signal.objects.filter(status__in=COUNTED)
    if areas is not None:
        counted = counted.filter(area__in=areas)
    if categories is not None:
        counted = counted.filter(category__in=categories)
    rows = counted.order_by().values_list("area", "category").annotate(Sum("voices"))
    return {(area, category): number for area, category, number in rows}
