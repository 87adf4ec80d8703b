"""Results as rows of a table to take away."""

from collections.abc import Iterator

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
    """A row under HEADINGS for each result, corrected ones too; no names of people."""
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
