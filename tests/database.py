"""The database of the tests: migrated and filled once, then copied.

Migrating takes many seconds and loses nothing by being kept, so its result is a template, named after a
digest of everything that decides what is in it: a file under var/test-templates on SQLite, a database on
PostgreSQL. Every test process gets a copy, and a test that commits gets a fresh copy after it. Flushing
instead would take the reference rows and the root of the page tree along, and the events refuse to go.
"""

import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from django.apps import apps
from django.core.management import call_command, get_commands
from django.db import connection, connections

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "var" / "test-templates"
FILLED_BY = ("load_reference", "load_guidance")
# What is in the rows: data files, the commands that load them, and the settings they are loaded under.
CONTENT = (
    "config/settings",
    "core/management",
    "core/reference",
    "core/search.py",
    "providers/reference",
    "cms/management",
    "cms/starter",
    "cms/starter_pages.py",
    "cms/blocks.py",
)


class Copies(Protocol):
    """A database of this process, made from a template."""

    def open(self) -> None:
        """Point Django at a fresh copy."""

    def restore(self) -> None:
        """Put the copy back to what the template holds."""

    def close(self) -> None:
        """Leave nothing behind."""


def copies() -> Copies:
    """The kind of copies for the database that the settings name."""
    return PostgresqlCopies() if connection.vendor == "postgresql" else SqliteCopies()


def digest() -> str:
    """A name for what the template would hold: all migrations of all apps, and what fills the rows."""
    found = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda each: each.label):
        found.update(config.name.encode())
        add(found, Path(config.path) / "migrations")
    for place in CONTENT:
        add(found, ROOT / place)
    return found.hexdigest()[:16]


def add(found: Any, place: Path) -> None:
    for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
        if path.is_file() and path.suffix != ".pyc":
            found.update(path.name.encode() + b"\0" + path.read_bytes())


def fill() -> None:
    """Migrate the database Django points at, and load what every installation has."""
    call_command("migrate", verbosity=0, interactive=False)
    for command in FILLED_BY:
        if command in get_commands():
            call_command(command, verbosity=0)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock of the templates; a crash gives it back, for it is SQLite's own lock on a file."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(TEMPLATES / "lock.sqlite3", timeout=600, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


def point_django_at(name: str) -> None:
    """Every connection opened from now on, in any thread, goes to the database `name`."""
    connections.close_all()
    connection.settings_dict["NAME"] = name


# --- SQLite ------------------------------------------------------------------------------------------


class SqliteCopies:
    """A file for each process; a real one, so that the threads of a live server see it."""

    def __init__(self) -> None:
        self.folder = ROOT / "var" / "test-databases" / f"{os.getpid()}-{uuid4().hex[:8]}"
        self.file = self.folder / "accord.sqlite3"
        self.fresh = self.folder / "fresh.sqlite3"  # our own, for a run on newer code takes the template away
        self.template = TEMPLATES / f"{digest()}.sqlite3"

    def open(self) -> None:
        with one_at_a_time():
            if not self.template.exists():
                self._build()
            self.folder.mkdir(parents=True)
            shutil.copyfile(self.template, self.fresh)
        shutil.copyfile(self.fresh, self.file)
        point_django_at(str(self.file))

    def _build(self) -> None:
        for old in [*TEMPLATES.glob("*.sqlite3"), *TEMPLATES.glob("building*")]:
            if old.name != "lock.sqlite3":
                old.unlink()
        building = TEMPLATES / "building"
        point_django_at(str(building))
        connection.connect()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")
        fill()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connections.close_all()
        building.replace(self.template)

    def restore(self) -> None:
        """Page by page under SQLite's own locks, so that a thread that still reads sees one or the other."""
        connections.close_all()
        with (
            closing(sqlite3.connect(self.fresh)) as source,
            closing(sqlite3.connect(self.file, timeout=20)) as copy,
        ):
            source.backup(copy)

    def close(self) -> None:
        connections.close_all()
        shutil.rmtree(self.folder, ignore_errors=True)
        remove_old(self.folder.parent)


def remove_old(folder: Path) -> None:
    """Take away what processes that were killed left behind, once it is a day old."""
    for left in folder.glob("*"):
        if left.stat().st_mtime < time.time() - 24 * 60 * 60:
            shutil.rmtree(left, ignore_errors=True)


# --- PostgreSQL --------------------------------------------------------------------------------------

# Each table with its columns, without those that the database computes.
COLUMNS_OF_TABLES = """
    SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
    GROUP BY table_name
"""


class PostgresqlCopies:
    """A database for each process.

    An open connection carries its name and that of its template, so what nobody carries can go.
    """

    prefix = "accord_test_"
    template_prefix = "accord_template_"

    def __init__(self) -> None:
        assert find_spec("psycopg"), "the PostgreSQL driver is not installed"
        self.name = f"{self.prefix}{uuid4().hex[:12]}"
        self.template = f"{self.template_prefix}{digest()}"
        self.holder: Any = None
        self.rows: dict[str, tuple[str, bytes]] = {}
        self.sequences: list[tuple[str, int | None]] = []

    def open(self) -> None:
        self.holder = self._connect("postgres", application_name=f"{self.name} {self.template}")
        with one_at_a_time():
            self._drop_left_behind()
            if self.template not in self._databases(self.template_prefix):
                self._build()
            self._create(self.name, self.template)
        self._remember_rows()
        point_django_at(self.name)

    def _connect(self, database: str, **options: str) -> Any:
        import psycopg  # only where PostgreSQL is what is tested

        chosen = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
        address = {key: connection.settings_dict[name] or None for key, name in chosen.items()}
        return psycopg.connect(dbname=database, autocommit=True, **address, **options)

    def _databases(self, prefix: str) -> list[str]:
        rows = self.holder.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        return [name for (name,) in rows]

    def _drop_left_behind(self) -> None:
        rows = self.holder.execute("SELECT application_name FROM pg_stat_activity")
        held = {name for (names,) in rows for name in names.split()}
        there = self._databases(self.template_prefix) + self._databases(self.prefix)
        for name in there:
            if name.removesuffix("_building") not in held:
                self._drop(name)

    def _drop(self, name: str) -> None:
        self.holder.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _build(self) -> None:
        building = f"{self.name}_building"
        self._create(building, "template0")
        point_django_at(building)
        fill()
        connections.close_all()
        self.holder.execute(f'ALTER DATABASE "{building}" RENAME TO "{self.template}"')

    def _create(self, name: str, template: str) -> None:
        self.holder.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        # Nobody needs these rows after a power cut: no commit waits for the disk.
        self.holder.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')

    def restore(self) -> None:
        """Empty every table and copy the first rows back, with no trigger and no foreign key asking.

        A new copy of the template would be simpler, but dropping the old one waits for the disk each time.
        """
        connections.close_all()
        self.holder.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.name]
        )
        with self._connect(self.name) as inside, inside.transaction():
            inside.execute("SET LOCAL session_replication_role = replica")
            inside.execute("; ".join(f'DELETE FROM "{table}"' for table in self.rows))
            for table, (columns, content) in self.rows.items():
                if content:
                    with inside.cursor().copy(f'COPY "{table}" ({columns}) FROM STDIN') as into:
                        into.write(content)
            for sequence, last in self.sequences:
                inside.execute("SELECT setval(%s, %s, %s)", [f'"{sequence}"', last or 1, last is not None])

    def _remember_rows(self) -> None:
        with self._connect(self.name) as inside:
            for table, columns in inside.execute(COLUMNS_OF_TABLES).fetchall():
                with inside.cursor().copy(f'COPY "{table}" ({columns}) TO STDOUT') as out:
                    self.rows[table] = (columns, b"".join(bytes(part) for part in out))
            self.sequences = inside.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall()

    def close(self) -> None:
        connections.close_all()
        self._drop(self.name)
        self.holder.close()
