"""Four sizes of provider for whom pages show what is asked, and the one list for all to set beside it."""

import csv
import datetime
import functools
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import pounds
from providers.checks.asking import Totals, totals_for
from providers.checks.case import Case
from providers.identifiers import LegalForm
from providers.matrix import Matrix
from providers.reference.shipped import FOLDER


@dataclass(frozen=True)
class Size:
    """A provider as the checks see it: what it is in law, its income in a year, its paid staff."""

    key: str
    legal_form: str
    income_pence: int
    staff_count: int

    @property
    def words(self) -> str:
        """Charity, £60,000 a year, 3 staff."""
        return size_words(self.legal_form, self.income_pence, self.staff_count)


# Shorter than in the registration: a heading of a row.
_SHORT = {LegalForm.UNREGISTERED: lambda: _("unregistered group"), LegalForm.CHARITY: lambda: _("charity")}


def size_words(legal_form: str, income_pence: int, staff_count: int) -> str:
    """An organisation in one line: its form in law, its income in a year, its paid staff."""
    form = LegalForm(legal_form)
    name = _SHORT[form]() if form in _SHORT else str(form.label)
    staff = ngettext("%(n)s staff", "%(n)s staff", staff_count) % {"n": f"{staff_count:,}"}
    words = {
        "form": name[:1].upper() + name[1:],
        "income": pounds(income_pence),
        "staff": staff if staff_count else _("no staff"),
    }
    return _("%(form)s, %(income)s a year, %(staff)s") % words


@functools.cache
def sizes() -> tuple[Size, ...]:
    """The sizes of the data file, smallest first."""
    with (FOLDER / "provider_sizes.csv").open(encoding="utf-8", newline="") as opened:
        return tuple(
            Size(line["size"], line["legal_form"], int(line["income_pence"]), int(line["staff"]))
            for line in csv.DictReader(opened, strict=True)
        )


def one_list_for_all(matrix: Matrix, *, route: str, on: datetime.date) -> Totals:
    """What everybody would be asked if nothing but the largest value counted: the top band, with every fact."""
    largest = Case(
        value_share_pence=matrix.edges[-1] + 1,
        income_pence=0,
        legal_form=LegalForm.COMPANY,
        staff_count=1,
        holds_personal_data=True,
        contact_with_people=True,
        route=route,
        on=on,
    )
    return totals_for(largest, matrix)
