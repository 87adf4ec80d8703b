"""Questions about an opportunity: asked, taken back, answered for everyone, for one alone, or not."""

import datetime
import secrets
import uuid
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, require
from core.models import Organisation, User
from core.permissions import Permission as P
from core.queries.people import people_with
from marketplace.models import BidderQuestion, Opportunity, Watch
from marketplace.models.questions import LONGEST_ANSWER, LONGEST_QUESTION
from marketplace.policies.questions import (
    may_answer_alone,
    may_answer_questions,
    may_ask,
    may_withdraw_question,
)
from marketplace.queries.questions import people_to_tell
from marketplace.services.locks import locked_opportunity
from marketplace.states import QUESTION, QuestionStatus


@transaction.atomic
def ask_question(
    *,
    by: User,
    opportunity: Opportunity,
    organisation: Organisation,
    text: str,
    form_key: uuid.UUID,
    arrived_at: datetime.datetime,
) -> BidderQuestion:
    """The body has the question, without who asked, and its people are told that there is one.

    Sent twice with one `form_key` it is one question. Refused after the cut-off at `arrived_at`.
    """
    opportunity = locked_opportunity(opportunity)
    if made := BidderQuestion.objects.filter(form_key=form_key).first():
        return _same(made, by)
    require(may_ask(by, opportunity, organisation, at=arrived_at))
    question = BidderQuestion.objects.create(
        form_key=form_key,
        opportunity=opportunity,
        organisation=organisation,
        asked_by=by,
        asked_at=arrived_at,
        text=_given(text, LONGEST_QUESTION, _("Write your question.")),
    )
    notices.send(
        "marketplace/question_asked",
        to=people_with(P.OPPORTUNITY_DRAFT, opportunity.organisation_id),
        context={"opportunity": opportunity},
        url=_list(opportunity),
    )
    _record("question.ask", question, by, organisation)
    return question


def _same(made: BidderQuestion, by: User) -> BidderQuestion:
    if made.asked_by_id == by.pk:
        return made
    raise Refused(_("This form was sent before. Open the page again and start afresh."))


@transaction.atomic
def withdraw_question(*, by: User, question: BidderQuestion) -> BidderQuestion:
    """Nobody answers it any more. Refused once an answer is ready."""
    question = _locked(question)
    require(may_withdraw_question(by, question))
    QUESTION.apply(question, "withdraw")
    _record("question.withdraw", question, by, question.organisation)
    return question


@transaction.atomic
def write_answer(
    *, by: User, question: BidderQuestion, told: str, answer: str, arrived_at: datetime.datetime
) -> BidderQuestion:
    """The answer is ready, with the question as everybody will read it; nobody outside the body sees it yet."""
    question = _locked(question)
    require(may_answer_questions(by, question.opportunity, at=arrived_at))
    QUESTION.apply(
        question,
        "answer",
        told=_given(told, LONGEST_QUESTION, _("Write the question as everybody will read it.")),
        answer=_given(answer, LONGEST_ANSWER, _("Write the answer.")),
    )
    _record("question.answer", question, by, question.opportunity.organisation)
    return question


@transaction.atomic
def publish_answers(*, by: User, opportunity: Opportunity, arrived_at: datetime.datetime) -> list[BidderQuestion]:
    """Everybody reads every answer that is ready; bidders, askers and watchers hear of it in the same moment.

    Their numbers are drawn, so that neither order nor time tells who asked what.
    """
    opportunity = locked_opportunity(opportunity)
    require(may_answer_questions(by, opportunity, at=arrived_at))
    ready = list(opportunity.bidder_questions.filter(status=QuestionStatus.ANSWERED))
    if not ready:
        raise Refused(_("No answer is ready. Write one first."))
    secrets.SystemRandom().shuffle(ready)
    first = opportunity.bidder_questions.filter(status=QuestionStatus.PUBLISHED).count() + 1
    now = timezone.now()
    for number, question in enumerate(ready, start=first):
        QUESTION.apply(question, "publish", number=number, published_at=now)
    notices.send(
        QUESTION.step("publish").notice,
        to=people_to_tell(opportunity),
        context={"opportunity": opportunity, "many": len(ready)},
        url=_list(opportunity),
    )
    audit.record(
        "opportunity.answer_questions",
        by=by,
        obj=opportunity,
        organisation=opportunity.organisation,
        after={"answers": len(ready)},
    )
    return ready


@transaction.atomic
def answer_alone(
    *, by: User, question: BidderQuestion, answer: str, reason: str, arrived_at: datetime.datetime
) -> BidderQuestion:
    """Only the asker reads the answer; the reason stays on record, and everybody sees that there was one."""
    question = _locked(question)
    require(may_answer_alone(by, question.opportunity, at=arrived_at))
    answer = _given(answer, LONGEST_ANSWER, _("Write the answer."))
    reason = _given(reason, 2000, _("Say why only one bidder may read the answer."))
    QUESTION.apply(question, "answer_privately", answer=answer, reason=reason)
    _tell_asker("answer_privately", question)
    _record("question.answer_alone", question, by, question.opportunity.organisation, reason)
    return question


@transaction.atomic
def set_question_aside(
    *, by: User, question: BidderQuestion, reason: str, arrived_at: datetime.datetime
) -> BidderQuestion:
    """It is not answered, and the asker is told why."""
    question = _locked(question)
    require(may_answer_questions(by, question.opportunity, at=arrived_at))
    reason = _given(reason, 2000, _("Say why it is not answered."))
    QUESTION.apply(question, "set_aside", reason=reason)
    _tell_asker("set_aside", question)
    _record("question.set_aside", question, by, question.opportunity.organisation, reason)
    return question


@transaction.atomic
def watch_opportunity(*, by: User, opportunity: Opportunity) -> Watch:
    """The person is told of changes and answers from now on; saying so twice changes nothing."""
    return Watch.objects.get_or_create(user=by, opportunity=opportunity)[0]


@transaction.atomic
def unwatch_opportunity(*, by: User, opportunity: Opportunity) -> None:
    """The person hears no more of it, unless they write a bid."""
    Watch.objects.filter(user=by, opportunity=opportunity).delete()


def _locked(question: BidderQuestion) -> BidderQuestion:
    """The question as it is now; its opportunity is held, so nobody else answers or publishes meanwhile."""
    opportunity = locked_opportunity(question.opportunity_id)
    found = BidderQuestion.objects.select_related("organisation").get(pk=question.pk)
    found.opportunity = opportunity
    return found


def _given(text: str, most: int, sentence: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(sentence)
    if len(text) > most:
        raise Refused(_("Write at most %(most)s characters.") % {"most": f"{most:,}"})
    return text


def _list(opportunity: Opportunity) -> str:
    return reverse("question-list", args=[opportunity.pk])


def _tell_asker(action: str, question: BidderQuestion) -> None:
    notices.send(
        QUESTION.step(action).notice,
        to=people_with(P.BID_WRITE, question.organisation_id),
        context={"opportunity": question.opportunity, "reason": question.reason},
        url=_list(question.opportunity),
    )


def _record(
    action: str, question: BidderQuestion, by: User, organisation: Organisation, reason: str = "", **after: Any
) -> None:
    told = {"opportunity": question.opportunity_id, "status": question.status, **after}
    audit.record(action, by=by, obj=question, organisation=organisation, after=told, reason=reason)
