"""Which version of the matrix holds on a day."""

import datetime

from providers.matrix import Matrix
from providers.reference.shipped import shipped_matrices


class NoMatrix(LookupError):
    """No version of the matrix was in force on that day."""


def matrix_on(day: datetime.date) -> Matrix:
    """The version in force on that day, with cells and minutes. Raises NoMatrix before the first."""
    in_force = [matrix for matrix in shipped_matrices() if matrix.effective_from <= day]
    if not in_force:
        raise NoMatrix(f"no matrix of checks is in force on {day.isoformat()}")
    return max(in_force, key=lambda matrix: matrix.effective_from)
