"""Who may form a consortium, ask others in, answer and leave."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right
from providers.models import Consortium, ConsortiumMember
from providers.queries.consortia import lead_of, place_of
from providers.states import CONSORTIUM_MEMBER
from providers.states import ConsortiumMemberStatus as Status

Person = User | AnonymousUser
LeavingRule = Callable[[ConsortiumMember], Verdict]

LONGEST_REASON = 500

_leaving_rules: list[LeavingRule] = []


def keep_from_leaving(rule: LeavingRule) -> LeavingRule:
    """`rule` is asked before a member leaves; apps above call this when they are ready, as bids are theirs."""
    if rule not in _leaving_rules:
        _leaving_rules.append(rule)
    return rule


def may_form_consortium(user: Person, organisation: Organisation) -> Verdict:
    """Those who write bids, for a provider: it will lead."""
    right = has_right(user, P.CONSORTIUM_FORM, organisation)
    if right and not organisation.is_provider:
        return refused(_("Only an organisation that delivers services can lead a consortium."))
    return right


def may_change_consortium(user: Person, consortium: Consortium) -> Verdict:
    """The lead's people who write bids: they name it and ask others in."""
    return has_right(user, P.CONSORTIUM_FORM, lead_of(consortium))


def may_invite_member(user: Person, consortium: Consortium, organisation: Organisation) -> Verdict:
    """The lead may ask any other provider that is neither in nor already asked."""
    return may_change_consortium(user, consortium).and_then(_can_be_invited(consortium, organisation))


def may_invite_again(user: Person, place: ConsortiumMember) -> Verdict:
    """The same for an organisation whose place in the consortium is read already."""
    return may_change_consortium(user, place.consortium).and_then(_can_be_invited_again(place))


def _can_be_invited(consortium: Consortium, organisation: Organisation) -> Verdict:
    if not organisation.is_provider:
        sentence = _("%(name)s does not deliver services, so it cannot be a member.")
        return refused(sentence % {"name": organisation.name})
    if organisation.is_closed:
        return refused(_("%(name)s has closed its account.") % {"name": organisation.name})
    place = place_of(consortium, organisation)
    if place is None:
        return ALLOWED
    place.organisation = organisation
    return _can_be_invited_again(place)


def _can_be_invited_again(place: ConsortiumMember) -> Verdict:
    name = {"name": place.organisation.name}
    if place.organisation.is_closed:
        return refused(_("%(name)s has closed its account.") % name)
    if place.is_lead:
        return refused(_("%(name)s leads this consortium, so there is no need to invite it.") % name)
    if place.status == Status.INVITED:
        return refused(_("%(name)s is invited already and has yet to answer.") % name)
    if place.status == Status.JOINED:
        return refused(_("%(name)s is a member already.") % name)
    return CONSORTIUM_MEMBER.verdict(place, "invite_again")


def may_take_back_invitation(user: Person, place: ConsortiumMember) -> Verdict:
    """The lead may take an invitation back until it is answered."""
    return may_change_consortium(user, place.consortium).and_then(CONSORTIUM_MEMBER.verdict(place, "take_back"))


def may_answer_invitation(user: Person, place: ConsortiumMember) -> Verdict:
    """Those who can commit the invited organisation, while the invitation stands."""
    right = has_right(user, P.CONSORTIUM_JOIN, place.organisation)
    return right.and_then(CONSORTIUM_MEMBER.verdict(place, "accept"))


def may_leave_consortium(user: Person, place: ConsortiumMember) -> Verdict:
    """Those who can commit a member; never the lead, and not while something above holds it."""
    verdict = has_right(user, P.CONSORTIUM_JOIN, place.organisation).and_then(_can_leave(place))
    return verdict.and_then(_nothing_holds(place)) if verdict else verdict


def may_remove_member(user: Person, place: ConsortiumMember) -> Verdict:
    """The lead may part with a member that joined, unless something above holds it."""
    verdict = may_think_of_removing(user, place)
    return verdict.and_then(_nothing_holds(place)) if verdict else verdict


def may_think_of_removing(user: Person, place: ConsortiumMember) -> Verdict:
    """The same as far as the consortium itself knows, for lists; what holds the member is asked one by one."""
    return may_change_consortium(user, place.consortium).and_then(_can_be_removed(place))


def is_parting_reason(text: str) -> Verdict:
    """Whether `text` says why: something is there, and at most 500 characters."""
    if not text.strip():
        return refused(_("Say why in a sentence. The other side reads it."))
    if len(text) > LONGEST_REASON:
        return refused(_("Shorten the reason to %(most)d characters or fewer.") % {"most": LONGEST_REASON})
    return ALLOWED


def _can_be_removed(place: ConsortiumMember) -> Verdict:
    if place.is_lead:
        return refused(_("The lead answers for the consortium, so it cannot be removed."))
    return CONSORTIUM_MEMBER.verdict(place, "remove")


def _nothing_holds(place: ConsortiumMember) -> Verdict:
    return next((verdict for rule in _leaving_rules if not (verdict := rule(place))), ALLOWED)


def _can_leave(place: ConsortiumMember) -> Verdict:
    if place.is_lead:
        return refused(_("The lead answers for the consortium, so it cannot leave it."))
    return CONSORTIUM_MEMBER.verdict(place, "leave")
