"""Who may replace a member after the deadline, agree to it, and decide on it."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right, organisations_where
from marketplace.models import Bid, Replacement
from marketplace.policies.evaluation import is_free_of_conflict
from marketplace.queries.bids import OPENED
from marketplace.queries.evaluation import seat_of, seats_of
from marketplace.queries.replacements import (
    coming_elsewhere,
    handed_in_with,
    has_closed,
    live_replacement,
    seats_to_declare,
    seats_with_tie,
)
from marketplace.states import LIVE, REPLACEMENT, BidStatus, OpportunityStatus
from providers.models import Registration

Person = User | AnonymousUser
# Before the commissioner, and not decided.
BEFORE_THE_DECISION = (BidStatus.SUBMITTED, BidStatus.OPENED, BidStatus.EVALUATED)


# --- When --------------------------------------------------------------------------------------------


def members_may_change(bid: Bid, *, at: datetime.datetime) -> Verdict:
    """Whether a member of this bid may be replaced at `at`: the opportunity allows it, and bidding is over.

    Until the deadline the lead withdraws the bid and hands in another. After the decision it is a matter for the
    agreement made from it.
    """
    opportunity = bid.opportunity
    if bid.consortium_id is None:
        return refused(_("This is not a joint bid."))
    if not opportunity.members_may_change:
        return refused(
            _(
                "This opportunity does not allow a member to be replaced after the deadline. "
                "It said so when it opened."
            )
        )
    if bid.status not in BEFORE_THE_DECISION or opportunity.status not in LIVE:
        return refused(
            _("A member can be replaced while the bid waits for a decision. That is not so any more, or not yet.")
        )
    if not has_closed(opportunity, at):
        return refused(
            _(
                "Until the deadline, withdraw this bid, change who is in it and submit it again. "
                "After the deadline a member can be replaced."
            )
        )
    return ALLOWED


# --- The bidders -------------------------------------------------------------------------------------


def may_propose_replacement(user: Person, bid: Bid, *, at: datetime.datetime) -> Verdict:
    """Those who hand bids in for the lead, while members may change and nothing else is proposed."""
    verdict = has_right(user, P.BID_SUBMIT, bid.organisation).and_then(members_may_change(bid, at=at))
    if verdict and (live := live_replacement(bid)):
        names = {"coming": live.coming.name, "leaving": live.leaving.name}
        return refused(
            _("You have proposed that %(coming)s take the place of %(leaving)s. One change at a time.") % names
        )
    return verdict


def may_take_place(bid: Bid, leaving: Organisation, coming: Organisation) -> Verdict:
    """Whether `coming` can be proposed in the place of `leaving`: a member that does not lead; a provider outside.

    Whether it bids elsewhere for this lot is for it to know: it is asked only when it answers.
    """
    place = bid.members.filter(organisation=leaving).first()
    if place is None:
        return refused(_("%(name)s is not a member of this bid.") % {"name": leaving.name})
    if place.is_lead:
        return refused(_("%(name)s leads this bid. The lead cannot be replaced.") % {"name": leaving.name})
    if bid.members.filter(organisation=coming).exists():
        return refused(_("%(name)s is in this bid already.") % {"name": coming.name})
    listed = Registration.objects.filter(organisation=coming).exclude(legal_form="")
    if not coming.is_provider or coming.is_closed or not listed.exists():
        return refused(_("%(name)s is not registered here as a provider.") % {"name": coming.name})
    return ALLOWED


def may_come_in(user: Person, replacement: Replacement, *, at: datetime.datetime) -> Verdict:
    """Those who can commit the organisation that is asked, once, if it is in no other bid for the lot."""
    right = has_right(user, P.BID_CONSENT, replacement.coming)
    if not right:
        return right
    verdict = REPLACEMENT.verdict(replacement, "agree").and_then(members_may_change(replacement.bid, at=at))
    if not verdict:
        return verdict
    name = {"name": replacement.coming.name}
    if replacement.agreed_at is not None:
        return refused(_("%(name)s has agreed already.") % name)
    if handed_in_with(replacement.coming, replacement.bid.lot).exists() or coming_elsewhere(replacement):
        return refused(
            _("%(name)s is in another bid for this lot. An organisation can be in one bid for a lot.") % name
        )
    return ALLOWED


def may_leave_bid(user: Person, replacement: Replacement, *, at: datetime.datetime) -> Verdict:
    """Those who can commit the member that is to leave, once; after the lead spoke for it too."""
    right = has_right(user, P.BID_CONSENT, replacement.leaving)
    if not right:
        return right
    if replacement.left_at is not None:
        return refused(_("%(name)s has agreed to leave already.") % {"name": replacement.leaving.name})
    return REPLACEMENT.verdict(replacement, "decline").and_then(members_may_change(replacement.bid, at=at))


def may_decline_replacement(user: Person, replacement: Replacement) -> Verdict:
    """Those who can commit either of the two, until the panel has decided: nobody is moved against its will."""
    own = organisations_where(user, P.BID_CONSENT)
    if replacement.leaving_id not in own and replacement.coming_id not in own:
        return denied(_("Only people who can commit one of the two organisations can say no for it."))
    return REPLACEMENT.verdict(replacement, "decline")


def may_state_for_leaver(user: Person, replacement: Replacement, *, at: datetime.datetime) -> Verdict:
    """The lead, once, while the member that is to leave has not answered."""
    right = has_right(user, P.BID_SUBMIT, replacement.bid.organisation)
    if not right:
        return right
    if replacement.left_at is not None:
        return refused(_("%(name)s has agreed to leave already.") % {"name": replacement.leaving.name})
    if replacement.stated_at is not None:
        return refused(
            _("You have said already why %(name)s does not answer.") % {"name": replacement.leaving.name}
        )
    return REPLACEMENT.verdict(replacement, "agree").and_then(members_may_change(replacement.bid, at=at))


def may_take_back_replacement(user: Person, replacement: Replacement) -> Verdict:
    """The lead, until the panel has decided."""
    right = has_right(user, P.BID_SUBMIT, replacement.bid.organisation)
    return right.and_then(REPLACEMENT.verdict(replacement, "take_back"))


# --- The panel ---------------------------------------------------------------------------------------


def may_declare_tie(user: User, replacement: Replacement) -> Verdict:
    """Those on the panel, while it waits for them."""
    opportunity = replacement.bid.opportunity
    if seat_of(user, opportunity) is None:
        return denied(_("Only the people on the panel say whether they have a tie."))
    right = has_right(user, P.SCORE_GIVE, opportunity.organisation)
    return right.and_then(_is_before_the_panel(replacement)).and_then(REPLACEMENT.verdict(replacement, "accept"))


def _is_before_the_panel(replacement: Replacement) -> Verdict:
    bid, opportunity = replacement.bid, replacement.bid.opportunity
    scoring = (OpportunityStatus.EVALUATION, OpportunityStatus.MODERATION)
    if bid.status in OPENED and opportunity.status in scoring:
        return ALLOWED
    return refused(_("The panel decides on this between the opening of the bids and the award."))


def may_refuse_replacement(user: User, replacement: Replacement) -> Verdict:
    """The chair, between opening and award; the panel need not wait until both organisations have answered."""
    opportunity = replacement.bid.opportunity
    seat = seat_of(user, opportunity)
    if seat is None or not seat.is_chair:
        return denied(_("Only the chair records what the panel decided."))
    right = has_right(user, P.SCORE_GIVE, opportunity.organisation)
    return right.and_then(_is_before_the_panel(replacement)).and_then(REPLACEMENT.verdict(replacement, "refuse"))


def may_accept_replacement(user: User, replacement: Replacement) -> Verdict:
    """The chair, once both have agreed and everybody on the panel has said that they have no tie."""
    verdict = may_refuse_replacement(user, replacement)
    if not verdict:
        return verdict
    verdict = REPLACEMENT.verdict(replacement, "accept")
    if not verdict:
        return refused(_("Both organisations have to agree before the panel can accept it."))
    names = {"name": replacement.coming.name}
    if waiting := [seat.user.name for seat in seats_to_declare(replacement)]:
        who = {"people": ", ".join(waiting), **names}
        return refused(_("Not everybody has said whether they have a tie with %(name)s: %(people)s.") % who)
    if tied := [seat.user.name for seat in seats_with_tie(replacement)]:
        who = {"people": ", ".join(tied), **names}
        return refused(
            _(
                "%(people)s said that they have a tie with %(name)s. Somebody else has to take their place on the "
                "panel, or the panel refuses the change."
            )
            % who
        )
    opportunity = replacement.bid.opportunity
    return is_free_of_conflict([seat.user_id for seat in seats_of(opportunity)], opportunity)
