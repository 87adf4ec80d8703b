"""A need that begins from a cell of the table of gaps: its area, kind and figure stand in the form already."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.forms.text import clean_text
from core.models import Area, Cohort, NeedCategory
from marketplace.gaps import Cell, group_in_public, shown_by_quarter
from marketplace.gaps import total_of as sum_of
from marketplace.quarters import Quarter, quarter_from_code
from marketplace.queries import gaps as rows_of
from marketplace.queries.assessments import units_of
from marketplace.rates import Shown
from marketplace.views.gap_display import evidence_of

ASKED = ("region", "area", "category", "period", "cohort")
LONGEST_SOURCE = 300


def begun_from_cell(asked: QueryDict) -> tuple[dict[str, Any], str]:
    """What the form begins with, `initial` and the `written` figure, and a sentence where that is left out.

    From region, area, category, period and cohort of the address.

    Whatever in the address names nothing we know begins nothing. A need is published with its figures, so the
    figure is the one that the public may see, and none where it is withheld.
    """
    said = {name: clean_text(asked.get(name, ""))[:120] for name in ASKED}
    if not said["region"]:
        return {}, ""
    region = rows_of.region_named(said["region"]).first()
    category = NeedCategory.objects.filter(code=said["category"]).first()
    if region is None or category is None:
        return {}, ""
    units = list(units_of([region.pk]))
    area = next((each for each in (region, *units) if each.slug == said["area"]), None)
    if area is None:
        return {}, ""
    cohort = Cohort.objects.filter(code=said["cohort"]).first()
    initial = {"area": str(area.pk), "category": str(category.pk), "cohorts": [cohort.pk] if cohort else []}
    quarter = quarter_from_code(said["period"])
    figure = _figure(region, [unit.pk for unit in units], area, category, quarter, cohort) if quarter else None
    withheld = _("The figure of this cell is withheld from the public, and a need is public. Give another figure.")
    note = "" if figure or not quarter else withheld
    return {"initial": initial, "written": [figure] if figure else []}, note


def _figure(
    region: Area,
    units: list[int],
    area: Area,
    category: NeedCategory,
    quarter: Quarter,
    cohort: Cohort | None,
) -> dict[str, str] | None:
    shown = _in_public(region, units, area, category, quarter, cohort)
    words = evidence_of(Cell(area.pk, category.pk, shown), category) if shown else ""
    if not words:
        return None
    places = [area.pk] if area != region else [region.pk, *units]
    sources = rows_of.sources_of(places, category.pk, quarter, cohort.pk if cohort else None)
    return {
        "figure": words,
        "source": "; ".join(sources)[:LONGEST_SOURCE] or _("Case assessments"),
        "period": quarter.label,
        "link": "",
    }


def _in_public(
    region: Area,
    units: list[int],
    area: Area,
    category: NeedCategory,
    quarter: Quarter,
    cohort: Cohort | None,
) -> Shown | None:
    areas = [region.pk, *units]
    counts = rows_of.counts_by_quarter(areas, category.pk).get(quarter, {})
    if cohort is None:
        shown = shown_by_quarter(region.pk, units, {quarter: counts}, area=area.pk, in_public=True)
        return shown.get(quarter)
    if area != region:
        return None
    group = rows_of.counts_by_quarter(areas, category.pk, cohort.pk).get(quarter, {})
    everyone = counts.get(region.pk) or sum_of(counts.values())
    return group_in_public(group.get(region.pk) or sum_of(group.values()), everyone)
