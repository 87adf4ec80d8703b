"""Tens of thousands of signals: what the scale writes is sound, and every list and comparison stays bounded."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import paging
from core.models import Organisation, User
from core.queries.places import regions
from demo.scale.rows import MAIL
from marketplace.models import Follow, Signal
from marketplace.queries.signal_counts import signal_counts
from marketplace.queries.signals import for_list, like_what_is_said, listed, signals_of, to_join_to, voices_of
from marketplace.services.digests import send_digests
from tests.core.signed_in import browser_of
from tests.scale.test_lists import plan_of

pytestmark = pytest.mark.django_db

NEWEST, MOST = ("-given_at", "-id"), ("-voices", "-id")


def busiest() -> Organisation:
    return max(Organisation.objects.filter(kind="commissioner"), key=lambda house: house.signals.count())


# --- what the scale writes


def test_scale_makes_as_many_signals_and_follows_as_it_was_asked_for(seed):
    seed(20, signals=300, follows=20)
    assert Signal.objects.count() == 300
    assert Follow.objects.count() == 20
    seed(20, signals=350, follows=30)
    assert Signal.objects.count() == 350
    assert Follow.objects.count() == 30


def test_scale_counts_everybody_who_says_so_once(seed):
    seed(20, signals=300)
    standing = Signal.objects.filter(counted_in__isnull=True)
    assert Signal.objects.filter(status="merged").exists()
    assert {signal.pk: signal.voices for signal in standing} == {
        signal.pk: voices_of([signal.pk]).count() for signal in standing
    }
    assert set(Signal.objects.values_list("status", flat=True)) == {"open", "answered", "set_aside", "merged"}


# --- what it costs


PAGES = (
    "/signals/",
    "/signals/?sort=most&status=any",
    "/signals/?q=rooms",
    "/signals/new/",
    "/work/",
    "/following/",
)


def queries_of(browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_pages_ask_as_much_for_four_hundred_signals_as_for_two_thousand(seed):
    seed(100, signals=400)
    browser = browser_of(User.objects.get(email=f"director.0@{MAIL}"))
    signal = Signal.objects.filter(organisation__memberships__user__email=f"director.0@{MAIL}", status="open")[0]
    merging = f"/signals/{signal.pk}/merge/"
    few = {address: queries_of(browser, address) for address in (*PAGES, merging)}
    seed(100, signals=2_000)
    many = {address: queries_of(browser, address) for address in (*PAGES, merging)}
    assert many == few
    assert max(cost for address, cost in many.items() if address != "/work/") <= 12


@pytest.mark.parametrize(
    ("status", "order", "index"),
    [
        ("open", NEWEST, "signal_own_newest"),
        ("open", MOST, "signal_own_most"),
        ("", NEWEST, "signal_body_newest"),
        ("", MOST, "signal_body_most"),
    ],
)
def test_a_bodys_list_is_one_stretch_of_an_index(seed, status: str, order, index: str):
    seed(20, signals=500)
    rows = listed(signals_of(busiest()), status=status)
    assert index in plan_of(lambda: paging.page_of(for_list(rows), order=order))


def test_an_area_is_narrowed_along_the_order_of_the_list(seed):
    seed(20, signals=500)
    house = busiest()
    area = regions().get(bodies=house.body).pk
    rows = listed(signals_of(house), status="open", area=area)
    asked = []

    def read():
        asked.append(paging.page_of(for_list(rows), order=NEWEST))

    with CaptureQueriesContext(connection) as queries:
        read()
    within = [query["sql"] for query in queries if "area_id" in query["sql"] and "LIMIT" in query["sql"]]
    assert within
    assert asked[0].rows


def test_counts_are_read_from_the_index_alone(seed):
    seed(20, signals=500)
    areas = [area.pk for area in regions()]
    assert "signal_counts" in plan_of(lambda: signal_counts(areas=areas))


def test_supports_are_looked_up_signal_by_signal(seed):
    seed(20, signals=500)
    signal = Signal.objects.filter(voices__gte=3)[0]
    plan = plan_of(lambda: voices_of([signal.pk]).count())
    assert "signalsupport" in plan
    assert not re.search(
        r"SCAN \w+ USING (?:COVERING )?INDEX \w*signalsupport|Seq Scan on marketplace_signalsupport", plan
    )


def test_comparing_reads_three_hundred_at_most(seed, monkeypatch):
    seed(20, signals=1_500)
    house = busiest()
    signal = signals_of(house).filter(status="open")[0]
    with CaptureQueriesContext(connection) as queries:
        found = to_join_to(signal)
        like_what_is_said(house, text=signal.text, area=signal.area, category=signal.category)
    assert found
    compared = [query["sql"] for query in queries if '"text"' in query["sql"] and "LIMIT 300" in query["sql"]]
    assert len(compared) == 2


def test_a_thousand_followers_take_the_queries_of_a_hundred(seed):
    seed(200, providers=400, follows=100)
    now = timezone.now()
    costs = []
    for follows in (100, 1_100):
        seed(200, follows=follows)
        Follow.objects.update(told_until=now - datetime.timedelta(days=90))
        with CaptureQueriesContext(connection) as queries:
            told = send_digests(now=now)
        costs.append(len(queries))
        assert told > follows / 4
    # A batch of five hundred people takes a few more, and SQLite a statement for some hundred values.
    assert costs[1] <= costs[0] + 25
    assert send_digests(now=now + datetime.timedelta(minutes=1)) == 0
