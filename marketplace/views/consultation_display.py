"""Rounds of consultation as plain values for the pages."""

import datetime
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Verdict
from core.display import Text
from core.models import User
from core.templatetags.accord import when
from marketplace.models import (
    ConsultationAnswer,
    ConsultationReply,
    ConsultationRound,
    Need,
    NoConsultation,
    SpeaksAs,
)
from marketplace.policies.consultations import (
    may_answer,
    may_cancel_round,
    may_consult_on,
    may_edit_round,
    may_open_answers,
    may_publish_reply,
    may_publish_round,
    may_read_answers,
    may_record_no_consultation,
    may_reply,
    may_take_back_reply,
    may_withdraw_no_consultation,
)
from marketplace.states import ReplyStatus, RoundPhase, RoundStatus
from marketplace.views.need_display import Action

TONES = {
    RoundPhase.DRAFT: "info",
    RoundPhase.SCHEDULED: "info",
    RoundPhase.OPEN: "good",
    RoundPhase.CLOSED: "plain",
    RoundPhase.CANCELLED: "bad",
}


@dataclass(frozen=True)
class OpenLine:
    """A consultation in the list of those open now."""

    title: str
    url: str
    body: str
    place: str
    kind: str
    asked: str
    closing: str


@dataclass(frozen=True)
class RoundLine:
    """A round on the page of its need."""

    title: str
    phase: Text
    tone: str
    times: str
    asked: str
    intro: str
    questions: list[str]
    why_cancelled: str
    answers: str
    reply: ConsultationReply | None
    answering: Verdict | None
    answer_url: str
    code_url: str
    actions: list[Action] = field(default_factory=list)


def open_line(consultation: ConsultationRound) -> OpenLine:
    """What the list shows."""
    need = consultation.need
    return OpenLine(
        title=need.title,
        url=reverse("need-consultation", args=[need.pk]),
        body=need.organisation.name,
        place=need.area.name,
        kind=need.category.name,
        asked=asked_in_words(consultation),
        closing=_("Closes %(time)s") % {"time": when(consultation.closes_at)},
    )


def line_of(
    consultation: ConsultationRound, need: Need, user: User | AnonymousUser, *, at: datetime.datetime
) -> RoundLine:
    """What the page of the need shows of a round, and what the person may do with it."""
    consultation.need = need
    phase = consultation.phase_at(at)
    runs = bool(may_read_answers(user, need))
    return RoundLine(
        title=_("Round %(n)s") % {"n": consultation.number},
        phase=phase.label,
        tone=TONES[phase],
        times=times_in_words(consultation, phase),
        asked=asked_in_words(consultation),
        intro=consultation.intro,
        questions=[question.text for question in consultation.questions.all()],
        why_cancelled=consultation.cancelling_reason,
        answers=answers_in_words(consultation),
        reply=reply_of(consultation),
        answering=may_answer(user, consultation, at=at) if phase == RoundPhase.OPEN and not runs else None,
        answer_url=reverse("answer-give", args=[consultation.pk]),
        code_url=reverse("answer-code") if phase == RoundPhase.OPEN else "",
        actions=_actions_on_round(consultation, user, at) if runs else [],
    )


def reply_of(consultation: ConsultationRound) -> ConsultationReply | None:
    """The reply as far as it was fetched for the person."""
    return getattr(consultation, "reply", None)


def times_in_words(consultation: ConsultationRound, phase: RoundPhase) -> str:
    """From when to when, as far as it matters at the phase."""
    opens, closes = when(consultation.opens_at), when(consultation.closes_at)
    sentences = {
        RoundPhase.DRAFT: _("Closes %(closes)s"),
        RoundPhase.SCHEDULED: _("Opens %(opens)s, closes %(closes)s"),
        RoundPhase.OPEN: _("Open until %(closes)s"),
        RoundPhase.CLOSED: _("Closed %(closes)s"),
        RoundPhase.CANCELLED: _("Was to close %(closes)s"),
    }
    return sentences[phase] % {"opens": opens, "closes": closes}


def asked_in_words(consultation: ConsultationRound) -> str:
    """ "Providers, practitioners, lived-experience groups"."""
    names = {
        SpeaksAs.PROVIDER: _("providers"),
        SpeaksAs.PRACTITIONER: _("practitioners"),
        SpeaksAs.LIVED_EXPERIENCE: _("lived-experience groups"),
    }
    said = ", ".join(name for capacity, name in names.items() if consultation.asks(capacity))
    return said[:1].upper() + said[1:]


def answers_in_words(consultation: ConsultationRound) -> str:
    """How many answered, once their answers were opened; not of what kind, for a few might be recognised."""
    if consultation.answers_opened_at is None:
        return ""
    number = consultation.named_answers + consultation.anonymous_answers
    return ngettext("%(n)s answer", "%(n)s answers", number) % {"n": f"{number:,}"}


def answerer_in_words(answer: ConsultationAnswer) -> str:
    """Who answered, for those who run the round: name and organisation, or that there is no name."""
    capacity = str(SpeaksAs(answer.speaks_as).label)
    if answer.answerer is None:
        return _("Without a name: %(capacity)s") % {"capacity": capacity}
    house = answer.organisation.name if answer.organisation else answer.group_name
    return ", ".join(part for part in (answer.answerer.name, house, capacity) if part)


def _actions_on_round(
    consultation: ConsultationRound, user: User | AnonymousUser, at: datetime.datetime
) -> list[Action]:
    reply = reply_of(consultation)
    if reply is not None:
        reply.round = consultation
    steps: list[tuple[str, str, Verdict]] = []
    if consultation.status == RoundStatus.DRAFT:
        steps.append((_("Publish the round"), "round-publish", may_publish_round(user, consultation, at=at)))
        steps.append((_("Change the questions"), "round-edit", may_edit_round(user, consultation)))
    elif consultation.status == RoundStatus.PUBLISHED and consultation.answers_opened_at is None:
        if consultation.phase_at(at) == RoundPhase.CLOSED:
            steps.append((_("Open the answers"), "round-open", may_open_answers(user, consultation, at=at)))
    elif consultation.status == RoundStatus.PUBLISHED:
        steps += _actions_on_reply(consultation, reply, user)
    cancels = may_cancel_round(user, consultation)
    if cancels:
        steps.append((_("Cancel the round"), "round-cancel", cancels))
    found: list[Action] = []
    for label, page, verdict in steps:
        if verdict.right:
            primary = bool(verdict) and page != "round-cancel" and not found
            found.append(Action(label, reverse(page, args=[consultation.pk]), verdict, primary=primary))
    return found


def _actions_on_reply(
    consultation: ConsultationRound, reply: ConsultationReply | None, user: User | AnonymousUser
) -> list[tuple[str, str, Verdict]]:
    reading = (_("Read the answers"), "round-answers", may_read_answers(user, consultation.need))
    writing = may_reply(user, consultation)
    if reply is None:
        return [(_("Say what you heard"), "reply-edit", writing), reading]
    if reply.status == ReplyStatus.DRAFT:
        publishing = (_("Publish what you heard"), "reply-publish", may_publish_reply(user, reply))
        return [publishing, (_("Change it"), "reply-edit", writing), reading]
    taking = may_take_back_reply(user, reply)
    return [reading, *([(_("Take back to mend"), "reply-take-back", taking)] if taking else [])]


def actions_on_consultation(
    need: Need, explained: NoConsultation | None, user: User | AnonymousUser
) -> list[Action]:
    """What those who run it may do with the consultation on the need as a whole."""
    steps: list[tuple[str, str, Verdict]] = []
    if explained is None:
        steps.append((_("Ask about this need"), "round-create", may_consult_on(user, need)))
        why = may_record_no_consultation(user, need)
        if why:
            steps.append((_("Say why nobody is consulted"), "need-no-consultation", why))
    else:
        steps.append((_("Take this back"), "need-consult-after-all", may_withdraw_no_consultation(user, need)))
    return [
        Action(label, reverse(page, args=[need.pk]), verdict) for label, page, verdict in steps if verdict.right
    ]
