"""Days and moments, typed as day, month, year and time; moments are aware and mean clocks in London."""

import datetime
import re
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.forms.widgets import DateInput, DateTimeInput

LONDON = ZoneInfo("Europe/London")
FIRST_YEAR, LAST_YEAR = 1900, 2199
NOON = 12

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan ionawr ion",
            "february feb chwefror chwef chwe",
            "march mar mawrth maw",
            "april apr ebrill ebr",
            "may mai",
            "june jun mehefin meh",
            "july jul gorffennaf gorffenaf gorff gor",
            "august aug awst",
            "september sep sept medi med",
            "october oct hydref hyd",
            "november nov tachwedd tach tac",
            "december dec rhagfyr rhag rha",
        ),
        start=1,
    )
    for name in names.split()
}
NOON_WORDS = frozenset({"noon", "12 noon", "12noon", "midday", "12 midday", "hanner dydd", "12 hanner dydd"})
MIDNIGHT_WORDS = frozenset({"midnight", "12 midnight", "12midnight", "hanner nos", "12 hanner nos"})
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ayp]\.?m\.?|[yb]\.?[bhp]\.?|)", re.ASCII)
_MORNING, _AFTERNOON = frozenset({"am", "yb"}), frozenset({"pm", "yh", "yp"})
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|af|ail|ydd|fed|eg|ain)?", re.ASCII)


def _whole(text: str, longest: int) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= longest else None


def read_month(text: str) -> int | None:
    """3 from "3", "03", "March", "mar", "Mawrth"; none if it is no month."""
    number = _whole(text, 2)
    return number if number is not None else MONTHS.get(text.casefold().strip("."))


def read_time(text: str) -> datetime.time | None:
    """12:00 from "12 noon", 15:30 from "3:30pm", "3.30 pm" or "15:30"; none if it is no time of day."""
    words = " ".join(text.casefold().split())
    if words in NOON_WORDS:
        return datetime.time(NOON)
    found = _TIME.fullmatch(words)
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3].replace(".", "")
    if half:
        if not 1 <= hour <= NOON or half not in _MORNING | _AFTERNOON:
            return None
        hour = hour % NOON + (NOON if half in _AFTERNOON else 0)
    elif found[2] is None:
        return None
    try:
        return datetime.time(hour, minute)
    except ValueError:
        return None


class DateField(forms.Field):
    """A day as day, month and year; the month also by name in English or Welsh. Gives datetime.date.

    In posted data the parts are `<name>_day`, `<name>_month`, `<name>_year`.
    """

    widget: Any = DateInput
    default_error_messages = {
        "day": gettext_lazy("{label} must include a day."),
        "month": gettext_lazy("{label} must include a month."),
        "year": gettext_lazy("{label} must include a year."),
        "time": gettext_lazy("{label} must include a time, like 12 noon or 3:30pm."),
        "year_short": gettext_lazy("{label} must have a year of four digits, like 2027."),
        "invalid": gettext_lazy("{label} must be a real date, like 4 3 2027."),
    }

    def refusal(self, code: str, **params: str) -> ValidationError:
        """The sentence for `code`."""
        return ValidationError(self.error_messages[code], code=code, params=params)

    def clean(self, value: Any) -> Any:
        """The date, or none if every box is empty."""
        parts = [str(part).strip() if part is not None else "" for part in value or []]
        return super().clean(parts if any(parts) else None)

    def to_python(self, value: Any) -> Any:
        """The date the parts make."""
        if not value:
            return None
        for name, part in zip(self.widget.parts, value, strict=True):
            if not part:
                raise self.refusal(name)
        return self._date(*value[:3])

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the parts make another value."""
        return super().has_changed(initial, data if any(data or []) else None)

    def _date(self, day_text: str, month_text: str, year_text: str) -> datetime.date:
        ordinal = _ORDINAL.fullmatch(day_text.casefold())
        day = int(ordinal[1]) if ordinal else None
        month, year = read_month(month_text), _whole(year_text, 4)
        if year is not None and len(year_text) != len(str(FIRST_YEAR)):
            raise self.refusal("year_short")
        if day is None or month is None or year is None or not FIRST_YEAR <= year <= LAST_YEAR:
            raise self.refusal("invalid")
        try:
            return datetime.date(year, month, day)
        except ValueError:
            raise self.refusal("invalid") from None


class DateTimeField(DateField):
    """A day and a time of day in London. Gives an aware datetime.

    In posted data the parts are `<name>_day`, `<name>_month`, `<name>_year`, `<name>_time`. A time that
    the clocks leave out or show twice is refused: nobody could say which moment was meant.
    """

    widget = DateTimeInput
    default_error_messages = {
        "invalid_time": gettext_lazy("{label} must have a time of day, like 12 noon, 3:30pm or 15:30."),
        "midnight": gettext_lazy(
            "{label}: midnight could mean the start or the end of that day. Enter 12:01am or 11:59pm."
        ),
        "no_such_time": gettext_lazy(
            "{label}: there is no %(time)s on that day, because the clocks go forward from 1am to 2am."
        ),
        "time_comes_twice": gettext_lazy(
            "{label}: %(time)s comes twice on that day, because the clocks go back. Enter another time."
        ),
    }

    def to_python(self, value: Any) -> datetime.datetime | None:
        """The moment the parts make."""
        day = super().to_python(value)
        if day is None:
            return None
        text = value[3]
        if " ".join(text.casefold().split()) in MIDNIGHT_WORDS:
            raise self.refusal("midnight")
        time = read_time(text)
        if time is None:
            raise self.refusal("invalid_time")
        return self._moment(datetime.datetime.combine(day, time, LONDON), text)

    def _moment(self, moment: datetime.datetime, text: str) -> datetime.datetime:
        there_and_back = moment.astimezone(datetime.UTC).astimezone(LONDON)
        if there_and_back.replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise self.refusal("no_such_time", time=text)
        if moment.utcoffset() != moment.replace(fold=1).utcoffset():
            raise self.refusal("time_comes_twice", time=text)
        return timezone.localtime(moment, LONDON)
