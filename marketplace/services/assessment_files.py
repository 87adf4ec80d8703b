"""Reading a file of case figures: every line of it understood, or a sentence for each that is not."""

import datetime
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import IO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.access import Sentence
from core.cells import BadCell, name_key, whole_number
from core.sheets import Column, Problems, Row, Sheet
from marketplace.quarters import Quarter, quarter
from marketplace.queries.assessments import (
    Key,
    assessed_areas_by_name,
    categories_by_name,
    cohorts_by_name,
)

# A row may hold a figure for everyone and one for each group.
MOST_FIGURES = 600_000
COUNTS = ("priority", "available", "sufficient")
Three = tuple[int, int, int]


@dataclass
class Reading:
    """What a file says: each figure under what it is about, how many rows, and what is wrong with it.

    `lines` tells on which line a figure stands. With a problem nothing of the file is used.
    """

    sha256: str
    rows: int = 0
    figures: dict[Key, Three] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    @property
    def quarters(self) -> tuple[Quarter, Quarter]:
        """The first and the last quarter there is a figure for."""
        days = [key.starts_on for key in self.figures]
        return (
            Quarter(datetime.date.fromisoformat(min(days))),
            Quarter(datetime.date.fromisoformat(max(days))),
        )


def read_assessments(file: IO[bytes], *, areas: Collection[int], today: datetime.date) -> Reading:
    """What the file says about `areas` (numbers of those it may speak of), in quarters that are over `today`.

    Never raises for what a file holds: what is wrong stands in `problems`, line by line.
    """
    return _Reader(file, frozenset(areas), today).read()


def fingerprint_of(file: IO[bytes]) -> str:
    """SHA-256 of the bytes, in 64 hex digits; the file is back at its beginning."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


class _Reader:
    """One file on its way into figures."""

    def __init__(self, file: IO[bytes], allowed: frozenset[int], today: datetime.date) -> None:
        self.allowed, self.today = allowed, today
        self.areas, self.categories = assessed_areas_by_name(), categories_by_name()
        self.groups = cohorts_by_name()
        self.sheet = Sheet(file, [*_columns(), *_group_columns(self.groups)])
        self.reading = Reading(fingerprint_of(file))
        self.lines: dict[Key, int] = {}
        # The same few names come on every line: each is looked up once.
        self.known: dict[tuple[str, str], int | str] = {}
        self.there: list[tuple[int, str, list[str]]] | None = None

    def read(self) -> Reading:
        for row in self.sheet:
            about = self._about(row)
            if about is not None:
                for cohort, counts in self._counts(row):
                    self._take(row, Key(*about, cohort), counts)
            if len(self.reading.figures) > MOST_FIGURES:
                self.sheet.problem(row, "", _too_many())
                break
        self.reading.rows, self.reading.problems = self.sheet.row_count, self.sheet.problems
        return self.reading

    def _about(self, row: Row) -> tuple[int, str, int] | None:
        """Area, first day of the quarter, kind of need; nothing if one of them is not known."""
        found = [self._looked_up(row, name) for name in ("area", "period", "category")]
        return None if None in found else tuple(found)  # type: ignore[return-value]  # three, none empty

    def _looked_up(self, row: Row, name: str) -> int | str | None:
        text = row.cells[name]
        try:
            if (name, text) not in self.known:
                self.known[name, text] = self._understood(name, text)
        except BadCell as problem:
            self.sheet.problem(row, name, problem.sentence)
            return None
        return self.known[name, text]

    def _understood(self, name: str, text: str) -> int | str:
        if name == "area":
            return self._area(text)
        if name == "period":
            return self._quarter(text)
        category = self.categories.get(name_key(text))
        if category is None:
            raise BadCell(format_lazy(_("“{text}” is no kind of need we know."), text=text[:60]))
        return category

    def _area(self, text: str) -> int:
        area = self.areas.get(name_key(text))
        if area is None:
            raise BadCell(format_lazy(_("“{text}” is no probation region or delivery unit."), text=text[:60]))
        if area not in self.allowed:
            raise BadCell(format_lazy(_("“{text}” does not lie in your region."), text=text[:60]))
        return area

    def _quarter(self, text: str) -> str:
        found = quarter(text)
        if found.ends_on >= self.today:
            raise BadCell(_("This quarter is not over yet."))
        return found.starts_on.isoformat()

    def _counts(self, row: Row) -> Iterator[tuple[int, Three]]:
        """The three counts for everyone and for each group that has any, with the group's number (0: everyone)."""
        everyone = self._three(row, "")
        if everyone is not None:
            yield 0, everyone
        for number, code, names in self._groups_there():
            if any(row.cells[name] for name in names):
                group = self._three(row, code)
                if group is not None and self._is_part(row, code, group, everyone):
                    yield number, group

    def _groups_there(self) -> list[tuple[int, str, list[str]]]:
        """The groups for which the file has columns, known once its headings are read."""
        if self.there is None:
            named = (
                (number, code, [_titled(code, count) for count in COUNTS]) for number, code, _name in self.groups
            )
            self.there = [group for group in named if self.sheet.present.intersection(group[2])]
        return self.there

    def _three(self, row: Row, code: str) -> Three | None:
        names = [_titled(code, count) for count in COUNTS]
        values = []
        for name in names:
            if not row.cells[name]:
                self.sheet.problem(row, name, _("This cell is empty. Give all three counts, or none of a group."))
                return None
            values.append(self.sheet.value(row, name, whole_number))
        if None in values:
            return None
        priority, available, sufficient = values
        if available > priority:  # type: ignore[operator]  # none is empty
            self.sheet.problem(row, names[1], _more_than(names[1], names[0]))
            return None
        if sufficient > available:  # type: ignore[operator]  # none is empty
            self.sheet.problem(row, names[2], _more_than(names[2], names[1]))
            return None
        return priority, available, sufficient  # type: ignore[return-value]  # none is empty

    def _is_part(self, row: Row, code: str, group: Three, everyone: Three | None) -> bool:
        """Whether a group counts no more than everyone does."""
        for place, count in enumerate(COUNTS):
            if everyone is not None and group[place] > everyone[place]:
                self.sheet.problem(row, _titled(code, count), _more_than(_titled(code, count), count))
                return False
        return True

    def _take(self, row: Row, key: Key, counts: Three) -> None:
        first = self.lines.setdefault(key, row.line)
        if first == row.line:
            self.reading.figures[key] = counts
        elif not key.cohort:
            sentence = _("The same area, period and kind of need stand on line {line}.")
            self.sheet.problem(row, "", format_lazy(sentence, line=first))


def _columns() -> list[Column]:
    also = {
        "area": ("delivery unit", "pdu", "region"),
        "period": ("quarter",),
        "category": ("need", "kind of need"),
    }
    also |= {count: (f"{count} cases",) for count in COUNTS}
    return [Column(name, required=True, filled=True, also=also[name]) for name in (*also,)]


def _group_columns(groups: list[tuple[int, str, str]]) -> list[Column]:
    return [
        Column(_titled(code, count), also=(f"{name} {count}", f"{code} {count} cases", f"{name} {count} cases"))
        for _number, code, name in groups
        for count in COUNTS
    ]


def _titled(code: str, count: str) -> str:
    """The column of a group, like `women_priority`; of everyone, like `priority`."""
    return f"{code}_{count}" if code else count


def _more_than(one: str, other: str) -> Sentence:
    names = {"one": one.replace("_", " "), "other": other.replace("_", " ")}
    return format_lazy(_("“{one}” is more than “{other}”."), **names)


def _too_many() -> Sentence:
    number = f"{MOST_FIGURES:,}"
    return format_lazy(_("The file holds more than {number} figures. Split it into several files."), number=number)
