"""The matrix as a value: how each check is made in each band of money, from which day.

Nothing here reads the database. `providers.checks` asks it; `providers.queries.checks` and `providers.reference`
make it, from rows or from the shipped files.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext as said
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

    @property
    def least(self) -> How:
        """The least that a case in this band may be asked."""
        return self.how if self.otherwise is None else weaker(self.how, self.otherwise)


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


def edge_problems(edges: Sequence[int]) -> dict[int, str]:
    """Place of an edge -> what is wrong with it: each must lie above the one before it, the first above nought."""
    return {
        place: said("This band must end above the one below it.")
        for place, edge in enumerate(edges)
        if edge <= (edges[place - 1] if place else 0)
    }


def cell_problems(cells: Sequence[Cell]) -> dict[int, str]:
    """Place of a band -> why the cells of one check, lowest band first, would ask less of a higher value.

    A matrix without such problems keeps the rule that raising the value never asks less.
    """
    problems = {}
    for place, cell in enumerate(cells):
        sentence = _wrong_alone(cell) or (_less_than(cells[place - 1], cell) if place else "")
        if sentence:
            problems[place] = sentence
    return problems


def _wrong_alone(cell: Cell) -> str:
    if cell.otherwise is not None and cell.otherwise.strength >= cell.how.strength:
        return said("What is asked otherwise must be less than what is asked.")
    return ""


def _less_than(below: Cell, cell: Cell) -> str:
    if cell.how.strength < below.how.strength or cell.least.strength < below.least.strength:
        return said("This asks less than the band below it. A higher value must never be asked less.")
    if cell.how is How.NOT_ASKED or below.how is How.NOT_ASKED:
        return ""
    if (cell.amount_pence or 0) < (below.amount_pence or 0) or (cell.count or 0) < (below.count or 0):
        return said("This names less than the band below it. A higher value must never be asked less.")
    if cell.otherwise is not None and (cell.share_bps or 0) > (below.share_bps or 0) > 0:
        return said("This part of the income is larger than in the band below it, so it would ask less.")
    return ""


def matrix_problems(matrix: Matrix, codes: Sequence[str]) -> list[tuple[str, int, str]]:
    """(check code, place of the band, sentence) for everything wrong; an edge has no check code."""
    found = [("", place, sentence) for place, sentence in edge_problems(matrix.edges).items()]
    for code in codes:
        cells = [matrix.cell(code, band) for band in range(len(BANDS))]
        found += [(code, place, sentence) for place, sentence in cell_problems(cells).items()]
    return found
