"""Keeping up a published need: figures, corrections, principles, co-commissioners; what may change, what not."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import sequels
from core.access import Refused, Stale
from core.models import Area, Body, Event, Organisation, User
from core.roles import Role
from marketplace.drafts import Correction, Figure, PrincipleWords
from marketplace.models import CoCommissioner, Need, PrincipleMark
from marketplace.queries.need_care import bodies_near
from marketplace.services.need_care import (
    add_co_commissioner,
    add_figure,
    correct_need,
    mark_principle,
    remove_co_commissioner,
    take_back_figure,
)
from tests.factories.consultations import heard_on
from tests.factories.core import CommissionerFactory, OrganisationFactory, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db

FIGURE = Figure("11 of 40 missed", "Count by practitioners", "One month", "https://example.org/count")
DONE = PrincipleWords("done", "Women of two centres wrote it with us.", "https://example.org/notes")


@pytest.fixture
def body() -> Organisation:
    return CommissionerFactory(name="South West Probation Service")


@pytest.fixture
def manager(body: Organisation) -> User:
    return member(Role.COMMISSIONING_MANAGER, body, name="Maya Manning")


@pytest.fixture
def director(body: Organisation) -> User:
    return member(Role.DIRECTOR, body, name="Dilys Rector")


@pytest.fixture
def need(body: Organisation) -> Need:
    return NeedFactory(published=True, organisation=body, title="Homes & hope")


def text_of(response) -> str:
    return response.content.decode()


def corrected(need: Need, **changes) -> Correction:
    told = {"title": need.title, "summary": need.summary, "people_affected": need.people_affected}
    return Correction(**{**told, **changes})


# --- Figures -----------------------------------------------------------------------------------------


def test_figure_is_added_once_and_says_since_when(manager, need) -> None:
    made = add_figure(by=manager, need=need, figure=FIGURE)
    assert add_figure(by=manager, need=need, figure=FIGURE) == made
    assert (need.evidence.count(), made.added_by) == (2, manager)
    assert made.added_at is not None
    assert Event.objects.get(action="need.add_figure").after["figure"] == FIGURE.figure


def test_wrong_figure_is_taken_back_by_another_person_but_never_the_last(manager, director, need) -> None:
    made = add_figure(by=manager, need=need, figure=FIGURE)
    with pytest.raises(Refused, match="Say what was wrong"):
        take_back_figure(by=director, figure=made, reason=" ")
    take_back_figure(by=director, figure=made, reason="Counted twice.")
    with pytest.raises(Refused, match="the only figure"):
        take_back_figure(by=director, figure=need.evidence.get(), reason="Wrong.")
    event = Event.objects.get(action="need.take_back_figure")
    assert (event.before["figure"], event.reason) == (FIGURE.figure, "Counted twice.")


def test_figure_taken_back_twice_is_said(manager, need) -> None:
    made = add_figure(by=manager, need=need, figure=FIGURE)
    add_figure(by=manager, need=need, figure=Figure("2", "Survey"))
    take_back_figure(by=manager, figure=made, reason="Wrong.")
    with pytest.raises(Refused, match="already"):
        take_back_figure(by=manager, figure=made, reason="Wrong.")


# --- Corrections -------------------------------------------------------------------------------------


def test_correction_is_made_by_a_director_and_keeps_what_stood(director, manager, need) -> None:
    with pytest.raises(PermissionDenied):
        correct_need(by=manager, need=need, correction=corrected(need, title="New"), reason="Typo.", version=1)
    with pytest.raises(Refused, match="Say what was wrong"):
        correct_need(by=director, need=need, correction=corrected(need, title="New"), reason=" ", version=1)
    with pytest.raises(Refused, match="Nothing is different"):
        correct_need(by=director, need=need, correction=corrected(need), reason="Typo.", version=1)
    change = corrected(need, title="New", people_affected=90, people_of=100)
    correct_need(by=director, need=need, correction=change, reason="A typo.", version=1)
    need.refresh_from_db()
    assert (need.title, need.people_affected, need.people_of, need.version) == ("New", 90, 100, 2)
    event = Event.objects.get(action="need.correct")
    assert event.before == {"title": "Homes & hope", "people_affected": 120, "people_of": None}
    with pytest.raises(Stale):
        correct_need(by=director, need=need, correction=corrected(need, title="Old"), reason="Back.", version=1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"people_of": 5}, "More people"), ({"urgency": "one_year"}, "Say why"), ({"people_affected": 0}, None)],
)
def test_correction_keeps_the_rules_of_a_draft(changes: dict, sentence: str | None, director, need) -> None:
    expected = pytest.raises(Refused, match=sentence) if sentence else pytest.raises(IntegrityError)
    with expected, transaction.atomic():
        correct_need(by=director, need=need, correction=corrected(need, **changes), reason="Typo.", version=1)


def test_words_that_bidders_have_read_are_not_corrected(director, body) -> None:
    need = OpportunityFactory(organisation=body, is_open=True).needs.get()
    with pytest.raises(Refused, match="bidders have read"):
        correct_need(by=director, need=need, correction=corrected(need, title="New"), reason="Typo.", version=1)


# --- Principles --------------------------------------------------------------------------------------


def test_principle_is_answered_and_changed_by_whoever_read_it_last(manager, director, need) -> None:
    mark = mark_principle(by=manager, need=need, principle=5, words=DONE, version=0)
    with pytest.raises(Stale, match="meanwhile"):
        mark_principle(by=director, need=need, principle=5, words=DONE, version=0)
    later = PrincipleWords("not_relevant", "There are none.")
    mark_principle(by=director, need=need, principle=5, words=later, version=1)
    with pytest.raises(Stale):
        mark_principle(by=manager, need=need, principle=5, words=DONE, version=1)
    mark.refresh_from_db()
    assert (mark.standing, mark.text, mark.link, mark.updated_by) == (
        "not_relevant",
        "There are none.",
        "",
        director,
    )
    event = Event.objects.filter(action="need.principle").order_by("sequence").last()
    assert (event.before["standing"], event.after["standing"]) == ("done", "not_relevant")


def test_principle_says_how_or_why(manager, need) -> None:
    with pytest.raises(Refused, match="how, or why"):
        mark_principle(by=manager, need=need, principle=1, words=PrincipleWords("done", " "), version=0)
    for columns in ({"principle": 9}, {"standing": "perhaps"}, {"text": ""}):
        mark = {"principle": 1, "standing": "done", "text": "So.", **columns}
        with pytest.raises(IntegrityError), transaction.atomic():
            PrincipleMark.objects.create(need=need, created_by=manager, updated_by=manager, **mark)


# --- Co-commissioners --------------------------------------------------------------------------------


def test_co_commissioner_is_named_once_and_removed_by_another(manager, director, need) -> None:
    mayor, region = Body.objects.order_by("pk")[0], CommissionerFactory()
    made = add_co_commissioner(by=manager, need=need, who=mayor, note="May pay.")
    again = add_co_commissioner(by=manager, need=need, who=mayor, note="Will pay.")
    assert (again.pk, again.note) == (made.pk, "Will pay.")
    add_co_commissioner(by=manager, need=need, who=region, note="A building.")
    assert need.co_commissioners.count() == 2
    remove_co_commissioner(by=director, partner=made, reason="They decided against it.")
    with pytest.raises(Refused, match="already"):
        remove_co_commissioner(by=director, partner=made, reason="Again.")
    event = Event.objects.get(action="need.remove_co_commissioner")
    assert (event.before["who"], event.reason) == (mayor.name, "They decided against it.")


def test_co_commissioner_is_another_that_commissions_and_brings_something(manager, need) -> None:
    with pytest.raises(Refused, match="your own"):
        add_co_commissioner(by=manager, need=need, who=need.organisation, note="May pay.")
    with pytest.raises(Refused, match="that commissions"):
        add_co_commissioner(by=manager, need=need, who=OrganisationFactory(), note="May pay.")
    with pytest.raises(Refused, match="may bring"):
        add_co_commissioner(by=manager, need=need, who=CommissionerFactory(), note=" ")
    with pytest.raises(IntegrityError), transaction.atomic():
        CoCommissioner.objects.create(need=need, note="Nobody.", added_at=timezone.now(), added_by=manager)


def test_bodies_near_are_those_that_act_there_today(body) -> None:
    area = Area.objects.get(kind="probation_region", slug="greater-manchester")
    near = set(bodies_near(NeedFactory(area=area)).values_list("slug", flat=True))
    assert "mayor-of-greater-manchester" in near
    assert not any("devon" in slug for slug in near)


# --- Who may, and when -------------------------------------------------------------------------------

ACTS = {
    "figure": lambda by, need: add_figure(by=by, need=need, figure=FIGURE),
    "principle": lambda by, need: mark_principle(by=by, need=need, principle=1, words=DONE, version=0),
    "partner": lambda by, need: add_co_commissioner(
        by=by, need=need, who=Body.objects.order_by("pk")[0], note="May pay."
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_upkeep_is_for_those_who_draft_until_the_need_is_closed(act: str, manager, body) -> None:
    need = NeedFactory(published=True, organisation=body)
    for person in (member(Role.PRACTITIONER, body), member(Role.DIRECTOR), member(Role.OWNER)):
        with pytest.raises(PermissionDenied):
            ACTS[act](person, need)
    ACTS[act](manager, need)
    closed = NeedFactory(published=True, organisation=body, status="closed", closing_reason="Done.")
    with pytest.raises(Refused, match="closed"):
        ACTS[act](manager, closed)
    if act == "figure":
        with pytest.raises(Refused, match="first page"):
            ACTS[act](manager, NeedFactory(organisation=body))
    else:
        ACTS[act](manager, NeedFactory(organisation=body))


# --- Pages -------------------------------------------------------------------------------------------


def test_a_manager_keeps_a_need_up_and_everybody_reads_it(client: Client, manager, director, need) -> None:
    writing, start = client_of(manager), f"/needs/{need.pk}/"
    figure = {"figure": "11 & more", "source": "Survey", "link": "example.org"}
    assert writing.post(start + "figures/new/", figure).url == start
    words = {"version": "0", "standing": "not_yet", "text": "Next & year.", "link": "example.org/plan"}
    assert writing.post(start + "principles/5/", words).url == start + "principles/"
    mayor = Body.objects.get(slug="mayor-of-greater-manchester")
    need.areas.add(Area.objects.get(kind="probation_region", slug="greater-manchester"))
    partner = {"who": f"body:{mayor.pk}", "note": "May pay & more."}
    assert writing.post(start + "partners/", partner).url == start + "partners/"
    correction = {
        "version": "1",
        "title": "Homes",
        "summary": "Few.",
        "people_affected": "90",
        "urgency": "no_date",
        "reason": "A & B.",
    }
    assert client_of(director).post(start + "correct/", correction).url == start
    page = text_of(client.get(start))
    for said in (
        "11 &amp; more",
        "after the need was published",
        "Mayor of Greater Manchester",
        "May pay &amp; more.",
    ):
        assert said in page
    assert "It was called “Homes &amp; hope”." in page
    assert "1 of 8 answered" in page
    assert "Maya" not in page
    principles = text_of(client.get(start + "principles/"))
    for said in ("not yet", "Next &amp; year.", "https://example.org/plan", "South West Probation Service, "):
        assert said in principles
    assert "Maya Manning, " in text_of(writing.get(start + "principles/"))
    added = need.evidence.last()
    removing = f"{start}figures/{added.pk}/"
    assert client_of(director).post(removing, {"reason": "Counted twice."}).url == start
    row = need.co_commissioners.get()
    assert writing.post(f"{start}partners/{row.pk}/remove/", {"reason": "No."}).url == start
    assert "Counted twice." in text_of(client.get(start))


@pytest.mark.parametrize("page", ["principles/1/", "figures/new/", "partners/", "correct/"])
def test_pages_of_upkeep_are_closed_to_others(page: str, director, need, body) -> None:
    address = f"/needs/{need.pk}/{page}"
    assert client_of(director).get(address).status_code == 200
    assert client_of(member(Role.PRACTITIONER, body)).get(address).status_code == 403
    assert client_of(member(Role.DIRECTOR)).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    draft = NeedFactory()
    assert client_of(director).get(f"/needs/{draft.pk}/{page}").status_code == 404


def test_what_is_not_there_is_not_found(director, need) -> None:
    client, other = client_of(director), NeedFactory(published=True)
    for page in (f"figures/{other.evidence.get().pk}/", "partners/999/remove/", "principles/9/", "principles/0/"):
        assert client.get(f"/needs/{need.pk}/{page}").status_code == 404
    assert Client().get(f"/needs/{NeedFactory().pk}/principles/").status_code == 404


@pytest.mark.parametrize(
    ("page", "typed", "sentence"),
    [
        ("figures/new/", {"figure": "x" * 301, "source": "S"}, "300 characters or fewer"),
        ("figures/new/", {"figure": "1"}, "Enter where the figure comes from."),
        ("figures/new/", {"figure": "1", "source": "S", "link": "javascript:alert(1)"}, "web address"),
        ("principles/1/", {"version": "0", "standing": "done"}, "Say how, or why."),
        ("principles/1/", {"version": "0", "text": "So."}, "Choose how it stands."),
        ("principles/1/", {"version": "-3", "standing": "done", "text": "So."}, "had been changed"),
        ("partners/", {"who": "body:999999", "note": "X"}, "choose from what is offered"),
        ("partners/", {"who": "\x00", "note": "X"}, "Choose who it is."),
        (
            "correct/",
            {"version": "1", "title": "T", "summary": "S", "people_affected": "9" * 5000},
            "1000000 or less",
        ),
        ("correct/", {"version": "1", "title": "T", "people_affected": "9", "people_of": "3"}, "Enter 9 or more"),
    ],
)
def test_bad_input_is_said_beside_the_box(page: str, typed: dict, sentence: str, director, need) -> None:
    response = client_of(director).post(f"/needs/{need.pk}/{page}", typed)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not Event.objects.exists()


def test_second_of_two_who_answer_a_principle_is_told(manager, need) -> None:
    client = client_of(manager)
    for text in ("First.", "Second & last."):
        words = {"version": "0", "standing": "done", "text": text}
        page = client.post(f"/needs/{need.pk}/principles/1/", words)
    assert "What is saved now" in text_of(page)
    assert "Second &amp; last." in text_of(page)
    assert client.post(f"/needs/{need.pk}/principles/1/", {**words, "version": "1"}).status_code == 302


# --- The story ---------------------------------------------------------------------------------------


def test_story_tells_the_consultation_and_what_other_apps_add(client: Client, need, monkeypatch) -> None:
    heard_on(need)

    def grants(user, needs):
        return [sequels.Sequel("£40,000 to Calder Kitchen", "/grants/1/", "A grant was made", timezone.now())]

    monkeypatch.setattr(sequels, "_sources", {**sequels._sources, Need: [grants]})
    page = text_of(client.get(f"/needs/{need.pk}/"))
    assert "What was heard and what was changed was published" in page
    assert "A grant was made" in page
    assert "£40,000 to Calder Kitchen" in page
    assert "Nobody is awake at five." in page


def test_need_page_costs_no_more_with_everything_on_it(manager, director, need, body) -> None:
    def cost(client: Client) -> int:
        client.get(f"/needs/{need.pk}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/needs/{need.pk}/").status_code == 200
        return len(queries)

    # A page for the public is kept until something is on record; one for a signed-in person never is.
    own, public = client_of(director), Client()
    public.cookies["sessionid"] = "of nobody"

    OpportunityFactory(organisation=body, is_open=True).needs.set([need])
    bare = cost(own), cost(public)
    for number in range(1, 9):
        mark_principle(by=manager, need=need, principle=number, words=DONE, version=0)
        add_figure(by=manager, need=need, figure=Figure(str(number), "Survey"))
        add_co_commissioner(by=manager, need=need, who=Body.objects.order_by("pk")[number], note="May pay.")
        need.areas.add(Area.objects.order_by("pk")[number])
        OpportunityFactory(organisation=body, is_open=True).needs.add(need)
    heard_on(need)
    assert (cost(own), cost(public)) == bare
    assert cost(public) <= 12
