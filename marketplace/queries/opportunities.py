"""Which opportunities there are, and who may see them."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where, reads_everything
from core.search import SearchIndex
from marketplace.models import Opportunity

SEARCH = SearchIndex("marketplace_opportunity", ("title", "summary"))


def published_opportunities() -> QuerySet[Opportunity]:
    """Every opportunity that was ever published, whatever became of it."""
    return Opportunity.objects.filter(published_at__isnull=False)


def opportunities_visible_to(user: User | AnonymousUser) -> QuerySet[Opportunity]:
    """Published ones for everyone; drafts for the body's own people; everything for an auditor."""
    if reads_everything(user):
        return Opportunity.objects.all()
    own = organisations_where(user, P.COMMISSIONING_READ)
    if not own:
        return published_opportunities()
    return Opportunity.objects.filter(Q(published_at__isnull=False) | Q(organisation__in=own))


def opportunities_of(organisation: Organisation | int) -> QuerySet[Opportunity]:
    """Every opportunity of a body, changed last first."""
    return Opportunity.objects.filter(organisation=organisation).order_by("-updated_at", "-id")


def with_everything(opportunities: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    """What the page of one opportunity shows; the same few queries however much there is."""
    return opportunities.select_related("organisation", "area", "category").prefetch_related(
        "needs", "lots", "criteria", "outcomes"
    )
