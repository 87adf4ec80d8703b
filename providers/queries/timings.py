"""How long the checks took those who did them."""

from collections import defaultdict
from statistics import median

from django.core.cache import cache
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from providers.models import Timing
from providers.models.timings import TimedStep

# Fewer could be told apart.
FEWEST_ORGANISATIONS = 5
# The latest of each check: enough for a median, and the same work however many there are.
LATEST = 2_000
KEPT_SECONDS = 60 * 60
CACHE_KEY = "published_minutes"
MINUTE = 60


def published_minutes() -> dict[str, tuple[int, int]]:
    """Code of each check -> (median of active minutes, number of organisations); none below five.

    What an organisation spent on declaring and on showing for one check counts together. Kept for an hour.
    """
    found: dict[str, tuple[int, int]] | None = cache.get(CACHE_KEY)
    if found is None:
        found = _worked_out((TimedStep.DECLARATION, TimedStep.EVIDENCE))
        cache.set(CACHE_KEY, found, KEPT_SECONDS)
    return found


def published_registration_minutes() -> dict[str, tuple[int, int]]:
    """The same by key of each part of the registration; not kept."""
    return _worked_out((TimedStep.REGISTRATION,))


def _worked_out(steps: tuple[TimedStep, ...]) -> dict[str, tuple[int, int]]:
    place = Window(RowNumber(), partition_by=F("code"), order_by=F("done_at").desc())
    rows = Timing.objects.filter(step__in=steps, done_at__isnull=False).annotate(place=place)
    seconds: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for code, organisation, active in rows.filter(place__lte=LATEST).values_list(
        "code", "organisation_id", "active_seconds"
    ):
        seconds[code][organisation] += active
    return {
        code: (minutes_of(list(by_house.values())), len(by_house))
        for code, by_house in seconds.items()
        if len(by_house) >= FEWEST_ORGANISATIONS
    }


def minutes_of(seconds: list[int]) -> int:
    """The median in whole minutes, half a minute upwards, never less than one."""
    return max(1, int(median(seconds) / MINUTE + 0.5))
