"""How far outcomes have come: exact fractions, no rounding until a figure is shown."""

import enum
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from core.money import WHOLE_BPS, round_half_up

Figure = int | Decimal | Fraction

NOUGHT, WHOLE = Fraction(0), Fraction(1)


class Standing(enum.Enum):
    """Where a result lies between the baseline and the target."""

    WORSE = "worse"
    UNMOVED = "unmoved"
    ON_THE_WAY = "on_the_way"
    MET = "met"
    BEYOND = "beyond"


def progress(*, baseline: Figure, target: Figure, actual: Figure) -> Fraction:
    """The part of the way from baseline to target: 1 is the target, below nought is the wrong way.

    The target may lie below the baseline, where less is better. ValueError if the two are equal: there is
    no way to measure.
    """
    start, end = Fraction(baseline), Fraction(target)
    if start == end:
        raise ValueError("The target must differ from the baseline.")
    return (Fraction(actual) - start) / (end - start)


def achievement(*, baseline: Figure, target: Figure, actual: Figure) -> Fraction:
    """`progress`, kept between nought and one: missing one outcome badly costs no more than missing it."""
    return min(max(progress(baseline=baseline, target=target, actual=actual), NOUGHT), WHOLE)


def standing(*, baseline: Figure, target: Figure, actual: Figure) -> Standing:
    """Which of the five cases a result is; exact, so that 99.999% of the way is not yet the target."""
    come = progress(baseline=baseline, target=target, actual=actual)
    if come < NOUGHT:
        return Standing.WORSE
    if come == NOUGHT:
        return Standing.UNMOVED
    if come < WHOLE:
        return Standing.ON_THE_WAY
    return Standing.MET if come == WHOLE else Standing.BEYOND


def score(parts: Iterable[tuple[int, Fraction]]) -> Fraction:
    """The sum of weight (basis points) times achievement, from nought to one.

    ValueError if the weights do not make 10,000: a score over some of the outcomes would be another figure.
    """
    weighted = list(parts)
    if sum(weight for weight, _achieved in weighted) != WHOLE_BPS:
        raise ValueError("Weights must make 10,000.")
    return sum((weight * achieved for weight, achieved in weighted), NOUGHT) / WHOLE_BPS


def in_bps(part: Fraction) -> int:
    """A part of one in basis points, rounded half up, for showing: 0.71388… is 7,139."""
    return round_half_up(part * WHOLE_BPS)
