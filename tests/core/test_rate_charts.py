"""Rates over time as a drawing: where bars, intervals and the line to compare with lie."""

from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from core.rate_charts import rate_chart

RATES = [("January to March 2026", 3_050, 2_440, 3_721), ("April to June 2026", 5_000, 4_000, 6_000)]


def test_bars_lie_where_their_rates_are() -> None:
    chart = rate_chart("Half", RATES, line=("Nationally", 4_200))
    assert [(each.bar.width, each.low, each.high) for each in chart.bars] == [
        ("30.5", "24.4", "37.21"),
        ("50", "40", "60"),
    ]
    assert [(each.bar.value, each.interval) for each in chart.bars] == [("31%", "24–38%"), ("50%", "40–60%")]
    assert chart.line is not None
    assert (chart.line.x, chart.line.label, chart.line.value) == ("42", "Nationally", "42%")
    assert chart.text == "January to March 2026 31%; April to June 2026 50%"


def test_without_a_line_the_bars_begin_higher() -> None:
    assert float(rate_chart("A", RATES).plot_top) < float(rate_chart("A", RATES, line=("B", 1)).plot_top)
    assert rate_chart("A", []).bars == ()


@pytest.mark.parametrize(("rate", "anchor"), [(500, "start"), (5_000, "middle"), (9_900, "end")])
def test_the_words_of_the_line_stay_inside(rate: int, anchor: str) -> None:
    line = rate_chart("A", RATES, line=("B", rate)).line
    assert line is not None
    assert line.anchor == anchor


@given(st.lists(st.integers(0, 10_000), max_size=12))
def test_nothing_lies_outside_and_nothing_overlaps(rates: list[int]) -> None:
    chart = rate_chart("A", [(str(rate), rate, rate, rate) for rate in rates])
    tops = [float(each.bar.y) for each in chart.bars]
    assert all(0 <= float(each.bar.width) <= 100 for each in chart.bars)
    assert all(later - earlier > 2 for earlier, later in pairwise(tops))
    assert all(top + float(chart.bar_height) < float(chart.plot_bottom) for top in tops)


def test_the_drawing_says_in_words_what_it_shows() -> None:
    html = render_to_string("components/rate_chart.html", {"chart": rate_chart("Half", RATES)})
    assert 'aria-label="Half. January to March 2026 31%; April to June 2026 50%"' in html
    assert "95% interval" in html
