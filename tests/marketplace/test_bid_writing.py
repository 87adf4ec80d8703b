"""Answers, members, shares and price: who may change them, what they must be, and what two writers see."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.access import Refused, Stale
from core.models import Event
from core.roles import Role
from marketplace.models import Criterion
from marketplace.policies.bids import what_is_missing
from marketplace.services.bids import choose_consortium, equal_shares, save_answer, save_members, save_price
from providers.states import CONSORTIUM_MEMBER
from tests.factories.bids import handed_in, joint_bid, own_bid
from tests.factories.core import OrganisationFactory, member
from tests.factories.marketplace import OpportunityFactory
from tests.factories.providers import ConsortiumFactory, consortium_member

db = pytest.mark.django_db


def answered(joint, text, *, number=1, version=1, by=None, at=None):
    criterion = joint.opportunity.criteria.get(number=number)
    return save_answer(
        by=by or joint.writer,
        bid=joint.bid,
        criterion=criterion,
        text=text,
        version=version,
        arrived_at=at or timezone.now(),
    )


def priced(joint, pence, *, version=None, by=None):
    version = version or joint.now().version
    return save_price(
        by=by or joint.writer, bid=joint.bid, price_pence=pence, version=version, arrived_at=timezone.now()
    )


def shared(joint, shares, *, version=None):
    version = version or joint.now().version
    return save_members(by=joint.writer, bid=joint.bid, shares=shares, version=version, arrived_at=timezone.now())


def sentences(joint):
    return [missing.sentence for missing in what_is_missing(joint.now())]


# --- Answers -----------------------------------------------------------------------------------------


@db
def test_answer_is_saved_with_who_changed_it():
    joint = joint_bid(written=False)
    answered(joint, "We open the door.")
    answer = joint.bid.answers.get(criterion__number=1)
    assert (answer.text, answer.version, answer.updated_by) == ("We open the door.", 2, joint.writer)
    assert joint.now().updated_by == joint.writer


@db
def test_record_of_an_edit_says_which_part_and_no_word_of_it():
    joint = joint_bid(written=False)
    answered(joint, "We open the door.")
    event = Event.objects.filter(action="bid.edit").latest("sequence")
    assert event.after == {"part": "answer 1", "agreements_lapsed": []}


@db
def test_answer_over_its_limit_is_kept_and_named_as_missing():
    joint = joint_bid()
    answered(joint, "word " * 512, version=2)
    assert "The answer to question 1 is 12 words over its limit of 500." in sentences(joint)


@db
def test_second_writer_of_one_answer_is_told_and_overwrites_nothing():
    joint = joint_bid(written=False)
    answered(joint, "First.", by=joint.owner)
    with pytest.raises(Stale, match=joint.owner.name):
        answered(joint, "Second.", by=joint.writer)
    assert joint.bid.answers.get(criterion__number=1).text == "First."


@db
def test_two_writers_of_two_answers_do_not_meet():
    joint = joint_bid(written=False)
    answered(joint, "First.", number=1, by=joint.owner)
    answered(joint, "Second.", number=2, by=joint.writer)
    assert [answer.text for answer in joint.bid.answers.all()] == ["First.", "Second."]


@db
def test_answer_to_a_question_of_another_opportunity_is_refused():
    joint = joint_bid(written=False)
    other = Criterion.objects.filter(opportunity=OpportunityFactory()).first()
    with pytest.raises(Refused, match="not part of this opportunity"):
        save_answer(
            by=joint.writer, bid=joint.bid, criterion=other, text="x", version=1, arrived_at=timezone.now()
        )


# --- Who may, and until when -------------------------------------------------------------------------


@db
def test_member_reads_but_does_not_write():
    joint = joint_bid(written=False)
    with pytest.raises(PermissionDenied, match=f"write bids for {joint.lead.name}"):
        answered(joint, "Mine.", by=joint.partner_owner)


@db
@pytest.mark.parametrize("role", [Role.VIEWER, Role.PROVIDER_FINANCE])
def test_reader_of_the_lead_does_not_write(role):
    joint = joint_bid(written=False)
    with pytest.raises(PermissionDenied):
        answered(joint, "Mine.", by=member(role, joint.lead))


@db
@pytest.mark.parametrize(("seconds", "allowed"), [(-1, True), (0, False), (1, False)])
def test_draft_stands_still_at_the_deadline(seconds, allowed):
    joint = joint_bid(written=False)
    at = joint.opportunity.closes_at + datetime.timedelta(seconds=seconds)
    with time_machine.travel(at, tick=False):
        if allowed:
            answered(joint, "In time.")
        else:
            with pytest.raises(Refused, match="closed on"):
                answered(joint, "Too late.")


@db
def test_sealed_bid_is_not_written_to():
    joint = handed_in()
    with pytest.raises(Refused, match="sealed"):
        answered(joint, "One more thing.", version=2)
    assert joint.bid.answers.get(criterion__number=1).text == ""


# --- Price -------------------------------------------------------------------------------------------


@db
def test_price_up_to_the_value_of_the_lot_is_saved():
    joint = joint_bid(written=False)
    value = joint.bid.lot.value_pence
    priced(joint, value)
    assert joint.now().price_pence == value


@db
def test_price_above_the_value_of_the_lot_is_refused():
    joint = joint_bid(written=False)
    with pytest.raises(Refused, match=r"The price of £40,000\.01 is above the value of the lot, £40,000\."):
        priced(joint, joint.bid.lot.value_pence + 1)
    assert joint.now().price_pence is None


@db
def test_second_price_from_an_old_page_is_told():
    joint = joint_bid(written=False)
    version = joint.bid.version
    priced(joint, 100, version=version)
    with pytest.raises(Stale):
        priced(joint, 200, version=version)
    assert joint.now().price_pence == 100


# --- Members and shares ------------------------------------------------------------------------------


@db
def test_shares_and_parts_are_saved():
    joint = joint_bid(written=False)
    shared(joint, {joint.lead.pk: (6_667, "Rooms"), joint.partner.pk: (3_333, "Mentors")})
    rows = [(place.organisation, place.share_bps, place.part) for place in joint.bid.members.all()]
    assert rows == [(joint.lead, 6_667, "Rooms"), (joint.partner, 3_333, "Mentors")]


@db
@pytest.mark.parametrize("second", [3_999, 4_001])
def test_shares_that_do_not_make_the_whole_are_refused(second):
    joint = joint_bid(written=False)
    with pytest.raises(Refused, match="They must make 100%"):
        shared(joint, {joint.lead.pk: (6_000, "Rooms"), joint.partner.pk: (second, "Mentors")})
    assert {place.share_bps for place in joint.bid.members.all()} == {0}


@db
def test_shares_for_anybody_else_are_refused():
    joint = joint_bid(written=False)
    with pytest.raises(Refused, match="members of the consortium have changed"):
        shared(joint, {joint.lead.pk: (6_000, "Rooms"), OrganisationFactory().pk: (4_000, "Mentors")})


@db
def test_member_without_a_part_is_named_as_missing():
    joint = joint_bid()
    shared(joint, {joint.lead.pk: (6_000, "Rooms"), joint.partner.pk: (4_000, "  ")})
    assert f"Say what {joint.partner.name} would do." in sentences(joint)


@db
def test_member_who_left_is_named_as_missing():
    joint = joint_bid()
    CONSORTIUM_MEMBER.apply(joint.bid.consortium.members.get(organisation=joint.partner), "leave")
    assert any("at least two organisations" in sentence for sentence in sentences(joint))


@db
def test_member_who_joined_since_is_named_as_missing_and_gets_a_place():
    joint = joint_bid()
    third = OrganisationFactory()
    consortium_member(joint.bid.consortium, third, status="joined")
    assert f"{third.name} has joined the consortium. Share out the work again." in sentences(joint)
    parts = {joint.lead.pk: (5_000, "Rooms"), joint.partner.pk: (3_000, "Mentors"), third.pk: (2_000, "Work")}
    shared(joint, parts)
    assert joint.bid.members.get(organisation=third).share_bps == 2_000


@db
def test_one_of_three_who_left_is_named():
    joint = joint_bid(written=False)
    third = OrganisationFactory()
    place = consortium_member(joint.bid.consortium, third, status="joined")
    parts = {joint.lead.pk: (5_000, "Rooms"), joint.partner.pk: (3_000, "Mentors"), third.pk: (2_000, "Work")}
    shared(joint, parts)
    CONSORTIUM_MEMBER.apply(place, "leave")
    assert f"{third.name} is no longer in the consortium. Share out the work again." in sentences(joint)


@db
def test_consortium_with_an_invitation_open_says_who_is_waited_for():
    owner = member(Role.OWNER)
    bid = own_bid(by=owner)
    asked = OrganisationFactory()
    consortium = ConsortiumFactory(lead=bid.organisation, invited=[asked])
    choose_consortium(by=owner, bid=bid, consortium=consortium, version=bid.version, arrived_at=timezone.now())
    bid.refresh_from_db()
    found = [missing.sentence for missing in what_is_missing(bid)]
    assert any(f"{asked.name} has not answered yet." in sentence for sentence in found)


@db
def test_bid_can_leave_its_consortium_and_go_on_alone():
    joint = joint_bid()
    choose_consortium(
        by=joint.writer,
        bid=joint.bid,
        consortium=None,
        version=joint.now().version,
        arrived_at=timezone.now(),
    )
    assert [(place.organisation, place.share_bps) for place in joint.bid.members.all()] == [(joint.lead, 10_000)]
    assert sentences(joint) == []


@db
def test_consortium_of_somebody_else_is_refused():
    joint = joint_bid(written=False)
    with pytest.raises(Refused, match="Only the lead"):
        choose_consortium(
            by=joint.writer,
            bid=joint.bid,
            consortium=ConsortiumFactory(),
            version=joint.bid.version,
            arrived_at=timezone.now(),
        )


@given(st.integers(1, 40))
def test_equal_shares_make_the_whole_and_differ_by_one_at_most(count):
    shares = equal_shares(count)
    assert sum(shares) == 10_000
    assert max(shares) - min(shares) <= 1


# --- What is missing ---------------------------------------------------------------------------------


@db
def test_empty_bid_says_everything_it_lacks():
    joint = joint_bid(written=False)
    assert sentences(joint) == [
        "Question 1 has no answer.",
        "Question 2 has no answer.",
        "The shares make 0%. They must make 100%.",
        "Say who answers for what if something goes wrong.",
        "The bid has no price.",
        f"{joint.partner.name} has not agreed to this version.",
    ]


@db
def test_answer_of_white_space_is_no_answer():
    joint = joint_bid()
    answered(joint, " \n\t\u00a0 ", version=2)
    assert "Question 1 has no answer." in sentences(joint)


@db
def test_complete_bid_of_one_charity_lacks_nothing():
    assert what_is_missing(own_bid()) == []
