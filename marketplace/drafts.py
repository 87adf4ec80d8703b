"""What people write about needs and opportunities, as values: forms make them, services keep them."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.models import Area, Cohort, DesiredOutcome, NeedCategory, Organisation


@dataclass(frozen=True)
class Figure:
    """One piece of evidence: a figure, where it comes from, for which period, and perhaps a link to it."""

    figure: str
    source: str
    period: str = ""
    link: str = ""


@dataclass(frozen=True)
class NeedWords:
    """All that people write about a need. `people_affected` is a number of people in a year."""

    title: str
    summary: str
    area: Area
    category: NeedCategory
    people_affected: int
    cohorts: Collection[Cohort] = ()
    evidence: Sequence[Figure] = ()

    def columns(self) -> dict[str, Any]:
        """What stands in the row itself."""
        names = ("title", "summary", "area", "category", "people_affected")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Scope:
    """Every area and every kind of need it is about; the main ones are in them whether named or not."""

    areas: Collection[Area] = ()
    categories: Collection[NeedCategory] = ()


@dataclass(frozen=True)
class Scale:
    """Out of how many people those affected are, by when something should be there, and why by then."""

    people_of: int | None = None
    urgency: str = "no_date"
    urgency_reason: str = ""


@dataclass(frozen=True)
class WhatGoodIs:
    """What would be true for people once the need is met: published outcomes, and the body's own words."""

    outcomes: Collection[DesiredOutcome] = ()
    words: str = ""


@dataclass(frozen=True)
class Correction:
    """What a published need should have said."""

    title: str
    summary: str
    people_affected: int
    people_of: int | None = None
    urgency: str = "no_date"
    urgency_reason: str = ""
    what_good_is: str = ""


@dataclass(frozen=True)
class PrincipleWords:
    """How a need stands by a principle (a member of `Standing`), how or why, and perhaps a link that shows it."""

    standing: str
    text: str
    link: str = ""


@dataclass(frozen=True)
class RoundWords:
    """What a round of consultation asks, whom and until when; without `opens_at` it opens once published."""

    questions: Sequence[str]
    closes_at: datetime.datetime
    opens_at: datetime.datetime | None = None
    intro: str = ""
    asks_providers: bool = True
    asks_practitioners: bool = True
    asks_lived_experience: bool = True

    def columns(self) -> dict[str, Any]:
        """What stands in the row itself."""
        return {name: value for name, value in vars(self).items() if name != "questions"}


@dataclass(frozen=True)
class Capacity:
    """As what somebody answers: a member of `SpeaksAs`, for an organisation or a group where it has one."""

    speaks_as: str
    organisation: Organisation | None = None
    group_name: str = ""


@dataclass(frozen=True)
class ThemeWords:
    """One thing people said, and what the body says to it."""

    theme: str
    response: str = ""


@dataclass(frozen=True)
class ReplyWords:
    """What was heard in a round, what was changed, and the themes of the answers."""

    what_we_heard: str
    what_we_changed: str
    themes: Sequence[ThemeWords] = ()


@dataclass(frozen=True)
class About:
    """What is wanted, where, by which route (tender, grant or alliance), and whom bidders can ask.

    Whether the work brings providers together with people, and whether they hold personal data for it, decides
    what they are asked to show. `members_may_change`: a member of a joint bid may be replaced after the deadline.
    """

    route: str
    title: str
    summary: str
    area: Area
    contact_name: str = ""
    contact_email: str = ""
    contact_with_people: bool = True
    holds_personal_data: bool = True
    members_may_change: bool = False


@dataclass(frozen=True)
class LotAndDates:
    """The one lot, its value in pence with VAT, and when bidding and the service begin and end."""

    lot_title: str
    value_pence: int
    closes_at: datetime.datetime
    starts_on: datetime.date
    ends_on: datetime.date
    opens_at: datetime.datetime | None = None
    questions_until: datetime.datetime | None = None


@dataclass(frozen=True)
class CriterionWords:
    """A question bidders answer, its weight in basis points and its limit in words."""

    question: str
    weight_bps: int
    guidance: str = ""
    word_limit: int = 500


@dataclass(frozen=True)
class OutcomeWords:
    """What the alliance will be measured by, from a baseline to a target in `unit`; weight in basis points."""

    indicator: str
    unit: str
    baseline: Decimal
    target: Decimal
    weight_bps: int
    desired_outcome: DesiredOutcome | None = None


@dataclass(frozen=True)
class SignalWords:
    """What somebody says is missing, where, and for whom (empty: for everyone on probation)."""

    text: str
    area: Area
    category: NeedCategory
    cohorts: Collection[Cohort] = ()
