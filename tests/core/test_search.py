"""Search: the same words find the same rows on either database, and no text breaks it."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.queries.places import SEARCH as AREA_SEARCH
from core.search import MOST_WORDS, SearchIndex, best_matching, matching, words_of
from marketplace.models import Need
from marketplace.queries.needs import SEARCH
from marketplace.queries.opportunities import SEARCH as OPPORTUNITY_SEARCH
from tests.factories.marketplace import NeedFactory

pytestmark = pytest.mark.django_db


def found(text: str) -> set[str]:
    return set(matching(Need.objects.all(), text, SEARCH).values_list("title", flat=True))


@pytest.fixture
def _needs() -> None:
    NeedFactory(title="Housing on release", summary="Too few houses for women leaving custody.")
    NeedFactory(title="Mentors for young men", summary="Mentoring in Dwyfor, one-to-one; tŷ a gwaith.")
    NeedFactory(title="Women’s centre", summary="O'Neill House offers a drug/alcohol service at £40,000.")


@pytest.mark.usefixtures("_needs")
@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("housing", {"Housing on release", "Women’s centre"}),  # house and houses begin as housing does
        ("HOUSES women", {"Housing on release", "Women’s centre"}),
        ("releas", {"Housing on release"}),  # the last word may be unfinished
        ("the release of", {"Housing on release"}),
        ("men mentoring", {"Mentors for young men"}),  # a short word before the last is a whole word
        ("ty gwaith", {"Mentors for young men"}),
        ("tŷ", {"Mentors for young men"}),
        ("one-to-one", {"Mentors for young men"}),
        ("women's centre", {"Women’s centre"}),
        ("o’neill", {"Women’s centre"}),
        ("alcohol", {"Women’s centre"}),
        ("£40,000", {"Women’s centre"}),
        ("housing mentors", set()),
        ("nothing like it", set()),
    ],
)
def test_matching_finds_all_words_in_any_form(text: str, titles: set[str]) -> None:
    assert found(text) == titles


@pytest.mark.usefixtures("_needs")
@pytest.mark.parametrize("text", ["", "  ", "'\"*()-:^", "\x00", "🏠", "the of", "a", "\ud800"])
def test_matching_without_a_word_narrows_nothing(text: str) -> None:
    assert len(found(text)) == 3


@pytest.mark.usefixtures("_needs")
@pytest.mark.parametrize(
    "text",
    [
        *('"housing', "housing AND", "NOT housing", "title:housing", "housing*", "NEAR(housing)"),
        *("housing\x00", "a" * 5000, "housing 🏠", "' OR 1=1 --", "housing & !"),
        *("日本 語", "½ ² ٣", "\u0301\u0301", "ﬁ ß İ ı"),
    ],
)
def test_matching_takes_operators_and_oddities_as_words(text: str) -> None:
    found(text)  # does not raise
    best_matching(Need.objects.all(), text, SEARCH, limit=5)


@pytest.mark.usefixtures("_needs")
def test_matching_follows_changes_and_deletions() -> None:
    need = Need.objects.get(title="Housing on release")
    Need.objects.filter(pk=need.pk).update(title="Bail hostel", summary="Beds")
    assert found("housing") == {"Women’s centre"}
    assert found("hostel") == {"Bail hostel"}
    need.evidence.all().delete()
    need.delete()
    assert found("hostel") == set()


@pytest.mark.usefixtures("_needs")
def test_matching_narrows_a_filtered_and_joined_list() -> None:
    women = matching(Need.objects.select_related("area", "organisation").exclude(title=""), "women", SEARCH)
    assert {need.title for need in women.filter(area__name__startswith="Region")} == {
        "Housing on release",
        "Women’s centre",
    }


@pytest.mark.usefixtures("_needs")
def test_best_matching_puts_the_title_before_the_text() -> None:
    assert [need.title for need in best_matching(Need.objects.all(), "women", SEARCH, limit=5)] == [
        "Women’s centre",
        "Housing on release",
    ]
    assert len(best_matching(Need.objects.all(), "women", SEARCH, limit=1)) == 1
    assert best_matching(Need.objects.filter(title="no"), "women", SEARCH, limit=5) == []
    assert best_matching(Need.objects.all(), "!", SEARCH, limit=5) == []


@pytest.mark.usefixtures("_needs")
@pytest.mark.parametrize("text", ["women", "ho", "house women", "ment", "nothing like it"])
def test_best_of_any_that_match_are_those_of_the_newest_where_they_are_few(text: str) -> None:
    newest, any_of_them = (
        best_matching(Need.objects.all(), text, SEARCH, limit=5, of_newest=of_newest)
        for of_newest in (True, False)
    )
    assert newest == any_of_them


class AnyText(TestCase):
    """Whatever is typed."""

    @given(st.text(max_size=60))
    def test_matching_never_raises(self, text: str) -> None:
        list(matching(Need.objects.all(), text, SEARCH)[:1])
        best_matching(Need.objects.all(), text, SEARCH, limit=1)


def test_words_are_bounded_and_shortened() -> None:
    assert len(words_of("word " * 50)) == MOST_WORDS
    assert [(word.text, word.is_beginning) for word in words_of("men 2026 in homeless houses women")] == [
        ("men", False),
        ("2026", False),
        ("homeless", True),
        ("hous", True),
        ("women", True),
    ]


@pytest.mark.parametrize("index", [SEARCH, OPPORTUNITY_SEARCH, AREA_SEARCH], ids=lambda index: index.table)
def test_migrations_leave_every_index_alive(index: SearchIndex) -> None:
    """On SQLite a migration that rebuilds the table takes the triggers along: end it with index.operations()."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [index.table])
            assert index.name in {name for (name,) in cursor.fetchall()}
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [index.table]
            )
            assert set(index.triggers) <= {name for (name,) in cursor.fetchall()}
