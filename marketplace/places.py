"""Needs posted and opportunities open at a place, for its page."""

import datetime
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import User
from core.paging import COUNT_CAP, Count
from core.places import SHOWN, Here, Line, Place
from core.templatetags.accord import day, when
from marketplace.models import Need, Opportunity
from marketplace.queries import needs as need_queries
from marketplace.queries import opportunities as opportunity_queries
from marketplace.queries.opportunities import Show
from marketplace.states import NeedStatus

NEWEST = ("-published_at", "-id")


def needs_at_place(user: User | AnonymousUser, place: Place, at: datetime.datetime) -> Here:
    """The newest published needs of the place, how many there are and by whom; two queries."""
    published = need_queries.published_needs()
    bodies = need_queries.posters_of(place.around, at_most=COUNT_CAP + 1)
    count = _count(bodies)
    needs = need_queries.listed(published, region=place.around, are_many=count.capped)
    newest = need_queries.for_list(needs).order_by(*NEWEST)[:SHOWN] if bodies else []
    return Here(
        title=_("Needs posted"),
        empty=_("No need has been posted for this place or for an area it lies in."),
        lines=[_line_of_need(need) for need in newest],
        told=ngettext("%(count)s need in all.", "%(count)s needs in all.", count.number) % {"count": count},
        url=_list_of("need-list", place),
        url_label=_("All needs here"),
        by_organisation={
            body: ngettext("%(n)s need", "%(n)s needs", number) % {"n": Count(number, capped=count.capped)}
            for body, number in Counter(bodies[:COUNT_CAP]).items()
        },
    )


def opportunities_at_place(user: User | AnonymousUser, place: Place, at: datetime.datetime) -> Here:
    """Opportunities of the place that are open, the soonest to close first, and by whom; two queries."""
    open_now = opportunity_queries.listed(show=Show.OPEN, at=at, region=place.around)
    bodies = list(open_now.order_by().values_list("organisation", flat=True)[: COUNT_CAP + 1])
    count = _count(bodies)
    if count.capped:
        open_now = opportunity_queries.listed(show=Show.OPEN, at=at, region=place.around, are_many=True)
    soonest = opportunity_queries.for_list(open_now).prefetch_related(None).order_by("closes_at", "id")[:SHOWN]
    found = ngettext("%(count)s open opportunity in all.", "%(count)s open opportunities in all.", count.number)
    return Here(
        title=_("Opportunities open now"),
        empty=_("No opportunity is open for this place just now."),
        lines=[_line_of_opportunity(opportunity) for opportunity in soonest] if bodies else [],
        told=found % {"count": count},
        url=_list_of("opportunity-list", place),
        url_label=_("All opportunities open here"),
        by_organisation={
            body: ngettext("%(n)s open opportunity", "%(n)s open opportunities", number)
            % {"n": Count(number, capped=count.capped)}
            for body, number in Counter(bodies[:COUNT_CAP]).items()
        },
    )


def _count(bodies: Sequence[int]) -> Count:
    return Count(min(len(bodies), COUNT_CAP), capped=len(bodies) > COUNT_CAP)


def _list_of(name: str, place: Place) -> str:
    return f"{reverse(name)}?{urlencode({'region': place.area.pk})}"


def _line_of_need(need: Need) -> Line:
    words = {"area": need.area.name, "kind": need.category.name, "body": need.organisation.name}
    return Line(
        title=need.title,
        url=reverse("need-detail", args=[need.pk]),
        tag=NeedStatus(need.status).label,
        tone="good" if need.status == NeedStatus.MET else "info",
        text=_("%(kind)s · %(area)s · published by %(body)s on %(day)s")
        % {**words, "day": day(need.published_at)},
    )


def _line_of_opportunity(opportunity: Opportunity) -> Line:
    words = {
        "area": opportunity.area.name,
        "kind": opportunity.category.name,
        "body": opportunity.organisation.name,
    }
    return Line(
        title=opportunity.title,
        url=reverse("opportunity-detail", args=[opportunity.pk]),
        text=_("%(kind)s · %(area)s · %(body)s · closes %(time)s")
        % {**words, "time": when(opportunity.closes_at)},
    )
