"""Which needs there are, and who may see them."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet

from core.models import Cohort, Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where, reads_everything
from core.search import SearchIndex, matching
from marketplace.models import Need, NeedEvidence, Opportunity
from marketplace.queries.areas import in_region
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
    region: int | None = None,
    category: int | None = None,
    status: str = "",
    are_many: bool = False,
) -> QuerySet[Need]:
    """What of `needs` the public list shows for these filters; `are_many`: see `in_region`."""
    found = needs.filter(status=status) if status else needs
    if region is not None:
        found = found.filter(in_region(region, are_many=are_many))
    if category is not None:
        found = found.filter(category=category)
    return matching(found, text, SEARCH)


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
