"""The shipped files as values, for a database that holds no version yet."""

import csv
import datetime
import functools
from collections import defaultdict
from pathlib import Path

from providers.matrix import BANDS, AccountsLimits, Cell, How, Matrix

FOLDER = Path(__file__).parent


def _lines(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened, strict=True))


def _number(text: str) -> int | None:
    return int(text) if text else None


@functools.cache
def accounts_limits() -> tuple[AccountsLimits, ...]:
    """What charity law in England and Wales asks of accounts, oldest first."""
    return tuple(
        AccountsLimits(
            from_day=datetime.date.fromisoformat(line["years_ending_from"]),
            **{name: int(line[name]) for name in line if name.endswith("_pence")},
        )
        for line in _lines("charity_accounts.csv")
    )


@functools.cache
def shipped_matrices() -> tuple[Matrix, ...]:
    """Every version in the files, oldest first."""
    cells: dict[str, dict[tuple[str, int], Cell]] = defaultdict(dict)
    for line in _lines("check_cells.csv"):
        cells[line["version"]][line["check"], BANDS.index(line["band"])] = _cell(line)
    minutes: dict[str, dict[tuple[str, How], int]] = defaultdict(dict)
    for line in _lines("check_minutes.csv"):
        minutes[line["version"]][line["check"], How(line["how"])] = int(line["minutes"])
    return tuple(
        Matrix(
            name=line["version"],
            effective_from=datetime.date.fromisoformat(line["effective_from"]),
            edges=tuple(int(line[f"{band.lower()}_to_pence"]) for band in BANDS[:-1]),
            cells=cells[line["version"]],
            minutes=minutes[line["version"]],
            accounts=accounts_limits(),
        )
        for line in _lines("check_versions.csv")
    )


def _cell(line: dict[str, str]) -> Cell:
    return Cell(
        how=How(line["how"]),
        otherwise=How(line["otherwise"]) if line["otherwise"] else None,
        amount_pence=_number(line["amount_pence"]),
        count=_number(line["count"]),
        share_bps=_number(line["share_bps"]),
    )
