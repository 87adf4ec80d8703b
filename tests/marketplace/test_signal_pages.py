"""The pages of signals: said on a phone, read by a body, joined and answered; and what bad input does."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Cohort, Membership, NeedCategory, Organisation, User
from core.queries.places import delivery_units_of, regions
from core.roles import Role
from marketplace.models import Signal
from marketplace.services.signal_decisions import answer_signal, merge_signals, set_signal_aside
from marketplace.services.signals import support_signal
from tests.factories.core import CommissionerFactory, any_category, member
from tests.factories.marketplace import NeedFactory
from tests.factories.signals import SignalFactory, practitioner
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db

POSTS = ("support/take-back", "withdraw", "part", "reopen", "share")
FORMS = ("merge", "answer", "set-aside")


@pytest.fixture
def body() -> Organisation:
    return CommissionerFactory()


@pytest.fixture
def giver(body: Organisation) -> User:
    return practitioner(body)


@pytest.fixture
def director(body: Organisation) -> User:
    return member(Role.DIRECTOR, body, name="Dilys Rector")


def typed(**changes):
    """What a person sends for a whole signal."""
    values = {
        "form_key": str(uuid.uuid4()),
        "text": "No rooms for people released on a Friday.",
        "category": str(any_category().pk),
        "area": str(regions()[0].pk),
        "cohorts": [str(Cohort.objects.order_by("pk")[0].pk)],
    }
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


def text_of(response):
    return response.content.decode()


# --- saying what is missing


def test_a_practitioner_says_what_is_missing(giver: User, body: Organisation) -> None:
    client = client_of(giver)
    page = text_of(client.get("/signals/new/"))
    assert "Nothing about any one person may stand here" in page
    response = client.post("/signals/new/", typed(), follow=True)
    signal = Signal.objects.get()
    assert (signal.organisation, signal.given_by, signal.voices) == (body, giver, 1)
    page = text_of(response)
    assert "Your commissioning team has it." in page
    assert "You can take it back until" in page
    assert "1 practitioner says so" in page


def test_the_form_remembers_where_somebody_works(giver: User, body: Organisation) -> None:
    client = client_of(giver)
    last = regions()[3]
    assert not re.search(r'value="\d+" selected', text_of(client.get("/signals/new/")))
    client.post("/signals/new/", typed(area=str(last.pk)))
    assert re.search(rf'<option value="{last.pk}" selected', text_of(client.get("/signals/new/")))


def test_what_others_said_is_shown_before_sending_once(giver: User, body: Organisation) -> None:
    known = SignalFactory(organisation=body, text="There are no rooms at all on a Friday evening.")
    SignalFactory(organisation=body, text="Debt advice is too far away.")
    SignalFactory(text="No rooms for people released on a Friday in another region.")
    client, sent = client_of(giver), typed()
    response = client.post("/signals/new/", sent)
    page = text_of(response)
    assert response.status_code == 200
    assert "Does one of these say it already?" in page
    assert "Friday evening" in page
    assert "Debt advice" not in page
    assert "another region" not in page
    assert "released on a Friday.</textarea>" in page
    assert f'action="/signals/{known.pk}/support/"' in page
    assert Signal.objects.count() == 3
    assert client.post("/signals/new/", {**sent, "looked": "1"}).status_code == 302
    assert Signal.objects.count() == 4
    assert client.post("/signals/new/", {**sent, "looked": "1"}).status_code == 302
    assert Signal.objects.count() == 4


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": ""}, "Say what is missing."),
        ({"text": None}, "Say what is missing."),
        ({"text": "word " * 101}, "must be 100 words or fewer. It has 101."),
        ({"text": "a" * 2001}, "must be 2000 characters or fewer"),
        ({"text": "Mr Smith, X123456"}, "“Mr Smith” looks like a person’s name; “X123456” looks like a case"),
        ({"text": "call 07700 900123"}, "looks like a telephone number"),
        ({"area": ""}, "Choose where it is missing."),
        ({"area": "99999999"}, "choose from what is offered"),
        ({"area": "9" * 5000}, "choose from what is offered"),
        ({"category": ""}, "Choose the kind of need."),
        ({"category": "x"}, "choose from what is offered"),
        ({"cohorts": ["99999999999999999999"]}, "choose from what is offered"),
        ({"form_key": "x"}, "Part of this page was missing"),
    ],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(changes, sentence: str, giver: User) -> None:
    response = client_of(giver).post("/signals/new/", typed(**{"text": "Nothing & nobody", **changes}))
    page = text_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert "Nothing &amp; nobody" in page or "text" in changes
    assert not Signal.objects.exists()


def test_text_loses_nul(giver: User) -> None:
    client_of(giver).post("/signals/new/", typed(text="No\x00 rooms"))
    assert Signal.objects.get().text == "No rooms"


def test_a_signal_is_taken_back_for_ten_minutes(giver: User, body: Organisation, time_machine) -> None:
    signal = SignalFactory(organisation=body, given_by=giver, text="Oops")
    client = client_of(giver)
    response = client.post(f"/signals/{signal.pk}/withdraw/", follow=True)
    assert "its words are erased" in text_of(response)
    assert client.get(f"/signals/{signal.pk}/").status_code == 404
    late = SignalFactory(organisation=body, given_by=giver)
    time_machine.move_to(late.given_at + datetime.timedelta(minutes=11))
    client = client_of(giver)
    assert "You can take it back" not in text_of(client.get(f"/signals/{late.pk}/"))
    response = client.post(f"/signals/{late.pk}/withdraw/")
    assert response.status_code == 409
    assert "ten minutes" in text_of(response)


# --- me too


def test_me_too_with_one_press_and_taken_back(giver: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body)
    client = client_of(giver)
    assert f'action="/signals/{signal.pk}/support/"' in text_of(client.get("/signals/"))
    page = text_of(client.post(f"/signals/{signal.pk}/support/", follow=True))
    assert "You are counted" in page
    assert "2 practitioners say so" in page
    assert "You say so." in text_of(client.get("/signals/"))
    client.post(f"/signals/{signal.pk}/support/")
    page = text_of(client.post(f"/signals/{signal.pk}/support/take-back/", follow=True))
    assert "1 practitioner says so" in page
    assert client.post(f"/signals/{signal.pk}/support/take-back/").status_code == 409


def test_me_too_with_where_and_for_whom(giver: User, body: Organisation) -> None:
    signal, area, cohort = SignalFactory(organisation=body), regions()[1], Cohort.objects.order_by("pk")[1]
    client = client_of(giver)
    assert "Everyone on probation" in text_of(client.get(f"/signals/{signal.pk}/support/"))
    client.post(f"/signals/{signal.pk}/support/", {"area": str(area.pk), "cohort": str(cohort.pk)})
    support = signal.supports.get()
    assert (support.area, support.cohort) == (area, cohort)
    page = text_of(client.get(f"/signals/{signal.pk}/"))
    assert f"{area.name} (1)" in page
    assert f"{cohort.name} (1)" in page
    other = SignalFactory(organisation=body)
    for wrong in ({"area": "x"}, {"cohort": "9" * 5000}, {"area": "99999999"}):
        response = client.post(f"/signals/{other.pk}/support/", wrong)
        assert response.status_code == 422
        assert "choose from what is offered" in text_of(response)
    assert not other.supports.exists()


def test_nobody_supports_their_own_signal(giver: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body, given_by=giver)
    client = client_of(giver)
    assert "Me too" not in text_of(client.get(f"/signals/{signal.pk}/"))
    assert client.post(f"/signals/{signal.pk}/support/").status_code == 409


# --- reading


def test_signals_are_read_by_the_bodys_people_and_auditors(body: Organisation, director: User, giver) -> None:
    signal = SignalFactory(organisation=body, text="No rooms on a Friday")
    address = f"/signals/{signal.pk}/"
    for person in (director, giver, member(Role.PANEL_MEMBER, body), member(Role.AUDITOR)):
        assert "No rooms on a Friday" in text_of(client_of(person).get(address))
        assert "No rooms on a Friday" in text_of(client_of(person).get("/signals/"))
    stranger, provider = client_of(member(Role.DIRECTOR)), client_of(member(Role.OWNER))
    assert stranger.get(address).status_code == 404
    assert "No rooms on a Friday" not in text_of(stranger.get("/signals/?status=any"))
    assert "No rooms on a Friday" not in text_of(stranger.get("/signals/?whose=shared"))
    assert provider.get(address).status_code == 403
    assert provider.get("/signals/").status_code == 403
    assert Client().get(address).status_code == 302
    assert client_of(director).get("/signals/999999/").status_code == 404


def test_a_shared_signal_is_read_by_other_bodies_without_names(body: Organisation, director: User, giver) -> None:
    signal = SignalFactory(organisation=body, given_by=giver, text="No rooms on a Friday")
    client_of(director).post(f"/signals/{signal.pk}/share/", {"is_shared": "1"})
    other = client_of(member(Role.DIRECTOR))
    page = text_of(other.get(f"/signals/{signal.pk}/"))
    assert "No rooms on a Friday" in page
    assert giver.name not in page
    assert "Me too" not in page
    assert "No rooms on a Friday" in text_of(other.get("/signals/?whose=shared"))
    assert other.post(f"/signals/{signal.pk}/support/").status_code == 403
    for act in (*POSTS[1:], *FORMS):
        assert other.post(f"/signals/{signal.pk}/{act}/").status_code == 403, act
    client_of(director).post(f"/signals/{signal.pk}/share/", {"is_shared": "0"})
    assert other.get(f"/signals/{signal.pk}/").status_code == 404


def test_the_giver_is_named_to_those_who_answer_alone(body: Organisation, director: User) -> None:
    giver = member(Role.PRACTITIONER, body, name="Gwen Iver")
    signal = SignalFactory(organisation=body, given_by=giver)
    for person, sees in ((director, True), (giver, True), (practitioner(body), False)):
        page = text_of(client_of(person).get(f"/signals/{signal.pk}/")).partition("<main")[2]
        assert ("Gwen Iver" in page) is sees


def test_the_list_narrows_sorts_and_says_so(body: Organisation, director: User, giver: User) -> None:
    region, kind, cohort = regions()[0], NeedCategory.objects.order_by("-pk")[0], Cohort.objects.order_by("pk")[0]
    rooms = SignalFactory(organisation=body, text="Rooms", area=region)
    debts = SignalFactory(organisation=body, text="Debts", category=kind)
    debts.cohorts.add(cohort)
    support_signal(by=giver, signal=rooms)
    done = SignalFactory(organisation=body, text="Finished")
    answer_signal(by=director, signal=done, reply="Done.")
    client = client_of(giver)

    def shown(query: str) -> list[str]:
        return re.findall(r">(Rooms|Debts|Finished)</a>", text_of(client.get(f"/signals/?{query}")))

    assert shown("") == ["Debts", "Rooms"]
    assert shown("sort=most") == ["Rooms", "Debts"]
    assert shown("status=any") == ["Finished", "Debts", "Rooms"]
    assert shown("status=answered") == ["Finished"]
    assert shown(f"area={region.pk}") == ["Rooms"]
    assert shown(f"category={kind.pk}") == ["Debts"]
    assert shown(f"cohort={cohort.pk}") == ["Debts"]
    assert shown("q=room") == ["Rooms"]
    assert shown("status=withdrawn&area=x&sort=9") == ["Debts", "Rooms"]
    assert "No signal fits these filters" in text_of(client.get("/signals/?q=nothing"))
    assert "Nothing here yet" in text_of(client.get("/signals/?q=nothing&status=any"))


def test_each_body_is_offered_its_own_areas() -> None:
    for region in regions()[:2]:
        house = region.bodies.get(kind="probation_region")
        manager = member(Role.COMMISSIONING_MANAGER, CommissionerFactory(body=house))
        page = text_of(client_of(manager).get("/signals/"))
        offered = set(
            re.findall(r'<option value="(\d+)"', page.partition('name="area"')[2].partition("</select>")[0])
        )
        inside = {str(unit.pk) for unit in delivery_units_of(region)}
        assert {str(region.pk)} | inside <= offered
        assert not offered & {str(other.pk) for other in regions() if other != region}


@pytest.mark.parametrize("address", ["/signals/", "/signals/?sort=most&status=any", "/work/"])
def test_lists_cost_the_same_queries_at_1_3_and_30_rows(address: str, director: User, body) -> None:
    client, costs = client_of(director), set()
    client.get(address)
    for more in (1, 2, 27):
        for _number in range(more):
            signal = SignalFactory(organisation=body)
            signal.cohorts.add(*Cohort.objects.order_by("pk")[:2])
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        costs.add(len(queries))
    assert len(costs) == 1
    # The work page asks for needs, opportunities and alliances too.
    assert costs.pop() <= (14 if address == "/work/" else 12)
    assert len(page.content) <= 60_000


def test_a_signals_page_costs_the_same_however_many_say_so(director: User, body: Organisation) -> None:
    signal, costs = SignalFactory(organisation=body), set()
    client = client_of(director)
    client.get(f"/signals/{signal.pk}/")
    for more in (1, 8):
        for _number in range(more):
            other = SignalFactory(organisation=body)
            support_signal(by=practitioner(body), signal=other)
            merge_signals(by=director, stays=signal, goes=other)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/signals/{signal.pk}/")
        costs.add(len(queries))
    assert len(costs) == 1
    assert costs.pop() <= 14


# --- joining, answering, setting aside


def test_a_director_joins_two_and_takes_them_apart(director: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body, text="Friday releases have no rooms")
    other = SignalFactory(organisation=body, text="No rooms when releases fall on Friday")
    far = SignalFactory(organisation=body, text="Something else", category=NeedCategory.objects.order_by("-pk")[0])
    client = client_of(director)
    page = text_of(client.get(f"/signals/{signal.pk}/merge/"))
    assert "No rooms when releases" in page
    assert "Something else" not in page
    assert "Something else" in text_of(client.get(f"/signals/{signal.pk}/merge/?q=else"))
    assert "No open signal has these words" in text_of(client.get(f"/signals/{signal.pk}/merge/?q=zzz"))
    response = client.post(f"/signals/{signal.pk}/merge/", {"other": str(other.pk), "stays": "other"}, follow=True)
    assert response.redirect_chain == [(f"/signals/{other.pk}/", 302)]
    page = text_of(response)
    assert "2 practitioners say so" in page
    assert f'action="/signals/{signal.pk}/part/"' in page
    assert "joined to one that says the same" in text_of(client.get(f"/signals/{signal.pk}/"))
    client.post(f"/signals/{signal.pk}/part/")
    client.post(f"/signals/{signal.pk}/merge/?q=else", {"other": str(far.pk), "stays": "this"})
    far.refresh_from_db()
    assert far.merged_into == signal


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"stays": "this"}, "Choose the signal that says the same."),
        ({"other": "99999999", "stays": "this"}, "Choose another."),
        ({"other": "own", "stays": "this"}, "Choose another."),
        ({"other": "foreign", "stays": "this"}, "Choose another."),
        ({"other": "other", "stays": "none"}, "choose from what is offered"),
        ({"other": "other"}, "Answer “Which of the two stays?”"),
    ],
)
def test_joining_refuses_what_was_not_offered(sent, sentence: str, director: User, body: Organisation) -> None:
    signal, other, foreign = (SignalFactory(organisation=body), SignalFactory(organisation=body), SignalFactory())
    numbers = {"own": signal.pk, "foreign": foreign.pk, "other": other.pk}
    data = {name: str(numbers.get(value, value)) for name, value in sent.items()}
    response = client_of(director).post(f"/signals/{signal.pk}/merge/", data)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not Signal.objects.filter(status="merged").exists()


def test_a_director_answers_with_a_need(director: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body)
    need, foreign = NeedFactory(organisation=body, published=True), NeedFactory(published=True)
    client = client_of(director)
    address = f"/signals/{signal.pk}/answer/"
    assert foreign.title not in text_of(client.get(address))
    for wrong, sentence in (
        ({"reply": " "}, "Say what was done."),
        ({"reply": "x", "became": str(foreign.pk)}, "choose from what is offered"),
        ({"reply": "x" * 2001}, "must be 2000 characters or fewer"),
    ):
        response = client.post(address, wrong)
        assert response.status_code == 422
        assert sentence in text_of(response)
    page = text_of(client.post(address, {"reply": "We posted it.", "became": str(need.pk)}, follow=True))
    assert "Answered by Dilys Rector" in page
    assert need.title in page
    assert "We posted it." in page
    assert client.get(address).status_code == 409
    assert "Why it was set aside" not in page
    client.post(f"/signals/{signal.pk}/reopen/")
    signal.refresh_from_db()
    assert signal.status == "open"


def test_a_director_sets_aside_and_erases(director: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body, text="The man in the red house")
    client = client_of(director)
    assert client.post(f"/signals/{signal.pk}/set-aside/", {"reason": ""}).status_code == 422
    sent = {"reason": "It tells of a person.", "erase": "on"}
    page = text_of(client.post(f"/signals/{signal.pk}/set-aside/", sent, follow=True))
    assert "red house" not in page
    assert "The words were erased" in page
    assert "there is nothing left to open again" in page
    assert client.post(f"/signals/{signal.pk}/reopen/").status_code == 409


def test_a_set_aside_signal_says_why(director: User, giver: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body)
    set_signal_aside(by=director, signal=signal, reason="The council does it.")
    page = text_of(client_of(giver).get(f"/signals/{signal.pk}/"))
    assert "Why it was set aside" in page
    assert "Open it again" not in page


def test_pages_of_a_signal_are_shut_to_others(body: Organisation, giver: User, director: User) -> None:
    signal = SignalFactory(organisation=body)
    stranger, panel = client_of(member(Role.DIRECTOR)), client_of(member(Role.PANEL_MEMBER, body))
    for page in (*POSTS, *FORMS, "support"):
        address = f"/signals/{signal.pk}/{page}/"
        assert stranger.post(address).status_code == 404, page
        assert panel.post(address).status_code == 403, page
        assert Client().post(address).status_code == 302, page
    for page in (*FORMS, *POSTS[2:]):
        assert client_of(giver).post(f"/signals/{signal.pk}/{page}/").status_code == 403, page
    for page in POSTS:
        assert client_of(director).get(f"/signals/{signal.pk}/{page}/").status_code == 405, page
    Membership.objects.filter(user=giver).update(status="ended")
    assert client_of(giver).get("/signals/").status_code == 403


# --- evidence of a need


def test_signals_are_linked_to_a_need(director: User, body: Organisation) -> None:
    need, foreign = NeedFactory(organisation=body), SignalFactory(text="Somebody else’s")
    signal = SignalFactory(organisation=body, text="No rooms on a Friday")
    client, address = client_of(director), f"/needs/{need.pk}/signals/"
    page = text_of(client.get(address))
    assert "No rooms on a Friday" in page
    assert "Somebody else" not in page
    for wrong in ({}, {"signals": [str(foreign.pk)]}, {"signals": ["x"]}):
        assert client.post(address, wrong).status_code == 422
    page = text_of(client.post(address, {"signals": [str(signal.pk)]}, follow=True))
    assert "The signals are linked." in page
    assert f"/needs/{need.pk}/signals/{signal.pk}/unlink/" in page
    client.post(f"/needs/{need.pk}/signals/{signal.pk}/unlink/")
    assert not need.signals.exists()
    assert client.post(f"/needs/{need.pk}/signals/{signal.pk}/unlink/").status_code == 404
    assert "No other signal to link" in text_of(client.get(f"{address}?q=zzz"))


def test_linking_is_for_those_who_draft(body: Organisation, giver: User) -> None:
    need = NeedFactory(organisation=body)
    assert client_of(giver).get(f"/needs/{need.pk}/signals/").status_code == 403
    assert client_of(member(Role.DIRECTOR)).get(f"/needs/{need.pk}/signals/").status_code == 404
    closed = NeedFactory(organisation=body, published=True, status="closed", closing_reason="No.")
    director = member(Role.DIRECTOR, body)
    assert client_of(director).get(f"/needs/{closed.pk}/signals/").status_code == 409


# --- the work page and the list of needs


def test_work_page_leads_practitioners_to_the_form_and_directors_to_the_most_said(
    body: Organisation, giver: User, director: User
) -> None:
    signal = SignalFactory(organisation=body, text="No rooms on a Friday")
    assert 'href="/signals/new/"' in text_of(client_of(giver).get("/work/"))
    page = text_of(client_of(director).get("/work/"))
    assert "Practitioners say" in page
    assert f'href="/signals/{signal.pk}/"' in page
    assert "Practitioner signals" in text_of(client_of(giver).get("/needs/"))
    assert "Practitioner signals" not in text_of(Client().get("/needs/"))
