"""The matrix as a value: how each check is made in each band of money, from which day.

Nothing here reads the database. `providers.checks` asks it; `providers.queries.checks` and `providers.reference`
make it, from rows or from the shipped files.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

BANDS = ("T0", "T1", "T2", "T3", "T4")


class How(models.TextChoices):
    """How a check is made; written from the weakest to the strongest."""

    NOT_ASKED = "not_asked", _("not asked")
    SELF_DECLARED = "self_declared", _("your word")
    LOOKED_UP = "looked_up", _("we look it up")
    COMMIT = "commit", _("promise now, show at signing")
    EVIDENCE = "evidence", _("evidence")

    @property
    def strength(self) -> int:
        """0 for what is not asked; a promise to show evidence weighs more than a look-up, less than showing it."""
        return list(How).index(self)


ASKED_HOWS = tuple(how for how in How if how is not How.NOT_ASKED)


def weaker(first: How, second: How) -> How:
    """The one that asks less of a provider."""
    return min(first, second, key=lambda how: how.strength)


@dataclass(frozen=True)
class Cell:
    """How one check is made in one band.

    `otherwise` is how where the condition of the check does not hold (turnover: the share is small beside the
    income; cyber: no personal data); None where nothing lowers it. `amount_pence` a sum insured or a limit,
    `count` a number of years or references, `share_bps` a part of yearly income.
    """

    how: How
    otherwise: How | None = None
    amount_pence: int | None = None
    count: int | None = None
    share_bps: int | None = None


NOTHING = Cell(How.NOT_ASKED)


@dataclass(frozen=True)
class AccountsLimits:
    """Yearly incomes in pence above which charity law asks more, for years that end on `from_day` or later."""

    from_day: datetime.date
    return_pence: int
    file_pence: int
    examination_pence: int
    accruals_pence: int
    audit_pence: int


@dataclass(frozen=True)
class Matrix:
    """One version: the upper ends of the lower four bands in pence (each inclusive), cells and minutes.

    `version` is the number of its row, None for the shipped files. `cells` maps (check code, place of band) and
    `minutes` (check code, how), minutes being for one document, year or reference.
    """

    name: str
    effective_from: datetime.date
    edges: tuple[int, ...]
    cells: Mapping[tuple[str, int], Cell]
    minutes: Mapping[tuple[str, How], int]
    accounts: tuple[AccountsLimits, ...]
    version: int | None = field(default=None)

    def band_of(self, value_pence: int) -> int:
        """The place of the band a value lies in: 0 for T0; an edge belongs to the band below it."""
        return sum(value_pence > edge for edge in self.edges)

    def cell(self, check: str, band: int) -> Cell:
        """How the check is made in that band; a check this version does not know is not asked."""
        return self.cells.get((check, band), NOTHING)

    def minutes_for(self, check: str, how: How) -> int:
        """About how long one such document, year or reference takes; nothing for what is not asked."""
        return 0 if how is How.NOT_ASKED else self.minutes.get((check, how), 0)

    def accounts_limits(self, day: datetime.date) -> AccountsLimits:
        """What charity law asks of accounts given on that day.

        On the first days of new limits the accounts to hand are for a year under the old ones, which asked
        more: so the limits of the day never ask for what the law did not.
        """
        return max((row for row in self.accounts if row.from_day <= day), key=lambda row: row.from_day)
