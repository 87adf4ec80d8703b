"""What lies in what, and who acts where and when."""

import pytest

from core.models import Area, BodyRole
from core.queries.places import (
    areas_listed,
    bodies_covering,
    commissioned_around,
    covers_of,
    first_inside,
    letters,
    lies_in,
    sorted_by_day,
)
from tests.factories.core import AreaFactory
from tests.factories.places import BodyFactory, acts, day, lies, town

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-21")


def area(kind: str, name: str, **fields: object) -> Area:
    return AreaFactory(kind=kind, name=name, slug=name.lower().replace(" ", "-"), **fields)


def named(covers) -> list[str]:
    return [cover.role.body.name for cover in covers]


# --- what lies in what -------------------------------------------------------------------------------


def test_place_lies_in_what_holds_what_holds_it():
    place, council, force, courts = (
        town(),
        area("council", "C"),
        area("police_area", "P"),
        area("courts_region", "R"),
    )
    lies(place, council)
    lies(council, force)
    lies(force, courts)
    assert [way.area for way in lies_in(place)] == [council, force, courts]
    assert lies_in(courts) == []


def test_part_of_something_that_lies_in_part_elsewhere_may_not_be_there():
    place, council, east, west = town(), area("council", "C"), area("police_area", "E"), area("police_area", "W")
    lies(place, council)
    lies(council, east, extent="part", share_bps=6000)
    lies(council, west, extent="")
    assert [way.area for way in lies_in(place)] == [council]
    assert [(way.area, way.share_bps) for way in lies_in(council)] == [(east, 6000), (west, None)]


def test_share_of_the_first_step_is_kept_where_the_rest_lies_wholly():
    unit, council, force = area("delivery_unit", "U"), area("council", "C"), area("police_area", "P")
    lies(unit, council, extent="part", share_bps=3000)
    lies(council, force)
    assert [(way.area, way.extent, way.share_bps) for way in lies_in(unit)] == [
        (council, "part", 3000),
        (force, "part", 3000),
    ]


def test_what_is_said_outright_goes_before_what_follows():
    unit, council, force = area("delivery_unit", "U"), area("council", "C"), area("police_area", "P")
    lies(unit, council)
    lies(council, force)
    lies(unit, force, extent="part", share_bps=9000)
    assert [(way.area, way.share_bps) for way in lies_in(unit)] == [(council, None), (force, 9000)]


def test_days_are_those_of_the_place_the_belonging_and_what_it_lies_in():
    place = town(valid_to=day("2030-01-01"))
    old, new, force = area("council", "A"), area("council", "B"), area("police_area", "P")
    lies(place, old, valid_to=day("2019-04-01"))
    lies(place, new, valid_from=day("2019-04-01"))
    lies(old, force)
    lies(new, force)
    Area.objects.filter(pk=force.pk).update(valid_from=day("1974-04-01"))
    found = {way.area.name: (way.period.start, way.period.end) for way in lies_in(place)}
    assert found == {
        "A": (None, day("2019-04-01")),
        "B": (day("2019-04-01"), day("2030-01-01")),
        "P": (day("1974-04-01"), day("2030-01-01")),
    }


def test_way_tells_its_days_apart_from_those_of_the_place():
    place, council = town(valid_from=day("2000-01-01")), area("council", "A", valid_to=day("2019-04-01"))
    lies(place, council)
    (way,) = lies_in(place)
    assert (way.period.start, way.period.end) == (day("2000-01-01"), day("2019-04-01"))
    assert (way.said.start, way.said.end) == (None, day("2019-04-01"))


def test_area_that_ended_before_another_began_never_lay_in_it():
    old = area("council", "A", valid_to=day("2019-04-01"))
    new = area("integrated_care_board", "B", valid_from=day("2022-07-01"))
    lies(old, new)
    assert lies_in(old) == []


def test_areas_that_lie_in_each_other_come_to_an_end():
    one, two, three = area("council", "A"), area("police_area", "B"), area("town", "C")
    lies(one, two)
    lies(two, one)
    lies(two, three)
    lies(three, two)
    assert {way.area for way in lies_in(one)} == {two, three}


def test_one_query_for_each_step_however_much_there_is(django_assert_num_queries):
    for number in (1, 3, 30):
        place = town(f"Town {number}")
        for place_in_row in range(number):
            council, force = (area(kind, f"{number} {place_in_row}") for kind in ("council", "police_area"))
            lies(place, council)
            lies(council, force)
            acts(force, "polices")
        with django_assert_num_queries(3):
            ways = lies_in(place)
        with django_assert_num_queries(1):
            assert len(covers_of(place, ways)) == number


def test_what_lies_inside_is_counted_and_shown_by_kind():
    region = area("probation_region", "Here")
    for name in ("C", "A", "B"):
        lies(area("delivery_unit", f"Unit {name}"), region)
    lies(area("council", "Old", valid_to=day("2019-04-01")), region)
    lies(area("council", "New"), region, extent="part", valid_from=day("2019-04-01"))
    lies(area("council", "Gone"), region, valid_to=day("2019-04-01"))
    rows = first_inside(region, TODAY, of_each_kind=2)
    assert {row.child.kind: row.number for row in rows} == {"council": 1, "delivery_unit": 3}
    assert [row.child.name for row in rows] == ["New", "Unit A", "Unit B"]


def test_needs_of_a_place_are_those_around_it_and_within():
    place, unit, region = town(), area("delivery_unit", "U"), area("probation_region", "R")
    courts = area("courts_region", "C")
    lies(place, unit)
    lies(unit, region)
    lies(unit, courts)
    assert commissioned_around(unit, lies_in(unit), TODAY) == sorted([unit.pk, region.pk])
    assert commissioned_around(region, lies_in(region), TODAY) == sorted([unit.pk, region.pk])
    assert commissioned_around(place, lies_in(place), TODAY) == sorted([place.pk, unit.pk, region.pk])


# --- who acts there ----------------------------------------------------------------------------------


def test_bodies_are_those_of_the_place_and_of_what_it_lies_in():
    place, council = town(), area("council", "C")
    lies(place, council, extent="part", share_bps=2500)
    acts(place, body=BodyFactory(name="Town council"))
    acts(council, body=BodyFactory(name="Borough council"))
    acts(town("Elsewhere"))
    found = bodies_covering(place, TODAY)
    assert named(found) == ["Borough council", "Town council"]
    assert [cover.way.share_bps for cover in found] == [2500, None]
    assert [cover.is_of_the_place_itself for cover in found] == [False, True]


def test_bodies_stand_apart_by_whether_they_act_did_or_will():
    place = town()
    for name, start, end in (
        ("Was", None, "2019-04-01"),
        ("Is", "2019-04-01", "2028-05-09"),
        ("Will", "2028-05-09", None),
    ):
        acts(
            place,
            body=BodyFactory(name=name),
            valid_from=start and day(start),
            valid_to=end and day(end),
        )
    covers = sorted_by_day(covers_of(place, []), TODAY)
    assert (named(covers.past), named(covers.now), named(covers.ahead)) == (["Was"], ["Is"], ["Will"])
    then = sorted_by_day(covers_of(place, []), day("2028-05-09"))
    assert (named(then.now), named(then.ahead)) == (["Will"], [])


def test_role_whose_end_is_known_by_month_counts_to_the_end_of_it():
    place = town()
    acts(place, ends_in=day("2028-05-01"))
    assert len(bodies_covering(place, day("2028-05-31"))) == 1
    assert bodies_covering(place, day("2028-06-01")) == []


def test_role_over_an_area_covers_the_place_only_while_it_lies_there():
    place, council = town(), area("council", "C")
    lies(place, council, valid_from=day("1997-04-01"), valid_to=day("2019-04-01"))
    acts(council, valid_from=day("1974-04-01"))
    (cover,) = covers_of(place, lies_in(place))
    assert (cover.period.start, cover.period.end) == (day("1997-04-01"), day("2019-04-01"))


# --- Bournemouth -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "bodies"),
    [
        (
            "2016-06-01",
            {
                "Bournemouth Borough Council",
                "Crown Prosecution Service Wessex",
                "Devon and Cornwall Police",
                "Dorset Police",
                "Dorset, Devon and Cornwall Community Rehabilitation Company",
                "HM Courts and Tribunals Service, South West",
                "National Probation Service, South West and South Central",
                "Police and Crime Commissioner for Dorset",
            },
        ),
        (
            "2026-11-21",
            {
                "Bournemouth, Christchurch and Poole Council",
                "Crown Prosecution Service Wessex",
                "Devon and Cornwall Police",
                "Dorset Police",
                "HM Courts and Tribunals Service, South West",
                "Police and Crime Commissioner for Dorset",
                "South West Probation Service",
            },
        ),
    ],
)
def test_bodies_of_bournemouth_are_those_of_the_day(on, bodies):
    place = Area.objects.get(kind="town", slug="bournemouth")
    assert set(named(bodies_covering(place, day(on)))) == bodies


def test_commissioner_of_bournemouth_goes_in_may_2028():
    place = Area.objects.get(kind="town", slug="bournemouth")
    assert "Police and Crime Commissioner for Dorset" not in named(bodies_covering(place, day("2028-06-01")))
    assert BodyRole.objects.get(body__slug="police-and-crime-commissioner-for-dorset").ends_in == day("2028-05-01")


# --- the list ----------------------------------------------------------------------------------------


def test_areas_are_found_by_words_and_code():
    place = town("Llanfair Pwllgwyngyll", code="W99000123")
    assert list(areas_listed(text="pwllgwyn")) == [place]
    assert list(areas_listed(text="w99000123")) == [place]
    assert list(areas_listed(text="W990001")) == [place]
    Area.objects.filter(pk=place.pk).update(name="Abergynolwyn")
    assert list(areas_listed(text="pwllgwyn")) == []
    assert list(areas_listed(text="abergyn")) == [place]


def test_areas_are_narrowed_by_kind_letter_day_and_what_they_lie_in():
    one = town("Zennor", valid_to=day("2020-01-01"))
    region = area("probation_region", "Zone")
    lies(one, region)
    assert list(areas_listed(letter="Z").order_by("name")) == [one, region]
    assert list(areas_listed(letter="Z", kind="town")) == [one]
    assert list(areas_listed(letter="Z", on=TODAY)) == [region]
    assert list(areas_listed(within=region.pk)) == [one]


def test_letters_are_those_that_names_begin_with():
    assert "Z" not in letters()
    town("zennor")
    assert "Z" in letters()
    assert letters("town") == ["B", "Z"]
