"""Paging by the key of the last row: every row once, both ways, whatever comes back as a cursor."""

import datetime
import string

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.paging import Count, Page, count_up_to, links, page_of
from marketplace.models import Need
from tests.factories.marketplace import NeedFactory

pytestmark = pytest.mark.django_db

NEWEST = ("-published_at", "-id")
NOW = timezone.now()


def published(days: list[int]) -> list[int]:
    """Needs published so many days ago; their numbers, newest first, the later made before the earlier."""
    needs = [
        NeedFactory(published=True, published_at=NOW - datetime.timedelta(days=number), evidence=None)
        for number in days
    ]
    return [need.pk for need in sorted(needs, key=lambda need: (need.published_at, need.pk), reverse=True)]


def numbers(page: Page[Need]) -> list[int]:
    return [need.pk for need in page.rows]


def flat(pages: list[list[int]]) -> list[int]:
    return [number for page in pages for number in page]


def walk(size: int, order: tuple[str, ...] = NEWEST) -> list[list[int]]:
    """Every page from the first to the last."""
    page = page_of(Need.objects.all(), order=order, size=size)
    pages = [numbers(page)]
    while page.next_cursor:
        page = page_of(Need.objects.all(), order=order, size=size, cursor=page.next_cursor)
        pages.append(numbers(page))
    return pages


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_every_row_is_on_one_page_in_order_though_moments_repeat(size: int) -> None:
    wanted = published([1, 1, 1, 2, 3, 3, 4])
    assert flat(walk(size)) == wanted


def test_ascending_and_mixed_orders_reach_every_row() -> None:
    wanted = published([1, 1, 2, 3, 3])
    assert flat(walk(2, ("published_at", "id"))) == wanted[::-1]
    mixed = sorted(Need.objects.all(), key=lambda need: (-need.published_at.timestamp(), need.pk))  # type: ignore[union-attr]  # published
    assert flat(walk(2, ("-published_at", "id"))) == [need.pk for need in mixed]
    assert flat(walk(2, ("id",))) == sorted(wanted)


def test_going_back_shows_the_pages_that_were_passed() -> None:
    published([1, 2, 2, 3, 4, 5, 5])
    forward = walk(2)
    page = page_of(Need.objects.all(), order=NEWEST, size=2)
    while page.next_cursor:
        page = page_of(Need.objects.all(), order=NEWEST, size=2, cursor=page.next_cursor)
    # The last page holds one row, so pages counted from its end hold the same rows as before.
    back = [numbers(page)]
    while page.previous_cursor:
        page = page_of(Need.objects.all(), order=NEWEST, size=2, cursor=page.previous_cursor)
        back.append(numbers(page))
    assert back[::-1] == forward
    assert page.is_first
    assert page.next_cursor


def test_one_page_has_no_neighbours() -> None:
    published([1, 2])
    page = page_of(Need.objects.all(), order=NEWEST, size=2)
    assert (page.previous_cursor, page.next_cursor, page.is_first) == ("", "", True)
    assert page_of(Need.objects.none(), order=NEWEST).rows == []


def test_a_row_added_before_the_cursor_moves_nothing() -> None:
    published([1, 2, 3, 4])
    first = page_of(Need.objects.all(), order=NEWEST, size=2)
    before = numbers(page_of(Need.objects.all(), order=NEWEST, size=2, cursor=first.next_cursor))
    published([0])
    assert numbers(page_of(Need.objects.all(), order=NEWEST, size=2, cursor=first.next_cursor)) == before


def test_a_cursor_back_to_rows_that_are_gone_gives_page_one() -> None:
    wanted = published([1, 2, 3])
    first = page_of(Need.objects.all(), order=NEWEST, size=1)
    second = page_of(Need.objects.all(), order=NEWEST, size=1, cursor=first.next_cursor)
    Need.objects.filter(pk=wanted[0]).delete()
    page = page_of(Need.objects.all(), order=NEWEST, size=1, cursor=second.previous_cursor)
    assert numbers(page) == [wanted[1]]
    assert page.is_first


def test_a_cursor_of_another_order_or_list_gives_page_one() -> None:
    wanted = published([1, 2, 3])
    cursor = page_of(Need.objects.all(), order=NEWEST, size=1).next_cursor
    assert numbers(page_of(Need.objects.all(), order=("published_at", "id"), size=1, cursor=cursor)) == wanted[-1:]
    signed_by_another = Signer(salt="elsewhere").sign_object(["a", "2026-01-01", 1])
    assert numbers(page_of(Need.objects.all(), order=NEWEST, size=1, cursor=signed_by_another)) == wanted[:1]


@pytest.mark.parametrize("cursor", ["x", ":", "\x00", "🏠", "W10:W10", "a" * 100_000, "..", "null", "%00"])
def test_a_made_up_cursor_gives_page_one(cursor: str) -> None:
    wanted = published([1, 2, 3])
    assert numbers(page_of(Need.objects.all(), order=NEWEST, size=2, cursor=cursor)) == wanted[:2]


class TamperedCursor(TestCase):
    """One letter changed is page one; the same cursor is the same page."""

    @given(st.integers(0, 200), st.sampled_from(string.ascii_letters + string.digits + ":-_"))
    def test_gives_page_one(self, place: int, letter: str) -> None:
        wanted = published([1, 2, 3])
        cursor = page_of(Need.objects.all(), order=NEWEST, size=1).next_cursor
        place %= len(cursor)
        changed = cursor[:place] + letter + cursor[place + 1 :]
        page = page_of(Need.objects.all(), order=NEWEST, size=1, cursor=changed)
        assert numbers(page) == ([wanted[1]] if changed == cursor else [wanted[0]])


class AnyRows(TestCase):
    """Rows with any dates, pages of any size."""

    @given(st.lists(st.integers(0, 3), max_size=9), st.integers(1, 4))
    def test_are_all_reached_once(self, days: list[int], size: int) -> None:
        wanted = published(days)
        assert flat(walk(size)) == wanted


def test_a_page_costs_one_query_of_one_row_more() -> None:
    published([1, 2, 3, 4])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page_of(Need.objects.all(), order=NEWEST, size=3)
    assert len(queries) == 1
    assert "LIMIT 4" in queries[0]["sql"]
    assert "OFFSET" not in queries[0]["sql"]


def test_count_stops_at_the_cap() -> None:
    published([1, 2, 3])
    assert count_up_to(Need.objects.order_by("title"), 3) == Count(3)
    assert count_up_to(Need.objects.all(), 2) == Count(2, capped=True)
    assert str(Count(2, capped=True)) == "2+"
    assert str(Count(1000, capped=True)) == "1,000+"
    with CaptureQueriesContext(connection) as queries:
        count_up_to(Need.objects.all(), 2)
    assert "LIMIT 3" in queries[0]["sql"]


def test_links_keep_the_filters_and_leave_the_old_cursor() -> None:
    published([1, 2, 3])
    first = page_of(Need.objects.all(), order=NEWEST, size=1)
    second = page_of(Need.objects.all(), order=NEWEST, size=1, cursor=first.next_cursor)
    pages = links(second, "3 needs", "/needs/", {"q": "a & b", "page": "old"})
    assert pages.first_url == "/needs/?q=a+%26+b"
    assert pages.previous_url.startswith("/needs/?q=a+%26+b&page=")
    assert pages.next_url.startswith("/needs/?q=a+%26+b&page=")
    assert "old" not in pages.next_url
    assert links(first, "", "/needs/", {}).first_url == ""
    assert links(second, "", "/needs/", {}).first_url == "/needs/"
