"""Answers to "may this person do this now?", each with a sentence the person can read."""

from dataclasses import dataclass
from typing import Self

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise

Sentence = str | Promise


@dataclass(frozen=True)
class Verdict:
    """Whether something is allowed, and why not.

    `right` tells the two refusals apart: a missing right (the page does not open) from a rule that
    stands in the way just now (the page opens and says so).
    """

    allowed: bool
    reason: Sentence = ""
    right: bool = True

    def __bool__(self) -> bool:
        return self.allowed

    def and_then(self, other: Self) -> Self:
        """The first refusal of the two, or allowed."""
        return other if self.allowed else self


ALLOWED = Verdict(allowed=True)


def denied(reason: Sentence) -> Verdict:
    """The person lacks the right, whatever the state of things."""
    return Verdict(allowed=False, reason=reason, right=False)


def refused(reason: Sentence) -> Verdict:
    """A rule stands in the way; the reason says which, and if possible what to do."""
    return Verdict(allowed=False, reason=reason)


class Refused(Exception):
    """A rule said no. The text is a sentence for the person who asked."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Stale(Refused):
    """Somebody else changed the thing since this person opened it."""


def require(verdict: Verdict) -> None:
    """Go on only if allowed; otherwise raise PermissionDenied (no right) or Refused (a rule)."""
    if verdict.allowed:
        return
    if not verdict.right:
        raise PermissionDenied(str(verdict.reason))
    raise Refused(verdict.reason)
