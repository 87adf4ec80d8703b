"""How sure a rate is, and which counts the public may see: arithmetic alone, no rows.

Rates are basis points (10,000 = 100%). A count of people from 1 to 9 is small: on a public page neither it nor
what is left when it is taken from the count above it is shown, nor anything from which either follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import floor, sqrt

from core.money import WHOLE_BPS, round_half_up

# The 97.5th percentile of the normal distribution: 95% lies within it on both sides.
Z95 = 1.959963984540054
SMALLEST_SHOWN = 10
# How many whole numbers a withheld count may still be, for whoever subtracts all that is shown.
LEFT_OPEN = 5
MEASURES = ("priority", "sufficient", "available")


@dataclass(frozen=True)
class Rate:
    """A share in basis points with its 95% interval; `low_bps` and `high_bps` are rounded outwards."""

    rate_bps: int
    low_bps: int
    high_bps: int


# A page about a region asks for hundreds, and the next page about it for the same ones.
@lru_cache(maxsize=16_384)
def rate_with_interval(part: int, whole: int) -> Rate | None:
    """`part` of `whole` with the interval of Wilson (1927) at 95%; none of nothing is no rate.

    ValueError unless 0 ≤ part ≤ whole.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is no part of {whole}.")
    if whole == 0:
        return None
    rate_bps = round_half_up(Fraction(part * WHOLE_BPS, whole))
    return Rate(rate_bps, _lower(part, whole), WHOLE_BPS - _lower(whole - part, whole))


def _lower(part: int, whole: int) -> int:
    """The lower end in basis points, rounded down; the upper end is that of the other part, turned round."""
    if part == 0:
        return 0
    square = Z95 * Z95
    spread = Z95 * sqrt(square + 4 * part * (whole - part) / whole)
    # Divided by its other root instead of subtracted, so that no digits are lost where both are alike.
    lower = 2 * part * part / whole / (2 * part + square + spread)
    return max(0, min(floor(lower * WHOLE_BPS), part * WHOLE_BPS // whole))


# --- What the public may see -------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """Cases in which a need was a priority, of them those with help available, of those with enough delivered."""

    priority: int
    available: int
    sufficient: int

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.priority + other.priority,
            self.available + other.available,
            self.sufficient + other.sufficient,
        )


@dataclass(frozen=True)
class Shown:
    """The same counts as far as the reader may see them; none for one that is withheld."""

    priority: int | None
    available: int | None
    sufficient: int | None

    @property
    def whole(self) -> bool:
        """Whether nothing is withheld."""
        return None not in (self.priority, self.available, self.sufficient)


def in_full(counts: Counts) -> Shown:
    """Everything, for those who may see it."""
    return Shown(counts.priority, counts.available, counts.sufficient)


def for_the_public(parts: Sequence[Counts], total: Counts | None) -> tuple[list[Shown], Shown | None]:
    """`parts` and their `total` without small counts, and without what would give one away.

    A part is withheld where it is small, or what it leaves of the count above it is (primary); then the
    smallest other parts, and at last the total, until every withheld part may still be any of five numbers
    for somebody who compares all that is shown (secondary). `total` is none where no
    total is shown.
    """
    shown, whole = _withheld(tuple(parts), total)
    return list(shown), whole


# The same few hundred columns are asked for by every page about a region; a quarter's figures seldom change.
@lru_cache(maxsize=4096)
def _withheld(parts: tuple[Counts, ...], total: Counts | None) -> tuple[tuple[Shown, ...], Shown | None]:
    table = _Table(list(parts), total)
    table.withhold()
    return tuple(table.shown(place) for place in range(len(parts))), table.shown_total()


def _is_small(count: int) -> bool:
    return 0 < count < SMALLEST_SHOWN


class _Table:
    """Parts of one total, and which of their counts are withheld so far."""

    def __init__(self, parts: list[Counts], total: Counts | None) -> None:
        self.parts, self.total = parts, total
        self.hidden: dict[str, set[int]] = {measure: set() for measure in MEASURES}
        self.no_total: set[str] = set() if total else set(MEASURES)

    def shown(self, place: int) -> Shown:
        whole = in_full(self.parts[place])
        return replace(whole, **{name: None for name in MEASURES if place in self.hidden[name]})

    def shown_total(self) -> Shown | None:
        if self.total is None:
            return None
        return replace(in_full(self.total), **dict.fromkeys(self.no_total))

    def withhold(self) -> None:
        """Withhold until a further round finds nothing; each round only adds, so there is an end."""
        if self.total is not None:
            self.no_total |= _primary(self.total, frozenset())
        before = None
        while before != (before := self._count()):
            for place, part in enumerate(self.parts):
                hidden = {name for name in MEASURES if place in self.hidden[name]}
                for name in _primary(part, hidden):
                    self.hidden[name].add(place)
            for measure in MEASURES:
                self._protect(measure)

    def _count(self) -> int:
        return len(self.no_total) + sum(map(len, self.hidden.values()))

    def _protect(self, measure: str) -> None:
        """Withhold more of `measure` until no withheld one can be worked out from all that is shown."""
        hidden = self.hidden[measure]
        while measure not in self.no_total and not all(self._is_open(measure, place) for place in hidden):
            others = [place for place in range(len(self.parts)) if self._can_hide(measure, place)]
            if not others:
                self.no_total |= set(MEASURES) if measure == "priority" else {measure}
                return
            # The smallest that is not nought, for nought adds nothing to hide behind.
            hidden.add(min(others, key=lambda place: self._rank(measure, place)))

    def _can_hide(self, measure: str, place: int) -> bool:
        """Whether `measure` is shown there and would not follow from the counts beside it."""
        if place in self.hidden[measure]:
            return False
        part, seen = self.parts[place], self.shown(place)
        if measure == "sufficient":
            return part.priority > 0 and seen.available != 0
        return measure == "priority" or part.priority > (seen.sufficient or 0)

    def _rank(self, measure: str, place: int) -> tuple[bool, int, int]:
        value = getattr(self.parts[place], measure)
        return value == 0, value, place

    def _is_open(self, measure: str, place: int) -> bool:
        """Whether tables with at least four other numbers in that place show exactly the same."""
        found = 0
        for step in _STEPS:
            found += self._could_move(measure, place, step)
            if found >= LEFT_OPEN - 1:
                return True
        return False

    def _could_move(self, measure: str, place: int, step: int) -> bool:
        """Whether `step` more cases in that place, and as many fewer in others, change nothing that is shown."""
        for names in _TOGETHER[measure]:
            if all(place in self.hidden[name] for name in names) and _is_possible(self.parts[place], names, step):
                totalled = names - self.no_total
                if any(self._can_even_out(groups, place, -step) for groups in _GROUPINGS[totalled]):
                    return True
        return False

    def _can_even_out(self, groups: Sequence[frozenset[str]], place: int, step: int) -> bool:
        """Whether other parts can take the cases of each group; all go one way, so none minds another."""
        return all(
            any(
                other != place
                and all(other in self.hidden[name] for name in names)
                and _is_possible(self.parts[other], names, step)
                for other in range(len(self.parts))
            )
            for names in groups
        )


_STEPS = [sign * size for size in range(1, 2 * LEFT_OPEN) for sign in (1, -1)]
_P, _S, _A = (frozenset({name}) for name in MEASURES)
# Which measures may have to move along with one, so that none is more than the one above it.
_TOGETHER = {
    "priority": (_P, _P | _A, _P | _A | _S),
    "available": (_A, _A | _P, _A | _S, _P | _A | _S),
    "sufficient": (_S, _S | _A, _P | _A | _S),
}
# Every way to share measures out among parts that take them together.
_GROUPINGS: dict[frozenset[str], tuple[tuple[frozenset[str], ...], ...]] = {
    frozenset(): ((),),
    **{one: ((one,),) for one in (_P, _A, _S)},
    **{one | two: ((one | two,), (one, two)) for one, two in ((_P, _A), (_P, _S), (_A, _S))},
    _P | _A | _S: ((_P | _A | _S,), (_P | _A, _S), (_P, _A | _S), (_P | _S, _A), (_P, _A, _S)),
}


def _is_possible(part: Counts, names: frozenset[str], step: int) -> bool:
    """Whether `step` more of each of `names` leaves no count below nought or above the one that holds it."""
    priority, available, sufficient = (
        getattr(part, name) + (step if name in names else 0) for name in ("priority", "available", "sufficient")
    )
    return 0 <= sufficient <= available <= priority


def _primary(counts: Counts, hidden: set[str] | frozenset[str]) -> set[str]:
    """The measures of one part that are withheld for its own sake."""
    if "priority" in hidden or _is_small(counts.priority):
        return set(MEASURES)
    found = set(hidden)
    if _is_small(counts.sufficient) or _is_small(counts.priority - counts.sufficient):
        found.add("sufficient")
    between = "sufficient" not in found and _is_small(counts.available - counts.sufficient)
    if between or _is_small(counts.available) or _is_small(counts.priority - counts.available):
        found.add("available")
    return found
