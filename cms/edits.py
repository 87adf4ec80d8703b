"""What editors did, as their library keeps it."""

from django.db.models import QuerySet
from wagtail.models import PageLogEntry


def last_edit() -> QuerySet[PageLogEntry, int]:
    """The number of the last thing an editor did to any page."""
    return PageLogEntry.objects.order_by("-pk").values_list("pk", flat=True)[:1]
