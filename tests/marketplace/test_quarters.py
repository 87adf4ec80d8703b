"""Quarters, and the many ways in which people write them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cells import BadCell
from marketplace.quarters import Quarter, quarter, quarter_from_code

DAYS = st.dates(min_value=datetime.date(2000, 1, 1), max_value=datetime.date(2100, 12, 31))
SUMMER = Quarter(datetime.date(2026, 7, 1))


@given(DAYS)
def test_a_day_lies_in_its_quarter_and_quarters_follow_each_other(day: datetime.date) -> None:
    found = Quarter.of(day)
    assert found.starts_on <= day <= found.ends_on
    assert found.next().previous() == found
    assert found.ends_on + datetime.timedelta(days=1) == found.next().starts_on


@given(DAYS)
def test_a_quarter_reads_from_its_code_its_name_and_its_days(day: datetime.date) -> None:
    found = Quarter.of(day)
    assert quarter(found.code) == quarter_from_code(found.code) == found
    assert quarter(found.label) == found
    assert quarter(found.starts_on.isoformat()) == quarter(found.ends_on.isoformat()) == found
    assert quarter(f"{found.starts_on.isoformat()} to {found.ends_on:%d/%m/%Y}") == found


@pytest.mark.parametrize(
    "text",
    [
        *("2026-Q3", "2026 q3", "Q3 2026", "Q3-2026", "Q2 2026/27", "2026/27 Q2", "2026-27 Q2"),
        *("July to September 2026", "Jul-Sep 2026", "jul – sept 2026", "July 2026 to September 2026"),
        *("01/07/2026", "30 September 2026", "2026-07-01 - 2026-09-30", "01/07/2026 to 30/09/2026"),
    ],
)
def test_every_usual_way_of_writing_it_is_taken(text: str) -> None:
    assert quarter(text) == SUMMER


def test_the_last_quarter_of_a_financial_year_lies_in_the_next_calendar_year() -> None:
    assert quarter("2026/27 Q4") == Quarter(datetime.date(2027, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-Q5", "Q3", "July 2026", "June to August 2026", "July to October 2026", "2026/28 Q2"),
        *(
            "2026-08-01",
            "2026-07-01 to 2026-08-31",
            "1979-Q1",
            "9999-Q4",
            "0000-Q1",
            "0000/01 Q1",
            "ju to se 2026",
        ),
        *("July 2025 to September 2026", "9" * 500),
    ],
)
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="is not a quarter"):
        quarter(text)


@given(st.text(max_size=30))
def test_a_code_from_an_address_is_a_quarter_or_nothing(text: str) -> None:
    assert quarter_from_code(text) is None or isinstance(quarter_from_code(text), Quarter)


def test_a_quarter_has_a_name() -> None:
    assert SUMMER.label == "July to September 2026"
