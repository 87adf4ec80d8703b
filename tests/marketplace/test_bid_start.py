"""A bid begins once, for an open lot, by people who may write it."""

import datetime
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core.access import Refused
from core.models import Event, Organisation
from core.roles import Role
from marketplace.models import Bid, Lot
from marketplace.services.bid_submission import withdraw_bid
from marketplace.services.bids import start_bid
from providers.states import CONSORTIUM_MEMBER
from tests.factories.bids import handed_in, joint_bid, own_bid, write
from tests.factories.core import CommissionerFactory, OrganisationFactory, member
from tests.factories.marketplace import OpportunityFactory
from tests.factories.providers import ConsortiumFactory

pytestmark = pytest.mark.django_db


def started(by, opportunity, organisation=None, **values):
    organisation = organisation or Organisation.objects.get(memberships__user=by)
    values = {"form_key": uuid4(), "arrived_at": timezone.now(), **values}
    return start_bid(by=by, opportunity=opportunity, organisation=organisation, **values)


def test_bid_begins_with_its_lead_and_an_empty_answer_to_each_question():
    writer, opportunity = member(Role.BID_WRITER), OpportunityFactory(is_open=True)
    bid = started(writer, opportunity)
    assert (bid.status, bid.lot, bid.price_pence) == ("draft", opportunity.lots.get(), None)
    assert [answer.text for answer in bid.answers.all()] == ["", ""]
    assert [(place.is_lead, place.share_bps) for place in bid.members.all()] == [(True, 10_000)]
    assert Event.objects.get(action="bid.start").organisation_id == bid.organisation_id


def test_bid_with_a_consortium_has_a_place_for_everyone_who_joined():
    joint = joint_bid(written=False)
    assert [place.organisation for place in joint.bid.members.all()] == [joint.lead, joint.partner]
    assert {place.share_bps for place in joint.bid.members.all()} == {0}
    assert joint.bid.members.last().part == "Mentoring in two towns"


def test_invited_organisation_has_no_place_before_it_joins():
    owner = member(Role.OWNER)
    lead = Organisation.objects.get(memberships__user=owner)
    consortium = ConsortiumFactory(lead=lead, invited=[OrganisationFactory()])
    bid = started(owner, OpportunityFactory(is_open=True), consortium=consortium)
    assert [place.organisation for place in bid.members.all()] == [lead]


def test_same_form_sent_twice_begins_one_bid():
    owner, opportunity, key = member(Role.OWNER), OpportunityFactory(is_open=True), uuid4()
    first = started(owner, opportunity, form_key=key)
    assert started(owner, opportunity, form_key=key) == first
    assert Bid.objects.count() == 1


def test_form_of_another_person_begins_nothing():
    key, opportunity = uuid4(), OpportunityFactory(is_open=True)
    started(member(Role.OWNER), opportunity, form_key=key)
    with pytest.raises(Refused, match="sent before"):
        started(member(Role.OWNER), opportunity, form_key=key)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PROVIDER_FINANCE])
def test_reader_cannot_start_a_bid(role):
    with pytest.raises(PermissionDenied):
        started(member(role), OpportunityFactory(is_open=True))


def test_stranger_cannot_start_a_bid_for_an_organisation():
    with pytest.raises(PermissionDenied):
        started(member(Role.OWNER), OpportunityFactory(is_open=True), OrganisationFactory())


def test_commissioning_body_cannot_bid():
    director = member(Role.DIRECTOR, body := CommissionerFactory())
    with pytest.raises(PermissionDenied, match="made by providers"):
        started(director, OpportunityFactory(is_open=True), body)


@pytest.mark.parametrize(
    ("seconds", "allowed"), [(-1, True), (0, False), (1, False)], ids=["before", "at the deadline", "after"]
)
def test_deadline_decides_about_a_start_to_the_second(seconds, allowed):
    opportunity, owner = OpportunityFactory(is_open=True), member(Role.OWNER)
    at = opportunity.closes_at + datetime.timedelta(seconds=seconds)
    with time_machine.travel(at, tick=False):
        if allowed:
            assert started(owner, opportunity).pk
        else:
            with pytest.raises(Refused, match="closed on"):
                started(owner, opportunity)


def test_start_before_opening_says_when_it_opens():
    opportunity = OpportunityFactory(is_open=True)
    with pytest.raises(Refused, match="opens on"):
        started(member(Role.OWNER), opportunity, arrived_at=opportunity.opens_at - datetime.timedelta(seconds=1))


@pytest.mark.parametrize("status", ["draft", "in_review"])
def test_no_bid_for_what_is_not_open(status):
    with pytest.raises(Refused, match="no bids"):
        started(member(Role.OWNER), OpportunityFactory(is_open=True, status=status))


def test_no_bid_for_what_was_cancelled():
    opportunity = OpportunityFactory(is_open=True, status="cancelled", cancelling_reason="No money this year.")
    with pytest.raises(Refused, match="was cancelled"):
        started(member(Role.OWNER), opportunity)


def test_second_bid_for_a_lot_is_refused():
    owner, opportunity = member(Role.OWNER), OpportunityFactory(is_open=True)
    started(owner, opportunity)
    with pytest.raises(Refused, match="already has a bid"):
        started(owner, opportunity)


def test_member_of_a_live_bid_cannot_lead_another_for_the_lot():
    joint = joint_bid(written=False)
    with pytest.raises(Refused, match=f"is in the bid of {joint.lead.name}"):
        started(joint.partner_owner, joint.opportunity)


def test_member_who_left_the_consortium_may_lead_its_own_bid():
    joint = joint_bid(written=False)
    CONSORTIUM_MEMBER.apply(joint.bid.consortium.members.get(organisation=joint.partner), "leave")
    assert started(joint.partner_owner, joint.opportunity).organisation == joint.partner


def test_member_of_a_withdrawn_bid_may_lead_its_own():
    joint = joint_bid(written=False)
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    assert started(joint.partner_owner, joint.opportunity).organisation == joint.partner


def test_only_the_lead_bids_with_a_consortium():
    consortium = ConsortiumFactory()
    with pytest.raises(Refused, match="Only the lead"):
        started(member(Role.OWNER), OpportunityFactory(is_open=True), consortium=consortium)


def test_lot_must_be_chosen_where_there_are_several():
    opportunity = OpportunityFactory(is_open=True)
    second = Lot.objects.create(opportunity=opportunity, number=2, title="North", value_pence=10_000_00)
    owner = member(Role.OWNER)
    with pytest.raises(Refused, match="Choose which lot"):
        started(owner, opportunity)
    assert started(owner, opportunity, lot=second).lot == second
    assert started(owner, opportunity, lot=opportunity.lots.get(number=1)).lot.number == 1


def test_lot_of_another_opportunity_is_refused():
    other = OpportunityFactory(is_open=True).lots.get()
    with pytest.raises(Refused, match="Choose which lot"):
        started(member(Role.OWNER), OpportunityFactory(is_open=True), lot=other)


# --- Beginning again after a withdrawal --------------------------------------------------------------


def test_new_bid_takes_over_the_words_of_a_sealed_one_that_was_withdrawn():
    joint = handed_in(text="A heron stands by the weir.")
    old = withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    new = started(joint.writer, joint.opportunity, joint.lead, consortium=old.consortium, words_of=old)
    assert {answer.text for answer in new.answers.all()} == {"A heron stands by the weir."}
    assert new.price_pence == joint.opportunity.lots.get().value_pence - 1_234_56
    assert [place.share_bps for place in new.members.all()] == [6_000, 4_000]
    assert {answer.text for answer in old.answers.all()} == {""}


def test_new_bid_takes_over_the_words_of_a_draft_that_was_withdrawn():
    owner = member(Role.OWNER)
    old = own_bid(by=owner, text="Never handed in.")
    withdraw_bid(by=owner, bid=old, arrived_at=timezone.now())
    old.refresh_from_db()
    new = started(owner, old.opportunity, words_of=old)
    assert {answer.text for answer in new.answers.all()} == {"Never handed in."}


def test_words_of_somebody_else_cannot_be_taken_over():
    joint = handed_in()
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    joint.bid.refresh_from_db()
    with pytest.raises(Refused, match="Only the words"):
        started(member(Role.OWNER), joint.opportunity, words_of=joint.bid)


def test_words_of_a_live_bid_cannot_be_taken_over():
    owner = member(Role.OWNER)
    bid = own_bid(by=owner)
    lot = Lot.objects.create(opportunity=bid.opportunity, number=2, title="North", value_pence=10_000_00)
    with pytest.raises(Refused, match="Only the words"):
        started(owner, bid.opportunity, lot=lot, words_of=bid)


def test_refused_start_leaves_nothing_behind():
    owner, opportunity = member(Role.OWNER), OpportunityFactory(is_open=True)
    bid = started(owner, opportunity)
    write(bid, owner, "Words")
    before = Event.objects.count()
    with pytest.raises(Refused):
        started(owner, opportunity)
    assert (Bid.objects.count(), Event.objects.count()) == (1, before)
