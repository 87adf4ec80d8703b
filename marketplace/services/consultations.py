"""Asking about a need: writing a round of questions, publishing it, giving it up, saying why there is none."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, Stale, require
from core.concurrency import save_version
from core.models import User
from marketplace.anonymity import new_secret
from marketplace.drafts import RoundWords
from marketplace.models import AnsweringKey, ConsultationRound, Need, NoConsultation, RoundQuestion
from marketplace.models.consultations import MOST_QUESTIONS
from marketplace.policies.consultations import (
    may_cancel_round,
    may_consult_on,
    may_edit_round,
    may_publish_round,
    may_record_no_consultation,
    may_withdraw_no_consultation,
)
from marketplace.services.locks import locked_round
from marketplace.services.needs import locked_need
from marketplace.states import ROUND


@transaction.atomic
def draft_round(*, by: User, need: Need, words: RoundWords, form_key: uuid.UUID) -> ConsultationRound:
    """A draft round of questions on the need stands. Sent twice with one `form_key` it makes one."""
    need = locked_need(need)
    require(may_consult_on(by, need))
    if made := ConsultationRound.objects.filter(form_key=form_key).first():
        if (made.created_by_id, made.need_id) == (by.pk, need.pk):
            return made
        raise Refused(_("This form was sent before for another need. Open the page again and start afresh."))
    _makes_sense(words)
    last = need.rounds.aggregate(last=Max("number"))["last"] or 0
    made = ConsultationRound.objects.create(
        need=need, number=last + 1, form_key=form_key, created_by=by, updated_by=by, **words.columns()
    )
    _write_questions(made, words.questions)
    _record("consultation.draft", made, by=by, after={"need": need.pk, "questions": len(words.questions)})
    return made


@transaction.atomic
def edit_round(*, by: User, consultation: ConsultationRound, words: RoundWords, version: int) -> ConsultationRound:
    """The draft round says `words`. Stale if somebody saved it since `version`."""
    consultation = _locked(consultation)
    require(may_edit_round(by, consultation))
    _makes_sense(words)
    save_version(consultation, expected=version, by=by, **words.columns())
    _write_questions(consultation, words.questions)
    _record("consultation.edit", consultation, by=by, after={"questions": len(words.questions)})
    return consultation


@transaction.atomic
def publish_round(
    *, by: User, consultation: ConsultationRound, version: int, arrived_at: datetime.datetime | None = None
) -> ConsultationRound:
    """The questions as they stood at `version` are public, and open from now or from their later opening.

    Refused while another round on the need is open in that time; Stale if it was changed since `version`.
    """
    now = arrived_at or timezone.now()
    consultation = _locked(consultation)
    require(may_publish_round(by, consultation, at=now))
    if consultation.version != version:
        raise Stale(_("This round was changed after you opened it. It is shown below as it is now."))
    opens_at = max(consultation.opens_at or now, now)
    ROUND.apply(consultation, "publish", published_at=now, published_by=by, opens_at=opens_at)
    AnsweringKey.objects.create(round=consultation, secret=new_secret())
    after = {"status": consultation.status, "opens_at": opens_at, "closes_at": consultation.closes_at}
    _record("consultation.publish", consultation, by=by, after=after)
    return consultation


@transaction.atomic
def cancel_round(*, by: User, consultation: ConsultationRound, reason: str) -> ConsultationRound:
    """The round is given up for a reason everybody can read; answers given so far are deleted unread."""
    consultation = _locked(consultation)
    require(may_cancel_round(by, consultation))
    if not reason.strip():
        raise Refused(_("Say why it is cancelled."))
    before = {"status": consultation.status}
    ROUND.apply(consultation, "cancel", cancelling_reason=reason.strip())
    consultation.answers.all().delete()
    AnsweringKey.objects.filter(round=consultation).delete()
    after = {"status": consultation.status}
    _record("consultation.cancel", consultation, by=by, before=before, after=after, reason=reason.strip())
    return consultation


# --- Why nobody is asked -----------------------------------------------------------------------------


@transaction.atomic
def record_no_consultation(*, by: User, need: Need, reason: str) -> NoConsultation:
    """The need says why nobody was consulted on it, for everybody to read."""
    need = locked_need(need)
    require(may_record_no_consultation(by, need))
    if not reason.strip():
        raise Refused(_("Say why nobody is consulted."))
    made = NoConsultation.objects.create(
        need=need, reason=reason.strip(), recorded_at=timezone.now(), recorded_by=by
    )
    audit.record("need.no_consultation", by=by, obj=need, organisation=need.organisation, reason=reason.strip())
    return made


@transaction.atomic
def withdraw_no_consultation(*, by: User, need: Need, reason: str) -> None:
    """The need no longer says that nobody is consulted; `reason` says why, for everybody to read."""
    need = locked_need(need)
    require(may_withdraw_no_consultation(by, need))
    if not reason.strip():
        raise Refused(_("Say why this is taken back."))
    stood = NoConsultation.objects.filter(need=need).first()
    if stood is None:
        raise Refused(_("Somebody else has taken this back already."))
    stood.delete()
    before = {"no_consultation": stood.reason}
    audit.record(
        "need.consult_after_all",
        by=by,
        obj=need,
        organisation=need.organisation,
        before=before,
        reason=reason.strip(),
    )


# -----------------------------------------------------------------------------------------------------


def _locked(consultation: ConsultationRound) -> ConsultationRound:
    """The round as it is now, held together with its need, so that no second one is published meanwhile."""
    locked_need(consultation.need)
    return locked_round(consultation)


def _makes_sense(words: RoundWords) -> None:
    if not 1 <= len(words.questions) <= MOST_QUESTIONS:
        raise Refused(_("Ask from one to %(n)s questions.") % {"n": MOST_QUESTIONS})
    if words.opens_at is not None and words.closes_at <= words.opens_at:
        raise Refused(_("It must close after it opens."))
    if not (words.asks_providers or words.asks_practitioners or words.asks_lived_experience):
        raise Refused(_("Choose whom you ask."))


def _write_questions(consultation: ConsultationRound, questions: Sequence[str]) -> None:
    consultation.questions.all().delete()
    RoundQuestion.objects.bulk_create(
        RoundQuestion(round=consultation, number=number, text=text)
        for number, text in enumerate(questions, start=1)
    )


def _record(
    action: str,
    consultation: ConsultationRound,
    *,
    by: User,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        action,
        by=by,
        obj=consultation,
        organisation=consultation.need.organisation,
        before=before,
        after=after,
        reason=reason,
    )
