"""What a file of places would do: which rows it adds, changes and ends, and what is wrong with it."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from django.db import models
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.models.place_imports import MOST_BYTES, PlaceFile
from core.models.places import Area, AreaBelonging, Body, BodyRole
from core.periods import Period
from core.queries.places import period_of
from core.services.place_rows import COLUMNS, FIELDS, KEYS, MODELS, Key, Lines, Values, slug
from core.sheets import Problems, Row, Sheet

MOST_ROWS = 50_000
SHOWN = 50


@dataclass
class Change:
    """A row that a line adds, or one that it changes: `before` holds the fields that change as they were."""

    line: int
    said: str
    row: models.Model
    before: Values = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether the row is not here yet."""
        return self.row._state.adding

    @property
    def is_end(self) -> bool:
        """Whether the line says that something here ended, or in which month it will."""
        return any(name in self.before and getattr(self.row, name) for name in ("valid_to", "ends_in"))


@dataclass
class Plan:
    """Everything a file would do. With a problem nothing of it is done."""

    holds: str
    rows: int = 0
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    problems: Problems = field(default_factory=Problems)

    @property
    def added(self) -> list[Change]:
        """Rows that are not here yet."""
        return [change for change in self.changes if change.is_new]

    @property
    def ended(self) -> list[Change]:
        """Rows here that get a last day."""
        return [change for change in self.changes if not change.is_new and change.is_end]

    @property
    def altered(self) -> list[Change]:
        """Other rows here that change."""
        return [change for change in self.changes if not change.is_new and not change.is_end]

    def fingerprint(self) -> str:
        """The same for two plans that would do the same to the same rows."""
        digest = hashlib.sha256(self.holds.encode())
        names = (*KEYS[self.holds], *FIELDS[self.holds])
        for change in self.changes:
            values = [getattr(change.row, name) for name in names]
            digest.update(repr((change.row.pk, sorted(change.before.items()), values)).encode())
        return digest.hexdigest()

    def examples(self) -> dict[str, list[list[Any]]]:
        """The first of each sort for people to look at: line, what, and how it changes."""
        sorts = {"added": self.added, "altered": self.altered, "ended": self.ended}
        return {
            sort: [[change.line, change.said, _difference(change)] for change in changes[:SHOWN]]
            for sort, changes in sorts.items()
        }


def plan_of(holds: str, file: IO[bytes]) -> Plan:
    """What the file would do now; nothing is written. Never raises for what a file holds."""
    return _Planner(holds, file).plan()


def _difference(change: Change) -> str:
    return "; ".join(
        f"{name.replace('_', ' ')}: {_shown(before)} → {_shown(getattr(change.row, name))}"
        for name, before in change.before.items()
    )


def _shown(value: Any) -> str:
    if value in (None, ""):
        return "–"
    return date_format(value, "j F Y") if isinstance(value, datetime.date) else str(value)


class _Planner:
    """One file on its way to a plan."""

    def __init__(self, holds: str, file: IO[bytes]) -> None:
        self.holds = holds
        self.sheet = Sheet(file, COLUMNS[holds], most_rows=MOST_ROWS, most_bytes=MOST_BYTES)
        self.lines = Lines(holds, self.sheet)
        self.model = MODELS[holds]
        self.here = {self._key_of(row): row for row in _rows_of(self.model)}
        self.first_lines: dict[Key, int] = {}
        self.plan_ = Plan(holds)
        self.codes = {
            (row.kind, row.code): row for row in self.here.values() if isinstance(row, Area) and row.code
        }
        self.held: dict[Key, list[BodyRole]] = defaultdict(list)
        for row in self.here.values():
            if isinstance(row, BodyRole):
                self.held[row.body_id, row.area_id, row.role].append(row)

    def plan(self) -> Plan:
        for row in self.sheet:
            values = self.lines.values(row)
            if values is not None and self._completes(row, values) and not self._repeats(row, values):
                self._take(row, values)
        if self.holds == PlaceFile.ROLES:
            self._refuse_overlapping_roles()
        self.plan_.rows, self.plan_.problems = self.sheet.row_count, self.sheet.problems
        return self.plan_

    def _key_of(self, row: models.Model) -> Key:
        return tuple(getattr(row, name) for name in KEYS[self.holds])

    def _completes(self, row: Row, values: Values) -> bool:
        """Whether it is known which row is meant; fills in what the line leaves to be understood."""
        if self.holds == PlaceFile.AREAS:
            return self._completes_area(row, values)
        if self.holds == PlaceFile.ROLES and values["valid_from"] is None:
            held = self.held[values["body_id"], values["area_id"], values["role"]]
            if len(held) == 1:
                # Who ends a role need not know since when it holds.
                values["valid_from"] = held[0].valid_from
        return True

    def _completes_area(self, row: Row, values: Values) -> bool:
        holder = self.codes.get((values["kind"], values["code"])) if values["code"] else None
        if not values["slug"]:
            values["slug"] = holder.slug if holder else self.sheet.value(row, "name", slug)
        if holder is not None and holder.slug != values["slug"]:
            self.sheet.problem(row, "code", format_lazy(_("{name} has this code already."), name=holder.name))
            return False
        return values["slug"] is not None

    def _repeats(self, row: Row, values: Values) -> bool:
        """Whether an earlier line is about the same row, or an area with the same code."""
        keys = [tuple(values[name] for name in KEYS[self.holds])]
        if values.get("code"):
            keys.append(("code", values["kind"], values["code"]))
        lines = [self.first_lines.setdefault(key, row.line) for key in keys]
        earlier = min(lines)
        if earlier != row.line:
            self.sheet.problem(row, "", format_lazy(_("Line {line} is about the same already."), line=earlier))
        return earlier != row.line

    def _take(self, row: Row, values: Values) -> None:
        key = tuple(values[name] for name in KEYS[self.holds])
        here = self.here.get(key)
        if here is None:
            self.plan_.changes.append(Change(row.line, self._said(row), self.model(**values)))
            return
        changes = {
            name: values[name]
            for name in FIELDS[self.holds]
            if self._is_said(name) and getattr(here, name) != values[name]
        }
        _settle_the_end(here, changes)
        self.plan_.unchanged += not changes
        if changes and self._stays_in_order(row, here, changes):
            before = {name: getattr(here, name) for name in changes}
            for name, value in changes.items():
                setattr(here, name, value)
            self.plan_.changes.append(Change(row.line, self._said(row), here, before))

    def _said(self, row: Row) -> str:
        """The line as people would name what it is about."""
        if self.holds == PlaceFile.OVERLAPS:
            return f"{row['child']} ({row['child_kind']}) – {row['parent']} ({row['parent_kind']})"
        if self.holds == PlaceFile.ROLES:
            return f"{row['body']}: {row['role']}, {row['area']} ({row['area_kind']})"
        return f"{row['name']} ({row['kind']})"

    def _is_said(self, name: str) -> bool:
        """Whether the file has a column for the field: one that it lacks leaves what is here."""
        return ("share" if name in ("extent", "share_bps") else name) in self.sheet.present

    def _stays_in_order(self, row: Row, here: models.Model, changes: Values) -> bool:
        """Whether the days still make sense where the file gives only one of them."""
        start, end = (changes.get(name, getattr(here, name, None)) for name in ("valid_from", "valid_to"))
        if start and end and start >= end:
            sentence = _("What ends must have begun before. This began on {day}.")
            self.sheet.problem(row, "valid_to", format_lazy(sentence, day=start.isoformat()))
            return False
        return True

    def _refuse_overlapping_roles(self) -> None:
        """A body must not have one role over one area twice on one day."""
        touched: dict[Key, list[Change]] = defaultdict(list)
        for change in self.plan_.changes:
            role = change.row
            if isinstance(role, BodyRole):
                touched[role.body_id, role.area_id, role.role].append(change)
        for key, changes in touched.items():
            mine = {id(change.row) for change in changes}
            periods = [(0, period_of(role)) for role in self.held[key] if id(role) not in mine]
            for change in changes:
                period = period_of(change.row)  # type: ignore[arg-type]  # roles alone were touched
                if any(other.overlaps(period) for _line, other in periods):
                    self.sheet.problems.add(change.line, "", _overlap_sentence(periods, period))
                periods.append((change.line, period))


def _settle_the_end(here: models.Model, changes: Values) -> None:
    """A day that is known now takes the place of a month, and the other way round."""
    for said, other in (("valid_to", "ends_in"), ("ends_in", "valid_to")):
        if changes.get(said) and getattr(here, other, None) and other not in changes:
            changes[other] = None


def _overlap_sentence(periods: Iterable[tuple[int, Period]], period: Period) -> Any:
    line, other = next((line, other) for line, other in periods if other.overlaps(period))
    words = {
        "start": other.start.isoformat() if other.start else "…",
        "end": other.end.isoformat() if other.end else "…",
        "line": line,
    }
    if line:
        return format_lazy(_("Line {line} gives this body the same role there from {start} to {end}."), **words)
    return format_lazy(
        _("This body has that role there from {start} to {end} already. Give the same first day to change it."),
        **words,
    )


def _rows_of(model: type[models.Model]) -> Iterable[Any]:
    if model is Area:
        return Area.objects.defer("initial").iterator(chunk_size=5000)
    if model is AreaBelonging:
        return AreaBelonging.objects.select_related("child", "parent").order_by("pk")
    if model is BodyRole:
        return BodyRole.objects.select_related("body", "area").order_by("pk")
    return Body.objects.order_by("pk")
