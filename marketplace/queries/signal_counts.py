"""How many practitioners say that something is missing, as everybody may know it: no number under ten."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Sum

from marketplace.models import Signal
from marketplace.queries.signals import COUNTED

FEWEST_SHOWN = 10


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
        return cls(number if number == 0 or number >= FEWEST_SHOWN else None)


def signal_counts(
    *, areas: Collection[int] | None = None, categories: Collection[int] | None = None
) -> dict[tuple[int, int], PublicCount]:
    """(area, kind of need) -> how many practitioners say that help of that kind is missing in exactly that area.

    None for areas or kinds means all of them; where nobody says anything there is no entry. One query, read
    from an index alone. Somebody who gave two different signals counts in each. To sum up several areas use
    `together`, which keeps a small number from being found by subtraction.
    """
    return {cell: PublicCount.of(number) for cell, number in _voices(areas, categories).items()}


def signal_count_within(*, areas: Collection[int], category: int) -> PublicCount:
    """How many practitioners say that help of one kind is missing in any of the areas."""
    return together(_voices(areas, (category,)).values())


def together(numbers: Iterable[int]) -> PublicCount:
    """The sum of numbers that may themselves be shown beside it, as far as it betrays none from one to nine.

    With one number hidden the sum would tell it, so the rest is given as “at least”; so too where those
    hidden are fewer than ten together.
    """
    told = list(numbers)
    hidden = [number for number in told if 0 < number < FEWEST_SHOWN]
    whole, shown = sum(told), sum(told) - sum(hidden)
    if not hidden or (len(hidden) > 1 and sum(hidden) >= FEWEST_SHOWN):
        return PublicCount.of(whole)
    return PublicCount(shown, at_least=True) if shown else PublicCount(None)


def _voices(areas: Collection[int] | None, categories: Collection[int] | None) -> dict[tuple[int, int], int]:
    counted = Signal.objects.filter(status__in=COUNTED)
    if areas is not None:
        counted = counted.filter(area__in=areas)
    if categories is not None:
        counted = counted.filter(category__in=categories)
    rows = counted.order_by().values_list("area", "category").annotate(Sum("voices"))
    return {(area, category): number for area, category, number in rows}
