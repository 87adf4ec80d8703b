"""How rows get into their tables, and how they are numbered: a second run adds only what is missing."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import IntEnum
from functools import cache
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max, QuerySet
from django.utils import timezone

M = TypeVar("M", bound=models.Model)
T = TypeVar("T")

BATCH = 500
MAIL = "scale.example.org"
_OURS = 0x5CA1E << 108
_LARGEST = 2**64 - 1


class Kind(IntEnum):
    """What has a number of its own; it stands in the form key, which is unique and has an index."""

    PROVIDER = 1
    CONSORTIUM = 2
    NEED = 3
    OPPORTUNITY = 4
    BID = 5
    ALLIANCE = 6
    SIGNAL = 7
    FIGURES = 8
    PARTNER_NOTICE = 9
    PARTNER_INTEREST = 10


def key(kind: Kind, number: int) -> UUID:
    """The form key of row `number` of that kind."""
    return UUID(int=_OURS | kind << 64 | number)


def number_of(row_key: UUID) -> int:
    """The number that `key` put there."""
    return row_key.int & _LARGEST


def rows_of(model: type[M], kind: Kind, first: int = 0, last: int = _LARGEST) -> QuerySet[M]:
    """Rows of that kind made here, numbered `first` to `last`, in the order of their numbers."""
    keys = (key(kind, first), key(kind, last))
    return model._default_manager.filter(form_key__range=keys).order_by("form_key")


def missing(model: type[models.Model], kind: Kind, wanted: int) -> range:
    """Numbers of the rows that are not there yet; they are always made from nought upwards."""
    return range(rows_of(model, kind).count(), wanted)


def write(model: type[M], rows: Iterable[M]) -> list[M]:
    """The rows are in the table and know their numbers.

    bulk_create would say the same in two and a half times the time, and set created_at to this minute: here
    a column that fills itself keeps what it was given. Only one process may write so at a time.
    """
    made = list(rows)
    if not made:
        return made
    statement, columns = _insert(model)
    first = (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
    now = timezone.now()
    for number, row in enumerate(made, start=first):
        row.pk = number
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[_value(row, *column, now) for column in columns] for row in made])
    return made


# Of a column: its name on the row, whether it fills itself, and what makes a value fit to be stored.
Column = tuple[str, bool, Callable[..., Any]]


@cache
def _insert(model: type[models.Model]) -> tuple[str, list[Column]]:
    """The statement and its columns."""
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  names of our own models
    return statement, [(field.attname, _fills_itself(field), field.get_db_prep_save) for field in fields]


def _fills_itself(field: Any) -> bool:
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)


def _value(row: models.Model, name: str, fills_itself: bool, stored: Callable[..., Any], now: datetime) -> Any:
    value = getattr(row, name)
    if value is None:
        return stored(now, connection) if fills_itself else None
    return value if type(value) in (int, str, bool) else stored(value, connection)


def let_numbers_go_on() -> None:
    """The next row anybody else writes gets a number beyond ours; PostgreSQL has to be told."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            cursor.execute(statement)


def batches(numbers: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """`numbers` in lists of at most `size`."""
    waiting = iter(numbers)
    while batch := list(islice(waiting, size)):
        yield batch
