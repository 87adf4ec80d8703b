"""The acts of a need beyond its first page: its parts, the consultation on it, and its upkeep."""

import datetime
import uuid
from collections.abc import Callable

from django.utils import timezone

from core.models import Area, Body, DesiredOutcome, NeedCategory, User
from demo.scripts.depths import NOT_ASKED, Care, Consultation, Depth, Said
from demo.timeline import Story
from marketplace.drafts import (
    Capacity,
    Figure,
    PrincipleWords,
    ReplyWords,
    RoundWords,
    Scale,
    Scope,
    ThemeWords,
    WhatGoodIs,
)
from marketplace.models import ConsultationRound, Need
from marketplace.queries.consultations import capacities_of
from marketplace.services.consultation_answers import answer_round, open_answers
from marketplace.services.consultation_replies import publish_reply, save_reply
from marketplace.services.consultations import draft_round, publish_round, record_no_consultation
from marketplace.services.need_care import add_co_commissioner, add_figure, mark_principle
from marketplace.services.need_parts import save_scale, save_scope, save_what_good_is

Moment = Callable[[int], datetime.datetime]
NOON = datetime.time(12)


def write_parts(need: Need, depth: Depth, *, by: User) -> None:
    """The draft has the parts that are told of it."""
    areas = [Area.objects.get(kind=kind, slug=slug) for kind, slug in depth.areas]
    kinds = list(NeedCategory.objects.filter(code__in=depth.categories))
    need = save_scope(by=by, need=need, scope=Scope(areas, kinds), version=need.version)
    scale = Scale(depth.people_of, depth.urgency, depth.why_then)
    need = save_scale(by=by, need=need, scale=scale, version=need.version)
    outcomes = DesiredOutcome.objects.filter(code__in=depth.outcomes, category__in=need.categories.all())
    save_what_good_is(by=by, need=need, good=WhatGoodIs(list(outcomes), depth.good), version=need.version)


def nobody_asked(need: Need, *, by: User) -> None:
    """It is recorded why nobody was asked."""
    record_no_consultation(by=by, need=need, reason=NOT_ASKED)


def consultation_story(
    need: Callable[[], Need], text: Consultation, *, by: Callable[[], User], moment: Moment
) -> Story:
    """People are asked, answer, and read what became of it, as far as it is told."""
    yield moment(text.opens_days)
    closes_at = timezone.make_aware(
        datetime.datetime.combine(timezone.localdate() + _days(text.closes_days - text.opens_days), NOON)
    )
    words = RoundWords(questions=text.questions, closes_at=closes_at, intro=text.intro)
    asked = draft_round(by=by(), need=need(), words=words, form_key=uuid.uuid4())
    asked = publish_round(by=by(), consultation=asked, version=asked.version)
    for place, said in enumerate(text.answers):
        yield moment(text.opens_days + 3 + place * 4)
        _answer(asked, said)
    if not text.heard:
        return
    yield moment(text.closes_days + 1)
    asked = open_answers(by=by(), consultation=asked, arrived_at=timezone.now())
    yield moment(text.closes_days + 3)
    themes = [ThemeWords(theme, response) for theme, response in text.themes]
    reply = save_reply(by=by(), consultation=asked, words=ReplyWords(text.heard, text.changed, themes), version=0)
    publish_reply(by=by(), reply=reply, version=reply.version)


def _days(number: int) -> datetime.timedelta:
    return datetime.timedelta(days=number)


def _answer(asked: ConsultationRound, said: Said) -> None:
    person = User.objects.get(email=said.by.email)
    capacity = next(each for each in capacities_of(person, asked) if each.speaks_as == said.speaks_as)
    answer_round(
        by=person,
        consultation=asked,
        capacity=Capacity(capacity.speaks_as, capacity.organisation, said.group),
        texts=dict(enumerate(said.texts, start=1)),
        anonymous=said.anonymous,
        form_key=uuid.uuid4(),
        arrived_at=timezone.now(),
    )


def keep_up(need: Need, care: Care, *, by: User) -> None:
    """Principles are answered, co-commissioners named and figures added."""
    for number, standing, text, link in care.principles:
        words = PrincipleWords(standing, text, link)
        mark_principle(by=by, need=need, principle=number, words=words, version=0)
    for slug, note in care.partners:
        add_co_commissioner(by=by, need=need, who=Body.objects.get(slug=slug), note=note)
    for figure, source, period in care.figures:
        add_figure(by=by, need=need, figure=Figure(figure, source, period))
