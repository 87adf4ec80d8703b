"""What a matrix may say: rising bands, and never less for more money."""

import dataclasses
import datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from providers.checks import CODES, Case, checks_for
from providers.identifiers import LegalForm
from providers.matrix import Cell, How, cell_problems, edge_problems, matrix_problems
from providers.reference.shipped import shipped_matrices

MATRIX = shipped_matrices()[0]
N, S, V, C, E = How
hows = st.sampled_from(How)
five = {"min_size": 5, "max_size": 5}


@st.composite
def rows(draw):
    """Five cells that mostly rise, so that many are let through; now and then one that does not."""
    drawn = draw(st.lists(hows, **five)), draw(st.lists(st.none() | hows, **five))
    shares = draw(st.lists(st.sampled_from([2_000, 5_000, 9_000]), **five))
    if draw(st.integers(0, 9)):
        drawn = (
            sorted(drawn[0], key=lambda how: how.strength),
            sorted(drawn[1], key=lambda how: (how or N).strength),
        )
        shares = sorted(shares, reverse=True)
    return [
        Cell(how, otherwise=other if other and other.strength < how.strength else None, share_bps=share)
        for how, other, share in zip(*drawn, shares, strict=True)
    ]


money = st.integers(0, 100_000_000)


def row(*ways):
    return [Cell(how) for how in ways]


def test_shipped_matrix_has_no_problems():
    assert matrix_problems(MATRIX, CODES) == []


def test_asking_less_in_a_higher_band_is_named_where_it_is():
    assert list(cell_problems(row(N, S, E, V, V))) == [3]
    assert list(cell_problems(row(S, N, E, C, S))) == [1, 3, 4]
    assert cell_problems(row(N, S, V, C, E)) == {}
    most_falls = [Cell(N), Cell(N), Cell(E, otherwise=V), Cell(V), Cell(E)]
    assert list(cell_problems(most_falls)) == [3]


def test_otherwise_must_be_less_and_must_not_fall():
    assert list(cell_problems([Cell(N), Cell(N), Cell(E, otherwise=E), Cell(E), Cell(E)])) == [2]
    assert list(cell_problems([Cell(N), Cell(S), Cell(E, otherwise=N), Cell(E), Cell(E)])) == [2]
    assert list(cell_problems([Cell(N), Cell(S), Cell(E), Cell(E, otherwise=V), Cell(E)])) == [3]


def test_amounts_and_numbers_must_not_fall():
    falling = [Cell(N), Cell(S, amount_pence=200), Cell(C, amount_pence=100), Cell(C, amount_pence=100), Cell(E)]
    assert list(cell_problems(falling)) == [2, 4]
    assert list(
        cell_problems([Cell(N), Cell(S, count=2), Cell(S, count=1), Cell(E, count=1), Cell(E, count=3)])
    ) == [2]


def test_larger_part_of_income_in_a_higher_band_would_ask_less():
    low, high = Cell(E, otherwise=V, share_bps=5_000), Cell(E, otherwise=V, share_bps=9_000)
    assert list(cell_problems([Cell(N), Cell(N), low, high, Cell(E)])) == [3]
    assert cell_problems([Cell(N), Cell(N), high, low, Cell(E)]) == {}


def test_bands_must_rise():
    assert edge_problems((1, 2, 3, 4)) == {}
    assert list(edge_problems((0, 2, 2, 1))) == [0, 2, 3]


@given(rows(), rows(), money, money, money, st.booleans(), st.booleans())
def test_matrix_without_problems_never_asks_less_for_more(turnover, cyber, one, other, income, data, contact):
    """What the editor refuses is what would break the rule; what it lets through keeps it."""
    assume(not cell_problems(turnover) and not cell_problems(cyber))
    changed = {("turnover", band): cell for band, cell in enumerate(turnover)}
    changed |= {("cyber_essentials", band): cell for band, cell in enumerate(cyber)}
    matrix = dataclasses.replace(MATRIX, cells={**MATRIX.cells, **changed})
    case = Case(
        value_share_pence=min(one, other),
        income_pence=income,
        legal_form=LegalForm.CHARITY,
        staff_count=1,
        holds_personal_data=data,
        contact_with_people=contact,
        route="grant",
        on=datetime.date(2027, 1, 1),
    )
    more = dataclasses.replace(case, value_share_pence=max(one, other))
    for less, stronger in zip(checks_for(case, matrix), checks_for(more, matrix), strict=True):
        assert less.how.strength <= stronger.how.strength, less.check


def test_check_the_matrix_does_not_know_is_not_asked():
    bare = dataclasses.replace(MATRIX, cells={}, minutes={})
    case = Case(
        value_share_pence=10**9,
        income_pence=0,
        legal_form="charity",
        staff_count=1,
        holds_personal_data=True,
        contact_with_people=True,
        route="grant",
        on=datetime.date(2027, 1, 1),
    )
    assert {asked.how for asked in checks_for(case, bare)} == {N}
    assert {asked.minutes for asked in checks_for(case, bare)} == {0}
