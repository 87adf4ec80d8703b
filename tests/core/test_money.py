"""Pence, shares and rates."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import percent, pounds, rate_of, round_half_up, split_by_shares

AMOUNTS = st.integers(min_value=0, max_value=10**14)
SHARES = st.lists(st.integers(min_value=0, max_value=10_000), min_size=1, max_size=12).filter(any)


@given(AMOUNTS, SHARES)
def test_split_adds_up_exactly(amount_pence, shares_bps):
    assert sum(split_by_shares(amount_pence, shares_bps)) == amount_pence


@given(AMOUNTS, SHARES)
def test_split_is_never_negative_and_within_a_penny_of_the_share(amount_pence, shares_bps):
    for part, share in zip(split_by_shares(amount_pence, shares_bps), shares_bps, strict=True):
        exact = Fraction(amount_pence * share, sum(shares_bps))
        assert part >= 0
        assert abs(part - exact) < 1


@given(AMOUNTS, SHARES)
def test_split_gives_nothing_to_no_share(amount_pence, shares_bps):
    parts = split_by_shares(amount_pence, shares_bps)
    assert [part for part, share in zip(parts, shares_bps, strict=True) if share == 0 and part] == []


@given(AMOUNTS, SHARES)
def test_split_gives_the_larger_share_no_less(amount_pence, shares_bps):
    pairs = list(zip(shares_bps, split_by_shares(amount_pence, shares_bps), strict=True))
    wrong = [(one, two) for one in pairs for two in pairs if one[0] < two[0] and one[1] > two[1]]
    assert wrong == []


@given(AMOUNTS, SHARES)
def test_split_of_a_debt_mirrors_that_of_a_sum(amount_pence, shares_bps):
    assert split_by_shares(-amount_pence, shares_bps) == [
        -part for part in split_by_shares(amount_pence, shares_bps)
    ]


def test_split_gives_leftover_pence_to_the_largest_remainders():
    assert split_by_shares(100, [3333, 3333, 3334]) == [33, 33, 34]
    assert split_by_shares(1000, [1, 1, 1]) == [334, 333, 333]
    # 10p over 55%, 30% and 15%: 5.5, 3 and 1.5; of two equal remainders the earlier gets the penny
    assert split_by_shares(10, [5500, 3000, 1500]) == [6, 3, 1]


@pytest.mark.parametrize("shares", [[], [0, 0], [-1, 2], [5000, -5000]])
def test_split_refuses_shares_that_are_none(shares):
    with pytest.raises(ValueError, match="Shares"):
        split_by_shares(100, shares)


@given(st.fractions())
def test_round_is_to_the_nearest_and_symmetrical(value):
    assert abs(round_half_up(value) - value) <= Fraction(1, 2)
    assert round_half_up(-value) == -round_half_up(value)


@pytest.mark.parametrize(("halves", "rounded"), [(1, 1), (3, 2), (5, 3), (-1, -1), (-3, -2), (0, 0)])
def test_round_takes_halves_away_from_nought(halves, rounded):
    assert round_half_up(Fraction(halves, 2)) == rounded


@given(AMOUNTS, st.integers(min_value=0, max_value=10_000))
def test_rate_of_an_amount_stays_within_it(amount_pence, rate_bps):
    assert 0 <= rate_of(amount_pence, rate_bps) <= amount_pence


def test_rate_of_an_amount_rounds_once():
    assert rate_of(1_00, 10_000) == 1_00
    assert rate_of(1, 5_000) == 1
    assert rate_of(999, 3_333) == 333


@pytest.mark.parametrize(
    ("pence", "shown"),
    [
        (0, "£0"),
        (5, "£0.05"),
        (100, "£1"),
        (123_456, "£1,234.56"),
        (100_000_000, "£1,000,000"),
        (-500, "−£5"),
        (-1, "−£0.01"),
    ],
)
def test_pounds_are_shown_with_pence_only_where_there_are_any(pence, shown):
    assert pounds(pence) == shown


@pytest.mark.parametrize(
    ("bps", "shown"),
    [
        (0, "0%"),
        (1, "0.01%"),
        (10, "0.1%"),
        (100, "1%"),
        (1_250, "12.5%"),
        (3_333, "33.33%"),
        (10_000, "100%"),
        (-250, "−2.5%"),
    ],
)
def test_percent_has_no_more_digits_than_the_rate(bps, shown):
    assert percent(bps) == shown


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_percent_says_the_whole_rate(bps):
    text = percent(bps).removesuffix("%").replace("−", "-")
    assert Fraction(text) * 100 == bps
