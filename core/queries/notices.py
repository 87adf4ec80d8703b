"""A person's inbox, and what has yet to be e-mailed."""

import datetime

from django.db.models import IntegerField, Q, QuerySet, Subquery

from core.models.notices import Notice
from core.models.people import User

COUNT_CAP = 100
CLAIM_LASTS = datetime.timedelta(minutes=10)


def notices_visible_to(user: User) -> QuerySet[Notice]:
    """The person's own notices, newest first."""
    return Notice.objects.filter(recipient=user).order_by("-id")


def unread_count(user: User) -> int:
    """How many wait to be read; counts no further than 100."""
    return _unread(user).count()


class UnreadCount(Subquery):
    """The same as a column of another query about the person."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) unread)"
    output_field = IntegerField()

    def __init__(self, user: User) -> None:
        super().__init__(_unread(user).values("pk"))


def _unread(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=user, read_at__isnull=True)[:COUNT_CAP]


def notices_to_send(now: datetime.datetime) -> QuerySet[Notice]:
    """Not e-mailed, and nobody has been sending it for the last ten minutes; oldest first."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM_LASTS)
    return Notice.objects.filter(free, emailed_at__isnull=True).order_by("id")
