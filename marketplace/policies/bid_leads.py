"""Who may hand the lead of a bid to another member, and who takes it."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right
from marketplace.models import Bid, LeadProposal
from marketplace.policies.bids import is_being_written
from marketplace.queries.bids import (
    bid_led_by,
    bids_agreed_to_by,
    joined_members,
    lead_proposal_of,
    other_bids_that_count,
)
from marketplace.states import LEAD_PROPOSAL

Person = User | AnonymousUser


def may_propose_lead(user: Person, bid: Bid, *, at: datetime.datetime) -> Verdict:
    """Those who hand bids in for the lead, while it is written and nobody is asked yet."""
    verdict = has_right(user, P.BID_SUBMIT, bid.organisation_id).and_then(is_being_written(bid, at=at))
    return verdict.and_then(_nobody_is_asked(bid)) if verdict else verdict


def may_propose(user: Person, bid: Bid, organisation: Organisation, *, at: datetime.datetime) -> Verdict:
    """The same for this member: it has joined, and could lead the bid."""
    verdict = may_propose_lead(user, bid, at=at)
    return verdict.and_then(can_lead(bid, organisation)) if verdict else verdict


def _nobody_is_asked(bid: Bid) -> Verdict:
    asked = lead_proposal_of(bid)
    if asked is None:
        return ALLOWED
    return refused(_("%(name)s is asked to lead and has yet to answer.") % {"name": asked.organisation.name})


def can_lead(bid: Bid, organisation: Organisation) -> Verdict:
    """Whether the organisation could lead this bid: it is a member and in no other bid that stands in the way."""
    name = {"name": organisation.name}
    in_it = bid.members.filter(organisation=organisation, is_lead=False).exists()
    joined = bid.consortium and joined_members(bid.consortium).filter(organisation=organisation).exists()
    if not in_it or not joined:
        return refused(_("%(name)s is not a member of this bid.") % name)
    agreed = bids_agreed_to_by(organisation, bid.lot).exclude(pk=bid.pk)
    if bid_led_by(organisation, bid.lot) or agreed.exists():
        return refused(_("%(name)s has another bid for this lot.") % name)
    if other := other_bids_that_count(bid).first():
        sentence = _(
            "The consortium has another bid, for “%(title)s”, which its lead answers for. End that one first."
        )
        return refused(sentence % {"title": other.opportunity.title})
    return ALLOWED


def may_answer_lead(user: Person, proposal: LeadProposal) -> Verdict:
    """Those who hand bids in for the member that is asked."""
    right = has_right(user, P.BID_SUBMIT, proposal.organisation)
    return right.and_then(LEAD_PROPOSAL.verdict(proposal, "accept"))


def may_accept_lead(user: Person, proposal: LeadProposal, *, at: datetime.datetime) -> Verdict:
    """The same, while the bid is written and the member could lead it."""
    bid = proposal.bid
    verdict = may_answer_lead(user, proposal).and_then(is_being_written(bid, at=at))
    return verdict.and_then(can_lead(bid, proposal.organisation)) if verdict else verdict


def may_take_back_lead(user: Person, proposal: LeadProposal) -> Verdict:
    """The lead, until it is answered."""
    right = has_right(user, P.BID_SUBMIT, proposal.bid.organisation_id)
    return right.and_then(LEAD_PROPOSAL.verdict(proposal, "take_back"))
