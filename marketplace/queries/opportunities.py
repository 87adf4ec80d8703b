"""Which opportunities there are, and who may see them."""

import datetime
from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet, TextChoices, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where, reads_everything
from core.search import SearchIndex, matching
from marketplace.models import Lot, Opportunity
from marketplace.queries.areas import in_region
from marketplace.states import BidStatus, Stage

SEARCH = SearchIndex("marketplace_opportunity", ("title", "summary"))


class Show(TextChoices):
    """What part of the public list somebody wants to see."""

    OPEN = "open", _("Open now")
    SOON = "soon", _("Opening soon")
    CLOSED = "closed", _("Closed, being evaluated")
    AWARDED = "awarded", _("Awarded")
    ENDED = "ended", _("Cancelled or ended without award")
    ANY = "any", _("Any")


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


def listed(
    *,
    show: Show,
    at: datetime.datetime,
    newest: bool = False,
    text: str = "",
    region: int | Sequence[int] | None = None,
    category: int | None = None,
    route: str = "",
    are_many: bool = False,
) -> QuerySet[Opportunity]:
    """What the public list shows for these filters at `at`; each is one range of an index.

    `are_many`: see `in_region`.
    """
    found = Opportunity.objects.filter(_shown(show, at, newest=newest))
    if region is not None:
        found = found.filter(in_region(region, are_many=are_many))
    if category is not None:
        found = found.filter(category=category)
    if route:
        found = found.filter(route=route)
    return matching(found, text, SEARCH)


def _shown(show: Show, at: datetime.datetime, *, newest: bool) -> Q:
    # Nothing was published after now; saying so lets SQLite enter the index that the order asks for.
    published = Q(published_at__lte=at) if newest else Q()
    if show == Show.ANY:
        return Q(published_at__isnull=False)
    if show == Show.OPEN:
        return published & Q(stage=Stage.LIVE, closes_at__gt=at, opens_at__lte=at)
    if show == Show.SOON:
        return published & Q(stage=Stage.LIVE, closes_at__gt=at, opens_at__gt=at)
    if show == Show.CLOSED:
        return published & Q(stage=Stage.LIVE, closes_at__lte=at)
    return Q(stage=Stage.AWARDED if show == Show.AWARDED else Stage.ENDED)


def order_of(show: Show, *, newest: bool) -> tuple[str, str]:
    """Columns to sort by: the newest first, or by closing time (soonest if ahead, latest if past)."""
    if newest or show == Show.ANY:
        return ("-published_at", "-id")
    return ("closes_at", "id") if show in (Show.OPEN, Show.SOON) else ("-closes_at", "-id")


def for_list(opportunities: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    """Only what a line of a list shows, in two queries."""
    return (
        opportunities.select_related("organisation", "area", "category")
        .only(
            *("title", "route", "status", "opens_at", "closes_at", "starts_on", "ends_on"),
            *("published_at", "updated_at"),  # what lists are sorted by
            *("organisation__name", "area__name", "area__kind", "category__name"),
        )
        .prefetch_related(Prefetch("lots", Lot.objects.only("opportunity", "number", "value_pence")))
    )


def opportunities_of(organisation: Organisation | int) -> QuerySet[Opportunity]:
    """Every opportunity of a body, changed last first."""
    return Opportunity.objects.filter(organisation=organisation).order_by("-updated_at", "-id")


def latest_of_each(organisation: Organisation, statuses: Sequence[str], number: int) -> QuerySet[Opportunity]:
    """What a line shows of a body's opportunities: in each of `statuses` the `number` changed last, by whom."""
    place = Window(RowNumber(), partition_by="status", order_by=["-updated_at", "-id"])
    ranked = Opportunity.objects.filter(organisation=organisation, status__in=statuses).annotate(place=place)
    first = ranked.filter(place__lte=number).values("pk")
    shown = Opportunity.objects.only("title", "status", "updated_at", "updated_by__name")
    return shown.filter(pk__in=first).select_related("updated_by").order_by("-updated_at", "-id")


def with_everything(opportunities: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    """What the page of one opportunity shows; the same few queries however much there is."""
    return opportunities.select_related("organisation", "area", "category", "checks_version").prefetch_related(
        "needs", "lots", "criteria", "outcomes__desired_outcome"
    )


def organisations_bidding(opportunity: Opportunity) -> QuerySet[Organisation]:
    """Providers with a part in a bid for it that was not withdrawn."""
    bids = opportunity.bids.exclude(status=BidStatus.WITHDRAWN)
    return Organisation.objects.filter(bid_places__bid__in=bids).distinct()
