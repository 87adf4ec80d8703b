"""What a cell says: numbers, dates, codes and names."""

import datetime
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cells import BadCell, code, day, name_key, plain, whole_number

NUMBERS = st.integers(min_value=0, max_value=2_147_483_647)


@given(NUMBERS, st.sampled_from([",", " ", "\u00a0", "\u202f", "'", ""]))
def test_a_whole_number_reads_with_any_sign_between_thousands(number: int, between: str) -> None:
    assert whole_number(f"{number:,}".replace(",", between)) == number


@given(NUMBERS)
def test_a_whole_number_reads_with_noughts_after_a_point(number: int) -> None:
    assert whole_number(f"{number}.00") == whole_number(f"{number:,}.0") == number


@given(st.integers(min_value=1_000_000, max_value=2_147_483_647))
def test_points_between_thousands_read_where_there_are_two(number: int) -> None:
    assert whole_number(f"{number:,}".replace(",", ".")) == number


@pytest.mark.parametrize(("text", "number"), [("1.234,00", 1234), ("+7", 7), (" 12 ", 12), ("1234.", 1234)])
def test_other_unmistakable_numbers_read(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1.234", "can mean thousands or a part of one"),
        ("12.5", "is not a whole number"),
        ("12,34", "is not a whole number"),
        ("1,2345", "is not a whole number"),
        ("1.2E+05", "has shortened this number"),
        ("#REF!", "is the error of a formula"),
        ("=SUM(A1)", "is not a number"),
        ("many", "is not a number"),
        ("٣", "is not a number"),
        ("-5", "from 0 to 2,147,483,647"),
        ("(5)", "from 0 to 2,147,483,647"),
        ("−5", "from 0 to 2,147,483,647"),
        ("9" * 5000, "from 0 to 2,147,483,647"),
        ("2147483648", "from 0 to 2,147,483,647"),
    ],
)
def test_a_number_that_is_none_is_told_why(text: str, says: str) -> None:
    with pytest.raises(BadCell) as refusal:
        whole_number(text)
    assert says in str(refusal.value.sentence)
    assert len(str(refusal.value.sentence)) < 200


def test_the_limits_are_the_readers_to_set() -> None:
    assert whole_number("-5", smallest=-10) == -5
    with pytest.raises(BadCell, match="from 1 to 4"):
        whole_number("5", smallest=1, largest=4)


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_a_date_reads_year_first_and_day_first(date: datetime.date) -> None:
    assert day(date.isoformat()) == date
    assert day(f"{date.isoformat()} 00:00:00") == date
    for mark in "/-.":
        assert day(f"{date.day:02}{mark}{date.month:02}{mark}{date.year}") == date


@pytest.mark.parametrize("text", ["31 March 2026", "31-Mar-2026", "31 mar. 2026", "31\u00a0March\u00a02026"])
def test_a_date_reads_with_the_name_of_the_month(text: str) -> None:
    assert day(text) == datetime.date(2026, 3, 31)


@pytest.mark.parametrize(
    "text",
    [
        "03/31/2026",
        "31/02/2026",
        "31/03/26",
        "46112",
        "31 ju 2026",
        "2026",
        "soon",
        "2026-03-31 12:30",
        "9" * 5000,
    ],
)
def test_a_date_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="is not a date"):
        day(text)


@given(st.text(max_size=40), st.sampled_from([whole_number, day, code]))
def test_whatever_stands_in_a_cell_the_readers_answer_or_refuse(text: str, read: Callable[[str], object]) -> None:
    with suppress(BadCell):
        assert read(text) is not None


@pytest.mark.parametrize(
    ("text", "wanted"), [(" Greater Manchester ", "greater-manchester"), ("E47000001", "e47000001")]
)
def test_a_code_is_lower_case_with_hyphens(text: str, wanted: str) -> None:
    assert code(text) == wanted


@pytest.mark.parametrize("text", ["", "-a", "a/b", "=1+1", "ŷ", "a\x00b"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="is not a code"):
        code(text)


@pytest.mark.parametrize(
    "other", ["bath and north east somerset", "Bath & North-East  Somerset", "BATH AND NORTH_EAST SOMERSET "]
)
def test_names_are_the_same_whatever_their_case_and_signs(other: str) -> None:
    assert name_key("Bath and North East Somerset") == name_key(other)


def test_names_are_the_same_whatever_their_marks() -> None:
    assert name_key("Ynys Môn") == name_key("ynys mon")
    assert name_key("King's Lynn") == name_key("Kings’ Lynn") == "kings lynn"
    assert name_key("Leeds") != name_key("Leeds 2")


@given(st.text(max_size=40))
def test_a_plain_cell_has_nothing_unseen_around_or_in_it(text: str) -> None:
    shown = plain(text)
    assert shown == shown.strip()
    assert plain(shown) == shown
    assert not set(shown) & {"\x00", "\u200b", "\ufeff", "\u00a0"}


def test_moment_at_midnight_as_programs_write_it_is_a_day() -> None:
    assert day("2026-03-31T00:00:00") == datetime.date(2026, 3, 31)
