"""What a value comes to in a year."""

import datetime
from fractions import Fraction

from core.money import round_half_up

YEAR = 12


def months_between(starts_on: datetime.date, ends_on: datetime.date) -> int:
    """Months from the first day to the last, both counted; a month begun counts whole."""
    after = ends_on + datetime.timedelta(days=1)
    whole = (after.year - starts_on.year) * YEAR + after.month - starts_on.month
    return whole + 1 if after.day > starts_on.day else whole


def months_of(starts_on: datetime.date | None, ends_on: datetime.date | None) -> int | None:
    """How many months a service lasts; none while nobody said."""
    return None if starts_on is None or ends_on is None else months_between(starts_on, ends_on)


def pence_in_a_year(value_pence: int, months: int | None) -> int:
    """The value for each of its years; the whole value where it lasts a year at most or nobody said how long."""
    if months is None or months <= YEAR:
        return value_pence
    return round_half_up(Fraction(value_pence * YEAR, months))


def pence_over(pence_a_year: int, months: int | None) -> int:
    """The most that a service of so many months may be worth at so much a year, rounded down."""
    return pence_a_year if months is None or months <= YEAR else pence_a_year * months // YEAR


def pence_a_year(value_pence: int, starts_on: datetime.date | None, ends_on: datetime.date | None) -> int:
    """The value of a service for each of its years, by its first and its last day.

    £90,000 from 1 April 2027 to 31 March 2030 is £30,000 a year.
    """
    return pence_in_a_year(value_pence, months_of(starts_on, ends_on))
