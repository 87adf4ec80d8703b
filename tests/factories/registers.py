"""Registers in which exactly what a test puts there is found."""

import datetime
from typing import ClassVar

from providers.registers import Found

EXTRACT = datetime.date(2026, 11, 1)


def found(
    scheme: str = "GB-CHC", number: str = "1090095", name: str = "HARBOUR RESETTLEMENT", **values: object
) -> Found:
    """An entry as a register gives it."""
    return Found(scheme=scheme, number=number, name=name, extracted_on=EXTRACT, source="test", **values)  # type: ignore[arg-type]  # fields of Found


class FixedRegisters:
    """The same answers every time: the entries in `entries`, of the registers in `covered`."""

    entries: ClassVar[list[Found]] = []
    covered: ClassVar[set[str]] = {"GB-CHC", "GB-COH"}

    def covers(self, scheme: str) -> datetime.date | None:
        """One day for all."""
        return EXTRACT if scheme in self.covered else None

    def find(self, scheme: str, number: str) -> Found | None:
        """The entry with that number."""
        return next((each for each in self.entries if (each.scheme, each.number) == (scheme, number)), None)

    def search(self, words: str, *, limit: int = 10) -> list[Found]:
        """Entries with all the words in their names."""
        wanted = words.casefold().split()
        return [each for each in self.entries if all(word in each.name.casefold() for word in wanted)][:limit]
