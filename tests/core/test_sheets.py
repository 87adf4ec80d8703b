"""CSV as spreadsheets write it: what is read, and what is said of what cannot be."""

import csv
import io
import zipfile
from collections.abc import Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.cells import whole_number
from core.exports import csv_lines
from core.sheets import MOST_PROBLEMS, Column, Row, Sheet

AREA, CASES = (
    Column("area", required=True, filled=True),
    Column("priority_cases", required=True, also=("priority",)),
)
NOTE = Column("note")
COLUMNS = [AREA, CASES, NOTE]


def sheet(content: str | bytes, columns: Sequence[Column] = COLUMNS, **limits: int) -> Sheet:
    return Sheet(io.BytesIO(content.encode() if isinstance(content, str) else content), columns, **limits)


def rows(content: str | bytes, columns: Sequence[Column] = COLUMNS) -> list[Row]:
    read = sheet(content, columns)
    found = list(read)
    assert list(read.problems) == []
    return found


def told(content: str | bytes, columns: Sequence[Column] = COLUMNS, **limits: int) -> list[tuple[int, str, str]]:
    read = sheet(content, columns, **limits)
    list(read)
    return [(problem.line, problem.column, str(problem.sentence)) for problem in read.problems]


PLAIN = "area,priority cases,note\r\nLeeds,12,Tŷ Gobaith\r\nHull,7,\r\n"
LEEDS_AND_HULL = [
    Row(2, {"area": "Leeds", "priority_cases": "12", "note": "Tŷ Gobaith"}),
    Row(3, {"area": "Hull", "priority_cases": "7", "note": ""}),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_a_table_reads_in_every_form_that_spreadsheets_save(encoding: str, delimiter: str, newline: str) -> None:
    assert rows(PLAIN.replace(",", delimiter).replace("\r\n", newline).encode(encoding)) == LEEDS_AND_HULL


def test_a_table_reads_as_windows_saves_it() -> None:
    assert rows("area;priority cases\r\nCaffè – “Môn”;3\r\n".encode("cp1252"))[0]["area"] == "Caffè – “Môn”"


@pytest.mark.parametrize(
    "heading",
    [
        "Area,PRIORITY CASES,Note",
        " area ,priority_cases,note",
        "Area:,Priority-Cases,\u00a0note\u00a0",
        "AREA,priority,NOTE",
    ],
)
def test_headings_read_in_any_case_spacing_and_by_their_other_names(heading: str) -> None:
    assert rows(PLAIN.replace("area,priority cases,note", heading)) == LEEDS_AND_HULL


def test_a_separator_line_is_believed_and_not_counted() -> None:
    assert rows("sep=;\r\n" + PLAIN.replace(",", ";")) == LEEDS_AND_HULL


def test_empty_lines_and_columns_are_passed_over() -> None:
    untidy = (
        "\r\narea,priority cases,note,,\r\nLeeds,12,Tŷ Gobaith,,\r\n,,,,\r\n   ,\u00a0,\r\nHull,7\r\n,,\r\n\r\n"
    )
    read = rows(untidy)
    assert [row.cells for row in read] == [row.cells for row in LEEDS_AND_HULL]
    assert [row.line for row in read] == [3, 6]


def test_space_of_every_kind_around_a_cell_comes_off() -> None:
    assert rows("area,priority cases\n\u00a0 Hull\u200b\t,\u202f7 \n")[0].cells == {
        "area": "Hull",
        "priority_cases": "7",
        "note": "",
    }


def test_quotes_hold_commas_quotes_and_new_lines() -> None:
    read = rows('area,priority cases,note\n"Hull, ""old"" town",7,"one\ntwo"\nLeeds,1,\n')
    assert read[0]["area"] == 'Hull, "old" town'
    assert read[0]["note"] == "one\ntwo"
    # What a spreadsheet shows as row 3, though it begins on the fourth line of the file.
    assert read[1].line == 3


def test_a_stray_nul_is_dropped() -> None:
    assert rows("area,priority cases\nHu\x00ll,7\n")[0]["area"] == "Hull"


def test_what_looks_like_a_formula_is_text() -> None:
    assert rows('area,priority cases\n=1+1,"=HYPERLINK(""x"")"\n')[0].cells["priority_cases"] == '=HYPERLINK("x")'


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=20),
        min_size=1,
        max_size=5,
    )
)
def test_what_we_write_for_spreadsheets_we_read_back(notes: list[str]) -> None:
    lines = csv_lines(["area", "priority_cases", "note"], (["Hull", 1, note] for note in notes))
    read = sheet("".join(lines))
    again = list(
        sheet("".join(csv_lines(["area", "priority_cases", "note"], ([*r.cells.values()] for r in read))))
    )
    assert [row["note"] for row in again] == [row["note"] for row in read]
    assert len(again) == len(notes)


TABLES = st.lists(
    st.tuples(
        st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=9), st.integers(0, 10**9)
    ),
    min_size=1,
    max_size=8,
)


@given(TABLES, st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
def test_every_table_of_words_and_numbers_reads_as_written(
    table: list[tuple[str, int]], delimiter: str, encoding: str
) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([["area", "priority cases"], *table])
    read = sheet(file.getvalue().encode(encoding))
    assert [(row["area"], read.value(row, "priority_cases", whole_number)) for row in read] == table
    assert not read.problems


@given(st.binary(max_size=400))
def test_whatever_bytes_come_there_are_rows_or_sentences(content: bytes) -> None:
    read = sheet(content)
    found = list(read)
    assert found or read.problems
    assert all(str(problem.sentence) for problem in read.problems)


@given(st.text(max_size=200))
def test_whatever_follows_good_headings_there_are_rows_or_sentences(content: str) -> None:
    read = sheet(f"area,priority cases\n{content}".encode("utf-8", "replace"))
    found = list(read)
    assert found or read.problems


def _workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n,,\r\n", "is empty"),
        (b'"   "\n', "is empty"),
        (_workbook(), "This is a spreadsheet file, not CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "This is a spreadsheet file, not CSV"),
        (b"%PDF-1.7\n", "This is not a table of text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is not a table of text"),
        (b"<!DOCTYPE html><p>area,cases</p>", "This is not a table of text"),
        (bytes(range(256)) * 20, "This is not a table of text"),
        (b"area,priority cases\nHull\x81,3\n", "Some letters in this file cannot be read"),
        (b"area,priority cases\r\n", "no rows below them"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(content: bytes, says: str) -> None:
    ((_line, column, sentence),) = told(content)
    assert says in sentence
    assert column == ""


@pytest.mark.parametrize(
    ("heading", "column", "says"),
    [
        ("area,note", "priority_cases", "There is no column “priority cases”"),
        ("area,priority,priority cases", "priority_cases", "is there twice"),
        ("area,priority,colour", "", "The column “colour” is not known"),
        ("Hull;3", "area", "There is no column “area”"),
        (f"area,priority,{'x' * 5000}", "", "is not known"),
    ],
)
def test_headings_that_do_not_fit_are_one_sentence(heading: str, column: str, says: str) -> None:
    ((line, where, sentence),) = told(f"{heading}\nHull,3,4\n")
    assert (line, where) == (1, column)
    assert says in sentence
    assert len(sentence) < 300


def test_other_columns_may_be_let_in() -> None:
    read = Sheet(io.BytesIO(b"area,colour,priority\nHull,red,3,4\n"), COLUMNS, other_columns=True)
    assert [row.cells for row in read] == [{"area": "Hull", "priority_cases": "3", "note": ""}]
    assert read.headings == ("area", "colour", "priority")
    assert not read.problems


def test_each_line_with_a_problem_is_told_and_left_out() -> None:
    wrong = f"area,priority,note\n,3,\nHull,4,\nLeeds,5,,surplus\nYork,6,{'x' * 501}\n"
    assert told(wrong) == [
        (2, "area", "This cell is empty."),
        (4, "", "“surplus” stands in a column without a heading."),
        (5, "note", "This cell is longer than 500 letters."),
    ]
    assert [row.line for row in sheet(wrong)] == [3]


def test_a_value_that_cannot_be_read_is_told_where_it_stands() -> None:
    read = sheet("area,priority\nHull,many\nLeeds,\n")
    assert [read.value(row, "priority_cases", whole_number) for row in read] == [None, None]
    assert [(problem.line, problem.column) for problem in read.problems] == [(2, "priority_cases")]


@pytest.mark.parametrize("rest", ["Hull,7\n", "", "Hull,7\n" * 40_000])
def test_a_quote_that_is_never_closed_is_told_where_it_opens(rest: str) -> None:
    found = told(f'area,priority\nLeeds,3\n"York,4\n{rest}')
    assert [(line, sentence[:30]) for line, _column, sentence in found] == [(3, "A quotation mark opens on this")]


def test_a_file_of_too_many_rows_is_refused_where_they_begin_to_be() -> None:
    assert told("area,priority\n" + "Hull,1\n" * 4, most_rows=3) == [
        (5, "", "The file has more than 3 rows. Split it into several files.")
    ]


def test_a_file_too_large_is_refused_before_it_is_read() -> None:
    assert "larger than 1 MB" in told(b"area,priority\n" + b"x" * 1_000_000, most_bytes=1_000_000)[0][2]


def test_problems_beyond_what_anybody_reads_are_counted() -> None:
    read = sheet("area,priority\n" + ",1\n" * (MOST_PROBLEMS + 20))
    assert list(read) == []
    assert len(list(read.problems)) == MOST_PROBLEMS
    assert read.problems.count == MOST_PROBLEMS + 20


def test_a_second_walk_begins_afresh_and_the_file_stays_open() -> None:
    read = sheet("area,priority\nHull,1\n,2\n")
    assert len(list(read)) == len(list(read)) == 1
    assert read.problems.count == 1
    assert read.row_count == 2
    next(iter(read))
    assert not read.file.closed


def test_sentences_are_in_the_readers_language() -> None:
    read = sheet("area,priority\n,1\n")
    list(read)
    with translation.override("en"):
        assert str(read.problems.shown[0].sentence) == "This cell is empty."
    assert not isinstance(read.problems.shown[0].sentence, str)


def test_uploaded_files_read_from_memory_and_from_disk() -> None:
    assert list(Sheet(SimpleUploadedFile("a.csv", PLAIN.encode()), COLUMNS)) == LEEDS_AND_HULL
    with TemporaryUploadedFile("a.csv", "text/csv", len(PLAIN), "utf-8") as file:
        file.write(PLAIN.encode())
        assert list(Sheet(file, COLUMNS)) == LEEDS_AND_HULL
        assert not file.closed
