"""Versions of the checks: begun, edited, published, withdrawn; and those that come with a release."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.concurrency import save_version
from core.models import User
from core.reference.loading import Loaded
from providers.checks import CODES
from providers.matrix import BANDS, Cell, How, Matrix, cell_problems, edge_problems
from providers.models import MatrixCell, MatrixMinutes, MatrixVersion
from providers.policies.checks import (
    may_discard_matrix,
    may_edit_checks,
    may_edit_matrix,
    may_publish_matrix,
    may_restore_matrix,
    may_withdraw_matrix,
)
from providers.queries.checks import matrix_of
from providers.reference.shipped import shipped_matrices
from providers.states import MATRIX

EDGES = tuple(f"{band.lower()}_to_pence" for band in BANDS[:-1])


@transaction.atomic
def start_matrix(*, by: User, source: MatrixVersion, form_key: uuid.UUID) -> MatrixVersion:
    """A draft stands that says what `source` says; a check that `source` does not know is not asked in it.

    Sent twice with one `form_key` it makes one.
    """
    require(may_edit_checks(by))
    if made := MatrixVersion.objects.filter(form_key=form_key).first():
        if made.created_by_id == by.pk:
            return made
        raise Refused(_("This form was sent before. Open the page again and start afresh."))
    draft = MatrixVersion.objects.create(
        form_key=form_key,
        based_on=source,
        created_by=by,
        updated_by=by,
        **{name: getattr(source, name) for name in EDGES},
    )
    _fill(draft, matrix_of(source))
    audit.record("matrix.draft", by=by, obj=draft, after={"based_on": source.pk})
    return draft


@transaction.atomic
def save_check(
    *,
    by: User,
    draft: MatrixVersion,
    check: str,
    cells: Sequence[Cell],
    minutes: Mapping[How, int],
    version: int,
) -> MatrixVersion:
    """The draft makes this check so: one cell for each band, lowest first, and minutes for each way of making it.

    Refused where a higher band would ask less; Stale where somebody saved since `version`.
    """
    draft = _locked(draft)
    require(may_edit_matrix(by, draft))
    if check not in CODES or len(cells) != len(BANDS):
        raise ValueError(f"{check!r} is no check, or {len(cells)} cells are not one for each band")
    if problems := cell_problems(cells):
        raise Refused(" ".join(f"{BANDS[place]}: {sentence}" for place, sentence in problems.items()))
    before = [_plain(matrix_of(draft).cell(check, band)) for band in range(len(BANDS))]
    save_version(draft, expected=version, by=by)
    draft.cells.filter(check_code=check).delete()
    draft.minutes.filter(check_code=check).delete()
    MatrixCell.objects.bulk_create([_row(draft, check, band, cell) for band, cell in enumerate(cells)])
    MatrixMinutes.objects.bulk_create(
        [MatrixMinutes(matrix=draft, check_code=check, how=how, minutes=number) for how, number in minutes.items()]
    )
    after = {"check": check, "cells": [_plain(cell) for cell in cells], "minutes": dict(minutes)}
    audit.record("matrix.edit", by=by, obj=draft, before={"cells": before}, after=after)
    return draft


@transaction.atomic
def save_edges(*, by: User, draft: MatrixVersion, edges: Sequence[int], version: int) -> MatrixVersion:
    """The lower four bands of the draft end at `edges`, in pence. Refused where they do not rise."""
    draft = _locked(draft)
    require(may_edit_matrix(by, draft))
    if problems := edge_problems(edges):
        raise Refused(" ".join(f"{BANDS[place]}: {sentence}" for place, sentence in problems.items()))
    before = dict(zip(EDGES, draft.edges, strict=True))
    after = dict(zip(EDGES, edges, strict=True))
    save_version(draft, expected=version, by=by, **after)
    audit.record("matrix.edit", by=by, obj=draft, before=before, after=after)
    return draft


@transaction.atomic
def publish_matrix(
    *, by: User, draft: MatrixVersion, effective_from: datetime.date, reason: str, version: int
) -> MatrixVersion:
    """The draft as it stood at `version` is in force from that day on, until the next version; it stays as it is.

    Refused for a day before today or one that another version has, and without a reason.
    """
    draft = _locked(draft)
    now = timezone.now()
    require(may_publish_matrix(by, draft, today=timezone.localdate(now), effective_from=effective_from))
    if not reason.strip():
        raise Refused(_("Say why the checks change."))
    save_version(draft, expected=version, by=by)
    fields: dict[str, Any] = {"effective_from": effective_from, "reason": reason.strip()}
    try:
        with transaction.atomic():
            MATRIX.apply(draft, "publish", published_at=now, published_by=by, **fields)
    except IntegrityError as error:
        raise Refused(_("Another version was given this day just now. Choose another day.")) from error
    audit.record("matrix.publish", by=by, obj=draft, after={**fields, "edges": draft.edges}, reason=reason.strip())
    return draft


@transaction.atomic
def withdraw_matrix(*, by: User, version: MatrixVersion, reason: str) -> MatrixVersion:
    """The version will not come into force. Refused from its first day on, and without a reason."""
    version = _locked(version)
    now = timezone.now()
    require(may_withdraw_matrix(by, version, today=timezone.localdate(now)))
    if not reason.strip():
        raise Refused(_("Say why it is withdrawn."))
    MATRIX.apply(version, "withdraw", withdrawn_at=now, withdrawn_by=by, withdrawing_reason=reason.strip())
    before = {"effective_from": version.effective_from}
    audit.record("matrix.withdraw", by=by, obj=version, before=before, reason=reason.strip())
    return version


@transaction.atomic
def discard_matrix(*, by: User, draft: MatrixVersion) -> MatrixVersion:
    """The draft is put aside; it can be taken up again."""
    draft = _locked(draft)
    require(may_discard_matrix(by, draft))
    MATRIX.apply(draft, "discard")
    audit.record("matrix.discard", by=by, obj=draft, after={"status": draft.status})
    return draft


@transaction.atomic
def restore_matrix(*, by: User, draft: MatrixVersion) -> MatrixVersion:
    """The draft that was put aside is a draft again."""
    draft = _locked(draft)
    require(may_restore_matrix(by, draft))
    MATRIX.apply(draft, "restore")
    audit.record("matrix.restore", by=by, obj=draft, after={"status": draft.status})
    return draft


@transaction.atomic
def load_shipped_matrices() -> Loaded:
    """Every version that came with the release is a published row, from its own day on.

    A version that is there already stays as it is, and so does the day of one published here.
    """
    loaded = Loaded("check_versions.csv")
    for matrix in shipped_matrices():
        named = MatrixVersion.objects.filter(shipped_as=matrix.name)
        taken = MatrixVersion.objects.filter(status="published", effective_from=matrix.effective_from)
        if named.exists() or taken.exists():
            loaded.unchanged += 1
            continue
        edges = dict(zip(EDGES, matrix.edges, strict=True))
        row = MatrixVersion.objects.create(shipped_as=matrix.name, **edges)
        _fill(row, matrix)
        MATRIX.apply(
            row,
            "publish",
            effective_from=matrix.effective_from,
            published_at=timezone.now(),
            reason=_("The checks that came with this service."),
        )
        loaded.new += 1
    return loaded


def _locked(version: MatrixVersion) -> MatrixVersion:
    return MatrixVersion.objects.select_for_update(no_key=True).get(pk=version.pk)


def _fill(version: MatrixVersion, matrix: Matrix) -> None:
    MatrixCell.objects.bulk_create(
        [_row(version, code, band, matrix.cell(code, band)) for code in CODES for band in range(len(BANDS))]
    )
    MatrixMinutes.objects.bulk_create(
        [
            MatrixMinutes(matrix=version, check_code=code, how=how, minutes=number)
            for (code, how), number in matrix.minutes.items()
        ]
    )


def _row(version: MatrixVersion, check: str, band: int, cell: Cell) -> MatrixCell:
    return MatrixCell(matrix=version, check_code=check, band=band, **_plain(cell))


def _plain(cell: Cell) -> dict[str, Any]:
    return {
        "how": cell.how.value,
        "otherwise": cell.otherwise.value if cell.otherwise else "",
        "amount_pence": cell.amount_pence,
        "count": cell.count,
        "share_bps": cell.share_bps,
    }
