"""A person's inbox."""

from django.db.models import QuerySet

from core.models.notices import Notice
from core.models.people import User

COUNT_CAP = 100


def notices_visible_to(user: User) -> QuerySet[Notice]:
    """The person's own notices, newest first."""
    return Notice.objects.filter(recipient=user).order_by("-id")


def unread_count(user: User) -> int:
    """How many wait to be read; counts no further than 100."""
    return Notice.objects.filter(recipient=user, read_at__isnull=True)[:COUNT_CAP].count()
