"""How sure a rate is, and that what the public sees gives no small number away."""

from collections.abc import Iterable
from dataclasses import astuple, replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from marketplace.rates import MEASURES, Counts, Shown, for_the_public, in_full, rate_with_interval

WHOLES = st.integers(min_value=1, max_value=5_000_000)
PARTS = WHOLES.flatmap(lambda whole: st.tuples(st.integers(min_value=0, max_value=whole), st.just(whole)))


# --- Wilson's interval -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "rate", "low", "high"),
    [
        # Worked out with the formula to more digits than floats have, then rounded outwards.
        (0, 10, 0, 0, 2776),
        (10, 10, 10_000, 7224, 10_000),
        (1, 1, 10_000, 2065, 10_000),
        (81, 263, 3080, 2552, 3663),
        (15, 148, 1014, 623, 1605),
        (50, 100, 5000, 4038, 5962),
    ],
)
def test_the_interval_is_wilsons(part: int, whole: int, rate: int, low: int, high: int) -> None:
    found = rate_with_interval(part, whole)
    assert found is not None
    assert (found.rate_bps, found.low_bps, found.high_bps) == (rate, low, high)


@given(PARTS)
def test_the_interval_holds_the_rate_and_stays_within_the_possible(pair: tuple[int, int]) -> None:
    found = rate_with_interval(*pair)
    assert found is not None
    assert 0 <= found.low_bps <= found.rate_bps <= found.high_bps <= 10_000
    assert found.low_bps <= Fraction(10_000 * pair[0], pair[1]) <= found.high_bps


@given(PARTS)
def test_the_interval_of_the_other_part_is_the_same_turned_round(pair: tuple[int, int]) -> None:
    part, whole = pair
    one, other = rate_with_interval(part, whole), rate_with_interval(whole - part, whole)
    assert one is not None
    assert other is not None
    assert (one.low_bps, one.high_bps) == (10_000 - other.high_bps, 10_000 - other.low_bps)


@given(st.integers(0, 500), st.integers(1, 500), st.integers(2, 60))
def test_the_interval_narrows_with_the_number_of_cases(part: int, whole: int, times: int) -> None:
    assume(part <= whole)
    few, many = rate_with_interval(part, whole), rate_with_interval(part * times, whole * times)
    assert few is not None
    assert many is not None
    assert few.low_bps <= many.low_bps
    assert many.high_bps <= few.high_bps


def test_nothing_of_nothing_is_no_rate() -> None:
    assert rate_with_interval(0, 0) is None


@pytest.mark.parametrize(("part", "whole"), [(2, 1), (-1, 5), (1, 0)])
def test_more_than_the_whole_is_a_mistake(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="is no part of"):
        rate_with_interval(part, whole)


# --- Small numbers -----------------------------------------------------------------------------------


def counts(priority: int, available: int, sufficient: int) -> Counts:
    return Counts(priority, available, sufficient)


def total_of(parts: list[Counts]) -> Counts:
    return sum(parts[1:], parts[0])


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        (counts(100, 80, 40), Shown(100, 80, 40)),
        (counts(9, 9, 9), Shown(None, None, None)),
        (counts(10, 10, 10), Shown(10, 10, 10)),
        (counts(0, 0, 0), Shown(0, 0, 0)),
        (counts(100, 80, 0), Shown(100, 80, 0)),
        (counts(100, 80, 9), Shown(100, 80, None)),
        (counts(100, 95, 91), Shown(100, None, None)),
        (counts(100, 95, 40), Shown(100, None, 40)),
        # What was available and not enough would be two cases.
        (counts(100, 42, 40), Shown(100, None, 40)),
    ],
)
def test_a_count_under_ten_is_withheld_and_so_is_what_leaves_one(part: Counts, seen: Shown) -> None:
    assert for_the_public([part], None) == ([seen], None)


def test_one_withheld_part_takes_another_with_it_so_that_the_total_can_stand() -> None:
    parts = [counts(7, 5, 2), counts(60, 50, 30), counts(200, 150, 90)]
    seen, total = for_the_public(parts, total_of(parts))
    assert seen == [Shown(None, None, None), Shown(None, None, None), Shown(200, 150, 90)]
    assert total == Shown(267, 205, 122)


def test_the_total_goes_where_there_is_nothing_else_to_withhold() -> None:
    seen, total = for_the_public([counts(40, 30, 4)], counts(40, 30, 4))
    assert seen == [Shown(40, 30, None)]
    assert total == Shown(40, 30, None)


def test_two_withheld_ones_do_not_give_each_other_away() -> None:
    parts = [counts(1, 0, 0), counts(1, 0, 0), counts(90, 60, 30)]
    seen, total = for_the_public(parts, total_of(parts))
    assert seen[2].priority is None
    assert total is not None
    assert total.priority == 92


SIZES = st.one_of(st.integers(0, 14), st.integers(0, 60))
CELLS = st.tuples(SIZES, SIZES, SIZES).map(lambda three: counts(*sorted(three, reverse=True)))


@given(st.lists(CELLS, min_size=1, max_size=7))
def test_nothing_small_is_shown_nor_left_between_what_is_shown(parts: list[Counts]) -> None:
    seen, total = for_the_public(parts, total_of(parts))
    assert total is not None
    for row in (*seen, total):
        three = [each for each in (row.priority, row.available, row.sufficient) if each is not None]
        left = [one - other for place, one in enumerate(three) for other in three[place + 1 :]]
        assert not [number for number in (*three, *left) if 0 < number < 10]


@given(st.lists(CELLS, min_size=1, max_size=7))
def test_what_is_shown_is_true(parts: list[Counts]) -> None:
    seen, total = for_the_public(parts, total_of(parts))
    for row, part in zip((*seen, total), (*parts, total_of(parts)), strict=True):
        assert row is not None
        assert all(shown in (None, true) for shown, true in zip(astuple(row), astuple(part), strict=True))


@given(st.lists(CELLS, min_size=1, max_size=6))
def test_no_withheld_number_can_be_worked_out(parts: list[Counts]) -> None:
    """Another table fits all that is shown as well, in which the withheld number is another one."""
    seen, total = for_the_public(parts, total_of(parts))
    assert total is not None
    for place, row in enumerate(seen):
        for measure in MEASURES:
            if getattr(row, measure) is None:
                assert _could_differ(parts, seen, total, place, measure), (place, measure)


def _could_differ(parts: list[Counts], seen: list[Shown], total: Shown, place: int, measure: str) -> bool:
    """Whether moving some cases between `place` and other parts, or out of the table, changes nothing shown."""
    withheld = {name for name in MEASURES if getattr(seen[place], name) is None}
    together = [{measure}, {measure, "available"}, {measure, "priority"}, set(MEASURES)]
    for names, step in product((each & withheld for each in together), (1, -1, 2, -2, 3, -3, 4, -4)):
        totalled = [name for name in names if getattr(total, name) is not None]
        for partners in product([other for other in range(len(parts)) if other != place], repeat=len(totalled)):
            moved = list(parts)
            moved[place] = _moved(parts[place], names, step)
            for name, other in zip(totalled, partners, strict=True):
                moved[other] = _moved(moved[other], [name], -step)
            if all(map(_is_possible, moved)) and _fits(moved, seen, total):
                return True
    return False


def _moved(part: Counts, names: Iterable[str], step: int) -> Counts:
    return replace(part, **{name: getattr(part, name) + step for name in names})


def _is_possible(part: Counts) -> bool:
    return 0 <= part.sufficient <= part.available <= part.priority


def _fits(parts: list[Counts], seen: list[Shown], total: Shown) -> bool:
    rows = zip((*parts, total_of(parts)), (*seen, total), strict=True)
    pairs = [pair for part, row in rows for pair in zip(astuple(part), astuple(row), strict=True)]
    return all(shown in (None, true) for true, shown in pairs)


def test_in_full_withholds_nothing() -> None:
    assert in_full(counts(3, 2, 1)) == Shown(3, 2, 1)
    assert in_full(counts(3, 2, 1)).whole
    assert not Shown(3, None, 1).whole


def test_no_parts_and_no_total_are_nothing_to_withhold() -> None:
    assert for_the_public([], None) == ([], None)
    assert for_the_public([], counts(50, 40, 30)) == ([], Shown(50, 40, 30))
