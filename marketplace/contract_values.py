"""The money and the days of a contract: financial years, reviews, and how much has changed. Arithmetic alone."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.money import WHOLE_BPS, split_by_shares

APRIL = 4
MONTHS_OF_A_YEAR = 12
# How often a contract can be looked at together, in months.
REVIEWS = (3, 6, 12)


def financial_year(day: datetime.date) -> int:
    """The year in which the financial year of that day begins: 2026 from 1 April 2026 to 31 March 2027."""
    return day.year if day.month >= APRIL else day.year - 1


def year_label(year: int) -> str:
    """2026/27."""
    return f"{year}/{(year + 1) % 100:02}"


def years_of(starts_on: datetime.date, ends_on: datetime.date) -> list[int]:
    """The financial years that the term touches, in order."""
    return list(range(financial_year(starts_on), financial_year(ends_on) + 1))


def split_over_years(value_pence: int, starts_on: datetime.date, ends_on: datetime.date) -> dict[int, int]:
    """Financial year -> its part of the value by the days that lie in it; the parts add up to the value."""
    years = years_of(starts_on, ends_on)
    days = [(_last_day(year, ends_on) - _first_day(year, starts_on)).days + 1 for year in years]
    return dict(zip(years, split_by_shares(value_pence, days), strict=True))


def _first_day(year: int, starts_on: datetime.date) -> datetime.date:
    return max(starts_on, datetime.date(year, APRIL, 1))


def _last_day(year: int, ends_on: datetime.date) -> datetime.date:
    return min(ends_on, datetime.date(year + 1, APRIL, 1) - datetime.timedelta(days=1))


def with_effects(years: Mapping[int, int], effects: Mapping[int, int]) -> dict[int, int]:
    """The pence of each year once the effects are added, in the order of the years; none for nought."""
    found = {year: years.get(year, 0) + effects.get(year, 0) for year in sorted({*years, *effects})}
    return {year: pence for year, pence in found.items() if pence}


def review_days(starts_on: datetime.date, ends_on: datetime.date, months: int) -> list[datetime.date]:
    """Every `months` from the first day on, as long as they lie before the last; none for nought.

    From the 31st a month without one has its review on its last day.
    """
    found: list[datetime.date] = []
    while months and (day := _months_later(starts_on, months * (len(found) + 1))) < ends_on:
        found.append(day)
    return found


def _months_later(day: datetime.date, months: int) -> datetime.date:
    years, month = divmod(day.month - 1 + months, MONTHS_OF_A_YEAR)
    first = datetime.date(day.year + years, month + 1, 1)
    after = first + datetime.timedelta(days=31)
    last = datetime.date(after.year, after.month, 1) - datetime.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


@dataclass(frozen=True)
class Change:
    """How much a contract has changed since it was signed: the sizes of all effects, up or down, added together.

    `bps` is that in basis points of the first value, rounded up, so that no change above a limit shows as it.
    """

    pence: int
    bps: int
    is_warned: bool
    needs_notice: bool


def cumulative_change(original_pence: int, effects: Iterable[int], *, warn_bps: int, notice_bps: int) -> Change:
    """What the effects come to together: warned of from `warn_bps` on, with a notice needed above `notice_bps`.

    A cut does not undo an increase: both were changes. Compared exactly, not by the rounded rate. Raises
    ValueError without a first value.
    """
    if original_pence <= 0:
        raise ValueError("A change is measured against a value above nought.")
    pence = sum(abs(effect) for effect in effects)
    whole = pence * WHOLE_BPS
    return Change(
        pence=pence,
        bps=-(-whole // original_pence),
        is_warned=whole >= warn_bps * original_pence,
        needs_notice=whole > notice_bps * original_pence,
    )
