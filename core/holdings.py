"""Everything held about an organisation, or about a person: each app says it for its own rows."""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import QuerySet

from core.exports import csv_lines
from core.models.people import Organisation, User

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """One kind of row: `name` is its file, in small letters and underscores; each row by name of its field."""

    name: str
    rows: Sequence[Values]


OrganisationSource = Callable[[Organisation, User], Iterable[Table]]
PersonSource = Callable[[User], Iterable[Table]]
_of_organisations: list[OrganisationSource] = []
_of_people: list[PersonSource] = []


def register(source: OrganisationSource) -> OrganisationSource:
    """`source` is asked what is held about an organisation, for somebody who may read all of it."""
    if source not in _of_organisations:
        _of_organisations.append(source)
    return source


def register_person(source: PersonSource) -> PersonSource:
    """`source` is asked what is held about a person."""
    if source not in _of_people:
        _of_people.append(source)
    return source


def held_about(organisation: Organisation, by: User) -> list[Table]:
    """What every app holds about the organisation and its owner may read, in the order they registered."""
    return [table for source in _of_organisations for table in source(organisation, by)]


def held_about_person(user: User) -> list[Table]:
    """What every app holds about the person."""
    return [table for source in _of_people for table in source(user)]


def table(name: str, rows: "QuerySet[Any, Any]", *, without: Sequence[str] = ()) -> Table:
    """The rows with every column of their own, links as numbers; `without` names fields that are left out."""
    fields: Sequence[models.Field[Any, Any]] = rows.model._meta.concrete_fields
    names = [field.attname for field in fields if field.name not in without]
    return Table(name, list(rows.order_by("pk").values(*names)))


def as_json(tables: Iterable[Table]) -> bytes:
    """One object with a list of rows under the name of each table, in UTF-8."""
    content = {each.name: [dict(row) for row in each.rows] for each in tables}
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def as_zip(tables: Iterable[Table]) -> bytes:
    """A zip of one CSV file for each table; lists and objects inside a cell are JSON."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in tables:
            header = list(dict.fromkeys(name for row in each.rows for name in row))
            rows = [[_cell(row.get(name)) for name in header] for row in each.rows]
            archive.writestr(f"{each.name}.csv", "".join(csv_lines(header, rows, most=len(rows))))
    return packed.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list | dict):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return value
