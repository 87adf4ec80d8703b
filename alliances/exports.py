"""Results as rows of a table to take away."""

import csv
import io
from collections.abc import Iterable, Iterator

from alliances.models import Outcome
from alliances.queries.outcomes import all_results

HEADINGS = (
    "outcome",
    "unit",
    "baseline",
    "target",
    "period_end",
    "result",
    "counts",
    "source",
    "comment",
    "reason_for_correction",
    "recorded_at",
)


def result_rows(outcome: Outcome) -> Iterator[list[object]]:
    """The headings, then a row for each result, corrected ones too; no names of people."""
    yield list(HEADINGS)
    for result in all_results(outcome):
        yield [
            outcome.indicator,
            outcome.unit,
            outcome.baseline,
            outcome.target,
            result.period_end,
            result.actual,
            "no, corrected" if result.superseded_at else "yes",
            result.source,
            result.note,
            result.reason,
            result.recorded_at,
        ]


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """The rows as CSV. Text that a spreadsheet would run as a formula begins with an apostrophe."""
    written = io.StringIO()
    writer = csv.writer(written)
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    return written.getvalue()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(("=", "+", "-", "@")) else cell
