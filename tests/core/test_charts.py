"""Places and words of the result chart, worked out without drawing anything."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import MOST_TICKS, achievement, axis_steps, finding, plain, result_chart

figures = st.integers(-1_000_000, 1_000_000)


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "share"),
    [
        (42, 60, 55, Fraction(13, 18)),
        (17, 35, 35, 1),
        (30, 40, 33, Fraction(3, 10)),
        (310, 250, 280, Fraction(1, 2)),
        (42, 60, 30, 0),
        (42, 60, 99, 1),
        (Decimal("0.1"), Decimal("0.3"), Decimal("0.2"), Fraction(1, 2)),
    ],
)
def test_achievement_is_the_way_from_baseline_to_target(
    baseline: Decimal, target: Decimal, actual: Decimal, share: Fraction
) -> None:
    assert achievement(baseline, target, actual) == share


def test_target_equal_to_baseline_is_refused() -> None:
    with pytest.raises(ValueError, match="differ"):
        achievement(5, 5, 5)
    with pytest.raises(ValueError, match="differ"):
        result_chart(5, 5, [])


@given(figures, figures, figures)
def test_achievement_stays_between_nought_and_one(baseline: int, target: int, actual: int) -> None:
    if baseline != target:
        assert 0 <= achievement(baseline, target, actual) <= 1


@given(figures, figures)
def test_axis_holds_everything_and_nought(one: int, other: int) -> None:
    low, high = Fraction(min(one, other)), Fraction(max(one, other))
    steps = axis_steps(low, high)
    assert steps[0] <= min(low, 0)
    assert steps[-1] >= max(high, 0)
    assert Fraction(0) in steps
    assert 2 <= len(steps) <= MOST_TICKS
    assert len({after - before for before, after in pairwise(steps)}) == 1


def test_axis_of_small_figures_has_small_steps() -> None:
    assert axis_steps(Fraction(1, 10), Fraction(3, 10)) == [Fraction(n, 10) for n in range(4)]


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        (1250, "", "1,250"),
        (Decimal("12.50"), "%", "12.5%"),
        (-3, "people", "−3 people"),
        (0, "", "0"),
        (100, "%", "100%"),
        (Fraction(1, 3), "", "0.33"),
    ],
)
def test_figures_are_written_plainly(number: Decimal, unit: str, shown: str) -> None:
    assert plain(number, unit) == shown


def test_chart_places_bars_and_lines_in_percent() -> None:
    chart = result_chart(42, 60, [("June", 45), ("December", 55)], "%")
    assert [tick.label for tick in chart.ticks] == ["0%", "20%", "40%", "60%"]
    assert (chart.baseline.x, chart.target.x) == ("70", "100")
    assert [(bar.x, bar.width) for bar in chart.bars] == [("0", "75"), ("0", "91.667")]
    assert [bar.share for bar in chart.bars] == ["16%", "72%"]
    assert (chart.baseline.anchor, chart.target.anchor) == ("middle", "end")
    assert chart.axis_label == ""


def test_chart_of_falling_figures_reads_the_same_way() -> None:
    chart = result_chart(310, 250, [("2026", 240)], "people")
    assert chart.title == "2026: 240 people, so the target of 250 people is reached"
    assert chart.axis_label == "people"
    assert chart.bars[0].share == "100%"


def test_bars_below_nought_go_to_the_left_of_it() -> None:
    chart = result_chart(-10, 10, [("first", -5)])
    assert [tick.label for tick in chart.ticks] == ["−10", "−5", "0", "5", "10"]
    assert (chart.bars[0].x, chart.bars[0].width) == ("25", "25")


@given(figures, figures, st.lists(figures, max_size=8))
def test_everything_lies_inside_the_chart(baseline: int, target: int, values: list[int]) -> None:
    if baseline == target:
        return
    chart = result_chart(baseline, target, [(str(place), value) for place, value in enumerate(values)])
    places = [float(line.x) for line in (chart.baseline, chart.target)]
    places += [float(tick.x) for tick in chart.ticks] + [float(bar.x) for bar in chart.bars]
    places += [float(bar.x) + float(bar.width) for bar in chart.bars]
    assert all(0 <= place <= 100.001 for place in places)
    assert all(float(bar.y) + float(chart.bar_height) <= float(chart.plot_bottom) for bar in chart.bars)
    assert float(chart.tick_y) <= float(chart.height)
    assert chart.has_results == bool(values)


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([], "No result yet: the aim is to go from 42% to 60%"),
        ([("June", 55)], "June: 55%, 72% of the way from 42% to the target of 60%"),
        ([("June", 60)], "June: 60%, so the target of 60% is reached"),
        ([("June", 41)], "June: 41%, no better than the baseline of 42%"),
    ],
)
def test_title_states_the_finding(points: list[tuple[str, int]], sentence: str) -> None:
    assert finding(42, 60, points, "%") == sentence
