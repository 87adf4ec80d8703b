"""What practitioners say is missing, and who follows what, in bulk."""

import datetime

from django.db import transaction

from core.models import User
from core.roles import Role
from demo.scale import words
from demo.scale.chance import choose, pick, uneven
from demo.scale.fates import DAY, MINUTE
from demo.scale.houses import Ground, found_practitioners
from demo.scale.rows import MAIL, Kind, batches, key, missing, write
from marketplace.models import Follow, Frequency, Need, Signal, SignalSupport
from marketplace.states import SignalStatus

Now = datetime.datetime

PRACTITIONERS = 12
SPAN_DAYS = 900
NEEDS_LINKED = 40
# Of twenty signals in a row; joined ones are made of others.
_STATES = (
    *(SignalStatus.OPEN,) * 12,
    *(SignalStatus.ANSWERED,) * 4,
    *(SignalStatus.SET_ASIDE,) * 2,
    *(SignalStatus.MERGED,) * 2,
)
_REPLIES = ("Ten more rooms opened in spring.", "The council does this now.", "We asked for bids in March.")


def give_signals(ground: Ground, wanted: int, now: Now) -> int:
    """There are `wanted` signals with their supports, one in ten joined to another; gives how many are new."""
    numbers = missing(Signal, Kind.SIGNAL, wanted)
    if not numbers:
        return 0
    people = {house.organisation.pk: found_practitioners(house, PRACTITIONERS) for house in ground.houses}
    needs = _needs_by_house(ground)
    for batch in batches(numbers):
        _give(ground, batch, people, needs, wanted, now)
    return len(numbers)


def _needs_by_house(ground: Ground) -> dict[int, list[int]]:
    houses = (house.organisation.pk for house in ground.houses)
    return {
        house: list(
            Need.objects.filter(organisation=house).order_by("pk").values_list("pk", flat=True)[:NEEDS_LINKED]
        )
        for house in houses
    }


@transaction.atomic
def _give(
    ground: Ground,
    numbers: list[int],
    people: dict[int, list[User]],
    needs: dict[int, list[int]],
    wanted: int,
    now: Now,
) -> None:
    signals = {number: _signal(ground, number, people, wanted, now) for number in numbers}
    said = {number: _who_says(number, people[signal.organisation_id]) for number, signal in signals.items()}
    joined = _join(signals, said)
    for number, signal in signals.items():
        signal.voices = len(said[number])
    standing = [signal for number, signal in signals.items() if number not in joined]
    write(Signal, standing)
    for number, into in joined.items():
        signals[number].merged_into_id = signals[number].counted_in_id = signals[into].pk
    write(Signal, (signals[number] for number in joined))
    write(SignalSupport, (row for number, signal in signals.items() for row in _supports(number, signal, people)))
    cohorts = Signal.cohorts.through
    write(cohorts, (cohorts(signal=row, cohort=ground.cohort_of(number)) for number, row in signals.items()))
    linked = Signal.needs.through
    write(linked, (linked(signal=row, need_id=need) for row, need in _links(signals, needs)))


def _signal(ground: Ground, number: int, people: dict[int, list[User]], wanted: int, now: Now) -> Signal:
    house, area, category = ground.house_of(number), ground.area_of(number), ground.category_of(number)
    status = _STATES[number % len(_STATES)]
    decided = status != SignalStatus.OPEN
    given_at = now - DAY * (SPAN_DAYS * (wanted - number) // wanted) - MINUTE * pick(number, 90, 24 * 60)
    return Signal(
        form_key=key(Kind.SIGNAL, number),
        organisation=house.organisation,
        area=area,
        category=category,
        status=status,
        text=words.signal(number, category.code, ground.cohort_of(number).code),
        given_at=given_at,
        given_by=choose(number, 91, people[house.organisation.pk]),
        reply="" if status in (SignalStatus.OPEN, SignalStatus.MERGED) else choose(number, 92, _REPLIES),
        decided_at=given_at + 9 * DAY if decided else None,
        decided_by=house.people[Role.COMMISSIONING_MANAGER] if decided else None,
        is_shared=pick(number, 93, 20) == 0,
    )


def _who_says(number: int, people: list[User]) -> set[int]:
    """Places of those who say so in the list of the body's practitioners, the giver among them."""
    supporters = uneven(number, 94, len(people))
    return {pick(number, 91, len(people)), *(pick(number, 95 + turn, len(people)) for turn in range(supporters))}


def _join(signals: dict[int, Signal], said: dict[int, set[int]]) -> dict[int, int]:
    """Each joined signal -> the last open one of its body before it, which counts those who say so too.

    Where there is none in the same batch, it is an open signal like others.
    """
    last: dict[int, int] = {}
    joined: dict[int, int] = {}
    for number, signal in signals.items():
        into = last.get(signal.organisation_id)
        if signal.status == SignalStatus.MERGED and into is not None:
            joined[number] = into
            said[into] = said[into] | said[number]
        elif signal.status == SignalStatus.MERGED:
            signals[number] = Signal(**{**_columns(signal), **_UNDECIDED})
        if signals[number].status == SignalStatus.OPEN:
            last[signal.organisation_id] = number
    return joined


_UNDECIDED = {"status": SignalStatus.OPEN, "decided_at": None, "decided_by_id": None}


def _columns(signal: Signal) -> dict[str, object]:
    return {field.attname: getattr(signal, field.attname) for field in Signal._meta.concrete_fields}


def _supports(number: int, signal: Signal, people: dict[int, list[User]]) -> list[SignalSupport]:
    """Of its own; those of signals joined to it stay with them."""
    known = people[signal.organisation_id]
    places = sorted(_who_says(number, known) - {pick(number, 91, len(known))})
    return [SignalSupport(signal=signal, by=known[place], at=signal.given_at + 2 * DAY) for place in places]


def _links(signals: dict[int, Signal], needs: dict[int, list[int]]) -> list[tuple[Signal, int]]:
    """One signal in eight speaks for a need of its body."""
    found = ((number, row, needs[row.organisation_id]) for number, row in signals.items() if number % 8 == 0)
    return [(row, choose(number, 96, known)) for number, row, known in found if known]


# --- followers


def follow_places(ground: Ground, wanted: int, now: Now) -> int:
    """There are `wanted` follows of the providers' owners, three each at most; gives how many are new."""
    owners = [member.owner_id for member in ground.providers]
    there = Follow.objects.filter(user__email__endswith=f"@{MAIL}").count()
    numbers = range(there, min(wanted, 3 * len(owners)))
    for batch in batches(numbers):
        with transaction.atomic():
            write(Follow, (_follow(ground, number, owners, now) for number in batch))
    return len(numbers)


def _follow(ground: Ground, number: int, owners: list[int], now: Now) -> Follow:
    turn, place = divmod(number, len(owners))
    return Follow(
        user_id=owners[place],
        area=None if turn == 1 else ground.area_of(place),
        category=None if turn == 0 else ground.category_of(place),
        frequency=Frequency.DAILY if pick(number, 97, 2) else Frequency.WEEKLY,
        created_at=now - 30 * DAY,
        told_until=now - DAY * (2 if pick(number, 97, 2) else 9),
    )
