"""When digests are due: up to which moment the people of one frequency are told."""

import datetime

from django.utils import timezone

from marketplace.models.follows import Frequency

AT = datetime.time(7)
MONDAY = 0
# What is being published at that moment has been written by then: longer than any request lasts.
SETTLED_AFTER = datetime.timedelta(minutes=10)


def tell_until(frequency: str, now: datetime.datetime) -> datetime.datetime:
    """The last moment for which a digest may be sent at `now`: seven in the morning, weekly on a Monday.

    Everything published before that moment can be read, so who is told up to it misses nothing.
    """
    day = timezone.localdate(now - SETTLED_AFTER)
    if _seven(day) > now - SETTLED_AFTER:
        day -= datetime.timedelta(days=1)
    if frequency == Frequency.WEEKLY:
        day -= datetime.timedelta(days=(day.weekday() - MONDAY) % 7)
    return _seven(day)


def _seven(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, AT))
