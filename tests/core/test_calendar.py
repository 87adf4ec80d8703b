"""Working days of England and Wales."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import bank_holidays, first_known_day, is_working_day, last_known_day, working_day

KNOWN = st.dates(min_value=datetime.date(2012, 1, 1), max_value=datetime.date(2027, 12, 31))
COUNTS = st.integers(min_value=1, max_value=60)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (datetime.date(2026, 12, 24), True),
        (datetime.date(2026, 12, 25), False),
        (datetime.date(2026, 12, 28), False),  # Boxing Day falls on a Saturday
        (datetime.date(2027, 1, 2), False),  # a Saturday
        (datetime.date(2027, 3, 17), True),  # St Patrick's Day is a holiday elsewhere
        (datetime.date(2026, 11, 30), True),  # so is St Andrew's
        (datetime.date(2028, 4, 14), False),  # Good Friday
    ],
)
def test_working_days_are_those_of_england_and_wales(day, works):
    assert is_working_day(day) is works


def test_bank_holidays_are_known_to_2028_without_a_network():
    assert last_known_day() >= datetime.date(2028, 12, 31)
    assert len([day for day in bank_holidays() if day.year == 2028]) == 8


@pytest.mark.parametrize("beyond", [datetime.timedelta(days=1), datetime.timedelta(days=400)])
def test_years_without_known_holidays_are_refused(beyond):
    with pytest.raises(ValueError, match="are known from"):
        is_working_day(last_known_day() + beyond)
    with pytest.raises(ValueError, match="are known from"):
        is_working_day(first_known_day() - beyond)


def test_counting_past_the_known_years_is_refused():
    with pytest.raises(ValueError, match="are known from"):
        working_day(last_known_day() - datetime.timedelta(days=5), 8)


def test_standstill_of_eight_working_days_over_christmas():
    # The day of the notice is day one: 21, 22, 23, 24, 29, 30, 31 December, 4 January.
    assert working_day(datetime.date(2026, 12, 21), 8) == datetime.date(2027, 1, 4)


def test_counting_from_a_free_day_begins_with_the_next_working_day():
    assert working_day(datetime.date(2026, 12, 25), 1) == datetime.date(2026, 12, 29)


@pytest.mark.parametrize("number", [0, -1])
def test_working_days_are_counted_from_one(number):
    with pytest.raises(ValueError, match="from one"):
        working_day(datetime.date(2026, 11, 2), number)


@given(KNOWN, COUNTS)
def test_the_day_found_is_a_working_day_with_the_count_between(start, number):
    end = working_day(start, number)
    between = (start + datetime.timedelta(days=days) for days in range((end - start).days + 1))
    assert is_working_day(end)
    assert sum(is_working_day(day) for day in between) == number


@given(KNOWN, COUNTS)
def test_a_later_count_is_a_later_day(start, number):
    assert working_day(start, number) < working_day(start, number + 1)


@given(KNOWN, COUNTS, COUNTS)
def test_counting_on_from_the_day_found_is_counting_in_one_go(start, first, more):
    assert working_day(working_day(start, first), more + 1) == working_day(start, first + more)
