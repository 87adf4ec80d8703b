"""Where services fall short, told on the work page of a region's body and on the page of a place."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import Area, NeedCategory, Organisation, User
from core.models.places import AreaKind
from core.permissions import Permission as P
from core.places import SHOWN, Here, Line, Place
from core.policies import holds
from core.work import Section
from marketplace.gaps import Figures, GapTable, gap_table
from marketplace.queries.assessments import reads_figures_of, region_around, regions_of, units_of
from marketplace.queries.categories import categories
from marketplace.queries.gaps import counts_in, quarters_there
from marketplace.views.gap_display import cases, interval_of, whole_percent


def region_sections(user: User, organisation: Organisation) -> list[Section]:
    """The region at a glance, for the people of the body that commissions for it."""
    if organisation.body_id is None or not holds(user, P.COMMISSIONING_READ, organisation):
        return []
    return [
        Section(
            _("Where services fall short"),
            [],
            url=reverse("region-detail", args=[region.slug]),
            url_label=_("%(region)s at a glance") % {"region": region.name},
            empty=_(
                "The worst gaps, needs, open opportunities and awards of your region, and where nobody helps."
            ),
        )
        for region in regions_of(organisation)
    ]


def gaps_at_place(user: User | AnonymousUser, place: Place, at: datetime.datetime) -> Here:
    """The worst gaps of a region or of a delivery unit; of other places nothing is assessed."""
    title = _("Where services fall short")
    region = region_around(place.area)
    if region is None:
        return Here(title=title, empty=_("Case figures are for probation regions and their delivery units."))
    units, kinds = list(units_of([region.pk])), list(categories())
    numbers = [unit.pk for unit in units]
    quarters = quarters_there([region.pk, *numbers])
    url, url_label = reverse("gap-table", args=[region.slug]), _("Every gap of the region")
    if not quarters:
        return Here(title=title, empty=_("No case figures have come in yet."), url=url, url_label=url_label)
    counts = counts_in([region.pk, *numbers], quarters[0])
    in_public = not reads_figures_of(user, region)
    figures = Figures(counts, providers={}, money={})
    table = gap_table(region.pk, numbers, [kind.pk for kind in kinds], figures, in_public=in_public)
    named = {area.pk: area for area in (region, *units)}
    return Here(
        title=title,
        empty=_("No gap can be shown: the figures are too small."),
        lines=_lines(table, region, place.area, named, {kind.pk: kind for kind in kinds}),
        told=_("Case assessments of %(quarter)s.") % {"quarter": quarters[0].label},
        url=url,
        url_label=url_label,
    )


def _lines(
    table: GapTable, region: Area, area: Area, named: dict[int, Area], kinds: dict[int, NeedCategory]
) -> list[Line]:
    every = table.worst(len(table.cells))
    worst = every if area.kind == AreaKind.PROBATION_REGION else [cell for cell in every if cell.area == area.pk]
    lines = []
    for cell, rate in [(cell, cell.sufficient) for cell in worst[:SHOWN]]:
        if rate is None:
            continue  # never: only cells with a share are ranked
        place, kind = named[cell.area], kinds[cell.category]
        lines.append(
            Line(
                _("%(area)s: %(kind)s") % {"area": place.name, "kind": kind.name},
                reverse("gap-cell", args=[region.slug, place.slug, kind.code]),
                tag=_("enough in %(share)s") % {"share": whole_percent(rate.rate_bps)},
                tone="warn",
                text=f"{interval_of(rate)}, {cases(cell.demand)}",
            )
        )
    return lines
