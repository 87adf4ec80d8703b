"""The facts on which the checks depend, and how they are read from JSON."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.identifiers import LegalForm
from providers.yearly import YEAR, pence_in_a_year

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Route(models.TextChoices):
    """The way the money is given."""

    TENDER = "tender", _("tender")
    GRANT = "grant", _("grant")
    ALLIANCE = "alliance", _("alliance")


class BadCase(ValueError):
    """The case cannot be read; the text says in one line what is wrong."""


@dataclass(frozen=True)
class Case:
    """One organisation's part in one piece of work.

    `value_share_pence` is its own share of the lot, VAT included; `income_pence` its income in a year; `on` the
    day that decides which version of the matrix holds; `months` how long the work lasts, none where nobody said.
    Raises BadCase on an amount or a number below nought, and on a legal form or a route that is not known.
    """

    value_share_pence: int
    income_pence: int
    legal_form: str
    staff_count: int
    holds_personal_data: bool
    contact_with_people: bool
    route: str
    on: datetime.date
    months: int | None = None

    def __post_init__(self) -> None:
        for name in ("value_share_pence", "income_pence", "staff_count"):
            if getattr(self, name) < 0:
                raise BadCase(f"{name} must not be below nought")
        if self.legal_form not in LegalForm.values:
            raise BadCase(f"legal_form must be one of {', '.join(LegalForm.values)}")
        if self.route not in Route.values:
            raise BadCase(f"route must be one of {', '.join(Route.values)}")
        if self.months is not None and self.months < 1:
            raise BadCase("months must be above nought")

    @property
    def a_year_pence(self) -> int:
        """The share for each year of the work; the whole of it where that lasts a year at most or nobody said."""
        return pence_in_a_year(self.value_share_pence, self.months)

    @property
    def is_of_years(self) -> bool:
        """Whether the work is known to last more than a year."""
        return self.months is not None and self.months > YEAR


# The names in JSON, each with the field of a case it fills and the type it must have.
KEYS: dict[str, tuple[str, type]] = {
    "value_share": ("value_share_pence", int),
    "income": ("income_pence", int),
    "legal_form": ("legal_form", str),
    "staff": ("staff_count", int),
    "holds_personal_data": ("holds_personal_data", bool),
    "contact_with_people": ("contact_with_people", bool),
    "route": ("route", str),
    "on": ("on", str),
}
WORDS = {int: "a whole number", str: "text", bool: "true or false"}


def case_from(data: object) -> Case:
    """The case in an object read from JSON; money in pence, the day as YYYY-MM-DD.

    Every key must be there and no other, each with exactly its type: true is no number. Raises BadCase.
    """
    if not isinstance(data, Mapping):
        raise BadCase("a case must be an object")
    for name in KEYS:
        if name not in data:
            raise BadCase(f"{name} is missing")
    for name in data:
        if name not in KEYS:
            raise BadCase(f"{name[:40]!a} is not known")
    values: dict[str, Any] = {}
    for name, (fills, kind) in KEYS.items():
        # A boolean is a number to Python, so the type itself must be the one.
        if type(data[name]) is not kind:
            raise BadCase(f"{name} must be {WORDS[kind]}")
        if kind is int and data[name] < 0:
            raise BadCase(f"{name} must not be below nought")
        values[fills] = data[name]
    values["on"] = _day(values["on"])
    return Case(**values)


def _day(text: str) -> datetime.date:
    try:
        if not DAY.fullmatch(text):
            raise ValueError
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise BadCase("on must be a date, written as 2026-10-01") from None
