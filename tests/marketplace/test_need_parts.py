"""The parts of a draft need: where else, how many and by when, what good would look like."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from core.access import Refused, Stale
from core.models import Area, DesiredOutcome, Event, NeedCategory, Organisation, User
from core.queries.places import delivery_units_of, regions
from core.roles import Role
from marketplace.drafts import Figure, NeedWords, Scale, Scope, WhatGoodIs
from marketplace.models import Need
from marketplace.queries.needs import listed, published_needs, to_count
from marketplace.services.need_parts import save_scale, save_scope, save_what_good_is
from marketplace.services.needs import draft_need, edit_need
from tests.factories.core import CommissionerFactory, member
from tests.factories.marketplace import NeedFactory
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def body() -> Organisation:
    return CommissionerFactory()


@pytest.fixture
def manager(body: Organisation) -> User:
    return member(Role.COMMISSIONING_MANAGER, body, name="Maya Manning")


@pytest.fixture
def kinds() -> list[NeedCategory]:
    codes = DesiredOutcome.objects.values("category").distinct()
    return list(NeedCategory.objects.filter(pk__in=codes).order_by("pk")[:3])


@pytest.fixture
def places() -> list[Area]:
    return list(regions()[:3])


def drafted(manager: User, body: Organisation, kinds: list[NeedCategory], places: list[Area]) -> Need:
    words = NeedWords("Homes", "Too few.", places[0], kinds[0], 120, evidence=[Figure("42%", "Survey")])
    return draft_need(by=manager, organisation=body, words=words, form_key=uuid4())


def numbers(rows) -> set[int]:
    return set(rows.values_list("pk", flat=True))


# --- The main area and kind are always among all of them ---------------------------------------------


def test_draft_names_its_main_area_and_kind(manager, body, kinds, places) -> None:
    need = drafted(manager, body, kinds, places)
    assert numbers(need.areas) == {places[0].pk}
    assert numbers(need.categories) == {kinds[0].pk}


def test_scope_keeps_the_main_ones_whether_named_or_not(manager, body, kinds, places) -> None:
    need = drafted(manager, body, kinds, places)
    save_scope(by=manager, need=need, scope=Scope([places[1]], [kinds[1], kinds[2]]), version=1)
    assert numbers(need.areas) == {places[0].pk, places[1].pk}
    assert numbers(need.categories) == {kind.pk for kind in kinds}
    save_scope(by=manager, need=need, scope=Scope(), version=2)
    assert numbers(need.areas) == {places[0].pk}
    assert numbers(need.categories) == {kinds[0].pk}
    assert Event.objects.filter(action="need.edit").count() == 2


def test_edit_exchanges_the_main_ones_and_keeps_the_others(manager, body, kinds, places) -> None:
    need = drafted(manager, body, kinds, places)
    save_scope(by=manager, need=need, scope=Scope([places[1]], [kinds[1]]), version=1)
    words = NeedWords("Homes", "Few.", places[2], kinds[2], 120, evidence=[Figure("42%", "Survey")])
    edit_need(by=manager, need=need, words=words, version=2)
    assert numbers(need.areas) == {places[1].pk, places[2].pk}
    assert numbers(need.categories) == {kinds[1].pk, kinds[2].pk}
    edit_need(by=manager, need=need, words=replace(words, area=places[1], category=kinds[1]), version=3)
    assert numbers(need.areas) == {places[1].pk}


def test_outcomes_of_a_kind_that_goes_go_with_it(manager, body, kinds, places) -> None:
    need = drafted(manager, body, kinds, places)
    save_scope(by=manager, need=need, scope=Scope([], [kinds[1]]), version=1)
    chosen = [DesiredOutcome.objects.filter(category=kind).first() for kind in kinds[:2]]
    save_what_good_is(by=manager, need=need, good=WhatGoodIs(chosen, "One key."), version=2)
    assert numbers(need.desired_outcomes) == {outcome.pk for outcome in chosen}
    save_scope(by=manager, need=need, scope=Scope(), version=3)
    assert numbers(need.desired_outcomes) == {chosen[0].pk}


# --- Refusals ----------------------------------------------------------------------------------------


def test_outcomes_of_other_kinds_are_refused_and_nothing_is_saved(manager, body, kinds, places) -> None:
    need = drafted(manager, body, kinds, places)
    foreign = DesiredOutcome.objects.filter(category=kinds[1]).first()
    with pytest.raises(Refused, match="kinds of need"):
        save_what_good_is(by=manager, need=need, good=WhatGoodIs([foreign], "One key."), version=1)
    need.refresh_from_db()
    assert (need.what_good_is, need.version) == ("", 1)


def test_scale_wants_sense_in_its_numbers_and_a_reason_for_a_date(manager, body, kinds, places) -> None:
    need = drafted(manager, body, kinds, places)
    with pytest.raises(Refused, match="More people are affected"):
        save_scale(by=manager, need=need, scale=Scale(119), version=1)
    with pytest.raises(Refused, match="Say why"):
        save_scale(by=manager, need=need, scale=Scale(120, "one_year", " "), version=1)
    save_scale(by=manager, need=need, scale=Scale(800, "one_year", "The grant ends."), version=1)
    need.refresh_from_db()
    assert (need.people_of, need.urgency, need.urgency_reason, need.version) == (
        800,
        "one_year",
        "The grant ends.",
        2,
    )
    assert Event.objects.get(action="need.edit").after["urgency"] == "one_year"


@pytest.mark.parametrize(
    "columns", [{"people_of": 119}, {"urgency": "soon"}, {"urgency": "one_year", "urgency_reason": ""}]
)
def test_the_database_keeps_the_same_rules(columns: dict) -> None:
    need = NeedFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(**columns)


ACTS = {
    "scope": lambda by, need, version: save_scope(by=by, need=need, scope=Scope(), version=version),
    "scale": lambda by, need, version: save_scale(by=by, need=need, scale=Scale(), version=version),
    "good": lambda by, need, version: save_what_good_is(by=by, need=need, good=WhatGoodIs(), version=version),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_part_is_saved_once_by_those_who_draft_before_publication(act: str, manager, body) -> None:
    save, need = ACTS[act], NeedFactory(organisation=body)
    for person in (member(Role.DIRECTOR), member(Role.PRACTITIONER, body), member(Role.OWNER)):
        with pytest.raises(PermissionDenied):
            save(person, need, 1)
    save(manager, need, 1)
    with pytest.raises(Stale, match="not yet saved"):
        save(manager, need, 1)
    with pytest.raises(Refused, match="cannot be changed"):
        save(manager, NeedFactory(organisation=body, published=True), 1)


# --- The list finds a need by any of its areas and kinds ----------------------------------------------


@pytest.mark.parametrize("are_many", [False, True])
def test_list_finds_a_need_by_any_of_its_areas_and_kinds_once(are_many: bool, kinds, places) -> None:
    need = NeedFactory(published=True, area=places[0], category=kinds[0])
    unit = delivery_units_of(places[1])[0]
    need.areas.add(places[1], unit)
    need.categories.add(kinds[1])
    for place, kind in ((places[0], kinds[0]), (places[1], kinds[1]), (unit, kinds[0])):
        found = listed(published_needs(), region=place.pk, category=kind.pk, are_many=are_many)
        assert list(found) == [need]
        assert to_count(published_needs(), region=place.pk, category=kind.pk).count() == 1
    for place, kind in ((places[2], kinds[0]), (places[0], kinds[2])):
        assert not listed(published_needs(), region=place.pk, category=kind.pk, are_many=are_many)


# --- Pages -------------------------------------------------------------------------------------------


def text_of(response) -> str:
    return response.content.decode()


def test_parts_are_saved_left_and_shown(manager, body, kinds, places) -> None:
    need, client = drafted(manager, body, kinds, places), client_of(manager)
    start = f"/needs/{need.pk}/"
    tasks = text_of(client.get(start + "tasks/"))
    assert "Only the first part is needed" in tasks
    assert tasks.count("If you like") + tasks.count("if you like") == 6
    scope = {"version": "1", "areas": [str(places[1].pk)], "categories": [str(kinds[1].pk)]}
    assert client.post(start + "scope/", scope).url == start + "tasks/"
    scale = {"version": "2", "people_of": "1,800", "urgency": "three_months", "urgency_reason": "The grant ends."}
    assert client.post(start + "scale/", scale).url == start + "tasks/"
    outcome = DesiredOutcome.objects.filter(category=kinds[1]).first()
    good = {"version": "3", "outcomes": [str(outcome.pk)], "what_good_is": "One key & one name."}
    assert client.post(start + "outcomes/", good).url == start + "tasks/"
    tasks = text_of(client.get(start + "tasks/"))
    for said in ("1 other area, 1 other kind of need", "Within three months", "1 desired outcome"):
        assert said in tasks
    page = text_of(client.get(start))
    for said in (
        "out of 1,800",
        "Within three months",
        "The grant ends.",
        "One key &amp; one name.",
        places[1].name,
    ):
        assert said in page


@pytest.mark.parametrize("part", ["tasks", "scope", "scale", "outcomes"])
def test_parts_are_closed_to_others(part: str, manager, body) -> None:
    need = NeedFactory(organisation=body)
    address = f"/needs/{need.pk}/{part}/"
    assert client_of(member(Role.PRACTITIONER, body)).get(address).status_code == 403
    assert client_of(member(Role.COMMISSIONING_MANAGER)).get(address).status_code == 404
    assert client_of(member(Role.OWNER)).get(address).status_code == 403
    assert client_of(manager).get(address).status_code == 200


@pytest.mark.parametrize(
    ("part", "typed", "sentence"),
    [
        ("scale", {"people_of": "9" * 5000, "urgency": "no_date"}, "must be 1000000 or less"),
        ("scale", {"people_of": "3", "urgency": "no_date"}, "Enter 120 or more"),
        ("scale", {"urgency": "one_year", "urgency_reason": "  "}, "Say why it should be there by then"),
        ("scale", {"urgency": "tomorrow"}, "choose from what is offered"),
        ("scale", {}, "Choose by when"),
        ("scope", {"areas": ["99999999999999999999"]}, "choose from what is offered"),
        ("scope", {"areas": ["x\x00"]}, "choose from what is offered"),
        ("scope", {"categories": ["9" * 5000]}, "choose from what is offered"),
        ("outcomes", {"outcomes": ["999999"]}, "choose from what is offered"),
        ("outcomes", {"what_good_is": "x" * 3001}, "3000 characters or fewer"),
    ],
)
def test_bad_input_is_said_beside_the_box_and_kept(part: str, typed: dict, sentence: str, manager, body) -> None:
    need = NeedFactory(organisation=body)
    response = client_of(manager).post(f"/needs/{need.pk}/{part}/", {"version": "1", **typed})
    assert response.status_code == 200 or response.status_code == 422
    assert sentence in text_of(response)
    need.refresh_from_db()
    assert need.version == 1


def test_second_of_two_who_edit_is_told_and_keeps_the_words(manager, body) -> None:
    need = NeedFactory(organisation=body)
    client = client_of(manager)
    for words in ("First", "Second & last"):
        page = client.post(f"/needs/{need.pk}/outcomes/", {"version": "1", "what_good_is": words})
    assert "What is saved now" in text_of(page)
    assert "Second &amp; last" in text_of(page)
    assert Need.objects.get().what_good_is == "First"


def test_area_of_the_body_is_offered_once(manager) -> None:
    region = regions()[0]
    need = NeedFactory(organisation=member_body(region), area=region)
    page = text_of(client_of(member(Role.DIRECTOR, need.organisation)).get(f"/needs/{need.pk}/scope/"))
    unit = delivery_units_of(region)[0]
    assert page.count(f'value="{unit.pk}"') == 1
    assert f'name="areas" value="{region.pk}"' not in page


def member_body(region: Area) -> Organisation:
    return CommissionerFactory(body=region.bodies.filter(kind="probation_region").get())
