"""The calculation: a case and a matrix in, what is asked and why out."""

from collections.abc import Iterable
from dataclasses import dataclass

from providers.checks.case import Case
from providers.checks.check import Check, Question
from providers.checks.registry import CHECKS
from providers.matrix import Cell, How, Matrix, weaker


@dataclass(frozen=True)
class Asked:
    """One check for one case: how, one sentence why, on what ground, about how many minutes, who may cover it.

    `amount_pence` is the sum insured or the limit and `count` the number of years or references, where it has one.
    """

    check: str
    how: How
    why: str
    legal_basis: str
    minutes: int
    sponsor_can_cover: bool
    amount_pence: int | None = None
    count: int | None = None

    @property
    def is_asked(self) -> bool:
        """Whether the organisation has anything to do or to say."""
        return self.how is not How.NOT_ASKED


@dataclass(frozen=True)
class Totals:
    """A list of checks in figures: how many are made in each way, how many at all, and the minutes together."""

    by_how: dict[How, int]
    asked: int
    minutes: int


def checks_for(case: Case, matrix: Matrix) -> list[Asked]:
    """Every check in the order of the list, those not asked too, each with its sentence.

    Pure: nothing is read, the same case and matrix give the same answer in the language in use. No check asks
    more than its cell, and a higher value never asks less. The value is the organisation's own share of the lot
    (Accord policy), an edge of a band belonging to the band below.
    """
    band = matrix.band_of(case.value_share_pence)
    return [_asked(check, case, matrix, band) for check in CHECKS]


def _asked(check: Check, case: Case, matrix: Matrix, band: int) -> Asked:
    cell, how, minutes = _weighed(check, case, matrix, band)
    is_asked = how is not How.NOT_ASKED
    return Asked(
        check=check.code,
        how=how,
        why=check.why(Question(case, matrix, band, cell, how)),
        legal_basis=check.basis(case),
        minutes=minutes,
        sponsor_can_cover=check.sponsor_can_cover,
        amount_pence=cell.amount_pence if is_asked else None,
        count=cell.count if is_asked else None,
    )


def _weighed(check: Check, case: Case, matrix: Matrix, band: int) -> tuple[Cell, How, int]:
    """The cell, how the check is made in the end, and its minutes: so long for each year or reference."""
    cell = matrix.cell(check.code, band)
    how = weaker(cell.how, check.limit(case, cell))
    return cell, how, matrix.minutes_for(check.code, how) * (1 if cell.count is None else cell.count)


def totals(asked: Iterable[Asked]) -> Totals:
    """How much a list asks altogether."""
    return _added([(row.how, row.minutes) for row in asked])


def totals_for(case: Case, matrix: Matrix) -> Totals:
    """The totals of `checks_for`, without the sentences, which cost the most."""
    band = matrix.band_of(case.value_share_pence)
    return _added([_weighed(check, case, matrix, band)[1:] for check in CHECKS])


def _added(rows: list[tuple[How, int]]) -> Totals:
    return Totals(
        by_how={how: sum(each is how for each, _minutes in rows) for how in How},
        asked=sum(how is not How.NOT_ASKED for how, _minutes in rows),
        minutes=sum(minutes for _how, minutes in rows),
    )
