"""A member's costs: its own affair, of the others the sum, until the lead opens them; sealed with the bid."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.access import Refused
from core.models import Event, Notice
from core.roles import Role
from marketplace.models import BidCost, SealedCosts
from marketplace.queries.bid_costs import Costs, Line, MemberCosts, costs_for
from marketplace.services.bid_costs import enter_cost, open_costs, remove_cost
from marketplace.services.bid_submission import withdraw_bid
from marketplace.services.bids import restore_words
from marketplace.states import BID
from providers.services.consortia import leave_consortium
from tests.factories.bids import joint_bid, own_bid, wide_bid
from tests.factories.core import member
from tests.marketplace.bid_scene import text_of

db = pytest.mark.django_db
MARKER = "quagga-in-the-bathhouse"


def enter(joint, by, organisation, amount_pence=12_345_67, label=MARKER, **values):
    asked = {"form_key": uuid4(), "arrived_at": timezone.now(), **values}
    return enter_cost(
        by=by, bid=joint.bid, organisation=organisation, label=label, amount_pence=amount_pence, **asked
    )


def both(joint):
    enter(joint, joint.writer, joint.lead, 20_000_00, "Rent")
    enter(joint, joint.partner_owner, joint.partner, 15_000_01, "Mentors’ pay")


def opened(joint, by=None):
    return open_costs(by=by or joint.writer, bid=joint.bid, arrived_at=timezone.now())


def labels(found):
    return [line.label for each in found for line in each.lines]


# --- Who sees what -----------------------------------------------------------------------------------


@db
def test_member_sees_its_own_lines_and_of_the_others_only_the_sum():
    joint = joint_bid()
    both(joint)
    for person, own in ((joint.owner, "Rent"), (joint.partner_owner, "Mentors’ pay")):
        costs = costs_for(person, joint.now())
        assert (labels(costs.own), costs.others) == ([own], [])
        assert costs.total_pence == 35_000_01
        assert costs.left_pence == joint.now().price_pence - 35_000_01


@db
def test_lead_opens_the_costs_of_all_to_all_and_everybody_is_told():
    joint = joint_bid()
    both(joint)
    opened(joint)
    assert labels(costs_for(joint.partner_owner, joint.now()).others) == ["Rent"]
    assert labels(costs_for(joint.owner, joint.now()).others) == ["Mentors’ pay"]
    told = Notice.objects.filter(kind="marketplace/costs_opened")
    assert {each.recipient for each in told} == {joint.owner, joint.writer, joint.partner_owner}


@db
def test_nobody_outside_the_bid_sees_costs_ever(client):
    joint = joint_bid()
    both(joint)
    opened(joint)
    joint.ask()
    joint.agree()
    joint.submit()
    bid = joint.now()
    BID.apply(bid, "open")
    restore_words(bid, opened_at=timezone.now())
    body = joint.opportunity.organisation
    people = [
        *(member(role, body) for role in (Role.DIRECTOR, Role.COMMISSIONING_MANAGER)),
        *(member(role) for role in (Role.OWNER, Role.AUDITOR, Role.SERVICE_ADMINISTRATOR)),
    ]
    for person in people:
        assert costs_for(person, bid) is None
        client.force_login(person)
        address = reverse("bid-costs", args=[bid.pk])
        assert client.get(address, follow=True).status_code in (403, 404, 200)
        assert b"Rent" not in client.get(address, follow=True).content


@db
def test_sum_of_two_tells_each_the_others_and_the_page_says_so(page):
    joint = joint_bid()
    said = "each can work out the other’s costs"
    assert said in text_of(page(joint.owner, "bid-costs", joint.bid.pk))
    wide = wide_bid(3)
    assert said not in text_of(page(wide.owner, "bid-costs", wide.bid.pk))


# --- Entering, taking out, opening -------------------------------------------------------------------


@db
def test_costs_are_no_edit_and_the_record_says_neither_what_nor_how_much():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    version = joint.version()
    cost = enter(joint, joint.partner_owner, joint.partner)
    remove_cost(by=joint.partner_owner, cost=cost, arrived_at=timezone.now())
    assert (joint.version(), joint.now().status) == (version, "awaiting_consent")
    events = Event.objects.filter(action__endswith="_cost")
    assert events.count() == 2
    assert not [
        each for each in events if MARKER in f"{each.object_name}{each.after}" or "1234567" in str(each.after)
    ]


@db
def test_same_form_sent_twice_is_one_line():
    joint, key = joint_bid(), uuid4()
    assert enter(joint, joint.writer, joint.lead, form_key=key) == enter(
        joint, joint.writer, joint.lead, form_key=key
    )
    assert BidCost.objects.count() == 1


@db
def test_only_writers_of_the_member_enter_its_costs():
    joint = joint_bid()
    for person, organisation in (
        (joint.writer, joint.partner),
        (joint.partner_owner, joint.lead),
        (member(Role.PROVIDER_FINANCE, joint.partner), joint.partner),
    ):
        with pytest.raises(PermissionDenied):
            enter(joint, person, organisation)
    outsider = member(Role.OWNER)
    with pytest.raises(PermissionDenied):
        enter(joint, outsider, outsider.memberships.get().organisation)
    with pytest.raises(Refused, match="what the cost is for"):
        enter(joint, joint.writer, joint.lead, label=" ")


@db
def test_only_the_lead_opens_them_once_and_not_before_there_are_any():
    joint = joint_bid()
    with pytest.raises(Refused, match="Nobody has entered"):
        opened(joint)
    both(joint)
    with pytest.raises(PermissionDenied):
        opened(joint, by=joint.partner_owner)
    opened(joint)
    with pytest.raises(Refused, match="already"):
        opened(joint)


@db
def test_costs_of_a_member_that_leaves_go_with_it():
    joint = joint_bid()
    both(joint)
    place = joint.bid.consortium.members.get(organisation=joint.partner)
    leave_consortium(by=joint.partner_owner, place=place, reason="No room.")
    assert costs_for(joint.owner, joint.now()).total_pence == 20_000_00


# --- Sealed ------------------------------------------------------------------------------------------


@db
def test_handing_in_seals_them_and_each_member_still_reads_its_own():
    joint = joint_bid()
    both(joint)
    joint.ask()
    joint.agree()
    joint.submit()
    assert not BidCost.objects.exists()
    assert SealedCosts.objects.count() == 2
    assert not [each for each in SealedCosts.objects.all() if "Rent" in each.sealed_content]
    costs = costs_for(joint.owner, joint.now())
    assert (labels(costs.own), costs.others, costs.total_pence) == (["Rent"], [], 35_000_01)
    with pytest.raises(Refused, match="sealed"):
        enter(joint, joint.writer, joint.lead)
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    assert labels(costs_for(joint.partner_owner, joint.now()).own) == ["Mentors’ pay"]


amounts = st.lists(st.lists(st.integers(0, 10**9), max_size=4), min_size=2, max_size=9)


@given(amounts, st.one_of(st.none(), st.integers(1, 10**11)))
def test_sum_is_that_of_all_members_and_what_is_left_makes_the_price(lines, price_pence):
    found = [
        MemberCosts(number, str(number), [Line("x", amount) for amount in each])
        for number, each in enumerate(lines)
    ]
    total = sum(each.total_pence for each in found)
    costs = Costs(own=found[:1], total_pence=total, members=len(found), price_pence=price_pence)
    assert total == sum(sum(each) for each in lines)
    assert costs.left_pence is None if price_pence is None else costs.left_pence + total == price_pence


# --- The pages ---------------------------------------------------------------------------------------


@db
def test_first_line_asks_to_know_who_may_read_it_and_later_ones_do_not(page):
    joint = joint_bid()
    form = {"label": "Rent", "amount": "1,200.50", "form_key": uuid4()}
    answer = page(joint.writer, "bid-costs", joint.bid.pk, send=form)
    assert (answer.status_code, "1,200.50" in text_of(answer)) == (422, True)
    assert page(joint.writer, "bid-costs", joint.bid.pk, send={**form, "knows": "on"}).status_code == 302
    assert BidCost.objects.get().amount_pence == 1_200_50
    again = {"label": "Light", "amount": "3", "form_key": uuid4()}
    assert page(joint.writer, "bid-costs", joint.bid.pk, send=again).status_code == 302
    shown = text_of(page(joint.partner_owner, "bid-costs", joint.bid.pk))
    assert "£1,203.50" in shown
    assert "Rent" not in shown
    for wrong in ({"amount": "-3"}, {"amount": "lots"}, {"label": ""}):
        assert page(joint.writer, "bid-costs", joint.bid.pk, send={**again, **wrong}).status_code == 422


@db
def test_line_is_taken_out_by_its_own_member_alone(page):
    joint = joint_bid()
    cost = enter(joint, joint.writer, joint.lead)
    assert page(joint.partner_owner, "bid-cost-remove", joint.bid.pk, cost.pk, send={}).status_code == 404
    assert page(joint.writer, "bid-cost-remove", joint.bid.pk, cost.pk, send={}).status_code == 302
    assert not BidCost.objects.exists()


@db
def test_lead_opens_them_after_being_asked_once_more(page):
    joint = joint_bid()
    both(joint)
    assert page(joint.partner_owner, "bid-costs-open", joint.bid.pk).status_code == 403
    assert "cannot be undone" in text_of(page(joint.writer, "bid-costs-open", joint.bid.pk))
    assert joint.now().costs_opened_at is None
    assert page(joint.writer, "bid-costs-open", joint.bid.pk, send={}).status_code == 302
    assert "Rent" in text_of(page(joint.partner_owner, "bid-costs", joint.bid.pk))


@db
def test_viewer_reads_the_lines_of_its_own_and_bid_of_one_has_no_such_page(page):
    joint = joint_bid()
    both(joint)
    viewer = member(Role.VIEWER, joint.partner)
    assert "Mentors’ pay" in text_of(page(viewer, "bid-costs", joint.bid.pk))
    assert page(viewer, "bid-costs", joint.bid.pk, send={"label": "x", "amount": "1"}).status_code == 403
    alone = own_bid()
    assert page(alone.created_by, "bid-costs", alone.pk).status_code == 404


@db
@pytest.mark.parametrize(
    "name", ["bid-detail", "bid-members", "bid-partners", "bid-costs", "bid-consent", "bid-read", "bid-comments"]
)
def test_page_costs_the_same_with_two_and_with_nine_members(client, name):
    spent = []
    for count in (2, 9):
        wide = wide_bid(count)
        person = wide.partners[0] if name == "bid-consent" else wide.owner
        client.force_login(person)
        address = reverse(name, args=[wide.bid.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        spent.append(len(queries))
    assert spent[0] == spent[1]
