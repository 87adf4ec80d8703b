"""Rates over time as plain numbers for a drawing: a bar each, its interval, and a line to compare with.

Places and lengths as in core.charts: across in percent of the width, down in multiples of the letter size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from core.charts import BAR_EM, FOOT_EM, HEAD_EM, Bar, Line, Tick, plain
from core.money import WHOLE_BPS, percent, round_half_up

TICKS = (0, 2_000, 4_000, 6_000, 8_000, 10_000)
EDGE = 15
PITCH_EM = Fraction(17, 5)
_TOP, _LABEL_Y = Fraction(1), Fraction(1)


@dataclass(frozen=True)
class RateBar:
    """One rate: its bar, its words, and from where to where its interval reaches."""

    bar: Bar
    interval: str
    low: str
    high: str
    interval_y: str


@dataclass(frozen=True)
class RateChart:
    """Bars from nought to one hundred percent; `line` is none where there is nothing to compare with."""

    title: str
    text: str
    bars: tuple[RateBar, ...]
    ticks: tuple[Tick, ...]
    line: Line | None
    height: str
    plot_top: str
    plot_bottom: str
    tick_y: str
    bar_height: str
    line_label_y: str
    line_top: str


def rate_chart(
    title: str, rates: Sequence[tuple[str, int, int, int]], *, line: tuple[str, int] | None = None
) -> RateChart:
    """Bars of `rates`: (label, rate, low, high) in basis points, from top to bottom; `line` is (label, rate)."""
    head = HEAD_EM if line else _TOP
    bars = tuple(_bar(head + PITCH_EM * place, *rate) for place, rate in enumerate(rates))
    bottom = head + PITCH_EM * len(rates) + Fraction(1, 4)
    return RateChart(
        title=title,
        text="; ".join(f"{each.bar.label} {each.bar.value}" for each in bars),
        bars=bars,
        ticks=tuple(_tick(tick) for tick in TICKS),
        line=_line(*line) if line else None,
        height=_written(bottom + FOOT_EM),
        plot_top=_written(head),
        plot_bottom=_written(bottom),
        tick_y=_written(bottom + Fraction(3, 2)),
        bar_height=_written(BAR_EM),
        line_label_y=_written(_LABEL_Y),
        line_top=_written(_LABEL_Y + Fraction(2, 5)),
    )


def _bar(top: Fraction, label: str, rate: int, low: int, high: int) -> RateBar:
    bar = Bar(
        label=label,
        value=f"{round_half_up(Fraction(rate, 100))}%",
        x="0",
        width=_across(rate),
        y=_written(top + Fraction(3, 2)),
        label_y=_written(top + Fraction(11, 10)),
        share="",
    )
    interval = f"{low // 100}–{-(-high // 100)}%"
    return RateBar(
        bar, interval, _across(low), _across(high), _written(top + Fraction(3, 2) + BAR_EM + Fraction(1, 5))
    )


def _line(label: str, rate: int) -> Line:
    place = Fraction(rate, 100)
    anchor = "start" if place < EDGE else "end" if place > 100 - EDGE else "middle"
    return Line(x=_across(rate), label=label, value=percent(rate), anchor=anchor)


def _tick(rate: int) -> Tick:
    anchor = "start" if rate == 0 else "end" if rate == WHOLE_BPS else "middle"
    return Tick(x=_across(rate), label=plain(rate // 100, "%"), anchor=anchor)


def _across(rate: int) -> str:
    return _written(Fraction(rate, 100))


def _written(value: Fraction) -> str:
    return f"{float(value):.3f}".rstrip("0").rstrip(".")
