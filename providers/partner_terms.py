"""What a notice for partners says, as it travels from the form to the service and back."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from core.forms.dates import LONDON
from core.models import Area, Cohort, NeedCategory
from providers.models import PartnerNotice


@dataclass(frozen=True)
class NoticeTerms:
    """What a notice says. Money in pence a year; it is shown to the end of `last_day`."""

    offers: str
    seeks: str
    areas: tuple[Area, ...]
    categories: tuple[NeedCategory, ...]
    cohorts: tuple[Cohort, ...]
    most_pence_a_year: int
    last_day: datetime.date


def terms_of(notice: PartnerNotice) -> NoticeTerms:
    """What the notice says now."""
    return NoticeTerms(
        offers=notice.offers,
        seeks=notice.seeks,
        areas=tuple(notice.areas.all()),
        categories=tuple(notice.categories.all()),
        cohorts=tuple(notice.cohorts.all()),
        most_pence_a_year=notice.most_pence_a_year,
        last_day=last_day_of(notice),
    )


def last_day_of(notice: PartnerNotice) -> datetime.date:
    """The last day on which it is shown."""
    return timezone.localdate(notice.ends_at - datetime.timedelta(minutes=1), LONDON)


def end_of(last_day: datetime.date) -> datetime.datetime:
    """The first moment at which a notice with that last day is no longer shown: midnight in London."""
    following = last_day + datetime.timedelta(days=1)
    return datetime.datetime.combine(following, datetime.time(), tzinfo=LONDON)
