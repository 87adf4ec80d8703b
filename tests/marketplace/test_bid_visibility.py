"""Who sees a bid when: its bidders always, the commissioning body and auditors once it is opened, nobody else."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Membership, MembershipRole
from core.roles import Role
from core.states import MembershipStatus
from marketplace.models import BidComment, PanelMember
from marketplace.queries.bid_words import words_for
from marketplace.queries.bids import bids_visible_to, places_in_bids, submitted_count
from marketplace.services.bid_submission import withdraw_bid
from marketplace.services.bids import restore_words
from marketplace.states import BID
from providers.states import CONSORTIUM_MEMBER
from tests.factories.bids import handed_in, joint_bid, own_bid
from tests.factories.core import OperatorFactory, OrganisationFactory, member
from tests.factories.marketplace import OpportunityFactory, panel_member
from tests.factories.providers import consortium_member

pytestmark = pytest.mark.django_db

MARKER = "quagga-in-the-bathhouse"
PAGES = (
    "bid-detail",
    "bid-read",
    "bid-partners",
    "bid-comments",
    "bid-lead",
    "bid-lead-accept",
    "bid-lead-decline",
    "bid-lead-take-back",
    "bid-costs",
    "bid-costs-open",
    "bid-consortium",
    "bid-members",
    "bid-price",
    "bid-ask-consent",
    "bid-consent",
    "bid-take-back-consent",
    "bid-submit",
    "bid-receipt",
    "bid-content",
    "bid-withdraw",
)


def opened(**values):
    joint = handed_in(**values)
    bid = joint.now()
    BID.apply(bid, "open")
    restore_words(bid, opened_at=timezone.now())
    joint.bid = bid
    return joint


def sees(user, joint):
    return bids_visible_to(user).filter(pk=joint.bid.pk).exists()


def insiders(joint):
    body = joint.opportunity.organisation
    return {
        "director": member(Role.DIRECTOR, body),
        "commissioning manager": member(Role.COMMISSIONING_MANAGER, body),
        "panel member": panel_member(joint.opportunity).user,
        "chair": panel_member(joint.opportunity, is_chair=True).user,
        "finance": member(Role.COMMISSIONER_FINANCE, body),
        "practitioner": member(Role.PRACTITIONER, body),
        "service administrator": member(Role.SERVICE_ADMINISTRATOR),
        "auditor": member(Role.AUDITOR),
        "other provider": member(Role.OWNER),
        "director elsewhere": member(Role.DIRECTOR),
    }


@pytest.mark.parametrize("role", [Role.OWNER, Role.BID_WRITER, Role.PROVIDER_FINANCE, Role.VIEWER])
@pytest.mark.parametrize("side", ["lead", "partner"])
def test_everyone_in_the_bid_reads_it_from_draft_to_sealed(role, side):
    joint = joint_bid(text=MARKER)
    person = member(role, getattr(joint, side))
    assert words_for(person, joint.now())["answers"][0]["text"] == MARKER
    joint.ask()
    joint.agree()
    joint.submit()
    assert words_for(person, joint.now())["answers"][0]["text"] == MARKER


def test_invited_organisation_sees_nothing_before_it_joins():
    joint = joint_bid()
    asked = member(Role.OWNER)
    consortium_member(joint.bid.consortium, asked.memberships.get().organisation)
    assert not sees(asked, joint)


def test_member_who_leaves_no_longer_sees_the_draft():
    joint = joint_bid()
    CONSORTIUM_MEMBER.apply(joint.bid.consortium.members.get(organisation=joint.partner), "leave")
    assert not sees(joint.partner_owner, joint)
    assert words_for(joint.partner_owner, joint.now()) is None


def test_member_who_leaves_still_reads_what_was_handed_in_with_it():
    joint = handed_in(text=MARKER)
    CONSORTIUM_MEMBER.apply(joint.bid.consortium.members.get(organisation=joint.partner), "leave")
    assert words_for(joint.partner_owner, joint.now())["answers"][0]["text"] == MARKER


@pytest.mark.parametrize("make", [joint_bid, handed_in])
def test_before_opening_nobody_else_knows_of_the_bid(make):
    joint = make(text=MARKER)
    for who, person in insiders(joint).items():
        assert not sees(person, joint), who
        assert words_for(person, joint.now()) is None, who


def test_after_opening_those_who_decide_and_auditors_read_it():
    joint = opened(text=MARKER)
    reads = {who for who, person in insiders(joint).items() if words_for(person, joint.now())}
    assert reads == {"director", "commissioning manager", "panel member", "chair", "auditor"}


def test_panel_member_who_was_stood_down_no_longer_sees_it():
    joint = opened()
    person = panel_member(joint.opportunity)
    director = member(Role.DIRECTOR, joint.opportunity.organisation)
    PanelMember.objects.filter(pk=person.pk).update(
        stood_down_at=timezone.now(), stood_down_by=director, stood_down_reason="Moved on"
    )
    assert not sees(person.user, joint)


def test_panel_of_another_opportunity_sees_nothing():
    joint = opened()
    other = OpportunityFactory(organisation=joint.opportunity.organisation)
    assert not sees(panel_member(other).user, joint)


def test_withdrawn_bid_is_seen_by_its_bidders_alone():
    joint = handed_in(text=MARKER)
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    assert words_for(joint.partner_owner, joint.now())["answers"][0]["text"] == MARKER
    for who, person in insiders(joint).items():
        assert words_for(person, joint.now()) is None, who


def test_count_tells_how_many_were_handed_in():
    joint = handed_in()
    assert submitted_count(joint.opportunity) == 1
    own_bid(joint.opportunity)
    assert submitted_count(joint.opportunity) == 1
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    assert submitted_count(joint.opportunity) == 0


def test_list_of_an_organisation_holds_what_it_leads_and_belongs_to():
    joint = joint_bid()
    own = own_bid(by=joint.partner_owner)
    own_bid()
    assert {place.bid for place in places_in_bids(joint.partner, joint.partner_owner)} == {joint.bid, own}
    assert {place.bid for place in places_in_bids(joint.lead, joint.owner)} == {joint.bid}
    assert not places_in_bids(joint.lead, joint.partner_owner).exclude(bid=joint.bid).exists()
    assert not places_in_bids(None, joint.owner).exists()


# --- The same through the pages ----------------------------------------------------------------------


@pytest.mark.parametrize("make", [joint_bid, handed_in])
def test_no_page_shows_a_bid_to_outsiders(client, make):
    joint = make(text=MARKER)
    addresses = [reverse(page, args=[joint.bid.pk]) for page in PAGES]
    for page in ("bid-answer", "bid-answer-writing", "bid-answer-history", "bid-answer-writer"):
        addresses.append(reverse(page, args=[joint.bid.pk, 1]))
    comment = BidComment.objects.create(
        bid=joint.bid, organisation=joint.lead, by=joint.owner, text=f"Say more of the {MARKER}."
    )
    for page in ("bid-comment-settle", "bid-comment-reopen", "bid-comment-delete"):
        addresses.append(reverse(page, args=[comment.pk]))
    for who, person in insiders(joint).items():
        with_second_factor(client, person)
        for address in addresses:
            for response in (client.get(address), client.post(address)):
                assert response.status_code in (403, 404, 405), (who, address)
                assert MARKER not in response.content.decode(), (who, address)


def test_opened_bid_shows_its_receipt_only_to_bidders(client):
    joint = opened()
    director = member(Role.DIRECTOR, joint.opportunity.organisation)
    # who also reads the bids of some other provider, and so passes the door of the bidders' pages
    place = Membership.objects.create(
        user=director, organisation=OrganisationFactory(), status=MembershipStatus.ACTIVE
    )
    MembershipRole.objects.create(membership=place, role=Role.OWNER)
    with_second_factor(client, director)
    assert client.get(reverse("bid-detail", args=[joint.bid.pk])).status_code == 200
    for page in ("bid-receipt", "bid-content", "bid-submit", "bid-withdraw"):
        assert client.get(reverse(page, args=[joint.bid.pk])).status_code in (403, 404), page


def test_pages_everybody_reads_say_nothing_of_a_sealed_bid(client):
    joint = handed_in(text=MARKER)
    with_second_factor(client, member(Role.DIRECTOR, joint.opportunity.organisation))
    for address in (reverse("opportunity-detail", args=[joint.opportunity.pk]), reverse("opportunity-list")):
        page = client.get(address).content.decode()
        assert MARKER not in page
        assert joint.lead.name not in page
        assert joint.partner.name not in page


def with_second_factor(client, person):
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": timezone.now().timestamp()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()


def test_operator_is_no_way_in():
    joint = handed_in()
    for role in (Role.SERVICE_ADMINISTRATOR, Role.AUDITOR):
        assert not sees(member(role, OperatorFactory()), joint)
