"""Agreements between commissioners and providers as equal parties."""

from alliances.models.agreements import Alliance, AllianceMember
from alliances.models.outcomes import Outcome, Result

__all__ = ["Alliance", "AllianceMember", "Outcome", "Result"]
