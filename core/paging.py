"""Lists a page at a time, by the key of the last row: page 40,000 costs what page one costs."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.formats import number_format

from core.display import Pages, Text

PAGE_SIZE = 25
COUNT_CAP = 1000
PARAMETER = "page"
AFTER, BEFORE = "a", "b"

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """The rows of one page and the cursors of its neighbours ("" where there are none)."""

    rows: list[M] = field(default_factory=list)
    previous_cursor: str = ""
    next_cursor: str = ""
    is_first: bool = True


@dataclass(frozen=True)
class Count:
    """A number of rows, counted no further than the cap: shown as "1,000+" beyond it."""

    number: int
    capped: bool = False

    def __str__(self) -> str:
        shown = number_format(self.number, use_l10n=True, force_grouping=True)
        return f"{shown}+" if self.capped else shown


def count_up_to(queryset: QuerySet[M], cap: int = COUNT_CAP) -> Count:
    """How many rows there are, reading no more than `cap` + 1 of them."""
    number = queryset.order_by()[: cap + 1].count()
    return Count(min(number, cap), capped=number > cap)


def page_of(queryset: QuerySet[M], *, order: Sequence[str], cursor: str = "", size: int = PAGE_SIZE) -> Page[M]:
    """The page that `cursor` names, or the first one where it names none that could be.

    `order` is one to three columns of the row itself, never null, "-" for descending, the last of them
    unique ("id"). An index over the same columns in the same order makes every page cost the same.
    """
    direction, values = _read(cursor, queryset.model, order)
    if direction == BEFORE:
        rows = list(queryset.filter(_beyond(_reversed(order), values)).order_by(*_reversed(order))[: size + 1])
        more, rows = len(rows) > size, rows[size - 1 :: -1] if len(rows) > size else rows[::-1]
        if rows:
            return _page(rows, order, previous=more, following=True)
        direction = ""  # everything before it has gone: that is page one
    wanted = queryset.filter(_beyond(order, values)) if direction == AFTER else queryset
    rows = list(wanted.order_by(*order)[: size + 1])
    return _page(rows[:size], order, previous=direction == AFTER, following=len(rows) > size)


def links(page: Page[M], text: Text, path: str, parameters: Mapping[str, Any]) -> Pages:
    """Where the neighbours of `page` are, for the pagination component; filters are kept, `text` is shown."""
    kept = {name: value for name, value in parameters.items() if name != PARAMETER}

    def address(cursor: str) -> str:
        query = urlencode({**kept, **({PARAMETER: cursor} if cursor else {})}, doseq=True)
        return f"{path}?{query}" if query else path

    return Pages(
        text=text,
        first_url="" if page.is_first else address(""),
        previous_url=address(page.previous_cursor) if page.previous_cursor else "",
        next_url=address(page.next_cursor) if page.next_cursor else "",
    )


def _page(rows: list[M], order: Sequence[str], *, previous: bool, following: bool) -> Page[M]:
    return Page(
        rows=rows,
        previous_cursor=_written(BEFORE, rows[0], order) if previous and rows else "",
        next_cursor=_written(AFTER, rows[-1], order) if following and rows else "",
        is_first=not previous,
    )


def _reversed(order: Sequence[str]) -> list[str]:
    return [column.removeprefix("-") if column.startswith("-") else f"-{column}" for column in order]


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after `values` in `order`.

    For two columns: a >= x and (a > x or b > y). The first part alone is what an index can be entered by;
    (a > x or (a = x and b > y)) says the same and makes SQLite read the index from its beginning.
    """
    column, value = order[0], values[0]
    name, side = column.removeprefix("-"), "lt" if column.startswith("-") else "gt"
    past = Q(**{f"{name}__{side}": value})
    if len(order) == 1:
        return past
    return Q(**{f"{name}__{side}e": value}) & (past | _beyond(order[1:], values[1:]))


# --- cursors: signed, so that what comes back is what went out ---------------------------------------


def _signer(model: type[Model], order: Sequence[str]) -> signing.Signer:
    return signing.Signer(salt=f"paging:{model._meta.label_lower}:{','.join(order)}")


def _written(direction: str, row: Model, order: Sequence[str]) -> str:
    values = [getattr(row, column.removeprefix("-")) for column in order]
    return _signer(type(row), order).sign_object([direction, *(_plain(value) for value in values)])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def _read(cursor: str, model: type[Model], order: Sequence[str]) -> tuple[str, list[Any]]:
    """Direction and values; ("", []) for none, for one of another list or order, or one tampered with."""
    try:
        direction, *plain = _signer(model, order).unsign_object(cursor)
    except signing.BadSignature:
        return "", []
    fields = [model._meta.get_field(column.removeprefix("-")) for column in order]
    return direction, [
        column.to_python(value)  # type: ignore[union-attr]  # only columns are named, no relations
        for column, value in zip(fields, plain, strict=True)
    ]
