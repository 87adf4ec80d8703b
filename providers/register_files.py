"""What the public extracts of two registers look like, and what a row of each says. Reads no database.

Charity register: the table “charity” of the Charity Commission's public extract. Company register: Companies
House's free company data product. Their other columns are passed over.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.cells import BadCell, day
from core.sheets import Column
from providers.identifiers import LegalForm, Scheme, Sentence, normalise, problem_in
from providers.registers import readable

LONGEST_NAME, LONGEST_PLACE, LONGEST_STATE = 255, 120, 60
LARGEST_INCOME = 10**13
_TRUE = frozenset({"true", "t", "1", "yes", "y"})
_DATE_IN_NAME = re.compile(r"(20\d{2})-?(\d{2})-?(\d{2})")


class LeftOut(ValueError):
    """The row cannot be kept: in which column, and why."""

    def __init__(self, column: str, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.column, self.sentence = column, sentence


@dataclass(frozen=True)
class RegisterFile:
    """One kind of extract: whose numbers it holds, its columns, how a row becomes fields of RegisterEntry."""

    scheme: Scheme
    columns: tuple[Column, ...]
    read: Callable[[Mapping[str, str]], dict[str, Any]]
    day_column: str = ""


def _number(scheme: Scheme, typed: str, column: str) -> str:
    number = normalise(scheme, typed)
    if problem := problem_in(scheme, number):
        raise LeftOut(column, problem)
    return number


def _name(text: str, column: str) -> str:
    name = " ".join(text.split())[:LONGEST_NAME]
    if not name:
        raise LeftOut(column, _("This cell is empty."))
    return name


def _day(text: str, column: str) -> datetime.date | None:
    try:
        return day(text) if text else None
    except BadCell as error:
        raise LeftOut(column, error.sentence) from error


def _pence(text: str, column: str) -> int | None:
    """Pounds with or without pence; nothing for an empty cell, nought for less than nothing."""
    if not text:
        return None
    try:
        pence = int(Decimal(text.replace(",", "")) * 100)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise LeftOut(column, format_lazy(_("“{text}” is not an amount."), text=text[:40])) from error
    return min(max(pence, 0), LARGEST_INCOME)


# --- charities ---------------------------------------------------------------------------------------


def _charity(cells: Mapping[str, str]) -> dict[str, Any]:
    number = f"{cells['registered_charity_number']}-{cells['linked_charity_number'] or 0}"
    gone_on = _day(cells["date_of_removal"], "date_of_removal")
    ends = _day(cells["latest_acc_fin_period_end_date"], "latest_acc_fin_period_end_date")
    state = cells["charity_registration_status"]
    company = normalise(Scheme.COMPANY, cells["charity_company_registration_number"])
    return {
        "number": _number(Scheme.CHARITY_ENGLAND_AND_WALES, number, "registered_charity_number"),
        "name": _name(cells["charity_name"], "charity_name"),
        "legal_form": _charity_form(cells, company),
        "company_number": "" if problem_in(Scheme.COMPANY, company) else company,
        "income_pence": _pence(cells["latest_income"], "latest_income"),
        "year_end_day": ends.day if ends else None,
        "year_end_month": ends.month if ends else None,
        "place": _charity_place(cells),
        "state": state[:LONGEST_STATE],
        "is_gone": gone_on is not None or state.casefold() == "removed",
        "gone_on": gone_on,
    }


def _charity_form(cells: Mapping[str, str], company: str) -> str:
    kind = cells["charity_type"].casefold()
    if cells["charity_is_cio"].casefold() in _TRUE or kind == "cio":
        return LegalForm.CIO
    if "company" in kind or not problem_in(Scheme.COMPANY, company):
        return LegalForm.COMPANY
    return LegalForm.CHARITY


def _charity_place(cells: Mapping[str, str]) -> str:
    """The last line of the address and the first half of the postcode: where, but not the door of a trustee."""
    lines = [cells[f"charity_contact_address{line}"] for line in range(5, 1, -1)]
    town = next((line for line in lines if line), "")
    return _place(town, cells["charity_contact_postcode"])


def _place(town: str, postcode: str) -> str:
    district = postcode.split()[0] if " " in postcode.strip() else ""
    return " ".join(filter(None, (readable(town.strip(" ,"), shortest=1), district)))[:LONGEST_PLACE]


CHARITIES = RegisterFile(
    Scheme.CHARITY_ENGLAND_AND_WALES,
    (
        Column("registered_charity_number", required=True, longest=40),
        Column("charity_name", required=True, longest=2000),
        Column("charity_registration_status", required=True),
        Column("linked_charity_number"),
        Column("date_of_extract"),
        Column("charity_type"),
        Column("charity_is_cio"),
        Column("date_of_removal"),
        Column("latest_income"),
        Column("latest_acc_fin_period_end_date"),
        *(Column(f"charity_contact_address{line}", longest=2000) for line in range(1, 6)),
        Column("charity_contact_postcode"),
        Column("charity_company_registration_number"),
    ),
    _charity,
    day_column="date_of_extract",
)


# --- companies ---------------------------------------------------------------------------------------


def _company(cells: Mapping[str, str]) -> dict[str, Any]:
    state, gone_on = cells["company_status"], _day(cells["dissolution_date"], "dissolution_date")
    ends = cells["accounts_account_ref_day"], cells["accounts_account_ref_month"]
    is_day = all(part.isascii() and part.isdecimal() for part in ends)
    words = state.casefold()
    return {
        "number": _number(Scheme.COMPANY, cells["company_number"], "company_number"),
        "name": _name(cells["company_name"], "company_name"),
        "legal_form": _company_form(cells["company_category"]),
        "company_number": "",
        "income_pence": None,
        "year_end_day": int(ends[0]) if is_day else None,
        "year_end_month": int(ends[1]) if is_day else None,
        "place": _place(cells["reg_address_post_town"], cells["reg_address_post_code"]),
        "state": state[:LONGEST_STATE],
        "is_gone": gone_on is not None or words.startswith(("dissolved", "converted", "closed", "removed")),
        "gone_on": gone_on,
    }


def _company_form(category: str) -> str:
    words = category.casefold()
    if "community interest" in words:
        return LegalForm.CIC
    if "charitable incorporated" in words:
        return LegalForm.CIO
    if "registered society" in words or "industrial and provident" in words:
        return LegalForm.MUTUAL
    return LegalForm.COMPANY


COMPANIES = RegisterFile(
    Scheme.COMPANY,
    (
        Column("company_number", required=True, longest=40),
        Column("company_name", required=True, longest=2000),
        Column("company_status", required=True),
        Column("company_category"),
        Column("dissolution_date"),
        Column("reg_address_post_town"),
        Column("reg_address_post_code"),
        Column("accounts_account_ref_day"),
        Column("accounts_account_ref_month"),
    ),
    _company,
)

FILES: dict[str, RegisterFile] = {"charity": CHARITIES, "company": COMPANIES}


def day_in_file_name(name: str) -> datetime.date | None:
    """The day that a file name such as BasicCompanyData-2026-11-01-part1_7.csv tells; none if it tells none."""
    found = _DATE_IN_NAME.search(name)
    try:
        return datetime.date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
