"""What is put into SQL once is what Django would ask each time."""

import datetime

import pytest
from django.db.models import Count

from core.models import Area
from core.models.places import AreaBelonging, AreaKind
from core.prepared import Prepared

pytestmark = pytest.mark.django_db


class Counted:
    """Builds a question, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, parent, kinds=("delivery_unit",), among=None):
        self.times += 1
        inside = AreaBelonging.objects.filter(parent=parent, child__kind__in=kinds)
        rows = inside if among is None else inside.filter(child__in=among)
        return rows.order_by().values_list("child__kind").annotate(number=Count("pk"))


def regions():
    return list(Area.objects.filter(kind=AreaKind.PROBATION_REGION).order_by("pk").values_list("pk", flat=True))


def test_answer_is_that_of_the_queryset_and_is_put_into_sql_once():
    build = Counted()
    asked, plain = Prepared(build), Counted()
    for region in regions():
        assert asked.rows(parent=region) == list(plain(region))
    assert build.times == 1


def test_list_of_another_length_and_another_constant_are_other_statements():
    build = Counted()
    asked, (first, *_others) = Prepared(build), regions()
    units = list(AreaBelonging.objects.filter(parent=first).values_list("child", flat=True))
    for among in (units[:2], units[2:4], units[:3]):
        assert asked.rows(parent=first, among=among) == list(Counted()(first, among=among))
    assert build.times == 2
    assert asked.rows(parent=first, kinds="x") == []
    assert build.times == 3


def test_one_of_none_is_nothing():
    assert Prepared(Counted()).rows(parent=regions()[0], among=[]) == []


def test_none_and_days_are_constants():
    def build(kind, day):
        rows = Area.objects.filter(valid_to=day) if day else Area.objects.filter(valid_to__isnull=True)
        return rows.filter(kind=kind).order_by("pk").values_list("pk")

    asked = Prepared(build)
    for day in (None, datetime.date(2026, 4, 1)):
        assert asked.rows(kind="probation_region", day=day) == list(build("probation_region", day))


def test_key_that_is_not_asked_for_as_it_is_given_is_refused():
    asked = Prepared(lambda parent: AreaBelonging.objects.filter(parent=parent + 1).values_list("child"))
    with pytest.raises(ValueError, match="parent"):
        asked.rows(parent=1)
