"""Working days of England and Wales."""

import datetime
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

SATURDAY = 5


@cache
def bank_holidays() -> frozenset[datetime.date]:
    """Bank holidays of England and Wales, from data that comes with the library (no network)."""
    known = BankHolidays(locale="en_GB", use_cached_holidays=True)
    return frozenset(day["date"] for day in known.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))


def first_known_day() -> datetime.date:
    """The start of the first year whose bank holidays are known."""
    return datetime.date(min(day.year for day in bank_holidays()), 1, 1)


def last_known_day() -> datetime.date:
    """The end of the last year whose bank holidays are known."""
    return datetime.date(max(day.year for day in bank_holidays()), 12, 31)


def is_working_day(day: datetime.date) -> bool:
    """Neither a weekend nor a bank holiday. ValueError outside the years whose holidays are known."""
    first, last = first_known_day(), last_known_day()
    if not first <= day <= last:
        raise ValueError(f"Bank holidays are known from {first:%Y} to {last:%Y} only, not for {day}.")
    return day.weekday() < SATURDAY and day not in bank_holidays()


def working_day(start: datetime.date, number: int) -> datetime.date:
    """The `number`th working day counted from `start`, which is day one if it is a working day itself."""
    if number < 1:
        raise ValueError("Working days are counted from one.")
    day = start
    while True:
        if is_working_day(day):
            number -= 1
            if number == 0:
                return day
        day += datetime.timedelta(days=1)
