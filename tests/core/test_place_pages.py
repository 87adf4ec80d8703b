"""The list of places and the page of one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import paging
from core.models import Area, AreaBelonging
from core.queries.places import areas_listed, first_inside, for_list, letters
from tests.factories.core import AreaFactory
from tests.factories.marketplace import NeedFactory, OpportunityFactory
from tests.factories.places import BodyFactory, acts, day, lies, town
from tests.marketplace.test_opportunity_list import explained

pytestmark = pytest.mark.django_db

LIST = "/places/"
BOURNEMOUTH = "/places/town/bournemouth/"


def names(answer):
    return [line.name for line in answer.context["lines"]]


def bodies(groups):
    return {line.body for group in groups for line in group.lines}


# --- the list ----------------------------------------------------------------------------------------


def test_list_is_open_to_everyone_and_by_name(client):
    answer = client.get(LIST)
    assert answer.status_code == 200
    assert names(answer) == sorted(names(answer))
    assert len(names(answer)) == 25
    assert "185 places" in answer.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "bournem"}, 2 * ["Bournemouth"]),
        ({"q": "E06000058"}, ["Bournemouth"]),
        ({"q": "e0600002", "days": "all"}, ["Bournemouth"]),
        ({"q": "bournem", "kind": "town"}, ["Bournemouth"]),
        (
            {"q": "bournem", "days": "all", "kind": "council"},
            2 * ["Bournemouth"],
        ),
        ({"letter": "b", "kind": "town"}, ["Bournemouth"]),
        ({"kind": "courts_region"}, ["South West"]),
        ({"q": "no such place"}, []),
        ({"kind": "town", "letter": "Z"}, []),
    ],
)
def test_list_is_narrowed(client, asked, found):
    assert [name.removesuffix(", Christchurch and Poole") for name in names(client.get(LIST, asked))] == found


def test_list_within_a_region_holds_what_lies_in_it(client):
    region = Area.objects.get(kind="probation_region", slug="wales")
    answer = client.get(LIST, {"within": region.pk, "kind": "police_area"})
    assert set(names(answer)) == {"Dyfed-Powys", "Gwent", "North Wales", "South Wales"}
    assert "In Wales" in answer.text


def test_empty_results_say_how_to_go_on(client):
    answer = client.get(LIST, {"q": "zzzz"})
    assert "No place fits" in answer.text
    assert "days=all" in answer.text
    assert "See all places" in client.get(LIST, {"q": "zzzz", "days": "all"}).text


def test_list_without_any_place_says_what_will_be_there(client):
    for model in (AreaBelonging, Area):
        model.objects.all().delete()
    assert "No place is known yet" in client.get(LIST).text


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "\x00"},
        {"q": "a" * 5000},
        {"kind": "village"},
        {"letter": "\x00"},
        {"letter": "é"},
        {"days": "never"},
        {"within": "9" * 5000},
        {"within": "-1"},
        {"within": "999999999999999999"},
        {"within": "x"},
        {"page": "x"},
    ],
)
def test_whatever_is_asked_the_list_opens(client, asked):
    assert client.get(LIST, asked).status_code == 200


class AnySearch(TestCase):
    """Whatever is typed."""

    @given(st.text(max_size=40))
    def test_search_never_raises(self, text: str) -> None:
        assert self.client.get(LIST, {"q": text}).status_code == 200


def test_list_asks_as_little_for_thirty_as_for_one(client):
    counts = []
    for prefix, number in (("Qone", 1), ("Qthree", 3), ("Qthirty", 30)):
        for place in range(number):
            town(f"{prefix} {place}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST, {"q": prefix}).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2] <= 6


@pytest.fixture
def _many_places():
    kinds = ("town", "council", "police_area")
    Area.objects.bulk_create(
        Area(
            kind=kinds[number % 3],
            name=f"{'QZ'[number % 2]} place {number}",
            slug=f"place-{number}",
            source="made for a test",
        )
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.usefixtures("_many_places")
@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, "area_by_name"),
        ({"on": day("2026-11-21")}, "area_by_name"),
        ({"kind": "town"}, "area_by_kind"),
        ({"letter": "Q"}, "area_by_letter"),
    ],
)
def test_list_is_one_stretch_of_an_index(asked, index):
    rows = for_list(areas_listed(**asked))
    cursor = paging.page_of(rows, order=("name", "id")).next_cursor
    with CaptureQueriesContext(connection) as queries:
        paging.page_of(rows, order=("name", "id"))
        paging.page_of(rows, order=("name", "id"), cursor=cursor)
    for query in queries:
        plan = explained(query["sql"])
        assert index in plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan
        assert "Sort" not in plan


@pytest.mark.usefixtures("_many_places")
def test_search_and_letters_read_no_whole_table():
    with CaptureQueriesContext(connection) as queries:
        paging.page_of(for_list(areas_listed(text="place 29")), order=("name", "id"))
        letters()
        letters("town")
    for query in queries:
        plan = explained(query["sql"])
        assert "SCAN core_area\n" not in plan
        assert "Seq Scan on core_area" not in plan


# --- one place ---------------------------------------------------------------------------------------


def test_page_is_open_to_everyone_and_shows_who_covers_it(client):
    answer = client.get(BOURNEMOUTH)
    assert answer.status_code == 200
    assert "Bournemouth, Christchurch and Poole Council" in bodies(answer.context["now"])
    assert bodies(answer.context["past"]) >= {"Bournemouth Borough Council"}
    assert "until a day in May 2028 that is not stated yet" in answer.text
    assert "From Tuesday 1 April 1997 until Sunday 31 March 2019" in answer.text


def test_page_shows_the_bodies_of_another_day(client):
    answer = client.get(BOURNEMOUTH, {"on_day": "1", "on_month": "6", "on_year": "2016"})
    assert "Bournemouth Borough Council" in bodies(answer.context["now"])
    assert "Bournemouth, Christchurch and Poole Council" in bodies(answer.context["ahead"])
    assert "Bodies that cover it on Wednesday 1 June 2016" in answer.text
    assert "From Monday 1 April 2019" in answer.text


def test_day_that_is_none_is_explained_and_nothing_is_lost(client):
    answer = client.get(BOURNEMOUTH, {"on_day": "31", "on_month": "2", "on_year": "2016"})
    assert answer.status_code == 200
    assert "must be a real date" in answer.text
    assert 'value="31"' in answer.text
    assert answer.context["is_today"]


@pytest.mark.parametrize(
    "path",
    [
        "/places/town/nowhere/",
        "/places/village/bournemouth/",
        "/places/council/dorset-county-town/",
        "/places/delivery_unit/dorset/",
    ],
)
def test_place_that_is_none_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_page_of_every_place_opens(client):
    for kind, slug in Area.objects.values_list("kind", "slug"):
        assert client.get(f"/places/{kind.replace('_', '-')}/{slug}/").status_code == 200


def test_bare_place_says_what_is_not_known(client):
    town("Nowhere")
    answer = client.get("/places/town/nowhere/")
    for sentence in (
        "No body is known to cover this place",
        "Nothing larger is known",
        "Nothing smaller is known",
        "No need has been posted",
        "No opportunity is open",
        "No alliance that all its members have signed",
    ):
        assert sentence in answer.text


def test_area_that_ended_says_so_and_shows_its_last_day(client):
    answer = client.get("/places/council/bournemouth/")
    assert "no longer there" in answer.text
    assert "Bodies that cover it on Sunday 31 March 2019" in answer.text
    assert "Bournemouth Borough Council" in bodies(answer.context["now"])
    assert "no longer there" not in client.get("/places/council/dorset/").text


def test_share_and_part_are_shown(client):
    place, council = town("Halfway"), AreaFactory(kind="council", name="Left", slug="left")
    other = AreaFactory(kind="council", name="Right", slug="right")
    lies(place, council, extent="part", share_bps=6250)
    lies(place, other, extent="part")
    acts(council, body=BodyFactory(name="Left Council"))
    answer = client.get("/places/town/halfway/")
    assert "62.5% of it" in answer.text
    assert "in part; how much is not stated" in answer.text
    assert "62.5% of it" in client.get("/places/council/left/").text


def test_many_inside_are_counted_and_the_rest_is_in_the_list(client):
    council = AreaFactory(kind="council", name="Large", slug="large")
    for number in range(15):
        lies(town(f"Village {number:02}"), council)
    answer = client.get("/places/council/large/")
    assert "Town or city (15)" in answer.text
    assert "Village 11" in answer.text
    assert "Village 12" not in answer.text
    (kind,) = answer.context["inside"]
    assert len(names(client.get(kind.url))) == 15


def test_changes_are_told_latest_first_and_by_month_where_no_day_is_known(client):
    changes = client.get(BOURNEMOUTH).context["changes"]
    assert [change.on for change in changes] == sorted((change.on for change in changes), reverse=True)
    assert changes[0].when == "May 2028; the day is not stated yet"
    assert changes[0].turns[0].what == "Police and Crime Commissioner for Dorset is to end"
    turns = next(change for change in changes if change.on == day("2019-04-01")).turns
    assert {turn.what for turn in turns} == {
        "Bournemouth Borough Council ended",
        "Bournemouth, Christchurch and Poole Council began",
    }


def test_end_of_a_place_is_no_news_of_the_bodies_over_it(client):
    changes = client.get("/places/council/bournemouth/").context["changes"]
    turns = {(str(change.on), turn.what) for change in changes for turn in change.turns}
    assert ("2019-04-01", "Bournemouth Borough Council ended") in turns
    assert not {turn for turn in turns if "Dorset Police" in turn[1] or "Wessex" in turn[1]}


def test_area_to_come_shows_its_first_day(client):
    place = AreaFactory(kind="council", name="To come", slug="to-come", valid_from=day("2199-04-01"))
    acts(place, body=BodyFactory(name="New Council"), valid_from=day("2199-04-01"))
    answer = client.get("/places/council/to-come/")
    assert bodies(answer.context["now"]) == {"New Council"}
    assert "New Council is to begin" in answer.text


def test_page_asks_as_little_for_thirty_of_everything_as_for_one(client):
    counts = []
    for number in (1, 3, 30):
        unit = AreaFactory(kind="delivery_unit", name=f"Unit {number}", slug=f"unit-{number}")
        for row in range(number):
            region = AreaFactory(kind="probation_region", name=f"R {number} {row}", slug=f"r-{number}-{row}")
            lies(unit, region)
            acts(region, "commissions_probation")
            lies(town(f"T {number} {row}"), unit)
            need = NeedFactory(published=True, area=unit)
            OpportunityFactory(is_open=True, area=unit, organisation=need.organisation)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/places/delivery-unit/unit-{number}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2] <= 25


def test_what_lies_inside_is_read_by_the_index_of_its_area():
    region = Area.objects.get(kind="probation_region", slug="london")
    with CaptureQueriesContext(connection) as queries:
        first_inside(region, day("2026-11-21"), of_each_kind=12)
    plan = explained(queries[0]["sql"])
    assert "SCAN core_areabelonging\n" not in plan
    assert "Seq Scan on core_areabelonging" not in plan
