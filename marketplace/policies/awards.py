"""Who may agree scores, award, or end without an award, and when."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import ALLOWED, Verdict, denied, refused
from core.models import User
from core.permissions import Permission as P
from core.policies import has_right, holds, reads_everything
from marketplace.models import Award, Bid, Opportunity
from marketplace.policies.evaluation import has_declared, is_free_of_conflict
from marketplace.queries.awards import unagreed
from marketplace.queries.evaluation import bids_handed_in, seat_of
from marketplace.queries.replacements import live_replacements
from marketplace.states import OPPORTUNITY, BidStatus, Phase
from marketplace.states import OpportunityStatus as Status
from providers.models import DeclarationKind
from providers.queries.registration import missing_declarations_of


def may_agree_scores(user: User, opportunity: Opportunity) -> Verdict:
    """Whether the person may record the panel's agreed points: the chair, once everyone has locked theirs."""
    seat = seat_of(user, opportunity)
    if seat is None or not seat.is_chair:
        return denied(_("Only the chair of the panel records what was agreed."))
    right = has_right(user, P.SCORE_GIVE, opportunity.organisation_id)
    if not right:
        return right
    if opportunity.status in (Status.OPEN, Status.EVALUATION):
        return refused(_("The panel agrees its scores once every member has locked theirs."))
    if opportunity.status != Status.MODERATION:
        return refused(_("The decision has been made, so the agreed scores stay as they are."))
    return is_free_of_conflict([user.pk], opportunity).and_then(has_declared(seat))


def may_see_ranking(user: User, opportunity: Opportunity) -> Verdict:
    """Whether the person may read places, prices and reasons of all bids: who awards or appoints, and auditors."""
    right = has_right(user, P.AWARD_MAKE, opportunity.organisation_id)
    if right or reads_everything(user) or holds(user, P.PANEL_APPOINT, opportunity.organisation_id):
        return ALLOWED
    return right


def may_award(user: User, opportunity: Opportunity) -> Verdict:
    """Whether the person may award now: every answer has its agreed points, and no part in a bid."""
    verdict = has_right(user, P.AWARD_MAKE, opportunity.organisation_id)
    if not verdict:
        return verdict
    if opportunity.status in (Status.OPEN, Status.EVALUATION):
        return refused(_("The award comes after the panel has scored the bids and agreed its scores."))
    verdict = OPPORTUNITY.verdict(opportunity, "award")
    if not verdict:
        return verdict
    left = unagreed(opportunity)
    if left:
        sentence = ngettext(
            "%(left)d answer has no agreed points yet. The chair records them.",
            "%(left)d answers have no agreed points yet. The chair records them.",
            left,
        )
        return refused(sentence % {"left": left})
    return is_free_of_conflict([user.pk], opportunity)


def may_award_to(user: User, bid: Bid) -> Verdict:
    """Whether the person may award the lot to this bid: evaluated, no award yet, no declaration missing."""
    verdict = may_award(user, bid.opportunity)
    if not verdict:
        return verdict
    if Award.objects.filter(lot=bid.lot_id).exists():
        return refused(_("This lot has been awarded already."))
    if bid.status != BidStatus.EVALUATED:
        return refused(_("This bid was not evaluated, so it cannot win."))
    return is_settled([bid])[bid.pk].and_then(owes_nothing([bid])[bid.pk])


def is_settled(bids: Sequence[Bid]) -> dict[int, Verdict]:
    """Number of each bid -> whether it is clear who is in it: no member waits to be replaced. One query."""
    live = live_replacements([bid.pk for bid in bids])
    sentence = _(
        "The panel has yet to decide whether %(coming)s takes the place of %(leaving)s in the bid of %(bidder)s. "
        "Until then the bid cannot win."
    )
    return {
        bid.pk: refused(sentence % {"coming": row.coming.name, "leaving": row.leaving.name, "bidder": bid.bidder})
        if (row := live.get(bid.pk))
        else ALLOWED
        for bid in bids
    }


def owes_nothing(bids: Sequence[Bid]) -> dict[int, Verdict]:
    """Number of each bid -> whether every organisation in it has made its declarations.

    A declaration may hold up an award, never a bid. One query, where the members of the bids are read already.
    """
    members = [member for bid in bids for member in bid.members.all()]
    missing = missing_declarations_of(member.organisation for member in members)
    owing: dict[int, list[str]] = {bid.pk: [] for bid in bids}
    sentence = _("%(name)s has yet to declare: %(kinds)s. The award waits until that is done.")
    for member in members:
        if kinds := missing[member.organisation_id]:
            labels = ", ".join(str(DeclarationKind(kind).label) for kind in kinds)
            owing[member.bid_id].append(sentence % {"name": member.organisation.name, "kinds": labels})
    return {number: refused(" ".join(found)) if found else ALLOWED for number, found in owing.items()}


def may_end_without_award(user: User, opportunity: Opportunity, *, at: datetime.datetime) -> Verdict:
    """Whether it may end with nobody winning: bids were opened, or bidding closed at `at` with none handed in."""
    right = has_right(user, P.AWARD_MAKE, opportunity.organisation_id)
    verdict = right.and_then(OPPORTUNITY.verdict(opportunity, "end_without_award"))
    if not verdict or opportunity.status != Status.OPEN:
        return verdict
    if opportunity.phase_at(at) != Phase.CLOSED:
        return refused(_("Bidding has not closed yet. To stop it before it closes, cancel the opportunity."))
    if bids_handed_in(opportunity).exists():
        return refused(_("Bids were handed in. Open them first; they deserve to be read."))
    return ALLOWED
