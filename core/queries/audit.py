"""Reading the record of events."""

import datetime
from collections.abc import Iterable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from core.models.audit import Event
from core.models.people import Organisation

ORGANISATIONS_AT_MOST = 50
HISTORY_AT_MOST = 50


def events_of(obj: models.Model, limit: int = HISTORY_AT_MOST) -> QuerySet[Event]:
    """What happened to one thing, latest first, for templates/core/event_timeline.html; `limit` at most."""
    events = Event.objects.filter(object_type=obj._meta.label_lower, object_id=obj.pk)
    return events.order_by("-sequence")[:limit]


def events_among(
    things: Sequence[models.Model], actions: Iterable[str], limit: int = HISTORY_AT_MOST
) -> QuerySet[Event]:
    """What was done to things of one kind by any of `actions`, latest first; `limit` at most."""
    if not things:
        return Event.objects.none()
    kind, keys = things[0]._meta.label_lower, [thing.pk for thing in things]
    events = Event.objects.filter(object_type=kind, object_id__in=keys, action__in=list(actions))
    return events.order_by("-sequence")[:limit]


def events_told(
    told: Iterable[tuple[type[models.Model], Sequence[int | None], Iterable[str]]], limit: int
) -> QuerySet[Event]:
    """What happened to several things at once, latest first; `limit` at most, in one query.

    `told` names a kind of thing, numbers of such things, and the acts that count. Numbers, not a query for them:
    PostgreSQL would read every event about such things.
    """
    about = models.Q()
    for kind, numbers, actions in told:
        about |= models.Q(object_type=kind._meta.label_lower, object_id__in=numbers, action__in=list(actions))
    return Event.objects.filter(about).order_by("-sequence")[:limit]


def events_matching(
    *,
    action: str = "",
    organisation: str = "",
    object_type: str = "",
    object_id: int | None = None,
    actor_id: int | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> QuerySet[Event]:
    """Events that fit all that is given; `action` may be its beginning, `organisation` words of its name now.

    The days are days in London, both included.
    """
    events = Event.objects.all()
    if action:
        events = events.filter(action__startswith=action)
    if organisation:
        events = events.filter(organisation_id__in=_organisations_called(organisation))
    exact = {"object_type": object_type, "object_id": object_id, "actor_id": actor_id}
    events = events.filter(**{name: value for name, value in exact.items() if value not in ("", None)})
    if since:
        events = events.filter(at__gte=_start_of(since))
    if until:
        events = events.filter(at__lt=_start_of(until + datetime.timedelta(days=1)))
    return events.order_by("-sequence")


def _organisations_called(words: str) -> list[int]:
    found = Organisation.objects.filter(name__icontains=words).order_by("name").values_list("pk", flat=True)
    return list(found[:ORGANISATIONS_AT_MOST])


def _start_of(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def kinds_of_things() -> list[tuple[str, str]]:
    """Label and name of everything of our own that an event may be about, by name."""
    own = [config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR]
    kinds = [(model._meta.label_lower, _name(model)) for config in own for model in config.get_models()]
    return sorted(kinds, key=itemgetter(1))


def _name(model: type[models.Model]) -> str:
    name = str(model._meta.verbose_name)
    return name[:1].upper() + name[1:]


def differences(event: Event) -> list[tuple[str, Any, Any]]:
    """Each value the event tells of, by name, with what it was before and what it was after."""
    names = sorted({*event.before, *event.after})
    return [(name, event.before.get(name), event.after.get(name)) for name in names]
