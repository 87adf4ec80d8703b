"""The public list of providers and the page of one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import paging
from core.models import Area, NeedCategory
from core.roles import Role
from providers.models import Identifier
from providers.queries.directory import ORDERS, SEARCH, Order, providers_listed, providers_to_count
from providers.services.registration import change_identity
from tests.factories.core import OrganisationFactory, member
from tests.factories.providers import RegistrationFactory, declaration, named_only, organisation_of, registered
from tests.scale.test_lists import plan_of

pytestmark = pytest.mark.django_db

LIST = "/providers/"


def names(answer):
    return [card["organisation"].name for card in answer.context["cards"]]


def test_list_is_open_to_everyone_and_by_name(client):
    for name in ("Bridge", "Anchor", "Clean Slate"):
        RegistrationFactory(told=True, organisation__name=name)
    answer = client.get(LIST)
    assert answer.status_code == 200
    assert names(answer) == ["Anchor", "Bridge", "Clean Slate"]


def test_list_leaves_out_who_is_no_registered_provider(client):
    OrganisationFactory()
    member(Role.DIRECTOR)
    assert names(client.get(LIST)) == []


def test_empty_list_says_what_will_be_there(client):
    assert b"No provider is registered yet" in client.get(LIST).content


@pytest.mark.parametrize(
    "text", ["anchor", "ANCHOR", "leaving prison", "1090095", "Charity no. 1090095", "GB-CHC-1090095"]
)
def test_text_finds_name_work_and_number(client, text):
    RegistrationFactory(told=True, organisation__name="Anchor House", number="1090095")
    other = RegistrationFactory(organisation__name="Bridge", summary="Gardens", number="279417")
    found = names(client.get(LIST, {"q": text}))
    assert "Anchor House" in found
    assert other.organisation.name not in found


def test_area_finds_the_region_its_parts_and_what_it_is_part_of(client):
    wales = Area.objects.get(kind="probation_region", slug="wales")
    first, second = wales.contains.filter(kind="delivery_unit").order_by("pk")[:2]
    for name, area in (("Whole", wales), ("First", first), ("Second", second)):
        RegistrationFactory(organisation__name=name).areas.add(area)
    RegistrationFactory(organisation__name="Elsewhere").areas.add(
        Area.objects.get(kind="probation_region", slug="london")
    )
    assert names(client.get(LIST, {"area": wales.pk})) == ["First", "Second", "Whole"]
    assert names(client.get(LIST, {"area": first.pk})) == ["First", "Whole"]


def test_words_are_found_in_any_order_form_and_field(client):
    RegistrationFactory(told=True, organisation__name="Anchor House")
    RegistrationFactory(told=True, organisation__name="Bridge")
    assert names(client.get(LIST, {"q": "rooms anchors"})) == ["Anchor House"]
    assert names(client.get(LIST, {"q": "anch"})) == ["Anchor House"]


def test_new_name_is_the_one_that_is_listed_and_found(client):
    person = registered(told=True, organisation__name="Old Anchor", number="1090095")
    registration = organisation_of(person).registration
    given = {"legal_form": "charity", "identifiers": {"GB-CHC": "1090095"}}
    change_identity(by=person, registration=registration, version=1, name="New Bridge", **given)
    assert names(client.get(LIST, {"q": "bridge"})) == ["New Bridge"]
    assert names(client.get(LIST, {"q": "anchor"})) == []


def test_search_index_survives_the_migrations():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [SEARCH.table])
            wanted = {SEARCH.name}
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [SEARCH.table]
            )
            wanted = set(SEARCH.triggers)
        assert wanted <= {name for (name,) in cursor.fetchall()}


def test_filters_narrow_together_and_can_be_taken_away(client):
    need = NeedCategory.objects.order_by("pk")[1]
    both = RegistrationFactory(told=True, organisation__name="Anchor")
    both.categories.add(need)
    RegistrationFactory(told=True, organisation__name="Anchorage")
    answer = client.get(LIST, {"q": "anchor", "need": need.pk})
    assert names(answer) == ["Anchor"]
    assert [chip.label for chip in answer.context["chips"]] == ["anchor", need.name]
    assert answer.context["chips"][1].url == f"{LIST}?q=anchor"


@pytest.mark.parametrize(
    "query",
    [
        {"area": "nowhere"},
        {"area": "99999999999999999999"},
        {"need": "x"},
        {"need": "99999999999999999999"},
        {"q": "x" * 500},
        {"q": "\x00"},
        {"q": "%_'\""},
        {"page": "garbage"},
    ],
)
def test_filter_that_makes_no_sense_is_no_error_page(client, query):
    RegistrationFactory()
    assert client.get(LIST, query).status_code == 200


@pytest.mark.parametrize("signed_in", [False, True])
def test_list_costs_the_same_queries_however_long(client, signed_in):
    if signed_in:
        client.force_login(registered(told=True))
    counts = []
    for more in (1, 2, 27):
        for _ in range(more):
            RegistrationFactory(told=True)
        client.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 12


def test_second_page_goes_on_where_the_first_ended(client):
    for number in range(27):
        RegistrationFactory(organisation__name=f"Charity {number:02}x")
    first = client.get(LIST)
    second = client.get(first.context["pages"].next_url)
    assert len(names(first)) == 25
    assert names(second) == ["Charity 25x", "Charity 26x"]


def test_list_is_sorted_as_asked(client):
    for name in ("Bridge", "Anchor"):
        RegistrationFactory(organisation__name=name)
    assert names(client.get(LIST, {"sort": "newest"})) == ["Anchor", "Bridge"]
    assert names(client.get(LIST, {"sort": "nonsense"})) == ["Anchor", "Bridge"]


@pytest.mark.parametrize("asked", [{"area": True}, {"category": True}, {"area": True, "category": True}])
def test_narrowed_list_is_the_same_read_either_way_and_counted_once(asked):
    wales = Area.objects.get(kind="probation_region", slug="wales")
    needs = list(NeedCategory.objects.order_by("pk")[:2])
    for number in range(8):
        row = RegistrationFactory(organisation__name=f"Provider {number}x")
        row.areas.set([*wales.contains.filter(kind="delivery_unit")[:2], wales][: number % 4])
        row.categories.set(needs[: number % 3])
    bare = RegistrationFactory(legal_form="")
    bare.areas.add(wales)
    bare.categories.add(needs[0])
    narrowed = {name: {"area": wales, "category": needs[0]}[name] for name in asked}
    few = list(providers_listed(**narrowed))
    assert few == list(providers_listed(**narrowed, are_many=True))
    assert 0 < len(few) == providers_to_count(**narrowed).count() < 8


def test_many_in_a_place_are_read_along_the_list():
    wales = Area.objects.get(kind="probation_region", slug="wales")
    rows = providers_listed(area=wales, are_many=True).select_related(None).only("listed_name")
    order = ORDERS[Order.NAME]
    with CaptureQueriesContext(connection) as queries:
        paging.page_of(rows, order=order)
    assert "registration_by_name" in plan_of(lambda: paging.page_of(rows, order=order), len(queries) - 1)


# --- one provider


def test_page_shows_what_it_says_of_itself_and_nobodys_name(client):
    person = registered(told=True, number="1090095")
    organisation = organisation_of(person)
    declaration(organisation, "conflicts", person, is_clear=False, details="A secret link")
    declaration(organisation, "safeguarding", person)

    answer = client.get(f"/providers/{organisation.pk}/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "We find people leaving prison a room" in page
    assert "charity-details/?regid=1090095&amp;subid=0" in page
    for hidden in (person.name, person.email, "secret", "Rosa Lund", "180,000"):
        assert hidden not in page


def test_page_of_a_group_names_its_document(client):
    made = RegistrationFactory(legal_form="unregistered", governing_document="Constitution, 12 May 2024")
    Identifier.objects.all().delete()
    assert b"Constitution, 12 May 2024" in client.get(f"/providers/{made.organisation_id}/").content


def test_own_people_find_the_way_to_change_it(client):
    person = registered(told=True)
    address = f"/providers/{organisation_of(person).pk}/"
    assert b"Keep this up to date" not in client.get(address).content
    client.force_login(person)
    assert b"Keep this up to date" in client.get(address).content


def test_what_is_no_registered_provider_has_no_page(client):
    for number in (OrganisationFactory().pk, organisation_of(member(Role.DIRECTOR)).pk, 999_999, 10**20):
        assert client.get(f"/providers/{number}/").status_code == 404


# --- an organisation of which nothing but the name is known


def test_bare_name_is_in_no_public_list_and_has_no_public_page(client):
    there = organisation_of(named_only(name="Anchor"))
    assert names(client.get(LIST)) == []
    assert names(client.get(LIST, {"q": "anchor"})) == []
    assert client.get(reverse("provider-detail", args=[there.pk])).status_code == 404


def test_somebody_signed_in_sees_whose_name_it_is(client):
    there = organisation_of(named_only(name="Anchor"))
    client.force_login(registered())
    page = client.get(reverse("provider-detail", args=[there.pk]))
    assert page.status_code == 200
    assert "Legal form not told yet" in page.content.decode()


def test_bare_name_is_listed_once_it_says_what_it_is(client):
    person = named_only(name="Anchor")
    given = {"legal_form": "charity", "identifiers": {"GB-CHC": "1090095"}}
    registration = organisation_of(person).registration
    change_identity(by=person, registration=registration, version=1, name="Anchor", **given)
    assert names(client.get(LIST)) == ["Anchor"]
