"""Points, totals and places: arithmetic alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from core.money import WHOLE_BPS, round_half_up

HIGHEST_POINTS = 5


@dataclass(frozen=True)
class Offer:
    """What decides the place of one bid: its exact total in basis points and its price in pence."""

    number: int
    total: Fraction
    price_pence: int


@dataclass(frozen=True)
class Standing:
    """The place of one bid among all.

    `is_tied`: another bid has the same total. `is_joint`: the price does not part them either.
    """

    number: int
    total_bps: int
    place: int
    is_tied: bool = False
    is_joint: bool = False


def total_of(scored: Iterable[tuple[int, int]]) -> Fraction:
    """The exact total, from 0 to 10,000 basis points, of (weight in basis points, points from 0 to 5) pairs.

    Each answer brings weight × points / 5. Raises ValueError for points off the scale, a weight not above
    nought, or weights that do not make 10,000: such a total would compare bids by different rules.
    """
    pairs = list(scored)
    if any(not 0 <= points <= HIGHEST_POINTS for _weight, points in pairs):
        raise ValueError(f"Points are from 0 to {HIGHEST_POINTS}.")
    weights = [weight for weight, _points in pairs]
    if min(weights, default=0) <= 0 or sum(weights) != WHOLE_BPS:
        raise ValueError(f"Weights are above nought and add up to {WHOLE_BPS}.")
    return sum((Fraction(weight * points, HIGHEST_POINTS) for weight, points in pairs), Fraction())


def ranked(offers: Iterable[Offer]) -> list[Standing]:
    """The offers from first to last, each with its place and its total rounded half up.

    The exact total decides; where two are the same, the lower price comes first; where that is the same too,
    they share a place and the next place stays empty. Offers that share a place keep the order of their numbers.
    """
    order = sorted(offers, key=lambda offer: (*_rank(offer), offer.number))
    totals = [offer.total for offer in order]
    ranks = [_rank(offer) for offer in order]
    return [
        Standing(
            number=offer.number,
            total_bps=round_half_up(offer.total),
            place=ranks.index(_rank(offer)) + 1,
            is_tied=totals.count(offer.total) > 1,
            is_joint=ranks.count(_rank(offer)) > 1,
        )
        for offer in order
    ]


def spread(points: Iterable[int]) -> int:
    """How far apart the highest and the lowest points are; nought for one or none."""
    given = list(points)
    return max(given) - min(given) if given else 0


def _rank(offer: Offer) -> tuple[Fraction, int]:
    return -offer.total, offer.price_pence
