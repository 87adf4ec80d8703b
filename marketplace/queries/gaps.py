"""The figures behind the table of gaps: case counts, providers, money, needs, each in a query or two."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from core.models import Area
from core.models.places import AreaBelonging, AreaKind
from core.prepared import Prepared
from marketplace.gaps import Figures, Place
from marketplace.models import Assessment, Award, Need, Opportunity
from marketplace.quarters import Quarter
from marketplace.queries.assessments import units_within
from marketplace.rates import Counts
from marketplace.states import NeedStatus, Stage
from providers.models import Registration
from providers.queries.directory import links_of_listed, listed_registrations

COUNTS = ("priority_cases", "available_cases", "sufficient_cases")
# The newest first, said so that SQLite sorts the few that were found: no published row lacks its time, but with
# nulls first it cannot walk the whole index of times instead, looking for those few.
SORTED = (F("published_at").desc(nulls_first=True), "-id")
UNMET = (NeedStatus.PUBLISHED, NeedStatus.IN_COMMISSIONING)


def region_named(slug: str) -> QuerySet[Area]:
    """The probation region with that short name."""
    return Area.objects.filter(kind=AreaKind.PROBATION_REGION, slug=slug)


def region_with_units(slug: str) -> tuple[Area | None, list[Area]]:
    """The probation region with that short name and its delivery units today, by name; one query."""
    units = units_within(AreaBelonging.objects.filter(parent__kind=AreaKind.PROBATION_REGION, parent__slug=slug))
    found = list(Area.objects.filter(Q(kind=AreaKind.PROBATION_REGION, slug=slug) | units).order_by("name"))
    regions = [area for area in found if area.kind == AreaKind.PROBATION_REGION]
    return (regions[0] if regions else None), [area for area in found if area not in regions]


def in_force(areas: Collection[int], cohort: int | None) -> QuerySet[Assessment]:
    """Figures that count, for everyone or for one group."""
    group = Q(cohort__isnull=True) if cohort is None else Q(cohort=cohort)
    return Assessment.objects.filter(group, area__in=areas, in_force=True)


def quarters_there(areas: Collection[int], cohort: int | None = None) -> list[Quarter]:
    """The quarters with figures for any of the areas, the latest first."""
    days = in_force(areas, cohort).order_by("-starts_on").values_list("starts_on", flat=True).distinct()
    return [Quarter(day) for day in days]


def counts_in(areas: Collection[int], quarter: Quarter, cohort: int | None = None) -> dict[Place, Counts]:
    """(area, kind of need) -> what was counted in the quarter."""
    rows = COUNTS_IN.rows(areas=list(areas), cohort=cohort, starts_on=quarter.starts_on)
    return {(area, category): Counts(*three) for area, category, *three in rows}


def _counts_in(areas: list[int], cohort: int | None, starts_on: datetime.date) -> QuerySet[Any, Any]:
    rows = in_force(areas, cohort).filter(starts_on=starts_on)
    return rows.values_list("area_id", "category_id", *COUNTS)


COUNTS_IN = Prepared(_counts_in)


def counts_by_quarter(
    areas: Collection[int], category: int, cohort: int | None = None
) -> dict[Quarter, dict[int, Counts]]:
    """Quarter -> area -> what was counted about one kind of need; the earliest quarter first."""
    rows = in_force(areas, cohort).filter(category=category).order_by("starts_on")
    found: dict[Quarter, dict[int, Counts]] = defaultdict(dict)
    for day, area, *three in rows.values_list("starts_on", "area_id", *COUNTS):
        found[Quarter(day)][area] = Counts(*three)
    return dict(found)


def column_of(
    by_quarter: Mapping[Quarter, Mapping[int, Counts]], category: int, quarter: Quarter | None
) -> dict[Place, Counts]:
    """One quarter of `counts_by_quarter`, as `counts_in` has it."""
    there = by_quarter.get(quarter, {}) if quarter else {}
    return {(area, category): counts for area, counts in there.items()}


def sources_of(areas: Collection[int], category: int, quarter: Quarter, cohort: int | None = None) -> list[str]:
    """Where the figures of these areas come from, each source once."""
    rows = in_force(areas, cohort).filter(category=category, starts_on=quarter.starts_on)
    return list(rows.order_by("batch__source").values_list("batch__source", flat=True).distinct())


def figures_of(
    region: Area, units: Sequence[int], counts: Mapping[Place, Counts], category: int | None = None
) -> Figures:
    """All that the table of a region shows, or its column of one kind of need, beside the `counts`."""
    areas = [region.pk, *units]
    return Figures(counts, providers_present(region.pk, units, category), money_committed(areas, category))


def providers_present(region: int, units: Sequence[int], kind: int | None = None) -> dict[Place, int]:
    """(area, kind of need) -> registered providers who serve it; of one kind alone if it is named.

    Whoever names the whole region serves each of its units; in the region's own row everybody counts who
    serves any part of it, once.
    """
    there = [region, *units]
    one = {} if kind is None else {"kind": kind}
    found: Counter[Place] = Counter()
    for area, category, number in NAMING_AREAS.rows(region=region, there=there, **one):
        for served in (area,) if area != region else units:
            found[served, category] += number
    for category, number in SERVING_ANY.rows(there=there, **one):
        found[region, category] = number
    return dict(found)


def _naming_areas(region: int, there: list[int], kind: int | None = None) -> QuerySet[Any, Any]:
    """(area, kind of need, providers). Of those who name the region, what else they name in it says no more."""
    links = Registration.areas.through.objects
    besides = links.filter(registration=OuterRef("registration"), area=region).exclude(area=OuterRef("area"))
    of_kind = {"registration__categories__isnull": False} if kind is None else {"registration__categories": kind}
    naming = links_of_listed(links.filter(~Exists(besides), area__in=there, **of_kind))
    by = ("area", "registration__categories")
    rows: QuerySet[Any, Any] = naming.values_list(*by).annotate(number=Count("pk")).order_by()
    return rows


def _serving_any(there: list[int], kind: int | None = None) -> QuerySet[Any, Any]:
    """(kind of need, providers who name any of the areas), each once, for what is counted is links to kinds."""
    naming = Registration.areas.through.objects.filter(area__in=there).values("registration")
    links = Registration.categories.through.objects.filter(registration__in=naming)
    serving = links_of_listed(links if kind is None else links.filter(needcategory=kind))
    rows: QuerySet[Any, Any] = serving.values_list("needcategory").annotate(number=Count("pk")).order_by()
    return rows


NAMING_AREAS, SERVING_ANY = Prepared(_naming_areas), Prepared(_serving_any)


def money_committed(areas: Collection[int], category: int | None = None) -> dict[Place, int]:
    """(area, kind of need) -> pence, VAT included, of the lots that were awarded for exactly that."""
    awards = Award.objects.filter(area__in=areas, public_at__isnull=False)
    if category is not None:
        awards = awards.filter(category=category)
    rows = awards.values_list("area", "category").annotate(pence=Sum("value_pence"))
    return {(area, category): pence for area, category, pence in rows.order_by()}


@dataclass(frozen=True)
class NeedsThere:
    """How many needs are published for some areas, by their main area and kind.

    `by_status`: status -> needs. `unmet`: (area, kind of need) -> those that are posted and not yet met or closed.
    """

    by_status: Counter[str]
    unmet: Counter[Place]


def needs_there(areas: Collection[int]) -> NeedsThere:
    """Those of these areas, counted in one query along one index."""
    # Counted for each area and kind and added up here: asked for the statuses alone, SQLite reads every need there
    # is, along the index that begins with the status. Whatever is past draft was published.
    there = NeedsThere(Counter(), Counter())
    for area, status, category, number in NEEDS_THERE.rows(areas=list(areas)):
        if status != NeedStatus.DRAFT:
            there.by_status[status] += number
        if status in UNMET:
            there.unmet[area, category] += number
    return there


def _needs_there(areas: list[int]) -> QuerySet[Any, Any]:
    needs = Need.objects.filter(area__in=areas).values_list("area", "status", "category")
    return needs.annotate(number=Count("pk")).order_by()


NEEDS_THERE = Prepared(_needs_there)


def newest_needs_about(areas: Collection[int], category: int, most: int) -> QuerySet[Need]:
    """The `most` published needs of one kind for any of the areas, the newest first."""
    of_that_kind = Need.categories.through.objects.filter(needcategory=category, need=OuterRef("need"))
    there = Need.areas.through.objects.filter(Exists(of_that_kind), area__in=areas)
    return _newest(Need.objects.filter(pk__in=there.values("need")), most)


def newest_needs(areas: Collection[int], most: int) -> QuerySet[Need]:
    """The `most` needs published last with their main area among these, the newest first."""
    return _newest(Need.objects.filter(area__in=areas), most)


def _newest(needs: QuerySet[Need], most: int) -> QuerySet[Need]:
    """Found by their numbers and only then read: a region has thousands, and a page shows a few."""
    published = needs.filter(published_at__isnull=False).order_by("-published_at", "-id")
    return Need.objects.filter(pk__in=published.values("pk")[:most]).order_by(*SORTED)


def newest_opportunities_about(areas: Collection[int], category: int, most: int) -> QuerySet[Opportunity]:
    """The `most` published opportunities of one kind for any of the areas, the newest first."""
    published = Opportunity.objects.filter(area__in=areas, category=category, published_at__isnull=False)
    newest = published.order_by("-published_at", "-id").values("pk")[:most]
    return Opportunity.objects.filter(pk__in=newest).order_by(*SORTED)


def open_opportunities(areas: Collection[int], at: datetime.datetime) -> QuerySet[Opportunity]:
    """Opportunities for the areas that take bids now, the first to close first."""
    found = Opportunity.objects.filter(
        area__in=areas, stage=Stage.LIVE, status="open", opens_at__lte=at, closes_at__gt=at
    )
    return found.order_by("closes_at", "id")


def newest_awards(areas: Collection[int], most: int, category: int | None = None) -> QuerySet[Award]:
    """The `most` awards that became public last for the areas, the latest first, with who won them."""
    public = Award.objects.filter(area__in=areas, public_at__isnull=False)
    if category is not None:
        public = public.filter(category=category)
    newest = public.order_by("-public_at", "-id").values("pk")[:most]
    awards = Award.objects.filter(pk__in=newest).order_by("-public_at", "-id")
    return awards.select_related("lot__opportunity", "bid__organisation", "bid__consortium").only(
        *("awarded_at", "public_at", "value_pence", "lot__opportunity__title"),
        *("bid__organisation__name", "bid__consortium__name"),
    )


def providers_for(areas: Collection[int], category: int, *, are_many: bool = False) -> QuerySet[Registration]:
    """Registrations of providers who serve that kind of need in any of the areas, by name.

    Where they `are_many` the first are found by going through all by name; otherwise those found are sorted.
    """
    there = Registration.areas.through.objects.filter(area__in=areas)
    helping = Registration.categories.through.objects.filter(needcategory=category)
    found = listed_registrations().only("listed_name", "organisation_id").order_by("listed_name", "id")
    if are_many:
        own = {"registration": OuterRef("pk")}
        return found.filter(Exists(there.filter(**own)), Exists(helping.filter(**own)))
    return found.filter(pk__in=there.values("registration")).filter(pk__in=helping.values("registration"))
