"""Tables as people's spreadsheets write them: CSV read row by row, and a sentence for whatever is wrong.

A reader of such a file declares its columns, walks the rows and takes the values:

    sheet = Sheet(file, [Column("area", required=True, filled=True), Column("cases", required=True, filled=True)])
    for row in sheet:
        cases = sheet.value(row, "cases", whole_number)
    if sheet.problems: ...

Nothing here raises because of what a file holds: a file that cannot be read at all has no rows and one problem.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, TypeVar, cast

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.access import Sentence
from core.cells import BadCell, plain
from core.encodings import SAMPLE, Unreadable, encoding_of
from core.exports import safe_cell

T = TypeVar("T")

MOST_ROWS = 250_000
MOST_BYTES = 40_000_000
# More than these are counted, not kept: nobody reads them, and each holds memory.
MOST_PROBLEMS = 500
DELIMITERS = ",;\t|"
LONGEST_HEADING = 60
_SEPARATOR_LINE = re.compile(r"sep=(.)[\r\n]*", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """One column that a file may have.

    `name` is the key of its cells; the heading may be that name in any case, spacing or punctuation, or one of
    `also`. A `required` column must be there; each cell of a `filled` one must hold something; no cell is longer
    than `longest` letters.
    """

    name: str
    required: bool = False
    filled: bool = False
    also: tuple[str, ...] = ()
    longest: int = 500

    @property
    def title(self) -> str:
        """How a sentence names it."""
        return self.name.replace("_", " ")


@dataclass(frozen=True)
class Row:
    """The cells of one line by column name, stripped; a column that the file lacks is an empty text.

    `line` is the number that a spreadsheet shows beside it; the headings are line 1.
    """

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells[name]


@dataclass(frozen=True)
class Problem:
    """What is wrong, on which line, in which column (empty: the whole line, or the whole file at line 0)."""

    line: int
    column: str
    sentence: Sentence

    @property
    def title(self) -> str:
        """How a page names the column."""
        return self.column.replace("_", " ")


@dataclass
class Problems:
    """What is wrong with a file: the first of it to show, and how much there is in all."""

    shown: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, column: str, sentence: Sentence) -> None:
        """Count it, and keep it if there are few yet."""
        self.count += 1
        if len(self.shown) < MOST_PROBLEMS:
            self.shown.append(Problem(line, column, sentence))

    @property
    def told(self) -> str:
        """How many there are, as a page writes it."""
        return f"{self.count:,}"

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.shown)


class Sheet:
    """The rows of a CSV file, read as they are asked for, and what is wrong with it.

    `file` is open for reading bytes and can be sought. UTF-8 with or without its mark, UTF-16 and Windows-1252;
    comma, semicolon, tab or bar between cells; `sep=` lines; empty rows and columns are passed over. A row with
    a problem of its own is not yielded; `was_cut_short` says that the rest could not be read. `quoted` is false
    for tables in which a quotation mark is a letter like any other. Each walk begins the file afresh, and its
    problems with it. From the first row on `headings` are those of the file and `present` the names of the
    columns it has.
    """

    def __init__(
        self,
        file: IO[bytes],
        columns: Iterable[Column],
        *,
        other_columns: bool = False,
        most_rows: int = MOST_ROWS,
        most_bytes: int = MOST_BYTES,
        quoted: bool = True,
    ) -> None:
        self.file, self.columns, self.other_columns = file, tuple(columns), other_columns
        self.names = [column.name for column in self.columns]
        self.most_rows, self.most_bytes, self.quoted = most_rows, most_bytes, quoted
        self.was_cut_short = False
        self.problems = Problems()
        self.row_count = 0
        self.headings: tuple[str, ...] = ()
        self.present: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Row]:
        self.problems, self.row_count, self.headings = Problems(), 0, ()
        self.present, self.was_cut_short = frozenset(), False
        try:
            yield from self._rows()
        except Unreadable as problem:
            self.was_cut_short = True
            self.problems.add(problem.line, problem.column, problem.sentence)

    def value(self, row: Row, name: str, parse: Callable[[str], T]) -> T | None:
        """The cell as `parse` reads it; nothing for an empty cell, and for one it refuses (a problem)."""
        text = row.cells[name]
        if not text:
            return None
        try:
            return parse(text)
        except BadCell as error:
            self.problem(row, name, error.sentence)
            return None

    def problem(self, row: Row, name: str, sentence: Sentence) -> None:
        """Something is wrong in that cell, or on that line where `name` is empty."""
        self.problems.add(row.line, name, sentence)

    def _rows(self) -> Iterator[Row]:
        encoding = encoding_of(self.file, self.most_bytes)
        records = _Records(self.file, encoding, self.columns, quoted=self.quoted)
        places = self._places(records.heading())
        for line, cells in records:
            if not any(cells):
                continue
            self.row_count += 1
            if self.row_count > self.most_rows:
                raise Unreadable(_too_many_rows(self.most_rows), line=line)
            row = self._row(line, cells, places)
            if row is not None:
                yield row
        if not self.row_count:
            raise Unreadable(_("There are headings in this file, but no rows below them."), line=1)

    def _places(self, headings: list[str]) -> list[tuple[Column, int]]:
        """Where each column stands; raises for columns that are missing, unknown or there twice."""
        by_key = {heading_key(name): column for column in self.columns for name in (column.name, *column.also)}
        places: dict[str, int] = {}
        unknown = []
        for place, heading in enumerate(headings):
            column = by_key.get(heading_key(heading))
            if column is None:
                unknown.append(heading)
            elif column.name in places:
                raise Unreadable(
                    format_lazy(_("The column “{name}” is there twice. Keep one."), name=column.title),
                    column.name,
                    1,
                )
            else:
                places[column.name] = place
        self.headings, self.present = tuple(headings), frozenset(places)
        for column in self.columns:
            if column.required and column.name not in places:
                raise Unreadable(_no_column(column, self.columns), column.name, 1)
        unknown = [heading for heading in unknown if heading]
        if unknown and not self.other_columns:
            raise Unreadable(_unknown_column(unknown[0], self.columns), line=1)
        return [(column, places[column.name]) for column in self.columns if column.name in places]

    def _row(self, line: int, cells: list[str], places: list[tuple[Column, int]]) -> Row | None:
        """The row, or nothing when something is wrong with it as it stands."""
        fine = self._keeps_to_headings(line, cells)
        values = dict.fromkeys(self.names, "")
        for column, place in places:
            text = cells[place] if place < len(cells) else ""
            values[column.name] = text
            if column.filled and not text:
                self.problems.add(line, column.name, _("This cell is empty."))
                fine = False
            elif len(text) > column.longest:
                self.problems.add(line, column.name, _too_long(column.longest))
                fine = False
        return Row(line, values) if fine else None

    def _keeps_to_headings(self, line: int, cells: list[str]) -> bool:
        """Whether nothing stands where there is no heading."""
        if self.other_columns:
            return True
        for place, text in enumerate(cells):
            if text and (place >= len(self.headings) or not self.headings[place]):
                self.problems.add(line, "", _no_heading_above(text))
                return False
        return True


class _Records:
    """Lines of cells from a file whose encoding is known."""

    def __init__(
        self, file: IO[bytes], encoding: str, columns: tuple[Column, ...], *, quoted: bool = True
    ) -> None:
        file.seek(0)
        self.columns = columns
        self.stream = io.TextIOWrapper(cast("IO[bytes]", _Unclosed(file)), encoding=encoding, newline="")
        self.line, self.ended = 0, False
        self.delimiter, self.skip = self._delimiter()
        lines, between = self._lines(), self.delimiter
        bare = csv.reader(lines, delimiter=between, quoting=csv.QUOTE_NONE)
        self.reader = csv.reader(lines, delimiter=between) if quoted else bare

    def heading(self) -> list[str]:
        """Cells of the first line that holds any."""
        for _line, cells in self:
            if any(cells):
                return cells
        raise Unreadable(_("This file is empty."))

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            self.line += 1
            try:
                cells = next(self.reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Unreadable(_open_quote(), line=self.line) from error
            if self.ended:
                # A line is complete without a look at the next one, unless a quotation mark is still open.
                raise Unreadable(_open_quote(), line=self.line)
            yield self.line, [_cell(text) for text in cells]

    def _lines(self) -> Iterator[str]:
        for _skipped in range(self.skip):
            self.stream.readline()
        for line in self.stream:  # noqa: UP028  # `yield from` would close the stream of a walk left early
            yield line
        self.ended = True

    def _delimiter(self) -> tuple[str, int]:
        """What stands between cells, and how many lines to leave out before the headings.

        A `sep=` line says it; otherwise whichever makes the first line name most of the columns.
        """
        sample = self.stream.read(SAMPLE)
        self.stream.seek(0)
        lines = sample.lstrip("\ufeff").splitlines(keepends=True)
        said = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
        if said:
            return said[1], 1
        known = {heading_key(name) for column in self.columns for name in (column.name, *column.also)}

        def fits(delimiter: str) -> tuple[int, int]:
            cells = _first_record(lines, delimiter)
            return sum(heading_key(cell) in known for cell in cells), len(cells)

        return max(DELIMITERS, key=fits), 0


class _Unclosed(io.BufferedIOBase):
    """A file that outlives the reader wrapped around it, uploaded ones included."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return self.file.read(-1 if size is None else size)

    def read1(self, size: int = -1, /) -> bytes:
        return self.file.read(size if size > 0 else SAMPLE)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self.file.seek(offset, whence)
        return self.file.tell()

    def tell(self) -> int:
        return self.file.tell()

    def close(self) -> None:
        """The file belongs to whoever gave it."""


def heading_key(heading: str) -> str:
    """What two spellings of one heading share: letters and digits alone, in lower case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", heading[:LONGEST_HEADING]).casefold())


def _cell(text: str) -> str:
    """The text of a cell; the mark that our own downloads put before what looks like a formula comes off."""
    text = plain(text)
    return text[1:] if text.startswith("'") and safe_cell(text[1:]) == text else text


def _first_record(lines: list[str], delimiter: str) -> list[str]:
    try:
        return next((cells for cells in csv.reader(lines, delimiter=delimiter) if any(map(str.strip, cells))), [])
    except csv.Error:
        return []


def _titles(columns: tuple[Column, ...], *, required: bool) -> str:
    return ", ".join(column.title for column in columns if column.required or not required)


def _twice(column: Column) -> Sentence:
    return format_lazy(_("The column “{name}” is there twice. Keep one."), name=column.title)


def _no_column(column: Column, columns: tuple[Column, ...]) -> Sentence:
    return format_lazy(
        _("There is no column “{name}”. The first line must name the columns; these must be there: {names}."),
        name=column.title,
        names=_titles(columns, required=True),
    )


def _unknown_column(heading: str, columns: tuple[Column, ...]) -> Sentence:
    return format_lazy(
        _("The column “{name}” is not known. Rename it or take it out. Known columns: {names}."),
        name=heading[:LONGEST_HEADING],
        names=_titles(columns, required=False),
    )


def _no_heading_above(text: str) -> Sentence:
    return format_lazy(_("“{text}” stands in a column without a heading."), text=text[:LONGEST_HEADING])


def _too_long(longest: int) -> Sentence:
    return format_lazy(_("This cell is longer than {number} letters."), number=f"{longest:,}")


def _too_many_rows(most: int) -> Sentence:
    return format_lazy(_("The file has more than {number} rows. Split it into several files."), number=f"{most:,}")


def _open_quote() -> Sentence:
    return _("A quotation mark opens on this line and is never closed, so nothing below it can be read.")
