"""Questions that pages ask again and again with other numbers: put into SQL once for a process, then only asked.

To put one into SQL takes Django longer than it takes the database to answer from an index.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

# Numbers that no row has: the real ones are put where they come out in the statement.
FIRST_STAND_IN = 2**62
MOST_STATEMENTS = 256


@dataclass(frozen=True)
class _Parameter:
    """A parameter of the statement: a value by its name, or one of a list; without a name always the same."""

    name: str = ""
    place: int | None = None
    constant: Any = None

    def filled(self, values: dict[str, Any]) -> Any:
        if not self.name:
            return self.constant
        return values[self.name] if self.place is None else values[self.name][self.place]


class Prepared:
    """A queryset of plain values, built from keys of rows and from constants.

    A key, or each of a list, may be another one every time. Anything else, and how many keys there are in a list,
    makes another statement, so it should be one of a few. Values are given as the database has them: numbers and
    text, which are alike on both; dates and sums are not.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self.build = build
        self._written = lru_cache(maxsize=MOST_STATEMENTS)(self._write)

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """What `list(build(**values))` is."""
        if any(_is_list(value) and not value for value in values.values()):
            return list(self.build(**values))  # there is no statement for “one of none”
        statement, parameters = self._written(connection.vendor, *map(_shape, values.items()))
        with connection.cursor() as cursor:
            cursor.execute(statement, [parameter.filled(values) for parameter in parameters])
            return list(cursor.fetchall())

    def _write(self, _vendor: str, *shape: tuple[str, Any]) -> tuple[str, list[_Parameter]]:
        stood_for: dict[Any, _Parameter] = {}

        def stand_in(name: str, place: int | None = None) -> int:
            number = FIRST_STAND_IN + len(stood_for)
            stood_for[number] = _Parameter(name, place)
            return number

        asked: dict[str, Any] = {}
        for name, what in shape:
            if what is _KEY:
                asked[name] = stand_in(name)
            elif isinstance(what, _Keys):
                asked[name] = [stand_in(name, place) for place in range(what.number)]
            else:
                asked[name] = what
        statement, parameters = self.build(**asked).query.sql_with_params()
        if missing := stood_for.keys() - set(parameters):
            raise ValueError(f"The statement does not ask for “{stood_for[min(missing)].name}” as it is given.")
        return statement, [stood_for.get(each) or _Parameter(constant=each) for each in parameters]


@dataclass(frozen=True)
class _Keys:
    number: int


_KEY = object()


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _shape(value: tuple[str, Any]) -> tuple[str, Any]:
    name, what = value
    if _is_list(what):
        return name, _Keys(len(what))
    return name, _KEY if isinstance(what, int) and not isinstance(what, bool) else what
