"""Lines of the four files of places as the values of rows: what each column takes, and how a line names others."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import models
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext_lazy as _

from core import cells
from core.cells import BadCell, name_key
from core.models.place_imports import PlaceFile
from core.models.places import Area, AreaBelonging, AreaKind, Body, BodyKind, BodyRole, BodyRoleKind, Extent
from core.sheets import Column, Row, Sheet

Values = dict[str, Any]
Key = tuple[Any, ...]

LONGEST_NOTE = 2000
LONGEST_SHOWN = 60
WHOLE_BPS = 10_000
_WHOLE = frozenset({"whole", "wholly", "all", "100", "100 0", "100 00"})
_PART = frozenset({"part", "in part", "partly", "some"})
# More than one area of a kind has this name.
SEVERAL = 0


def column(name: str, *, filled: bool = False, also: tuple[str, ...] = (), longest: int = 120) -> Column:
    """A column; one that must be filled must be there, too."""
    return Column(name, required=filled, filled=filled, also=also, longest=longest)


_DAYS = (
    column("valid_from", also=("from", "start date", "first day")),
    column("valid_to", also=("to", "until", "end date")),
)
_ORIGIN = (column("note", longest=LONGEST_NOTE), column("source", filled=True, longest=LONGEST_NOTE))

COLUMNS: Mapping[str, tuple[Column, ...]] = {
    PlaceFile.AREAS: (
        column("kind", filled=True),
        column("name", filled=True),
        column("slug"),
        column("code", also=("ons code", "gss code"), longest=20),
        *_DAYS,
        *_ORIGIN,
    ),
    PlaceFile.OVERLAPS: (
        column("child_kind", filled=True),
        column("child", filled=True),
        column("parent_kind", filled=True),
        column("parent", filled=True),
        column("share"),
        *_DAYS,
        _ORIGIN[1],
    ),
    PlaceFile.BODIES: (column("kind", filled=True), column("name", filled=True), column("slug"), *_ORIGIN),
    PlaceFile.ROLES: (
        column("body", filled=True),
        column("area_kind", filled=True),
        column("area", filled=True),
        column("role", filled=True),
        *_DAYS,
        column("ends_in", also=("ends in month",)),
        *_ORIGIN,
    ),
}
MODELS: Mapping[str, type[models.Model]] = {
    PlaceFile.AREAS: Area,
    PlaceFile.OVERLAPS: AreaBelonging,
    PlaceFile.BODIES: Body,
    PlaceFile.ROLES: BodyRole,
}
# What names a row, and what a file may change of it.
KEYS: Mapping[str, tuple[str, ...]] = {
    PlaceFile.AREAS: ("kind", "slug"),
    PlaceFile.OVERLAPS: ("child_id", "parent_id"),
    PlaceFile.BODIES: ("slug",),
    PlaceFile.ROLES: ("body_id", "area_id", "role", "valid_from"),
}
FIELDS: Mapping[str, tuple[str, ...]] = {
    PlaceFile.AREAS: ("name", "code", "valid_from", "valid_to", "note", "source"),
    PlaceFile.OVERLAPS: ("extent", "share_bps", "valid_from", "valid_to", "source"),
    PlaceFile.BODIES: ("kind", "name", "note", "source"),
    PlaceFile.ROLES: ("valid_to", "ends_in", "note", "source"),
}


# --- cells -------------------------------------------------------------------------------------------


def month(text: str) -> datetime.date:
    """The first day of the month that `text` says: 2028-05, 2028-05-01, May 2028. Raises BadCell."""
    bare = " ".join(text.replace("/", "-").split())
    for attempt in (bare, f"{bare}-01", f"01-{bare}", f"1 {bare}"):
        try:
            return cells.day(attempt).replace(day=1)
        except BadCell:
            continue
    raise BadCell(format_lazy(_("“{text}” is not a month. Write it like 2028-05."), text=text[:LONGEST_SHOWN]))


def share(text: str) -> tuple[str, int | None]:
    """Extent and basis points from "whole", "part", "30%" or "12.5". Raises BadCell."""
    bare = text.replace("%", " ").replace(",", ".").strip().casefold()
    if name_key(bare) in _WHOLE:
        return Extent.WHOLE.value, WHOLE_BPS if bare[0].isdigit() else None
    if name_key(bare) in _PART:
        return Extent.PART.value, None
    whole, _point, rest = bare.partition(".")
    is_number = whole.isascii() and whole.isdecimal() and len(whole) <= 2 and (rest or "0").isdecimal()
    bps = int(whole) * 100 + int(rest.ljust(2, "0")) if is_number and rest.isascii() and len(rest) <= 2 else 0
    if not 0 < bps < WHOLE_BPS:
        raise BadCell(
            format_lazy(
                _("“{text}” is no share. Write whole, part, or a number of percent like 30 or 12.5."),
                text=text[:LONGEST_SHOWN],
            )
        )
    return Extent.PART.value, bps


def one_of(kinds: type[models.TextChoices], noun: Any) -> Callable[[str], str]:
    """A reader of cells that hold one of `kinds`, by its code or its name."""
    known = {name_key(text): kind.value for kind in kinds for text in (kind.value, str(kind.label))}

    def read(text: str) -> str:
        found = known.get(name_key(text))
        if found is None:
            sentence = _("“{text}” is no {noun} we know. Known: {names}.")
            names = ", ".join(kind.value for kind in kinds)
            raise BadCell(format_lazy(sentence, text=text[:LONGEST_SHOWN], noun=noun, names=names))
        return found

    return read


def slug(text: str) -> str:
    """The address of a page from a name or from itself. Raises BadCell where no letter or digit is left."""
    found = slugify(text)
    if not found:
        raise BadCell(_("This has no letter or digit of which an address could be made. Give a slug."))
    return found


# --- what lines name ---------------------------------------------------------------------------------


@dataclass
class Names:
    """Rows by what a file may call them: slug, code, or a name that only one of them has."""

    noun: Any
    found: dict[Key, int] = field(default_factory=dict)

    def add(self, number: int, kind: str, *, slug: str, code: str = "", name: str = "") -> None:
        """The row of that number answers to these. What is said by slug or code goes before names."""
        for text in (slug, code.casefold()):
            if text:
                self.found[kind, text] = number
        key = (kind, "name", name_key(name))
        self.found[key] = SEVERAL if self.found.get(key, number) != number else number

    def number(self, text: str, kind: str = "") -> int:
        """The number of the row meant. Raises BadCell."""
        found = self.found.get((kind, text.casefold()))
        found = self.found.get((kind, "name", name_key(text)), -1) if found is None else found
        if found == SEVERAL:
            raise BadCell(
                format_lazy(
                    _("More than one is called “{text}”. Give its slug or code."), text=text[:LONGEST_SHOWN]
                )
            )
        if found < 0:
            sentence = _("There is no {noun} “{text}” here yet. Give its slug, code or name; import it first.")
            raise BadCell(format_lazy(sentence, noun=self.noun, text=text[:LONGEST_SHOWN]))
        return found


def names_of_areas() -> Names:
    """Every area, by kind."""
    names = Names(_("area of that kind"))
    for number, kind, its_slug, code, name in Area.objects.order_by("pk").values_list(
        "pk", "kind", "slug", "code", "name"
    ):
        names.add(number, kind, slug=its_slug, code=code, name=name)
    return names


def names_of_bodies() -> Names:
    """Every body."""
    names = Names(_("body"))
    for number, its_slug, name in Body.objects.order_by("pk").values_list("pk", "slug", "name"):
        names.add(number, "", slug=its_slug, name=name)
    return names


# --- lines -------------------------------------------------------------------------------------------


class Lines:
    """The lines of one sheet as values of rows; what is wrong goes to the problems of the sheet."""

    def __init__(self, holds: str, sheet: Sheet) -> None:
        self.holds, self.sheet = holds, sheet
        self.area_kind = one_of(AreaKind, _("kind of area"))
        self.body_kind = one_of(BodyKind, _("kind of body"))
        self.role_kind = one_of(BodyRoleKind, _("role"))
        self.areas = names_of_areas() if holds in (PlaceFile.OVERLAPS, PlaceFile.ROLES) else Names("")
        self.bodies = names_of_bodies() if holds == PlaceFile.ROLES else Names("")

    def values(self, row: Row) -> Values | None:
        """Fields of the row by name, those of its key among them; nothing if something is wrong."""
        before = self.sheet.problems.count
        reader = {
            PlaceFile.AREAS: self._area,
            PlaceFile.OVERLAPS: self._overlap,
            PlaceFile.BODIES: self._body,
            PlaceFile.ROLES: self._role,
        }[cast("PlaceFile", self.holds)]
        values = reader(row)
        if self.sheet.problems.count == before:
            self._refuse_disorder(row, values)
        return values if self.sheet.problems.count == before else None

    def _area(self, row: Row) -> Values:
        return {
            "kind": self.sheet.value(row, "kind", self.area_kind),
            "slug": self.sheet.value(row, "slug", slug) or "",
            **self._plain(row, "name", "code", "note", "source"),
            **self._days(row),
        }

    def _overlap(self, row: Row) -> Values:
        extent, bps = self.sheet.value(row, "share", share) or ("", None)
        return {
            "child_id": self._area_named(row, "child_kind", "child"),
            "parent_id": self._area_named(row, "parent_kind", "parent"),
            "extent": extent,
            "share_bps": bps,
            **self._plain(row, "source"),
            **self._days(row),
        }

    def _body(self, row: Row) -> Values:
        return {
            "kind": self.sheet.value(row, "kind", self.body_kind),
            "slug": self.sheet.value(row, "slug" if row["slug"] else "name", slug),
            **self._plain(row, "name", "note", "source"),
        }

    def _role(self, row: Row) -> Values:
        return {
            "body_id": self.sheet.value(row, "body", self.bodies.number),
            "area_id": self._area_named(row, "area_kind", "area"),
            "role": self.sheet.value(row, "role", self.role_kind),
            "ends_in": self.sheet.value(row, "ends_in", month),
            **self._plain(row, "note", "source"),
            **self._days(row),
        }

    def _area_named(self, row: Row, kind_column: str, name_column: str) -> int | None:
        kind = self.sheet.value(row, kind_column, self.area_kind)
        if kind is None:
            return None
        return self.sheet.value(row, name_column, lambda text: self.areas.number(text, kind))

    def _plain(self, row: Row, *names: str) -> Values:
        return {name: row[name] for name in names}

    def _days(self, row: Row) -> Values:
        return {name: self.sheet.value(row, name, cells.day) for name in ("valid_from", "valid_to")}

    def _refuse_disorder(self, row: Row, values: Values) -> None:
        start, end = values.get("valid_from"), values.get("valid_to")
        if start and end and start >= end:
            self.sheet.problem(row, "valid_to", _("This day must come after the first one."))
        if end and values.get("ends_in"):
            self.sheet.problem(row, "ends_in", _("Give the day in “valid to” or the month here, not both."))
        if self.holds == PlaceFile.OVERLAPS and values["child_id"] == values["parent_id"]:
            self.sheet.problem(row, "parent", _("An area cannot lie in itself."))
