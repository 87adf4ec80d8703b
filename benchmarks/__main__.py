"""python -m benchmarks: makes the databases, measures the pages in each, writes benchmarks/results.md."""

import argparse
import datetime
import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks.databases import BenchFailed, Database, grow, postgresql, prepare, sqlite
from benchmarks.page_cost import Cost
from benchmarks.report import Run, lines_of, written

RESULTS = Path(__file__).resolve().parent / "results.md"


def main(arguments: list[str]) -> int:
    """0 if everything was measured, whatever it came to."""
    options = _options(arguments)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        with ExitStack() as stack:
            databases = [
                stack.enter_context(sqlite()),
                None if options.no_postgresql else stack.enter_context(postgresql()),
            ]
            runs = [_measured(database, options) for database in databases if database is not None]
    except BenchFailed as failure:
        print(f"accord: {failure}", file=sys.stderr)
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    today = datetime.datetime.now(tz=datetime.UTC).date()
    options.to.write_text(
        written(runs, on=today, processors=cores, rounds=options.rounds, given=arguments), encoding="utf-8"
    )
    for run in runs:
        lines = lines_of(run)
        print(f"{run.vendor}: {sum(not line.misses for line in lines)} of {len(lines)} pages meet every goal")
    print(f"written to {options.to}")
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000], help="numbers of opportunities")
    parser.add_argument("--rounds", type=int, default=25, help="how often each page is measured")
    parser.add_argument("--providers", type=int, help="as many as there are opportunities if not given")
    parser.add_argument("--signals", type=int, help="in proportion if not given")
    parser.add_argument("--only", default="", help="only pages of one kind, such as region or finding")
    parser.add_argument("--no-postgresql", action="store_true", help="only on SQLite")
    parser.add_argument("--to", type=Path, default=RESULTS, help="the file to write")
    return parser.parse_args(arguments)


def _measured(database: Database, options: argparse.Namespace) -> Run:
    """The costs at each size; the database grows from one to the next."""
    print(f"{database.vendor}: making the database", flush=True)
    prepare(database)
    by_size = {}
    for size in sorted(options.sizes):
        print(f"{database.vendor}: {size:,} opportunities", flush=True)
        grow(database, size, providers=options.providers, signals=options.signals)
        chosen = ["--rounds", str(options.rounds), "--only", options.only]
        said = database.run("-m", "benchmarks.page_cost", *chosen)
        by_size[size] = [Cost(**cost) for cost in json.loads(said)]
    return Run(database.vendor, by_size)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
