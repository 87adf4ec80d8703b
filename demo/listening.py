"""Practitioners say what is missing, their body answers, and charities are told what is new."""

import datetime
import uuid

from django.utils import timezone

from core.models import Cohort, NeedCategory
from demo.cast import Person
from demo.journey import area, organisation, person
from demo.scripts.said import FOLLOWED, SAID, FollowText, SignalText
from demo.timeline import Story
from marketplace.drafts import SignalWords
from marketplace.models import Need, Signal
from marketplace.services.digests import send_digests
from marketplace.services.follows import follow
from marketplace.services.signal_decisions import answer_signal, link_signals, merge_signals, set_signal_aside
from marketplace.services.signals import give_signal, support_signal

DIGESTS_SINCE_DAYS = 119
DECIDED_DAYS_LATER = 52


def heard(today: datetime.date) -> list[Story]:
    """A story for each signal, each follow, and the digests."""
    signals = [_said(text, today, place) for place, text in enumerate(SAID)]
    follows = [_followed(text, today, place) for place, text in enumerate(FOLLOWED)]
    return [*signals, *follows, _told(today)]


def _moment(today: datetime.date, days_ago: int, minute: int, hour: int = 10) -> datetime.datetime:
    start = datetime.datetime.combine(today - datetime.timedelta(days=days_ago), datetime.time(hour))
    return timezone.make_aware(start) + datetime.timedelta(minutes=minute)


def _said(text: SignalText, today: datetime.date, place: int) -> Story:
    minute = 1 + place * 5
    yield _moment(today, text.days, minute)
    words = SignalWords(
        text=text.text,
        area=area(text.area),
        category=NeedCategory.objects.get(code=text.category),
        cohorts=list(Cohort.objects.filter(code__in=text.cohorts)),
    )
    house = organisation(text.region.name)
    give_signal(by=person(text.by.email), organisation=house, words=words, form_key=uuid.uuid4())
    for turn, other in enumerate(text.others, start=1):
        yield _moment(today, max(1, text.days - 1 - turn // 3), minute + turn * 17)
        support_signal(by=person(other.email), signal=_signal(text.text))
    if text.into or text.reply or text.aside or text.speaks_for:
        yield _moment(today, max(1, text.days - DECIDED_DAYS_LATER), minute, hour=16)
        _decide(text, text.region.people[1])


def _signal(text: str) -> Signal:
    return Signal.objects.get(text=text)


def _need(title: str) -> Need:
    return Need.objects.get(title=title)


def _decide(text: SignalText, manager: Person) -> None:
    by, signal = person(manager.email), _signal(text.text)
    if text.into:
        merge_signals(by=by, stays=_signal(text.into), goes=signal)
    if text.speaks_for:
        link_signals(by=by, need=_need(text.speaks_for), signals=[signal])
    if text.reply:
        answer_signal(by=by, signal=signal, reply=text.reply, became=_need(text.became) if text.became else None)
    if text.aside:
        set_signal_aside(by=by, signal=signal, reason=text.aside)


# --- followers


def _followed(text: FollowText, today: datetime.date, place: int) -> Story:
    yield _moment(today, text.days, place * 3, hour=20)
    follow(
        by=person(text.provider.people[0].email),
        area=area(text.area) if text.area else None,
        category=NeedCategory.objects.get(code=text.category) if text.category else None,
        cohort=Cohort.objects.get(code=text.cohort) if text.cohort else None,
        frequency=text.frequency,
    )


def _told(today: datetime.date) -> Story:
    """Every morning at a quarter past seven."""
    for days in range(DIGESTS_SINCE_DAYS, 0, -1):
        yield _moment(today, days, 15, hour=7)
        send_digests(now=timezone.now())
