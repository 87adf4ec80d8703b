"""Extracts of public registers become rows that can be looked up."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.cells import BadCell, day
from core.models import User
from core.sheets import Problems, Row, Sheet
from providers.models import RegisterEntry, RegisterExtract
from providers.policies.registers import may_import_registers
from providers.register_files import LeftOut, RegisterFile
from providers.services.look_ups import look_again

BATCH = 2_000
MOST_ROWS, MOST_BYTES = 10_000_000, 4_000_000_000
# A file of which more than one row in a hundred makes no sense is not the file it was taken for.
WRONG_AT_MOST_IN_100 = 1
FEW_WRONG = 20
FIELDS = (
    "name",
    "legal_form",
    "company_number",
    "income_pence",
    "year_end_day",
    "year_end_month",
    "place",
    "state",
    "is_gone",
    "gone_on",
)


class UnreadableRegister(Refused):
    """The file cannot be taken; `problems` says why, by line."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(_("The file cannot be taken: %(count)s problems.") % {"count": problems.told})
        self.problems = problems


@dataclass
class Imported:
    """What became of a file: the row of its import, the lines left out, and how many look-ups changed with it."""

    extract: RegisterExtract
    problems: Problems = field(default_factory=Problems)
    looked_up_count: int = 0


@transaction.atomic
def import_register(
    *,
    by: User,
    kind: RegisterFile,
    file: IO[bytes],
    source: str,
    extracted_on: datetime.date | None = None,
    quoted: bool = True,
) -> Imported:
    """Every row of the extract can be looked up; rows that were here follow, those no longer in it count as gone.

    Rows are read and written 2,000 at a time. `extracted_on` is needed where no column of the file tells it. Rows
    that make no sense are left out and told by line; more than one in a hundred, or a file that cannot be read,
    and nothing is kept: UnreadableRegister. Organisations with numbers of this register are looked up again, and
    owners of one that was removed from it are told.
    """
    require(may_import_registers(by))
    sheet = Sheet(
        file, kind.columns, other_columns=True, most_rows=MOST_ROWS, most_bytes=MOST_BYTES, quoted=quoted
    )
    extract: RegisterExtract | None = None
    for batch in _batches(iter(sheet)):
        if extract is None:
            extract = _begin(kind, batch[0], source, extracted_on)
        _take(extract, _read(kind, sheet, batch))
    wrong, rows = sheet.problems.count, sheet.row_count
    if extract is None or wrong > max(FEW_WRONG, rows * WRONG_AT_MOST_IN_100 // 100) or sheet.was_cut_short:
        raise UnreadableRegister(sheet.problems)
    extract.wrong_count = wrong
    extract.save()
    changed = look_again(scheme=kind.scheme)
    after = {
        "scheme": kind.scheme,
        "extracted_on": extract.extracted_on,
        "new": extract.new_count,
        "changed": extract.changed_count,
        "unchanged": extract.unchanged_count,
        "left_out": wrong,
    }
    audit.record("register.import", by=by, obj=extract, after=after)
    return Imported(extract, sheet.problems, changed)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _begin(kind: RegisterFile, first: Row, source: str, extracted_on: datetime.date | None) -> RegisterExtract:
    told = first[kind.day_column] if kind.day_column else ""
    try:
        on = extracted_on or (day(told) if told else None)
    except BadCell:
        on = None
    if on is None:
        raise Refused(_("Say of which day this extract is: neither the file nor its name tells."))
    if on > timezone.localdate():
        raise Refused(_("An extract cannot be of a day to come."))
    return RegisterExtract.objects.create(scheme=kind.scheme, extracted_on=on, source=source)


def _read(kind: RegisterFile, sheet: Sheet, batch: list[Row]) -> dict[str, dict[str, Any]]:
    """Number -> fields of the rows that make sense; of two rows with one number the later counts."""
    read: dict[str, dict[str, Any]] = {}
    for row in batch:
        try:
            fields = kind.read(row.cells)
        except LeftOut as error:
            sheet.problem(row, error.column, error.sentence)
        else:
            read[fields.pop("number")] = fields
    return read


def _take(extract: RegisterExtract, read: dict[str, dict[str, Any]]) -> None:
    """Writes what is new or different; of the rest only that this extract had it too."""
    entries = RegisterEntry.objects.filter(scheme=extract.scheme, number__in=read.keys())
    there = {row["number"]: row for row in entries.values("pk", "number", *FIELDS)}
    written, same = [], []
    for number, fields in read.items():
        old = there.get(number)
        if old is None or any(old[name] != fields[name] for name in FIELDS):
            written.append(RegisterEntry(scheme=extract.scheme, number=number, extract=extract, **fields))
        else:
            same.append(old["pk"])
    RegisterEntry.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["scheme", "number"],
        update_fields=[*FIELDS, "extract"],
    )
    RegisterEntry.objects.filter(pk__in=same).update(extract=extract)
    changed = sum(1 for row in written if row.number in there)
    extract.new_count += len(written) - changed
    extract.changed_count += changed
    extract.unchanged_count += len(same)
