"""Needs and opportunities in bulk."""

import datetime
from decimal import Decimal

from django.db import transaction

from core.models import Area, Cohort, NeedCategory
from core.roles import Role
from demo.scale import words
from demo.scale.chance import pick, uneven
from demo.scale.fates import DAY, MINUTE, OPENED, PRIVATE, Fate, dates_of, fate_of, is_kept, route_of
from demo.scale.houses import Ground, House
from demo.scale.rows import Kind, batches, key, missing, rows_of, write
from marketplace.models import (
    Criterion,
    Lot,
    Need,
    NeedEvidence,
    NoAward,
    Opportunity,
    PanelMember,
    SharedOutcome,
)
from marketplace.states import NeedStatus, OpportunityStatus, Stage

Now = datetime.datetime


def post_needs(ground: Ground, wanted: int, now: Now) -> int:
    """There are `wanted` needs, one in twelve of them a draft; gives how many are new."""
    numbers = missing(Need, Kind.NEED, wanted)
    for batch in batches(numbers):
        _post(ground, batch, now)
    return len(numbers)


@transaction.atomic
def _post(ground: Ground, numbers: list[int], now: Now) -> None:
    needs = write(Need, (_need(ground, number, now) for number in numbers))
    write(NeedEvidence, (_evidence(need) for need in needs))
    pairs = list(zip(numbers, needs, strict=True))
    cohorts, areas, kinds = Need.cohorts.through, Need.areas.through, Need.categories.through
    write(cohorts, (cohorts(need=need, cohort=ground.cohort_of(number)) for number, need in pairs))
    write(areas, (areas(need=need, area_id=pk) for number, need in pairs for pk in _areas(ground, number)))
    write(kinds, (kinds(need=need, needcategory_id=pk) for number, need in pairs for pk in _kinds(ground, number)))


def _need(ground: Ground, number: int, now: Now) -> Need:
    house, area, category, cohort = _where(ground, number)
    is_draft = number % 12 == 11
    published_at = None if is_draft else _need_date(number, now)
    closed = not is_draft and pick(number, 60, 20) == 0
    state = NeedStatus.DRAFT if is_draft else NeedStatus.CLOSED if closed else NeedStatus.PUBLISHED
    return Need(
        form_key=key(Kind.NEED, number),
        organisation=house.organisation,
        status=state,
        title=words.need_title(number, category.code, cohort.code, area.name),
        summary=words.text(number + 1),
        area=area,
        category=category,
        people_affected=20 + uneven(number, 61, 900),
        published_at=published_at,
        published_by=None if is_draft else house.people[Role.DIRECTOR],
        closing_reason="The council pays for this from April." if closed else "",
        created_at=(published_at or now) - 100 * DAY,
        updated_at=published_at or now - pick(number, 65, 90 * 24 * 60) * MINUTE,
        created_by=house.people[Role.COMMISSIONING_MANAGER],
        updated_by=house.people[Role.COMMISSIONING_MANAGER],
    )


def _areas(ground: Ground, number: int) -> list[int]:
    """Its own, and in one of four cases a second one nearby."""
    own, near = ground.area_of(number), ground.house_of(number).areas
    second = near[pick(number, 66, len(near))]
    return sorted({own.pk, second.pk}) if pick(number, 67, 4) == 0 else [own.pk]


def _kinds(ground: Ground, number: int) -> list[int]:
    """Its own, and in one of four cases a second one."""
    own, second = ground.category_of(number), ground.category_of(number + 1)
    return sorted({own.pk, second.pk}) if pick(number, 68, 4) == 0 else [own.pk]


def _need_date(number: int, now: Now) -> Now:
    """Some weeks before its opportunity, if it has one that is published, was."""
    published_at = dates_of(number, now).published_at or now - pick(number, 62, 60) * DAY
    return published_at - (20 * DAY + pick(number, 63, 24 * 60) * MINUTE)


def _evidence(need: Need) -> NeedEvidence:
    percent = 20 + pick(need.pk, 64, 60)
    return NeedEvidence(
        need=need, figure=f"{percent}% of cases had sufficient services", source="Regional records"
    )


def _where(ground: Ground, number: int) -> tuple[House, Area, NeedCategory, Cohort]:
    return ground.house_of(number), ground.area_of(number), ground.category_of(number), ground.cohort_of(number)


# --- Opportunities -----------------------------------------------------------------------------------


def open_opportunities(ground: Ground, wanted: int, now: Now) -> int:
    """There are `wanted` opportunities, each with lot, criteria and outcomes; gives how many are new."""
    numbers = missing(Opportunity, Kind.OPPORTUNITY, wanted)
    needs = list(rows_of(Need, Kind.NEED).filter(published_at__isnull=False).values_list("pk", flat=True))
    for batch in batches(numbers):
        _open(ground, batch, needs, now)
    _settle_needs()
    return len(numbers)


@transaction.atomic
def _open(ground: Ground, numbers: list[int], needs: list[int], now: Now) -> None:
    rows = write(Opportunity, (_opportunity(ground, number, now) for number in numbers))
    write(Lot, (_lot(number, row) for number, row in zip(numbers, rows, strict=True)))
    write(Criterion, (each for row in rows for each in _criteria(row)))
    write(SharedOutcome, (each for row in rows for each in _outcomes(row)))
    through = Opportunity.needs.through
    if needs:
        pairs = zip(numbers, rows, strict=True)
        write(through, (through(opportunity=row, need_id=needs[number % len(needs)]) for number, row in pairs))
    _seat_panels(ground, numbers, rows, now)
    ended = (
        (number, row) for number, row in zip(numbers, rows, strict=True) if fate_of(number) == Fate.UNSUCCESSFUL
    )
    write(NoAward, (_no_award(ground, number, row, now) for number, row in ended))


def _opportunity(ground: Ground, number: int, now: Now) -> Opportunity:
    house, area, category, cohort = _where(ground, number)
    fate, route, dates = fate_of(number), route_of(number), dates_of(number, now)
    director, manager = house.people[Role.DIRECTOR], house.people[Role.COMMISSIONING_MANAGER]
    opened_at = dates.closes_at + DAY if dates.closes_at and fate in OPENED else None
    return Opportunity(
        form_key=key(Kind.OPPORTUNITY, number),
        organisation=house.organisation,
        status=fate.status,
        route=route,
        title=words.opportunity_title(number, category.code, cohort.code, area.name, route),
        summary=words.text(number),
        area=area,
        category=category,
        contact_name=manager.name,
        contact_email=manager.email,
        opens_at=dates.opens_at,
        closes_at=dates.closes_at,
        starts_on=dates.starts_on,
        ends_on=dates.ends_on,
        published_at=dates.published_at,
        published_by=None if fate in PRIVATE else director,
        opening_confirmed_at=opened_at,
        opening_confirmed_by=manager if opened_at else None,
        opened_at=opened_at,
        opened_by=director if opened_at else None,
        cancelling_reason="The money was needed elsewhere." if fate == Fate.CANCELLED else "",
        created_at=(dates.published_at or now) - 100 * DAY,
        updated_at=dates.published_at or now - pick(number, 74, 90 * 24 * 60) * MINUTE,
        created_by=manager,
        updated_by=manager,
    )


def _lot(number: int, opportunity: Opportunity) -> Lot:
    pounds = 8_000 + uneven(number, 70, 90) ** 2 * 100
    return Lot(opportunity=opportunity, number=1, title=opportunity.area.name, value_pence=pounds * 100)


def _criteria(opportunity: Opportunity) -> list[Criterion]:
    first = pick(opportunity.pk, 71, len(words.QUESTIONS))
    questions = (words.QUESTIONS[first], words.QUESTIONS[(first + 1) % len(words.QUESTIONS)])
    return [
        Criterion(
            opportunity=opportunity, number=place, question=question, guidance=words.GUIDANCE, weight_bps=weight
        )
        for place, question, weight in zip((1, 2), questions, (6000, 4000), strict=True)
    ]


def _outcomes(opportunity: Opportunity) -> list[SharedOutcome]:
    first = pick(opportunity.pk, 72, len(words.OUTCOMES))
    chosen = (words.OUTCOMES[first], words.OUTCOMES[(first + 2) % len(words.OUTCOMES)])
    return [
        SharedOutcome(
            opportunity=opportunity,
            number=place,
            indicator=indicator,
            unit=unit,
            baseline=Decimal(baseline),
            target=Decimal(target),
            weight_bps=5000,
        )
        for place, (indicator, unit, baseline, target) in enumerate(chosen, start=1)
    ]


def _seat_panels(ground: Ground, numbers: list[int], rows: list[Opportunity], now: Now) -> None:
    """Three score wherever an evaluation is on or its words are still kept; the manager chairs."""
    kept = ((number, row) for number, row in zip(numbers, rows, strict=True) if is_kept(number, now))
    write(PanelMember, (seat for number, row in kept for seat in _panel(ground.house_of(number), number, row)))


def _panel(house: House, number: int, opportunity: Opportunity) -> list[PanelMember]:
    locked_at = (opportunity.opened_at or opportunity.created_at) + 5 * DAY
    scoring = fate_of(number) == Fate.EVALUATION
    roles = (Role.COMMISSIONING_MANAGER, Role.PANEL_MEMBER)
    return [
        PanelMember(
            opportunity=opportunity,
            user=house.people[role],
            is_chair=role == Role.COMMISSIONING_MANAGER,
            locked_at=None if scoring and (place or pick(number, 73, 2)) else locked_at,
        )
        for place, role in enumerate(roles)
    ]


def _no_award(ground: Ground, number: int, opportunity: Opportunity, now: Now) -> NoAward:
    return NoAward(
        opportunity=opportunity,
        reason="No answer reached what was asked for.",
        ended_at=dates_of(number, now).decided_at or now,
        ended_by=ground.house_of(number).people[Role.DIRECTOR],
    )


def _settle_needs() -> None:
    """What became of a need follows from its opportunities."""
    needs = rows_of(Need, Kind.NEED).order_by()
    answered = Opportunity.needs.through.objects.filter(opportunity__stage=Stage.LIVE).values("need")
    met = Opportunity.needs.through.objects.filter(opportunity__status=OpportunityStatus.AWARDED).values("need")
    needs.filter(status=NeedStatus.PUBLISHED, pk__in=answered).update(status=NeedStatus.IN_COMMISSIONING)
    needs.filter(status=NeedStatus.PUBLISHED, pk__in=met).update(status=NeedStatus.MET)
