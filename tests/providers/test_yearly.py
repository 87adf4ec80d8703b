"""What a value comes to in a year."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.yearly import months_between, pence_a_year, pence_in_a_year, pence_over

APRIL = datetime.date(2027, 4, 1)
days = st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 1, 1))


@pytest.mark.parametrize(
    ("ends_on", "months"),
    [
        (datetime.date(2027, 4, 30), 1),
        (datetime.date(2027, 5, 1), 2),
        (datetime.date(2028, 3, 31), 12),
        (datetime.date(2028, 4, 1), 13),
        (datetime.date(2030, 3, 31), 36),
    ],
)
def test_months_are_counted_with_both_days(ends_on, months):
    assert months_between(APRIL, ends_on) == months


@pytest.mark.parametrize(
    ("value", "ends_on", "a_year"),
    [
        (90_000_00, datetime.date(2030, 3, 31), 30_000_00),
        (100_000_00, datetime.date(2030, 3, 31), 33_333_33),
        (40_000_00, datetime.date(2028, 3, 31), 40_000_00),
        (40_000_00, datetime.date(2027, 9, 30), 40_000_00),
        (30_000_00, datetime.date(2028, 9, 30), 20_000_00),
        (40_000_00, None, 40_000_00),
    ],
)
def test_value_is_divided_by_the_years_it_is_for(value, ends_on, a_year):
    assert pence_a_year(value, APRIL, ends_on) == a_year


@given(st.integers(0, 10**12), days, st.integers(1, 3000))
def test_a_year_is_never_more_than_the_whole_and_longer_never_makes_it_more(value, starts_on, length):
    ends_on = starts_on + datetime.timedelta(days=length)
    a_year = pence_a_year(value, starts_on, ends_on)
    assert 0 <= a_year <= value
    assert pence_a_year(value, starts_on, ends_on + datetime.timedelta(days=31)) <= a_year


@given(st.integers(0, 10**12), st.none() | st.integers(1, 600))
def test_what_may_be_worth_so_much_a_year_is_no_more_a_year_and_a_pound_more_is(a_year, months):
    most = pence_over(a_year, months)
    assert pence_in_a_year(most, months) <= a_year
    assert pence_in_a_year(most + (months or 1), months) > a_year
