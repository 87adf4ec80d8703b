"""`manage.py checks_for --json`: what is asked of a case, or of each of a list, read from standard input."""

import datetime
import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from providers.checks import Asked, BadCase, Case, Matrix, case_from, checks_for
from providers.queries.checks import NoMatrix, matrix_on, shipped_matrix_on


class Command(BaseCommand):
    """One object gives a list of checks, a list of them a list of lists; a wrong one nothing but a line."""

    help = "Print what is asked of the case on standard input, or of each of a list of cases, as JSON."
    # The calculation needs neither pages nor tables in order.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """JSON is the only form there is."""
        parser.add_argument("--json", action="store_true", required=True, help="read and print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Everything is worked out before anything is printed."""
        try:
            answer = _answer(_read())
        except (BadCase, NoMatrix) as problem:
            raise CommandError(str(problem), returncode=2) from problem
        self.stdout.write(json.dumps(answer))


def _read() -> object:
    try:
        return json.loads(sys.stdin.buffer.read(), object_pairs_hook=_object)
    except BadCase:
        raise
    # Not JSON, not UTF-8, a number too long to be one, or brackets too deep.
    except (ValueError, RecursionError) as error:
        raise BadCase("standard input is not JSON") from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Of a name given twice one value would be lost without a word."""
    data = dict(pairs)
    if len(data) != len(pairs):
        raise BadCase("a name stands twice in one case")
    return data


def _answer(data: object) -> object:
    matrices: dict[object, Matrix] = {}
    if not isinstance(data, list):
        return _asked_of(case_from(data), matrices)
    answers = []
    for number, each in enumerate(data, start=1):
        try:
            answers.append(_asked_of(case_from(each), matrices))
        except (BadCase, NoMatrix) as problem:
            raise BadCase(f"case {number}: {problem}") from problem
    return answers


def _asked_of(case: Case, matrices: dict[object, Matrix]) -> list[dict[str, object]]:
    if case.on not in matrices:
        matrices[case.on] = _matrix_on(case.on)
    return [_row(asked) for asked in checks_for(case, matrices[case.on])]


def _matrix_on(day: datetime.date) -> Matrix:
    """Without a database, or before its tables are made, what came with the release."""
    try:
        return matrix_on(day)
    except (DatabaseError, ImproperlyConfigured):
        return shipped_matrix_on(day)


def _row(asked: Asked) -> dict[str, object]:
    return {
        "check": asked.check,
        "how": asked.how.value,
        "why": asked.why,
        "legal_basis": asked.legal_basis,
        "minutes": asked.minutes,
        "sponsor_can_cover": asked.sponsor_can_cover,
    }
