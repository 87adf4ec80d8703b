"""The chain of events: adding to it and proving it whole."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.models.audit import ChainHead, Event

if TYPE_CHECKING:
    from core.models.people import Organisation, User

GENESIS = "0" * 64
ACTOR_LENGTH = 260


def record(
    action: str,
    *,
    by: "User | None",
    obj: models.Model,
    organisation: "Organisation | None" = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Event:
    """The act is on record, in the transaction that made it.

    Call it last in a service: it locks the end of the chain until the transaction ends, and a lock
    taken after that one could wait in a circle. `by` is none where the clock acted. `before` and
    `after` hold the changed values only, never the words of a bid.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An event is recorded inside the transaction of the act it tells of.")
    head = _locked_head()
    event = Event(
        sequence=head.sequence + 1,
        at=timezone.now(),
        action=action,
        actor_id=by.pk if by else None,
        actor=f"{by.name} <{by.email}>"[:ACTOR_LENGTH] if by else "clock",
        organisation_id=organisation.pk if organisation else None,
        organisation=organisation.name if organisation else "",
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        object_name=str(obj)[:300],
        before=_plain(before),
        after=_plain(after),
        reason=reason,
        previous_hash=head.hash,
    )
    event.hash = hash_of(event)
    event.save(force_insert=True)
    ChainHead.objects.filter(pk=head.pk).update(sequence=event.sequence, hash=event.hash)
    return event


def hash_of(event: Event) -> str:
    """SHA-256 (64 hex digits) over everything the event says and the hash before it."""
    content = [
        event.sequence,
        event.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        event.action,
        event.actor_id,
        event.actor,
        event.organisation_id,
        event.organisation,
        event.object_type,
        event.object_id,
        event.object_name,
        event.before,
        event.after,
        event.reason,
        event.previous_hash,
    ]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def end() -> ChainHead:
    """Where the chain ends now. Kept elsewhere, its number and hash tell later that nothing was cut off."""
    return ChainHead.objects.filter(pk=1).first() or ChainHead()


def first_break() -> str:
    """What is wrong with the chain, naming the first event that does not fit; empty if it is whole.

    Events added while it reads are left for the next time.
    """
    # Read before the events, so that one added meanwhile does not look like one that is missing.
    head = end()
    previous, expected = GENESIS, 1
    for event in Event.objects.filter(sequence__lte=head.sequence).order_by("sequence").iterator(chunk_size=2000):
        if event.sequence != expected:
            return f"event {expected} is missing"
        if event.previous_hash != previous:
            return f"event {event.sequence} does not follow the one before it"
        if hash_of(event) != event.hash:
            return f"event {event.sequence} was changed"
        previous, expected = event.hash, expected + 1
    if expected <= head.sequence:
        return f"event {expected} is missing: the chain ends at {head.sequence}"
    if previous != head.hash:
        return f"event {head.sequence} is not the one the chain ends with"
    return _beyond_the_end()


def _beyond_the_end() -> str:
    # One statement, one view of the data: a chain that grows at this moment is not mistaken for a broken one.
    ends_at = ChainHead.objects.filter(pk=1).values("sequence")[:1]
    beyond = Event.objects.filter(sequence__gt=Coalesce(Subquery(ends_at), 0)).order_by("sequence").first()
    return f"event {beyond.sequence} stands after the end of the chain" if beyond else ""


def _locked_head() -> ChainHead:
    return ChainHead.objects.select_for_update().get(pk=1)


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Values as JSON holds them, so that the hash is the same when read back.

    Fractions become text: databases do not agree on how to write 1e22 or -0.0.
    """
    text = json.dumps(dict(values or {}), cls=DjangoJSONEncoder, allow_nan=False)
    plain: dict[str, Any] = json.loads(text, parse_float=str)
    return plain
