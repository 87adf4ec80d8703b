"""The figures behind the table of gaps: case counts, providers, money, needs, each in a query or two."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from core.models import Area, Organisation
from core.models.places import AreaKind
from marketplace.gaps import Figures, Place
from marketplace.models import Assessment, Award, Need, Opportunity
from marketplace.quarters import Quarter
from marketplace.rates import Counts
from marketplace.states import NeedStatus, Stage
from providers.models import Registration
from providers.queries.directory import listed_registrations

COUNTS = ("priority_cases", "available_cases", "sufficient_cases")
# The newest first, said so that SQLite sorts the few that were found: no published row lacks its time, but with
# nulls first it cannot walk the whole index of times instead, looking for those few.
SORTED = (F("published_at").desc(nulls_first=True), "-id")
UNMET = (NeedStatus.PUBLISHED, NeedStatus.IN_COMMISSIONING)


def region_named(slug: str) -> QuerySet[Area]:
    """The probation region with that short name."""
    return Area.objects.filter(kind=AreaKind.PROBATION_REGION, slug=slug)


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
    rows = in_force(areas, cohort).filter(starts_on=quarter.starts_on)
    return {
        (area, category): Counts(*three)
        for area, category, *three in rows.values_list("area_id", "category_id", *COUNTS)
    }


def counts_by_quarter(
    areas: Collection[int], category: int, cohort: int | None = None
) -> dict[Quarter, dict[int, Counts]]:
    """Quarter -> area -> what was counted about one kind of need; the earliest quarter first."""
    rows = in_force(areas, cohort).filter(category=category).order_by("starts_on")
    found: dict[Quarter, dict[int, Counts]] = defaultdict(dict)
    for day, area, *three in rows.values_list("starts_on", "area_id", *COUNTS):
        found[Quarter(day)][area] = Counts(*three)
    return dict(found)


def sources_of(areas: Collection[int], category: int, quarter: Quarter, cohort: int | None = None) -> list[str]:
    """Where the figures of these areas come from, each source once."""
    rows = in_force(areas, cohort).filter(category=category, starts_on=quarter.starts_on)
    return list(rows.order_by("batch__source").values_list("batch__source", flat=True).distinct())


def figures_of(region: Area, units: Sequence[int], quarter: Quarter | None, cohort: int | None = None) -> Figures:
    """All that the table of a region shows."""
    areas = [region.pk, *units]
    return Figures(
        counts=counts_in(areas, quarter, cohort) if quarter else {},
        providers=providers_present(region.pk, units),
        money=money_committed(areas),
    )


def providers_present(region: int, units: Sequence[int]) -> dict[Place, int]:
    """(area, kind of need) -> registered providers who serve it.

    Whoever names the whole region serves each of its units; in the region's own row everybody counts who
    serves any part of it, once.
    """
    whole = listed_registrations().filter(areas=region)
    everywhere = _by_category(whole)
    # Those who name only units: counted for each unit, and once for the region.
    some = (
        listed_registrations()
        .filter(areas__in=units)
        .exclude(pk__in=Registration.areas.through.objects.filter(area=region).values("registration"))
    )
    found: dict[Place, int] = {
        (area, category): number
        for area, category, number in some.values_list("areas", "categories")
        .annotate(number=Count("pk"))
        .order_by()
        if category is not None
    }
    anywhere = _by_category(some)
    for category in everywhere.keys() | anywhere.keys() | {category for _area, category in found}:
        for unit in units:
            found[unit, category] = found.get((unit, category), 0) + everywhere.get(category, 0)
        found[region, category] = everywhere.get(category, 0) + anywhere.get(category, 0)
    return found


def _by_category(registrations: QuerySet[Registration]) -> dict[int, int]:
    rows = registrations.filter(categories__isnull=False).values_list("categories")
    return dict(rows.annotate(number=Count("pk", distinct=True)).order_by())


def money_committed(areas: Collection[int]) -> dict[Place, int]:
    """(area, kind of need) -> pence, VAT included, of the lots that were awarded for exactly that."""
    awards = Award.objects.filter(area__in=areas, public_at__isnull=False)
    rows = awards.values_list("area", "category").annotate(pence=Sum("value_pence"))
    return {(area, category): pence for area, category, pence in rows.order_by()}


def unmet_needs_in(areas: Collection[int]) -> dict[Place, int]:
    """(area, kind of need) -> needs that are posted and not yet met or closed, by their main area and kind."""
    needs = Need.objects.filter(area__in=areas, status__in=UNMET)
    rows = needs.values_list("area", "category").annotate(number=Count("pk")).order_by()
    return {(area, category): number for area, category, number in rows}


def needs_by_status(areas: Collection[int]) -> Counter[str]:
    """Status -> how many published needs there are in the areas, by their main area."""
    # Counted for each area and added up here: asked for the statuses alone, SQLite reads every need there is,
    # along the index that begins with the status. Whatever is past draft was published.
    rows = Need.objects.filter(area__in=areas).values_list("area", "status").annotate(number=Count("pk"))
    counts: Counter[str] = Counter()
    for _area, status, number in rows.order_by():
        if status != NeedStatus.DRAFT:
            counts[status] += number
    return counts


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
    return awards.select_related("lot__opportunity", "bid__organisation", "bid__consortium")


def providers_for(areas: Collection[int], category: int) -> QuerySet[Organisation]:
    """Registered providers who serve that kind of need in any of the areas, by name."""
    through = Registration.areas.through.objects.filter(area__in=areas).values("registration")
    found = listed_registrations().filter(pk__in=through, categories=category).values("organisation")
    return Organisation.objects.filter(pk__in=found).order_by("name", "id")
