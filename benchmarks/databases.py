"""The databases that are measured: made for it, filled by seed_scale, thrown away after."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "bench"
POSTGRESQL = "postgres://postgres@127.0.0.1:5432"
NAME = "accord_bench"
QUARTERS = "12"


class BenchFailed(Exception):
    """One line for the person at the terminal."""


@dataclass(frozen=True)
class Database:
    """Which kind it is, and its address."""

    vendor: str
    url: str

    def run(self, *arguments: str) -> str:
        """What `python <arguments>` prints with this database; BenchFailed with its last line if it fails."""
        env = {**os.environ, "DATABASE_URL": self.url, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
        done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
            raise BenchFailed(f"{' '.join(arguments)} failed on {self.vendor}: {said[-1]}")
        return done.stdout


@contextmanager
def sqlite() -> Iterator[Database]:
    """A file under var/, deleted after."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    try:
        yield Database("SQLite", f"sqlite:///{FOLDER / 'bench.sqlite3'}")
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


@contextmanager
def postgresql() -> Iterator[Database | None]:
    """A database of its own on the server of this machine, dropped after; none where no server answers."""
    import psycopg

    try:
        server = psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield None
        return
    with server:
        name = f"{NAME}_{os.getpid()}"
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield Database("PostgreSQL", f"{POSTGRESQL}/{name}")
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def prepare(database: Database) -> None:
    """It has every table and what every installation has."""
    for command in ("migrate", "load_reference", "load_guidance"):
        database.run("manage.py", command, "--verbosity", "0")


def grow(
    database: Database, opportunities: int, *, providers: int | None = None, signals: int | None = None
) -> None:
    """It holds that many opportunities and, unless told otherwise, as many providers; all else in proportion.

    A fifth of the providers look for partners. Case figures of three years at every size.
    """
    providers = opportunities if providers is None else providers
    numbers = {
        "opportunities": opportunities,
        "providers": providers,
        "partner-notices": providers // 5,
        "follows": opportunities // 20,
        **({} if signals is None else {"signals": signals}),
    }
    counts = [part for name, number in numbers.items() for part in (f"--{name}", str(number))]
    database.run("manage.py", "seed_scale", *counts, "--assessments", QUARTERS)
    if database.vendor == "PostgreSQL":
        _keep_house(database)


def _keep_house(database: Database) -> None:
    """What the server does by itself soon after so many new rows; without it no index is read alone."""
    import psycopg

    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
