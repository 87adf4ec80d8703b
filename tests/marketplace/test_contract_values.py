"""Financial years, reviews and the size of changes: arithmetic alone."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.contract_rules import all_rules, rules_on
from marketplace.contract_values import (
    cumulative_change,
    financial_year,
    review_days,
    split_over_years,
    with_effects,
    year_label,
    years_of,
)

DAY = datetime.date
days = st.dates(DAY(2020, 1, 1), DAY(2060, 1, 1))
lengths = st.integers(1, 4000)
pence = st.integers(1, 10**12)
effects = st.lists(st.integers(-(10**12), 10**12), max_size=8)


def change(original, found):
    return cumulative_change(original, found, warn_bps=1000, notice_bps=5000)


@pytest.mark.parametrize(
    ("day", "year"), [(DAY(2026, 3, 31), 2025), (DAY(2026, 4, 1), 2026), (DAY(2027, 1, 1), 2026)]
)
def test_financial_year_begins_in_april(day, year):
    assert financial_year(day) == year


def test_year_is_written_with_the_next():
    assert [year_label(year) for year in (2026, 2099)] == ["2026/27", "2099/00"]


def test_value_is_split_by_the_days_of_each_year():
    assert split_over_years(36_500, DAY(2026, 4, 1), DAY(2028, 3, 31)) == {2026: 18_225, 2027: 18_275}


@given(pence, days, lengths)
def test_split_adds_up_to_the_penny_and_keeps_to_the_term(value, first, length):
    last = first + datetime.timedelta(days=length)
    parts = split_over_years(value, first, last)
    assert sum(parts.values()) == value
    assert list(parts) == years_of(first, last)
    assert min(parts.values()) >= 0


def test_reviews_lie_within_the_term_and_at_the_end_of_short_months():
    assert review_days(DAY(2026, 8, 31), DAY(2027, 8, 31), 6) == [DAY(2027, 2, 28)]
    assert review_days(DAY(2026, 1, 1), DAY(2030, 1, 1), 0) == []


@given(days, lengths, st.sampled_from([3, 6, 12]))
def test_reviews_are_in_order_and_before_the_last_day(first, length, months):
    last = first + datetime.timedelta(days=length)
    found = review_days(first, last, months)
    assert found == sorted(set(found))
    assert all(first < day < last for day in found)


def test_years_of_nought_are_left_out():
    assert with_effects({2026: 100, 2027: 50}, {2027: -50, 2028: 20}) == {2026: 100, 2028: 20}


# --- how much has changed


@pytest.mark.parametrize(
    ("found", "bps", "warned", "notice"),
    [
        ([], 0, False, False),
        ([99_999], 1000, False, False),
        ([100_000], 1000, True, False),
        ([60_000, -40_000], 1000, True, False),
        ([500_000], 5000, True, False),
        ([500_001], 5001, True, True),
        ([-500_001], 5001, True, True),
    ],
)
def test_warned_at_ten_percent_and_notice_above_fifty(found, bps, warned, notice):
    made = change(1_000_000, found)
    assert (made.bps, made.is_warned, made.needs_notice) == (bps, warned, notice)


@given(pence, effects)
def test_order_does_not_matter_and_the_rate_is_never_too_small(original, found):
    made = change(original, found)
    assert made == change(original, list(reversed(found)))
    assert made.bps * original >= made.pence * 10_000 > (made.bps - 1) * original
    assert made.pence >= abs(sum(found))


@given(pence, effects, st.integers(-(10**12), 10**12))
def test_one_change_more_is_never_less(original, found, more):
    before, after = change(original, found), change(original, [*found, more])
    assert after.pence >= before.pence
    assert (after.is_warned, after.needs_notice) >= (before.is_warned, before.needs_notice)


@given(pence, effects)
def test_a_notice_is_never_needed_without_a_warning_and_splitting_hides_nothing(original, found):
    made = change(original, found)
    assert made.is_warned or not made.needs_notice
    halves = [part for effect in found for part in (effect // 2, effect - effect // 2) if effect >= 0]
    whole = [effect for effect in found if effect >= 0]
    assert change(original, halves) == change(original, whole)


def test_nothing_is_measured_against_nothing():
    with pytest.raises(ValueError, match="above nought"):
        change(0, [1])


# --- the figures by their day


def test_rules_before_the_first_are_the_first_and_each_names_its_source():
    assert rules_on(DAY(1999, 1, 1)) == all_rules()[-1]
    assert all(rule.source and rule.warn_bps < rule.notice_bps for rule in all_rules())


def test_standstill_counts_the_day_of_the_notice_if_it_is_a_working_day():
    rules = rules_on(DAY(2026, 11, 2))
    assert rules.standstill_ends_on(DAY(2026, 11, 2)) == DAY(2026, 11, 11)
    assert rules.standstill_ends_on(DAY(2026, 10, 31)) == DAY(2026, 11, 11)
    assert rules.standstill_ends_on(DAY(2026, 12, 21)) == DAY(2027, 1, 4)
