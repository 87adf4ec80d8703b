"""Choices that look like chance and are the same for the same number in every run."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_64_BITS = 2**64 - 1


def pick(number: int, question: int, of: int) -> int:
    """One of 0 to `of` - 1 for row `number`; another `question` gives another answer (SplitMix64)."""
    mixed = (number * 0x9E3779B97F4A7C15 + question * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & _64_BITS
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _64_BITS
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _64_BITS
    return (mixed ^ (mixed >> 31)) % of


def choose(number: int, question: int, among: Sequence[T]) -> T:
    """One of `among` for row `number`."""
    return among[pick(number, question, len(among))]


def uneven(number: int, question: int, of: int) -> int:
    """As `pick`, but small answers come more often than large ones: few have much, many have little."""
    return min(pick(number, question, of), pick(number, question + 1000, of))
