"""Where services fall short, as a table of areas by kinds of need: put together from figures, no rows read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from marketplace.rates import Counts, Rate, Shown, for_the_public, in_full, rate_with_interval

K = TypeVar("K")
# (area, kind of need)
Place = tuple[int, int]


class Measure(StrEnum):
    """What the table shows and shades by."""

    SUFFICIENT = "sufficient"
    AVAILABLE = "available"
    DEMAND = "demand"
    PROVIDERS = "providers"
    MONEY = "money"
    ALL = "all"


@dataclass(frozen=True)
class Cell:
    """One area and one kind of need. `shown` is none where no figures came in; its counts where withheld.

    `money_pence` is what was awarded for exactly that area and kind; of the region's own row it is everything
    in the region. `providers` are those who serve it, the whole region among the areas they name or not.
    """

    area: int
    category: int
    shown: Shown | None
    providers: int = 0
    money_pence: int = 0

    @property
    def demand(self) -> int | None:
        """Cases in which the need was a priority."""
        return self.shown.priority if self.shown else None

    @cached_property
    def available(self) -> Rate | None:
        """The share with help available; none where unknown, withheld or nobody had the need."""
        return self._rate(self.shown.available if self.shown else None)

    @cached_property
    def sufficient(self) -> Rate | None:
        """The share with enough delivered; none where unknown, withheld or nobody had the need."""
        return self._rate(self.shown.sufficient if self.shown else None)

    @property
    def has_figures(self) -> bool:
        """Whether anybody counted."""
        return self.shown is not None

    def rate(self, measure: Measure) -> Rate | None:
        """One of the two shares."""
        return self.available if measure == Measure.AVAILABLE else self.sufficient

    def withholds(self, measure: Measure) -> bool:
        """Whether the figure is there and too small to be shown."""
        if self.shown is None:
            return False
        names = {Measure.DEMAND: "priority", Measure.AVAILABLE: "available"}
        return getattr(self.shown, names.get(measure, "sufficient")) is None

    def _rate(self, part: int | None) -> Rate | None:
        whole = self.demand
        return None if part is None or whole is None else rate_with_interval(part, whole)


@dataclass(frozen=True)
class GapTable:
    """A region and its delivery units (rows) by kinds of need (columns): `cells[area, category]`."""

    region: int
    units: tuple[int, ...]
    categories: tuple[int, ...]
    cells: Mapping[Place, Cell]

    def row(self, area: int) -> list[Cell]:
        """The cells of one area in the order of the columns."""
        return [self.cells[area, category] for category in self.categories]

    @property
    def has_figures(self) -> bool:
        """Whether there is any figure at all."""
        return any(cell.has_figures for cell in self.cells.values())

    def worst(self, most: int) -> list[Cell]:
        """Cells of delivery units where least was delivered for sure: by the upper end of the interval.

        So a share from few cases does not come first only because it is from few. A share of nobody and a
        withheld one are not ranked.
        """
        ranked = [
            (rate.high_bps, rate.rate_bps, -(cell.demand or 0), cell.area, cell.category, cell)
            for unit in self.units
            for cell in self.row(unit)
            if (rate := cell.sufficient) is not None
        ]
        return [entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:-1])[:most]]

    def holes(self) -> list[Cell]:
        """Cells of delivery units that no provider serves, the most cases first."""
        empty = [cell for unit in self.units for cell in self.row(unit) if not cell.providers]
        return sorted(empty, key=lambda cell: (-(cell.demand or 0), cell.area, cell.category))


@dataclass(frozen=True)
class Figures:
    """What was read for a table: counts, and for the whole region how many providers and how much money."""

    counts: Mapping[Place, Counts]
    providers: Mapping[Place, int]
    money: Mapping[Place, int]


def gap_table(
    region: int, units: Sequence[int], categories: Sequence[int], figures: Figures, *, in_public: bool
) -> GapTable:
    """The table, with small numbers withheld where it is `in_public`.

    The region's own counts are those given for it as a whole, or else the sum of its units.
    """
    cells: dict[Place, Cell] = {}
    for category in categories:
        shown = _shown(region, units, category, figures.counts, in_public=in_public)
        for area in (region, *units):
            place = (area, category)
            money = figures.money.get(place, 0)
            if area == region:
                money += sum(figures.money.get((unit, category), 0) for unit in units)
            cells[place] = Cell(area, category, shown.get(area), figures.providers.get(place, 0), money)
    return GapTable(region, tuple(units), tuple(categories), cells)


def shown_by_quarter(
    region: int, units: Sequence[int], counts: Mapping[K, Mapping[int, Counts]], *, area: int, in_public: bool
) -> dict[K, Shown]:
    """What the reader may see of one area, quarter by quarter; `counts` are those of one kind of need by area."""
    found = {}
    for quarter, by_area in counts.items():
        places = {(number, 0): value for number, value in by_area.items()}
        shown = _shown(region, units, 0, places, in_public=in_public)
        if area in shown:
            found[quarter] = shown[area]
    return found


def group_in_public(group: Counts | None, everyone: Counts | None) -> Shown | None:
    """What the public may see of a group of people in a region: nothing from which those outside it follow."""
    if group is None:
        return None
    if everyone is None:
        return for_the_public([group], None)[0][0]
    rest = Counts(
        everyone.priority - group.priority,
        everyone.available - group.available,
        everyone.sufficient - group.sufficient,
    )
    if not 0 <= rest.sufficient <= rest.available <= rest.priority:
        # The rest does not fit together as counts do, so nothing can be said for sure of what follows from it.
        return Shown(None, None, None)
    return for_the_public([group, rest], everyone)[0][0]


def total_of(parts: Iterable[Counts]) -> Counts | None:
    """Their sum; none of none."""
    whole = None
    for part in parts:
        whole = part if whole is None else whole + part
    return whole


def _shown(
    region: int, units: Sequence[int], category: int, counts: Mapping[Place, Counts], *, in_public: bool
) -> dict[int, Shown]:
    """One column: what of each area's counts the reader may see; areas without figures have no entry."""
    there = [unit for unit in units if (unit, category) in counts]
    parts = [counts[unit, category] for unit in there]
    total = counts.get((region, category)) or total_of(parts)
    if not in_public:
        shown, whole = [in_full(part) for part in parts], in_full(total) if total else None
    else:
        shown, whole = for_the_public(parts, total)
    found = dict(zip(there, shown, strict=True))
    return found if whole is None else {**found, region: whole}
