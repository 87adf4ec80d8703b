"""Rounds of consultation, who may be heard in them, and what was said."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where, reads_everything
from core.queries.people import own_organisations, roles_by_organisation
from core.roles import Role
from marketplace.anonymity import mark_of
from marketplace.drafts import Capacity
from marketplace.models import (
    AnsweringKey,
    AnswerText,
    ConsultationAnswer,
    ConsultationReply,
    ConsultationRound,
    Need,
    NoConsultation,
    PrincipleMark,
    SpeaksAs,
)
from marketplace.states import ReplyStatus, RoundStatus

# Whatever arrived before closing has been kept or refused by then, so its answers may be opened.
TIME_FOR_THE_LAST = datetime.timedelta(minutes=5)


def rounds_visible_to(user: User | AnonymousUser) -> QuerySet[ConsultationRound]:
    """Rounds that were published for everyone, drafts for those who run them; everything for an auditor."""
    rounds = ConsultationRound.objects.select_related("need__organisation")
    if reads_everything(user):
        return rounds
    own = organisations_where(user, P.CONSULTATION_RUN)
    return rounds.filter(Q(published_at__isnull=False) | Q(need__organisation__in=own))


def rounds_of(need: Need, user: User | AnonymousUser) -> QuerySet[ConsultationRound]:
    """The need's rounds in order, with questions, reply and themes as far as the person may read them."""
    replies = ConsultationReply.objects.all()
    runs = reads_everything(user) or need.organisation_id in organisations_where(user, P.CONSULTATION_RUN)
    rounds = need.rounds.all() if runs else need.rounds.filter(published_at__isnull=False)
    shown = replies if runs else replies.filter(status=ReplyStatus.PUBLISHED)
    return rounds.order_by("number").prefetch_related(
        "questions", Prefetch("reply", shown.prefetch_related("themes"))
    )


def standing_rounds_of(need: Need) -> QuerySet[ConsultationRound]:
    """Rounds that are published and not cancelled, whatever the clock says of them."""
    return need.rounds.filter(status=RoundStatus.PUBLISHED)


def open_rounds(at: datetime.datetime) -> QuerySet[ConsultationRound]:
    """Rounds in which people can answer at `at`."""
    published = ConsultationRound.objects.filter(status=RoundStatus.PUBLISHED)
    return published.filter(opens_at__lte=at, closes_at__gt=at).select_related(
        "need__organisation", "need__area", "need__category"
    )


def needs_without_answer(needs: QuerySet[Need]) -> QuerySet[Need]:
    """Needs that lack the record: what was heard in every round that was held, or why there was none."""
    replied = ConsultationReply.objects.filter(status=ReplyStatus.PUBLISHED)
    held = ConsultationRound.objects.filter(need=OuterRef("pk"), status=RoundStatus.PUBLISHED)
    unanswered = Exists(held.exclude(pk__in=replied.values("round")))
    explained = Exists(NoConsultation.objects.filter(need=OuterRef("pk")))
    return needs.filter(unanswered | ~(explained | Exists(held)))


@dataclass(frozen=True)
class InShort:
    """Where the consultation on a need stands: open until when, what was heard, or why there was none."""

    open_until: datetime.datetime | None
    heard: str
    why_none: str
    principles: int


def with_consultation(needs: QuerySet[Need], at: datetime.datetime) -> QuerySet[Need]:
    """Needs with what `in_short` says of them, read in the same query."""
    own = {"need": OuterRef("pk"), "status": RoundStatus.PUBLISHED}
    opened = ConsultationRound.objects.filter(**own, opens_at__lte=at, closes_at__gt=at).order_by("closes_at")
    replied = ConsultationReply.objects.filter(status=ReplyStatus.PUBLISHED, round__need=OuterRef("pk"))
    marks = PrincipleMark.objects.filter(need=OuterRef("pk")).order_by().values("need")
    return needs.annotate(
        asked_until=Subquery(opened.values("closes_at")[:1]),
        last_heard=Subquery(replied.order_by("-round__number").values("what_we_heard")[:1]),
        why_none=F("no_consultation__reason"),
        principles_said=Subquery(marks.annotate(number=Count("pk")).values("number")),
    )


def in_short(need: Any) -> InShort:
    """Where its consultation stands; for a need read through `with_consultation`."""
    return InShort(need.asked_until, need.last_heard or "", need.why_none or "", need.principles_said or 0)


# --- Answering ---------------------------------------------------------------------------------------


def capacities_of(user: User | AnonymousUser, consultation: ConsultationRound) -> list[Capacity]:
    """As what the person can be heard in the round; anyone signed in may speak for a lived-experience group."""
    if not user.is_authenticated:
        return []
    organisations, roles = own_organisations(user), roles_by_organisation(user)
    found = [Capacity(SpeaksAs.PROVIDER, each) for each in organisations if each.is_provider]
    found += [Capacity(SpeaksAs.PRACTITIONER, each) for each in organisations if _practises(each, roles[each.pk])]
    found.append(Capacity(SpeaksAs.LIVED_EXPERIENCE))
    return [each for each in found if consultation.asks(each.speaks_as)]


def _practises(organisation: Organisation, roles: frozenset[Role]) -> bool:
    return organisation.is_commissioner and Role.PRACTITIONER in roles


def own_answer(user: User, consultation: ConsultationRound) -> ConsultationAnswer | None:
    """What the person answered with their name."""
    answers = consultation.answers.select_related("round__need__organisation", "organisation")
    return answers.prefetch_related("texts").filter(answerer=user).first()


def has_answered(user: User, consultation: ConsultationRound) -> bool:
    """Whether the person answered, with a name or without; nobody can say so once the answers are opened."""
    key = AnsweringKey.objects.filter(round=consultation).first()
    return key is not None and mark_of(key.secret, user.pk) in key.marks


def answer_with_code(digest: str) -> ConsultationAnswer | None:
    """The anonymous answer that this code changes."""
    answers = ConsultationAnswer.objects.select_related("round__need__organisation").prefetch_related("texts")
    return answers.filter(code_sha256=digest).first() if digest else None


# --- Reading -----------------------------------------------------------------------------------------


def answers_to_read(consultation: ConsultationRound) -> QuerySet[ConsultationAnswer]:
    """The answers of a round whose answers were opened, with their words; before that none at all."""
    if consultation.answers_opened_at is None:
        return ConsultationAnswer.objects.none()
    texts = AnswerText.objects.select_related("question").order_by("question__number")
    answers = consultation.answers.select_related("answerer", "organisation")
    return answers.prefetch_related(Prefetch("texts", texts))


def rounds_to_forget(at: datetime.datetime) -> QuerySet[ConsultationRound]:
    """Rounds that closed and still hold the secret that marks who answered."""
    return ConsultationRound.objects.filter(answering_key__isnull=False, closes_at__lte=at - TIME_FOR_THE_LAST)
