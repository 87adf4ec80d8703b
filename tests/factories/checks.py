"""Versions of the checks at any stage, with all their cells."""

import uuid
from typing import Any

from core.models import User
from providers.models import MatrixVersion
from providers.services.check_matrices import load_shipped_matrices, start_matrix


def shipped_version() -> MatrixVersion:
    """The row of the matrix that came with the release."""
    load_shipped_matrices()
    return MatrixVersion.objects.get(shipped_as="2026-01-01")


def draft_of(by: User, source: MatrixVersion | None = None, **changes: Any) -> MatrixVersion:
    """A draft that says what `source` (the shipped one) says."""
    draft = start_matrix(by=by, source=source or shipped_version(), form_key=uuid.uuid4())
    for name, value in changes.items():
        setattr(draft, name, value)
    return draft
