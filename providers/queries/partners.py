"""The board of those who look for partners."""

import datetime
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.models import Area, Cohort, NeedCategory, Organisation, User
from core.permissions import Permission as P
from core.policies import holds_anywhere, reads_everything
from core.queries.people import roles_by_organisation
from core.queries.places import commissioned_around, lies_in
from core.search import SearchIndex, matching
from providers.models import PartnerNotice
from providers.states import PartnerNoticeStatus

Person = User | AnonymousUser

SEARCH = SearchIndex("providers_partnernotice", ("listed_name", "seeks", "offers"))


class Sort(StrEnum):
    """In which order the board is read."""

    NEWEST = "newest"
    NAME = "name"
    MONEY = "money"


ORDERS = {
    Sort.NEWEST: ("-posted_at", "-id"),
    Sort.NAME: ("listed_name", "id"),
    Sort.MONEY: ("-most_pence_a_year", "-id"),
}


def shown_at(at: datetime.datetime) -> Q:
    """That a notice stands on the board at that moment."""
    return Q(status=PartnerNoticeStatus.LIVE, ends_at__gt=at)


def notices_visible_to(user: Person, at: datetime.datetime) -> QuerySet[PartnerNotice]:
    """What is on the board, for providers and commissioners; their own in any state; all for an auditor."""
    rows = PartnerNotice.objects.all()
    if reads_everything(user):
        return rows
    own = Q(organisation__in=roles_by_organisation(user).keys())
    is_reader = holds_anywhere(user, P.BID_READ, P.COMMISSIONING_READ)
    return rows.filter(own | shown_at(at)) if is_reader else rows.filter(own)


def notices_listed(
    at: datetime.datetime,
    *,
    text: str = "",
    area: Area | None = None,
    category: NeedCategory | int | None = None,
    cohort: Cohort | int | None = None,
) -> QuerySet[PartnerNotice]:
    """What is on the board at that moment, as far as it fits the filters; `area` finds what lies in or around it.

    `text` is words of the name, of what is offered or of what is sought.
    """
    listed = PartnerNotice.objects.filter(shown_at(at))
    if area is not None:
        around = commissioned_around(area, lies_in(area), timezone.localdate(at))
        places = PartnerNotice.areas.through.objects.filter(area__in=around)
        listed = listed.filter(pk__in=places.values("partnernotice"))
    if category is not None:
        needs = PartnerNotice.categories.through.objects.filter(needcategory=category)
        listed = listed.filter(pk__in=needs.values("partnernotice"))
    if cohort is not None:
        groups = PartnerNotice.cohorts.through.objects.filter(cohort=cohort)
        listed = listed.filter(pk__in=groups.values("partnernotice"))
    return matching(listed, text, SEARCH)


def with_links(notices: QuerySet[PartnerNotice]) -> QuerySet[PartnerNotice]:
    """The same with areas, needs and groups of people read along."""
    return notices.prefetch_related("areas", "categories", "cohorts")


def notice_of(organisation: Organisation | int | None) -> PartnerNotice | None:
    """The organisation's notice, in whatever state; each has one at most."""
    return PartnerNotice.objects.filter(organisation=organisation).first() if organisation else None
