"""The table of gaps as plain values: cells with words and a shade, lines, findings, rows of a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Area, NeedCategory
from core.money import pounds, round_half_up
from marketplace.gaps import Cell, GapTable, Measure
from marketplace.quarters import Quarter
from marketplace.rates import Rate

# The upper ends of the shades, the first being the worst. Above the last: the best.
RATE_STEPS = (2_000, 4_000, 6_000, 8_000)
PROVIDER_STEPS = (0, 1, 2, 5)
SHADES = 5


@dataclass(frozen=True)
class ShownCell:
    """A cell of the page: its shade (1 worst to 5; 0 for none), its figure, what stands below it, its page."""

    label: str
    url: str
    shade: int
    figure: str
    small: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownRow:
    """One area of the page."""

    label: str
    cells: list[ShownCell]
    is_region: bool = False


@dataclass(frozen=True)
class Finding:
    """A gap in words: where, what, and how sure it is."""

    title: str
    url: str
    text: str
    tag: str = ""
    tone: str = "warn"
    posted: bool = False


def whole_percent(rate_bps: int) -> str:
    """42%, rounded half up."""
    return f"{round_half_up(Fraction(rate_bps, 100))}%"


def interval_of(rate: Rate) -> str:
    """35–49%, rounded outwards."""
    return f"{rate.low_bps // 100}–{-(-rate.high_bps // 100)}%"


def cases(number: int | None) -> str:
    """ "120 cases"; what is withheld is not called “under 10”, for it may stand beside something that is."""
    if number is None:
        return _("cases withheld")
    return ngettext("%(n)s case", "%(n)s cases", number) % {"n": f"{number:,}"}


def in_thousands(pence: int) -> str:
    """£1.2m, £340k, £900: short enough for a cell."""
    whole = pence // 100
    if whole >= 1_000_000:
        return f"£{whole / 1_000_000:.1f}m"
    return f"£{round_half_up(Fraction(whole, 1_000))}k" if whole >= 10_000 else pounds(pence // 100 * 100)


class TableWords:
    """How one table reads: with which measure, for which quarter and group, under which addresses."""

    def __init__(
        self,
        region: Area,
        units: Sequence[Area],
        categories: Sequence[NeedCategory],
        *,
        measure: Measure = Measure.SUFFICIENT,
        parameters: dict[str, str] | None = None,
    ) -> None:
        self.region, self.units, self.categories = region, units, categories
        self.measure = measure
        self.areas = {area.pk: area for area in (region, *units)}
        self.kinds = {category.pk: category for category in categories}
        kept = {name: value for name, value in (parameters or {}).items() if name in ("period", "cohort")}
        self.query = f"?{urlencode(kept)}" if kept else ""
        # The page of a cell lies below that of its table; asking for two hundred addresses would cost more.
        self.table_url = reverse("gap-table", args=[region.slug])

    def rows(self, table: GapTable, *, only_region: bool = False) -> list[ShownRow]:
        """The region first, then its units by name."""
        most = self._most(table)
        areas = (self.region,) if only_region else (self.region, *self.units)
        return [
            ShownRow(
                _("Whole region") if area == self.region else area.name,
                [self._cell(cell, most) for cell in table.row(area.pk)],
                is_region=area == self.region,
            )
            for area in areas
        ]

    def national(self) -> ShownRow | None:
        """What was published for England and Wales, where somebody did."""
        if self.measure not in (Measure.SUFFICIENT, Measure.ALL):
            return None
        cells = [
            ShownCell(kind.name, "", 0, f"{kind.sufficient_pct}%" if kind.sufficient_pct is not None else "–")
            for kind in self.categories
        ]
        return ShownRow(_("Published nationally"), cells)

    def address(self, cell: Cell) -> str:
        """The page behind a cell."""
        return f"{self.table_url}{self.areas[cell.area].slug}/{self.kinds[cell.category].code}/{self.query}"

    def _cell(self, cell: Cell, most: int) -> ShownCell:
        figure, small = self._words(cell)
        label = self.kinds[cell.category].name
        # Below the table's own address, so that two hundred links stay short.
        url = self.address(cell).removeprefix(self.table_url)
        return ShownCell(label, url, self._shade(cell, most), figure, small)

    def _words(self, cell: Cell) -> tuple[str, tuple[str, ...]]:
        measure = self.measure
        if measure == Measure.PROVIDERS:
            return f"{cell.providers:,}", ()
        if measure == Measure.MONEY:
            return in_thousands(cell.money_pence), ()
        if measure == Measure.ALL:
            return self._figure(cell, Measure.SUFFICIENT), self._everything(cell)
        if measure == Measure.DEMAND or not cell.demand:
            return self._figure(cell, measure), ()
        rate = cell.rate(measure)
        return self._figure(cell, measure), ((interval_of(rate),) if rate else ()) + (cases(cell.demand),)

    def _figure(self, cell: Cell, measure: Measure) -> str:
        if not cell.has_figures:
            return "–"
        if cell.withholds(measure):
            return _("withheld")
        if measure == Measure.DEMAND:
            return f"{cell.demand:,}"
        rate = cell.rate(measure)
        return whole_percent(rate.rate_bps) if rate else _("no cases")

    def _everything(self, cell: Cell) -> tuple[str, ...]:
        parts = [interval_of(cell.sufficient)] if cell.sufficient else []
        if cell.has_figures:
            available = self._figure(cell, Measure.AVAILABLE)
            parts += [_("%(share)s available") % {"share": available}, cases(cell.demand)]
        return (*parts, providers_in_words(cell.providers), in_thousands(cell.money_pence))

    def _most(self, table: GapTable) -> int:
        """The largest figure of a unit, against which the others are shaded."""
        cells = [cell for unit in self.units for cell in table.row(unit.pk)]
        if self.measure == Measure.DEMAND:
            return max((cell.demand or 0 for cell in cells), default=0)
        return max((cell.money_pence for cell in cells), default=0)

    def _shade(self, cell: Cell, most: int) -> int:
        if self.measure == Measure.PROVIDERS:
            return _step(cell.providers, PROVIDER_STEPS)
        if self.measure == Measure.MONEY:
            return 1 if not cell.money_pence else min(SHADES, 2 + cell.money_pence * 3 // max(most, 1))
        if self.measure == Measure.DEMAND:
            return 0 if not cell.demand else max(1, SHADES - cell.demand * SHADES // max(most, 1))
        rate = cell.rate(self.measure)
        return _step(rate.rate_bps, RATE_STEPS) if rate else 0


def _step(value: int, steps: tuple[int, ...]) -> int:
    return next((place for place, step in enumerate(steps, 1) if value <= step), SHADES)


def legend(measure: Measure) -> list[tuple[int, str]]:
    """What each shade means, in words."""
    if measure == Measure.PROVIDERS:
        words = [_("none"), _("1"), _("2"), _("3 to 5"), _("more than 5")]
    elif measure == Measure.MONEY:
        words = [_("nothing"), _("least"), _("less"), _("more"), _("most")]
    elif measure == Measure.DEMAND:
        words = [_("most cases"), _("many"), _("middling"), _("fewer"), _("fewest")]
    else:
        words = [_("20% or less"), _("to 40%"), _("to 60%"), _("to 80%"), _("more than 80%")]
    return list(enumerate(words, 1))


def providers_in_words(number: int) -> str:
    """ "3 providers"; "no provider"."""
    if not number:
        return _("no provider")
    return ngettext("%(n)s provider", "%(n)s providers", number) % {"n": f"{number:,}"}


def finding_of(cell: Cell, words: TableWords, *, posted: bool = False) -> Finding:
    """ "Dorset: accommodation", with the share, how sure it is, and who is there."""
    area, kind = words.areas[cell.area].name, words.kinds[cell.category]
    rate = cell.sufficient
    text = ""
    if rate:
        said = {"share": whole_percent(rate.rate_bps), "interval": interval_of(rate), "cases": cases(cell.demand)}
        text = _("Enough was delivered in %(share)s of %(cases)s (95%% interval %(interval)s).") % said
        if kind.sufficient_pct is not None:
            text = f"{text} " + _("Nationally it is %(share)s%%.") % {"share": kind.sufficient_pct}
    there = _("%(providers)s, %(money)s committed.") % {
        "providers": providers_in_words(cell.providers).capitalize(),
        "money": in_thousands(cell.money_pence),
    }
    return Finding(
        title=_("%(area)s: %(kind)s") % {"area": area, "kind": kind.name},
        url=words.address(cell),
        text=f"{text} {there}",
        tag=whole_percent(rate.rate_bps) if rate else "",
        tone="bad" if rate and rate.rate_bps <= RATE_STEPS[1] else "warn",
        posted=posted,
    )


def evidence_of(cell: Cell, kind: NeedCategory) -> str:
    """The figure as evidence for a need; empty where the public may not see it."""
    rate = cell.sufficient
    if rate is None or cell.demand is None:
        return ""
    sentence = _(
        "Enough delivered in %(share)s of %(cases)s with “%(kind)s” a priority (95%% interval %(interval)s)"
    )
    return sentence % {
        "share": whole_percent(rate.rate_bps),
        "cases": cases(cell.demand),
        "kind": kind.name,
        "interval": interval_of(rate),
    }


# --- as a file ---------------------------------------------------------------------------------------


def file_header() -> list[str]:
    """The columns of the download."""
    return [
        *("area", "code", "period", "category", "group"),
        *("priority_cases", "available_cases", "available_pct", "available_low_pct", "available_high_pct"),
        *("sufficient_cases", "sufficient_pct", "sufficient_low_pct", "sufficient_high_pct"),
        *("national_sufficient_pct", "providers", "money_committed_pounds"),
    ]


def file_rows(
    table: GapTable, words: TableWords, quarter: Quarter | None, group: str, *, only_region: bool
) -> Iterable[list[Any]]:
    """A line for each area and kind of need; what is withheld says so."""
    areas = (words.region,) if only_region else (words.region, *words.units)
    for area in areas:
        for cell in table.row(area.pk):
            kind = words.kinds[cell.category]
            shown = cell.shown
            yield [
                *(area.name, area.code, quarter.code if quarter else "", kind.code, group),
                *(
                    _count(shown.priority if shown else None, cell),
                    _count(shown.available if shown else None, cell),
                ),
                *_percents(cell.available),
                _count(shown.sufficient if shown else None, cell),
                *_percents(cell.sufficient),
                *(kind.sufficient_pct, cell.providers, round_half_up(Fraction(cell.money_pence, 100))),
            ]


def _count(number: int | None, cell: Cell) -> int | str:
    if number is not None:
        return number
    return "withheld" if cell.has_figures else ""


def _percents(rate: Rate | None) -> list[Any]:
    if rate is None:
        return ["", "", ""]
    return [rate.rate_bps / 100, rate.low_bps / 100, rate.high_bps / 100]
