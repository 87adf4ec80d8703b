"""The results as a page to read: every figure from one run, and what missed its goal said plainly."""

import datetime
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.page_cost import Cost

MOST_BYTES = 60_000
MOST_GROWTH = 2.0
# How much longer a page may be at the largest size and still show as much.
SHORTEST = 1.25
READERS = {"director": "director", "owner": "owner", "auditor": "auditor"}


@dataclass(frozen=True)
class Run:
    """What one database cost, by number of opportunities."""

    vendor: str
    by_size: dict[int, list[Cost]]


@dataclass(frozen=True)
class Line:
    """One page at every size, the smallest first."""

    costs: list[Cost]

    @property
    def last(self) -> Cost:
        """At the largest size."""
        return self.costs[-1]

    @property
    def growth(self) -> float:
        """How many times dearer at the largest size than at the smallest."""
        return self.last.ratio / self.costs[0].ratio

    @property
    def clock_growth(self) -> float:
        """The same by the clock on the wall, which also counts the work of a database server."""
        return self.last.clock_ratio / self.costs[0].clock_ratio

    @property
    def slower(self) -> float:
        """The worse of the two."""
        return max(self.growth, self.clock_growth)

    @property
    def shows_as_much(self) -> bool:
        """Whether the page is about as long at the smallest size; a search finds little there."""
        return self.costs[0].size_bytes * SHORTEST >= self.last.size_bytes

    @property
    def misses(self) -> list[str]:
        """Which goals it misses, in words; none if it meets them all."""
        worst = max(_against_goal(cost) for cost in self.costs)
        queries = max(cost.queries for cost in self.costs)
        found = [
            (any(cost.status not in _EXPECTED[cost.kind] for cost in self.costs), f"answers {self.last.status}"),
            (
                worst > self.last.goal,
                f"{worst:.0f} ms" if self.last.kind in _BY_THE_CLOCK else f"cost {worst:.1f}",
            ),
            (queries > self.last.most_queries, f"{queries} queries"),
            (max(cost.size_bytes for cost in self.costs) > MOST_BYTES, "size"),
            (self.last.kind == "list" and self.shows_as_much and self.slower > MOST_GROWTH, "growth"),
        ]
        return [words for missed, words in found if missed]


def _against_goal(cost: Cost) -> float:
    return cost.clock_ms if cost.kind in _BY_THE_CLOCK else cost.ratio


_BY_THE_CLOCK = frozenset({"region", "finding"})


# A page that has not changed says so; the others show themselves.
_EXPECTED = {
    "unchanged": (304,),
    "kept": (200,),
    "detail": (200,),
    "list": (200,),
    "dashboard": (200,),
    "region": (200,),
    "finding": (200,),
}


def lines_of(run: Run) -> list[Line]:
    """The pages of a run, in the order they were measured."""
    sizes = sorted(run.by_size)
    return [Line(list(costs)) for costs in zip(*(run.by_size[size] for size in sizes), strict=True)]


def written(
    runs: Iterable[Run], *, on: datetime.date, processors: int, rounds: int, given: Sequence[str] = ()
) -> str:
    """The whole page, in Markdown; `given` is what the command was told."""
    command = f"python -m benchmarks {' '.join(given)}" if given else "make bench"
    parts = [_head(command, on, processors, rounds)]
    for run in runs:
        parts.append(_section(run))
    return "\n".join(parts)


def _head(command: str, on: datetime.date, processors: int, rounds: int) -> str:
    return f"""# What a page costs

Written by `{command}` on {on.day} {on:%B %Y}; every figure is from that one run. {processors} processor cores,
{platform.system()}, Python {platform.python_version()}.

**Cost** is the processor time of the request in plain pages: the frame of the site around one sentence, with
nothing read from the database, asked for in the same process just before and after. It is the median of {rounds}
rounds. With a database server, its own work is not in that figure; **by the clock** it is.

Pages are made anew for each request, but for two sorts: **kept** ones, asked for after somebody without a session
had them in the same minute and nothing was put on record since, and those **as at the last visit**, where the
browser is told in 304 that it has the page already.

Goals: a page of one thing costs at most 3, a list of 25 rows 12, a dashboard 20, a kept or unchanged page 0.5; at
most 12 queries and {MOST_BYTES:,} bytes of HTML. Pages that show what every app has in a place may take 60 ms by
the clock and 25 queries, finding a provider or a partner 150 ms. A list that shows as much at the smallest size is
at most {MOST_GROWTH:g} times dearer at the largest. Sizes count opportunities; there are as many needs and as many
providers, of whom a fifth look for partners, more bids, half as many signals of practitioners, and all else in
proportion; there are twelve quarters of case figures for 109 delivery units at every size.
"""


def _section(run: Run) -> str:
    sizes = sorted(run.by_size)
    lines = lines_of(run)
    plain = sum(line.last.plain_ms for line in lines) / len(lines)
    missed = sum(bool(line.misses) for line in lines)
    columns = ["Page", "Asked for by", "Goal", *(f"At {size:,}" for size in sizes)]
    columns += ["Growth", "By the clock", "ms by the clock", "Queries", "Bytes", "Result"]
    rows = [
        f"## {run.vendor}",
        "",
        f"{len(lines) - missed} of {len(lines)} pages meet every goal. A plain page takes {plain:.1f} ms here.",
        "",
        _row(columns),
        _row(["---", "---", *["---:"] * (len(columns) - 3), "---"]),
        *(_row(_cells(line)) for line in lines),
        "",
    ]
    return "\n".join(rows)


def _cells(line: Line) -> list[str]:
    return [
        line.last.name,
        line.last.reader.split(".")[0].split("@")[0] or "public",
        f"{line.last.goal:g}{' ms' if line.last.kind == 'region' else ''}",
        *(f"{cost.ratio:.1f}" for cost in line.costs),
        f"{line.growth:.1f}",
        f"{line.clock_growth:.1f}",
        f"{line.last.clock_ms:.1f}",
        "/".join(dict.fromkeys(str(cost.queries) for cost in line.costs)),
        f"{line.last.size_bytes:,}",
        "missed: " + ", ".join(line.misses) if line.misses else "met",
    ]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
