"""Checks as plain values for pages: lines of a list, sums in words, cells of the matrix."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.display import Text
from core.money import percent, pounds
from providers.checks import CHECKS, Asked, Check, How, Matrix, Totals, check_named
from providers.checks.check import band_titles
from providers.forms.check_matrices import asked_ways
from providers.matrix import BANDS, Cell

TONES = {
    How.NOT_ASKED: "plain",
    How.SELF_DECLARED: "good",
    How.LOOKED_UP: "good",
    How.COMMIT: "info",
    How.EVIDENCE: "warn",
}
# In the figures of a list; what is not asked is not counted.
NUMBERED = {
    How.SELF_DECLARED: gettext_lazy("%(n)s your word"),
    How.LOOKED_UP: gettext_lazy("%(n)s looked up"),
    How.COMMIT: gettext_lazy("%(n)s promised"),
    How.EVIDENCE: gettext_lazy("%(n)s with evidence"),
}
HOUR = 60


@dataclass(frozen=True)
class CheckLine:
    """One check of a list: what it is called, how it is made, and why."""

    name: Text
    how: Text
    tone: str
    why: str
    basis: str
    time: str
    sponsor_can_cover: bool
    # How long it took others, where enough of them have done it.
    taken: str = ""


@dataclass(frozen=True)
class Sum:
    """A list of checks in figures and words."""

    asked: int
    minutes: int
    time: str
    ways: str


@dataclass(frozen=True)
class BandCell:
    """One cell of the matrix in words, under its band."""

    band: str
    how: Text
    tone: str
    more: str


def minutes_in_words(minutes: int) -> str:
    """5 minutes; 1 hour 5 minutes; 3 hours."""
    hours, rest = divmod(minutes, HOUR)
    parts = []
    if hours:
        parts.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
    if rest or not hours:
        parts.append(ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest})
    return " ".join(parts)


def taken_in_words(taken: tuple[int, int] | None) -> str:
    """4 minutes, the median of 12 organisations; nothing where it is not published."""
    if taken is None:
        return ""
    minutes, organisations = taken
    words = {"time": minutes_in_words(minutes), "count": f"{organisations:,}"}
    return _("It took %(time)s: the median of %(count)s organisations.") % words


def lines_of(asked: Iterable[Asked], taken: Mapping[str, tuple[int, int]] | None = None) -> list[CheckLine]:
    """The checks as a page lists them; `taken` is what published_minutes says."""
    return [
        CheckLine(
            name=check_named(row.check).name,
            how=row.how.label,
            tone=TONES[row.how],
            why=row.why,
            basis=row.legal_basis,
            time=minutes_in_words(row.minutes) if row.is_asked else "",
            sponsor_can_cover=row.sponsor_can_cover and row.is_asked,
            taken=taken_in_words((taken or {}).get(row.check)) if row.is_asked else "",
        )
        for row in asked
    ]


def sum_of(sums: Totals) -> Sum:
    """A list of checks added up: how many, in which ways, how long."""
    parts = [
        str(NUMBERED[how]) % {"n": number}
        for how, number in reversed(sums.by_how.items())
        if number and how in NUMBERED
    ]
    return Sum(asked=sums.asked, minutes=sums.minutes, time=minutes_in_words(sums.minutes), ways=", ".join(parts))


def minutes_of(matrix: Matrix) -> list[tuple[Text, str]]:
    """Each check with the minutes of every way in which it can be made."""
    return [
        (
            check.name,
            ", ".join(f"{how.label} {matrix.minutes_for(check.code, how)}" for how in asked_ways(check)),
        )
        for check in CHECKS
    ]


def table_of(matrix: Matrix) -> list[tuple[Check, list[BandCell]]]:
    """Every check with its cells, lowest band first."""
    bands = band_titles(matrix)
    return [
        (check, [cell_of(check, matrix.cell(check.code, band), bands[band]) for band in range(len(BANDS))])
        for check in CHECKS
    ]


def cell_of(check: Check, cell: Cell, band: str) -> BandCell:
    """A cell in words: how, and what it names."""
    more = []
    if cell.how is not How.NOT_ASKED:
        if cell.amount_pence is not None:
            more.append(pounds(cell.amount_pence))
        if cell.count is not None:
            more.append(check.counted(cell.count))
        if cell.otherwise is not None:
            more.append(_otherwise(check, cell))
    return BandCell(band=band, how=cell.how.label, tone=TONES[cell.how], more="; ".join(more))


def _otherwise(check: Check, cell: Cell) -> str:
    words = {"how": cell.otherwise.label if cell.otherwise else "", "condition": check.condition}
    if cell.share_bps is None:
        return _("%(how)s %(condition)s") % words
    return _("%(how)s if the share is at most %(part)s of the income") % {**words, "part": percent(cell.share_bps)}
