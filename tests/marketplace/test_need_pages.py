"""The pages of needs, as everybody reads them and as a body writes them; and what bad input does."""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Cohort, Event, Membership, MembershipRole, NeedCategory, Organisation, User
from core.queries.places import regions
from core.roles import Role
from core.states import MembershipStatus
from marketplace.models import Need
from tests.factories.core import CommissionerFactory, any_category, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def body() -> Organisation:
    return CommissionerFactory()


@pytest.fixture
def manager(body: Organisation) -> User:
    return member(Role.COMMISSIONING_MANAGER, body, name="Maya Manning")


@pytest.fixture
def director(body: Organisation) -> User:
    return member(Role.DIRECTOR, body, name="Dilys Rector")


def typed(**changes):
    """What a person sends for a whole need."""
    values = {
        "form_key": str(uuid.uuid4()),
        "rows": "2",
        "title": "Settled housing",
        "summary": "Too few places to stay.",
        "area": str(regions()[0].pk),
        "category": str(any_category().pk),
        "cohorts": [str(cohort.pk) for cohort in Cohort.objects.order_by("pk")[:2]],
        "people_affected": "1,200",
        "figure_1": "42% sufficient",
        "source_1": "HM Inspectorate of Probation, 2024",
        "period_1": "2021 to 2023",
        "link_1": "example.org/report",
    }
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


def text_of(response):
    return response.content.decode()


# --- Reading -----------------------------------------------------------------------------------------


def test_need_page_shows_figures_sources_and_what_was_published_about_its_kind(client: Client) -> None:
    category = NeedCategory.objects.get(code="accommodation")
    need = NeedFactory(published=True, category=category, title="Homes & hope")
    page = text_of(client.get(f"/needs/{need.pk}/"))
    assert "Homes &amp; hope" in page
    assert '<p class="result__said">42% sufficient</p>' in page
    assert "HM Inspectorate of Probation, 2024" in page
    assert "42% sufficient nationally (HMIP 2024)" in page
    assert "120 people in a year" in page
    assert "Everyone on probation" in page


def test_need_page_shows_no_national_figure_where_none_was_published(client: Client) -> None:
    category = NeedCategory.objects.filter(sufficient_pct__isnull=True).first()
    need = NeedFactory(published=True, category=category)
    assert "nationally" not in text_of(client.get(f"/needs/{need.pk}/"))


def test_need_page_lists_only_opportunities_the_reader_may_see(client: Client, director: User, body) -> None:
    need = NeedFactory(published=True, organisation=body)
    for title, is_open in (("Open one", True), ("Draft one", False)):
        OpportunityFactory(title=title, is_open=is_open, organisation=body).needs.set([need])
    assert "Open one" in text_of(client.get(f"/needs/{need.pk}/"))
    assert "Draft one" not in text_of(client.get(f"/needs/{need.pk}/"))
    assert "Draft one" in text_of(client_of(director).get(f"/needs/{need.pk}/"))


def test_story_names_nobody_to_the_public_and_people_to_the_body(client: Client, manager, director) -> None:
    writing, deciding = client_of(manager), client_of(director)
    writing.post("/needs/new/", typed())
    need = Need.objects.get()
    deciding.post(f"/needs/{need.pk}/publish/", {"version": "1"})
    deciding.post(f"/needs/{need.pk}/close/", {"reason": "The council offers it now."})
    public, own = text_of(client.get(f"/needs/{need.pk}/")), text_of(writing.get(f"/needs/{need.pk}/"))
    assert "The council offers it now." in public
    assert "Dilys" not in public
    assert "Begun" not in public
    assert re.search(r"Closed\s*<span class=\"muted\">by Dilys Rector", own)
    assert "Begun" in own


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.PRACTITIONER])
def test_draft_is_seen_by_the_bodys_own_people_and_auditors_alone(role: Role, client: Client, body) -> None:
    need = NeedFactory(organisation=body, title="Secret draft")
    address = f"/needs/{need.pk}/"
    assert client.get(address).status_code == 404
    assert client_of(member(role)).get(address).status_code == 404
    assert client_of(member(Role.OWNER)).get(address).status_code == 404
    for person in (member(role, body), member(Role.AUDITOR)):
        assert "Secret draft" in text_of(client_of(person).get(address))
    assert client.get("/needs/999999/").status_code == 404
    assert client.get("/needs/99999999999999999999999/").status_code == 404


def test_list_narrows_and_says_so(client: Client) -> None:
    region = regions()[0]
    NeedFactory(published=True, title="Homes", area=region)
    NeedFactory(published=True, title="Debt", status="met")
    NeedFactory(title="Draft")
    assert "2 needs" in text_of(client.get("/needs/"))
    assert "Draft" not in text_of(client.get("/needs/"))
    assert "Debt" not in text_of(client.get(f"/needs/?region={region.pk}"))
    assert "Homes" not in text_of(client.get("/needs/?status=met"))
    assert "No need fits these filters" in text_of(client.get("/needs/?q=nothing"))
    assert "2 needs" in text_of(client.get("/needs/?status=draft"))


@pytest.mark.parametrize("address", ["/needs/", "/needs/own/"])
def test_list_costs_the_same_queries_at_1_3_and_30_rows(address: str, director: User, body) -> None:
    client, costs = client_of(director), set()
    client.get(address)
    for more in (1, 2, 27):
        for _number in range(more):
            NeedFactory(published=True, organisation=body)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        costs.add(len(queries))
    assert len(costs) == 1
    assert costs.pop() <= 12
    assert len(page.content) <= 60_000


def test_need_page_costs_the_same_queries_with_one_opportunity_and_ten(client: Client) -> None:
    need, costs = NeedFactory(published=True), set()
    for more in (1, 9):
        for _number in range(more):
            OpportunityFactory(is_open=True).needs.add(need)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/needs/{need.pk}/")
        costs.add(len(queries))
    assert len(costs) == 1


# --- Drafting ----------------------------------------------------------------------------------------


def test_a_manager_drafts_a_need(manager: User, body: Organisation) -> None:
    client = client_of(manager)
    page = text_of(client.get("/needs/new/"))
    assert "42% sufficient nationally (HMIP 2024)" in page
    response = client.post("/needs/new/", typed(figure_2="11 beds", source_2="Survey"))
    need = Need.objects.get()
    assert response.url == f"/needs/{need.pk}/tasks/"
    assert (need.organisation, need.people_affected, need.status) == (body, 1200, "draft")
    assert [(each.figure, each.link) for each in need.evidence.all()] == [
        ("42% sufficient", "https://example.org/report"),
        ("11 beds", ""),
    ]
    assert need.cohorts.count() == 2


def test_the_same_form_sent_twice_makes_one_need(manager: User) -> None:
    client, sent = client_of(manager), typed()
    first, second = client.post("/needs/new/", sent), client.post("/needs/new/", sent)
    assert first.url == second.url
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Enter the title."),
        ({"title": "a" * 151}, "Title must be 150 characters or fewer. It has 151."),
        ({"summary": None}, "Enter what is missing."),
        ({"summary": "a" * 6001}, "must be 6000 characters or fewer"),
        ({"area": ""}, "Choose where the need is."),
        ({"area": "99999999"}, "choose from what is offered"),
        ({"area": "x"}, "choose from what is offered"),
        ({"category": ""}, "Choose the kind of need."),
        ({"category": "99999999"}, "choose from what is offered"),
        ({"cohorts": ["99999999"]}, "choose from what is offered"),
        ({"cohorts": ["x"]}, "choose from what is offered"),
        ({"people_affected": "0"}, "must be 1 or more"),
        ({"people_affected": "many"}, "must be a whole number"),
        ({"people_affected": "99999999999999999999"}, "must be 1000000 or less"),
        ({"figure_1": "", "source_1": "", "period_1": "", "link_1": ""}, "Enter the figure."),
        ({"source_1": ""}, "Enter where the figure comes from."),
        ({"figure_2": "11 beds"}, "Enter where the figure comes from."),
        ({"link_1": "javascript:alert(1)"}, "Enter a web address"),
        ({"link_1": "ftp://example.org/"}, "Enter a web address"),
        ({"form_key": "x"}, "Part of this page was missing"),
    ],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(changes, sentence: str, manager: User) -> None:
    response = client_of(manager).post("/needs/new/", typed(**{"summary": "Nowhere & nothing", **changes}))
    page = text_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert "2021 to 2023" in page or "period_1" in changes
    assert not Need.objects.exists()


def test_text_loses_nul_and_line_breaks_in_a_title(manager: User) -> None:
    client_of(manager).post("/needs/new/", typed(title="Settled\x00\nhousing\u0085", summary="One\r\ntwo\x00"))
    need = Need.objects.get()
    assert (need.title, need.summary) == ("Settled housing", "One\ntwo")


@pytest.mark.parametrize("rows", ["", "x", "-1", "99999999999999999999", "0", "٣", "1"])
def test_a_changed_number_of_rows_breaks_nothing(rows: str, manager: User) -> None:
    response = client_of(manager).post("/needs/new/", typed(rows=rows))
    assert response.status_code == 302
    assert Need.objects.get().evidence.count() == 1


def test_one_more_row_keeps_what_was_typed_and_judges_nothing(manager: User) -> None:
    response = client_of(manager).post("/needs/new/", typed(title="", more="1", source_2="Survey of <us>"))
    page = text_of(response)
    assert response.status_code == 200
    assert "There is a problem" not in page
    assert 'name="figure_3"' in page
    assert 'name="figure_4"' not in page
    assert "Survey of &lt;us&gt;" in page
    assert re.search(r'name="cohorts"[^>]* checked', page)
    assert re.search(r'name="category"[^>]* checked', page)
    full = text_of(client_of(manager).post("/needs/new/", typed(rows="8", more="1")))
    assert 'name="figure_8"' in full
    assert 'name="figure_9"' not in full
    assert 'name="more"' not in full


def test_a_person_of_two_bodies_drafts_only_for_the_one_where_they_may(manager: User) -> None:
    provider = member(Role.OWNER)
    assert client_of(provider).get("/needs/new/").status_code == 403
    other = CommissionerFactory(name="Aardvark region")
    place = Membership.objects.create(user=manager, organisation=other, status=MembershipStatus.ACTIVE)
    MembershipRole.objects.create(membership=place, role=Role.PRACTITIONER)
    client = client_of(manager)
    session = client.session
    session["organisation"] = other.pk
    session.save()
    assert client.get("/needs/new/").status_code == 403
    assert client.post("/needs/new/", typed()).status_code == 403
    assert not Need.objects.exists()


# --- Changing ----------------------------------------------------------------------------------------


def test_a_draft_is_changed(manager: User, body: Organisation) -> None:
    need = NeedFactory(organisation=body)
    client = client_of(manager)
    page = text_of(client.get(f"/needs/{need.pk}/edit/"))
    assert need.title in page
    assert "42% sufficient" in page
    response = client.post(f"/needs/{need.pk}/edit/", typed(version="1", title="Better"))
    assert response.url == f"/needs/{need.pk}/tasks/"
    need.refresh_from_db()
    assert (need.title, need.version) == ("Better", 2)


def test_the_second_of_two_people_is_told_and_loses_nothing(manager: User, director: User, body) -> None:
    need = NeedFactory(organisation=body)
    address = f"/needs/{need.pk}/edit/"
    client_of(director).post(address, typed(version="1", title="The director’s words"))
    second = client_of(manager)
    response = second.post(address, typed(version="1", title="The manager’s words"))
    page = text_of(response)
    assert response.status_code == 422
    assert "Dilys Rector changed this" in page
    assert 'value="The manager’s words"' in page
    assert "What is saved now" in page
    assert "The director’s words" in page
    assert re.search(r'name="version" value="2"', page)
    assert second.post(address, typed(version="2", title="The manager’s words")).status_code == 302
    need.refresh_from_db()
    assert need.title == "The manager’s words"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999"])
def test_a_changed_version_saves_nothing(version: str, manager: User, body: Organisation) -> None:
    need = NeedFactory(organisation=body, title="As it was")
    response = client_of(manager).post(f"/needs/{need.pk}/edit/", typed(version=version))
    assert response.status_code == 422
    need.refresh_from_db()
    assert need.title == "As it was"


def test_pages_of_a_need_are_shut_to_other_bodies_and_lesser_roles(body: Organisation, manager: User) -> None:
    need = NeedFactory(organisation=body)
    stranger, panel = client_of(member(Role.DIRECTOR)), client_of(member(Role.PANEL_MEMBER, body))
    for page in ("edit", "publish", "close", "meet", "reopen"):
        for send in (stranger.get, stranger.post):
            assert send(f"/needs/{need.pk}/{page}/").status_code == 404, page
        assert panel.get(f"/needs/{need.pk}/{page}/").status_code == 403, page
        assert Client().get(f"/needs/{need.pk}/{page}/").status_code == 302, page
    for page in ("publish", "close", "meet", "reopen"):
        assert client_of(manager).post(f"/needs/{need.pk}/{page}/", {"reason": "x"}).status_code == 403, page


def test_a_published_need_is_not_changed(manager: User, body: Organisation) -> None:
    need = NeedFactory(published=True, organisation=body)
    for answer in (
        client_of(manager).get(f"/needs/{need.pk}/edit/"),
        client_of(manager).post(f"/needs/{need.pk}/edit/", typed(version="1")),
    ):
        assert answer.status_code == 409
        assert "cannot be changed" in text_of(answer)


# --- Deciding ----------------------------------------------------------------------------------------


def test_a_director_reads_it_as_it_will_look_and_publishes(director: User, body: Organisation, client) -> None:
    need = NeedFactory(organisation=body)
    deciding = client_of(director)
    page = text_of(deciding.get(f"/needs/{need.pk}/publish/"))
    assert need.summary in page
    assert "42% sufficient" in page
    assert deciding.post(f"/needs/{need.pk}/publish/", {"version": "1"}).url == f"/needs/{need.pk}/"
    assert client.get(f"/needs/{need.pk}/").status_code == 200
    again = deciding.post(f"/needs/{need.pk}/publish/", {"version": "1"})
    assert again.status_code == 409
    assert "now “published”" in text_of(again)


def test_a_director_does_not_publish_what_they_have_not_read(director: User, manager: User, body) -> None:
    need = NeedFactory(organisation=body)
    client_of(manager).post(f"/needs/{need.pk}/edit/", typed(version="1", summary="Changed meanwhile."))
    deciding = client_of(director)
    response = deciding.post(f"/needs/{need.pk}/publish/", {"version": "1"})
    assert response.status_code == 422
    assert "as it is now" in text_of(response)
    assert "Changed meanwhile." in text_of(response)
    assert Need.objects.get().status == "draft"
    assert deciding.post(f"/needs/{need.pk}/publish/", {"version": "2"}).status_code == 302


@pytest.mark.parametrize(
    ("page", "before", "after"),
    [("close", "published", "closed"), ("meet", "in_commissioning", "met"), ("reopen", "closed", "published")],
)
def test_each_decision_asks_for_a_reason(page: str, before: str, after: str, director: User, body) -> None:
    reason = "Because." if before == "closed" else ""
    need = NeedFactory(published=True, organisation=body, status=before, closing_reason=reason)
    client, address = client_of(director), f"/needs/{need.pk}/{page}/"
    assert client.get(address).status_code == 200
    for empty in ("", " \n "):
        response = client.post(address, {"reason": empty})
        assert response.status_code == 422
        assert "Say " in text_of(response)
    assert client.post(address, {"reason": "a" * 2001}).status_code == 422
    assert client.post(address, {"reason": "A good one\x00."}).status_code == 302
    need.refresh_from_db()
    assert need.status == after
    assert Event.objects.get().reason == "A good one."


def test_actions_are_links_or_a_sentence_never_dead(director: User, manager: User, body: Organisation) -> None:
    opportunity = OpportunityFactory(is_open=True, organisation=body)
    need = NeedFactory(published=True, organisation=body, status="in_commissioning")
    opportunity.needs.set([need])
    page = text_of(client_of(director).get(f"/needs/{need.pk}/"))
    assert "There is an opportunity for this need that has not ended." in page
    assert f'href="/needs/{need.pk}/meet/"' not in page
    assert f'href="/needs/{need.pk}/opportunity/"' in page
    assert f'href="/needs/{need.pk}/close/"' not in text_of(client_of(manager).get(f"/needs/{need.pk}/"))
