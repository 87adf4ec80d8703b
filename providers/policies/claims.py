"""Who may say that an organisation is theirs, and who decides about it when."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right, holds, holds_anywhere, may_stand_on_side_of
from core.templatetags.accord import day
from providers.models import Claim
from providers.queries.claims import has_owner, made_since, open_claims_of
from providers.states import CLAIM

OWNERS_ANSWER_WITHIN = datetime.timedelta(days=14)
MOST_A_DAY = 3


def may_see_claims(user: User | AnonymousUser) -> Verdict:
    """Service administrators, and auditors who read everything."""
    if holds_anywhere(user, P.CLAIM_DECIDE, P.EVERYTHING_READ):
        return ALLOWED
    return denied(_("Service administrators decide about claims."))


def may_make_claim(user: User, organisation: Organisation) -> Verdict:
    """Anybody who could belong to the provider and is no owner of it, once at a time and three times a day."""
    if not organisation.is_provider:
        return refused(_("Only an organisation that delivers services can be claimed."))
    if holds(user, P.MEMBERS_MANAGE, organisation):
        return refused(_("You are an owner of %(name)s already.") % {"name": organisation})
    if open_claims_of(user).filter(organisation=organisation).exists():
        return refused(_("You have claimed %(name)s already. Wait for the decision.") % {"name": organisation})
    if made_since(user, timezone.now() - datetime.timedelta(days=1)) >= MOST_A_DAY:
        return refused(_("You have claimed as much as one person can in a day. Come back tomorrow."))
    return may_stand_on_side_of(user, organisation)


def is_owners_turn(claim: Claim) -> bool:
    """Whether owners of the organisation decide now, and not yet the service administrator."""
    return claim.is_with_owners_at(timezone.now()) and has_owner(claim.organisation)


def may_accept_claim(user: User, claim: Claim) -> Verdict:
    """Owners while it is theirs to decide, then the service administrator; nobody about their own claim."""
    action = "let_in" if holds(user, P.MEMBERS_MANAGE, claim.organisation) else "accept"
    return _may_decide(user, claim, action).and_then(may_stand_on_side_of(claim.claimant, claim.organisation))


def may_refuse_claim(user: User, claim: Claim) -> Verdict:
    """The same people."""
    action = "turn_down" if holds(user, P.MEMBERS_MANAGE, claim.organisation) else "refuse"
    return _may_decide(user, claim, action)


def _may_decide(user: User, claim: Claim, action: str) -> Verdict:
    owns = holds(user, P.MEMBERS_MANAGE, claim.organisation)
    right = ALLOWED if owns else _administers(user)
    if right and claim.claimant_id == user.pk:
        return denied(_("Somebody else has to decide about your own claim."))
    may = right.and_then(CLAIM.verdict(claim, action))
    return may.and_then(_in_turn(claim, owns=owns)) if may else may


def _administers(user: User) -> Verdict:
    return ALLOWED if holds_anywhere(user, P.CLAIM_DECIDE) else has_right(user, P.CLAIM_DECIDE, None)


def _in_turn(claim: Claim, *, owns: bool) -> Verdict:
    if is_owners_turn(claim) is owns:
        return ALLOWED
    if owns:
        return refused(_("The time for owners to answer is over. The service administrator decides now."))
    return refused(
        _("Its owners have until %(day)s to answer. After that it is yours to decide.")
        % {"day": day(claim.owners_until)}
    )


def may_undo_claim(user: User, claim: Claim) -> Verdict:
    """A service administrator other than whoever decided, unless the person claims it anew already."""
    right = _administers(user)
    if right and user.pk in (claim.decided_by_id, claim.claimant_id):
        return refused(_("You decided this yourself. Another administrator has to undo it."))
    may = right.and_then(CLAIM.verdict(claim, "undo"))
    return may.and_then(_no_newer(claim)) if may else may


def _no_newer(claim: Claim) -> Verdict:
    if not open_claims_of(claim.claimant).filter(organisation=claim.organisation).exists():
        return ALLOWED
    return refused(_("The same person has claimed it again since. Decide about that claim instead."))


def may_withdraw_claim(user: User, claim: Claim) -> Verdict:
    """The person who made it, while it waits."""
    if claim.claimant_id != user.pk:
        return denied(_("Only the person who made a claim can withdraw it."))
    return CLAIM.verdict(claim, "withdraw")
