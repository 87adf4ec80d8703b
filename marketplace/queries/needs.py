"""Which needs there are, and who may see them."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from core.models import Area, Cohort, DesiredOutcome, NeedCategory, Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where, reads_everything
from core.search import SearchIndex, matching
from marketplace.models import Need, NeedEvidence, Opportunity
from marketplace.queries.areas import areas_within
from marketplace.queries.opportunities import for_list as opportunities_for_list
from marketplace.queries.opportunities import opportunities_visible_to
from marketplace.states import NeedStatus, Stage

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
    """What the page of one need shows, opportunities as far as `user` may see them; the same few queries."""
    return needs.select_related("organisation", "area", "category").prefetch_related(
        Prefetch("areas", Area.objects.order_by("kind", "name").only("name", "kind")),
        Prefetch("categories", NeedCategory.objects.order_by("name").only("name")),
        Prefetch("desired_outcomes", DesiredOutcome.objects.order_by("text").only("text", "category")),
        Prefetch("cohorts", Cohort.objects.order_by("name")),
        Prefetch("evidence", NeedEvidence.objects.order_by("id")),
        Prefetch(
            "opportunities",
            opportunities_for_list(opportunities_visible_to(user)).order_by("-id"),
            to_attr="opportunities_in_sight",
        ),
    )


def needs_to_commission(organisation: Organisation | int) -> QuerySet[Need]:
    """The body's needs from which an opportunity may be made."""
    return Need.objects.filter(organisation=organisation, status__in=COMMISSIONABLE)


def live_opportunities_of(need: Need) -> QuerySet[Opportunity]:
    """Opportunities for the need that are published and not decided."""
    return need.opportunities.filter(stage=Stage.LIVE)


def opportunities_that_count(need: Need) -> QuerySet[Opportunity]:
    """Opportunities because of which the need is in commissioning: under way or awarded."""
    return need.opportunities.filter(stage__in=(Stage.LIVE, Stage.AWARDED))
