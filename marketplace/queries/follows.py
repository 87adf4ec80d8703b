"""Who follows what, whom a digest is due to, and which news each follow is about."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Min, QuerySet
from django.utils import timezone

from core.models import User
from core.models.places import AreaBelonging
from core.queries.places import held_on
from marketplace.models import Follow
from marketplace.queries.news import News

Combination = tuple[int | None, int | None, int | None]


def follows_of(user: User) -> QuerySet[Follow]:
    """The person's own follows, the newest first."""
    return Follow.objects.filter(user=user).select_related("area", "category", "cohort").order_by("-id")


def same_follow(user: User, combination: Combination) -> QuerySet[Follow]:
    """The person's follow of exactly this area, kind and group, if there is one."""
    area, category, cohort = combination
    return Follow.objects.filter(user=user, area=area, category=category, cohort=cohort)


def due(frequency: str, until: datetime.datetime) -> QuerySet[Follow]:
    """Follows of people who may sign in that were not told of everything until that moment."""
    return Follow.objects.filter(frequency=frequency, told_until__lt=until, user__is_active=True)


def oldest_due(frequency: str, until: datetime.datetime) -> datetime.datetime | None:
    """Up to when the one who was told least recently has been told; none where nothing is due."""
    found: datetime.datetime | None = due(frequency, until).aggregate(oldest=Min("told_until"))["oldest"]
    return found


def people_due(frequency: str, until: datetime.datetime, *, after: int, limit: int) -> list[int]:
    """Numbers of the next so many people to whom a digest is due, beyond number `after`."""
    waiting = due(frequency, until).filter(user__gt=after)
    return list(waiting.order_by("user").values_list("user", flat=True).distinct()[:limit])


def reach_of(areas: Collection[int]) -> dict[int, frozenset[int]]:
    """Each of the areas with itself and what lies in it, read at once."""
    reach: dict[int, set[int]] = {area: {area} for area in areas}
    today = held_on(timezone.localdate())
    for parent, child in AreaBelonging.objects.filter(today, parent__in=areas).values_list("parent", "child"):
        reach[parent].add(child)
    return {area: frozenset(within) for area, within in reach.items()}


@dataclass(frozen=True)
class Matcher:
    """Which of some news a follow is about: worked out once for each combination, however many follow it."""

    news: Sequence[News]
    reach: Mapping[int, frozenset[int]]
    found: dict[Combination, list[News]]

    @classmethod
    def of(cls, news: Sequence[News], areas: Collection[int]) -> "Matcher":
        """For follows of these areas, among others of none."""
        return cls(news, reach_of(areas), {})

    def about(self, combination: Combination) -> list[News]:
        """News of an area or what lies in it, of a kind, for a group; none of them means any."""
        if combination not in self.found:
            self.found[combination] = [news for news in self.news if self._fits(news, *combination)]
        return self.found[combination]

    def _fits(self, news: News, area: int | None, category: int | None, cohort: int | None) -> bool:
        return (
            (area is None or not self.reach[area].isdisjoint(news.areas))
            and (category is None or category in news.categories)
            and (cohort is None or cohort in news.cohorts)
        )


def combination_of(follow: Follow) -> Combination:
    """Its area, kind and group, as numbers."""
    return follow.area_id, follow.category_id, follow.cohort_id


def areas_followed(frequency: str, until: datetime.datetime) -> list[int]:
    """Numbers of the areas in the follows that are due."""
    found: Iterable[int] = due(frequency, until).filter(area__isnull=False).values_list("area", flat=True)
    return sorted(set(found.distinct()))  # type: ignore[attr-defined]  # a queryset
