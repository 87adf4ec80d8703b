"""Rounds of consultation at any stage, and answers in them."""

import datetime
import uuid
from typing import Any

import factory
from django.utils import timezone

from core.models import User
from core.roles import Role
from marketplace.anonymity import new_secret
from marketplace.drafts import Capacity, ReplyWords
from marketplace.models import (
    AnsweringKey,
    ConsultationAnswer,
    ConsultationReply,
    ConsultationRound,
    Need,
    RoundQuestion,
)
from marketplace.services.consultation_answers import answer_round, open_answers
from marketplace.services.consultation_replies import publish_reply, save_reply
from tests.factories.core import UserFactory, member
from tests.factories.marketplace import DraftedFactory, NeedFactory

HEARD = ReplyWords("Nobody is awake at five.", "It will be open at night.")


class RoundFactory(DraftedFactory):
    """A draft round of two questions on a published need, closing in two weeks.

    `is_open=True`: published and open since yesterday. `is_closed=True`: it closed an hour ago.
    """

    class Meta:
        model = ConsultationRound

    class Params:
        is_open = factory.Trait(
            status="published",
            published_at=factory.LazyFunction(timezone.now),
            published_by=factory.SelfAttribute("created_by"),
            opens_at=factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(days=7)),
        )
        is_closed = factory.Trait(
            is_open=True, closes_at=factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=1))
        )

    need = factory.SubFactory(NeedFactory, published=True)
    number = factory.LazyAttribute(lambda made: made.need.rounds.count() + 1)
    intro = "We think of opening at night."
    closes_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=14))

    @factory.post_generation
    def parts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Two questions; where people answer, a secret."""
        if not create:
            return
        for number, text in enumerate(("What is missing?", "What would help?"), start=1):
            RoundQuestion.objects.create(round=self, number=number, text=text)
        if self.status == "published":
            AnsweringKey.objects.create(round=self, secret=new_secret())


def answered(
    consultation: ConsultationRound,
    by: User | None = None,
    *,
    anonymous: bool = False,
    key: uuid.UUID | None = None,
    **words: str,
) -> ConsultationAnswer:
    """Somebody has answered the first question while it was open, for a lived-experience group."""
    return answer_round(
        by=by or UserFactory(),
        consultation=consultation,
        capacity=Capacity("lived_experience", group_name="Women of Salford"),
        texts={1: words.get("text", "A place that is open at night.")},
        anonymous=anonymous,
        form_key=key or uuid.uuid4(),
        arrived_at=consultation.closes_at - datetime.timedelta(minutes=1),
    )


def opened(consultation: ConsultationRound) -> ConsultationRound:
    """A director has opened the answers of a round that closed an hour ago."""
    director = member(Role.DIRECTOR, consultation.need.organisation)
    return open_answers(by=director, consultation=consultation, arrived_at=timezone.now())


def replied(consultation: ConsultationRound, *, published: bool = True) -> ConsultationReply:
    """What was heard in a round whose answers are open."""
    director = consultation.answers_opened_by
    reply = save_reply(by=director, consultation=consultation, words=HEARD, version=0)
    return publish_reply(by=director, reply=reply, version=1) if published else reply


def heard_on(need: Need) -> ConsultationReply:
    """A whole consultation on the need, from questions to the published reply."""
    return replied(opened(RoundFactory(need=need, is_closed=True)))
