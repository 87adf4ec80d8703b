"""What is known of organisations for each check: their facts, their word, what they showed."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from providers.identifiers import LegalForm
from providers.models import (
    Declaration,
    Identifier,
    IdentityLookUp,
    LookUpState,
    Registration,
    Statement,
)
from providers.queries.evidence import Standing, shown_by
from providers.word_kinds import DECLARED


@dataclass(frozen=True)
class Known:
    """What is known of one organisation for one check.

    `is_told`: it gave its word (a declaration, a statement, a fact of its registration); `has_nothing_to_tell` is
    false where that word itself says that something is amiss. Sums insured in pence, None where none is named.
    `looked_up`: what public registers said when they were asked last, one row for each that could be.
    """

    is_told: bool = False
    has_nothing_to_tell: bool = True
    told_pence: int | None = None
    names_partners: bool = False
    shown: Standing | None = None
    shown_pence: int | None = None
    looked_up: tuple[IdentityLookUp, ...] = ()

    @property
    def is_found(self) -> bool:
        """Whether every number that could be looked up stands in its register, and under this name."""
        return bool(self.looked_up) and all(
            row.result == LookUpState.FOUND and row.name_agrees for row in self.looked_up
        )

    @property
    def contradicted_by(self) -> list[IdentityLookUp]:
        """The registers that say otherwise: a number is not there, or whose it is was removed."""
        return [row for row in self.looked_up if row.result != LookUpState.FOUND]


NOTHING = Known()


@dataclass(frozen=True)
class Facts:
    """One organisation: its income in pence, what it is in law, its paid staff; and check code -> what is known.

    A fact it has not told yet is None, or empty for the legal form.
    """

    income_pence: int | None = None
    legal_form: str = ""
    staff_count: int | None = None
    known: Mapping[str, Known] = field(default_factory=dict)

    def of(self, check: str) -> Known:
        """What is known for one check."""
        return self.known.get(check, NOTHING)


def facts_of(organisations: Collection[int], *, on: datetime.date) -> dict[int, Facts]:
    """Number of each organisation -> what is known of it on that day; as many queries for nine as for two."""
    numbers = list(organisations)
    known: dict[int, dict[str, Known]] = {number: {} for number in numbers}
    for number, told in _words_of(numbers).items():
        known[number].update(told)
    registrations = {row.organisation_id: row for row in _registrations(numbers)}
    identifiers = _identifiers_of(numbers)
    looked_up = _look_ups_of(identifiers)
    for number, row in registrations.items():
        known[number].update(_told_in_registration(row, number in identifiers, looked_up[number]))
    for number, by_check in shown_by(numbers, on=on).items():
        for check, shown in by_check.items():
            word, pence = known[number].get(check, NOTHING), shown.evidence.amount_pence
            known[number][check] = replace(word, shown=shown.standing, shown_pence=pence)
    return {number: _facts(registrations.get(number), known[number]) for number in numbers}


def _registrations(numbers: list[int]) -> list[Registration]:
    told = ("organisation_id", "annual_income_pence", "legal_form", "staff_count", "governing_document")
    return list(Registration.objects.filter(organisation__in=numbers).only(*told))


def _identifiers_of(numbers: list[int]) -> dict[int, set[tuple[str, str]]]:
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    rows = Identifier.objects.filter(organisation__in=numbers)
    for organisation, scheme, value in rows.values_list("organisation_id", "scheme", "value"):
        found[organisation].add((scheme, value))
    return found


def _look_ups_of(identifiers: Mapping[int, set[tuple[str, str]]]) -> dict[int, list[IdentityLookUp]]:
    """What the registers said of the numbers that the organisations have now."""
    found: dict[int, list[IdentityLookUp]] = defaultdict(list)
    for row in IdentityLookUp.objects.filter(organisation__in=identifiers):
        if (row.scheme, row.number) in identifiers[row.organisation_id]:
            found[row.organisation_id].append(row)
    return found


def _facts(row: Registration | None, known: Mapping[str, Known]) -> Facts:
    if row is None:
        return Facts(known=known)
    return Facts(row.annual_income_pence, row.legal_form, row.staff_count, known)


def _told_in_registration(
    row: Registration, has_number: bool, looked_up: list[IdentityLookUp]
) -> dict[str, Known]:
    unregistered = row.legal_form == LegalForm.UNREGISTERED
    found = {}
    if row.legal_form and (has_number or (unregistered and row.governing_document)):
        found["identity"] = Known(is_told=True, looked_up=tuple(looked_up))
    if row.annual_income_pence is not None:
        found |= {"accounts": Known(is_told=True), "turnover": Known(is_told=True)}
    return found


def _words_of(numbers: list[int]) -> dict[int, dict[str, Known]]:
    found: dict[int, dict[str, Known]] = defaultdict(dict)
    checks = {kind.value: check for check, kind in DECLARED.items()}
    declared = Declaration.objects.filter(organisation__in=numbers, kind__in=checks)
    for number, kind, is_clear in declared.values_list("organisation_id", "kind", "is_clear"):
        found[number][checks[kind]] = Known(is_told=True, has_nothing_to_tell=is_clear)
    for row in Statement.objects.filter(organisation__in=numbers).defer("words"):
        found[row.organisation_id][row.check_code] = Known(
            is_told=True, told_pence=row.amount_pence, names_partners=row.names_partners
        )
    return found
