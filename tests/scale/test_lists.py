"""Lists cost the same queries however long they are, and follow an index."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.pages import Kind, Page, pages
from core import paging
from core.models import User
from core.queries.audit import events_told
from core.queries.places import regions
from marketplace.models import Need, Opportunity
from marketplace.queries import consultations, needs, opportunities
from marketplace.queries.categories import categories
from marketplace.queries.opportunities import Show
from tests.core.signed_in import browser_of

pytestmark = pytest.mark.django_db

NEWEST = ("-published_at", "-id")


def lists() -> list[Page]:
    """Without searches, which find nothing among few, and pages in the middle, whose addresses change."""
    found = (page for page in pages() if page.kind == Kind.LIST)
    return [page for page in found if "middle page" not in page.name and "q=" not in page.url]


def queries_of(page: Page, browsers: dict) -> int:
    browser = browsers[page.reader]
    browser.get(page.url)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(page.url).status_code == 200
    return len(queries)


def test_lists_ask_as_much_for_two_hundred_rows_as_for_a_thousand(seed, plain_page):
    """The empty parts of a list of ten would hide what each row costs; two hundred fill every page."""
    seed(200, notices=1_000)
    found = lists()
    browsers = {
        reader: browser_of(User.objects.get(email=reader)) if reader else Client()
        for reader in {page.reader for page in found}
    }
    few = {(page.reader, page.name): queries_of(page, browsers) for page in found}
    seed(1_000, notices=5_000)
    many = {(page.reader, page.name): queries_of(page, browsers) for page in found}
    assert many == few
    assert max(many.values()) <= 12


# --- a list narrowed to a region, read either way


@pytest.mark.parametrize("show", [Show.ANY, Show.AWARDED, Show.OPEN])
def test_region_shows_the_same_rows_read_either_way(seed, show):
    seed(300)
    asked = {"show": show, "at": timezone.now(), "region": regions()[0].pk}
    order = opportunities.order_of(show, newest=False)
    few = list(opportunities.listed(**asked).order_by(*order))
    many = list(opportunities.listed(**asked, are_many=True).order_by(*order))
    assert few == many
    assert few


def test_needs_of_a_region_are_the_same_read_either_way(seed):
    seed(300)
    asked = {"region": regions()[0].pk}
    few = list(needs.listed(needs.published_needs(), **asked).order_by(*NEWEST))
    many = list(needs.listed(needs.published_needs(), **asked, are_many=True).order_by(*NEWEST))
    assert few == many
    assert few


def test_many_needs_of_a_region_are_read_in_the_order_of_the_list(seed):
    seed(100)
    rows = needs.listed(needs.published_needs(), region=regions()[0].pk, are_many=True)
    assert "need_all_newest" in plan_of(lambda: paging.page_of(needs.for_list(rows), order=NEWEST))


@pytest.mark.parametrize(("narrowed", "table"), [("region", "need_areas"), ("category", "need_categories")])
def test_narrowed_needs_are_counted_by_way_of_their_areas_and_kinds(seed, narrowed, table):
    """Counting stops at a thousand, so it must begin with the rows that fit."""
    seed(100)
    number = regions()[0].pk if narrowed == "region" else categories()[0].pk
    with CaptureQueriesContext(connection) as queries:
        paging.count_up_to(needs.to_count(needs.published_needs(), **{narrowed: number}))
    plan = plan_of(lambda: paging.count_up_to(needs.to_count(needs.published_needs(), **{narrowed: number})), -1)
    assert "LIMIT 1001" in queries[-1]["sql"]
    assert f"marketplace_{table}_" in plan


def test_needs_are_counted_once_whatever_they_are_found_by(seed):
    seed(300)
    for asked in ({"region": regions()[0].pk}, {"category": categories()[0].pk}):
        rows = needs.listed(needs.published_needs(), **asked)
        assert needs.to_count(needs.published_needs(), **asked).count() == rows.count() == len(set(rows))


def test_consultations_that_are_open_are_read_in_the_order_in_which_they_close():
    rows = consultations.open_rounds(timezone.now())
    assert "round_closing" in plan_of(lambda: paging.page_of(rows, order=("closes_at", "id")))


def test_what_happened_to_a_need_is_looked_up_thing_by_thing(seed):
    """Where there are few events PostgreSQL reads them all, so only what it may look up is held here."""
    seed(100)
    told = [(Need, [1], ["need.publish"]), (Opportunity, [1, 2], ["award.make"])]
    plan = plan_of(lambda: list(events_told(told, 80)))
    assert "event_of_object" in plan or connection.vendor == "postgresql"
    assert "SubPlan" not in plan


def plan_of(read, which=0, *, may_sort: bool = False) -> str:
    """How the database goes about the first thing that `read` asks, or another one.

    PostgreSQL reads no table whole if it need not, nor sorts unless it `may_sort`: with few rows it would do both.
    """
    with CaptureQueriesContext(connection) as queries:
        read()
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"SET LOCAL enable_sort = {'on' if may_sort else 'off'}")
        cursor.execute(f"{explain} " + queries[which]["sql"].replace("%", "%%"))
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
