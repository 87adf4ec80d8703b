"""Telling followers what is new: each once, and nothing where nothing is."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from core.notices import Letter, send_each
from marketplace.digest_times import tell_until
from marketplace.models import Follow, Frequency
from marketplace.queries.follows import Matcher, areas_followed, combination_of, due, oldest_due, people_due
from marketplace.queries.news import News, NewsKind, news_between

PEOPLE_AT_ONCE = 500
MOST_LINES = 12
NOTICE = "marketplace/digest"


def send_digests(*, now: datetime.datetime) -> int:
    """Everybody to whom a digest is due at `now` has one, if there is anything new; how many were written.

    Running again at once writes none. Each batch of people is one transaction: after a crash those who were
    not told are told by the next run, and those who were are not told again.
    """
    return sum(_send(frequency, tell_until(frequency, now)) for frequency in Frequency.values)


def _send(frequency: str, until: datetime.datetime) -> int:
    oldest = oldest_due(frequency, until)
    if oldest is None:
        return 0
    matcher = Matcher.of(news_between(oldest, until), areas_followed(frequency, until))
    written, last = 0, 0
    while people := people_due(frequency, until, after=last, limit=PEOPLE_AT_ONCE):
        written += _tell(people, frequency, until, matcher)
        last = people[-1]
    return written


@transaction.atomic
def _tell(people: Sequence[int], frequency: str, until: datetime.datetime, matcher: Matcher) -> int:
    """The people are told and noted as told; who was told by another run meanwhile is left out."""
    follows = held_follows(people, frequency, until)
    letters = [
        letter
        for _person, own in groupby(follows, key=lambda follow: follow.user_id)
        if (letter := _letter(list(own), matcher)) is not None
    ]
    Follow.objects.filter(pk__in=[follow.pk for follow in follows]).update(told_until=until)
    return len(send_each(NOTICE, letters))


def held_follows(people: Sequence[int], frequency: str, until: datetime.datetime) -> list[Follow]:
    """What is still due to the people, by person, held until the transaction ends."""
    whole = due(frequency, until).filter(user__in=people).select_related("user", "area", "category", "cohort")
    return list(whole.order_by("user", "pk").select_for_update(no_key=True, of=("self",)))


@dataclass(frozen=True)
class Part:
    """One kind of news in a digest: its lines, and how many more there are than are shown."""

    kind: NewsKind
    lines: list[News]
    more: int


def _letter(follows: list[Follow], matcher: Matcher) -> Letter | None:
    """Everything new to one person, each piece once; none where there is nothing new."""
    new: dict[tuple[str, str], News] = {}
    heard: list[Follow] = []
    for follow in follows:
        fresh = [news for news in matcher.about(combination_of(follow)) if news.at > follow.told_until]
        new.update({(news.kind, f"{news.url} {news.about}"): news for news in fresh})
        heard += [follow] if fresh else []
    if not new:
        return None
    return Letter(to=follows[0].user, context=_context(list(new.values()), heard), url=reverse("follow-list"))


def _context(news: list[News], heard: list[Follow]) -> dict[str, Any]:
    parts = []
    for kind in NewsKind:
        told = sorted((each for each in news if each.kind == kind), key=lambda each: each.at)
        if told:
            parts.append(Part(kind, told[:MOST_LINES], max(0, len(told) - MOST_LINES)))
    first = parts[0].lines[0]
    return {"parts": parts, "heard": heard, "number": len(news), "first": first, "site": settings.SITE_URL}
