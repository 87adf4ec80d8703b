"""The list of an organisation's bids, and what the work page says of them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.queries.people import forget_roles
from core.roles import Role
from marketplace.models import Bid, BidMember
from marketplace.services.bid_submission import withdraw_bid
from marketplace.work_bids import bid_sections
from tests.factories.bids import handed_in, joint_bid, own_bid
from tests.factories.core import OrganisationFactory, member
from tests.factories.marketplace import BidFactory, OpportunityFactory

pytestmark = pytest.mark.django_db


def listed(client, person, **parameters):
    client.force_login(person)
    return client.get(reverse("bid-list"), parameters)


def test_list_names_bids_led_and_joined(client):
    joint = joint_bid()
    own = own_bid(by=joint.partner_owner)
    other = own_bid()
    page = listed(client, joint.partner_owner).content.decode()
    assert joint.opportunity.title in page
    assert joint.lead.name in page
    assert own.opportunity.title in page
    assert other.opportunity.title not in page


def test_empty_list_says_how_to_begin(client):
    page = listed(client, member(Role.VIEWER)).content.decode()
    assert "No bids yet" in page
    assert reverse("opportunity-list") in page


def test_list_is_for_people_of_providers(client):
    assert listed(client, member(Role.PRACTITIONER)).status_code in (302, 403)
    client.logout()
    assert client.get(reverse("bid-list")).status_code == 302


@pytest.mark.parametrize("cursor", ["x", "a" * 5000, "\x00", "../"])
def test_list_reads_past_a_bad_cursor(client, cursor):
    assert listed(client, member(Role.OWNER), page=cursor).status_code == 200


def bids_for(organisation, count):
    return [BidFactory(organisation=organisation) for _number in range(count)]


def queries_for(client, count):
    organisation = OrganisationFactory()
    person = member(Role.OWNER, organisation)
    bids_for(organisation, count)
    listed(client, person)
    with CaptureQueriesContext(connection) as captured:
        response = listed(client, person)
    return len(captured), response.content.decode().count("<tr>")


def test_list_costs_the_same_for_1_3_and_30_rows(client):
    (one, _rows), (three, shown), (thirty, most) = (queries_for(client, count) for count in (1, 3, 30))
    assert one == three == thirty
    # a head and at most a page of rows
    assert (shown, most) == (4, 26)


def test_list_goes_on_to_a_second_page(client):
    organisation = OrganisationFactory()
    person = member(Role.OWNER, organisation)
    bids = bids_for(organisation, 27)
    first = listed(client, person)
    following = first.context["pages"].next_url
    second = client.get(following).content.decode()
    assert bids[0].opportunity.title in second
    assert bids[-1].opportunity.title in first.content.decode()


NOTHING = {"Bids": []}


# --- The work page -----------------------------------------------------------------------------------


def sections(person, organisation):
    forget_roles(person)
    return {
        section.title: [(task.title, task.tag) for task in section.tasks]
        for section in bid_sections(person, organisation)
    }


def test_work_of_lead_and_partner_follows_the_bid():
    joint = joint_bid()
    title = joint.opportunity.title
    assert sections(joint.owner, joint.lead) == {"Bids you are writing": [(title, "draft")]}
    assert sections(joint.partner_owner, joint.partner) == NOTHING
    joint.ask()
    assert sections(joint.owner, joint.lead) == {"Bids you are writing": [(title, "awaiting consent")]}
    assert sections(joint.partner_owner, joint.partner) == {"Bids to agree to": [(title, "to agree")]}
    joint.agree()
    assert sections(joint.owner, joint.lead) == {"Bids you are writing": [(title, "to submit")]}
    assert sections(joint.partner_owner, joint.partner) == NOTHING
    joint.submit()
    handed = {"Bids handed in": [(title, "submitted")]}
    assert sections(joint.owner, joint.lead) == sections(joint.partner_owner, joint.partner) == handed
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    assert sections(joint.owner, joint.lead) == NOTHING


def test_work_forgets_drafts_whose_time_is_up():
    joint = joint_bid()
    joint.ask()
    past = timezone.now()
    type(joint.opportunity).objects.filter(pk=joint.opportunity.pk).update(
        closes_at=past, opens_at=past - datetime.timedelta(days=1)
    )
    assert sections(joint.owner, joint.lead) == NOTHING
    assert sections(joint.partner_owner, joint.partner) == NOTHING


def test_work_asks_only_those_who_can_do_it():
    joint = joint_bid()
    joint.ask()
    assert sections(member(Role.BID_WRITER, joint.partner), joint.partner) == NOTHING
    assert sections(member(Role.VIEWER, joint.lead), joint.lead) == NOTHING
    director = member(Role.DIRECTOR, joint.opportunity.organisation)
    assert sections(director, joint.opportunity.organisation) == {}


def test_work_leads_to_the_list_once():
    joint = joint_bid()
    own_bid(by=joint.partner_owner)
    joint.ask()
    shown = bid_sections(joint.partner_owner, joint.partner)
    assert [section.url for section in shown] == ["", reverse("bid-list")]


def test_work_costs_the_same_for_any_number_of_bids(django_assert_max_num_queries):
    joint = handed_in()
    for _number in range(3):
        BidFactory(organisation=joint.lead, opportunity=OpportunityFactory(is_open=True))
    forget_roles(joint.owner)
    with django_assert_max_num_queries(2):
        shown = bid_sections(joint.owner, joint.lead)
    assert sum(len(section.tasks) for section in shown) == 4
    assert Bid.objects.count() == BidMember.objects.filter(is_lead=True).count()
