"""Charities look for partners on the board, and two of them are introduced."""

import datetime
import uuid
from dataclasses import dataclass

from django.utils import timezone

from demo import cast
from demo.cast import Provider
from demo.journey import organisation, person
from demo.timeline import Story
from providers.models import PartnerInterest, PartnerNotice, Registration
from providers.partner_terms import NoticeTerms
from providers.services.interests import accept_interest, send_interest
from providers.services.partners import post_notice, take_down_notice

SHOWN_DAYS = 300


@dataclass(frozen=True)
class NoticeText:
    """Who posts a notice, how many days ago, and what it says; everything else is as in the registration."""

    provider: Provider
    days: int
    offers: str
    seeks: str
    pounds_a_year: int
    taken_down: bool = False


NOTICES = (
    NoticeText(
        cast.DOORSTEP,
        41,
        "Rooms with private landlords in Salford and Bolton, and somebody who visits every week.",
        "A larger partner who can lead, keep the books and pay us each month rather than at the end.",
        25_000,
    ),
    NoticeText(
        cast.SECOND_SPRING,
        38,
        "A women’s centre with childcare, a kitchen and counselling, open on Saturdays.",
        "Somebody with rooms for women on the day of release, anywhere in Greater Manchester.",
        70_000,
    ),
    NoticeText(
        cast.NORTHGATE,
        33,
        "Forty trained mentors, most of whom have been through prison. We have led two contracts.",
        "Small charities with deep roots in one town. We carry the insurance and the reporting.",
        180_000,
    ),
    NoticeText(
        cast.TAMAR,
        30,
        "Supported houses in Plymouth and east Cornwall, and workers on call at night.",
        "Family work and help with drink and drugs for the people who live with us.",
        400_000,
    ),
    NoticeText(
        cast.AIRE,
        27,
        "Recovery groups in the evenings and at weekends, run by people in recovery.",
        "A partner for work and training in Bradford, and one for housing.",
        150_000,
    ),
    NoticeText(
        cast.CALDER,
        22,
        "Real jobs in a kitchen that feeds two hundred people a day.",
        "Somebody who can lead: we have three staff and nobody who writes bids.",
        20_000,
    ),
    NoticeText(
        cast.STEEL_CITY,
        18,
        "Mentors and a football league for young men in Sheffield.",
        "Counselling for those who need more than a mentor.",
        60_000,
    ),
    NoticeText(
        cast.HARBOUR,
        60,
        "Family visits and a family worker at the gate.",
        "Partners in Devon for a bid this winter.",
        40_000,
        taken_down=True,
    ),
)


def introduced(today: datetime.date) -> list[Story]:
    """A story for each notice; Second Spring and Doorstep are introduced, Northgate waits for an answer."""
    posted = [_posted(text, today, place) for place, text in enumerate(NOTICES)]
    return [*posted, _introduced(today), _waits(today)]


def _moment(today: datetime.date, days_ago: int, minute: int) -> datetime.datetime:
    start = datetime.datetime.combine(today - datetime.timedelta(days=days_ago), datetime.time(19))
    return timezone.make_aware(start) + datetime.timedelta(minutes=minute)


def _posted(text: NoticeText, today: datetime.date, place: int) -> Story:
    yield _moment(today, text.days, place)
    by, house = person(text.provider.people[0].email), organisation(text.provider.name)
    registration = Registration.objects.get(organisation=house)
    terms = NoticeTerms(
        offers=text.offers,
        seeks=text.seeks,
        areas=tuple(registration.areas.all()),
        categories=tuple(registration.categories.all()),
        cohorts=tuple(registration.cohorts.all()),
        most_pence_a_year=text.pounds_a_year * 100,
        last_day=timezone.localdate() + datetime.timedelta(days=SHOWN_DAYS),
    )
    notice = post_notice(by=by, organisation=house, terms=terms, form_key=uuid.uuid4())
    if text.taken_down:
        yield _moment(today, text.days - 40, place)
        take_down_notice(by=by, notice=notice)


def _introduced(today: datetime.date) -> Story:
    yield _moment(today, 12, 5)
    _write(
        cast.SECOND_SPRING,
        "We would like to bid with you: we bring the centre, childcare and a worker at the gate; you bring rooms.",
    )
    yield _moment(today, 10, 40)
    interest = PartnerInterest.objects.get(organisation=organisation(cast.SECOND_SPRING.name))
    owner = person(cast.DOORSTEP.people[0].email)
    accept_interest(by=owner, interest=interest, contact=owner)


def _waits(today: datetime.date) -> Story:
    yield _moment(today, 2, 15)
    _write(cast.NORTHGATE, "We look for somebody with rooms in Salford. We would lead and carry the insurance.")


def _write(sender: Provider, message: str) -> None:
    by, house = person(sender.people[0].email), organisation(sender.name)
    send_interest(
        by=by,
        organisation=house,
        notice=PartnerNotice.objects.get(organisation=organisation(cast.DOORSTEP.name)),
        message=message,
        contact=by,
        form_key=uuid.uuid4(),
    )
