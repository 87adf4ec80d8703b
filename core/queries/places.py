"""Which areas there are, which lie in which, and which bodies act over them."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from core.models.place_imports import PlaceImport
from core.models.places import COMMISSIONED_FOR, Area, AreaBelonging, AreaKind, BodyRole, Extent
from core.periods import EVER, Period, merged
from core.prepared import Prepared
from core.search import SearchIndex, matching

SEARCH = SearchIndex("core_area", ("name", "code"))
# How far up is looked: a town in a council in a police area in a courts region is three.
MOST_STEPS = 6
LONGEST_NUMBER = 18


def regions() -> QuerySet[Area]:
    """Every probation region, by name."""
    return Area.objects.filter(kind=AreaKind.PROBATION_REGION).order_by("name")


def delivery_units_of(region: Area) -> QuerySet[Area]:
    """The probation delivery units that lie in a region, by name."""
    return Area.objects.filter(kind=AreaKind.DELIVERY_UNIT, belongs_to=region).order_by("name")


def area_numbered(text: str) -> Area | None:
    """The area of which the text is the number; none if it is no number of one."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return Area.objects.filter(pk=int(text)).first() if is_number else None


def held_on(day: datetime.date) -> Q:
    """That a row with `valid_from` and `valid_to` holds on the day."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


# --- the list ----------------------------------------------------------------------------------------


def areas_listed(
    *, text: str = "", kind: str = "", letter: str = "", within: int | None = None, on: datetime.date | None = None
) -> QuerySet[Area]:
    """Areas as far as they fit: words of the name or the code, kind, first letter, the area they lie in, a day."""
    found = Area.objects.all()
    if kind:
        found = found.filter(kind=kind)
    if letter:
        found = found.filter(initial=letter)
    if within is not None:
        inside = AreaBelonging.objects.filter(parent=within)
        found = found.filter(pk__in=(inside.filter(held_on(on)) if on else inside).values("child"))
    if on is not None:
        found = found.filter(held_on(on))
    return matching(found, text, SEARCH)


def for_list(areas: QuerySet[Area]) -> QuerySet[Area]:
    """Only what a line of the list shows."""
    return areas.only("kind", "name", "slug", "code", "valid_from", "valid_to")


def letters(kind: str = "") -> list[str]:
    """The first letters of names, in order; of one kind if given."""
    areas = Area.objects.filter(kind=kind) if kind else Area.objects.all()
    return [letter for letter in areas.order_by("initial").values_list("initial", flat=True).distinct() if letter]


# --- what lies in what -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """How a place lies in an area: when, how much of it, and the share in basis points where known.

    `said` is the period without regard to when the place itself began and ended.
    """

    area: Area
    period: Period
    extent: str = ""
    share_bps: int | None = None
    said: Period = EVER


def lies_in(area: Area) -> list[Way]:
    """What the area lies in, nearest first, with the days; one query for each step up.

    From the second step on only what lies wholly in the next counts: of a part nobody knows which part it is.
    What is said of two areas outright goes before what follows from others.
    """
    found: dict[int, list[Way]] = {}
    below = {area.pk: [Way(area, EVER, Extent.WHOLE, None)]}
    for step in range(MOST_STEPS):
        above = _step_up(below, whole_only=step > 0)
        below = {number: ways for number, ways in above.items() if number not in found and number != area.pk}
        if not below:
            break
        found |= below
    return [bound for ways in found.values() for way in ways for bound in _while_there(area, way)]


def _while_there(area: Area, way: Way) -> list[Way]:
    """The way on the days on which the place was there; nothing if it never was then."""
    period = way.period.within(Period(area.valid_from, area.valid_to))
    return [replace(way, period=period, said=way.period)] if period else []


def _step_up(below: dict[int, list[Way]], *, whole_only: bool) -> dict[int, list[Way]]:
    rows = (
        AreaBelonging.objects.filter(child__in=below).select_related("parent").order_by("parent__name", "parent")
    )
    above: dict[int, list[Way]] = defaultdict(list)
    for row in rows.filter(extent=Extent.WHOLE) if whole_only else rows:
        for way in below[row.child_id]:
            period = way.period.within(Period(row.valid_from, row.valid_to))
            period = period and period.within(Period(row.parent.valid_from, row.parent.valid_to))
            if period is not None:
                said = way if whole_only else row
                above[row.parent_id].append(Way(row.parent, period, said.extent, said.share_bps))
    return {number: _joined(ways) for number, ways in above.items()}


def _joined(ways: Iterable[Way]) -> list[Way]:
    """Ways that say the same of days that follow each other, as one."""
    alike: dict[tuple[str, int | None], list[Way]] = defaultdict(list)
    for way in ways:
        alike[way.extent, way.share_bps].append(way)
    return [
        replace(group[0], period=period)
        for group in alike.values()
        for period in merged(way.period for way in group)
    ]


def first_inside(area: Area, day: datetime.date, *, of_each_kind: int) -> list[AreaBelonging]:
    """What lies in this area on the day, by name, no more than so many of each kind; one query.

    Each says how many of its kind there are in all, as `number`.
    """
    alive = Q(child__valid_from__isnull=True) | Q(child__valid_from__lte=day)
    alive &= Q(child__valid_to__isnull=True) | Q(child__valid_to__gt=day)
    inside = AreaBelonging.objects.filter(held_on(day), alive, parent=area)
    kind = F("child__kind")
    rows = inside.annotate(
        place=Window(RowNumber(), partition_by=kind, order_by=[F("child__name"), F("child")]),
        number=Window(Count("pk"), partition_by=kind),
    ).filter(place__lte=of_each_kind)
    shown = rows.select_related("child").only("extent", "share_bps", "child__kind", "child__name", "child__slug")
    return list(shown.order_by("child__kind", "child__name", "child"))


def commissioned_around(area: Area, ways: Iterable[Way], day: datetime.date) -> list[int]:
    """Numbers of the areas whose needs are needs of this one: itself, what it lies in and what lies in it."""
    around = {way.area.pk for way in ways if way.period.holds_on(day) and way.area.kind in COMMISSIONED_FOR}
    inside = (child for (child,) in COMMISSIONED_INSIDE.rows(parent=area.pk, day=day))
    return sorted({area.pk, *around, *inside})


def _commissioned_inside(parent: int, day: datetime.date) -> QuerySet[Any, Any]:
    inside = AreaBelonging.objects.filter(held_on(day), parent=parent, child__kind__in=COMMISSIONED_FOR)
    return inside.order_by().values_list("child")


COMMISSIONED_INSIDE = Prepared(_commissioned_inside)


# --- who acts there ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cover:
    """A body acts over a place: by which role, over which area, how the place lies in it, and when."""

    role: BodyRole
    way: Way
    period: Period

    @property
    def is_of_the_place_itself(self) -> bool:
        """Whether the role is over the place and not over something it lies in."""
        return self.way.extent == ITSELF


ITSELF = "itself"


@dataclass(frozen=True)
class Covers:
    """Who acts over a place on a day, who did before, and who will."""

    now: list[Cover]
    past: list[Cover]
    ahead: list[Cover]


def covers_of(area: Area, ways: Collection[Way]) -> list[Cover]:
    """Every role over the area or over what it lies in, with the days on which it covers the area; one query."""
    itself = Way(area, Period(area.valid_from, area.valid_to), ITSELF)
    by_area: dict[int, list[Way]] = defaultdict(list)
    for way in (itself, *ways):
        by_area[way.area.pk].append(way)
    roles = BodyRole.objects.filter(area__in=by_area).select_related("body__organisation", "area")
    roles = roles.only(
        *("role", "valid_from", "valid_to", "ends_in", "note", "body__kind", "body__name", "body__note"),
        *("body__organisation__name", "area__kind", "area__name", "area__slug"),
    )
    found = []
    for role in roles.order_by("body__name", "body", "valid_from", "pk"):
        for way in by_area[role.area_id]:
            period = way.period.within(period_of(role))
            if period is not None:
                found.append(Cover(role, way, period))
    return found


def period_of(role: BodyRole) -> Period:
    """When the role holds. Where only the month of its end is known, it counts to the end of that month."""
    if role.ends_in is None:
        return Period(role.valid_from, role.valid_to)
    return Period(role.valid_from, (role.ends_in + datetime.timedelta(days=31)).replace(day=1))


def sorted_by_day(covers: Iterable[Cover], day: datetime.date) -> Covers:
    """The same as they stand on the day; what is past ends with the latest, what is ahead begins with the next."""
    rows = list(covers)
    past = [cover for cover in rows if cover.period.is_over_on(day)]
    ahead = [cover for cover in rows if cover.period.is_ahead_on(day)]
    return Covers(
        now=[cover for cover in rows if cover.period.holds_on(day)],
        past=sorted(past, key=lambda cover: cover.period.end or datetime.date.max, reverse=True),
        ahead=sorted(ahead, key=lambda cover: cover.period.start or datetime.date.min),
    )


def bodies_covering(area: Area, day: datetime.date) -> list[Cover]:
    """Bodies with a role over the area, or over one it lies in wholly or in part, on the day."""
    return sorted_by_day(covers_of(area, lies_in(area)), day).now


# --- imports -----------------------------------------------------------------------------------------


def place_imports() -> QuerySet[PlaceImport]:
    """Every file that was brought in, without the files themselves."""
    return PlaceImport.objects.select_related("created_by", "applied_by").defer("content", "before")
