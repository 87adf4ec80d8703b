"""How many practitioners say so, as the public may know it, and which signals look alike."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from core.models import Area, NeedCategory
from core.models.places import AreaBelonging
from core.queries.places import delivery_units_of, regions
from core.roles import Role
from marketplace.models import Signal
from marketplace.queries.signal_counts import PublicCount, signal_count_at, signal_counts, together
from marketplace.queries.signals import alike
from marketplace.services.signal_decisions import link_signals, merge_signals, set_signal_aside
from tests.factories.core import CommissionerFactory, any_category, member
from tests.factories.marketplace import NeedFactory
from tests.factories.signals import SignalFactory
from tests.marketplace.evaluation_scene import client_of

HIDDEN = PublicCount(None)


def signals_in(area: Area, voices: int, **what: object) -> Signal:
    return SignalFactory(area=area, voices=voices, **what)


# --- what may be shown


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (1, None), (9, None), (10, 10), (11, 11)])
def test_no_number_from_one_to_nine_is_shown(number: int, shown: int | None) -> None:
    assert PublicCount.of(number) == PublicCount(shown)


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([], PublicCount(0)),
        ([0, 0], PublicCount(0)),
        ([12, 30], PublicCount(42)),
        ([4], HIDDEN),
        ([4, 3], HIDDEN),
        ([12, 4], PublicCount(12, at_least=True)),
        ([5, 6], PublicCount(11)),
        ([9, 9], HIDDEN),
        ([9, 9, 20], PublicCount(20, at_least=True)),
        ([1, 1, 20], PublicCount(20, at_least=True)),
    ],
)
def test_sums_betray_no_part(numbers: list[int], shown: PublicCount) -> None:
    assert together(numbers) == shown


@given(st.lists(st.integers(0, 30), max_size=6))
def test_whoever_subtracts_is_left_with_five_answers(numbers: list[int]) -> None:
    told = together(numbers)
    hidden = [number for number in numbers if 0 < number < 10]
    assert told.number is None or told.number == 0 or told.number >= 10
    if told.number is None or told.at_least:
        assert hidden
        return
    assert told.number == sum(numbers)
    rest = told.number - sum(number for number in numbers if number >= 10)
    for place in range(len(hidden)):
        sums = reachable(len(hidden) - 1)
        assert sum(1 for guess in range(1, 10) if rest - guess in sums) >= 5, (place, hidden)


def reachable(parts: int) -> set[int]:
    """What so many numbers from one to nine can come to together."""
    sums = {0}
    for _part in range(parts):
        sums = {done + number for done in sums for number in range(1, 10)}
    return sums


# --- what is counted


@pytest.mark.django_db
def test_counts_are_by_area_and_kind_and_leave_out_what_does_not_stand() -> None:
    one, two = regions()[:2]
    kind, other = NeedCategory.objects.order_by("pk")[:2]
    signals_in(one, 8, category=kind)
    signals_in(one, 4, category=kind)
    signals_in(two, 9, category=kind)
    signals_in(two, 30, category=other)
    body = CommissionerFactory()
    director = member(Role.DIRECTOR, body)
    set_signal_aside(by=director, signal=signals_in(two, 1, category=kind, organisation=body), reason="No.")
    cells = signal_counts()
    assert cells == {
        (one.pk, kind.pk): PublicCount(12),
        (two.pk, kind.pk): HIDDEN,
        (two.pk, other.pk): PublicCount(30),
    }
    assert signal_counts(areas=[one.pk]) == {(one.pk, kind.pk): PublicCount(12)}
    assert signal_counts(categories=[other.pk]) == {(two.pk, other.pk): PublicCount(30)}
    assert signal_counts(areas=[]) == {}


@pytest.mark.django_db
def test_joined_signals_count_once() -> None:
    body, area = CommissionerFactory(), regions()[0]
    director = member(Role.DIRECTOR, body)
    one, *others = (SignalFactory(organisation=body, area=area) for _number in range(11))
    for other in others:
        merge_signals(by=director, stays=one, goes=other)
    assert signal_counts() == {(area.pk, any_category().pk): PublicCount(11)}


@pytest.mark.django_db
def test_a_region_counts_its_delivery_units_and_a_police_area_only_itself() -> None:
    region = regions()[0]
    unit = delivery_units_of(region)[0]
    police = Area.objects.filter(kind="police_area")[0]
    AreaBelonging.objects.create(child=unit, parent=police, source="made for a test")
    kind = any_category().pk
    signals_in(region, 10)
    signals_in(unit, 20)
    assert signal_count_at(region, kind) == PublicCount(30)
    assert signal_count_at(unit, kind) == PublicCount(20)
    assert signal_count_at(police, kind) == PublicCount(0)


@pytest.mark.django_db
def test_counts_take_one_query_however_much_there_is() -> None:
    for area in regions():
        signals_in(area, 3)
    with CaptureQueriesContext(connection) as queries:
        signal_counts()
    assert len(queries) == 1


# --- on the page of a need


@pytest.mark.django_db
def test_the_public_page_says_how_many_and_nothing_else() -> None:
    body, region = CommissionerFactory(), regions()[0]
    director = member(Role.DIRECTOR, body)
    need = NeedFactory(organisation=body, published=True, area=region)
    address = f"/needs/{need.pk}/"
    assert "practitioner" not in facts_on(Client().get(address))
    signals = [SignalFactory(organisation=body, area=region, text="The secret words") for _number in range(9)]
    link_signals(by=director, need=need, signals=signals)
    assert facts_on(Client().get(address)).count("Fewer than 10 practitioners say") == 2
    link_signals(by=director, need=need, signals=[SignalFactory(organisation=body, area=region)])
    page = facts_on(Client().get(address))
    assert "10 practitioners say what this need says" in page
    assert f"10 practitioners say that such help is missing in {region.name}" in page
    assert "Fewer than" not in page
    assert "secret words" not in page
    assert "Link signals" not in page
    assert f"/needs/{need.pk}/signals/" in facts_on(client_of(director).get(address))


@pytest.mark.django_db
def test_whoever_drafts_is_led_to_the_signals() -> None:
    need = NeedFactory()
    director = member(Role.DIRECTOR, need.organisation)
    page = facts_on(client_of(director).get(f"/needs/{need.pk}/"))
    assert "None yet" in page
    assert "Link signals" in page


def facts_on(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# --- alike


@pytest.mark.django_db
def test_the_likest_come_first_and_one_common_word_is_not_enough() -> None:
    texts = {
        "same": "Nowhere to stay on release from custody on Friday",
        "near": "Released on a Friday, no bed",
        "far": "Debt advice on a Tuesday in town",
        "word": "Friday",
    }
    numbers = {name: SignalFactory(text=text).pk for name, text in texts.items()}
    found = alike(Signal.objects.all(), "People released on Friday have nowhere to stay", limit=5)
    assert [signal.pk for signal in found] == [numbers["same"], numbers["near"]]
    assert alike(Signal.objects.all(), "the of and", limit=5) == []
    assert alike(Signal.objects.none(), "People released on Friday", limit=5) == []


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "a\x01b", "'\"*(){}", "é" * 500, "word " * 500])
def test_no_text_breaks_the_comparison(text: str) -> None:
    SignalFactory(text="word by word")
    assert isinstance(alike(Signal.objects.all(), text, limit=5), list)


@pytest.mark.django_db
def test_comparing_takes_the_same_queries_for_one_and_thirty() -> None:
    costs = set()
    for more in (1, 29):
        for _number in range(more):
            SignalFactory()
        with CaptureQueriesContext(connection) as queries:
            alike(Signal.objects.all(), "Nowhere to stay on the first night", limit=3)
        costs.add(len(queries))
    assert costs == {3}


# --- on the page of a place


@pytest.mark.django_db
def test_a_places_page_says_what_most_say_and_leads_to_following_it() -> None:
    region = regions()[0]
    kind, other = NeedCategory.objects.order_by("pk")[:2]
    address = f"/places/probation-region/{region.slug}/"
    page = facts_on(Client().get(address))
    assert "fewer are not shown" in page
    assert f'href="/following/new/?area={region.pk}"' in page
    signals_in(region, 14, category=kind)
    signals_in(delivery_units_of(region)[0], 3, category=kind)
    signals_in(region, 9, category=other)
    here = facts_on(Client().get(address)).partition("What practitioners say is missing")[2].partition("<h2")[0]
    assert "at least 14 practitioners" in here
    assert kind.name in here
    assert other.name not in here
