"""A frozen profile as plain values for the components."""

import datetime
import json
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.display import Row
from core.money import pounds
from core.templatetags.accord import day, when
from providers.checks.registry import CODES, check_named
from providers.forms.facts import day_of_year
from providers.identifiers import REGISTERS, LegalForm, Scheme
from providers.models import Declaration, DeclarationKind, LookUpState, Snapshot
from providers.sections import BY_KEY
from providers.states import EvidenceStatus


@dataclass(frozen=True)
class Part:
    """A heading with its lines."""

    title: str
    rows: list[Row]


def parts_of(snapshot: Snapshot) -> list[Part]:
    """Everything the frozen profile says, part by part."""
    profile: dict[str, Any] = json.loads(snapshot.content)
    parts = [
        Part(_("Who it is"), _identity(profile["identity"])),
        Part(_("What it does and how big it is"), _facts(profile["facts"])),
        Part(_("Whom to ask"), _contact(profile["contact"])),
        Part(_("What it declared"), [_declared(*each) for each in profile["declarations"].items()]),
        Part(_("In the public registers"), [_looked_up(row) for row in profile["look_ups"]]),
        Part(_("What it states"), [_stated(row) for row in profile["statements"]]),
        Part(_("What it has shown"), [_shown(row) for row in profile["evidence"]]),
    ]
    return [Part(part.title, [row for row in part.rows if row.value]) for part in parts]


def _identity(told: dict[str, Any]) -> list[Row]:
    form = told["legal_form"]
    numbers = [Row(REGISTERS[Scheme(scheme)].label, value) for scheme, value in told["identifiers"].items()]
    return [
        Row(_("Name"), told["name"]),
        Row(_("Legal form"), capfirst(LegalForm(form).label) if form else _("Legal form not told yet")),
        *numbers,
        Row(_("Run by"), told["governing_document"]),
        Row(_("Also known as"), told["trading_names"]),
        Row(_("In Welsh"), told["welsh_name"]),
    ]


def _facts(told: dict[str, Any]) -> list[Row]:
    income = told["annual_income_pence"]
    led = {True: _("Yes"), False: _("No"), None: ""}[told["lived_experience_led"]]
    return [
        Row(_("What it does"), told["summary"]),
        Row(_("Income in its last financial year"), "" if income is None else pounds(income)),
        Row(_("Year ends"), day_of_year(told["year_end_day"], told["year_end_month"])),
        Row(_("People it pays"), _number(told["staff_count"])),
        Row(_("Volunteers"), _number(told["volunteer_count"])),
        Row(_("Areas"), ", ".join(told["areas"])),
        Row(_("Needs"), ", ".join(told["categories"])),
        Row(_("Groups of people"), ", ".join(told["cohorts"])),
        Row(_("Languages besides English"), ", ".join(told["languages"])),
        Row(_("Led by people with lived experience"), led),
        Row(_("How"), told["lived_experience_how"]),
    ]


def _number(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _contact(told: dict[str, str]) -> list[Row]:
    named = ", ".join(filter(None, (told.get("name"), told.get("role"))))
    return [
        Row(_("Name"), named),
        Row(_("Email"), told.get("email", "")),
        Row(_("Telephone"), told.get("phone", "")),
    ]


def _declared(kind: str, told: dict[str, Any]) -> Row:
    clear = str(Declaration(kind=kind).clear_sentence)
    lines = [clear if told["is_clear"] else told["details"], *told["grounds"]]
    reached = ", ".join(filter(None, (told["named_lead"], told["lead_email"], told["lead_phone"])))
    at = when(datetime.datetime.fromisoformat(told["declared_at"]))
    signed = _("Declared by %(name)s, %(time)s") % {"name": told["declared_by"], "time": at}
    title = BY_KEY[kind].title if kind in BY_KEY else DeclarationKind(kind).label
    return Row(title, "\n".join(filter(None, [*lines, reached, signed])))


def _looked_up(row: dict[str, str]) -> Row:
    result = LookUpState(row["result"]).label
    as_of = day(datetime.date.fromisoformat(row["extracted_on"]))
    told = ", ".join(filter(None, (row["number"], str(result), row["matched_name"])))
    extract = _("extract of %(day)s") % {"day": as_of}
    return Row(REGISTERS[Scheme(row["scheme"])].label, f"{told} ({extract})")


def _stated(row: dict[str, Any]) -> Row:
    amount = pounds(row["amount_pence"]) if row["amount_pence"] is not None else ""
    return Row(_name_of(row["check"]), "\n".join(filter(None, (row["words"], amount))))


def _name_of(code: str) -> str:
    """The check's name; a profile may be older than the list of checks."""
    return str(check_named(code).name) if code in CODES else code


def _shown(row: dict[str, Any]) -> Row:
    until = row["valid_until"]
    words = [
        str(EvidenceStatus(row["status"]).label),
        row["issuer"],
        pounds(row["amount_pence"]) if row["amount_pence"] is not None else "",
        _("until %(day)s") % {"day": day(datetime.date.fromisoformat(until))} if until else "",
    ]
    return Row(_name_of(row["check"]), ", ".join(filter(None, words)))
