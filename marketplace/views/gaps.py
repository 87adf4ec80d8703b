"""Pages on which everybody sees where services fall short: the table of a region, and what lies behind a cell."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.display import Crumb, Row
from core.entry import entry, everyone
from core.exports import csv_download
from core.models import Area, Cohort, NeedCategory
from core.queries.places import regions
from core.rate_charts import RateChart, rate_chart
from marketplace.forms.gaps import MEASURES, GapFilters, GapOptions
from marketplace.gaps import Cell, Figures, GapTable, Measure, gap_table, group_in_public, shown_by_quarter
from marketplace.gaps import total_of as sum_of
from marketplace.policies.needs import may_draft_need
from marketplace.quarters import Quarter
from marketplace.queries import gaps as rows_of
from marketplace.queries.assessments import reads_figures_of
from marketplace.queries.categories import categories, source_of_sufficiency
from marketplace.queries.needs import for_list as needs_for_list
from marketplace.queries.opportunities import for_list as opportunities_for_list
from marketplace.queries.signal_counts import signal_count_at
from marketplace.rates import Counts, Rate, Shown
from marketplace.views import gap_display, need_display, opportunity_display
from marketplace.views.visitors import Visitor

FIRST = 5
# So many providers stand close enough together among all of them for the first to be found by name.
MANY = 250


@dataclass
class Reading:
    """What a page knows of a region: its units, what was asked for, and the table as this reader may see it.

    Of a group of people the public sees the whole region alone: in one unit it is too few.
    """

    region: Area
    units: list[Area]
    kinds: list[NeedCategory]
    filters: GapFilters
    cohort: Cohort | None
    quarter: Quarter | None
    in_full: bool
    table: GapTable
    # What was counted about the one kind of need that was asked for alone.
    by_quarter: dict[Quarter, dict[int, Counts]]

    @property
    def only_region(self) -> bool:
        """Whether the units are left out."""
        return self.cohort is not None and not self.in_full

    @property
    def has_something(self) -> bool:
        """Whether there is anything to show: without case figures only providers and money."""
        return bool(self.quarter) or self.filters.measure in (Measure.PROVIDERS, Measure.MONEY)

    def words(self) -> gap_display.TableWords:
        """The same in words."""
        return gap_display.TableWords(
            self.region, self.units, self.kinds, measure=self.filters.measure, parameters=self.filters.parameters()
        )


def read(request: Visitor, slug: str, *, only: str = "", offers_filters: bool = False) -> Reading:
    """The table of a region as the address asks for it, or `only` one kind of need of it (its code).

    404 where there is no such region or kind. Groups are read where the page offers them or the address has one.
    """
    region, units = rows_of.region_with_units(slug)
    kinds = list(categories())
    if region is None or (only and only not in {kind.code for kind in kinds}):
        raise Http404
    areas = [region.pk, *(unit.pk for unit in units)]
    cohorts = list(Cohort.objects.order_by("name")) if offers_filters or request.GET.get("cohort") else []
    cohort = {each.code: each for each in cohorts}.get(request.GET.get("cohort", ""))
    group = cohort.pk if cohort else None
    filters = GapFilters(request.GET, GapOptions.of(rows_of.quarters_there(areas, group), cohorts, kinds))
    wanted, quarter = only or filters.value("category"), filters.quarter
    chosen = [kind for kind in kinds if wanted in ("", kind.code)]
    in_full = reads_figures_of(request.user, region)
    by_quarter = rows_of.counts_by_quarter(areas, chosen[0].pk, group) if only else {}
    if only:
        counts = rows_of.column_of(by_quarter, chosen[0].pk, quarter)
    else:
        counts = rows_of.counts_in(areas, quarter, group) if quarter else {}
    figures = rows_of.figures_of(region, areas[1:], counts, chosen[0].pk if only else None)
    table = gap_table(region.pk, areas[1:], [kind.pk for kind in chosen], figures, in_public=not in_full)
    if cohort and quarter and not in_full:
        table = _group_table(table, figures, rows_of.counts_in(areas, quarter))
    return Reading(region, units, chosen, filters, cohort, quarter, in_full, table, by_quarter)


def _group_table(table: GapTable, figures: Figures, everyone_there: dict[Any, Counts]) -> GapTable:
    """The region's own row of a group as the public may see it; its units say nothing."""
    cells = {}
    for (area, category), cell in table.cells.items():
        shown = None
        if area == table.region:
            shown = group_in_public(
                _whole(table, category, figures.counts), _whole(table, category, everyone_there)
            )
        cells[area, category] = Cell(area, category, shown, cell.providers, cell.money_pence)
    return GapTable(table.region, table.units, table.categories, cells)


def _whole(table: GapTable, category: int, counts: Any) -> Counts | None:
    own = counts.get((table.region, category))
    return own or sum_of(counts[unit, category] for unit in table.units if (unit, category) in counts)


@entry(everyone)
def gap_list(request: Visitor) -> HttpResponse:
    """Every region, to choose one."""
    context = {
        "title": _("Where services fall short"),
        "section": "needs",
        "crumbs": [Crumb(_("Needs"), reverse("need-list"))],
        "regions": regions(),
    }
    return render(request, "marketplace/gap_list.html", context)


@entry(everyone)
def gap_table_page(request: Visitor, slug: str) -> HttpResponse:
    """The region's delivery units by kinds of need, shaded by what is asked for."""
    reading = read(request, slug, offers_filters=True)
    words, filters = reading.words(), reading.filters
    address = reverse("gap-table", args=[slug])

    def without(parameters: dict[str, str]) -> str:
        return f"{address}?{_query(parameters)}" if parameters else address

    context = {
        "title": _("Where services fall short in %(region)s") % {"region": reading.region.name},
        "section": "needs",
        "crumbs": [Crumb(_("Needs"), reverse("need-list")), Crumb(_("Gaps"), reverse("gap-list"))],
        "region": reading.region,
        "reading": reading,
        "measure": MEASURES[filters.measure],
        "is_rate": filters.measure in (Measure.SUFFICIENT, Measure.AVAILABLE, Measure.ALL),
        "kinds": reading.kinds,
        "rows": words.rows(reading.table, only_region=reading.only_region) if reading.has_something else [],
        "national": words.national(),
        "legend": gap_display.legend(filters.measure),
        "form": filters,
        "chips": filters.chips(without),
        "clear_url": address,
        "export_url": f"{reverse('gap-export', args=[slug])}?{_query(filters.parameters())}",
    }
    return render(request, "marketplace/gap_table.html", context)


def _query(parameters: dict[str, str]) -> str:
    return urlencode(parameters)


@entry(everyone)
def gap_export(request: Visitor, slug: str) -> StreamingHttpResponse:
    """The same as a file, in full or with small numbers withheld as the reader may see it."""
    reading = read(request, slug)
    rows = gap_display.file_rows(
        reading.table,
        reading.words(),
        reading.quarter,
        reading.cohort.code if reading.cohort else "",
        only_region=reading.only_region,
    )
    return csv_download(f"gaps-{reading.region.slug}", gap_display.file_header(), rows)


@entry(everyone)
def gap_cell(request: Visitor, slug: str, area: str, kind: str) -> HttpResponse:
    """What lies behind one cell: the figures over time, and what is being done about them."""
    reading = read(request, slug, only=kind)
    (category,) = reading.kinds
    place = next((each for each in (reading.region, *reading.units) if each.slug == area), None)
    if place is None:
        raise Http404
    cell = reading.table.cells[place.pk, category.pk]
    # A region's needs, offers and money are also its units'; a unit has its region's beside its own.
    whole = place == reading.region
    areas = [place.pk, *(unit.pk for unit in reading.units)] if whole else [place.pk, reading.region.pk]
    shown = _over_time(reading, place, category)
    may_draft = bool(request.organisation) and bool(may_draft_need(request.user, request.organisation))
    needs = needs_for_list(rows_of.newest_needs_about(areas, category.pk, FIRST))
    opportunities = opportunities_for_list(rows_of.newest_opportunities_about(areas, category.pk, FIRST))
    context = {
        "title": _("%(kind)s in %(area)s") % {"kind": category.name, "area": place.name},
        "section": "needs",
        "crumbs": _crumbs(reading),
        "reading": reading,
        "group": reading.cohort,
        "facts": _facts(cell, category, reading.quarter),
        "chart": _chart(shown, category),
        "quarters": _quarter_lines(shown),
        "needs": [need_display.line_of(need) for need in needs],
        "opportunities": [opportunity_display.line_of(each, at=request.arrived_at) for each in opportunities],
        "awards": rows_of.newest_awards(areas, FIRST, category.pk),
        "providers": rows_of.providers_for(areas, category.pk, are_many=cell.providers > MANY)[:FIRST],
        "provider_count": cell.providers,
        "signals": signal_count_at(place, category.pk),
        "draft_url": _draft_url(reading, place, category) if may_draft else "",
        "is_region": whole,
    }
    return render(request, "marketplace/gap_cell.html", context)


def _crumbs(reading: Reading) -> list[Crumb]:
    return [
        Crumb(_("Needs"), reverse("need-list")),
        Crumb(_("Gaps"), reverse("gap-list")),
        Crumb(reading.region.name, reverse("gap-table", args=[reading.region.slug]) + reading.words().query),
    ]


def _over_time(reading: Reading, place: Area, category: NeedCategory) -> dict[Quarter, Shown]:
    """Each quarter as this reader may see it."""
    units = [unit.pk for unit in reading.units]
    areas = [reading.region.pk, *units]
    counts = reading.by_quarter
    if not reading.only_region:
        return shown_by_quarter(reading.region.pk, units, counts, area=place.pk, in_public=not reading.in_full)
    if place != reading.region:
        return {}
    all_counts = rows_of.counts_by_quarter(areas, category.pk)
    found = {
        quarter: group_in_public(
            by_area.get(place.pk) or sum_of(by_area.values()),
            all_counts.get(quarter, {}).get(place.pk) or sum_of(all_counts.get(quarter, {}).values()),
        )
        for quarter, by_area in counts.items()
    }
    return {quarter: shown for quarter, shown in found.items() if shown}


def _facts(cell: Cell, category: NeedCategory, quarter: Quarter | None) -> list[Row]:
    rows = []
    if quarter and cell.has_figures:
        rows = [
            Row(_("Quarter"), quarter.label),
            Row(_("Cases in which it was a priority"), _number(cell.demand)),
            Row(_("Of them with help available"), _share(cell.available, cell, Measure.AVAILABLE)),
            Row(_("Of them with enough delivered"), _share(cell.sufficient, cell, Measure.SUFFICIENT)),
        ]
    if category.sufficient_pct is not None:
        figure = _("%(share)s%% sufficient nationally. %(source)s") % {
            "share": category.sufficient_pct,
            "source": source_of_sufficiency(category),
        }
        rows.append(Row(_("Published nationally"), figure))
    rows.append(Row(_("Registered providers who serve it"), gap_display.providers_in_words(cell.providers)))
    rows.append(Row(_("Money committed here"), gap_display.pounds(cell.money_pence)))
    return rows


def _number(number: int | None) -> str:
    return _("withheld, for it or another like it is under 10") if number is None else f"{number:,}"


def _share(rate: Rate | None, cell: Cell, measure: Measure) -> str:
    if rate is None:
        return _number(None) if cell.withholds(measure) else _("no cases")
    words = {"share": gap_display.whole_percent(rate.rate_bps), "interval": gap_display.interval_of(rate)}
    return _("%(share)s (95%% interval %(interval)s)") % words


def _chart(shown: dict[Quarter, Shown], category: NeedCategory) -> RateChart | None:
    rates = [
        (quarter.label, rate.rate_bps, rate.low_bps, rate.high_bps)
        for quarter, counts in shown.items()
        if (rate := Cell(0, 0, counts).sufficient) is not None
    ]
    if not rates:
        return None
    national = category.sufficient_pct
    line = (_("Nationally"), national * 100) if national is not None else None
    last = {"quarter": rates[-1][0], "share": gap_display.whole_percent(rates[-1][1])}
    return rate_chart(_("Enough was delivered in %(share)s of cases in %(quarter)s") % last, rates, line=line)


@dataclass(frozen=True)
class QuarterLine:
    """A quarter in the table beneath the chart."""

    label: str
    demand: str
    available: str
    sufficient: str


def _quarter_lines(shown: dict[Quarter, Shown]) -> list[QuarterLine]:
    """The latest first."""
    lines = []
    for quarter, counts in reversed(shown.items()):
        cell = Cell(0, 0, counts)
        lines.append(
            QuarterLine(
                quarter.label,
                _("withheld") if cell.demand is None else f"{cell.demand:,}",
                _short(cell.available, cell, Measure.AVAILABLE),
                _short(cell.sufficient, cell, Measure.SUFFICIENT),
            )
        )
    return lines


def _short(rate: Rate | None, cell: Cell, measure: Measure) -> str:
    if rate is None:
        return _("withheld") if cell.withholds(measure) else "–"
    return f"{gap_display.whole_percent(rate.rate_bps)} ({gap_display.interval_of(rate)})"


def _draft_url(reading: Reading, place: Area, category: NeedCategory) -> str:
    asked = {"region": reading.region.slug, "area": place.slug, "category": category.code}
    if reading.cohort:
        asked["cohort"] = reading.cohort.code
    if reading.quarter:
        asked["period"] = reading.quarter.code
    return f"{reverse('need-create')}?{_query(asked)}"
