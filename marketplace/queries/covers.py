"""Promises to stand behind members of bids: whose they are, which hold, what a sponsor carries."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where
from marketplace.models import Bid, Cover
from marketplace.models.covers import LIVE
from marketplace.states import BidStatus, CoverStatus
from providers.yearly import pence_a_year

Person = User | AnonymousUser
# Of these a sponsor carries nothing any more.
OVER = (BidStatus.WITHDRAWN, BidStatus.UNSUCCESSFUL)


def covers_visible_to(user: Person) -> QuerySet[Cover]:
    """Those that the person’s own organisations give or have, or that are in bids they lead; nobody else’s.

    The lead answers for the whole bid, so it knows who stands behind whom.
    """
    own = organisations_where(user, P.BID_READ)
    rows = Cover.objects.filter(Q(sponsor__in=own) | Q(member__in=own) | Q(bid__organisation__in=own))
    return rows.select_related(
        "bid__opportunity",
        "bid__organisation",
        "bid__lot",
        "sponsor",
        "member",
        "member_signed_by",
        "sponsor_signed_by",
    )


def covers_of(organisation: Organisation) -> QuerySet[Cover]:
    """Everything it gives or has, the newest first in the order of `-id`."""
    rows = Cover.objects.filter(Q(sponsor=organisation) | Q(member=organisation))
    return rows.select_related("bid__opportunity", "sponsor", "member")


def covers_to_answer(organisation: Organisation, *, on: datetime.date) -> QuerySet[Cover]:
    """What others have asked it for, or offered it unasked, and it has not answered; the oldest first."""
    asked = Q(sponsor=organisation, status=CoverStatus.PROPOSED)
    offered = Q(member=organisation, status=CoverStatus.OFFERED)
    waiting = Cover.objects.filter(asked | offered, expires_on__gte=on).exclude(bid__status__in=OVER)
    return waiting.select_related("bid__opportunity", "member", "sponsor").order_by("id")


def live_covers(bids: Iterable[Bid]) -> QuerySet[Cover]:
    """What is offered, asked for or signed in these bids and nothing has ended."""
    numbers = [bid.pk for bid in bids]
    return Cover.objects.filter(bid__in=numbers, status__in=LIVE).select_related("sponsor", "member")


def turnover_carried(
    sponsors: Collection[int], *, on: datetime.date, besides: Cover | None = None
) -> dict[int, int]:
    """Number of each sponsor -> the pence a year up to which it stands behind the work of others on that day.

    Only what it signed for the size of the work counts, in bids that are still in the running; a cover of work
    that lasts longer than a year counts with one year's part.
    """
    rows = Cover.objects.filter(
        sponsor__in=list(sponsors), status=CoverStatus.SIGNED, check_code="turnover", expires_on__gte=on
    ).exclude(bid__status__in=OVER)
    if besides is not None:
        rows = rows.exclude(pk=besides.pk)
    found: dict[int, int] = defaultdict(int)
    told = ("sponsor", "limit_pence", "bid__opportunity__starts_on", "bid__opportunity__ends_on")
    for sponsor, limit_pence, starts_on, ends_on in rows.order_by().values_list(*told):
        found[sponsor] += pence_a_year(limit_pence, starts_on, ends_on)
    return found


def party_of(bid: Bid) -> str:
    """Who is in the bid now, the lead first: what a cover is bound to."""
    numbers = bid.members.order_by("organisation_id").values_list("organisation_id", flat=True)
    return f"{bid.organisation_id}: {', '.join(map(str, numbers))}"
