"""The public list of places and the page of one."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import paging
from core.display import Crumb, Row
from core.entry import entry, everyone
from core.forms.places import ALL_DAYS, DayForm, PlaceFilters
from core.models.places import Area, AreaBelonging, AreaKind
from core.places import Place, found_at
from core.policies import may_import_places
from core.queries.places import (
    area_numbered,
    areas_listed,
    commissioned_around,
    covers_of,
    first_inside,
    for_list,
    letters,
    lies_in,
    sorted_by_day,
)
from core.views import place_display
from core.views.place_display import AreaLine, KindOfArea

BY_NAME = ("name", "id")
SHOWN_INSIDE = 12


@entry(everyone)
def place_list(request: HttpRequest) -> HttpResponse:
    """Places by name, narrowed by words, kind, letter and what they lie in."""
    filters = PlaceFilters(request.GET)
    filters.within = area_numbered(request.GET.get("within", ""))
    areas = areas_listed(
        text=filters.value("q"),
        kind=filters.value("kind"),
        letter=filters.letter,
        within=filters.within.pk if filters.within else None,
        on=None if filters.value("days") == ALL_DAYS else timezone.localdate(),
    )
    page = paging.page_of(for_list(areas), order=BY_NAME, cursor=request.GET.get(paging.PARAMETER, ""))
    count = paging.count_up_to(areas)
    context: dict[str, Any] = {
        "title": _("Places"),
        "lines": [place_display.line_of(area) for area in page.rows],
        "pages": paging.links(page, "", request.path, filters.parameters()),
        "found": ngettext("%(count)s place", "%(count)s places", count.number) % {"count": count},
        "form": filters,
        "chips": filters.chips(_address),
        "clear_url": reverse("place-list"),
        "letters": [
            Crumb(letter, _address(filters.parameters(letter=letter)), letter == filters.letter)
            for letter in letters(filters.value("kind"))
        ],
        "may_import": may_import_places(request.user).allowed,
        "everyday_url": "" if filters.value("days") else _address(filters.parameters(days=ALL_DAYS)),
    }
    return render(request, "core/place_list.html", context)


def _address(parameters: dict[str, str]) -> str:
    query = urlencode(parameters)
    return f"{reverse('place-list')}?{query}" if query else reverse("place-list")


@entry(everyone)
def place_detail(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """One place: who covers it, what it lies in and holds, what is commissioned there and what changed."""
    if kind.replace("-", "_") not in AreaKind.values or "_" in kind:
        raise Http404
    area = get_object_or_404(Area, kind=kind.replace("-", "_"), slug=slug)
    today = timezone.localdate()
    form = DayForm(request.GET if any(name.startswith("on_") for name in request.GET) else None)
    usual = _usual_day(area, today)
    day = (form.is_valid() and form.cleaned_data["on"]) or usual
    ways = lies_in(area)
    covers = covers_of(area, ways)
    sorted_covers = sorted_by_day(covers, day)
    place = Place(area, tuple(commissioned_around(area, ways, today)))
    here = found_at(place, request.user, request.arrived_at)  # type: ignore[attr-defined]  # stamped on arrival
    context = {
        "title": area.name,
        "area": area,
        "crumbs": [Crumb(_("Places"), reverse("place-list"))],
        "facts": _facts(area),
        "days": place_display.days_in_words(area.valid_from, area.valid_to),
        "has_ended": area.valid_to is not None and area.valid_to <= today,
        "form": form,
        "day": day,
        "is_today": day == today,
        "now": place_display.bodies_by_kind(sorted_covers.now, here, day),
        "past": place_display.bodies_by_kind(sorted_covers.past, [], day),
        "ahead": place_display.bodies_by_kind(sorted_covers.ahead, [], day),
        "around": place_display.areas_around(ways, day),
        "inside": _inside(area, day, today),
        "here": here,
        "changes": place_display.changes_of(covers, today),
    }
    return render(request, "core/place_detail.html", context)


def _usual_day(area: Area, today: datetime.date) -> datetime.date:
    """Today; of an area that is no longer there its last day, of one that is to come its first."""
    if area.valid_to is not None and area.valid_to <= today:
        return area.valid_to - datetime.timedelta(days=1)
    return max(today, area.valid_from or today)


def _facts(area: Area) -> list[Row]:
    return [
        Row(_("Kind of place"), area.get_kind_display()),
        Row(_("Code"), area.code or _("none known here")),
        Row(_("Where this comes from"), area.source),
    ]


def _inside(area: Area, day: datetime.date, today: datetime.date) -> list[KindOfArea]:
    """What lies in it by kind, the first of each by name; the rest stands in the list."""
    counts: dict[str, int] = {}
    lines: dict[str, list[AreaLine]] = {}
    for row in first_inside(area, day, of_each_kind=SHOWN_INSIDE):
        counts[row.child.kind] = row.number  # type: ignore[attr-defined]  # annotated
        lines.setdefault(row.child.kind, []).append(_line_inside(row))
    found = []
    for kind in AreaKind:
        if kind in counts:
            days = "" if day == today else ALL_DAYS
            more = {"kind": kind.value, "within": str(area.pk), **({"days": days} if days else {})}
            url = _address(more) if counts[kind] > SHOWN_INSIDE else ""
            found.append(KindOfArea(str(kind.label), lines[kind], counts[kind], url))
    return found


def _line_inside(row: AreaBelonging) -> AreaLine:
    return AreaLine(
        row.child.name,
        place_display.address_of(row.child),
        str(AreaKind(row.child.kind).label),
        place_display.how_much(row.extent, row.share_bps),
    )
