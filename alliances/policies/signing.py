"""Whether an organisation's signature may be given, by whom and when."""

from django.utils.translation import gettext as _

from alliances.models import AllianceMember
from alliances.policies.agreements import Person
from alliances.states import AllianceStatus
from core.access import ALLOWED, Verdict, refused
from core.permissions import Permission as P
from core.policies import has_right
from marketplace.policies import signing
from marketplace.queries.bid_checks import CheckLine


def may_sign_alliance(user: Person, place: AllianceMember) -> Verdict:
    """Whether the person may sign for the member `place`: with authority there, once, while signing is open."""
    right = has_right(user, P.ALLIANCE_SIGN, place.organisation_id)
    return _may_be_signed(place) if right else right


def _may_be_signed(place: AllianceMember) -> Verdict:
    if place.alliance.status == AllianceStatus.DRAFT:
        return refused(_("This agreement is still being written. You will be told when it is ready to sign."))
    if place.signed_at is not None:
        return refused(_("%(name)s has signed this agreement already.") % {"name": place.organisation.name})
    if place.alliance.status != AllianceStatus.SIGNING:
        return refused(_("This agreement is no longer open for signatures."))
    if not place.organisation.is_provider:
        return ALLOWED
    award = place.alliance.award
    return signing.has_settled(place.organisation, award.bid if award else None)


def checks_that_stop(place: AllianceMember) -> list[CheckLine]:
    """What keeps the member from signing, as it stands in the bid that won; nothing without an award."""
    award = place.alliance.award
    return signing.checks_that_stop(place.organisation, award.bid if award else None)
