"""What a register says, as plain values for the pages of a registration."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.display import Row
from core.models import Organisation
from core.money import pounds
from core.templatetags.accord import day
from providers.forms.facts import day_of_year
from providers.identifiers import LegalForm, Scheme, normalise, problem_in, readings
from providers.models import IdentityLookUp, LookUpState, Registration
from providers.names import name_key
from providers.queries.registers import look_ups_of
from providers.registers import Found, look_up

MOST_FOUND = 10


def can_look_up() -> bool:
    """Whether any register can be looked up here."""
    registers = look_up()
    return any(registers.covers(scheme) for scheme in Scheme)


def found_for(text: str) -> list[Found]:
    """What the registers have under the number that `text` is, else under the words in it."""
    registers = look_up()
    numbered = [found for scheme, number in readings(text) if (found := registers.find(scheme, number))]
    return numbered or registers.search(text, limit=MOST_FOUND)


def entry_named(query: Mapping[str, Any]) -> Found | None:
    """The entry that an address names by register and number."""
    scheme = str(query.get("scheme", ""))
    number = normalise(scheme, str(query.get("number", ""))) if scheme in Scheme.values else ""
    return look_up().find(scheme, number) if number and not problem_in(scheme, number) else None


def filled_from(found: Found, own_name: str) -> dict[str, str]:
    """What the page of name and numbers starts from: the own spelling of the name where it is the same name."""
    same = name_key(found.name) == name_key(own_name)
    filled = {"name": own_name if same else found.readable_name, found.scheme: found.number}
    if found.company_number:
        filled[Scheme.COMPANY] = found.company_number
    return filled


def legal_form_of(found: Found) -> str:
    """What it is in law by the register; where that does not say, what its number fits."""
    if found.legal_form:
        return found.legal_form
    return LegalForm.COMPANY if found.scheme == Scheme.COMPANY else LegalForm.CHARITY


def gone_sentence(found: Found) -> str:
    """What to say of an entry that is no more; empty for one that stands."""
    if not found.is_gone:
        return ""
    if found.gone_on:
        sentence = _("The register says that this organisation was removed or dissolved on %(day)s.")
        return sentence % {"day": day(found.gone_on)}
    sentence = _("This organisation is no longer in the register (extract of %(day)s).")
    return sentence % {"day": day(found.extracted_on)}


def rows_of(found: Found, registration: Registration) -> list[Row]:
    """What the register knows; what of it will be filled in besides name and numbers says so."""
    income = "" if found.income_pence is None else pounds(found.income_pence)
    rows = [
        Row(label=_("Name in the register"), value=found.name),
        Row(label=_("Place"), value=found.place),
        Row(label=_("Last reported income"), value=income),
        Row(label=_("Year ends"), value=day_of_year(found.year_end_day, found.year_end_month)),
        Row(label=_("Extract of"), value=day(found.extracted_on)),
    ]
    return [row for row in rows if row.value]


def look_up_sentences(organisation: Organisation) -> list[str]:
    """What looking its numbers up gave, a sentence for each register."""
    return [look_up_sentence(row) for row in look_ups_of(organisation)]


def look_up_sentence(row: IdentityLookUp) -> str:
    """What one register said of a number, as of which day."""
    told = {
        "register": row.get_scheme_display(),
        "number": row.number,
        "name": row.matched_name,
        "day": day(row.extracted_on),
    }
    if row.result == LookUpState.NOT_FOUND:
        return _("%(number)s is not in the extract of %(day)s from %(register)s.") % told
    if row.result == LookUpState.GONE:
        return _("%(register)s, extract of %(day)s: %(name)s (%(number)s) was removed or dissolved.") % told
    return _("%(register)s, extract of %(day)s: %(number)s is %(name)s.") % told
