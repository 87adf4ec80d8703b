"""The table of gaps: what it counts, what the public does not see, and what comes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import NeedCategory
from marketplace.gaps import (
    Figures,
    GapTable,
    Measure,
    gap_table,
    group_in_public,
    shown_by_quarter,
    total_of,
)
from marketplace.models import Assessment, Award, Opportunity
from marketplace.quarters import Quarter, quarter
from marketplace.queries import gaps as rows_of
from marketplace.rates import Counts, Shown, for_the_public
from marketplace.states import NeedStatus
from tests.factories.bids import awarded_to
from tests.factories.marketplace import BidFactory, NeedFactory, OpportunityFactory
from tests.factories.providers import RegistrationFactory
from tests.marketplace.assessment_scene import HEADING, Scene, region_of

REGION, NORTH, SOUTH, HOMES, WORK = 1, 2, 3, 10, 11


def table(counts: dict[tuple[int, int], Counts], *, in_public: bool = False, **others: object) -> GapTable:
    figures = Figures(counts, others.get("providers", {}), others.get("money", {}))  # type: ignore[arg-type]
    return gap_table(REGION, [NORTH, SOUTH], [HOMES, WORK], figures, in_public=in_public)


def test_the_region_counts_what_its_units_count_unless_it_was_counted_itself() -> None:
    counts = {(NORTH, HOMES): Counts(100, 80, 40), (SOUTH, HOMES): Counts(50, 40, 30)}
    assert table(counts).cells[REGION, HOMES].shown == Shown(150, 120, 70)
    counts[REGION, HOMES] = Counts(200, 150, 90)
    assert table(counts).cells[REGION, HOMES].shown == Shown(200, 150, 90)
    assert table(counts).cells[REGION, WORK].shown is None


def test_money_of_the_region_is_its_own_and_that_of_its_units() -> None:
    found = table({}, money={(REGION, HOMES): 100, (NORTH, HOMES): 30})
    assert [found.cells[area, HOMES].money_pence for area in (REGION, NORTH, SOUTH)] == [130, 30, 0]


def test_the_public_table_withholds_and_the_bodys_own_does_not() -> None:
    counts = {(NORTH, HOMES): Counts(100, 80, 4), (SOUTH, HOMES): Counts(150, 140, 90)}
    seen, own = table(counts, in_public=True), table(counts)
    assert seen.cells[NORTH, HOMES].sufficient is None
    assert seen.cells[NORTH, HOMES].withholds(Measure.SUFFICIENT)
    assert seen.cells[SOUTH, HOMES].sufficient is None
    rate = own.cells[NORTH, HOMES].sufficient
    assert rate is not None
    assert rate.rate_bps == 400
    assert not own.cells[NORTH, HOMES].withholds(Measure.SUFFICIENT)


def test_the_worst_is_worst_for_sure_and_not_from_few_cases() -> None:
    counts = {
        (NORTH, HOMES): Counts(4, 2, 0),
        (SOUTH, HOMES): Counts(400, 300, 80),
        (SOUTH, WORK): Counts(0, 0, 0),
    }
    assert [(cell.area, cell.category) for cell in table(counts).worst(5)] == [(SOUTH, HOMES), (NORTH, HOMES)]
    assert len(table(counts).worst(1)) == 1


def test_a_withheld_gap_is_not_ranked() -> None:
    counts = {(NORTH, HOMES): Counts(100, 80, 4), (SOUTH, HOMES): Counts(150, 140, 90)}
    assert table(counts, in_public=True).worst(5) == []


def test_holes_are_cells_nobody_serves_the_most_cases_first() -> None:
    counts = {(NORTH, HOMES): Counts(10, 8, 4), (SOUTH, WORK): Counts(90, 8, 4)}
    found = table(counts, providers={(NORTH, WORK): 1, (SOUTH, HOMES): 2, (REGION, HOMES): 2})
    assert [(cell.area, cell.category) for cell in found.holes()] == [(SOUTH, WORK), (NORTH, HOMES)]


def test_nobody_with_a_need_is_no_share() -> None:
    cell = table({(NORTH, HOMES): Counts(0, 0, 0)}).cells[NORTH, HOMES]
    assert cell.sufficient is None
    assert cell.has_figures
    assert not cell.withholds(Measure.SUFFICIENT)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_a_group_gives_away_nobody_outside_it(inside: int, enough: int, outside: int, outside_enough: int) -> None:
    group = Counts(inside + enough, enough, enough)
    rest = Counts(outside + outside_enough, outside_enough, outside_enough)
    seen, (_parts, everyone) = group_in_public(group, group + rest), for_the_public([], group + rest)
    assert seen is not None
    assert everyone is not None
    for name in ("priority", "available", "sufficient"):
        shown, beside = getattr(seen, name), getattr(everyone, name)
        assert shown not in range(1, 10)
        # Whoever takes the group from everyone finds no small number outside it.
        assert shown is None or beside is None or beside - shown not in range(1, 10)


def test_a_group_that_does_not_fit_into_everyone_is_withheld() -> None:
    assert group_in_public(Counts(100, 90, 80), Counts(101, 90, 20)) == Shown(None, None, None)
    assert group_in_public(None, Counts(1, 1, 1)) is None
    assert group_in_public(Counts(100, 90, 80), None) == Shown(100, 90, 80)


def test_quarter_by_quarter_small_numbers_are_withheld_for_the_public() -> None:
    first, second = Quarter.of(quarter("2026-Q1").starts_on), quarter("2026-Q2")
    counts = {first: {NORTH: Counts(100, 80, 4), SOUTH: Counts(90, 80, 70)}, second: {SOUTH: Counts(90, 80, 70)}}
    seen = shown_by_quarter(REGION, [NORTH, SOUTH], counts, area=NORTH, in_public=True)
    assert seen == {first: Shown(100, 80, None)}
    own = shown_by_quarter(REGION, [NORTH, SOUTH], counts, area=NORTH, in_public=False)
    assert own == {first: Shown(100, 80, 4)}


def test_the_sum_of_nothing_is_none() -> None:
    assert total_of([]) is None
    assert total_of([Counts(1, 1, 1), Counts(2, 1, 0)]) == Counts(3, 2, 1)


# --- What is read --------------------------------------------------------------------------------------


@pytest.fixture
def scene() -> Scene:
    return Scene()


def areas_of(scene: Scene) -> tuple[int, int, int]:
    north, south = scene.region.contains.order_by("name")
    return scene.region.pk, north.pk, south.pk


@pytest.mark.django_db
def test_counts_are_those_in_force_of_the_quarter_and_group(scene: Scene) -> None:
    heading = f"{HEADING},women priority,women available,women sufficient"
    scene.bring_in("Northton,2026-Q1,accommodation,100,80,40,20,10,5", heading=heading)
    scene.bring_in("Northton,2026-Q1,accommodation,100,80,50", "Northton,2025-Q4,accommodation,90,80,50")
    region, north, south = areas_of(scene)
    homes = NeedCategory.objects.get(code="accommodation").pk
    women = Assessment.objects.exclude(cohort=None).first()
    assert women is not None
    assert [each.code for each in rows_of.quarters_there([region, north, south])] == ["2026-Q1", "2025-Q4"]
    assert [each.code for each in rows_of.quarters_there([north], women.cohort_id)] == ["2026-Q1"]
    assert rows_of.counts_in([north, south], quarter("2026-Q1")) == {(north, homes): Counts(100, 80, 50)}
    assert rows_of.counts_in([north], quarter("2026-Q1"), women.cohort_id) == {(north, homes): Counts(20, 10, 5)}
    assert list(rows_of.counts_by_quarter([north], homes)) == [quarter("2025-Q4"), quarter("2026-Q1")]
    assert rows_of.sources_of([north], homes, quarter("2026-Q1")) == ["Case records, made for a test"]


@pytest.mark.django_db
def test_providers_count_once_for_the_region_and_serve_its_units(scene: Scene) -> None:
    region, north, south = areas_of(scene)
    homes, work = NeedCategory.objects.get(code="accommodation"), NeedCategory.objects.get(code="ete")
    everywhere, local, elsewhere = RegistrationFactory(), RegistrationFactory(), RegistrationFactory()
    everywhere.areas.set([region, north])
    everywhere.categories.set([homes])
    local.areas.set([north, south])
    local.categories.set([homes, work])
    elsewhere.areas.set([region_of("Elseton", name="Elsewhere")])
    elsewhere.categories.set([homes])
    found = rows_of.providers_present(region, [north, south])
    assert {place: number for place, number in found.items() if number} == {
        (region, homes.pk): 2,
        (north, homes.pk): 2,
        (south, homes.pk): 2,
        (region, work.pk): 1,
        (north, work.pk): 1,
        (south, work.pk): 1,
    }
    for kind in (homes, work):
        column = {place: number for place, number in found.items() if place[1] == kind.pk}
        assert rows_of.providers_present(region, [north, south], kind.pk) == column
    for are_many in (True, False):
        assert list(rows_of.providers_for([north, region], work.pk, are_many=are_many)) == [local]


@pytest.mark.django_db
def test_money_is_what_was_awarded_there_and_needs_are_those_not_met(scene: Scene) -> None:
    region, north, _south = areas_of(scene)
    unit = scene.region.contains.get(name="Northton")
    awarded = OpportunityFactory(is_open=True, area=unit)
    Opportunity.objects.filter(pk=awarded.pk).update(status="awarded")
    bid = BidFactory(opportunity=awarded, lot=awarded.lots.get())
    lot = awarded.lots.get()
    award = awarded_to(bid, by=awarded.created_by)
    OpportunityFactory(is_open=True, area=unit)
    assert rows_of.money_committed([region, north]) == {(north, awarded.category_id): lot.value_pence}
    assert list(rows_of.newest_awards([north], 5, awarded.category_id)) == [award]
    # Other lots of the opportunity may be undecided still: until then nobody is told.
    Award.objects.update(public_at=None)
    assert not rows_of.money_committed([region, north])
    assert not rows_of.newest_awards([north], 5)
    need = NeedFactory(published=True, area=unit)
    NeedFactory(published=True, area=unit, status="met", category=need.category)
    NeedFactory(area=unit, category=need.category)
    there = rows_of.needs_there([north])
    assert there.unmet[north, need.category_id] == there.by_status[NeedStatus.PUBLISHED] > 0
    assert there.by_status[NeedStatus.MET] == 1
    assert not there.by_status[NeedStatus.DRAFT]
    assert need in rows_of.newest_needs_about([north], need.category_id, 5)
