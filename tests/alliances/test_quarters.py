"""For which periods results are due."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliances.quarters import due_on, period_due, period_start, quarter_end_before

day = datetime.date


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (day(2026, 10, 1), day(2026, 9, 30)),
        (day(2026, 12, 31), day(2026, 9, 30)),
        (day(2027, 1, 1), day(2026, 12, 31)),
        (day(2027, 5, 12), day(2027, 3, 31)),
        (day(2027, 9, 30), day(2027, 6, 30)),
    ],
)
def test_quarter_that_is_over(today, end):
    assert quarter_end_before(today) == end


def test_nothing_is_due_before_the_first_quarter_ends():
    term = {"starts_on": day(2026, 11, 1), "ends_on": day(2029, 10, 31)}

    assert period_due(**term, today=day(2026, 12, 31)) is None
    assert period_due(**term, today=day(2027, 1, 1)) == day(2026, 12, 31)


def test_last_period_ends_with_the_term():
    term = {"starts_on": day(2026, 11, 1), "ends_on": day(2027, 2, 14)}

    assert period_due(**term, today=day(2027, 2, 14)) == day(2026, 12, 31)
    assert period_due(**term, today=day(2027, 2, 15)) == day(2027, 2, 14)


@given(st.dates(day(2000, 1, 1), day(2100, 1, 1)))
def test_a_quarter_holds_its_own_end(today):
    end = quarter_end_before(today)

    assert end < today <= end + datetime.timedelta(days=92)
    assert period_start(end) <= end
    assert quarter_end_before(period_start(end)) == period_start(end) - datetime.timedelta(days=1)


def test_results_may_take_a_month():
    assert due_on(day(2026, 9, 30)) == day(2026, 10, 30)
