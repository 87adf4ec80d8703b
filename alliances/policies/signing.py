"""Whether an organisation's signature may be given, by whom and when."""

from django.utils.translation import gettext as _

from alliances.models import AllianceMember
from alliances.policies.agreements import Person
from alliances.states import AllianceStatus
from core.access import ALLOWED, Verdict, refused
from core.permissions import Permission as P
from core.policies import has_right
from marketplace.check_states import contradiction_of
from marketplace.queries.bid_checks import CheckLine, checks_of_bid
from marketplace.queries.bid_words import words_in_rows
from providers.checks import check_named
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
    return _owes_nothing(place) if place.organisation.is_provider else ALLOWED


def _owes_nothing(place: AllianceMember) -> Verdict:
    """Whether the provider has declared what every provider declares, and settled what its share asks."""
    name = {"name": place.organisation.name}
    owed = missing_declarations(place.organisation)
    if owed:
        return refused(
            _("Before it can sign, %(name)s has to declare: %(declarations)s. It does so once, for every bid too.")
            % {**name, "declarations": "; ".join(str(kind.label) for kind in owed)}
        )
    unsettled = checks_that_stop(place)
    if unsettled:
        return refused(
            _("Before it can sign, %(name)s has to settle what its share of the work asks: %(checks)s.")
            % {**name, "checks": "; ".join(said_of(line) for line in unsettled)}
        )
    return ALLOWED


def checks_that_stop(place: AllianceMember) -> list[CheckLine]:
    """What keeps the member from signing, as it stands in the bid that won; nothing without an award."""
    award = place.alliance.award
    if award is None:
        return []
    found = checks_of_bid(award.bid, words_in_rows(award.bid)).of(place.organisation_id)
    return found.open_at_signing if found else []


def said_of(line: CheckLine) -> str:
    """A check and where it stands: Accounts (needed)."""
    state = contradiction_of(line.known) if line.known.contradicted_by else line.state.label
    return f"{check_named(line.asked.check).name} ({state})"
