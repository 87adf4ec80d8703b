"""Charts as plain numbers: everything a template needs to draw them, worked out here.

Across, places are percent of the width, down they are multiples of the letter size: so a chart fits any
screen and grows with the reader's letters, without a script and without a line of style in the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from django.utils.translation import gettext as _

Number = int | float | Decimal | Fraction

STEPS = (1, 2, 5)
MOST_TICKS = 6
TARGET_EM, BASELINE_EM = Fraction(1), Fraction(5, 2)
HEAD_EM = Fraction(13, 4)
ROW_EM = Fraction(3)
BAR_EM = Fraction(6, 5)
FOOT_EM = Fraction(2)
UNIT_EM = Fraction(3, 2)
LINE_GAP_EM = Fraction(2, 5)
WHOLE_PERCENT = 100
EDGE_PERCENT = 15


@dataclass(frozen=True)
class Tick:
    """A figure on the axis and the line above it; `anchor` keeps the figure inside the chart."""

    x: str
    label: str
    anchor: str


@dataclass(frozen=True)
class Bar:
    """One result: where its bar lies, and its words."""

    label: str
    value: str
    x: str
    width: str
    y: str
    label_y: str
    share: str


@dataclass(frozen=True)
class Line:
    """The baseline or the target: a line from top to bottom with its words above it."""

    x: str
    label: str
    value: str
    anchor: str


@dataclass(frozen=True)
class ResultChart:
    """A result against its baseline and its target. Lengths down are in em, places across in percent."""

    title: str
    text: str
    baseline: Line
    target: Line
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    unit: str
    height: str
    plot_top: str
    plot_bottom: str
    tick_y: str
    bar_height: str
    target_label_y: str
    target_top: str
    baseline_label_y: str
    baseline_top: str
    axis_label: str
    axis_label_y: str

    @property
    def has_results(self) -> bool:
        """Whether there is anything to draw yet."""
        return bool(self.bars)


def achievement(baseline: Number, target: Number, actual: Number) -> Fraction:
    """How far from the baseline to the target, from nought to one.

    The target may lie below the baseline (fewer is better). ValueError if they are equal.
    """
    start, goal = Fraction(baseline), Fraction(target)
    if start == goal:
        raise ValueError("A target must differ from its baseline.")
    return min(Fraction(1), max(Fraction(0), (Fraction(actual) - start) / (goal - start)))


def plain(number: Number, unit: str = "") -> str:
    """1,250 or 12.5 with its unit: no more than two digits after the point and no noughts at the end."""
    shown = f"{float(number):,.2f}".rstrip("0").rstrip(".").replace("-", "−")
    if not unit:
        return shown
    return f"{shown}{unit}" if unit == "%" else f"{shown} {unit}"


def axis_steps(lowest: Fraction, highest: Fraction) -> list[Fraction]:
    """Round figures from at or below `lowest` to at or above `highest`, six or fewer; nought is among them."""
    low, high = min(lowest, Fraction(0)), max(highest, Fraction(0))
    if low == high:
        high = Fraction(1)
    power = Fraction(10) ** (len(str(int(high - low) or 1)) - 3)
    while True:
        for multiple in STEPS:
            step = power * multiple
            first, last = floor(low / step), ceil(high / step)
            if last - first < MOST_TICKS:
                return [step * place for place in range(first, last + 1)]
        power *= 10


def _percent(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return (value - low) / (high - low) * WHOLE_PERCENT


def _written(value: Fraction) -> str:
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def _anchor(place: Fraction) -> str:
    if place < EDGE_PERCENT:
        return "start"
    return "end" if place > WHOLE_PERCENT - EDGE_PERCENT else "middle"


def finding(baseline: Number, target: Number, points: Sequence[tuple[str, Number]], unit: str = "") -> str:
    """What the latest result says, in a sentence."""
    words = {"baseline": plain(baseline, unit), "target": plain(target, unit)}
    if not points:
        return _("No result yet: the aim is to go from %(baseline)s to %(target)s") % words
    label, actual = points[-1]
    share = achievement(baseline, target, actual)
    words |= {"label": label, "actual": plain(actual, unit), "share": plain(floor(share * WHOLE_PERCENT), "%")}
    if share == 1:
        return _("%(label)s: %(actual)s, so the target of %(target)s is reached") % words
    if share == 0:
        return _("%(label)s: %(actual)s, no better than the baseline of %(baseline)s") % words
    return _("%(label)s: %(actual)s, %(share)s of the way from %(baseline)s to the target of %(target)s") % words


def result_chart(
    baseline: Number, target: Number, points: Sequence[tuple[str, Number]], unit: str = ""
) -> ResultChart:
    """Bars of the results, oldest first, with lines at the baseline and the target.

    `points` are (label, value); `unit` follows each figure ("%" or "people"). ValueError if baseline and
    target are equal.
    """
    title = finding(baseline, target, points, unit)
    figures = [Fraction(value) for _label, value in points]
    start, goal = Fraction(baseline), Fraction(target)
    if start == goal:
        raise ValueError("A target must differ from its baseline.")
    steps = axis_steps(min([start, goal, *figures]), max([start, goal, *figures]))
    low, high = steps[0], steps[-1]
    nought = _percent(Fraction(0), low, high)

    bars = []
    for place, ((label, value), figure) in enumerate(zip(points, figures, strict=True)):
        end, top = _percent(figure, low, high), HEAD_EM + ROW_EM * place
        bars.append(
            Bar(
                label=label,
                value=plain(value, unit),
                x=_written(min(nought, end)),
                width=_written(abs(end - nought)),
                label_y=_written(top + Fraction(11, 10)),
                y=_written(top + Fraction(3, 2)),
                share=plain(floor(achievement(baseline, target, value) * WHOLE_PERCENT), "%"),
            )
        )
    # A percent sign stands beside each figure of the axis; a word stands once beneath them.
    beneath = "" if unit == "%" else unit
    bottom = HEAD_EM + ROW_EM * len(points) + Fraction(1, 4)
    return ResultChart(
        title=title,
        text="; ".join(f"{bar.label} {bar.value}" for bar in bars),
        baseline=_line(_("Baseline"), baseline, unit, _percent(start, low, high)),
        target=_line(_("Target"), target, unit, _percent(goal, low, high)),
        bars=tuple(bars),
        ticks=tuple(_tick(step, _percent(step, low, high), "" if beneath else unit) for step in steps),
        unit=unit,
        height=_written(bottom + FOOT_EM + (UNIT_EM if beneath else 0)),
        plot_top=_written(HEAD_EM),
        plot_bottom=_written(bottom),
        tick_y=_written(bottom + Fraction(3, 2)),
        bar_height=_written(BAR_EM),
        target_label_y=_written(TARGET_EM),
        target_top=_written(TARGET_EM + LINE_GAP_EM),
        baseline_label_y=_written(BASELINE_EM),
        baseline_top=_written(BASELINE_EM + LINE_GAP_EM),
        axis_label=beneath,
        axis_label_y=_written(bottom + FOOT_EM + 1),
    )


def _line(label: str, value: Number, unit: str, place: Fraction) -> Line:
    return Line(x=_written(place), label=label, value=plain(value, unit), anchor=_anchor(place))


def _tick(step: Fraction, place: Fraction, unit: str) -> Tick:
    anchor = "start" if place == 0 else "end" if place == WHOLE_PERCENT else "middle"
    return Tick(x=_written(place), label=plain(step, unit), anchor=anchor)
