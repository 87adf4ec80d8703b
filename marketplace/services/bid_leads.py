"""The lead of a bid passes to another member before it is handed in."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core import audit, notices
from core.access import require
from core.concurrency import save_version
from core.models import Organisation, User
from core.permissions import Permission as P
from marketplace.models import Bid, LeadProposal
from marketplace.policies.bid_leads import may_accept_lead, may_answer_lead, may_propose, may_take_back_lead
from marketplace.queries.bid_words import fingerprint_of, words_in_rows
from marketplace.services.bid_consents import people
from marketplace.services.bids import edited
from marketplace.services.locks import hold_consortium, locked_bid, locked_opportunity
from marketplace.states import LEAD_PROPOSAL


@transaction.atomic
def propose_lead(*, by: User, bid: Bid, organisation: Organisation, arrived_at: datetime.datetime) -> LeadProposal:
    """`organisation` is asked to lead, and those who could say yes are told. Nothing changes until they do."""
    bid = locked_bid(bid)
    require(may_propose(by, bid, organisation, at=arrived_at))
    proposal = LeadProposal.objects.create(bid=bid, organisation=organisation, proposed_by=by)
    _tell("marketplace/lead_proposed", proposal, by, people(P.BID_SUBMIT, [organisation]))
    _record("bid.propose_lead", proposal, by, bid.organisation)
    return proposal


@transaction.atomic
def take_back_lead_proposal(*, by: User, proposal: LeadProposal) -> None:
    """The member is no longer asked."""
    proposal = _locked(proposal)
    require(may_take_back_lead(by, proposal))
    LEAD_PROPOSAL.apply(proposal, "take_back", decided_at=timezone.now(), decided_by=by)
    _record("bid.take_back_lead_proposal", proposal, by, proposal.bid.organisation)


@transaction.atomic
def decline_lead(*, by: User, proposal: LeadProposal) -> None:
    """The member does not lead, and the lead is told."""
    proposal = _locked(proposal)
    require(may_answer_lead(by, proposal))
    LEAD_PROPOSAL.apply(proposal, "decline", decided_at=timezone.now(), decided_by=by)
    _tell(LEAD_PROPOSAL.step("decline").notice, proposal, by, people(P.BID_WRITE, [proposal.bid.organisation]))
    _record("bid.decline_lead", proposal, by, proposal.organisation)


@transaction.atomic
def accept_lead(*, by: User, proposal: LeadProposal, arrived_at: datetime.datetime) -> Bid:
    """The member leads the bid and its consortium; the one that led is a member. What was agreed has lapsed.

    The right to write, to ask for agreement and to hand in goes with it. Everybody in the bid is told.
    """
    proposal = _locked(proposal)
    bid, new = proposal.bid, proposal.organisation
    hold_consortium(bid)
    require(may_accept_lead(by, proposal, at=arrived_at))
    before, old = fingerprint_of(words_in_rows(bid)), bid.organisation
    LEAD_PROPOSAL.apply(proposal, "accept", decided_at=timezone.now(), decided_by=by)
    _pass_on(bid, new)
    save_version(bid, expected=bid.version, by=by, organisation=new)
    members = [place.organisation for place in bid.members.select_related("organisation")]
    _tell(LEAD_PROPOSAL.step("accept").notice, proposal, by, people(P.BID_READ, members))
    edited(bid, by=by, before=before, part="lead")
    audit.record(
        "bid.change_lead", by=by, obj=bid, organisation=new, before={"lead": old.pk}, after={"lead": new.pk}
    )
    return bid


def _pass_on(bid: Bid, new: Organisation) -> None:
    """In bid and consortium, first nobody leads and then the new one: at no moment do two."""
    bid.members.filter(is_lead=True).update(is_lead=False)
    bid.members.filter(organisation=new).update(is_lead=True)
    if bid.consortium is not None:
        bid.consortium.members.filter(is_lead=True).update(is_lead=False)
        bid.consortium.members.filter(organisation=new).update(is_lead=True)


def _locked(proposal: LeadProposal) -> LeadProposal:
    """The proposal as it stands, with its opportunity and its bid held."""
    locked_opportunity(proposal.bid.opportunity_id)
    bid = locked_bid(proposal.bid)
    found = LeadProposal.objects.select_related("organisation").get(pk=proposal.pk)
    found.bid = bid
    return found


def _tell(kind: str, proposal: LeadProposal, by: User, to: Iterable[User]) -> None:
    context = {"bid": proposal.bid, "organisation": proposal.organisation, "by": by}
    notices.send(kind, to=to, context=context, url=reverse("bid-lead", args=[proposal.bid_id]))


def _record(action: str, proposal: LeadProposal, by: User, organisation: Organisation) -> None:
    after = {"organisation": proposal.organisation_id, "status": proposal.status}
    audit.record(action, by=by, obj=proposal.bid, organisation=organisation, after=after)
