"""Who may bring in figures about cases, and take them back."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right
from core.roles import OrganisationKind
from marketplace.models import AssessmentImport
from marketplace.queries.assessments import regions_of

Person = User | AnonymousUser


def may_import_assessments(user: Person, organisation: Organisation | None) -> Verdict:
    """Directors and commissioning managers of a body with a region of its own, and service administrators."""
    right = has_right(user, P.EVIDENCE_IMPORT, organisation)
    if not right or organisation is None or organisation.kind == OrganisationKind.OPERATOR:
        return right
    if not regions_of(organisation).exists():
        return refused(_("%(name)s does not commission for a probation region.") % {"name": organisation})
    return ALLOWED


def may_confirm_import(user: Person, batch: AssessmentImport) -> Verdict:
    """Whether the figures of the file may begin to count."""
    right = may_import_assessments(user, batch.organisation)
    if right and not batch.waits:
        return refused(_("This file was imported already."))
    return right


def may_discard_import(user: Person, batch: AssessmentImport) -> Verdict:
    """Whether the file may be left unused; once imported it is taken back instead."""
    right = has_right(user, P.EVIDENCE_IMPORT, batch.organisation)
    if right and not batch.waits:
        return refused(_("This file was imported. Take the import back instead."))
    return right


def may_take_back_import(user: Person, batch: AssessmentImport) -> Verdict:
    """Whether the figures may stop counting, so that those they replaced count again."""
    right = has_right(user, P.EVIDENCE_IMPORT, batch.organisation)
    if right and batch.waits:
        return refused(_("This file was never imported, so there is nothing to take back."))
    if right and not batch.counts:
        return refused(_("This import was taken back already."))
    return right
