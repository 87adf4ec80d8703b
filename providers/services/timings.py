"""Measuring what it costs organisations to do what they are asked: on the server, from the requests they send."""

import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from core.models import Organisation, User
from providers.models import Timing

# Whoever sends nothing for longer than this has done something else meanwhile.
LONGEST_PAUSE = datetime.timedelta(minutes=10)
GIVEN_UP_AFTER = datetime.timedelta(days=90)


@transaction.atomic
def note_opened(*, by: User, organisation: Organisation, step: str, code: str, at: datetime.datetime) -> None:
    """That the person was at this page at that moment counts: the time since their last request, if it was short.

    The first request begins the measure. Nothing happens once the organisation has done it.
    """
    rows = _rows(organisation, step, code)
    if any(row.done_at for row in rows):
        return
    own = next((row for row in rows if row.person_id == by.pk), None)
    if own is None:
        _begin(by, organisation, step, code, at)
    elif at > own.seen_at:
        # Two tabs at once: the one that comes second finds another moment, and its gap is not counted twice.
        seen = Timing.objects.filter(pk=own.pk, seen_at=own.seen_at)
        seen.update(seen_at=at, active_seconds=F("active_seconds") + _counted(at - own.seen_at))


def _begin(by: User, organisation: Organisation, step: str, code: str, at: datetime.datetime) -> None:
    try:
        with transaction.atomic():
            Timing.objects.create(
                organisation=organisation, step=step, code=code, person=by, opened_at=at, seen_at=at
            )
    except IntegrityError:
        return  # the same person in another tab, in this very moment


def _counted(gap: datetime.timedelta) -> int:
    return round(gap.total_seconds()) if gap <= LONGEST_PAUSE else 0


def forget_unfinished(*, now: datetime.datetime) -> int:
    """What was begun and not gone on with for 90 days is forgotten, and with it who began it; how many rows."""
    gone, _by_model = Timing.objects.filter(done_at__isnull=True, seen_at__lt=now - GIVEN_UP_AFTER).delete()
    return gone


@transaction.atomic
def note_done(*, organisation: Organisation, step: str, code: str, at: datetime.datetime) -> None:
    """The organisation has done it: one row is left, with the time of everybody together and nobody’s name.

    Nothing happens where nothing was begun, or it was done before.
    """
    # No lock: two who finish at once keep the same row, the first, with the same sum.
    rows = _rows(organisation, step, code)
    if not rows or any(row.done_at for row in rows):
        return
    kept, *others = rows
    Timing.objects.filter(pk__in=[row.pk for row in others]).delete()
    Timing.objects.filter(pk=kept.pk).update(
        person=None,
        opened_at=min(row.opened_at for row in rows),
        seen_at=max(at, *(row.seen_at for row in rows)),
        active_seconds=sum(row.active_seconds for row in rows),
        done_at=at,
    )


def _rows(organisation: Organisation, step: str, code: str) -> list[Timing]:
    return list(Timing.objects.filter(organisation=organisation, step=step, code=code).order_by("pk"))
