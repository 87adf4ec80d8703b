"""The pages of a consultation, as everybody reads them, as a body runs it, and as people answer."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import Organisation, User
from core.roles import Role
from marketplace.anonymity import code_of
from marketplace.models import ConsultationAnswer, ConsultationReply, ConsultationRound, NoConsultation
from tests.factories.consultations import RoundFactory, answered, heard_on, opened, replied
from tests.factories.core import CommissionerFactory, UserFactory, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory, without_consultation
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def body() -> Organisation:
    return CommissionerFactory(name="South West Probation Service")


@pytest.fixture
def manager(body: Organisation) -> User:
    return member(Role.COMMISSIONING_MANAGER, body)


@pytest.fixture
def director(body: Organisation) -> User:
    return member(Role.DIRECTOR, body)


@pytest.fixture
def need(body: Organisation):
    return NeedFactory(published=True, organisation=body, title="Homes & hope")


def text_of(response) -> str:
    return response.content.decode()


def asked(**changes):
    year = str(timezone.localdate().year + 1)
    values = {
        "form_key": str(uuid.uuid4()),
        "version": "1",
        "rows": "3",
        "intro": "We think of nights.",
        "audience": ["provider", "lived_experience"],
        "closes_at_day": "4",
        "closes_at_month": "March",
        "closes_at_year": year,
        "closes_at_time": "12 noon",
        "question_1": "What is missing?",
        "question_2": "What would help?",
    }
    return {**values, **changes}


# --- Reading -----------------------------------------------------------------------------------------


def test_everybody_reads_rounds_replies_and_why_nobody_was_asked(client: Client, need, body) -> None:
    address = f"/needs/{need.pk}/consultation/"
    assert "Nobody has been asked about this need yet" in text_of(client.get(address))
    heard_on(need)
    RoundFactory(need=need, is_open=True, intro="A second time.")
    RoundFactory(need=need, intro="A secret draft.")
    page = text_of(client.get(address))
    for said in (
        "Nobody is awake at five.",
        "It will be open at night.",
        "A second time.",
        "0 answers",
        "Sign in and answer",
    ):
        assert said in page
    assert "secret draft" not in page
    plain = without_consultation(NeedFactory(published=True, organisation=body))
    assert "Asked last year." in text_of(client.get(f"/needs/{plain.pk}/consultation/"))
    assert client.get(f"/needs/{NeedFactory().pk}/consultation/").status_code == 404


def test_unpublished_reply_and_drafts_are_for_those_who_run_it(client: Client, manager, need) -> None:
    replied(opened(RoundFactory(need=need, is_closed=True)), published=False)
    RoundFactory(need=need, intro="A secret draft.")
    address = f"/needs/{need.pk}/consultation/"
    assert "Nobody is awake" not in text_of(client.get(address))
    own = text_of(client_of(manager).get(address))
    assert "written and not published yet" in own
    assert "secret draft" in own
    other = member(Role.COMMISSIONING_MANAGER)
    assert "secret draft" not in text_of(client_of(other).get(address))


def test_list_shows_what_is_open_now(client: Client) -> None:
    assert "No consultation is open now" in text_of(client.get("/consultations/"))
    RoundFactory(is_open=True, need=NeedFactory(published=True, title="Open one"))
    RoundFactory(is_closed=True, need=NeedFactory(published=True, title="Closed one"))
    RoundFactory(need=NeedFactory(published=True, title="Draft one"))
    page = text_of(client.get("/consultations/"))
    assert "Open one" in page
    assert "Closed one" not in page
    assert "Draft one" not in page


@pytest.mark.parametrize(
    "address", ["/consultations/", "/needs/{need}/consultation/", "/consultations/{round}/answers/"]
)
def test_pages_cost_the_same_queries_however_much_there_is(address: str, director, need) -> None:
    client, costs = client_of(director), set()
    read = RoundFactory(need=need, is_closed=True)
    answered(read)
    for more in (0, 2, 27):
        for number in range(more):
            later = {"closes_at": timezone.now() + datetime.timedelta(days=30 + number)}
            RoundFactory(need=NeedFactory(published=True), is_open=True, **later)
            RoundFactory(need=need, is_open=True, **later)
            if read.answers_opened_at is None:
                answered(read, anonymous=bool(number % 2))
        if more:
            read = read if read.answers_opened_at else opened(read)
        here = address.format(need=need.pk, round=read.pk)
        client.get(here)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(here).status_code == 200
        if more:
            costs.add(len(queries))
    assert len(costs) == 1
    assert costs.pop() <= 12


# --- Running it --------------------------------------------------------------------------------------


def test_a_manager_asks_reads_and_says_what_was_heard(manager, director, need) -> None:
    client = client_of(manager)
    start = f"/needs/{need.pk}/consultation/"
    assert client.post(start + "new/", asked()).url == start
    made = ConsultationRound.objects.get()
    assert (made.asks_providers, made.asks_practitioners, made.questions.count()) == (True, False, 2)
    assert client.post(f"/consultations/{made.pk}/edit/", asked(question_3="Who?")).url == start
    assert "Who?" in text_of(client.get(f"/consultations/{made.pk}/publish/"))
    assert client.post(f"/consultations/{made.pk}/publish/", {"version": "2"}).url == start
    answered(made, text="Open & warm.")
    assert client.get(f"/consultations/{made.pk}/open/").status_code == 409
    past = timezone.now() - datetime.timedelta(hours=1)
    ConsultationRound.objects.update(opens_at=past - datetime.timedelta(days=9), closes_at=past)
    assert "answers are still closed" in text_of(client.get(f"/consultations/{made.pk}/answers/"))
    assert client.get(f"/consultations/{made.pk}/open/").status_code == 200
    assert client.post(f"/consultations/{made.pk}/open/").url == f"/consultations/{made.pk}/answers/"
    assert "Open &amp; warm." in text_of(client.get(f"/consultations/{made.pk}/answers/"))
    heard = {
        "version": "0",
        "rows": "2",
        "what_we_heard": "Nights.",
        "what_we_changed": "Open.",
        "theme_1": "Night",
    }
    assert client.post(f"/consultations/{made.pk}/reply/", heard).url == start
    assert "Nights." in text_of(client.get(f"/consultations/{made.pk}/reply/publish/"))
    assert client.post(f"/consultations/{made.pk}/reply/publish/", {"version": "1"}).url == start
    taking = f"/consultations/{made.pk}/reply/take-back/"
    assert client.get(taking).status_code == 403
    assert client_of(director).post(taking, {"reason": "A number was wrong."}).url == start
    assert ConsultationReply.objects.get().status == "draft"


def test_a_director_says_why_nobody_is_asked_and_takes_it_back(manager, director, need) -> None:
    client, start = client_of(director), f"/needs/{need.pk}/consultation/"
    assert client_of(manager).get(start + "none/").status_code == 403
    wrong = client.post(start + "none/", {"reason": " \x00 "})
    assert wrong.status_code == 422
    assert "Say why nobody is consulted." in text_of(wrong)
    assert client.post(start + "none/", {"reason": "Asked & answered."}).url == start
    assert "Asked &amp; answered." in text_of(client.get(start))
    assert client.post(start + "after-all/", {"reason": "There is time."}).url == start
    assert not NoConsultation.objects.exists()


def test_a_round_is_cancelled_for_everybody_to_read(client: Client, manager, need) -> None:
    made = RoundFactory(need=need, is_open=True)
    client_of(manager).post(f"/consultations/{made.pk}/cancel/", {"reason": "The law has changed."})
    assert "The law has changed." in text_of(client.get(f"/needs/{need.pk}/consultation/"))
    assert client_of(manager).get(f"/consultations/{made.pk}/cancel/").status_code == 409


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"question_1": "", "question_2": ""}, "Ask at least one question."),
        ({"audience": []}, "Choose whom you ask."),
        ({"audience": ["everybody"]}, "choose from what is offered"),
        ({"closes_at_day": "31", "closes_at_month": "2"}, "must be a real date"),
        ({"closes_at_year": "9" * 5000}, "must be a real date"),
        ({"question_1": "x" * 501}, "500 characters or fewer"),
        (
            {f"opens_at_{part}": value for part, value in (("day", "5"), ("month", "3"), ("time", "noon"))}
            | {"opens_at_year": str(timezone.localdate().year + 1)},
            "Choose a closing time after the opening time.",
        ),
    ],
)
def test_bad_questions_are_said_beside_the_box_and_kept(changes: dict, sentence: str, manager, need) -> None:
    page = client_of(manager).post(f"/needs/{need.pk}/consultation/new/", asked(**changes))
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert "We think of nights." in text_of(page)
    assert not ConsultationRound.objects.exists()


def test_a_question_more_is_given_up_to_ten(manager, need) -> None:
    client, sent = client_of(manager), asked(more="1")
    page = text_of(client.post(f"/needs/{need.pk}/consultation/new/", sent))
    assert 'name="question_4"' in page
    assert "What would help?" in page
    page = text_of(client.post(f"/needs/{need.pk}/consultation/new/", asked(more="1", rows="10")))
    assert 'name="question_10"' in page
    assert 'name="question_11"' not in page


def test_second_of_two_who_write_is_told_and_keeps_the_words(manager, need) -> None:
    client, made = client_of(manager), RoundFactory(need=need)
    for question in ("First?", "Second & last?"):
        page = client.post(f"/consultations/{made.pk}/edit/", asked(question_1=question))
    assert "What is saved now" in text_of(page)
    assert "Second &amp; last?" in text_of(page)
    read = opened(RoundFactory(need=need, is_closed=True))
    for heard in ("First.", "Second & last."):
        words = {"version": "0", "rows": "2", "what_we_heard": heard, "what_we_changed": "Open."}
        page = client.post(f"/consultations/{read.pk}/reply/", words)
    assert "Second &amp; last." in text_of(page)
    assert ConsultationReply.objects.get().what_we_heard == "First."
    assert client.post(f"/consultations/{read.pk}/reply/", {**words, "version": "1"}).status_code == 302


def test_reply_to_a_theme_without_the_theme_is_said(manager, need) -> None:
    read = opened(RoundFactory(need=need, is_closed=True))
    words = {
        "version": "0",
        "rows": "2",
        "what_we_heard": "Nights.",
        "what_we_changed": "Open.",
        "response_2": "Yes.",
    }
    page = client_of(manager).post(f"/consultations/{read.pk}/reply/", words)
    assert "or empty the box beneath" in text_of(page)


PAGES = ("edit", "publish", "cancel", "open", "reply", "reply/publish", "reply/take-back", "answers")


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_those_who_run_it_are_closed_to_others(page: str, need, body) -> None:
    made = opened(RoundFactory(need=need, is_closed=True))
    replied(made, published=page == "reply/take-back")
    address = f"/consultations/{made.pk}/{page}/"
    for person in (member(Role.DIRECTOR), member(Role.PRACTITIONER, body), member(Role.OWNER)):
        assert client_of(person).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    draft = RoundFactory(need=need)
    assert client_of(member(Role.DIRECTOR)).get(f"/consultations/{draft.pk}/edit/").status_code == 404


# --- Answering ---------------------------------------------------------------------------------------


def sent(**changes):
    values = {
        "form_key": str(uuid.uuid4()),
        "speaks_as": "lived_experience",
        "text_1": "Nights.",
        "attribution": "named",
    }
    return {**values, **changes}


def test_an_answer_with_a_name_is_kept_changed_and_withdrawn(need) -> None:
    made, client = RoundFactory(need=need, is_open=True), client_of(UserFactory(name="Ada Bell"))
    address = f"/consultations/{made.pk}/answer/"
    page = text_of(client.get(address))
    assert "What we keep" in page
    assert "checked" in page.partition('value="lived_experience"')[2][:200]
    assert client.post(address, sent(group_name="Table Four")).url == address
    assert "Ada Bell, Table Four" in text_of(client.get(address))
    assert client.post(address, {"version": "1", "text_2": "A bed."}).url == address
    stale = client.post(address, {"version": "1", "text_2": "Another."})
    assert "not yet saved" in text_of(stale)
    assert client.post(f"/consultations/{made.pk}/withdraw/").status_code == 302
    assert not ConsultationAnswer.objects.exists()


def test_an_answer_without_a_name_comes_back_with_its_code_alone(need) -> None:
    made, client = RoundFactory(need=need, is_open=True), client_of(UserFactory())
    address, words = f"/consultations/{made.pk}/answer/", sent(attribution="anonymous")
    code = code_of(uuid.UUID(words["form_key"]))
    for _time in range(2):
        assert code in text_of(client.post(address, words))
    assert "You have answered this already, without your name" in text_of(client.get(address))
    nobody = Client()
    assert "letter by letter" in text_of(nobody.post("/consultations/code/", {"code": "ABCD"}))
    page = nobody.post("/consultations/code/", {"code": code.lower()})
    assert "Nights." in text_of(page)
    assert page["Cache-Control"] == "no-store"
    change = {"code": code, "version": "1", "text_1": "Nights & days."}
    assert nobody.post("/consultations/code/answer/", change).url == f"/needs/{need.pk}/consultation/"
    assert "not yet saved" in text_of(nobody.post("/consultations/code/answer/", change))
    empty = nobody.post("/consultations/code/answer/", {"code": code, "version": "2"})
    assert "Answer at least one question." in text_of(empty)
    assert ConsultationAnswer.objects.get().texts.get().text == "Nights & days."
    nobody.post("/consultations/code/answer/", {"code": code, "withdraw": "1"})
    assert not ConsultationAnswer.objects.exists()
    assert nobody.post("/consultations/code/answer/", {"code": "x" * 5000}).url == "/consultations/code/"
    assert nobody.get("/consultations/code/answer/").status_code in (302, 405)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text_1": " "}, "Answer at least one question."),
        ({"text_1": "x" * 5001}, "5000 characters or fewer"),
        ({"speaks_as": "provider:99"}, "choose from what is offered"),
        ({"attribution": ""}, "Choose whether you answer with your name."),
        ({"form_key": "no key"}, "had been changed"),
    ],
)
def test_a_bad_answer_is_said_beside_the_box_and_kept(changes: dict, sentence: str, need) -> None:
    made = RoundFactory(need=need, is_open=True)
    words = sent(text_2="Kept & safe.", **changes) if "text_1" not in changes else sent(**changes)
    page = client_of(UserFactory()).post(f"/consultations/{made.pk}/answer/", words)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert "text_2" not in words or "Kept &amp; safe." in text_of(page)
    assert not ConsultationAnswer.objects.exists()


def test_an_answer_after_closing_is_refused_with_the_time(need) -> None:
    made = RoundFactory(need=need, is_closed=True)
    page = client_of(UserFactory()).post(f"/consultations/{made.pk}/answer/", sent())
    assert page.status_code == 409
    assert "This consultation closed" in text_of(page)


# --- The rule, on the pages of an opportunity ---------------------------------------------------------


def test_opportunity_says_what_its_needs_lack_and_publishes_then(director, need, body) -> None:
    opportunity = OpportunityFactory(organisation=body, created_by=director)
    opportunity.needs.set([need])
    client, address = client_of(director), f"/opportunities/{opportunity.pk}/publish/"
    refused = client.get(address)
    assert refused.status_code == 409
    assert "Homes &amp; hope”, under Consultation" in text_of(refused)
    assert "under Consultation" in text_of(client.get(f"/opportunities/{opportunity.pk}/tasks/"))
    without_consultation(need)
    assert client.post(address, {"version": "1"}).status_code == 302
