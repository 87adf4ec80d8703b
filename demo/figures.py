"""Case figures of the demonstration: made up, written as the file a region would send, and sent."""

import datetime
import io
import uuid
from random import Random

from core.exports import csv_lines
from core.models import Area, NeedCategory
from core.models.places import AreaKind
from demo.cast import COMMISSIONERS, Commissioner
from demo.journey import organisation, person
from demo.timeline import Story
from marketplace.quarters import Quarter
from marketplace.queries.assessments import units_of
from marketplace.services.assessments import confirm_import, upload_assessments

SOURCE = "Case assessments made up for the demonstration"
HEADER = ["Area", "Period", "Category", "Priority", "Available", "Sufficient"]
GROUPS = ("Women", "Young adults")
# Of a hundred cases, in how many the need is a priority; help is available; enough is delivered.
USUAL = {
    "accommodation": (34, 74, 42),
    "ete": (31, 82, 48),
    "finance": (22, 80, 51),
    "relationships": (26, 78, 40),
    "lifestyle": (28, 61, 19),
    "drugs": (29, 85, 47),
    "alcohol": (24, 84, 49),
    "wellbeing": (33, 70, 38),
    "thinking": (52, 83, 31),
    "attitudes": (35, 72, 33),
    "social_inclusion": (9, 55, 28),
}
# What the stories of the demonstration tell of: less there than elsewhere.
SHORT = {
    ("salford", "accommodation"): 17,
    ("bolton", "finance"): 22,
    ("dorset", "wellbeing"): 15,
    ("devon-and-torbay", "accommodation"): 21,
    ("bradford-and-calderdale", "ete"): 14,
    ("leeds", "drugs"): 20,
}
QUARTERS_AT_FIRST, QUARTERS_LATER = 6, 3


def brought_in(house: Commissioner, today: datetime.date, order: int) -> Story:
    """The region brings in a year and a half of figures, and later the newest quarters with one corrected."""
    last = Quarter.of(today).previous()
    first_sent = last.starts_on - datetime.timedelta(days=60)
    yield _moment(first_sent, order)
    earlier = _before(Quarter.of(first_sent), QUARTERS_AT_FIRST)
    _send(house, earlier, name="case-figures.csv", form_key=_key(house, 1))
    yield _moment(today - datetime.timedelta(days=11), order)
    _send(
        house,
        _before(last.next(), QUARTERS_LATER),
        name="case-figures-latest.csv",
        form_key=_key(house, 2),
        again=1,
    )


def figures_stories(today: datetime.date) -> list[Story]:
    """One story for each region of the demonstration."""
    return [brought_in(house, today, order) for order, house in enumerate(COMMISSIONERS)]


def _moment(day: datetime.date, order: int) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, 8, 10 + order, tzinfo=datetime.UTC)


def _before(quarter: Quarter, number: int) -> list[Quarter]:
    found = []
    for _place in range(number):
        quarter = quarter.previous()
        found.append(quarter)
    return found[::-1]


def _key(house: Commissioner, number: int) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{house.body}/figures/{number}")


def _send(house: Commissioner, quarters: list[Quarter], *, name: str, form_key: uuid.UUID, again: int = 0) -> None:
    manager = person(house.people[1].email)
    batch = upload_assessments(
        by=manager,
        organisation=organisation(house.name),
        file=io.BytesIO(written(house.region, quarters, again=again).encode()),
        file_name=name,
        source=SOURCE,
        form_key=form_key,
    )
    confirm_import(by=manager, batch=batch, plan_sha256=batch.plan_sha256)


def written(region: str, quarters: list[Quarter], *, again: int = 0) -> str:
    """The file: every delivery unit, quarter and kind of need, with two groups of people."""
    area = Area.objects.get(kind=AreaKind.PROBATION_REGION, slug=region)
    kinds = list(NeedCategory.objects.order_by("code"))
    header = [*HEADER, *(f"{group} {count.lower()}" for group in GROUPS for count in HEADER[3:])]
    rows = (
        [unit.name, quarter.label, kind.name, *_counts(unit.slug, quarter, kind.code, again)]
        for quarter in quarters
        for unit in units_of([area])
        for kind in kinds
    )
    return "".join(csv_lines(header, rows))


def _counts(unit: str, quarter: Quarter, kind: str, again: int) -> list[int]:
    """The three counts for everyone, for women and for young adults."""
    place = Random(f"{unit}/{kind}")
    chance = Random(f"{unit}/{kind}/{quarter.code}/{again}")
    of_hundred, available, sufficient = USUAL.get(kind, (20, 70, 40))
    sufficient = SHORT.get((unit, kind), sufficient + place.randint(-9, 12))
    available = max(available + place.randint(-12, 10), sufficient)
    assessed = 90 + Random(unit).randint(0, 190)
    priority = assessed * of_hundred // 100 + chance.randint(-4, 5)
    three = _three(chance, max(priority, 3), available, sufficient)
    women = _part(chance, three, 13)
    young = _part(chance, three, 17)
    return [*three, *women, *young]


def _three(chance: Random, priority: int, available: int, sufficient: int) -> tuple[int, int, int]:
    there = min(priority, priority * max(available + chance.randint(-3, 3), 0) // 100)
    return priority, there, min(there, priority * max(sufficient + chance.randint(-3, 3), 0) // 100)


def _part(chance: Random, three: tuple[int, int, int], share: int) -> list[int]:
    """A group of `share` in a hundred, for whom a little less is there."""
    priority = three[0] * (share + chance.randint(-2, 2)) // 100
    available = min(priority, three[1], priority * max(three[1] * 100 // three[0] - 8, 0) // 100)
    return [priority, available, min(available, three[2], available * 45 // 100)]
