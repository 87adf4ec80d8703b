"""Full-text search of our own tables, on either database, and the only raw SQL for it.

SQLite keeps an FTS5 table beside the real one, fed by triggers; PostgreSQL a generated tsvector column with a
GIN index. Both split text into the same words, fold the same accents and stem nothing: what is looked for is
shortened to the beginning of a word instead, so that the same words find the same rows on both.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.models import BooleanField, Expression, F, Model, QuerySet

M = TypeVar("M", bound=Model)

# What one search looks through or ranks: the newest so many rows that match, whatever else narrows the list.
MOST_MATCHES = 2_000
MOST_WORDS = 8
LONGEST_WORD = 40

# Letters with marks become plain ones, punctuation becomes a space; both databases and the query do the same.
_MARKED = "".join(
    letter
    for letter in map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)])
    if re.fullmatch("[A-Za-z]", unicodedata.normalize("NFKD", letter)[0])
    and unicodedata.combining(unicodedata.normalize("NFKD", letter)[-1])
)
_PLAIN = "".join(unicodedata.normalize("NFKD", letter)[0] for letter in _MARKED)
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~£€§°·•…–—‘’“”«»\u00a0\u2028\u2029"
FOLDED_FROM, FOLDED_TO = _MARKED + _PUNCTUATION, _PLAIN + " " * len(_PUNCTUATION)
_FOLDING = str.maketrans(FOLDED_FROM, FOLDED_TO)
_WORD = re.compile(r"[^\W_]+")

_ENGLISH = """a an and are as at be but by for from has have in is it its of on or our that the their them there
this to was we were what when which who with you your"""
_WELSH = "ac ar am bod gan gyda mae neu sy sydd wrth y yn yr"
SMALL_WORDS = frozenset(f"{_ENGLISH} {_WELSH}".split())
# The end of a word that is left out of the search, and how many letters must remain.
ENDINGS = (("ings", 4), ("ing", 4), ("ies", 4), ("ed", 4), ("es", 4), ("s", 3), ("e", 4))
SHORTEST_BEGINNING = 4


@dataclass(frozen=True)
class SearchIndex:
    """Text columns of one table, the weightiest first. A migration makes it: `operations=index.operations()`.

    SQLite drops a table's triggers whenever a later migration rebuilds the table. Such a migration ends with
    `index.operations()` again; a test says so when it was forgotten.
    """

    table: str
    fields: tuple[str, ...]

    @property
    def name(self) -> str:
        """The FTS5 table, and the GIN index."""
        return f"{self.table}_search"

    @property
    def triggers(self) -> tuple[str, ...]:
        """What keeps the FTS5 table true to the rows."""
        return tuple(f"{self.name}_{event}" for event in ("insert", "update", "delete"))

    def operations(self) -> list[Operation]:
        """Migration operations after which the table can be searched."""
        return [_BuildSearch(self.table, self.fields)]

    def build_sql(self, vendor: str) -> list[str]:
        """Statements that make the index, whether or not it was there."""
        return [*self.drop_sql(vendor), *(self._postgresql() if vendor == "postgresql" else self._sqlite())]

    def drop_sql(self, vendor: str) -> list[str]:
        """Statements that take it away."""
        if vendor == "postgresql":
            return [f'ALTER TABLE "{self.table}" DROP COLUMN IF EXISTS search']
        triggers = [f'DROP TRIGGER IF EXISTS "{trigger}"' for trigger in self.triggers]
        return [*triggers, f'DROP TABLE IF EXISTS "{self.name}"']

    def _postgresql(self) -> list[str]:
        folding = f"{_quoted(FOLDED_FROM)}, {_quoted(FOLDED_TO)}"
        parts = [
            f"setweight(to_tsvector('simple', translate(\"{name}\", {folding})), '{weight}')"
            for name, weight in zip(self.fields, "ABCD", strict=False)
        ]
        return [
            f'ALTER TABLE "{self.table}" ADD COLUMN search tsvector'
            f" GENERATED ALWAYS AS ({' || '.join(parts)}) STORED",
            # No list of words still to be sorted in: the planner fears a long one and reads the whole table.
            f'CREATE INDEX "{self.name}" ON "{self.table}" USING gin (search) WITH (fastupdate = off)',
        ]

    def _sqlite(self) -> list[str]:
        names = ", ".join(f'"{name}"' for name in self.fields)
        new, old = (", ".join(f'{row}."{name}"' for name in self.fields) for row in ("new", "old"))
        add = f'INSERT INTO "{self.name}"(rowid, {names}) VALUES (new.id, {new});'
        take = f'INSERT INTO "{self.name}"("{self.name}", rowid, {names}) VALUES (\'delete\', old.id, {old});'
        inserted, updated, deleted = self.triggers
        return [
            f'CREATE VIRTUAL TABLE "{self.name}" USING fts5({names}, content="{self.table}", content_rowid="id",'
            " tokenize=\"unicode61 remove_diacritics 2\", prefix='3 4')",
            f'CREATE TRIGGER "{inserted}" AFTER INSERT ON "{self.table}" BEGIN {add} END',
            f'CREATE TRIGGER "{updated}" AFTER UPDATE OF {names} ON "{self.table}" BEGIN {take} {add} END',
            f'CREATE TRIGGER "{deleted}" AFTER DELETE ON "{self.table}" BEGIN {take} END',
            f'INSERT INTO "{self.name}"("{self.name}") VALUES (\'rebuild\')',
        ]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class _BuildSearch(Operation):
    """The search index of `table` over `columns` exists and is full."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, fields: tuple[str, ...]) -> None:
        self.table, self.fields = table, fields

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Changes no model."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Builds it."""
        index = SearchIndex(self.table, self.fields)
        for statement in index.build_sql(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Takes it away."""
        index = SearchIndex(self.table, self.fields)
        for statement in index.drop_sql(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """For the list of migrations."""
        return f"Build the search of {self.table}"


# --- what people type ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Word:
    """A word to look for; `is_beginning`: any word that begins so will do."""

    text: str
    is_beginning: bool


def words_of(text: str) -> list[Word]:
    """What to look for: at most eight words without accents, small words and endings; none: no filter.

    The last word may be unfinished. A short word before it is taken as it stands, so that "men in custody"
    does not find mentors.
    """
    found = [word[:LONGEST_WORD] for word in _WORD.findall(text.translate(_FOLDING).lower())]
    told = [word for word in found if word not in SMALL_WORDS and not (len(word) == 1 and word.isascii())]
    kept = told[:MOST_WORDS]
    return [_word(word, is_last=number == len(kept)) for number, word in enumerate(kept, start=1)]


def beginnings_of(text: str) -> frozenset[str]:
    """The words of a whole text as a search takes them: to see which texts speak of the same, however long."""
    found = (word[:LONGEST_WORD] for word in _WORD.findall(text.translate(_FOLDING).lower()))
    told = (word for word in found if word not in SMALL_WORDS and not (len(word) == 1 and word.isascii()))
    return frozenset(_word(word, is_last=False).text for word in told)


def _word(word: str, *, is_last: bool) -> Word:
    if not word.isascii() or word.isdecimal():
        return Word(word, is_beginning=is_last)
    for ending, remain in ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= remain:
            return Word(word.removesuffix(ending), is_beginning=True)
    return Word(word, is_beginning=is_last or len(word) >= SHORTEST_BEGINNING)


def _fts5_query(words: Sequence[Word]) -> str:
    return " AND ".join(f'"{word.text}"{"*" if word.is_beginning else ""}' for word in words)


def _tsquery(words: Sequence[Word]) -> str:
    return " & ".join(f"'{word.text}'{':*' if word.is_beginning else ''}" for word in words)


# --- asking -------------------------------------------------------------------------------------------


class _Matches(Expression):
    """Whether the row has all the words."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, index: SearchIndex, words: Sequence[Word]) -> None:
        super().__init__()
        self.index, self.words = index, tuple(words)
        self.row: Any = F("pk")

    def get_source_expressions(self) -> list[Any]:
        """The row's own key, which knows the table's alias in the query."""
        return [self.row]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Takes the key once it is resolved."""
        (self.row,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """On SQLite, among the newest rows that match; on PostgreSQL, by the index or along the list's order."""
        if connection.vendor == "postgresql":
            alias = compiler.quote_name_unless_alias(self.row.alias)
            return f"{alias}.search @@ to_tsquery('simple', %s)", (_tsquery(self.words),)
        row, parameters = compiler.compile(self.row)
        inner = f'SELECT rowid FROM "{self.index.name}" WHERE "{self.index.name}" MATCH %s'
        newest = f"{inner} ORDER BY rowid DESC LIMIT {MOST_MATCHES}"
        return f"{row} IN ({newest})", (*parameters, _fts5_query(self.words))


def matching(queryset: QuerySet[M], text: str, index: SearchIndex) -> QuerySet[M]:
    """The rows that have all the words of `text`; all rows if there are none in it. Never raises for a text.

    On SQLite no more than the newest 2,000 rows that match are looked through.
    """
    words = words_of(text)
    return queryset.filter(_Matches(index, words)) if words else queryset


def best_matching(
    queryset: QuerySet[M], text: str, index: SearchIndex, *, limit: int, of_newest: bool = True
) -> list[M]:
    """The rows of `queryset` that match best, the best first, no more than `limit`; none without a word.

    Ranked by how often and in how weighty a field the words stand, among the newest 2,000 rows that match. Where
    no row is newer than another in any way that matters, not `of_newest`: among any 2,000 that match.
    """
    words = words_of(text)
    if not words:
        return []
    ranks = _ranks(connections[queryset.db], index, words, of_newest=of_newest)
    best = sorted(ranks, key=lambda pk: (-ranks[pk], -pk))
    wanted = _first_in(queryset, best, limit)
    rows = queryset.in_bulk(wanted)
    return [rows[pk] for pk in wanted if pk in rows]


def _first_in(queryset: QuerySet[M], keys: Sequence[int], limit: int) -> list[int]:
    """The first `limit` of `keys` that are in `queryset`, which mostly stand among the first few."""
    found: list[int] = []
    begin, many = 0, 8 * limit
    while begin < len(keys) and len(found) < limit:
        asked = keys[begin : begin + many]
        there = set(queryset.filter(pk__in=asked).order_by().values_list("pk", flat=True))
        found += [pk for pk in asked if pk in there]
        begin, many = begin + many, len(keys)
    return found[:limit]


def _ranks(connection: Any, index: SearchIndex, words: Sequence[Word], *, of_newest: bool) -> dict[int, float]:
    if connection.vendor == "postgresql":
        sought = f"\"{index.table}\", to_tsquery('simple', %s) query"
        found = f"SELECT id, search, query FROM {sought} WHERE search @@ query"
        # Planned as if every match were wanted, so along the index of words, then read no further than the limit.
        # Planned for the limit, PostgreSQL reads the table from one end, though all that match stand at the other.
        any_of_them = f"WITH found AS MATERIALIZED ({found}) SELECT * FROM found LIMIT {MOST_MATCHES}"
        chosen = f"{found} ORDER BY id DESC LIMIT {MOST_MATCHES}" if of_newest else any_of_them
        statement = f"SELECT id, ts_rank(search, query) FROM ({chosen}) chosen"
        query = _tsquery(words)
    else:
        weights = ", ".join(str(10.0 / 10**place) for place in range(len(index.fields)))
        statement = (
            f'SELECT rowid, -bm25("{index.name}", {weights}) FROM "{index.name}" WHERE "{index.name}" MATCH %s'
            f" ORDER BY rowid DESC LIMIT {MOST_MATCHES}"
        )
        query = _fts5_query(words)
    with connection.cursor() as cursor:
        cursor.execute(statement, [query])
        return dict(cursor.fetchall())
