"""Whether an alliance may be made, changed, sent out to be signed or taken back, by whom and when."""

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance
from alliances.states import ALLIANCE, AllianceStatus
from core.access import ALLOWED, Verdict, refused
from core.models import User
from core.money import WHOLE_BPS
from core.permissions import Permission as P
from core.policies import has_right, organisations_where, reads_everything
from marketplace.models import Award, Route

Person = User | AnonymousUser


def may_create_alliance(user: Person, award: Award) -> Verdict:
    """Whether an alliance may be made from the award: once, by the awarding body, by the route of an alliance."""
    right = has_right(user, P.ALLIANCE_CREATE, award.lot.opportunity.organisation_id)
    return _award_makes_alliance(award) if right else right


def may_edit_alliance(user: Person, alliance: Alliance) -> Verdict:
    """Whether the words and dates may be changed: by the commissioning body, until signatures are asked for."""
    right = has_right(user, P.ALLIANCE_CREATE, alliance.organisation_id)
    if right and alliance.status == AllianceStatus.SIGNING:
        return refused(_("This text is out to be signed. Take it back first; signatures given so far then lapse."))
    if right and alliance.status != AllianceStatus.DRAFT:
        return refused(_("All members have signed this agreement, so its text cannot be changed."))
    return right


def may_ask_signatures(user: Person, alliance: Alliance) -> Verdict:
    """Whether the text may be frozen and sent to every member to sign."""
    verdict = has_right(user, P.ALLIANCE_CREATE, alliance.organisation_id).and_then(
        ALLIANCE.verdict(alliance, "ask_signatures")
    )
    if verdict and alliance.ends_on <= timezone.localdate():
        return refused(_("The term of this agreement is over. Change its dates before you ask for signatures."))
    return verdict


def may_edit_again(user: Person, alliance: Alliance) -> Verdict:
    """Whether the text may be taken back from signing to change it."""
    return has_right(user, P.ALLIANCE_CREATE, alliance.organisation_id).and_then(
        ALLIANCE.verdict(alliance, "edit_again")
    )


def may_see_names(user: Person, alliance: Alliance) -> bool:
    """Whether the person may read who signed and who entered results: members' people and auditors.

    Reads the members, so prefetch them.
    """
    if reads_everything(user):
        return True
    own = organisations_where(user, P.ALLIANCE_READ)
    return any(place.organisation_id in own for place in alliance.members.all())


def _award_makes_alliance(award: Award) -> Verdict:
    opportunity = award.lot.opportunity
    if opportunity.route != Route.ALLIANCE:
        return refused(_("This was awarded by another route. Only an alliance opportunity leads to an alliance."))
    if Alliance.objects.filter(award=award).exists():
        return refused(_("An alliance has been made from this award already."))
    if not award.bid.price_pence:
        return refused(_("The winning bid has no price, so the alliance would have no budget."))
    if sum(member.share_bps for member in award.bid.members.all()) != WHOLE_BPS:
        return refused(_("The shares in the winning bid do not make 100%, so its money cannot be divided."))
    if sum(outcome.weight_bps for outcome in opportunity.outcomes.all()) != WHOLE_BPS:
        return refused(_("The weights of the shared outcomes do not make 100%, so no score could be worked out."))
    return ALLOWED
