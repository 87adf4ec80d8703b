"""The reference files in this folder become rows: new ones are added, changed ones follow, none is deleted."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from core.models.needs import Cohort, DesiredOutcome, NeedCategory
from core.models.places import Area, AreaBelonging, Body, BodyRole
from core.models.reference import ExclusionGround, IncomeBand, Language, NoticeType

FOLDER = Path(__file__).parent

Key = tuple[object, ...]


class BadReference(Exception):
    """A reference file cannot be loaded; the text names the file, the line and what to put right."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Link:
    """A foreign key, written in the file as the key of the row it points to: column -> field over there."""

    field: str
    model: type[models.Model]
    columns: Mapping[str, str]


@dataclass(frozen=True)
class ReferenceFile:
    """A file, the model it fills, the fields that name a row, and the columns that hold plain values.

    `also_unique` are fields that no two lines may share unless one of them is empty.
    """

    name: str
    model: type[models.Model]
    key: tuple[str, ...]
    columns: tuple[str, ...]
    links: tuple[Link, ...] = ()
    also_unique: tuple[str, ...] = ()

    @property
    def header(self) -> list[str]:
        return [*(column for link in self.links for column in link.columns), *self.columns]

    @property
    def fields(self) -> list[str]:
        return [*(f"{link.field}_id" for link in self.links), *self.columns]


@dataclass
class Loaded:
    """What one file held and what it altered."""

    name: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.unchanged


@dataclass
class _Rows:
    """The rows of a file, under their line numbers: those to add, those to alter, and how many to leave."""

    new: dict[int, models.Model] = field(default_factory=dict)
    changed: dict[int, models.Model] = field(default_factory=dict)
    unchanged: int = 0


# A file may point only to rows of the files above it.
FILES = (
    ReferenceFile(
        "areas.csv",
        Area,
        key=("kind", "slug"),
        columns=("kind", "slug", "name", "code", "valid_from", "valid_to", "note", "source"),
        also_unique=("kind", "code"),
    ),
    ReferenceFile(
        "area_belongings.csv",
        AreaBelonging,
        key=("child_id", "parent_id"),
        columns=("share_bps", "extent", "valid_from", "valid_to", "source"),
        links=(
            Link("child", Area, {"child_kind": "kind", "child_slug": "slug"}),
            Link("parent", Area, {"parent_kind": "kind", "parent_slug": "slug"}),
        ),
    ),
    ReferenceFile("bodies.csv", Body, key=("slug",), columns=("kind", "slug", "name", "note", "source")),
    ReferenceFile(
        "body_roles.csv",
        BodyRole,
        key=("body_id", "area_id", "role", "valid_from"),
        columns=("role", "valid_from", "valid_to", "ends_in", "note", "source"),
        links=(
            Link("body", Body, {"body_slug": "slug"}),
            Link("area", Area, {"area_kind": "kind", "area_slug": "slug"}),
        ),
    ),
    ReferenceFile(
        "need_categories.csv",
        NeedCategory,
        key=("code",),
        columns=(
            "code",
            "name",
            "definition",
            "oasys_section",
            "crs_category",
            "sufficient_pct",
            "sufficiency_note",
            "availability_note",
            "community_pct",
            "custody_pct",
            "helped_short_pct",
            "helped_long_pct",
            "source",
        ),
    ),
    ReferenceFile(
        "desired_outcomes.csv",
        DesiredOutcome,
        key=("category_id", "code"),
        columns=("code", "text", "source"),
        links=(Link("category", NeedCategory, {"category": "code"}),),
    ),
    ReferenceFile("cohorts.csv", Cohort, key=("code",), columns=("code", "name", "definition", "source")),
    ReferenceFile(
        "exclusion_grounds.csv",
        ExclusionGround,
        key=("code",),
        columns=("code", "kind", "group", "label", "provision", "source"),
    ),
    ReferenceFile("languages.csv", Language, key=("code",), columns=("code", "name", "source")),
    ReferenceFile(
        "income_bands.csv",
        IncomeBand,
        key=("code", "effective_from"),
        columns=("code", "name", "above_pence", "effective_from", "asks", "source"),
    ),
    ReferenceFile(
        "notice_types.csv", NoticeType, key=("code",), columns=("code", "name", "stage", "note", "source")
    ),
)


Loader = Callable[[], Loaded]
_of_apps: list[Loader] = []


def register(loader: Loader) -> Loader:
    """`loader` brings the reference data of another app along; apps call this when they are ready."""
    if loader not in _of_apps:
        _of_apps.append(loader)
    return loader


@transaction.atomic
def load_reference(folder: Path = FOLDER) -> list[Loaded]:
    """Every row of the reference files is in the database as written; a row no longer in a file stays.

    All files or none: the first wrong row raises `BadReference` and nothing is kept. A second run writes nothing.
    A row that an operator's import has changed since is left as it is. Data of the apps above comes with our own
    files, not with those of another folder.
    """
    loaded = [_load(file, folder / file.name) for file in FILES]
    return loaded + [loader() for loader in _of_apps] if folder == FOLDER else loaded


def _load(file: ReferenceFile, path: Path) -> Loaded:
    rows = _sorted_rows(file, path)
    manager = file.model._default_manager
    try:
        with transaction.atomic():
            if rows.new:
                manager.bulk_create(rows.new.values())
            if rows.changed:
                manager.bulk_update(rows.changed.values(), file.fields)
    except IntegrityError as error:
        # Asking each row about each constraint costs a query, so it waits until the database has refused one.
        raise _culprit(file, rows.new | rows.changed, error) from error
    return Loaded(file.name, new=len(rows.new), changed=len(rows.changed), unchanged=rows.unchanged)


def _culprit(file: ReferenceFile, rows: dict[int, models.Model], error: IntegrityError) -> BadReference:
    for line, row in sorted(rows.items()):
        try:
            row.validate_constraints()
        except ValidationError as broken:
            return BadReference(file.name, line, _sentence(broken))
    return BadReference(file.name, 1, f"the database refused a row ({error}).")


def _sorted_rows(file: ReferenceFile, path: Path) -> _Rows:
    existing = {_values(row, file.key): row for row in file.model._default_manager.all()}
    targets = {link.field: _targets(link) for link in file.links}
    seen: dict[tuple[str, Key], int] = {}
    rows = _Rows()
    for line, cells in _lines(file, path):
        row = _parsed(file, line, cells, targets)
        _refuse_repeat(file, line, row, seen)
        old = existing.get(_values(row, file.key))
        # What an operator has imported since is theirs: it knows more than a file of the day of the release.
        is_theirs = getattr(old, "last_import_id", None) is not None
        if is_theirs or (old is not None and _values(old, file.fields) == _values(row, file.fields)):
            rows.unchanged += 1
            continue
        if old is not None:
            row.pk, row._state.adding = old.pk, False
        _refuse_malformed(file, line, row)
        (rows.new if old is None else rows.changed)[line] = row
    return rows


def _lines(file: ReferenceFile, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file with their line numbers, every cell there and trimmed."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.reader(opened, strict=True)
            if next(reader, []) != file.header:
                raise BadReference(file.name, 1, f"the columns must be {', '.join(file.header)}.")
            for cells in reader:
                yield reader.line_num, _cells(file, reader.line_num, cells)
    except FileNotFoundError as error:
        raise BadReference(file.name, 1, "the file is missing.") from error
    except UnicodeDecodeError as error:
        raise BadReference(file.name, 1, "the file is not UTF-8 text.") from error
    except csv.Error as error:
        raise BadReference(file.name, reader.line_num, f"the line is not CSV ({error}).") from error


def _cells(file: ReferenceFile, line: int, cells: list[str]) -> dict[str, str]:
    if len(cells) != len(file.header):
        raise BadReference(file.name, line, f"{len(cells)} cells where {len(file.header)} belong.")
    if any("\0" in cell for cell in cells):
        raise BadReference(file.name, line, "a cell holds a NUL character.")
    return {column: cell.strip() for column, cell in zip(file.header, cells, strict=True)}


def _targets(link: Link) -> dict[Key, object]:
    fields = tuple(link.columns.values())
    return {_values(row, fields): row.pk for row in link.model._default_manager.all()}


def _parsed(
    file: ReferenceFile, line: int, cells: dict[str, str], targets: dict[str, dict[Key, object]]
) -> models.Model:
    """An unsaved row with the values of one line in the types of its fields."""
    values: dict[str, Any] = {}
    for link in file.links:
        named = tuple(cells[column] for column in link.columns)
        if named not in targets[link.field]:
            raise BadReference(file.name, line, f"{link.field}: there is no {' '.join(named) or 'empty name'}.")
        values[f"{link.field}_id"] = targets[link.field][named]
    for column in file.columns:
        model_field = cast("models.Field[Any, Any]", file.model._meta.get_field(column))
        empty = model_field.null and not cells[column]
        try:
            values[column] = None if empty else model_field.to_python(cells[column])
        except ValidationError as error:
            raise BadReference(file.name, line, f"{column}: {' '.join(error.messages)}") from error
    return file.model(**values)


def _refuse_repeat(file: ReferenceFile, line: int, row: models.Model, seen: dict[tuple[str, Key], int]) -> None:
    """Two lines of one file must not name the same row, nor share a code; an empty code is not shared."""
    for names in (file.key, file.also_unique):
        value = _values(row, names)
        if names == file.also_unique and (not names or "" in value):
            continue
        first = seen.setdefault((" and ".join(names), value), line)
        if first != line:
            raise BadReference(file.name, line, f"the same {' and '.join(names)} as line {first}.")


def _refuse_malformed(file: ReferenceFile, line: int, row: models.Model) -> None:
    """The model's own fields say what they take: length, choices, range, not empty."""
    try:
        row.clean_fields(exclude={link.field for link in file.links})
    except ValidationError as error:
        raise BadReference(file.name, line, _sentence(error)) from error


def _sentence(error: ValidationError) -> str:
    return " ".join(
        message if name == NON_FIELD_ERRORS else f"{name}: {message}"
        for name, messages in error.message_dict.items()
        for message in messages
    )


def _values(row: models.Model, names: Iterable[str]) -> Key:
    return tuple(getattr(row, name) for name in names)
