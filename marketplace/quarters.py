"""The quarters that figures are about: their days, their names, and how people write them."""

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.dates import MONTHS as MONTH_NAMES
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import Sentence
from core.cells import BadCell, day

MONTHS = 3
# Financial years begin in April.
FIRST_OF_FINANCIAL_YEAR = 4
EARLIEST_YEAR, LATEST_YEAR = 1980, 2100
_BETWEEN = r"(?:to|until|–|—|-|/)"
_CALENDAR = re.compile(r"([0-9]{4})[ \-/]*q([1-4])|q([1-4])[ \-/]*([0-9]{4})")
_FINANCIAL = re.compile(r"([0-9]{4})[/-]([0-9]{2})[ \-]*q([1-4])|q([1-4])[ \-]*([0-9]{4})[/-]([0-9]{2})")
_WORDS = re.compile(rf"([a-z]+) ?(?:([0-9]{{4}}) ?)?{_BETWEEN} ?([a-z]+) ([0-9]{{4}})")
_DAYS = re.compile(r"(\S+) (?:to|until|–|—|-) (\S+)")
_FIRST_HALF = ("january", "february", "march", "april", "may", "june")
_NAMES = (*_FIRST_HALF, "july", "august", "september", "october", "november", "december")


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months that begin in January, April, July or October."""

    starts_on: datetime.date

    @classmethod
    def of(cls, day_in_it: datetime.date) -> "Quarter":
        """The quarter in which that day lies."""
        return cls(datetime.date(day_in_it.year, (day_in_it.month - 1) // MONTHS * MONTHS + 1, 1))

    @property
    def ends_on(self) -> datetime.date:
        """Its last day."""
        return self.next().starts_on - datetime.timedelta(days=1)

    def next(self) -> "Quarter":
        """The one after it."""
        return Quarter.of(self.starts_on + datetime.timedelta(days=100))

    def previous(self) -> "Quarter":
        """The one before it."""
        return Quarter.of(self.starts_on - datetime.timedelta(days=1))

    @property
    def code(self) -> str:
        """2026-Q3, of the calendar year; short and in the order of time."""
        return f"{self.starts_on.year}-Q{(self.starts_on.month - 1) // MONTHS + 1}"

    @property
    def label(self) -> str:
        """July to September 2026, in the reader's language."""
        first, last = MONTH_NAMES[self.starts_on.month], MONTH_NAMES[self.ends_on.month]
        return _("%(first)s to %(last)s %(year)s") % {"first": first, "last": last, "year": self.starts_on.year}


@lru_cache(maxsize=512)
def quarter(text: str) -> Quarter:
    """The quarter that `text` says. Raises BadCell.

    2026-Q3 and Q3 2026 are quarters of the calendar year; Q2 2026/27 one of the financial year from April;
    "July to September 2026", "2026-07-01 to 2026-09-30" and its first or last day alone are taken too.
    """
    bare = " ".join(text.casefold().split())
    found = _coded(bare) or _in_words(bare) or _in_days(bare)
    if found is None or not EARLIEST_YEAR <= found.starts_on.year <= LATEST_YEAR:
        raise BadCell(_not_a_quarter(text))
    return found


def quarter_from_code(code: str) -> Quarter | None:
    """The quarter of a code from an address, like 2026-Q3; none for anything else."""
    try:
        found = _coded(code.casefold()[:10])
    except ValueError:
        return None
    return found if found and EARLIEST_YEAR <= found.starts_on.year <= LATEST_YEAR else None


def _coded(text: str) -> Quarter | None:
    if match := _CALENDAR.fullmatch(text):
        year, number = match[1] or match[4], match[2] or match[3]
        return _beginning(int(year), (int(number) - 1) * MONTHS + 1)
    if match := _FINANCIAL.fullmatch(text):
        year, ends, number = match[1] or match[5], match[2] or match[6], match[3] or match[4]
        if (int(year) + 1) % 100 != int(ends):
            return None
        month = FIRST_OF_FINANCIAL_YEAR + (int(number) - 1) * MONTHS
        return _beginning(int(year) + (month > 12), (month - 1) % 12 + 1)
    return None


def _beginning(year: int, month: int) -> Quarter | None:
    return Quarter(datetime.date(year, month, 1)) if year else None


def _in_words(text: str) -> Quarter | None:
    match = _WORDS.fullmatch(text)
    if not match:
        return None
    first, last, year = _month(match[1]), _month(match[3]), int(match[4])
    if not first or not last or not year or match[2] not in (None, match[4]):
        return None
    return _beginning(year, first) if first % MONTHS == 1 and last == first + MONTHS - 1 else None


def _month(name: str) -> int:
    found = [number for number, full in enumerate(_NAMES, 1) if len(name) >= MONTHS and full.startswith(name)]
    return found[0] if len(found) == 1 else 0


def _in_days(text: str) -> Quarter | None:
    """From its first day to its last, or either of them."""
    match = _DAYS.fullmatch(text)
    try:
        first, last = (day(match[1]), day(match[2])) if match else (day(text), None)
    except BadCell:
        return None
    if first.year < EARLIEST_YEAR or first.year > LATEST_YEAR:
        return None
    found = Quarter.of(first)
    if last is None:
        return found if first in (found.starts_on, found.ends_on) else None
    return found if (first, last) == (found.starts_on, found.ends_on) else None


def _not_a_quarter(text: str) -> Sentence:
    return format_lazy(
        gettext_lazy("“{text}” is not a quarter. Write it like 2026-Q3 or July to September 2026."), text=text[:40]
    )
