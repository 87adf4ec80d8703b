"""A question whether another member would lead ends by itself when there is nothing left to answer."""

from django.urls import reverse
from django.utils import timezone

from core import audit, notices
from core.models import User
from core.permissions import Permission as P
from marketplace.models import Bid, LeadProposal
from marketplace.queries.bids import BEING_WRITTEN, lead_proposal_of
from marketplace.services.bid_consents import people
from marketplace.states import LEAD_PROPOSAL


def lead_proposal_follows(bid: Bid, *, by: User) -> LeadProposal | None:
    """Part of every change of a held bid: nobody is asked to lead who is not in it, or once it is not written.

    Lead and member are told. Gives the proposal that lapsed, if one did.
    """
    proposal = lead_proposal_of(bid)
    if proposal is None or (bid.status in BEING_WRITTEN and _is_member(bid, proposal)):
        return None
    proposal.bid = bid
    LEAD_PROPOSAL.apply(proposal, "lapse", decided_at=timezone.now(), decided_by=by)
    notices.send(
        LEAD_PROPOSAL.step("lapse").notice,
        to=[*people(P.BID_WRITE, [bid.organisation]), *people(P.BID_SUBMIT, [proposal.organisation])],
        context={"bid": bid, "organisation": proposal.organisation},
        url=reverse("opportunity-detail", args=[bid.opportunity_id]),
    )
    after = {"organisation": proposal.organisation_id, "status": proposal.status}
    audit.record("bid.lapse_lead_proposal", by=by, obj=bid, organisation=bid.organisation, after=after)
    return proposal


def _is_member(bid: Bid, proposal: LeadProposal) -> bool:
    return bid.members.filter(organisation=proposal.organisation_id, is_lead=False).exists()
