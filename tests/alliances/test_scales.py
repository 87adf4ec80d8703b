"""How far outcomes have come, as fractions."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alliances.scales import Standing, achievement, in_bps, progress, score, standing
from core import charts

figures = st.decimals(min_value=-10_000, max_value=10_000, places=2)


@st.composite
def ways(draw):
    """A baseline and a target that differ."""
    baseline, target = draw(figures), draw(figures)
    assume(baseline != target)
    return {"baseline": baseline, "target": target}


def test_score_of_the_worked_example():
    parts = [
        (4000, achievement(baseline=42, target=60, actual=55)),
        (3500, achievement(baseline=17, target=35, actual=35)),
        (2500, achievement(baseline=30, target=40, actual=33)),
    ]

    assert [part for _weight, part in parts] == [Fraction(13, 18), 1, Fraction(3, 10)]
    assert in_bps(score(parts)) == 7139


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "achieved", "where"),
    [
        (42, 60, 42, 0, Standing.UNMOVED),
        (42, 60, 60, 1, Standing.MET),
        (42, 60, 51, Fraction(1, 2), Standing.ON_THE_WAY),
        (42, 60, 30, 0, Standing.WORSE),
        (42, 60, 90, 1, Standing.BEYOND),
        (30, 12, 21, Fraction(1, 2), Standing.ON_THE_WAY),
        (30, 12, 33, 0, Standing.WORSE),
        (30, 12, 12, 1, Standing.MET),
        (30, 12, 9, 1, Standing.BEYOND),
        (-5, 5, 0, Fraction(1, 2), Standing.ON_THE_WAY),
        (Decimal("0.10"), Decimal("0.30"), Decimal("0.20"), Fraction(1, 2), Standing.ON_THE_WAY),
    ],
)
def test_result_has_its_place_between_baseline_and_target(baseline, target, actual, achieved, where):
    given_figures = {"baseline": baseline, "target": target, "actual": actual}

    assert achievement(**given_figures) == achieved
    assert standing(**given_figures) is where


def test_target_equal_to_baseline_is_refused():
    with pytest.raises(ValueError, match="differ"):
        achievement(baseline=Decimal("42.0"), target=42, actual=50)


@given(ways(), figures)
def test_achievement_is_clamped(way, actual):
    assert 0 <= achievement(**way, actual=actual) <= 1


@given(ways())
def test_achievement_is_exact_at_both_ends(way):
    assert achievement(**way, actual=way["baseline"]) == 0
    assert achievement(**way, actual=way["target"]) == 1


@given(ways(), figures, figures)
def test_achievement_never_falls_towards_the_target(way, one, other):
    towards = 1 if way["target"] > way["baseline"] else -1
    nearer, further = max(one * towards, other * towards) * towards, min(one * towards, other * towards) * towards

    assert achievement(**way, actual=nearer) >= achievement(**way, actual=further)


@given(ways(), figures)
def test_standing_agrees_with_progress(way, actual):
    come, where = progress(**way, actual=actual), standing(**way, actual=actual)

    assert (come > 1, come == 1, 0 < come < 1, come == 0, come < 0) == tuple(
        where is case
        for case in (Standing.BEYOND, Standing.MET, Standing.ON_THE_WAY, Standing.UNMOVED, Standing.WORSE)
    )


@given(ways(), figures)
def test_chart_draws_the_same_achievement(way, actual):
    assert charts.achievement(way["baseline"], way["target"], actual) == achievement(**way, actual=actual)


@given(st.lists(st.fractions(min_value=0, max_value=1), min_size=1, max_size=8), st.data())
def test_score_lies_between_the_worst_and_the_best_outcome(achieved, data):
    cuts = sorted(
        data.draw(st.lists(st.integers(0, 10_000), min_size=len(achieved) - 1, max_size=len(achieved) - 1))
    )
    weights = [after - before for before, after in zip([0, *cuts], [*cuts, 10_000], strict=True)]

    assert min(achieved) <= score(zip(weights, achieved, strict=True)) <= max(achieved)


def test_score_is_one_exactly_when_everything_is_achieved():
    assert score([(3333, Fraction(1)), (6667, Fraction(1))]) == 1


@pytest.mark.parametrize("weights", [[], [9_999], [5000, 5001]])
def test_weights_that_do_not_make_a_whole_are_refused(weights):
    with pytest.raises(ValueError, match="10,000"):
        score((weight, Fraction(1)) for weight in weights)
