"""The benchmark: what it measures, counts and writes. No test here asks how long anything takes."""

import datetime
import re
from pathlib import Path

import pytest

from benchmarks.databases import BenchFailed, Database, sqlite
from benchmarks.page_cost import Cost, measure
from benchmarks.pages import Kind, pages
from benchmarks.report import Line, Run, lines_of, written

TODAY = datetime.date(2026, 11, 21)


def cost(**values) -> Cost:
    usual = {
        "name": "Needs",
        "kind": "list",
        "goal": 12.0,
        "most_queries": 12,
        "reader": "",
        "url": "/needs/",
        "status": 200,
        "ratio": 9.0,
        "clock_ratio": 9.0,
        "clock_ms": 18.4,
        "queries": 5,
        "size_bytes": 20_000,
        "plain_ms": 2.0,
    }
    return Cost(**{**usual, **values})


# --- measuring


@pytest.mark.django_db
def test_every_page_opens_and_is_measured(seed, plain_page):
    seed(300)
    costs = measure(rounds=1)
    assert len(costs) > 40
    assert [found for found in costs if found.status not in (200, 304)] == []
    assert all(found.ratio > 0 and found.clock_ratio > 0 for found in costs)
    assert {found.kind for found in costs} == {kind.value[0] for kind in Kind}
    assert {found.reader.split(".")[0].split("@")[0] for found in costs} == {"", "director", "owner", "auditor"}


@pytest.mark.django_db
def test_plain_page_reads_nothing(client, plain_page, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/plain/").status_code == 200


@pytest.mark.django_db
def test_middle_pages_lie_in_the_middle(seed):
    seed(300)
    deep = {page.name: page.url for page in pages() if "middle page" in page.name}
    assert len(deep) >= 6
    for name in ("Opportunities", "Needs", "Record of events"):
        assert re.search(r"page=[\w.:-]+", deep[f"{name}, middle page"])


@pytest.mark.django_db
def test_page_without_a_row_says_so(seed):
    seed(3)
    with pytest.raises(LookupError, match="more opportunities are needed"):
        list(pages())


# --- judging


@pytest.mark.parametrize(
    ("small", "large", "misses"),
    [
        ({}, {}, []),
        ({"ratio": 13.2}, {}, ["cost 13.2"]),
        ({}, {"ratio": 12.4}, ["cost 12.4"]),
        ({"ratio": 4.0}, {"ratio": 8.4}, ["growth"]),
        ({"clock_ratio": 4.0}, {"clock_ratio": 8.4}, ["growth"]),
        ({"ratio": 4.0, "size_bytes": 15_000}, {"ratio": 8.4}, []),  # it found little there
        ({}, {"queries": 13}, ["13 queries"]),
        (
            {"kind": "region", "goal": 60.0, "most_queries": 25, "queries": 25},
            {"kind": "region", "goal": 60.0, "most_queries": 25, "queries": 26, "clock_ms": 61.0},
            ["61 ms", "26 queries"],
        ),
        ({}, {"size_bytes": 60_001}, ["size"]),
        ({}, {"status": 500}, ["answers 500"]),
        (
            {"kind": "unchanged", "goal": 0.5, "ratio": 0.4},
            {"kind": "unchanged", "goal": 0.5, "ratio": 0.4},
            ["answers 200"],
        ),
        ({"kind": "detail", "goal": 3.0, "ratio": 1.0}, {"kind": "detail", "goal": 3.0, "ratio": 2.9}, []),
    ],
)
def test_page_misses_what_it_misses(small, large, misses):
    assert Line([cost(**small), cost(**large)]).misses == misses


def test_growth_is_from_the_smallest_size_to_the_largest():
    line = Line([cost(ratio=4.0), cost(ratio=9.0), cost(ratio=6.0)])
    assert line.growth == 1.5


# --- writing


def test_results_are_a_table_of_every_page():
    small, large = [cost(), cost(name="Work", kind="dashboard", goal=20.0, reader="owner.0@x")], []
    large = [cost(ratio=10.0), cost(name="Work", kind="dashboard", goal=20.0, reader="owner.0@x", ratio=22.0)]
    page = written([Run("SQLite", {100_000: large, 1_000: small})], on=TODAY, processors=2, rounds=25)
    assert "21 November 2026" in page
    assert "2 processor cores" in page
    assert "1 of 2 pages meet every goal" in page
    assert "| Page | Asked for by | Goal | At 1,000 | At 100,000 |" in page
    assert "| Needs | public | 12 | 9.0 | 10.0 | 1.1 | 1.0 | 18.4 | 5 | 20,000 | met |" in page
    assert "| Work | owner | 20 | 9.0 | 22.0 | 2.4 | 1.0 | 18.4 | 5 | 20,000 | missed: cost 22.0 |" in page


def test_queries_that_differ_are_both_shown():
    page = written([Run("SQLite", {1: [cost(queries=4)], 2: [cost(queries=6)]})], on=TODAY, processors=2, rounds=1)
    assert "| 4/6 |" in page


def test_pages_of_all_sizes_stand_beside_each_other():
    run = Run("SQLite", {2: [cost(ratio=2.0)], 1: [cost(ratio=1.0)]})
    assert [found.ratio for found in lines_of(run)[0].costs] == [1.0, 2.0]


# --- databases


def test_database_is_gone_afterwards():
    with sqlite() as database:
        path = database.url.removeprefix("sqlite:///")
        database.run("-c", f"open({path!r}, 'w').close()")
    assert not Path(path).parent.exists()


def test_failure_is_one_line():
    with pytest.raises(BenchFailed, match=r"failed on SQLite: .*told you so"):
        Database("SQLite", "sqlite:///x").run("-c", "raise SystemExit('told you so')")
