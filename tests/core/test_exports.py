"""Files for a spreadsheet: what they say, and what they cannot do."""

import csv
import datetime
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exports import csv_download, csv_lines, safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "  =", "\u00a0="])
def test_text_that_looks_like_a_formula_is_marked_as_text(start: str) -> None:
    assert safe_cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("A & B", "A & B"),
        ("1-2", "1-2"),
        ("a\x00b", "ab"),
        (-5, -5),
        (2.5, 2.5),
        (datetime.date(2026, 12, 3), "2026-12-03"),
        (datetime.datetime(2026, 7, 3, 11, tzinfo=datetime.UTC), "2026-07-03T12:00+01:00"),
    ],
)
def test_other_values_are_written_as_they_are(value: object, cell: object) -> None:
    assert safe_cell(value) == cell


@given(st.text(max_size=30))
def test_no_text_begins_a_formula(text: str) -> None:
    assert not str(safe_cell(text)).lstrip(" \u00a0").startswith(("=", "+", "-", "@"))


def test_lines_are_csv_with_the_mark_of_utf_8_and_a_cap() -> None:
    lines = list(csv_lines(["Name", "=1"], ([f"Tŷ, {number}", number] for number in range(5)), most=2))
    assert lines[0].startswith("\ufeff")
    assert list(csv.reader(io.StringIO("".join(lines).removeprefix("\ufeff")))) == [
        ["Name", "'=1"],
        ["Tŷ, 0", "0"],
        ["Tŷ, 1", "1"],
    ]


def test_a_download_is_sent_as_its_rows_come() -> None:
    asked: list[int] = []

    def rows() -> Iterator[list[int]]:
        for number in range(3):
            asked.append(number)
            yield [number]

    response = csv_download("needs", ["Number"], rows())
    assert asked == []
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="needs.csv"'
    assert b"".join(response.streaming_content).decode("utf-8-sig").splitlines() == ["Number", "0", "1", "2"]  # type: ignore[arg-type]  # no event loop here
