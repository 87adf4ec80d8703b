"""Stretches of days with open ends, and what they have in common."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Period:
    """From `start` to the day before `end`. An empty end is one that nobody has stated, so it bounds nothing."""

    start: datetime.date | None = None
    end: datetime.date | None = None

    def holds_on(self, day: datetime.date) -> bool:
        """Whether the day lies in it."""
        return not self.is_over_on(day) and not self.is_ahead_on(day)

    def is_over_on(self, day: datetime.date) -> bool:
        """Whether it ended on the day or before."""
        return self.end is not None and self.end <= day

    def is_ahead_on(self, day: datetime.date) -> bool:
        """Whether it begins after the day."""
        return self.start is not None and self.start > day

    def within(self, other: "Period") -> "Period | None":
        """The days that lie in both; none if there is not one."""
        start = max((day for day in (self.start, other.start) if day), default=None)
        end = min((day for day in (self.end, other.end) if day), default=None)
        return None if start and end and start >= end else Period(start, end)

    def joins(self, other: "Period") -> bool:
        """Whether the two share a day, or one begins when the other ends."""
        return _no_later(self.start, other.end) and _no_later(other.start, self.end)

    def overlaps(self, other: "Period") -> bool:
        """Whether there is a day in both."""
        return self.within(other) is not None


# No end is stated on either side.
EVER = Period()


def _no_later(start: datetime.date | None, end: datetime.date | None) -> bool:
    return start is None or end is None or start <= end


def merged(periods: Iterable[Period]) -> list[Period]:
    """The same days in as few stretches as can be, in order."""
    found: list[Period] = []
    for period in sorted(periods, key=lambda period: period.start or datetime.date.min):
        if found and found[-1].joins(period):
            last = found.pop()
            end = None if last.end is None or period.end is None else max(last.end, period.end)
            period = Period(last.start, end)
        found.append(period)
    return found
