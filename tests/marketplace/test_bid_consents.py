"""A member's word holds for one exact version of the bid, and for nothing that comes after an edit."""

import datetime
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access import Refused, Stale
from core.models import Event, Notice
from core.roles import Role
from marketplace.liability import Liability
from marketplace.policies.bids import missing_consents, what_is_missing
from marketplace.queries.bid_words import words_in_rows
from marketplace.queries.bids import live_consents
from marketplace.services.bid_consents import ask_consent, give_consent, take_back_consent
from marketplace.services.bid_leads import accept_lead, propose_lead
from marketplace.services.bids import save_answer, save_members, save_price, start_bid
from providers.services.consortia import remove_member
from providers.states import CONSORTIUM_MEMBER
from tests.factories.bids import handed_in, joint_bid, own_bid
from tests.factories.core import member
from tests.factories.providers import ConsortiumFactory

pytestmark = pytest.mark.django_db


def consent(joint, **values):
    values = {
        "by": joint.partner_owner,
        "organisation": joint.partner,
        "content_sha256": joint.version(),
        "arrived_at": timezone.now(),
        **values,
    }
    return give_consent(bid=joint.bid, **values)


def edit(joint, text="Other words."):
    answer = joint.bid.answers.get(criterion__number=1)
    return save_answer(
        by=joint.writer,
        bid=joint.bid,
        criterion=answer.criterion,
        text=text,
        version=answer.version,
        arrived_at=timezone.now(),
    )


def kinds_told(person):
    return list(Notice.objects.filter(recipient=person).order_by("id").values_list("kind", flat=True))


# --- Asking ------------------------------------------------------------------------------------------


def test_asking_moves_the_bid_and_tells_those_who_may_agree():
    joint = joint_bid()
    viewer = member(Role.VIEWER, joint.partner)
    joint.ask()
    assert joint.now().status == "awaiting_consent"
    assert kinds_told(joint.partner_owner) == ["marketplace/consent_asked"]
    assert kinds_told(viewer) == []
    notice = Notice.objects.get(recipient=joint.partner_owner)
    assert (notice.url, joint.lead.name in notice.subject) == (f"/bids/{joint.bid.pk}/consent/", True)
    assert Event.objects.filter(action="bid.ask_consent").count() == 1


def test_nobody_is_asked_while_words_are_missing():
    joint = joint_bid(written=False)
    with pytest.raises(Refused, match=r"Question 1 has no answer\..*The bid has no price"):
        joint.ask()
    assert joint.now().status == "draft"


def test_nobody_is_asked_about_a_bid_of_one():
    bid = own_bid()
    with pytest.raises(Refused, match="nobody to ask"):
        ask_consent(by=bid.created_by, bid=bid, arrived_at=timezone.now())


def test_members_are_asked_once():
    joint = joint_bid()
    joint.ask()
    with pytest.raises(Refused, match="awaiting consent"):
        joint.ask()


def test_member_does_not_ask():
    joint = joint_bid()
    with pytest.raises(PermissionDenied):
        ask_consent(by=joint.partner_owner, bid=joint.bid, arrived_at=timezone.now())


# --- Agreeing ----------------------------------------------------------------------------------------


def test_consent_is_for_the_fingerprint_and_the_lead_is_told():
    joint = joint_bid()
    joint.ask()
    given = consent(joint)
    assert (given.content_sha256, given.consented_by) == (joint.version(), joint.partner_owner)
    assert what_is_missing(joint.now()) == []
    assert kinds_told(joint.writer) == ["marketplace/consent_given"]
    assert Event.objects.get(action="bid.consent").organisation_id == joint.partner.pk


def test_consent_given_twice_is_one():
    joint = joint_bid()
    joint.ask()
    assert consent(joint) == consent(joint)
    assert joint.bid.consents.count() == 1


def test_consent_to_words_that_changed_is_refused():
    joint = joint_bid()
    old = joint.version()
    edit(joint)
    joint.ask()
    with pytest.raises(Stale, match="changed after you opened"):
        consent(joint, content_sha256=old)
    assert not joint.bid.consents.exists()


def test_nobody_agrees_before_being_asked():
    joint = joint_bid()
    with pytest.raises(Refused, match="not asked"):
        consent(joint)


@pytest.mark.parametrize("role", [Role.BID_WRITER, Role.PROVIDER_FINANCE, Role.VIEWER])
def test_only_who_may_consent_agrees(role):
    joint = joint_bid()
    joint.ask()
    with pytest.raises(PermissionDenied):
        consent(joint, by=member(role, joint.partner))


def test_owner_of_the_lead_does_not_agree_for_a_member():
    joint = joint_bid()
    joint.ask()
    with pytest.raises(PermissionDenied):
        consent(joint, by=joint.owner)


def test_lead_has_nothing_to_agree_to():
    joint = joint_bid()
    joint.ask()
    with pytest.raises(PermissionDenied, match="not a member"):
        consent(joint, by=joint.owner, organisation=joint.lead)


def test_outsider_does_not_agree():
    joint = joint_bid()
    joint.ask()
    outsider = member(Role.OWNER)
    organisation = outsider.memberships.get().organisation
    with pytest.raises(PermissionDenied, match="not a member"):
        consent(joint, by=outsider, organisation=organisation)


def test_nobody_agrees_after_the_deadline():
    joint = joint_bid()
    joint.ask()
    with pytest.raises(Refused, match="closed on"):
        consent(joint, arrived_at=joint.opportunity.closes_at)


def test_member_who_left_does_not_agree():
    joint = joint_bid()
    joint.ask()
    CONSORTIUM_MEMBER.apply(joint.bid.consortium.members.get(organisation=joint.partner), "leave")
    with pytest.raises(Refused, match="not in the consortium"):
        consent(joint)


def test_member_with_a_bid_of_its_own_must_withdraw_it_first():
    joint = joint_bid(written=False)
    place = joint.bid.consortium.members.get(organisation=joint.partner)
    CONSORTIUM_MEMBER.apply(place, "leave")
    own_bid(joint.opportunity, by=joint.partner_owner)
    CONSORTIUM_MEMBER.apply(place, "invite_again")
    CONSORTIUM_MEMBER.apply(place, "accept")
    complete(joint)
    joint.ask()
    with pytest.raises(Refused, match="leads a bid of its own"):
        consent(joint)


def test_member_agrees_to_one_bid_for_a_lot():
    first = joint_bid()
    first.ask()
    first.agree()
    second = joint_bid(first.opportunity, written=False)
    consortium = ConsortiumFactory(lead=second.lead, joined=[first.partner])
    second.bid.delete()
    second.bid = start_bid(
        by=second.writer,
        opportunity=first.opportunity,
        organisation=second.lead,
        consortium=consortium,
        form_key=uuid4(),
        arrived_at=timezone.now(),
    )
    second.partner, second.partner_owner = first.partner, first.partner_owner
    complete(second)
    second.ask()
    with pytest.raises(Refused, match=f"has agreed to the bid of {first.lead.name}"):
        consent(second)


def complete(joint):
    at = timezone.now()
    for answer in joint.bid.answers.all():
        save_answer(
            by=joint.writer, bid=joint.bid, criterion=answer.criterion, text="Words.", version=1, arrived_at=at
        )
    shares = {joint.lead.pk: (5_000, "Rooms"), joint.partner.pk: (5_000, "Mentors")}
    save_members(
        by=joint.writer,
        bid=joint.bid,
        shares=shares,
        version=joint.now().version,
        arrived_at=at,
        liability="several",
    )
    save_price(by=joint.writer, bid=joint.bid, price_pence=100, version=joint.now().version, arrived_at=at)


# --- Taking it back ----------------------------------------------------------------------------------


def test_consent_taken_back_is_missing_again_and_can_be_given_again():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    take_back_consent(by=joint.partner_owner, bid=joint.bid, organisation=joint.partner, arrived_at=timezone.now())
    assert [missing.part for missing in what_is_missing(joint.now())] == ["consents"]
    assert kinds_told(joint.writer) == ["marketplace/consent_given", "marketplace/consent_taken_back"]
    joint.agree()
    assert what_is_missing(joint.now()) == []


def test_nothing_to_take_back_is_refused():
    joint = joint_bid()
    joint.ask()
    with pytest.raises(Refused, match="no agreement"):
        take_back_consent(
            by=joint.partner_owner, bid=joint.bid, organisation=joint.partner, arrived_at=timezone.now()
        )


def test_consent_to_a_sealed_bid_stays():
    joint = handed_in()
    with pytest.raises(Refused, match="no agreement"):
        take_back_consent(
            by=joint.partner_owner, bid=joint.bid, organisation=joint.partner, arrived_at=timezone.now()
        )


def test_writer_of_a_member_takes_nothing_back():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    with pytest.raises(PermissionDenied):
        take_back_consent(
            by=member(Role.BID_WRITER, joint.partner),
            bid=joint.bid,
            organisation=joint.partner,
            arrived_at=timezone.now(),
        )


# --- An edit ends it ---------------------------------------------------------------------------------


def test_edit_returns_the_bid_to_draft_and_tells_those_who_had_agreed():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    edit(joint)
    assert joint.now().status == "draft"
    assert not live_consents(joint.bid).exists()
    assert joint.bid.consents.get().lapsed_at is not None
    assert kinds_told(joint.partner_owner)[-1] == "marketplace/consent_lapsed"


def test_edit_before_anybody_agreed_tells_nobody():
    joint = joint_bid()
    joint.ask()
    edit(joint)
    assert joint.now().status == "draft"
    assert kinds_told(joint.partner_owner) == ["marketplace/consent_asked"]


def test_saving_the_same_words_ends_nothing():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    edit(joint, joint.bid.answers.get(criterion__number=1).text)
    assert joint.now().status == "awaiting_consent"
    assert what_is_missing(joint.now()) == []


def test_words_put_back_do_not_bring_the_consent_back():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    text = joint.bid.answers.get(criterion__number=1).text
    before = joint.version()
    edit(joint, "Other words.")
    edit(joint, text)
    joint.ask()
    assert joint.version() == before
    assert [missing.part for missing in what_is_missing(joint.now())] == ["consents"]


def test_consent_to_a_bid_whose_member_took_another_name_is_asked_again():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    joint.partner.name = "Quite Another Name"
    joint.partner.save()
    assert [missing.part for missing in what_is_missing(joint.now())] == ["consents"]
    joint.agree()
    assert what_is_missing(joint.now()) == []


def test_refused_edit_ends_nothing():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    with pytest.raises(Refused):
        save_price(
            by=joint.writer,
            bid=joint.bid,
            price_pence=joint.bid.lot.value_pence + 1,
            version=joint.now().version,
            arrived_at=timezone.now(),
        )
    assert what_is_missing(joint.now()) == []


shares = st.integers(1, 9_999).map(lambda first: (first, 10_000 - first))
edits = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from([1, 2]), st.text("ab \n", max_size=6)),
    st.tuples(st.just("price"), st.integers(1, 40_000_00)),
    st.tuples(st.just("members"), shares, st.text("ab ", max_size=4)),
    st.tuples(st.just("liability"), st.sampled_from(Liability.values)),
    st.tuples(st.just("remove")),
    st.tuples(st.just("lead")),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(edits, min_size=1, max_size=4))
def test_consent_never_survives_an_edit(made):
    """Whatever is edited: if any word, part, share or pence is another, no consent holds; if none is, it holds."""
    with transaction.atomic():
        joint = joint_bid(text="a b")
        joint.ask()
        joint.agree()
        agreed_to = words_in_rows(joint.now())
        touched = False
        for kind, *values in made:
            apply_edit(joint, kind, values)
            touched = touched or words_in_rows(joint.now()) != agreed_to
        words = words_in_rows(joint.now())
        held = len(words["members"]) > 1 and not missing_consents(joint.now(), words)
        assert held is not touched
        assert live_consents(joint.bid).exists() is held
        assert joint.now().status == ("awaiting_consent" if held else "draft")
        transaction.set_rollback(True)


def apply_edit(joint, kind, values):
    common = {"by": joint.writer, "bid": joint.bid, "arrived_at": timezone.now() + datetime.timedelta(seconds=1)}
    if kind == "answer":
        answer = joint.bid.answers.get(criterion__number=values[0])
        save_answer(criterion=answer.criterion, text=values[1], version=answer.version, **common)
    elif kind == "price":
        save_price(price_pence=values[0], version=joint.now().version, **common)
    elif not joint.bid.members.filter(organisation=joint.partner):
        return  # nothing more to share out
    elif kind == "lead":
        pass_lead(joint)
    elif kind == "remove":
        place = joint.bid.consortium.members.get(organisation=joint.partner)
        remove_member(by=joint.writer, place=place, reason="No staff.")
    elif kind == "liability":
        parts = {place.organisation_id: (place.share_bps, place.part) for place in joint.bid.members.all()}
        save_members(shares=parts, version=joint.now().version, liability=values[0], **common)
    else:
        (first, second), part = values
        parts = {joint.lead.pk: (first, part), joint.partner.pk: (second, part)}
        save_members(shares=parts, version=joint.now().version, **common)


def pass_lead(joint):
    """The partner leads; the scene follows, so that the next edit is made by whoever may make it."""
    at = timezone.now()
    proposal = propose_lead(by=joint.owner, bid=joint.bid, organisation=joint.partner, arrived_at=at)
    accept_lead(by=joint.partner_owner, proposal=proposal, arrived_at=at)
    joint.lead, joint.partner = joint.partner, joint.lead
    joint.owner, joint.partner_owner = joint.partner_owner, joint.owner
    joint.writer = joint.owner
