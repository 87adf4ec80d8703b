"""Versions of the matrix of checks, and which one holds on a day."""

import datetime

from django.core.cache import cache
from django.db.models import Prefetch, QuerySet

from providers.matrix import Cell, How, Matrix
from providers.models import MatrixCell, MatrixMinutes, MatrixVersion
from providers.reference.shipped import accounts_limits, shipped_matrices
from providers.states import MatrixStatus

KEPT_SECONDS = 3600


class NoMatrix(LookupError):
    """No version of the matrix was in force on that day."""


def matrix_on(day: datetime.date) -> Matrix:
    """The version in force on that day, with cells and minutes. Raises NoMatrix before the first.

    One query where it was asked for lately, else three. A database that holds no published version yet answers
    with what came with the release.
    """
    version = version_on(day)
    if version is not None:
        return kept_matrix(version)
    if published_versions().exists():
        raise NoMatrix(f"no matrix of checks is in force on {day.isoformat()}")
    return shipped_matrix_on(day)


def version_on(day: datetime.date) -> MatrixVersion | None:
    """The row of the version in force on that day; none before the first."""
    in_force = published_versions().filter(effective_from__lte=day)
    return in_force.order_by("-effective_from").first()


def kept_matrix(version: MatrixVersion) -> Matrix:
    """A published version as a value; it never changes, so it is kept for the next to ask."""
    key = f"checks-{version.pk}-{version.published_at:%Y%m%d%H%M%S%f}"
    kept: Matrix | None = cache.get(key)
    if kept is None:
        kept = matrix_of(version)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def shipped_matrix_on(day: datetime.date) -> Matrix:
    """The version of the release that holds on that day, whatever the database says. Raises NoMatrix."""
    in_force = [matrix for matrix in shipped_matrices() if matrix.effective_from <= day]
    if not in_force:
        raise NoMatrix(f"no matrix of checks is in force on {day.isoformat()}")
    return max(in_force, key=lambda matrix: matrix.effective_from)


def published_versions() -> QuerySet[MatrixVersion]:
    """Every version that was or will be in force."""
    return MatrixVersion.objects.filter(status=MatrixStatus.PUBLISHED)


def coming_versions(day: datetime.date) -> QuerySet[MatrixVersion]:
    """Versions that will come into force after that day, the next one first."""
    return published_versions().filter(effective_from__gt=day).order_by("effective_from")


def drafts_of_checks() -> QuerySet[MatrixVersion]:
    """Drafts, changed last first."""
    return MatrixVersion.objects.filter(status=MatrixStatus.DRAFT).order_by("-updated_at", "-id")


def with_cells(versions: QuerySet[MatrixVersion]) -> QuerySet[MatrixVersion]:
    """Versions with what `matrix_of` reads: two queries for all of them."""
    return versions.prefetch_related(
        Prefetch("cells", MatrixCell.objects.order_by("id")),
        Prefetch("minutes", MatrixMinutes.objects.order_by("id")),
    )


def matrix_of(version: MatrixVersion) -> Matrix:
    """The version as a value; a draft counts as in force from the day it was begun."""
    return Matrix(
        name=version.effective_from.isoformat() if version.effective_from else f"draft {version.pk}",
        effective_from=version.effective_from or version.created_at.date(),
        edges=version.edges,
        cells={(row.check_code, row.band): _cell(row) for row in version.cells.all()},
        minutes={(row.check_code, How(row.how)): row.minutes for row in version.minutes.all()},
        accounts=accounts_limits(),
        version=version.pk,
    )


def _cell(row: MatrixCell) -> Cell:
    return Cell(
        how=How(row.how),
        otherwise=How(row.otherwise) if row.otherwise else None,
        amount_pence=row.amount_pence,
        count=row.count,
        share_bps=row.share_bps,
    )


def all_versions() -> QuerySet[MatrixVersion]:
    """Every version, drafts and those put aside too."""
    return MatrixVersion.objects.select_related(
        "created_by", "updated_by", "published_by", "withdrawn_by", "based_on"
    )
