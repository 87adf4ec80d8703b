"""What the members of a bid see of each other while they write it. Nobody outside the bid sees any of it."""

import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.models import Notice, User
from core.permissions import Permission as P
from core.policies import organisations_where
from marketplace.models import AnswerOpening, AnswerVersion, Bid, BidAnswer, BidComment, BidMember, Criterion
from marketplace.queries.bids import standing

# Somebody who was not heard of for this long has gone.
STILL_THERE = datetime.timedelta(minutes=2)
# Of comments on one bid nobody is told more often than this.
TOLD_AGAIN_AFTER = datetime.timedelta(hours=1)


def organisations_in(bid: Bid) -> set[int]:
    """Numbers of the organisations that are in the bid now; read once for each bid object."""
    kept: set[int] | None = bid.__dict__.get("_organisations_in")
    if kept is None:
        kept = set(bid.members.filter(standing()).values_list("organisation_id", flat=True))
        bid.__dict__["_organisations_in"] = kept
    return kept


def writing_now(answer: BidAnswer, *, besides: User, at: datetime.datetime) -> QuerySet[AnswerOpening]:
    """Who else has the answer open: seen in the two minutes before `at`, whoever came first first."""
    there = answer.openings.filter(seen_at__gt=at - STILL_THERE).exclude(user=besides)
    return there.select_related("user", "organisation").order_by("opened_at", "pk")


def earlier_answers(answer: BidAnswer) -> QuerySet[AnswerVersion]:
    """The texts it had before, with who saved each."""
    return answer.versions.select_related("by").order_by("-number")


def comments_visible_to(user: User | AnonymousUser) -> QuerySet[BidComment]:
    """Comments on the bids of the person's own organisations, and on no others, whatever the person may read."""
    own = BidMember.objects.filter(
        standing(), bid=OuterRef("bid"), organisation__in=organisations_where(user, P.BID_READ)
    )
    return BidComment.objects.filter(Exists(own))


def comments_on(user: User | AnonymousUser, bid: Bid, criterion: Criterion | None = None) -> QuerySet[BidComment]:
    """What was said about the bid, or about one question of it, as far as the person may read it; newest first."""
    said = (
        comments_visible_to(user).filter(bid=bid).select_related("by", "organisation", "settled_by", "criterion")
    )
    return (said.filter(criterion=criterion) if criterion else said).order_by("-id")


def beside_answers(bid: Bid) -> tuple[dict[int, str], dict[int | None, int]]:
    """By the number of the question, which member writes it, and how many comments are not settled.

    None counts those on the bid as a whole. For people of the bid alone: it does not ask who they are.
    """
    said = BidComment.objects.filter(bid=OuterRef("bid"), settled_at__isnull=True).order_by()
    on_whole, on_this = said.filter(criterion=None), said.filter(criterion=OuterRef("criterion"))
    rows = bid.answers.values_list(
        "criterion__number", "owner__name", _count(on_this, "bid"), _count(on_whole, "bid")
    )
    writers, comments = {}, {}
    for number, writer, here, whole in rows.order_by("criterion__number"):
        if writer:
            writers[number] = writer
        comments[number], comments[None] = here, whole
    return writers, comments


def _count(rows: QuerySet[Any], column: str) -> Coalesce:
    return Coalesce(Subquery(rows.values(column).annotate(many=Count("pk")).values("many")), 0)


def told_lately(kind: str, url: str, *, at: datetime.datetime) -> set[int]:
    """Numbers of the people who had this notice about this page in the hour before `at`."""
    since = Notice.objects.filter(kind=kind, url=url, created_at__gt=at - TOLD_AGAIN_AFTER)
    return set(since.values_list("recipient_id", flat=True))
