"""Which needs there are, and who may see them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from core.models import Area, Cohort, DesiredOutcome, NeedCategory, Organisation, User
from core.models.places import AreaKind
from core.permissions import Permission as P
from core.policies import organisations_where, reads_everything
from core.search import SearchIndex, matching
from marketplace.models import Award, CoCommissioner, ConsultationRound, Need, NeedEvidence, Opportunity
from marketplace.queries.areas import areas_within
from marketplace.queries.opportunities import for_list as opportunities_for_list
from marketplace.queries.opportunities import opportunities_visible_to
from marketplace.states import NeedStatus, Stage

# Few needs have more areas of one place than this; those that do make a capped count stop earlier.
LINKS_TO_A_NEED = 2
SEARCH = SearchIndex("marketplace_need", ("title", "summary"))
COMMISSIONABLE = (NeedStatus.PUBLISHED, NeedStatus.IN_COMMISSIONING)


def published_needs() -> QuerySet[Need]:
    """Every need that was ever published, whatever became of it."""
    return Need.objects.filter(published_at__isnull=False)


def needs_visible_to(user: User | AnonymousUser) -> QuerySet[Need]:
    """Published needs for everyone; drafts for the body's own people; everything for an auditor."""
    if reads_everything(user):
        return Need.objects.all()
    own = organisations_where(user, P.COMMISSIONING_READ)
    if not own:
        return published_needs()
    return Need.objects.filter(Q(published_at__isnull=False) | Q(organisation__in=own))


def listed(
    needs: QuerySet[Need],
    *,
    text: str = "",
    region: int | Sequence[int] | None = None,
    category: int | None = None,
    status: str = "",
    are_many: bool = False,
) -> QuerySet[Need]:
    """What of `needs` the public list shows for these filters, by any of their areas and any of their kinds.

    `are_many`: they are read in the list's own order and each is asked for its areas and kinds, instead of
    being looked up by them and then sorted.
    """
    found = needs.filter(status=status) if status else needs
    if region is not None:
        found = found.filter(_through("areas", areas_within(region), are_many=are_many))
    if category is not None:
        found = found.filter(_through("categories", [category], are_many=are_many))
    return matching(found, text, SEARCH)


def to_count(
    needs: QuerySet[Need],
    *,
    text: str = "",
    region: int | Sequence[int] | None = None,
    category: int | None = None,
    status: str = "",
) -> QuerySet[Need]:
    """The rows that `listed` gives, by number alone and in no order: counting stops once there are enough."""
    found = needs.filter(status=status) if status else needs
    if region is not None:
        found = found.filter(areas__in=areas_within(region))
    if category is not None:
        found = found.filter(categories=category)
    return matching(found, text, SEARCH).only("pk").distinct()


def posters_of(areas: Sequence[int], *, at_most: int) -> list[int]:
    """The body of each published need of these areas, in no order: `at_most` of them, where there are as many.

    Asked of the links between needs and areas, which stops as soon as there are enough; a need of two of the
    areas is met twice and counted once.
    """
    links = Need.areas.through.objects.filter(area__in=areas, need__published_at__isnull=False)
    met = dict(links.values_list("need", "need__organisation")[: LINKS_TO_A_NEED * at_most])
    return list(met.values())[:at_most]


def _through(many: str, wanted: list[int], *, are_many: bool) -> Q:
    """That one of the areas, or of the kinds, of a need is among `wanted`."""
    through = getattr(Need, many).through.objects
    rows = through.filter(**{f"{'area' if many == 'areas' else 'needcategory'}__in": wanted})
    return Q(Exists(rows.filter(need=OuterRef("pk")))) if are_many else Q(pk__in=rows.values("need"))


def for_list(needs: QuerySet[Need]) -> QuerySet[Need]:
    """Only what a line of a list shows, in one query."""
    return needs.select_related("organisation", "area", "category").only(
        *("title", "status", "published_at", "updated_at", "people_affected"),
        *("organisation__name", "area__name", "area__kind", "category__name"),
    )


def needs_of(organisation: Organisation | int) -> QuerySet[Need]:
    """Every need of a body, changed last first."""
    return Need.objects.filter(organisation=organisation).order_by("-updated_at", "-id")


def with_everything(needs: QuerySet[Need], user: User | AnonymousUser) -> QuerySet[Need]:
    """A need with its figures, and its opportunities as far as `user` may see them; the same few queries."""
    won = Award.objects.filter(lot__opportunity=OuterRef("pk")).order_by("pk")
    won = won.annotate(winner=Coalesce("bid__consortium__name", "bid__organisation__name"))
    seen = opportunities_for_list(opportunities_visible_to(user)).annotate(
        awarded_to=Subquery(won.values("winner")[:1])
    )
    live = Opportunity.needs.through.objects.filter(need=OuterRef("pk"), opportunity__stage=Stage.LIVE)
    return (
        needs.select_related("organisation", "area", "category")
        .annotate(is_under_way=Exists(live))
        .prefetch_related(
            Prefetch("evidence", NeedEvidence.objects.order_by("id")),
            Prefetch("opportunities", seen.order_by("-id"), to_attr="opportunities_in_sight"),
        )
    )


@dataclass(frozen=True)
class NeedParts:
    """What is hung on a need, by name: its areas and kinds with the main ones first, and the rest."""

    areas: list[str]
    kinds: list[str]
    cohorts: list[str]
    outcomes: list[str]
    partners: list[tuple[str, str]]
    # Numbers of the rounds of consultation on it, for its story.
    rounds: list[int]


def parts_of(need: Need) -> NeedParts:
    """All of it in one query, for a page that shows five tables of few rows each."""
    found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for part, number, name, more in _parts(need).order_by():
        found[part].append((number, name, more))
    areas = [(pk, f"{name} ({AreaKind(kind).label})") for pk, name, kind in found["area"]]
    return NeedParts(
        areas=_main_first(areas, need.area_id),
        kinds=_main_first([(pk, name) for pk, name, _more in found["kind"]], need.category_id),
        cohorts=sorted(name for _pk, name, _more in found["cohort"]),
        outcomes=sorted(text for _pk, text, _more in found["outcome"]),
        partners=[(name, note) for _pk, name, note in sorted(found["partner"])],
        rounds=[pk for pk, _name, _more in found["round"]],
    )


def _parts(need: Need) -> QuerySet[Any, Any]:
    def part(name: str, rows: QuerySet[Any], title: Any, more: str = "") -> QuerySet[Any, Any]:
        return rows.order_by().values_list(Value(name), "pk", title, more or Value(""))

    partner = Coalesce("body__name", "organisation__name")
    return part("area", Area.objects.filter(needs_here=need), "name", "kind").union(
        part("kind", NeedCategory.objects.filter(needs_of_kind=need), "name"),
        part("cohort", Cohort.objects.filter(needs=need), "name"),
        part("outcome", DesiredOutcome.objects.filter(needs=need), "text"),
        part("partner", CoCommissioner.objects.filter(need=need), partner, "note"),
        part("round", ConsultationRound.objects.filter(need=need), Value("")),
        all=True,
    )


def _main_first(named: list[tuple[int, str]], main: int) -> list[str]:
    return [name for _pk, name in sorted(named, key=lambda each: (each[0] != main, each[1]))]


def needs_to_commission(organisation: Organisation | int) -> QuerySet[Need]:
    """The body's needs from which an opportunity may be made."""
    return Need.objects.filter(organisation=organisation, status__in=COMMISSIONABLE)


def needs_to_link(opportunity: Opportunity, words: str = "") -> QuerySet[Need]:
    """Needs of the body, with these words if any, that the draft could also answer; changed last first."""
    open_needs = needs_to_commission(opportunity.organisation_id).exclude(opportunities=opportunity)
    return matching(open_needs, words, SEARCH).order_by("-updated_at", "-id")


def live_opportunities_of(need: Need) -> QuerySet[Opportunity]:
    """Opportunities for the need that are published and not decided."""
    return need.opportunities.filter(stage=Stage.LIVE)


def is_under_way(need: Need) -> bool:
    """Whether an opportunity for the need is published and not decided; read with the need where a page did so."""
    known: bool | None = getattr(need, "is_under_way", None)
    return live_opportunities_of(need).exists() if known is None else known


def opportunities_that_count(need: Need) -> QuerySet[Opportunity]:
    """Opportunities because of which the need is in commissioning: under way or awarded."""
    return need.opportunities.filter(stage__in=(Stage.LIVE, Stage.AWARDED))
