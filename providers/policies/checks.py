"""What may be done with a version of the checks, by whom and when."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied, refused
from core.models import User
from core.permissions import Permission as P
from core.policies import holds_anywhere
from providers.matrix import matrix_problems
from providers.models import MatrixVersion
from providers.queries.checks import matrix_of, published_versions
from providers.states import MATRIX, MatrixStatus

Person = User | AnonymousUser


def may_edit_checks(user: Person) -> Verdict:
    """Service administrators keep the checks."""
    if holds_anywhere(user, P.CHECKS_EDIT):
        return ALLOWED
    return denied(_("Service administrators keep the checks."))


def may_edit_matrix(user: Person, version: MatrixVersion) -> Verdict:
    """Whether its cells may be changed: only while it is a draft, for records are kept under the others."""
    right = may_edit_checks(user)
    if not right or version.status == MatrixStatus.DRAFT:
        return right
    return refused(_("Only a draft can be changed. Begin a new draft from this version."))


def may_publish_matrix(
    user: Person, version: MatrixVersion, *, today: datetime.date, effective_from: datetime.date | None = None
) -> Verdict:
    """Whether the draft may come into force on `effective_from` (any day): nothing wrong in it, the day free."""
    verdict = may_edit_checks(user).and_then(MATRIX.verdict(version, "publish"))
    if not verdict:
        return verdict
    matrix = matrix_of(version)
    if matrix_problems(matrix, sorted({code for code, _band in matrix.cells})):
        return refused(_("Put right what is marked in this draft before you publish it."))
    if effective_from is None:
        return ALLOWED
    return _free_day(effective_from, today=today)


def _free_day(effective_from: datetime.date, *, today: datetime.date) -> Verdict:
    if effective_from < today:
        return refused(_("It can come into force today at the earliest: what was decided before stays as it was."))
    if published_versions().filter(effective_from=effective_from).exists():
        return refused(
            _("Another version comes into force on %(day)s. Choose another day.")
            % {"day": date_format(effective_from, "j F Y")}
        )
    return ALLOWED


def may_withdraw_matrix(user: Person, version: MatrixVersion, *, today: datetime.date) -> Verdict:
    """Whether a published version may be taken back: only before its first day."""
    verdict = may_edit_checks(user).and_then(MATRIX.verdict(version, "withdraw"))
    if not verdict or (version.effective_from is not None and version.effective_from > today):
        return verdict
    return refused(_("It is in force already, so it stays on record. Publish a new version instead."))


def may_discard_matrix(user: Person, version: MatrixVersion) -> Verdict:
    """Whether the draft may be put aside; it can be taken up again."""
    return may_edit_checks(user).and_then(MATRIX.verdict(version, "discard"))


def may_restore_matrix(user: Person, version: MatrixVersion) -> Verdict:
    """Whether a draft that was put aside may be taken up again."""
    return may_edit_checks(user).and_then(MATRIX.verdict(version, "restore"))
