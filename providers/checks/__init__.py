"""What a provider is asked at a given value, and why: a pure calculation, nothing is read and nothing kept.

To add a check: one file here with a `CHECK`, and its rows in the matrix.
"""

from providers.checks.asking import Asked, Totals, checks_for, totals, totals_for
from providers.checks.case import BadCase, Case, Route, case_from
from providers.checks.check import Check, Question
from providers.checks.registry import CHECKS, CODES, check_named
from providers.checks.sizes import Size, one_list_for_all, size_words, sizes
from providers.matrix import How, Matrix

__all__ = [
    "CHECKS",
    "CODES",
    "Asked",
    "BadCase",
    "Case",
    "Check",
    "How",
    "Matrix",
    "Question",
    "Route",
    "Size",
    "Totals",
    "case_from",
    "check_named",
    "checks_for",
    "one_list_for_all",
    "size_words",
    "sizes",
    "totals",
    "totals_for",
]
