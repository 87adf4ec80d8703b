"""The calendar quarters for which results are due."""

import datetime

MONTHS = 3
# How long after a quarter its results may take to be counted.
DAYS_TO_REPORT = 30


def quarter_end_before(day: datetime.date) -> datetime.date:
    """The last day of the latest quarter that is over on `day`: 30 September on any day of October."""
    first_month = (day.month - 1) // MONTHS * MONTHS + 1
    return datetime.date(day.year, first_month, 1) - datetime.timedelta(days=1)


def period_due(*, starts_on: datetime.date, ends_on: datetime.date, today: datetime.date) -> datetime.date | None:
    """The last day of the latest period that is over and within the term; none before the first one is.

    Once the term is over it is the last day of the term, however the quarters lie.
    """
    if today > ends_on:
        return ends_on
    latest = quarter_end_before(today)
    return latest if latest >= starts_on else None


def period_start(end: datetime.date) -> datetime.date:
    """The first day of the quarter in which `end` lies."""
    return datetime.date(end.year, (end.month - 1) // MONTHS * MONTHS + 1, 1)


def due_on(end: datetime.date) -> datetime.date:
    """By when the results of a period that ended on `end` should be here."""
    return end + datetime.timedelta(days=DAYS_TO_REPORT)
