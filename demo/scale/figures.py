"""Case figures in bulk: every delivery unit, kind of need and quarter."""

import datetime

from django.db import transaction

from core.models import Area, Organisation
from core.models.places import AreaKind
from core.roles import Role
from demo.scale.chance import pick
from demo.scale.houses import Ground, House
from demo.scale.rows import Kind, key, write
from marketplace.models import Assessment, AssessmentImport
from marketplace.quarters import Quarter

Now = datetime.datetime


def bring_in_figures(ground: Ground, quarters: int, now: Now) -> int:
    """There are figures of the latest `quarters` quarters for every delivery unit; gives how many are new."""
    kept = AssessmentImport.objects.filter(form_key__range=(key(Kind.FIGURES, 0), key(Kind.FIGURES, quarters)))
    done = set(kept.values_list("form_key", flat=True))
    units = list(Area.objects.filter(kind=AreaKind.DELIVERY_UNIT).order_by("pk").values_list("pk", flat=True))
    made, quarter = 0, Quarter.of(now.date()).previous()
    for number in range(quarters):
        if key(Kind.FIGURES, number) not in done:
            made += _bring_in(ground, units, quarter, number, now)
        quarter = quarter.previous()
    return made


@transaction.atomic
def _bring_in(ground: Ground, units: list[int], quarter: Quarter, number: int, now: Now) -> int:
    house: House = ground.houses[0]
    (batch,) = write(AssessmentImport, [_import(house.organisation, house, quarter, number, now)])
    rows = write(
        Assessment,
        (
            _assessment(batch, unit, category.pk, quarter, number)
            for unit in units
            for category in ground.categories
        ),
    )
    return len(rows)


def _import(organisation: Organisation, house: House, quarter: Quarter, number: int, now: Now) -> AssessmentImport:
    manager = house.people[Role.COMMISSIONING_MANAGER]
    return AssessmentImport(
        organisation=organisation,
        form_key=key(Kind.FIGURES, number),
        source="Made in bulk to measure with",
        file_name=f"{quarter.code}.csv",
        sha256=f"{number:064x}",
        rows=0,
        adds=0,
        replaces=0,
        keeps=0,
        plan_sha256=f"{number:064x}",
        first_starts_on=quarter.starts_on,
        last_ends_on=quarter.ends_on,
        uploaded_at=now,
        uploaded_by=manager,
        applied_at=now,
        applied_by=manager,
    )


def _assessment(batch: AssessmentImport, unit: int, category: int, quarter: Quarter, number: int) -> Assessment:
    seed = (unit * 100 + category) * 100 + number
    priority = 15 + pick(seed, 90, 120)
    available = priority * (50 + pick(seed, 91, 50)) // 100
    return Assessment(
        batch=batch,
        area_id=unit,
        starts_on=quarter.starts_on,
        ends_on=quarter.ends_on,
        category_id=category,
        priority_cases=priority,
        available_cases=available,
        sufficient_cases=available * (20 + pick(seed, 92, 70)) // 100,
    )
