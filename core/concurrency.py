"""Two people, one draft: the second to save is told, and loses nothing."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.access import Sentence, Stale
from core.models.base import Drafted
from core.models.people import User


def save_version(obj: Drafted, *, expected: int, by: User, **fields: Any) -> None:
    """`fields` are written and the version counts on, if the row is still at version `expected`.

    Otherwise nothing is written and Stale names who changed it and when. `expected` is the version the
    form was filled from, so that neither a second tab nor a second person overwrites the other unseen.
    """
    now = timezone.now()
    changes = {**fields, "version": expected + 1, "updated_by": by, "updated_at": now}
    if type(obj)._default_manager.filter(pk=obj.pk, version=expected).update(**changes) != 1:
        current = type(obj)._default_manager.select_related("updated_by").filter(pk=obj.pk).first()
        raise Stale(_what_happened(current, by))
    for name, value in changes.items():
        setattr(obj, name, value)


def _what_happened(current: Drafted | None, by: User) -> Sentence:
    if current is None:
        return _("Somebody removed this after you opened it, so it cannot be saved.")
    changed = {"name": current.updated_by.name, "time": _moment(current.updated_at)}
    if current.updated_by == by:
        return _("You saved this in another tab, %(time)s. The text below is not yet saved.") % changed
    return (
        _("%(name)s changed this, %(time)s, after you opened it. Your text is below and not yet saved.") % changed
    )


def _moment(at: datetime.datetime) -> str:
    """Today at 14:05, or the day and the time."""
    local = timezone.localtime(at)
    time = local.strftime("%H:%M")
    if local.date() == timezone.localdate():
        return _("today at %(time)s") % {"time": time}
    return _("on %(day)s at %(time)s") % {"day": date_format(local, "j F Y"), "time": time}
