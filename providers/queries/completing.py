"""Who on the board could meet what somebody lacks: no more rows than are needed to choose among."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, ExpressionWrapper, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.db.models.lookups import In

from core.models import Area, AreaBelonging, Organisation
from core.models.places import AreaKind, Extent
from core.queries.places import held_on
from providers.models import PartnerNotice, Registration
from providers.partners import Candidate
from providers.queries.partners import shown_at

# More than anybody could look through; those who meet most of what is wanted.
MOST_OF_ALL = 400
MOST_FOR_EACH = 25

# A place and a kind of need, by their numbers.
Requirement = tuple[int, int]


@dataclass(frozen=True)
class Ground:
    """Where something is wanted: the places, and for each the areas that hold it.

    A region stands for all its delivery units, so that those who work in a few of them can meet a part. Whoever
    works in an area that holds a place meets what is wanted there.
    """

    places: Mapping[int, tuple[int, ...]]
    held_by: Mapping[int, frozenset[int]]
    names: Mapping[int, str]

    def requirements(self, wanted: Iterable[tuple[int, int]]) -> tuple[Requirement, ...]:
        """Each (area, kind of need) as the places of the area with that need, once."""
        told = ((place, category) for area, category in wanted for place in self.places.get(area, (area,)))
        return tuple(dict.fromkeys(told))

    def met_in(self, areas: Collection[int], categories: Collection[int]) -> frozenset[Requirement]:
        """What somebody meets who works in these areas on these kinds of need."""
        own = frozenset(areas)
        places = [place for place, holders in self.held_by.items() if holders & own]
        return frozenset((place, category) for place in places for category in categories)

    @property
    def areas(self) -> set[int]:
        """Every area whose name on a notice counts."""
        return set().union(*self.held_by.values())


def ground_of(areas: Collection[int], day: datetime.date) -> Ground:
    """The places that make up these areas on that day."""
    inside: dict[int, list[int]] = defaultdict(list)
    units = AreaBelonging.objects.filter(
        held_on(day), parent__in=areas, child__kind=AreaKind.DELIVERY_UNIT
    ).exclude(extent=Extent.PART)
    for parent, child in units.order_by("child__name", "child").values_list("parent", "child"):
        inside[parent].append(child)
    places = {area: tuple(inside.get(area, (area,))) for area in areas}
    every = {place for told in places.values() for place in told}
    held_by = {place: {place} for place in every}
    around = AreaBelonging.objects.filter(held_on(day), child__in=every).exclude(extent=Extent.PART)
    for child, parent in around.values_list("child", "parent"):
        held_by[child].add(parent)
    names = dict(Area.objects.filter(pk__in=every | set(areas)).values_list("pk", "name"))
    return Ground(places, {place: frozenset(told) for place, told in held_by.items()}, names)


@dataclass(frozen=True)
class Bringing:
    """What an organisation brings: areas and kinds of need by number, and pence a year where it said so."""

    areas: frozenset[int]
    categories: frozenset[int]
    most_pence: int | None


def brought_by(organisation: Organisation, at: datetime.datetime) -> Bringing | None:
    """What its notice says while it is on the board, else its registration; none where it has neither."""
    return brought_by_each([organisation.pk], at).get(organisation.pk)


def brought_by_each(organisations: Collection[int], at: datetime.datetime) -> dict[int, Bringing]:
    """Number of each organisation -> what it brings; as many queries for nine as for one, none for nobody."""
    if not organisations:
        return {}
    links = ("areas", "categories")
    notices = PartnerNotice.objects.filter(shown_at(at), organisation__in=organisations).prefetch_related(*links)
    found = {row.organisation_id: _bringing(row, row.most_pence_a_year) for row in notices}
    rest = [number for number in organisations if number not in found]
    if rest:
        told = Registration.objects.filter(organisation__in=rest).prefetch_related(*links)
        found |= {row.organisation_id: _bringing(row, None) for row in told}
    return found


def _bringing(told: PartnerNotice | Registration, most_pence: int | None) -> Bringing:
    areas = frozenset(area.pk for area in told.areas.all())
    return Bringing(areas, frozenset(category.pk for category in told.categories.all()), most_pence)


def candidates_for(
    requirements: Collection[Requirement], ground: Ground, at: datetime.datetime, *, but: Collection[int]
) -> tuple[list[Candidate], bool]:
    """Those on the board who meet any of it, by the number of their notice; and whether some are left out.

    Organisations whose numbers are in `but` are not among them. No more than 400, those who meet most; where these
    are few for a place and need, 25 more who carry most there. Three queries, three more where not all could be
    read.
    """
    wanted = frozenset(requirements)
    categories = frozenset(category for _place, category in wanted)
    widest = list(_widest(ground.areas, categories, at, but)[: MOST_OF_ALL + 1])
    found = _read(dict(widest[:MOST_OF_ALL]), ground, wanted)
    is_cut = len(widest) > MOST_OF_ALL
    scarce = _scarce(wanted, found) if is_cut else frozenset()
    if scarce:
        areas = set().union(*(ground.held_by[place] for place, _category in scarce))
        richest = _richest(areas, {category for _place, category in scarce}, at, but)
        known = {each.key for each in found}
        found += _read({key: most for key, most in richest if key not in known}, ground, wanted)
    return sorted((each for each in found if each.brings), key=lambda each: each.key), is_cut


def _touching(
    areas: Collection[int], categories: Collection[int], at: datetime.datetime, but: Collection[int]
) -> QuerySet[Any]:
    """A row for each notice, area and need that is wanted.

    The sum keeps the index of needs out of it: far more notices share a need than an area, and SQLite cannot know.
    """
    need = In(ExpressionWrapper(F("categories") + 0, output_field=BigIntegerField()), list(categories))
    return PartnerNotice.objects.filter(shown_at(at), need, areas__in=areas).exclude(organisation__in=but)


def _widest(
    areas: Collection[int], categories: Collection[int], at: datetime.datetime, but: Collection[int]
) -> QuerySet[Any, tuple[int, int]]:
    """Notice and money, those first that name most of the areas and needs, then those that carry most."""
    rows = _touching(areas, categories, at, but).values_list("pk", "most_pence_a_year")
    ranked = rows.annotate(width=Count("pk")).order_by("-width", "-most_pence_a_year", "pk")
    told: QuerySet[Any, tuple[int, int]] = ranked.values_list("pk", "most_pence_a_year")
    return told


def _richest(
    areas: Collection[int], categories: Collection[int], at: datetime.datetime, but: Collection[int]
) -> QuerySet[Any, tuple[int, int]]:
    """Notice and money of the 25 that carry most, for each area and need."""
    place = Window(
        RowNumber(),
        partition_by=[F("areas"), F("categories")],
        order_by=[F("most_pence_a_year").desc(), F("pk").asc()],
    )
    rows: Any = _touching(areas, categories, at, but).annotate(place=place).filter(place__lte=MOST_FOR_EACH)
    told: QuerySet[Any, tuple[int, int]] = rows.values_list("pk", "most_pence_a_year")
    return told


def _scarce(wanted: frozenset[Requirement], found: Iterable[Candidate]) -> frozenset[Requirement]:
    """What fewer than 25 of those found meet."""
    met = Counter(each for candidate in found for each in candidate.brings)
    return frozenset(each for each in wanted if met[each] < MOST_FOR_EACH)


def _read(carries: Mapping[int, int], ground: Ground, wanted: frozenset[Requirement]) -> list[Candidate]:
    areas = _links(PartnerNotice.areas.through, "area_id", carries, ground.areas)
    categories = {category for _place, category in wanted}
    needs = _links(PartnerNotice.categories.through, "needcategory_id", carries, categories)
    return [Candidate(key, ground.met_in(areas[key], needs[key]) & wanted, most) for key, most in carries.items()]


def _links(through: Any, column: str, notices: Iterable[int], wanted: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = through.objects.filter(partnernotice__in=list(notices), **{f"{column}__in": wanted})
    for notice, other in rows.values_list("partnernotice", column):
        found[notice].add(other)
    return found


def notices_numbered(numbers: Collection[int], at: datetime.datetime) -> dict[int, PartnerNotice]:
    """Number -> the notice, of those on the board."""
    return PartnerNotice.objects.filter(shown_at(at)).in_bulk(list(numbers))
