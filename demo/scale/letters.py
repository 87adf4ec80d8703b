"""What was said on the way: notices in people's inboxes, and the record of events."""

import datetime

from django.db import transaction
from django.urls import reverse

from core import audit
from core.models import ChainHead, Event, Notice, User
from demo.scale.chance import pick, uneven
from demo.scale.fates import DAY, HISTORY_DAYS
from demo.scale.rows import BATCH, MAIL, Kind, batches, key, number_of, rows_of, write
from marketplace.models import Opportunity

Now = datetime.datetime

OURS = f"@{MAIL}"
OWNERS = "owner."
NOTICES = (
    ("marketplace/opportunity_published", "“{title}” is open for bids"),
    ("marketplace/bid_submitted", "A bid was handed in for “{title}”"),
    ("marketplace/result_unsuccessful", "The result for “{title}”"),
)
ACTS = ("opportunity.draft", "opportunity.publish", "opportunity.open_bids", "opportunity.award")


def send_notices(wanted: int, now: Now) -> int:
    """There are `wanted` notices, half of them to the few people of the bodies; gives how many are new.

    Nine in ten are read, all are e-mailed.
    """
    there = Notice.objects.filter(recipient__email__endswith=OURS).count()
    people = User.objects.filter(email__endswith=OURS).order_by("pk")
    owners = list(people.filter(email__startswith=OWNERS).values_list("pk", flat=True))
    staff = list(people.exclude(email__startswith=OWNERS).values_list("pk", flat=True))
    subjects = list(rows_of(Opportunity, Kind.OPPORTUNITY)[:BATCH])
    for batch in batches(range(there, wanted)):
        with transaction.atomic():  # one wait for the disk, not one for each row
            write(Notice, (_notice(number, owners if number % 2 else staff, subjects, now) for number in batch))
    return max(0, wanted - there)


def _notice(number: int, people: list[int], subjects: list[Opportunity], now: Now) -> Notice:
    about = subjects[pick(number, 110, len(subjects))]
    kind, subject = NOTICES[number % len(NOTICES)]
    return Notice(
        recipient_id=people[uneven(number, 111, len(people))],
        kind=kind,
        subject=subject.format(title=about.title)[:200],
        body="You can read it on its page.",
        url=reverse("opportunity-detail", args=[about.pk]),
        created_at=now - pick(number, 113, HISTORY_DAYS) * DAY,
        read_at=now if pick(number, 112, 10) else None,
        emailed_at=now,
    )


def record_events(opportunities: int, wanted: int, now: Now) -> int:
    """There are `wanted` events in the chain about opportunities made here; gives how many are new."""
    there = Event.objects.filter(actor__endswith=f"{OURS}>").count()
    numbers = range(there, wanted)
    for batch in batches(numbers):
        _record(batch, opportunities, wanted, now)
    return len(numbers)


@transaction.atomic
def _record(numbers: list[int], opportunities: int, wanted: int, now: Now) -> None:
    """The chain is longer by these, each holding the hash of the one before, as core.audit.record makes it."""
    head = ChainHead.objects.select_for_update().get(pk=1)
    last = Event.objects.order_by("-sequence").first()
    begun = max(last.at if last else now, now - HISTORY_DAYS * DAY) if head.sequence else now - HISTORY_DAYS * DAY
    pace = (now - begun) / max(1, wanted - numbers[0] + 1)
    abouts = {number: number // len(ACTS) % opportunities for number in numbers}
    found = Opportunity.objects.filter(form_key__in=[key(Kind.OPPORTUNITY, each) for each in set(abouts.values())])
    rows = {number_of(row.form_key): row for row in found.select_related("organisation", "created_by")}
    events: list[Event] = []
    for place, number in enumerate(numbers, start=1):
        event = _event(number, rows[abouts[number]], begun + place * pace)
        event.sequence, event.previous_hash = head.sequence + place, events[-1].hash if events else head.hash
        event.hash = audit.hash_of(event)
        events.append(event)
    write(Event, events)
    ChainHead.objects.filter(pk=1).update(sequence=events[-1].sequence, hash=events[-1].hash)


def _event(number: int, about: Opportunity, at: Now) -> Event:
    by = about.created_by
    return Event(
        at=at,
        action=ACTS[number % len(ACTS)],
        actor_id=by.pk,
        actor=f"{by.name} <{by.email}>",
        organisation_id=about.organisation_id,
        organisation=about.organisation.name,
        object_type=about._meta.label_lower,
        object_id=about.pk,
        object_name=str(about)[:300],
        before={},
        after={"version": number % len(ACTS) + 1},
    )
