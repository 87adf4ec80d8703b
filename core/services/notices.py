"""Reading what is in the inbox."""

from django.db import transaction
from django.utils import timezone

from core.access import require
from core.models.notices import Notice
from core.models.people import User
from core.policies import may_read_notice


@transaction.atomic
def mark_read(*, by: User, notice: Notice) -> None:
    """The notice counts as read from now on; a second time changes nothing. PermissionDenied for another's."""
    require(may_read_notice(by, notice))
    now = timezone.now()
    if Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=now):
        notice.read_at = now


@transaction.atomic
def mark_all_read(*, by: User, up_to: int) -> int:
    """Every notice of the person up to number `up_to` counts as read; how many did not before.

    Those that arrived after the page was shown stay unread.
    """
    waiting = Notice.objects.filter(recipient=by, read_at__isnull=True, pk__lte=up_to)
    return waiting.update(read_at=timezone.now())
