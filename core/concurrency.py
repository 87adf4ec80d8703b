"""Two people, one draft: the second to save is told, and loses nothing."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import Stale
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
        current = type(obj)._default_manager.select_related("updated_by").get(pk=obj.pk)
        raise Stale(
            _("%(name)s changed this at %(time)s, after you opened it. Your text is below and not yet saved.")
            % {"name": current.updated_by.name, "time": timezone.localtime(current.updated_at).strftime("%H:%M")}
        )
    for name, value in changes.items():
        setattr(obj, name, value)
