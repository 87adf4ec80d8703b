"""Pages of questions and answers, as askers, the body and everybody see them."""

import datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.roles import Role
from marketplace.models import BidderQuestion, Opportunity, Watch
from marketplace.services.opportunities import publish_opportunity
from marketplace.services.questions import answer_alone, publish_answers
from tests.core.signed_in import browser_of
from tests.factories.core import member
from tests.factories.marketplace import OpportunityFactory
from tests.factories.questions import asking
from tests.marketplace.bid_scene import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    """Asks for, or sends to, a page as somebody who is signed in, second step included."""

    def ask(person, name, *numbers, send=None):
        browser, address = browser_of(person), reverse(name, args=numbers)
        return browser.get(address) if send is None else browser.post(address, send)

    return ask


def list_of(scene):
    return reverse("question-list", args=[scene.opportunity.pk])


def published(scene, *texts):
    for text in texts:
        scene.answer(scene.ask(text))
    publish_answers(by=scene.manager, opportunity=scene.opportunity, arrived_at=timezone.now())


def test_whole_way_from_asking_to_everybody_reading(page):
    scene = asking()
    pk = scene.opportunity.pk
    assert "No answers yet" in text_of(Client().get(list_of(scene)))
    assert page(scene.asker, "question-ask", pk).status_code == 200
    answer = page(scene.asker, "question-ask", pk, send={"text": "Are rooms in it?", "form_key": uuid4()})
    assert answer.headers["Location"] == list_of(scene)
    question = BidderQuestion.objects.get()
    shown = text_of(page(scene.manager, "question-list", pk))
    assert "Are rooms in it?" in shown
    assert scene.organisation.name not in shown
    form = text_of(page(scene.manager, "question-answer", question.pk))
    assert "Are rooms in it?" in form
    assert scene.organisation.name not in form
    sent = {"told": "Is housing in it?", "answer": "It is."}
    page(scene.manager, "question-answer", question.pk, send=sent)
    assert "It is." not in text_of(page(scene.asker, "question-list", pk))
    assert "It is." in text_of(page(scene.manager, "question-publish", pk))
    page(scene.manager, "question-publish", pk, send={})
    everybody = text_of(Client().get(list_of(scene)))
    assert "Is housing in it?" in everybody
    assert "Are rooms in it?" not in everybody
    assert "1 question answered for everyone" in text_of(Client().get(reverse("opportunity-detail", args=[pk])))


def test_public_page_tells_a_day_and_no_time_and_no_number_of_a_row():
    scene = asking()
    published(scene, "One?", "Two?")
    moment = timezone.localtime(BidderQuestion.objects.first().published_at)
    shown = text_of(Client().get(list_of(scene)))
    told = shown[shown.index("<main") : shown.index("</main")]
    answers = told[told.index('id="answer-') :]
    assert moment.strftime("%H:%M") not in answers
    assert f"{moment:%I:%M}".lstrip("0") not in answers.replace("Questions are taken until", "")
    assert "/questions/" not in answers.replace(list_of(scene), "")


def test_private_answer_is_read_by_its_asker_alone(page):
    scene = asking()
    question = scene.ask()
    assert page(scene.manager, "question-alone", question.pk).status_code == 403
    alone = reverse("question-alone", args=[question.pk])
    assert alone not in text_of(page(scene.manager, "question-list", scene.opportunity.pk))
    assert alone in text_of(page(scene.director, "question-list", scene.opportunity.pk))
    assert page(scene.director, "question-alone", question.pk).status_code == 200
    assert page(scene.director, "question-alone", question.pk, send={"answer": "Only you."}).status_code == 422
    sent = {"answer": "Only you.", "reason": "It tells how."}
    assert page(scene.director, "question-alone", question.pk, send=sent).status_code == 302
    assert "Only you." in text_of(page(scene.asker, "question-list", scene.opportunity.pk))
    for answer in (Client().get(list_of(scene)), page(member(Role.OWNER), "question-list", scene.opportunity.pk)):
        assert "Only you." not in text_of(answer)
        assert "1 question was answered to its asker alone" in text_of(answer)


def test_setting_aside_and_taking_back(page):
    scene = asking()
    first, second = scene.ask("First?"), scene.ask("Second?")
    assert page(scene.manager, "question-set-aside", first.pk, send={"reason": " "}).status_code == 422
    page(scene.manager, "question-set-aside", first.pk, send={"reason": "It is in the text."})
    assert "It is in the text." in text_of(page(scene.asker, "question-list", scene.opportunity.pk))
    assert page(scene.asker, "question-withdraw", second.pk).status_code == 200
    page(scene.asker, "question-withdraw", second.pk, send={})
    assert "Second?" not in text_of(page(scene.manager, "question-list", scene.opportunity.pk))


@pytest.mark.parametrize("name", ["question-answer", "question-alone", "question-set-aside", "question-withdraw"])
def test_other_peoples_questions_are_not_there(page, name):
    scene = asking()
    question = scene.ask()
    person = scene.manager if name == "question-withdraw" else scene.asker
    assert page(person, name, question.pk).status_code in (403, 404)
    others = member(Role.DIRECTOR) if name != "question-withdraw" else member(Role.OWNER)
    assert page(others, name, question.pk).status_code == 404


def test_wrong_question_comes_back_with_what_was_typed(page):
    scene = asking()
    long = "x" * 2001
    answer = page(scene.asker, "question-ask", scene.opportunity.pk, send={"text": long, "form_key": uuid4()})
    assert answer.status_code == 422
    assert long in text_of(answer)
    assert not BidderQuestion.objects.exists()


def test_too_late_is_told_beside_the_words_and_the_page_says_why(page):
    scene = asking()
    Opportunity.objects.update(questions_until=timezone.now() - datetime.timedelta(hours=1))
    sent = {"text": "Too late?", "form_key": uuid4()}
    answer = page(scene.asker, "question-ask", scene.opportunity.pk, send=sent)
    assert answer.status_code == 422
    assert "Too late?" in text_of(answer)
    assert "Questions were taken until" in text_of(answer)
    assert "Questions were taken until" in text_of(page(scene.asker, "question-list", scene.opportunity.pk))


def test_drafts_have_no_questions(page):
    draft = OpportunityFactory()
    manager = member(Role.COMMISSIONING_MANAGER, draft.organisation)
    assert page(manager, "question-list", draft.pk).status_code == 404
    assert page(member(Role.OWNER), "question-ask", draft.pk).status_code == 404
    assert page(manager, "opportunity-watch", draft.pk, send={}).status_code == 404


def test_asking_is_for_those_who_bid(page):
    scene = asking()
    for person in (member(Role.VIEWER, scene.organisation), scene.manager):
        assert page(person, "question-ask", scene.opportunity.pk).status_code == 403
    assert "Ask a question" in text_of(Client().get(list_of(scene)))
    assert Client().get(reverse("question-ask", args=[scene.opportunity.pk])).status_code == 302


def test_watching_and_stopping(page):
    scene = asking()
    pk = scene.opportunity.pk
    page(scene.asker, "opportunity-watch", pk, send={})
    assert Watch.objects.get().user == scene.asker
    assert "Stop telling me" in text_of(page(scene.asker, "question-list", pk))
    page(scene.asker, "opportunity-watch", pk, send={"watch": "no"})
    assert not Watch.objects.exists()
    assert page(scene.asker, "opportunity-watch", pk).status_code == 405


def test_list_costs_the_same_with_one_answer_and_with_many():
    scene = asking()
    published(scene, "One?")
    address = list_of(scene)
    for browser in (Client(), browser_of(scene.manager)):
        browser.get(address)
        with CaptureQueriesContext(connection) as few:
            browser.get(address)
        for half in range(2):
            published(scene, *(f"Question {half}-{number}?" for number in range(15)))
        with CaptureQueriesContext(connection) as many:
            shown = browser.get(address)
        assert len(many) == len(few)
        assert len(many) <= 12
        assert "Next" in text_of(shown)


def test_published_without_a_cut_off_takes_questions_for_three_quarters_of_the_time():
    opportunity = OpportunityFactory()
    director = member(Role.DIRECTOR, opportunity.organisation)
    publish_opportunity(by=director, opportunity=opportunity, version=opportunity.version)
    opportunity.refresh_from_db()
    whole = opportunity.closes_at - opportunity.opens_at
    asked = opportunity.questions_until - opportunity.opens_at
    assert abs(asked - whole * 3 / 4) <= datetime.timedelta(minutes=1)


def test_private_answers_are_counted_for_everybody(page):
    scene = asking()
    for _time in range(2):
        answer_alone(by=scene.director, question=scene.ask(), answer="A", reason="R", arrived_at=timezone.now())
    assert "2 questions were answered to their askers alone" in text_of(Client().get(list_of(scene)))
