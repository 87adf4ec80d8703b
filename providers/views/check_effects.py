"""What a version of the checks changes: cell by cell, and for the opportunities that are open."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from core.display import Text
from core.money import pounds
from core.templatetags.accord import lasting
from providers.checks import CHECKS, Case, Matrix, Size, sizes, totals_for
from providers.checks.check import band_titles
from providers.live_work import LiveWork
from providers.matrix import BANDS
from providers.models import MatrixVersion
from providers.queries.checks import NoMatrix, kept_matrix, matrix_on
from providers.views.check_display import BandCell, Sum, cell_of, sum_of


@dataclass(frozen=True)
class Change:
    """A cell, a band or minutes that differ: of what, where, before and after in words."""

    name: Text
    where: str
    before: str
    after: str


@dataclass(frozen=True)
class SizeEffect:
    """One size of provider: asked now, and asked then."""

    who: str
    now: Sum
    then: Sum

    @property
    def minutes_more(self) -> str:
        """By how many minutes it would take longer, or with a minus shorter."""
        return f"{self.then.minutes - self.now.minutes:+}".replace("-", "−").replace("+0", "0")


@dataclass(frozen=True)
class Effect:
    """An open opportunity with what each size of provider would meet."""

    title: Text
    url: str
    value: str
    sizes: list[SizeEffect]

    @property
    def changes(self) -> bool:
        """Whether any size of provider would notice."""
        return any(size.now != size.then for size in self.sizes)


def changes_between(before: Matrix, after: Matrix) -> list[Change]:
    """Everything in which two versions differ, bands first, then check by check."""
    old_bands, bands = band_titles(before), band_titles(after)
    found = [Change("", "", old, new) for old, new in zip(old_bands, bands, strict=True) if old != new]
    for check in CHECKS:
        for band in range(len(BANDS)):
            old, new = before.cell(check.code, band), after.cell(check.code, band)
            if old != new:
                words = [_in_words(cell_of(check, cell, bands[band])) for cell in (old, new)]
                found.append(Change(check.name, bands[band], *words))
        for how in check.ways:
            was, is_now = before.minutes_for(check.code, how), after.minutes_for(check.code, how)
            if was != is_now:
                found.append(Change(check.name, str(how.label), lasting(was), lasting(is_now)))
    return found


def _in_words(cell: BandCell) -> str:
    return f"{cell.how}, {cell.more}" if cell.more else str(cell.how)


def effects_of(draft: Matrix, works: Sequence[LiveWork], *, today: datetime.date) -> list[Effect]:
    """Each piece of live work under its own version and under `draft`, for four sizes of provider."""
    kept = {
        version.pk: kept_matrix(version)
        for version in MatrixVersion.objects.filter(pk__in={work.checks_version for work in works})
    }
    try:
        of_today = matrix_on(today)
    except NoMatrix:
        return []
    return [_effect(work, kept.get(work.checks_version or 0, of_today), draft, today) for work in works]


def _effect(work: LiveWork, now: Matrix, draft: Matrix, today: datetime.date) -> Effect:
    rows = []
    for size in sizes():
        case = _case(work, size, today)
        rows.append(SizeEffect(size.words, sum_of(totals_for(case, now)), sum_of(totals_for(case, draft))))
    return Effect(work.title, work.url, pounds(work.value_pence), rows)


def _case(work: LiveWork, size: Size, today: datetime.date) -> Case:
    return Case(
        value_share_pence=work.value_pence,
        income_pence=size.income_pence,
        legal_form=size.legal_form,
        staff_count=size.staff_count,
        holds_personal_data=work.holds_personal_data,
        contact_with_people=work.contact_with_people,
        route=work.route,
        on=today,
        months=work.months,
    )
