"""What the page of a place shows of needs and opportunities, and the lists behind it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Area, Organisation
from core.roles import OrganisationKind
from tests.factories.core import AreaFactory
from tests.factories.marketplace import NeedFactory, OpportunityFactory
from tests.factories.places import BodyFactory, acts, lies, town
from tests.marketplace.test_opportunity_list import explained

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    """A town in a delivery unit in a region whose body commissions."""
    found, unit, region = town(), AreaFactory(kind="delivery_unit"), AreaFactory()
    lies(found, unit)
    lies(unit, region)
    body = acts(
        region, "commissions_probation", body=BodyFactory(kind="probation_region", name="Here Service")
    ).body
    Organisation.objects.create(kind=OrganisationKind.COMMISSIONER, name="Here", body=body)
    return found


def around(place: Area) -> tuple[Area, Area, Organisation]:
    unit = place.belongs_to.get()
    region = unit.belongs_to.get()
    return unit, region, Organisation.objects.get(name="Here")


def section(client, title):
    answer = client.get("/places/town/newtown/")
    return next(here for here in answer.context["here"] if str(here.title) == title)


def test_needs_of_the_unit_and_the_region_are_needs_of_the_town(client, place):
    unit, region, here = around(place)
    NeedFactory(published=True, area=unit, organisation=here, title="In the unit")
    NeedFactory(published=True, area=region, organisation=here, title="In the region")
    NeedFactory(published=True, title="Elsewhere")
    NeedFactory(area=unit, organisation=here, title="A draft")
    found = section(client, "Needs posted")
    assert {line.title for line in found.lines} == {"In the unit", "In the region"}
    assert "2 needs in all" in found.told
    assert "Commissions here: 2 needs" in client.get("/places/town/newtown/").text


def test_list_behind_the_needs_holds_the_same(client, place):
    unit, region, _here = around(place)
    NeedFactory(published=True, area=unit, title="In the unit")
    NeedFactory(published=True, area=region, title="In the region")
    NeedFactory(published=True, title="Elsewhere")
    answer = client.get(section(client, "Needs posted").url)
    assert {line.title for line in answer.context["lines"]} == {"In the unit", "In the region"}
    assert "Newtown (Town or city)" in answer.text


def test_open_opportunities_are_shown_the_soonest_first(client, place):
    unit, _region, here = around(place)
    for number in range(7):
        OpportunityFactory(is_open=True, area=unit, organisation=here, title=f"Open {number}")
    OpportunityFactory(is_closed=True, area=unit, title="Closed")
    OpportunityFactory(is_open=True, title="Elsewhere")
    found = section(client, "Opportunities open now")
    assert len(found.lines) == 5
    assert {line.title for line in found.lines} < {f"Open {number}" for number in range(7)}
    assert "7 open opportunities in all" in found.told
    assert found.by_organisation == {here.pk: "7 open opportunities"}
    answer = client.get(found.url)
    assert len(answer.context["lines"]) == 7


@pytest.mark.parametrize("number", ["9" * 5000, "0", "-1", "x", "\x00", "999999999999999999"])
@pytest.mark.parametrize("path", ["/needs/", "/opportunities/", "/opportunities/export/"])
def test_place_that_is_none_narrows_nothing(client, path, number):
    assert client.get(path, {"region": number}).status_code == 200


def test_more_than_a_thousand_are_said_to_be_so(client, place, monkeypatch):
    monkeypatch.setattr("marketplace.places.COUNT_CAP", 2)
    unit, _region, here = around(place)
    for _number in range(3):
        NeedFactory(published=True, area=unit, organisation=here)
        OpportunityFactory(is_open=True, area=unit, organisation=here)
    assert section(client, "Needs posted").told == "2+ needs in all."
    assert section(client, "Opportunities open now").told == "2+ open opportunities in all."
    assert len(section(client, "Needs posted").lines) == 5


def test_counts_at_a_place_read_no_whole_table(client, place):
    unit, _region, here = around(place)
    for _number in range(30):
        NeedFactory(published=True, area=unit, organisation=here)
    with CaptureQueriesContext(connection) as queries:
        section(client, "Needs posted")
    asked = [query["sql"] for query in queries if "marketplace_" in query["sql"]]
    assert asked
    for sql in asked:
        plan = explained(sql)
        for table in ("marketplace_need", "marketplace_opportunity"):
            assert f"SCAN {table}\n" not in plan
            assert f"Seq Scan on {table} " not in plan


def test_need_and_opportunity_lead_to_their_place(client, place):
    unit, _region, here = around(place)
    need = NeedFactory(published=True, area=unit, organisation=here)
    opportunity = OpportunityFactory(is_open=True, area=unit, organisation=here)
    for path in (f"/needs/{need.pk}/", f"/opportunities/{opportunity.pk}/"):
        assert f'href="/places/delivery-unit/{unit.slug}/"' in client.get(path).text


def test_need_of_two_areas_of_a_place_counts_once(client, place):
    unit, region, here = around(place)
    NeedFactory(published=True, area=unit, organisation=here).areas.add(region)
    found = section(client, "Needs posted")
    assert found.told == "1 need in all."
    assert found.by_organisation == {here.pk: "1 need"}
