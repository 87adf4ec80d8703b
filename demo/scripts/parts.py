"""What a journey is made of."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from demo.cast import Commissioner, Provider


class Stage(IntEnum):
    """How far a journey has come when the demonstration begins."""

    NEED_DRAFT = 1
    NEED_PUBLISHED = 2
    OPPORTUNITY_DRAFT = 3
    IN_REVIEW = 4
    OPEN = 5
    CLOSED = 6
    SCORING = 7
    MODERATION = 8
    TO_AWARD = 9
    AWARDED = 10
    SIGNING = 11
    ACTIVE = 12


@dataclass(frozen=True)
class NeedText:
    """A need: its words, whom it concerns and one or two figures with their sources."""

    title: str
    summary: str
    area: tuple[str, str]
    category: str
    cohorts: tuple[str, ...]
    people: int
    figures: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class OpportunityText:
    """An opportunity: value in pounds, questions with weights in percent, outcomes with baseline and target."""

    title: str
    summary: str
    lot: str
    pounds: int
    years: int
    questions: tuple[tuple[str, str, int, int], ...]
    outcomes: tuple[tuple[str, str, str, str, int], ...]
    route: str = "alliance"


class Progress(IntEnum):
    """How far a bid of an open opportunity has come; later stages take every bid as handed in."""

    STARTED = 1
    INVITED = 2
    AWAITING_CONSENT = 3
    HANDED_IN = 4


@dataclass(frozen=True)
class BidText:
    """A bid: lead and other members with their shares in percent, price, answers, and the panel's points."""

    lead: Provider
    members: tuple[tuple[Provider, int, str], ...]
    pounds: int
    answers: tuple[str, ...]
    points: tuple[tuple[int, int], ...] = ()
    agreed: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()
    consortium: str = ""
    progress: Progress = Progress.HANDED_IN


@dataclass(frozen=True)
class Journey:
    """One thread from need to alliance. `closes_in_days` counts from today; below nought it lies in the past."""

    region: Commissioner
    stage: Stage
    need: NeedText
    closes_in_days: int = 0
    opportunity: OpportunityText | None = None
    bids: tuple[BidText, ...] = ()
    award_reason: str = ""
    alliance: str = ""
    results: tuple[tuple[Decimal, Decimal], ...] = field(default=())
