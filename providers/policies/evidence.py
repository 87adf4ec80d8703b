"""Who may show something for a check, look at it, and take it back."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right
from providers.models import Evidence
from providers.queries.evidence import evidence_of, works_for
from providers.states import EVIDENCE, EvidenceStatus

Person = User | AnonymousUser


def may_give_evidence(user: Person, organisation: Organisation) -> Verdict:
    """Those who keep the registration up to date, for a provider."""
    right = has_right(user, P.REGISTRATION_EDIT, organisation)
    if right and not organisation.is_provider:
        return refused(_("Only an organisation that delivers services shows something for these checks."))
    return right


def may_withdraw_evidence(user: Person, evidence: Evidence) -> Verdict:
    """The same people, until it was replaced or withdrawn."""
    return may_give_evidence(user, evidence.organisation).and_then(EVIDENCE.verdict(evidence, "withdraw"))


def may_verify_evidence(user: User, evidence: Evidence, organisation: Organisation | None) -> Verdict:
    """People who verify for a commissioning body, about others than themselves, while it waits."""
    return _may_judge(user, evidence, organisation).and_then(EVIDENCE.verdict(evidence, "verify"))


def may_refuse_evidence(user: User, evidence: Evidence, organisation: Organisation | None) -> Verdict:
    """The same people, while it waits."""
    return _may_judge(user, evidence, organisation).and_then(EVIDENCE.verdict(evidence, "refuse"))


def may_undo_decision(user: User, evidence: Evidence, organisation: Organisation | None) -> Verdict:
    """Anybody who verifies may put a mistake right, their own or another's; not once something newer waits."""
    may = _may_judge(user, evidence, organisation).and_then(EVIDENCE.verdict(evidence, "undo"))
    return may.and_then(_nothing_newer_waits(evidence)) if may else may


def _may_judge(user: User, evidence: Evidence, organisation: Organisation | None) -> Verdict:
    right = has_right(user, P.EVIDENCE_VERIFY, organisation)
    if not right:
        return right
    if evidence.given_by_id == user.pk or works_for(user, evidence.organisation_id):
        return refused(
            _("You work for %(name)s, so somebody else has to look at this.") % {"name": evidence.organisation}
        )
    return ALLOWED


def _nothing_newer_waits(evidence: Evidence) -> Verdict:
    newer = evidence_of(evidence.organisation, evidence.check_code).filter(status=EvidenceStatus.GIVEN)
    if not newer.exists():
        return ALLOWED
    return refused(_("Something newer has been given for this check and waits. Look at that instead."))
