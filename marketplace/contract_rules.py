"""The figures that contracts are held to, by the day from which they are in force."""

import csv
import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.calendar import working_day

FILE = Path(__file__).parent / "reference" / "contract_rules.csv"


@dataclass(frozen=True)
class ContractRules:
    """Working days of standstill, and which part of the first value a change may reach before what follows."""

    effective_from: datetime.date
    standstill_days: int
    warn_bps: int
    notice_bps: int
    source: str

    def standstill_ends_on(self, told_on: datetime.date) -> datetime.date:
        """The last day of the standstill; the day on which people were told is day one if it is a working day."""
        return working_day(told_on, self.standstill_days)


@cache
def all_rules() -> tuple[ContractRules, ...]:
    """Every version, the latest first."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = [
            ContractRules(
                effective_from=datetime.date.fromisoformat(row["effective_from"]),
                standstill_days=int(row["standstill_days"]),
                warn_bps=int(row["warn_bps"]),
                notice_bps=int(row["notice_bps"]),
                source=row["source"],
            )
            for row in csv.DictReader(lines)
        ]
    return tuple(sorted(rows, key=lambda row: row.effective_from, reverse=True))


def rules_on(day: datetime.date) -> ContractRules:
    """The version in force on the day; the first one for days before it."""
    versions = all_rules()
    return next((each for each in versions if each.effective_from <= day), versions[-1])
