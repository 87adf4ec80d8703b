"""What soon runs out, and whom to tell."""

import datetime
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.models import User
from core.permissions import Permission as P
from core.queries.people import roles_with
from core.states import MembershipStatus
from providers.models import Evidence, EvidenceReminder
from providers.models.reminders import DAYS_BEFORE
from providers.states import EvidenceStatus as Status

FROM_SEVEN = 7


def reminder_day(now: datetime.datetime) -> datetime.date:
    """The day for which reminders are due at `now`: from seven in the morning, in London, that very day."""
    local = timezone.localtime(now)
    return local.date() if local.hour >= FROM_SEVEN else local.date() - datetime.timedelta(days=1)


def urgency(evidence: Evidence, day: datetime.date) -> int:
    """Which reminder is due on the day: 7, 30 or 60 days before. Only for what is due."""
    left = (evidence.valid_until - day).days  # type: ignore[operator]  # what is due has a last day
    return next(days for days in DAYS_BEFORE if left <= days)


def due_for_reminder(day: datetime.date) -> QuerySet[Evidence]:
    """What is verified, runs out within 60 days, was not yet reminded of as urgently, and is not replaced.

    So after days on which nothing ran only the most urgent reminder is due.
    """
    wanted, begins = Q(), day
    for days in DAYS_BEFORE:
        ends = day + datetime.timedelta(days=days)
        written = EvidenceReminder.objects.filter(evidence=OuterRef("pk"), days_before__lte=days)
        wanted |= Q(Q(valid_until__gte=begins, valid_until__lte=ends), ~Exists(written))
        begins = ends + datetime.timedelta(days=1)
    newer = Evidence.objects.filter(
        organisation=OuterRef("organisation"),
        check_code=OuterRef("check_code"),
        status__in=[Status.GIVEN, Status.VERIFIED],
        pk__gt=OuterRef("pk"),
    )
    soon = Evidence.objects.filter(
        status=Status.VERIFIED,
        valid_until__gte=day,
        valid_until__lte=day + datetime.timedelta(days=max(DAYS_BEFORE)),
    )
    return soon.filter(wanted).filter(~Exists(newer)).order_by("valid_until", "id")


def keepers_of(organisations: Collection[int]) -> dict[int, list[User]]:
    """Number of each organisation -> the people who keep its registration up to date; one query."""
    roles = roles_with(P.REGISTRATION_EDIT)
    rows = User.objects.filter(
        is_active=True,
        memberships__organisation__in=organisations,
        memberships__status=MembershipStatus.ACTIVE,
        memberships__roles__role__in=roles,
    ).values_list("memberships__organisation", "pk")
    pairs = sorted(set(rows))
    people = User.objects.in_bulk({person for _house, person in pairs})
    found: dict[int, list[User]] = defaultdict(list)
    for house, person in pairs:
        found[house].append(people[person])
    return found
