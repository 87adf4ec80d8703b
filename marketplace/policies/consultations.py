"""What may be done with a consultation, by whom and when."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied, refused
from core.models import User
from core.permissions import Permission as P
from core.policies import has_right, holds
from core.templatetags.accord import when
from marketplace.models import (
    ConsultationAnswer,
    ConsultationReply,
    ConsultationRound,
    Need,
    NoConsultation,
    Opportunity,
)
from marketplace.queries.consultations import (
    TIME_FOR_THE_LAST,
    capacities_of,
    needs_without_answer,
    standing_rounds_of,
)
from marketplace.queries.needs import COMMISSIONABLE, live_opportunities_of
from marketplace.states import REPLY, ROUND, NeedStatus, ReplyStatus, RoundPhase, RoundStatus

Person = User | AnonymousUser

SHORTEST_ROUND = datetime.timedelta(days=1)


def may_consult_on(user: Person, need: Need) -> Verdict:
    """Whether a round of questions on the need may be begun: the need is public and open."""
    right = has_right(user, P.CONSULTATION_RUN, need.organisation_id)
    return right.and_then(_stands(need))


def _stands(need: Need) -> Verdict:
    if need.status == NeedStatus.DRAFT:
        return refused(_("People are asked about a published need. Publish this need first."))
    if need.status not in COMMISSIONABLE:
        return refused(_("This need is no longer open. Open it again to ask about it."))
    return ALLOWED


def may_edit_round(user: Person, consultation: ConsultationRound) -> Verdict:
    """Whether questions, dates and audience may be changed: only before publication."""
    right = has_right(user, P.CONSULTATION_RUN, consultation.need.organisation_id)
    if right and consultation.status != RoundStatus.DRAFT:
        return refused(_("People may already be answering these questions. Cancel the round and ask afresh."))
    return right


def may_publish_round(user: Person, consultation: ConsultationRound, *, at: datetime.datetime) -> Verdict:
    """Whether the questions may be put to people at `at`: there are some, there is time, no other round runs."""
    verdict = has_right(user, P.CONSULTATION_RUN, consultation.need.organisation_id)
    verdict = verdict.and_then(ROUND.verdict(consultation, "publish")).and_then(_stands(consultation.need))
    if not verdict:
        return verdict
    if not consultation.questions.all():
        return refused(_("Ask at least one question."))
    opens_at = max(consultation.opens_at or at, at)
    if consultation.closes_at < opens_at + SHORTEST_ROUND:
        return refused(_("People need at least a day to answer. Choose a later closing time."))
    return _alone(consultation, opens_at)


def _alone(consultation: ConsultationRound, opens_at: datetime.datetime) -> Verdict:
    if NoConsultation.objects.filter(need=consultation.need_id).exists():
        return refused(_("It is recorded why nobody is consulted on this need. Take that back first."))
    others = standing_rounds_of(consultation.need).exclude(pk=consultation.pk)
    if others.filter(closes_at__gt=opens_at, opens_at__lt=consultation.closes_at).exists():
        return refused(_("Another round on this need is open in that time. Choose times after it."))
    return ALLOWED


def may_cancel_round(user: Person, consultation: ConsultationRound) -> Verdict:
    """Whether the round may be given up: until its answers are opened."""
    right = has_right(user, P.CONSULTATION_RUN, consultation.need.organisation_id)
    verdict = right.and_then(ROUND.verdict(consultation, "cancel"))
    if verdict and consultation.answers_opened_at is not None:
        return refused(_("Its answers have been read, so this round stands. Say what you heard."))
    return verdict


# --- Answering ---------------------------------------------------------------------------------------


def is_open_round(consultation: ConsultationRound, at: datetime.datetime) -> Verdict:
    """Whether the clock lets anybody answer at `at`."""
    phase = consultation.phase_at(at)
    if phase == RoundPhase.OPEN:
        return ALLOWED
    sentences = {
        RoundPhase.DRAFT: _("These questions are not published yet."),
        RoundPhase.SCHEDULED: _("This consultation opens %(time)s.") % {"time": when(consultation.opens_at)},
        RoundPhase.CLOSED: _("This consultation closed %(time)s.") % {"time": when(consultation.closes_at)},
        RoundPhase.CANCELLED: _("This consultation was cancelled: %(why)s")
        % {"why": consultation.cancelling_reason},
    }
    return refused(sentences[phase])


def may_answer(user: Person, consultation: ConsultationRound, *, at: datetime.datetime) -> Verdict:
    """Whether the person may answer at `at`: it is open, asks people like them, and they do not run it."""
    if not user.is_authenticated:
        return denied(_("Sign in to answer. You can still answer without your name."))
    if holds(user, P.CONSULTATION_RUN, consultation.need.organisation_id):
        return refused(_("You run this consultation, so you cannot answer it yourself."))
    if not capacities_of(user, consultation):
        return refused(_("This consultation asks others than you. Its page says whom."))
    return is_open_round(consultation, at)


def may_change_answer(answer: ConsultationAnswer, *, at: datetime.datetime) -> Verdict:
    """Whether an answer may be changed or withdrawn at `at`, by its writer: until the round closes."""
    return is_open_round(answer.round, at)


# --- Reading and replying ----------------------------------------------------------------------------


def may_open_answers(user: Person, consultation: ConsultationRound, *, at: datetime.datetime) -> Verdict:
    """Whether the answers may be opened at `at`: a few minutes after closing, once."""
    right = has_right(user, P.CONSULTATION_RUN, consultation.need.organisation_id)
    if not right:
        return right
    if consultation.status != RoundStatus.PUBLISHED:
        return refused(_("This round was not held."))
    if consultation.answers_opened_at is not None:
        return refused(_("The answers are open already."))
    opens = consultation.closes_at + TIME_FOR_THE_LAST
    if at < opens:
        return refused(_("Nobody reads the answers before %(time)s.") % {"time": when(opens)})
    return ALLOWED


def may_read_answers(user: Person, need: Need) -> Verdict:
    """Whether the person is one of those who read answers once they are open."""
    return has_right(user, P.CONSULTATION_RUN, need.organisation_id)


def may_reply(user: Person, consultation: ConsultationRound) -> Verdict:
    """Whether what was heard may be written: the answers are open and no reply is published."""
    right = has_right(user, P.CONSULTATION_RUN, consultation.need.organisation_id)
    if right and consultation.answers_opened_at is None:
        return refused(_("Open and read the answers first."))
    reply = getattr(consultation, "reply", None)
    if right and reply is not None and reply.status == ReplyStatus.PUBLISHED:
        return refused(_("This is published. A director can take it back to mend it."))
    return right


def may_publish_reply(user: Person, reply: ConsultationReply) -> Verdict:
    """Whether the reply may become public."""
    right = has_right(user, P.CONSULTATION_RUN, reply.round.need.organisation_id)
    return right.and_then(REPLY.verdict(reply, "publish"))


def may_take_back_reply(user: Person, reply: ConsultationReply) -> Verdict:
    """Whether a published reply may become a draft again: not while an opportunity rests on it."""
    right = has_right(user, P.NEED_PUBLISH, reply.round.need.organisation_id)
    return right.and_then(REPLY.verdict(reply, "take_back")).and_then(_nothing_rests_on_it(reply.round.need))


def may_record_no_consultation(user: Person, need: Need) -> Verdict:
    """Whether the reason for asking nobody may be recorded: no round was held, and none is recorded yet."""
    verdict = has_right(user, P.NEED_PUBLISH, need.organisation_id).and_then(_stands(need))
    if not verdict:
        return verdict
    if standing_rounds_of(need).exists():
        return refused(_("There is a consultation on this need. Say what you heard in it."))
    if NoConsultation.objects.filter(need=need).exists():
        return refused(_("The reason is recorded already."))
    return ALLOWED


def may_withdraw_no_consultation(user: Person, need: Need) -> Verdict:
    """Whether the recorded reason may be taken back: not while an opportunity rests on it."""
    right = has_right(user, P.NEED_PUBLISH, need.organisation_id)
    return right.and_then(_nothing_rests_on_it(need))


def _nothing_rests_on_it(need: Need) -> Verdict:
    if live_opportunities_of(need).exists():
        return refused(_("An opportunity for this need is under way and rests on this."))
    return ALLOWED


def is_answered_for(opportunity: Opportunity) -> Verdict:
    """Whether each need behind the opportunity says what was heard from people, or why nobody was asked."""
    silent = list(needs_without_answer(opportunity.needs.all()).order_by("pk")[:3])
    if not silent:
        return ALLOWED
    titles = ", ".join(f"“{need.title}”" for need in silent)
    return refused(
        _(
            "First say on the page of %(needs)s, under Consultation, what you heard and what you changed, "
            "or why nobody was consulted."
        )
        % {"needs": titles}
    )
