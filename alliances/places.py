"""Alliances that serve a place, for its page."""

import datetime
from collections import Counter

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.models import Alliance
from alliances.queries.agreements import alliances_serving
from alliances.states import AllianceStatus
from core.models import User
from core.paging import COUNT_CAP, Count
from core.places import SHOWN, Here, Line, Place
from core.templatetags.accord import day


def alliances_at_place(user: User | AnonymousUser, place: Place, at: datetime.datetime) -> Here:
    """The newest alliances signed by all that serve the place, and how many there are; two queries."""
    serving = alliances_serving(place.around)
    bodies = list(serving.order_by().values_list("organisation", flat=True)[: COUNT_CAP + 1])
    count = Count(min(len(bodies), COUNT_CAP), capped=len(bodies) > COUNT_CAP)
    return Here(
        title=_("Alliances"),
        empty=_("No alliance that all its members have signed serves this place yet."),
        lines=[_line_of(alliance) for alliance in _newest(serving)] if bodies else [],
        told=ngettext("%(count)s alliance in all.", "%(count)s alliances in all.", count.number)
        % {"count": count},
        url=reverse("alliance-list"),
        url_label=_("Alliances everywhere"),
        by_organisation={
            body: ngettext("%(n)s alliance", "%(n)s alliances", number) % {"n": Count(number, capped=count.capped)}
            for body, number in Counter(bodies[:COUNT_CAP]).items()
        },
    )


def _newest(serving: QuerySet[Alliance]) -> list[Alliance]:
    """Found by their numbers, then read and sorted: a region has thousands, and a page shows a few."""
    rows = Alliance.objects.filter(pk__in=serving.order_by("-id").values("pk")[:SHOWN])
    rows = rows.select_related("organisation", "award__area").only(
        *("name", "status", "starts_on", "ends_on", "activated_at", "organisation__name", "award__area__name")
    )
    return sorted(rows.order_by(), key=lambda alliance: alliance.pk, reverse=True)


def _line_of(alliance: Alliance) -> Line:
    status = AllianceStatus(alliance.status)
    words = {
        "area": alliance.award.area.name if alliance.award else "",
        "body": alliance.organisation.name,
        "start": day(alliance.starts_on),
        "end": day(alliance.ends_on),
    }
    return Line(
        title=alliance.name,
        url=reverse("alliance-detail", args=[alliance.pk]),
        tag=status.label,
        tone="good" if status == AllianceStatus.ACTIVE else "plain",
        text=_("%(area)s · %(body)s · from %(start)s to %(end)s") % words,
    )
