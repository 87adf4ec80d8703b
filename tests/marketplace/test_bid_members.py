"""Who is in a bid: made together from a draft, followed when somebody joins, leaves or is removed."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from core.access import Refused, Stale
from core.models import Notice
from core.roles import Role
from marketplace.models import Opportunity
from marketplace.policies.bids import what_is_missing
from marketplace.queries.bid_words import words_in_rows
from marketplace.queries.bids import bids_visible_to, live_consents
from marketplace.services.bid_members import bid_together
from marketplace.services.bids import save_members
from providers.models import Consortium
from providers.queries.consortia import lead_of
from providers.services.consortia import accept_invitation, invite_member, leave_consortium, remove_member
from tests.factories.bids import WORDS, handed_in, joint_bid, own_bid, write
from tests.factories.core import member
from tests.factories.providers import organisation_of, registered
from tests.marketplace.bid_scene import text_of

pytestmark = pytest.mark.django_db


def together(bid, **values):
    asked = {"name": "Two towns", "form_key": uuid4(), "version": bid.version, "arrived_at": timezone.now()}
    return bid_together(**{"by": bid.created_by, "bid": bid, **asked, **values})


def place_of_partner(joint):
    return joint.bid.consortium.members.get(organisation=joint.partner)


def names(bid):
    return [each["name"] for each in words_in_rows(bid)["members"]]


# --- From a draft of one


def test_draft_of_one_becomes_a_bid_of_a_consortium_it_leads():
    bid = own_bid()
    consortium = together(bid)
    bid.refresh_from_db()
    assert (bid.consortium, lead_of(consortium)) == (consortium, bid.organisation)
    assert names(bid) == [bid.organisation.name]


def test_same_form_sent_twice_forms_one_consortium():
    bid, key = own_bid(), uuid4()
    assert together(bid, form_key=key) == together(bid, form_key=key)
    assert Consortium.objects.count() == 1


def test_bid_that_is_joint_already_is_refused_another_consortium():
    joint = joint_bid()
    with pytest.raises(Refused, match="already"):
        together(joint.now(), by=joint.writer)
    assert Consortium.objects.count() == 1


def test_forming_is_undone_when_somebody_was_faster():
    bid = own_bid()
    with pytest.raises(Stale):
        together(bid, version=bid.version - 1)
    assert not Consortium.objects.exists()


def test_only_writers_of_the_lead_bid_together_and_only_in_time():
    bid = own_bid()
    with pytest.raises(PermissionDenied):
        together(bid, by=member(Role.VIEWER, bid.organisation))
    Opportunity.objects.filter(pk=bid.opportunity_id).update(closes_at=timezone.now())
    with pytest.raises(Refused, match="closed"):
        together(bid)


# --- Joining


def test_whoever_joins_stands_in_the_draft_without_a_share_and_reads_it():
    bid, partner = own_bid(), registered()
    consortium = together(bid)
    place = invite_member(
        by=bid.created_by, consortium=consortium, organisation=organisation_of(partner), part="Mentors"
    )
    assert not bids_visible_to(partner).exists()
    accept_invitation(by=partner, place=place)
    bid.refresh_from_db()
    added = words_in_rows(bid)["members"][1]
    assert (added["share_bps"], added["part"]) == (0, "Mentors")
    assert bids_visible_to(partner).get() == bid
    shares = {bid.organisation_id: (10_000, "Rooms"), organisation_of(partner).pk: (0, "Mentors")}
    save_members(by=bid.created_by, bid=bid, shares=shares, version=bid.version, arrived_at=timezone.now())
    sentences = [each.sentence for each in what_is_missing(bid)]
    assert f"{organisation_of(partner).name} has no share yet." in sentences


def test_joining_ends_what_others_agreed_to():
    joint, third = joint_bid(), registered()
    joint.ask()
    joint.agree()
    place = invite_member(
        by=joint.writer, consortium=joint.bid.consortium, organisation=organisation_of(third), part="Work"
    )
    accept_invitation(by=third, place=place)
    assert joint.now().status == "draft"
    assert not live_consents(joint.now())


def test_joining_after_the_deadline_changes_no_draft():
    joint, third = joint_bid(), registered()
    place = invite_member(by=joint.writer, consortium=joint.bid.consortium, organisation=organisation_of(third))
    Opportunity.objects.filter(pk=joint.opportunity.pk).update(closes_at=timezone.now())
    before = joint.version()
    accept_invitation(by=third, place=place)
    assert joint.version() == before


# --- Parting


def leaving(joint):
    leave_consortium(by=joint.partner_owner, place=place_of_partner(joint), reason="No room this year.")


def removing(joint):
    remove_member(by=joint.writer, place=place_of_partner(joint), reason="No staff.")


@pytest.mark.parametrize("part", [leaving, removing])
def test_whoever_parts_leaves_no_trace_in_the_words_and_ends_every_consent(part):
    joint = joint_bid()
    joint.ask()
    joint.agree()
    part(joint)
    bid = joint.now()
    assert bid.status == "draft"
    assert names(bid) == [joint.lead.name]
    assert not live_consents(bid)
    assert not bids_visible_to(joint.partner_owner).exists()


@pytest.mark.parametrize("part", [leaving, removing])
def test_nobody_parts_from_a_bid_that_is_handed_in(part):
    joint = handed_in()
    with pytest.raises(Refused, match="handed in"):
        part(joint)
    assert joint.bid.members.count() == 2


def test_those_who_had_agreed_are_told_when_another_is_removed():
    joint, third = joint_bid(written=False), registered()
    place = invite_member(by=joint.writer, consortium=joint.bid.consortium, organisation=organisation_of(third))
    accept_invitation(by=third, place=place)
    joint.bid.refresh_from_db()
    shares = {
        joint.lead.pk: (5_000, "Rooms"),
        joint.partner.pk: (3_000, "Mentors"),
        organisation_of(third).pk: (2_000, "Work"),
    }
    write(joint.bid, joint.writer, WORDS, shares)
    joint.ask()
    joint.agree()
    place.refresh_from_db()
    remove_member(by=joint.writer, place=place, reason="No staff.")
    assert Notice.objects.filter(recipient=joint.partner_owner, kind="marketplace/consent_lapsed").count() == 1


# --- The pages


def test_lead_goes_from_a_draft_to_an_invitation_and_back_in_four_steps(page, client):
    bid, partner = own_bid(), registered()
    by = bid.created_by
    shown = page(by, "bid-partners", bid.pk)
    form = {"name": "Two towns", "form_key": uuid4(), "version": bid.version}
    search = page(by, "bid-partners", bid.pk, send=form).headers["Location"]
    assert shown.status_code == 200
    assert search.startswith(reverse("consortium-search", args=[Consortium.objects.get().pk]))
    invite = reverse("consortium-invite", args=[Consortium.objects.get().pk, organisation_of(partner).pk])
    back = reverse("bid-partners", args=[bid.pk])
    assert f"{invite}?next=" in text_of(client.get(search, {"q": organisation_of(partner).name, "next": back}))
    answer = client.post(f"{invite}?next={back}", {"part": "Mentors"})
    assert answer.headers["Location"] == back
    assert organisation_of(partner).name in text_of(page(by, "bid-partners", bid.pk))


def test_partners_page_with_a_bad_name_keeps_what_was_typed(page):
    bid = own_bid()
    form = {"name": "", "form_key": uuid4(), "version": bid.version}
    assert page(bid.created_by, "bid-partners", bid.pk, send=form).status_code == 422
    form["name"] = "x" * 201
    answer = page(bid.created_by, "bid-partners", bid.pk, send=form)
    assert (answer.status_code, "x" * 201 in text_of(answer)) == (422, True)


def test_partners_page_is_the_leads(page):
    joint = joint_bid()
    assert page(joint.writer, "bid-partners", joint.bid.pk).status_code == 200
    assert page(joint.partner_owner, "bid-partners", joint.bid.pk).status_code == 403
    assert page(member(Role.OWNER), "bid-partners", joint.bid.pk).status_code == 404


def test_invited_organisation_reads_what_it_is_for_and_members_open_the_bid(page):
    joint, asked = joint_bid(), registered()
    place = invite_member(by=joint.writer, consortium=joint.bid.consortium, organisation=organisation_of(asked))
    shown = text_of(page(asked, "invitation-detail", place.pk))
    assert joint.opportunity.title in shown
    assert reverse("bid-detail", args=[joint.bid.pk]) not in shown
    shown = text_of(page(joint.partner_owner, "consortium-detail", joint.bid.consortium_id))
    assert reverse("bid-detail", args=[joint.bid.pk]) in shown
