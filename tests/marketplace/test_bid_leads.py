"""The lead of a bid passes to another member, by its own word, before the bid is handed in."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.access import Refused
from core.models import Event, Notice
from core.roles import Role
from marketplace.models import Cover, LeadProposal, Opportunity
from marketplace.queries.bid_words import words_in_rows
from marketplace.queries.bids import live_consents
from marketplace.services.bid_leads import accept_lead, decline_lead, propose_lead, take_back_lead_proposal
from marketplace.services.bid_submission import submit_bid, withdraw_bid
from marketplace.services.bids import choose_consortium, save_price, start_bid
from providers.models import Consortium
from providers.queries.consortia import lead_of
from providers.services.consortia import leave_consortium, remove_member
from tests.factories.bids import handed_in, joint_bid, own_bid
from tests.factories.core import OrganisationFactory, member
from tests.factories.covers import scene, signed
from tests.factories.marketplace import OpportunityFactory
from tests.marketplace.bid_scene import text_of

pytestmark = pytest.mark.django_db


def propose(joint, organisation=None, by=None):
    return propose_lead(
        by=by or joint.owner,
        bid=joint.bid,
        organisation=organisation or joint.partner,
        arrived_at=timezone.now(),
    )


def accept(joint, proposal, by=None):
    return accept_lead(by=by or joint.partner_owner, proposal=proposal, arrived_at=timezone.now())


def test_member_that_accepts_leads_bid_and_consortium_and_the_old_lead_is_a_member():
    joint = joint_bid()
    accept(joint, propose(joint))
    bid = joint.now()
    assert bid.organisation == joint.partner
    assert lead_of(Consortium.objects.get()) == joint.partner
    assert {place.organisation: place.is_lead for place in bid.members.all()} == {
        joint.partner: True,
        joint.lead: False,
    }
    words = words_in_rows(bid)
    assert words["lead"]["id"] == joint.partner.pk
    assert sum(each["share_bps"] for each in words["members"]) == 10_000


def test_rights_follow_the_lead():
    joint = joint_bid()
    accept(joint, propose(joint))
    bid, at = joint.now(), timezone.now()
    with pytest.raises(PermissionDenied):
        save_price(by=joint.writer, bid=bid, price_pence=100, version=bid.version, arrived_at=at)
    save_price(by=joint.partner_owner, bid=bid, price_pence=100, version=bid.version, arrived_at=at)
    with pytest.raises(PermissionDenied):
        submit_bid(by=joint.owner, bid=bid, arrived_at=at)


def test_what_was_agreed_lapses_and_everybody_is_told():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    accept(joint, propose(joint))
    assert joint.now().status == "draft"
    assert not live_consents(joint.now())
    told = Notice.objects.filter(kind="marketplace/lead_changed")
    assert {each.recipient for each in told} == {joint.owner, joint.writer, joint.partner_owner}
    event = Event.objects.get(action="bid.change_lead")
    assert (event.before, event.after) == ({"lead": joint.lead.pk}, {"lead": joint.partner.pk})


def test_new_lead_asks_the_old_one_and_hands_it_in():
    joint = joint_bid()
    accept(joint, propose(joint))
    joint.owner, joint.writer, joint.partner_owner = joint.partner_owner, joint.partner_owner, joint.owner
    joint.lead, joint.partner = joint.partner, joint.lead
    joint.ask()
    joint.agree()
    assert joint.submit().submitted_by == joint.owner


def test_proposal_alone_changes_nothing():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    version = joint.version()
    propose(joint)
    assert (joint.version(), joint.now().status) == (version, "awaiting_consent")
    assert Notice.objects.get(kind="marketplace/lead_proposed").recipient == joint.partner_owner


def test_declined_and_taken_back_proposals_leave_the_lead_and_can_be_made_again():
    joint = joint_bid()
    decline_lead(by=joint.partner_owner, proposal=propose(joint))
    assert Notice.objects.filter(kind="marketplace/lead_declined", recipient=joint.owner).exists()
    proposal = propose(joint)
    take_back_lead_proposal(by=joint.owner, proposal=proposal)
    with pytest.raises(Refused, match="can no longer be done"):
        accept(joint, proposal)
    assert joint.now().organisation == joint.lead
    propose(joint)
    with pytest.raises(Refused, match="yet to answer"):
        propose(joint)


def test_only_those_who_hand_bids_in_propose_and_answer():
    joint = joint_bid()
    for person in (joint.writer, joint.partner_owner, member(Role.OWNER)):
        with pytest.raises(PermissionDenied):
            propose(joint, by=person)
    proposal = propose(joint)
    for person in (joint.owner, member(Role.BID_WRITER, joint.partner), member(Role.OWNER)):
        for act in (lambda by: accept(joint, proposal, by=by), lambda by: decline_lead(by=by, proposal=proposal)):
            with pytest.raises(PermissionDenied):
                act(person)
    with pytest.raises(PermissionDenied):
        take_back_lead_proposal(by=joint.partner_owner, proposal=proposal)


def test_lead_and_outsiders_are_not_asked():
    joint = joint_bid()
    for organisation in (joint.lead, OrganisationFactory()):
        with pytest.raises(Refused, match="not a member"):
            propose(joint, organisation)


def place_of(joint):
    return joint.bid.consortium.members.get(organisation=joint.partner)


def leaves(joint):
    leave_consortium(by=joint.partner_owner, place=place_of(joint), reason="No room.")


def is_removed(joint):
    remove_member(by=joint.writer, place=place_of(joint), reason="No room.")


def alone_again(joint):
    choose_consortium(
        by=joint.writer, bid=joint.bid, consortium=None, version=joint.now().version, arrived_at=timezone.now()
    )


def is_withdrawn(joint):
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())


def is_handed_in(joint):
    joint.ask()
    joint.agree()
    joint.submit()


@pytest.mark.parametrize("end", [leaves, is_removed, alone_again, is_withdrawn, is_handed_in])
def test_proposal_lapses_when_nothing_is_left_to_answer(end):
    joint = joint_bid()
    proposal = propose(joint)
    end(joint)
    proposal.refresh_from_db()
    assert proposal.status == "lapsed"
    told = Notice.objects.filter(kind="marketplace/lead_lapsed")
    assert {each.recipient for each in told} == {joint.owner, joint.writer, joint.partner_owner}
    event = Event.objects.get(action="bid.lapse_lead_proposal")
    assert event.after == {"organisation": joint.partner.pk, "status": "lapsed"}
    with pytest.raises(Refused, match="lapsed"):
        accept(joint, proposal)


def test_another_edit_leaves_the_proposal_open():
    joint = joint_bid()
    proposal = propose(joint)
    bid = joint.now()
    save_price(by=joint.writer, bid=bid, price_pence=100, version=bid.version, arrived_at=timezone.now())
    proposal.refresh_from_db()
    assert proposal.status == "proposed"


def test_covers_fall_with_a_change_of_lead_and_both_sides_are_told():
    joint = scene()
    signed(joint)
    proposal = propose(joint)
    assert Cover.objects.get().status == "signed"
    accept(joint, proposal)
    assert Cover.objects.get().status == "fallen"
    told = Notice.objects.filter(kind="marketplace/cover_fallen")
    assert {each.recipient for each in told} >= {joint.owner, joint.partner_owner}


def test_member_with_a_bid_of_its_own_for_the_lot_cannot_lead_this_one():
    joint = joint_bid()
    proposal = propose(joint)
    own_bid(by=joint.partner_owner)  # for another opportunity: no matter
    start = {"form_key": uuid4(), "arrived_at": timezone.now()}
    with pytest.raises(Refused):
        start_bid(by=joint.partner_owner, opportunity=joint.opportunity, organisation=joint.partner, **start)
    accept(joint, proposal)
    assert joint.now().organisation == joint.partner


def test_consortium_with_another_live_bid_keeps_its_lead():
    joint = joint_bid()
    start_bid(
        by=joint.writer,
        opportunity=OpportunityFactory(is_open=True),
        organisation=joint.lead,
        consortium=joint.bid.consortium,
        form_key=uuid4(),
        arrived_at=timezone.now(),
    )
    with pytest.raises(Refused, match="has another bid"):
        propose(joint)


def test_nothing_passes_after_the_deadline_or_once_it_is_handed_in():
    joint = joint_bid()
    proposal = propose(joint)
    Opportunity.objects.filter(pk=joint.opportunity.pk).update(closes_at=timezone.now())
    with pytest.raises(Refused, match="closed"):
        accept(joint, proposal)
    done = handed_in()
    with pytest.raises(Refused, match="sealed"):
        propose(done)


def test_database_holds_one_proposal_at_a_time_and_whole():
    joint = joint_bid()
    proposal = propose(joint)
    with pytest.raises(IntegrityError), transaction.atomic():
        LeadProposal.objects.create(bid=joint.bid, organisation=joint.partner, proposed_by=joint.owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        LeadProposal.objects.filter(pk=proposal.pk).update(decided_at=timezone.now())


def test_pages_lead_from_proposal_to_the_new_lead(page):
    joint = joint_bid()
    assert page(joint.owner, "bid-lead", joint.bid.pk, send={"organisation": "99"}).status_code == 422
    answer = page(joint.owner, "bid-lead", joint.bid.pk, send={"organisation": str(joint.partner.pk)})
    assert answer.status_code == 302
    assert "Take the proposal back" in text_of(page(joint.owner, "bid-lead", joint.bid.pk))
    assert "Lead the bid" in text_of(page(joint.partner_owner, "bid-lead", joint.bid.pk))
    assert page(joint.owner, "bid-lead-accept", joint.bid.pk, send={}).status_code == 403
    assert page(joint.partner_owner, "bid-lead-accept", joint.bid.pk).status_code == 405
    assert page(joint.partner_owner, "bid-lead-accept", joint.bid.pk, send={}).status_code == 302
    assert joint.now().organisation == joint.partner
    assert page(joint.partner_owner, "bid-lead-accept", joint.bid.pk, send={}).status_code == 404
    assert page(joint.owner, "bid-lead", joint.bid.pk, send={"organisation": "1"}).status_code == 403


def test_pages_decline_and_take_back(page):
    joint = joint_bid()
    propose(joint)
    assert page(joint.partner_owner, "bid-lead-decline", joint.bid.pk, send={}).status_code == 302
    propose(joint)
    assert page(joint.owner, "bid-lead-take-back", joint.bid.pk, send={}).status_code == 302
    assert set(LeadProposal.objects.values_list("status", flat=True)) == {"declined", "taken_back"}
    alone = own_bid()
    assert page(alone.created_by, "bid-lead", alone.pk).status_code == 404
