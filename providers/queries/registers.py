"""Registers that the operator has imported, asked like any other."""

import datetime
from collections.abc import Iterable

from django.db.models import Max, QuerySet

from core.models import Organisation
from core.search import SearchIndex, best_matching
from providers.models import IdentityLookUp, RegisterEntry, RegisterExtract
from providers.registers import Found

SEARCH = SearchIndex("providers_registerentry", ("name",))


class ImportedRegisters:
    """The look-up over rows of RegisterEntry: no network, as fresh as the last import."""

    def covers(self, scheme: str) -> datetime.date | None:
        """The day of the newest extract of the register."""
        newest = RegisterExtract.objects.filter(scheme=scheme).order_by("-extracted_on").values("extracted_on")[:1]
        return newest[0]["extracted_on"] if newest else None

    def find(self, scheme: str, number: str) -> Found | None:
        """The entry of that number."""
        found = _entries().filter(scheme=scheme, number=number).first()
        return _as_found([found])[0] if found else None

    def search(self, words: str, *, limit: int = 10) -> list[Found]:
        """The entries whose names fit best."""
        # An import puts whole registers one after another: which entry is newest says nothing.
        return _as_found(best_matching(_entries(), words, SEARCH, limit=limit, of_newest=False))


def _entries() -> QuerySet[RegisterEntry]:
    return RegisterEntry.objects.select_related("extract")


def _as_found(entries: Iterable[RegisterEntry]) -> list[Found]:
    rows = list(entries)
    newest = dict(
        RegisterExtract.objects.filter(scheme__in={row.scheme for row in rows})
        .values_list("scheme")
        .annotate(day=Max("extracted_on"))
        .order_by()
    )
    return [_found(row, newest[row.scheme]) for row in rows]


def _found(row: RegisterEntry, newest: datetime.date) -> Found:
    is_missing = row.extract.extracted_on < newest
    return Found(
        scheme=row.scheme,
        number=row.number,
        name=row.name,
        extracted_on=newest,
        source=row.extract.source,
        legal_form=row.legal_form,
        company_number=row.company_number,
        income_pence=row.income_pence,
        year_end_day=row.year_end_day,
        year_end_month=row.year_end_month,
        place=row.place,
        state=row.state,
        is_gone=row.is_gone or is_missing,
        gone_on=row.gone_on,
    )


def look_ups_of(organisation: Organisation | int) -> QuerySet[IdentityLookUp]:
    """What looking its numbers up gave, one row a register; none where nothing could be looked up."""
    return IdentityLookUp.objects.filter(organisation=organisation)
