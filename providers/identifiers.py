"""The registers that number organisations: which numbers they give, how one is written, where to look it up.

Formats follow org-id.guide (GB-CHC, GB-SC, GB-NIC, GB-COH, GB-MPR). Nothing here reads the database.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise

# What people put between the parts of a number; the hyphens and dashes of every keyboard.
_SEPARATORS = re.compile(r"[\s.,:/\\_()#‐‑‒–—−-]+")
_DASH = re.compile(r"[-/‐‑‒–—−]")
_CODE = re.compile(r"GB-?(?:CHC|COH|MPR|SC|NIC)\b[-\s]*")
_WORDS = re.compile(r"(?:(?:REGISTERED|REGISTRATION|REGISTER|REG|CHARITY|COMPANY|SOCIETY|NUMBER|NO)\b[\s.:#]*)+")


class LegalForm(models.TextChoices):
    """What a provider is in law."""

    CHARITY = "charity", _("charity (trust or association)")
    CIO = "cio", _("charitable incorporated organisation (CIO)")
    CIC = "cic", _("community interest company (CIC)")
    COMPANY = "company", _("company")
    MUTUAL = "mutual", _("mutual or co-operative")
    UNREGISTERED = "unregistered", _("unregistered group with a governing document")


class Scheme(models.TextChoices):
    """Registers that number organisations, named as in org-id.guide."""

    CHARITY_ENGLAND_AND_WALES = "GB-CHC", _("Charity Commission for England and Wales")
    CHARITY_SCOTLAND = "GB-SC", _("Scottish Charity Register")
    CHARITY_NORTHERN_IRELAND = "GB-NIC", _("Charity Commission for Northern Ireland")
    COMPANY = "GB-COH", _("Companies House")
    MUTUAL = "GB-MPR", _("Mutuals Public Register")


@dataclass(frozen=True)
class Register:
    """One register: what its number is called, how it looks, and the address of one entry."""

    label: Sentence
    shape: re.Pattern[str]
    problem: Sentence
    example: str
    # {number} and, for linked charities, {linked}; without either, where to search by hand.
    address: str


REGISTERS: dict[Scheme, Register] = {
    Scheme.CHARITY_ENGLAND_AND_WALES: Register(
        _("Charity number, England and Wales"),
        re.compile(r"[1-9][0-9]{5,6}(?:-[1-9][0-9]{0,3})?"),
        _(
            "A charity number has 6 or 7 digits, like 1090095. "
            "A linked charity has a dash and its own number after it, like 1090095-2."
        ),
        "1090095",
        "https://register-of-charities.charitycommission.gov.uk/charity-details/?regid={number}&subid={linked}",
    ),
    Scheme.CHARITY_SCOTLAND: Register(
        _("Charity number, Scotland"),
        re.compile(r"SC0[0-9]{5}"),
        _("A Scottish charity number is SC and six digits that begin with 0, like SC042386."),
        "SC042386",
        "https://www.oscr.org.uk/about-charities/search-the-register/charity-details?number={number}",
    ),
    Scheme.CHARITY_NORTHERN_IRELAND: Register(
        _("Charity number, Northern Ireland"),
        re.compile(r"1[0-9]{5}"),
        _("A Northern Ireland charity number has six digits that begin with 1, like 100019."),
        "100019",
        "https://www.charitycommissionni.org.uk/charity-details/?regId={number}&subId=0",
    ),
    Scheme.COMPANY: Register(
        _("Company number"),
        re.compile(r"[0-9]{8}|[A-Z]{2}[0-9]{6}"),
        _(
            "A company number has 8 characters: eight digits, like 09506232, or two letters and six digits, "
            "like SC123456. Keep the zeros it begins with."
        ),
        "09506232",
        "https://find-and-update.company-information.service.gov.uk/company/{number}",
    ),
    Scheme.MUTUAL: Register(
        _("Mutuals register number"),
        re.compile(r"(?:IP|SP|NP)[0-9]{4,6}[A-Z]{0,2}|[0-9]{1,6}[A-Z]{0,3}"),
        _("A mutuals register number looks like 235C, 7812 or IP031455."),
        "235C",
        "https://mutuals.fca.org.uk/",
    ),
}

# The registers that fit a legal form; of the first group at least one number is needed.
CHARITY_SCHEMES = (Scheme.CHARITY_ENGLAND_AND_WALES, Scheme.CHARITY_SCOTLAND, Scheme.CHARITY_NORTHERN_IRELAND)
NEEDED: dict[LegalForm, tuple[Scheme, ...]] = {
    LegalForm.CHARITY: CHARITY_SCHEMES,
    LegalForm.CIO: CHARITY_SCHEMES[:2],
    LegalForm.CIC: (Scheme.COMPANY,),
    LegalForm.COMPANY: (Scheme.COMPANY,),
    LegalForm.MUTUAL: (Scheme.MUTUAL, Scheme.COMPANY),
    LegalForm.UNREGISTERED: (),
}
OPTIONAL: dict[LegalForm, tuple[Scheme, ...]] = {LegalForm.COMPANY: CHARITY_SCHEMES}


def schemes_for(legal_form: str) -> tuple[Scheme, ...]:
    """The registers in which an organisation of this legal form may have a number, the needed ones first."""
    form = LegalForm(legal_form)
    return (*NEEDED[form], *OPTIONAL.get(form, ()))


def normalise(scheme: str, typed: str) -> str:
    """The number as its register writes it, without the words, spaces and marks people put around it.

    Never fails: what is no number of that register comes back cleaned, for `problem_in` to name. Zeros
    at the start stay, but for charity numbers of England and Wales, which never begin with one.
    """
    text = unicodedata.normalize("NFKC", typed).upper().strip()
    for around in (_CODE, _WORDS):
        found = around.match(text)
        text = text[found.end() :] if found else text
    if scheme == Scheme.CHARITY_ENGLAND_AND_WALES:
        return _with_linked(text)
    text = _SEPARATORS.sub("", text)
    if scheme == Scheme.CHARITY_NORTHERN_IRELAND:
        text = text.removeprefix("NIC")
    return text


def _with_linked(text: str) -> str:
    """1090095-2; the charity itself, which is linked number 0, without a suffix.

    A dash always stands before a linked number: dropping it would make another charity's number of the two.
    """
    parts = [_SEPARATORS.sub("", part).lstrip("0") for part in _DASH.split(text)]
    return "-".join(parts[:1] + [part for part in parts[1:] if part])


def problem_in(scheme: str, value: str) -> Sentence:
    """A sentence with an example if `value` is not a number of that register as `normalise` writes it; else ""."""
    register = REGISTERS[Scheme(scheme)]
    return "" if register.shape.fullmatch(value) else register.problem


def readings(typed: str) -> list[tuple[Scheme, str]]:
    """Every (register, number) that the text could be, for finding an organisation by number."""
    candidates = [(scheme, normalise(scheme, typed)) for scheme in Scheme]
    return [(scheme, value) for scheme, value in candidates if not problem_in(scheme, value)]


def register_address(scheme: str, value: str) -> str:
    """Where the public register shows this number, or where it can be searched for."""
    number, _dash, linked = value.partition("-")
    return REGISTERS[Scheme(scheme)].address.format(number=number, linked=linked or "0")
