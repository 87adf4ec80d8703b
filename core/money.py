"""Money is whole pence, rates are basis points (10,000 = 100%)."""

from collections.abc import Sequence
from fractions import Fraction

WHOLE_BPS = 10_000


def round_half_up(value: Fraction) -> int:
    """The nearest whole number; halves go up (away from nought below it)."""
    if value < 0:
        return -round_half_up(-value)
    return int(value + Fraction(1, 2))


def rate_of(amount_pence: int, rate_bps: int) -> int:
    """`rate_bps` of `amount_pence`, in pence, rounded half up."""
    return round_half_up(Fraction(amount_pence * rate_bps, WHOLE_BPS))


def split_by_shares(amount_pence: int, shares_bps: Sequence[int]) -> list[int]:
    """`amount_pence` in parts proportionate to `shares_bps`; the parts always add up to it.

    Each part is rounded towards nought; the pence left over go one each to the largest remainders,
    earlier shares first. Shares need not make 10,000. Raises ValueError if none is above nought or one
    is below.
    """
    whole = sum(shares_bps)
    if whole <= 0 or min(shares_bps) < 0:
        raise ValueError("Shares must not be negative and at least one must be above nought.")
    if amount_pence < 0:
        return [-part for part in split_by_shares(-amount_pence, shares_bps)]
    parts = [amount_pence * share // whole for share in shares_bps]
    remainders = [amount_pence * share % whole for share in shares_bps]
    by_remainder = sorted(range(len(parts)), key=lambda place: (-remainders[place], place))
    for place in by_remainder[: amount_pence - sum(parts)]:
        parts[place] += 1
    return parts


def pounds(amount_pence: int) -> str:
    """£1,234.56; whole pounds without pence: £1,234; a debt as −£5."""
    sign = "−" if amount_pence < 0 else ""
    whole, pence = divmod(abs(amount_pence), 100)
    return f"{sign}£{whole:,}.{pence:02}" if pence else f"{sign}£{whole:,}"


def percent(rate_bps: int) -> str:
    """33.3% from 3,330; no more digits than the rate has."""
    sign = "−" if rate_bps < 0 else ""
    whole, hundredths = divmod(abs(rate_bps), 100)
    return f"{sign}{whole}.{hundredths:02}".rstrip("0").rstrip(".") + "%" if hundredths else f"{sign}{whole}%"
