"""Being heard: giving, changing and withdrawing answers, with a name or without; opening them after closing.

An answer without a name leaves no event: an event has a time and a place in a chain, and would say who by these.
What the chain does hold is how many there were, once they are opened. See docs/adr/0006.
"""

import datetime
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, Stale, require
from core.models import User
from marketplace.anonymity import code_of, digest_of, mark_of
from marketplace.drafts import Capacity
from marketplace.models import AnsweringKey, AnswerText, ConsultationAnswer, ConsultationRound
from marketplace.policies.consultations import may_answer, may_change_answer, may_open_answers
from marketplace.queries.consultations import answer_with_code, capacities_of, rounds_to_forget
from marketplace.services.locks import locked_round

# Number of a question -> what is said to it.
Texts = Mapping[int, str]


@transaction.atomic
def answer_round(
    *,
    by: User,
    consultation: ConsultationRound,
    capacity: Capacity,
    texts: Texts,
    anonymous: bool,
    form_key: uuid.UUID,
    arrived_at: datetime.datetime,
) -> ConsultationAnswer:
    """The answer is kept: with name and organisation, or with nothing that leads to either.

    An anonymous one is changed later with `code_of(form_key)`. Sent twice with one `form_key` it is kept once.
    Refused if the round was not open at `arrived_at`, or the person has answered it already.
    """
    consultation = locked_round(consultation)
    if made := _sent_before(consultation, form_key, by=by, anonymous=anonymous):
        return made
    require(may_answer(by, consultation, at=arrived_at))
    _may_speak_as(by, consultation, capacity)
    _leave_mark(consultation, by)
    answer = ConsultationAnswer(round=consultation, speaks_as=capacity.speaks_as)
    if anonymous:
        answer.code_sha256 = digest_of(code_of(form_key))
    else:
        answer.answerer, answer.answered_at, answer.form_key = by, arrived_at, form_key
        answer.organisation, answer.group_name = capacity.organisation, capacity.group_name
    answer.save(force_insert=True)
    _write(answer, texts)
    if not anonymous:
        _record("consultation.answer", consultation, by=by)
    return answer


def _sent_before(
    consultation: ConsultationRound, form_key: uuid.UUID, *, by: User, anonymous: bool
) -> ConsultationAnswer | None:
    if anonymous:
        return consultation.answers.filter(code_sha256=digest_of(code_of(form_key))).first()
    return consultation.answers.filter(form_key=form_key, answerer=by).first()


def _may_speak_as(by: User, consultation: ConsultationRound, capacity: Capacity) -> None:
    offered = [(each.speaks_as, each.organisation) for each in capacities_of(by, consultation)]
    if (capacity.speaks_as, capacity.organisation) not in offered:
        raise Refused(_("Choose as what you answer from what is offered."))


def _leave_mark(consultation: ConsultationRound, by: User) -> None:
    key = AnsweringKey.objects.filter(round=consultation).first()
    if key is None:
        raise Refused(_("This consultation has ended and its answers were opened."))
    mark = mark_of(key.secret, by.pk)
    if mark in key.marks:
        raise Refused(
            _("You have answered this already. You can change your answer until the consultation closes.")
        )
    key.marks = sorted([*key.marks, mark])
    key.save(update_fields=["marks"])


def _write(answer: ConsultationAnswer, texts: Texts) -> None:
    questions = {question.number: question for question in answer.round.questions.all()}
    said = {number: text.strip() for number, text in texts.items() if text.strip()}
    if not said or not said.keys() <= questions.keys():
        raise Refused(_("Answer at least one question."))
    answer.texts.all().delete()
    AnswerText.objects.bulk_create(
        AnswerText(answer=answer, question=questions[number], text=text) for number, text in sorted(said.items())
    )


# --- With a name -------------------------------------------------------------------------------------


@transaction.atomic
def change_answer(
    *, by: User, answer: ConsultationAnswer, texts: Texts, version: int, arrived_at: datetime.datetime
) -> ConsultationAnswer:
    """The person's own answer says `texts`. Refused after closing; Stale if it was changed since `version`."""
    answer = _held(answer.round, answerer=by)
    require(may_change_answer(answer, at=arrived_at))
    _count_on(answer, version)
    _write(answer, texts)
    _record("consultation.change_answer", answer.round, by=by)
    return answer


@transaction.atomic
def withdraw_answer(*, by: User, answer: ConsultationAnswer, arrived_at: datetime.datetime) -> None:
    """The person's own answer is gone; until closing they may answer again."""
    answer = _held(answer.round, answerer=by)
    require(may_change_answer(answer, at=arrived_at))
    consultation = answer.round
    answer.delete()
    key = AnsweringKey.objects.get(round=consultation)
    key.marks = [mark for mark in key.marks if mark != mark_of(key.secret, by.pk)]
    key.save(update_fields=["marks"])
    _record("consultation.withdraw_answer", consultation, by=by)


# --- With a code -------------------------------------------------------------------------------------


@transaction.atomic
def change_with_code(
    *, code: str, texts: Texts, version: int, arrived_at: datetime.datetime
) -> ConsultationAnswer:
    """The anonymous answer with this code says `texts`. Nobody is named, and no event is left."""
    answer = _held_by_code(code, arrived_at)
    _count_on(answer, version)
    _write(answer, texts)
    return answer


@transaction.atomic
def withdraw_with_code(*, code: str, arrived_at: datetime.datetime) -> None:
    """The anonymous answer with this code is gone for good: nobody knows whose mark could be taken away."""
    _held_by_code(code, arrived_at).delete()


def _held_by_code(code: str, arrived_at: datetime.datetime) -> ConsultationAnswer:
    found = answer_with_code(digest_of(code))
    if found is None:
        raise Refused(_unknown_code())
    answer = _held(found.round, code_sha256=found.code_sha256)
    require(may_change_answer(answer, at=arrived_at))
    return answer


def _unknown_code() -> str:
    return _("No answer that can still be changed has this code. Look at it again, letter by letter.")


def _held(consultation: ConsultationRound, **which: object) -> ConsultationAnswer:
    """The answer as it is now, on its held round."""
    held = locked_round(consultation)
    answer = held.answers.filter(**which).first()
    if answer is None:
        raise Refused(_unknown_code() if "code_sha256" in which else _("You have withdrawn this answer."))
    answer.round = held
    return answer


def _count_on(answer: ConsultationAnswer, version: int) -> None:
    if answer.version != version:
        raise Stale(_("You saved this in another tab. The text below is not yet saved."))
    answer.version = version + 1
    answer.save(update_fields=["version"])


# --- After closing -----------------------------------------------------------------------------------


@transaction.atomic
def open_answers(*, by: User, consultation: ConsultationRound, arrived_at: datetime.datetime) -> ConsultationRound:
    """Those who run the round can read its answers, and nothing is left that could tell who gave which.

    The secret, the marks and the digests of the codes are gone before the first answer can be read.
    """
    consultation = locked_round(consultation)
    require(may_open_answers(by, consultation, at=arrived_at))
    _forget(consultation)
    consultation.answers_opened_at, consultation.answers_opened_by = arrived_at, by
    consultation.named_answers = consultation.answers.filter(answerer__isnull=False).count()
    consultation.anonymous_answers = consultation.answers.filter(answerer__isnull=True).count()
    fields = ["answers_opened_at", "answers_opened_by", "named_answers", "anonymous_answers"]
    consultation.save(update_fields=fields)
    after = {name: getattr(consultation, name) for name in fields[2:]}
    _record("consultation.open_answers", consultation, by=by, after=after)
    return consultation


def forget_answerers(*, at: datetime.datetime) -> int:
    """Every round that has closed has lost its secret, its marks and its codes; returns how many did so now."""
    return sum(_forget_one(consultation, at) for consultation in rounds_to_forget(at))


@transaction.atomic
def _forget_one(consultation: ConsultationRound, at: datetime.datetime) -> bool:
    held = locked_round(consultation)
    if not rounds_to_forget(at).filter(pk=held.pk).exists():
        return False  # opened or forgotten a moment ago
    _forget(held)
    _record("consultation.forget", held, by=None)
    return True


def _forget(consultation: ConsultationRound) -> None:
    AnsweringKey.objects.filter(round=consultation).delete()
    consultation.answers.exclude(code_sha256="").update(code_sha256="")


def _record(
    action: str, consultation: ConsultationRound, *, by: User | None, after: dict[str, object] | None = None
) -> None:
    audit.record(action, by=by, obj=consultation, organisation=consultation.need.organisation, after=after)
