"""What became of each opportunity, and when: in proportion as in life, most of it lies in the past."""

import datetime
from dataclasses import dataclass
from enum import Enum

from demo.scale.chance import choose, pick
from marketplace.models import Route
from marketplace.states import OpportunityStatus as S

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
HISTORY_DAYS = 2200
# Scores and answers of older decisions were weeded, as a service that keeps to its retention rules would.
KEPT_DAYS = 400


class Fate(Enum):
    """A stage of the life of an opportunity: the status that says it, and how many in a hundred are there."""

    OPEN = (S.OPEN, 8)
    SCHEDULED = (S.OPEN, 1)
    CLOSED = (S.OPEN, 2)
    EVALUATION = (S.EVALUATION, 2)
    MODERATION = (S.MODERATION, 1)
    DRAFT = (S.DRAFT, 4)
    IN_REVIEW = (S.IN_REVIEW, 1)
    CANCELLED = (S.CANCELLED, 7)
    UNSUCCESSFUL = (S.UNSUCCESSFUL, 8)
    AWARDED = (S.AWARDED, 66)

    @property
    def status(self) -> S:
        """How it stands in the table."""
        return self.value[0]


_HUNDRED = [fate for fate in Fate for _one in range(fate.value[1])]
_STEP = 37  # shares no factor with 100: every hundred numbers in a row meet every fate

PRIVATE = frozenset({Fate.DRAFT, Fate.IN_REVIEW})
OPENED = frozenset({Fate.EVALUATION, Fate.MODERATION, Fate.UNSUCCESSFUL, Fate.AWARDED})
DECIDED = frozenset({Fate.UNSUCCESSFUL, Fate.AWARDED})

# From how many to how many bids there are, where nobody asks for more.
BIDS: dict[Fate, tuple[int, int]] = {
    Fate.OPEN: (0, 3),
    Fate.CLOSED: (1, 3),
    Fate.EVALUATION: (2, 4),
    Fate.MODERATION: (2, 4),
    Fate.CANCELLED: (0, 1),
    Fate.UNSUCCESSFUL: (0, 2),
    Fate.AWARDED: (1, 2),
}


@dataclass(frozen=True)
class Dates:
    """When it was published, opens and closes, was decided, and runs; none where it has not come to that."""

    published_at: datetime.datetime | None
    opens_at: datetime.datetime | None
    closes_at: datetime.datetime | None
    decided_at: datetime.datetime | None
    starts_on: datetime.date | None
    ends_on: datetime.date | None


def fate_of(number: int) -> Fate:
    """The fate of opportunity `number`."""
    return _HUNDRED[number * _STEP % 100]


def route_of(number: int) -> Route:
    """Its route."""
    return choose(number, 20, (Route.ALLIANCE, Route.GRANT, Route.TENDER))


def bids_of(number: int) -> int:
    """How many bids there are for it, where nobody asks for more."""
    least, most = BIDS.get(fate_of(number), (0, 0))
    return least + pick(number, 21, most - least + 1)


def dates_of(number: int, now: datetime.datetime) -> Dates:
    """Its dates, as seen from `now`."""
    fate = fate_of(number)
    if fate in PRIVATE:
        return Dates(None, None, None, None, None, None)
    closes_at = _closing(number, fate, now)
    opens_at = now + (1 + pick(number, 22, 20)) * DAY if fate == Fate.SCHEDULED else closes_at - 50 * DAY
    published_at = min(opens_at, now) - pick(number, 23, 5 * 24 * 60) * MINUTE
    starts_on = (closes_at + 90 * DAY).date()
    return Dates(
        published_at=published_at,
        opens_at=opens_at,
        closes_at=closes_at,
        decided_at=min(closes_at + 35 * DAY, now) if fate in DECIDED else None,
        starts_on=starts_on,
        ends_on=starts_on + (1 + pick(number, 24, 4)) * 365 * DAY,
    )


def _closing(number: int, fate: Fate, now: datetime.datetime) -> datetime.datetime:
    """Noon, or thereabouts, of a day that goes with the fate."""
    first, last = {
        Fate.OPEN: (1, 45),
        Fate.SCHEDULED: (30, 60),
        Fate.CLOSED: (-20, -1),
        Fate.EVALUATION: (-40, -5),
        Fate.MODERATION: (-70, -30),
    }.get(fate, (-HISTORY_DAYS, -45))
    day = first + pick(number, 25, last - first + 1)
    return now + day * DAY - pick(number, 26, 12 * 60) * MINUTE


def is_kept(number: int, now: datetime.datetime) -> bool:
    """Whether the words and scores of its evaluation are still there."""
    dates = dates_of(number, now)
    recent = dates.decided_at is None or dates.decided_at > now - KEPT_DAYS * DAY
    return fate_of(number) in OPENED and recent
