"""Stretches of days."""

import datetime
import itertools

from hypothesis import given
from hypothesis import strategies as st

from core.periods import Period, merged

FIRST = datetime.date(2020, 1, 1)
days = st.integers(0, 40).map(lambda number: FIRST + datetime.timedelta(days=number))
EVERY_DAY = [FIRST + datetime.timedelta(days=number) for number in range(-2, 45)]


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start, end = draw(st.none() | days), draw(st.none() | days)
    if start and end and start >= end:
        end = start + datetime.timedelta(days=1)
    return Period(start, end)


def days_of(*several: Period) -> set[datetime.date]:
    return {day for day in EVERY_DAY if any(period.holds_on(day) for period in several)}


@given(periods(), days)
def test_every_day_is_before_in_or_after(period, day):
    assert [period.is_ahead_on(day), period.holds_on(day), period.is_over_on(day)].count(True) == 1


@given(periods(), periods())
def test_what_lies_in_both_is_what_lies_in_each(one, other):
    both = one.within(other)
    assert days_of(one) & days_of(other) == (days_of(both) if both else set())
    assert one.overlaps(other) == (both is not None) == other.overlaps(one)


@given(st.lists(periods(), max_size=6))
def test_merged_stretches_hold_the_same_days_in_order_and_never_touch(several):
    found = merged(several)
    assert days_of(*found) == days_of(*several)
    for earlier, later in itertools.pairwise(found):
        assert earlier.end is not None
        assert later.start is not None
        assert earlier.end < later.start


def test_last_day_is_the_one_before_the_end():
    period = Period(FIRST, datetime.date(2020, 1, 3))
    assert period.holds_on(FIRST)
    assert period.holds_on(datetime.date(2020, 1, 2))
    assert not period.holds_on(datetime.date(2020, 1, 3))


def test_one_that_begins_when_the_other_ends_joins_it_and_shares_no_day():
    one, other = Period(None, FIRST), Period(FIRST, None)
    assert one.joins(other)
    assert not one.overlaps(other)
    assert merged([other, one]) == [Period()]
