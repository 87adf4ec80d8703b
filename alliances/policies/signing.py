"""Whether an organisation's signature may be given, by whom and when."""

from django.utils.translation import gettext as _

from alliances.models import AllianceMember
from alliances.policies.agreements import Person
from alliances.states import AllianceStatus
from core.access import ALLOWED, Verdict, refused
from core.permissions import Permission as P
from core.policies import has_right
from providers.queries.registration import missing_declarations


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
    owed = missing_declarations(place.organisation) if place.organisation.is_provider else []
    if owed:
        return refused(
            _("Before it can sign, %(name)s has to declare: %(declarations)s. It does so once, for every bid too.")
            % {"name": place.organisation.name, "declarations": "; ".join(str(kind.label) for kind in owed)}
        )
    return ALLOWED
