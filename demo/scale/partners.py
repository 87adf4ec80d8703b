"""Who looks for partners, and one message to each of them."""

import datetime
from collections import defaultdict
from typing import Any

from django.db import transaction

from demo.scale.chance import choose, pick, uneven
from demo.scale.houses import Ground, Member
from demo.scale.rows import Kind, batches, key, missing, number_of, rows_of, write
from demo.scale.words import HOW, WHAT, place
from providers.models import PartnerInterest, PartnerNotice, Registration
from providers.queries.interests import pair_of
from providers.states import PartnerInterestStatus as Status

OFFERS = (
    "Two mentors who have been there themselves",
    "A kitchen and four rooms",
    "Groups in the evenings",
    "A van",
)
LONGEST_DAYS = 360
ANSWERED = (Status.SENT, Status.ACCEPTED, Status.DECLINED, Status.WITHDRAWN)


def look_for_partners(ground: Ground, wanted: int, now: datetime.datetime) -> int:
    """The first `wanted` providers are on the board, each with a message from the next; gives how many are new."""
    wanted = min(wanted, len(ground.providers))
    numbers = missing(PartnerNotice, Kind.PARTNER_NOTICE, wanted)
    for batch in batches(numbers):
        with transaction.atomic():
            _post(ground, batch, now)
            _write_to(ground, batch, now)
    return len(numbers)


def _post(ground: Ground, numbers: list[int], now: datetime.datetime) -> None:
    rows = write(PartnerNotice, (_notice(ground.providers[number], number, now) for number in numbers))
    told = rows_of(Registration, Kind.PROVIDER, numbers[0], numbers[-1])
    registrations = {row.pk: rows[number_of(row.form_key) - numbers[0]].pk for row in told}
    for name, column in (("areas", "area_id"), ("categories", "needcategory_id"), ("cohorts", "cohort_id")):
        through: Any = getattr(PartnerNotice, name).through
        links = _links(getattr(Registration, name).through, column, registrations)
        write(
            through,
            (
                through(partnernotice_id=notice, **{column: other})
                for notice, others in links.items()
                for other in others
            ),
        )


def _links(through: Any, column: str, registrations: dict[int, int]) -> dict[int, list[int]]:
    """What each registration names, by the number of its notice."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = through.objects.filter(registration__in=registrations).order_by("registration", column)
    for registration, other in rows.values_list("registration_id", column):
        found[registrations[registration]].append(other)
    return found


def _notice(member: Member, number: int, now: datetime.datetime) -> PartnerNotice:
    posted_at = now - datetime.timedelta(days=pick(number, 120, LONGEST_DAYS), seconds=number)
    return PartnerNotice(
        form_key=key(Kind.PARTNER_NOTICE, number),
        organisation=member.organisation,
        listed_name=member.organisation.name,
        offers=f"{choose(number, 121, OFFERS)}, near {place(number)}.",
        seeks=f"{choose(number, 122, WHAT)} {choose(number, 123, HOW)}",
        most_pence_a_year=(5_000 + uneven(number, 124, 400_000)) * 100,
        posted_at=posted_at,
        ends_at=posted_at + datetime.timedelta(days=LONGEST_DAYS + 2),
        created_by_id=member.owner_id,
        updated_by_id=member.owner_id,
    )


def _write_to(ground: Ground, numbers: list[int], now: datetime.datetime) -> None:
    write(
        PartnerInterest,
        (_interest(ground, number, now) for number in numbers if len(ground.providers) > 1),
    )


def _interest(ground: Ground, number: int, now: datetime.datetime) -> PartnerInterest:
    partner = ground.providers[number]
    sender = ground.providers[(number + 1) % len(ground.providers)]
    status = choose(number, 125, ANSWERED)
    is_answered = status != Status.SENT
    return PartnerInterest(
        form_key=key(Kind.PARTNER_INTEREST, number),
        organisation=sender.organisation,
        partner=partner.organisation,
        pair=pair_of(sender.organisation, partner.organisation),
        message=choose(number, 126, WHAT),
        status=status,
        sent_at=now - datetime.timedelta(days=2),
        sent_by_id=sender.owner_id,
        contact_id=sender.owner_id,
        answered_at=now if is_answered else None,
        answered_by_id=partner.owner_id if is_answered else None,
        answer_contact_id=partner.owner_id if status == Status.ACCEPTED else None,
    )
