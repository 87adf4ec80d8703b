"""Two at once: a bid begins once, is handed in once, is not written to while it is sealed, and keeps its members.

Each control takes the lock away and must go wrong; a control that holds would prove nothing.
"""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from core.access import Refused
from core.models import Event
from core.roles import Role
from marketplace.models import Bid, BidConsent, Opportunity, OpportunityKey, Submission
from marketplace.queries.bid_words import unsealed_content
from marketplace.services import bid_consents, bid_leads, bid_members, bid_submission, bids
from marketplace.services.bid_consents import ask_consent, give_consent
from marketplace.services.bid_leads import propose_lead
from marketplace.services.bids import choose_consortium, save_answer, save_members, start_bid
from providers.services.consortia import leave_consortium
from tests.factories.bids import joint_bid, own_bid
from tests.factories.core import OrganisationFactory, member
from tests.factories.marketplace import OpportunityFactory
from tests.factories.providers import ConsortiumFactory

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]

PATIENCE = 2  # seconds one waits for the other before it takes it that a lock holds it


def both_at_once(*acts):
    """What each of the acts gave or raised, each on a connection of its own."""

    def one(act):
        try:
            return act()
        except (Refused, IntegrityError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def meet_before(monkeypatch, module, name):
    """Two calls of the function wait for each other first, or until a lock keeps the second from coming."""
    barrier, function = threading.Barrier(2), getattr(module, name)

    def waiting(*args, **kwargs):
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=PATIENCE)
        return function(*args, **kwargs)

    monkeypatch.setattr(module, name, waiting)


def without_locks(monkeypatch, *modules):
    """The services read what they change without holding it."""

    def opportunity_as_it_is(opportunity):
        return Opportunity.objects.get(pk=getattr(opportunity, "pk", opportunity))

    def bid_as_it_is(bid):
        return Bid.objects.select_related("opportunity", "lot", "organisation", "consortium").get(pk=bid.pk)

    for module in modules:
        if hasattr(module, "locked_bid"):
            monkeypatch.setattr(module, "locked_bid", bid_as_it_is)
        if hasattr(module, "locked_opportunity"):
            monkeypatch.setattr(module, "locked_opportunity", opportunity_as_it_is)


# --- One bid, submitted by two -----------------------------------------------------------------------


def submitting(bid):
    by = bid.created_by
    return lambda: bid_submission.submit_bid(by=by, bid=bid, arrived_at=timezone.now())


def test_bid_submitted_by_two_at_once_has_one_receipt(monkeypatch):
    meet_before(monkeypatch, bid_submission, "_key_of")
    bid = own_bid()
    first, second = both_at_once(submitting(bid), submitting(bid))
    assert first == second == Submission.objects.get()
    assert Event.objects.filter(action="bid.submit").count() == 1


def test_bid_submitted_by_two_at_once_fails_without_the_lock(monkeypatch):
    meet_before(monkeypatch, bid_submission, "_key_of")
    without_locks(monkeypatch, bid_submission)
    bid = own_bid()
    results = both_at_once(submitting(bid), submitting(bid))
    assert any(isinstance(result, Exception) for result in results)


def test_first_two_bids_of_an_opportunity_share_one_key(monkeypatch):
    meet_before(monkeypatch, bid_submission.seal, "new_key")
    opportunity = OpportunityFactory(is_open=True)
    both_at_once(submitting(own_bid(opportunity)), submitting(own_bid(opportunity)))
    assert OpportunityKey.objects.count() == 1
    assert [unsealed_content(each)["format"] for each in Submission.objects.all()] == [2, 2]


def test_first_two_bids_of_an_opportunity_collide_without_the_lock(monkeypatch):
    meet_before(monkeypatch, bid_submission.seal, "new_key")
    without_locks(monkeypatch, bid_submission)
    opportunity = OpportunityFactory(is_open=True)
    results = both_at_once(submitting(own_bid(opportunity)), submitting(own_bid(opportunity)))
    assert any(isinstance(result, IntegrityError) for result in results)


# --- One writes while another submits ----------------------------------------------------------------


def write_while_submitting(monkeypatch, bid):
    """The answer is saved after the words were cleared and before that is final; gives what the writer got."""
    cleared, tell = threading.Event(), bid_submission._tell_members

    def told_late(*args, **kwargs):
        cleared.set()
        writing.wait(timeout=PATIENCE)
        return tell(*args, **kwargs)

    writing = threading.Event()
    monkeypatch.setattr(bid_submission, "_tell_members", told_late)
    by, answer = bid.created_by, bid.answers.get(criterion__number=1)

    def write():
        cleared.wait(timeout=2 * PATIENCE)
        return save_answer(
            by=by,
            bid=bid,
            criterion=answer.criterion,
            text="Not in the sealed copy.",
            version=answer.version,
            arrived_at=timezone.now(),
        )

    _receipt, written = both_at_once(submitting(bid), write)
    return written


def test_nothing_is_written_to_a_bid_while_it_is_sealed(monkeypatch):
    bid = own_bid()
    assert isinstance(write_while_submitting(monkeypatch, bid), Refused)
    assert bid.answers.get(criterion__number=1).text == ""


def test_words_stand_in_the_clear_of_a_sealed_bid_without_the_lock(monkeypatch):
    bid = own_bid()
    without_locks(monkeypatch, bids)
    write_while_submitting(monkeypatch, bid)
    assert Bid.objects.get(pk=bid.pk).status == "submitted"
    assert bid.answers.get(criterion__number=1).text == "Not in the sealed copy."


# --- One organisation, two bids ----------------------------------------------------------------------


def starting(organisation, opportunity):
    by = member(Role.BID_WRITER, organisation)
    return lambda: start_bid(
        by=by,
        opportunity=opportunity,
        organisation=organisation,
        form_key=uuid4(),
        arrived_at=timezone.now(),
    )


def test_bid_started_by_two_at_once_begins_once(monkeypatch):
    meet_before(monkeypatch, bids, "may_bid_with")
    organisation, opportunity = OrganisationFactory(), OpportunityFactory(is_open=True)
    results = both_at_once(starting(organisation, opportunity), starting(organisation, opportunity))
    assert sorted(type(result).__name__ for result in results) == ["Bid", "Refused"]
    assert Bid.objects.count() == 1


def test_bid_started_by_two_at_once_collides_without_the_lock(monkeypatch):
    meet_before(monkeypatch, bids, "may_bid_with")
    without_locks(monkeypatch, bids)
    organisation, opportunity = OrganisationFactory(), OpportunityFactory(is_open=True)
    results = both_at_once(starting(organisation, opportunity), starting(organisation, opportunity))
    assert any(isinstance(result, IntegrityError) for result in results)


def two_bids_with_one_partner():
    """Two bids for one lot that wait for the word of the same organisation; its owner and both ways to agree."""
    first = joint_bid()
    second = own_bid(first.opportunity)
    consortium = ConsortiumFactory(lead=second.organisation, joined=[first.partner])
    by, at = second.created_by, timezone.now()
    choose_consortium(by=by, bid=second, consortium=consortium, version=second.version, arrived_at=at)
    second.refresh_from_db()
    shares = {second.organisation_id: (5_000, "Rooms"), first.partner.pk: (5_000, "Mentors")}
    save_members(by=by, bid=second, shares=shares, version=second.version, arrived_at=at, liability="several")
    ask_consent(by=by, bid=second, arrived_at=at)
    first.ask()
    return [agreeing(first.partner_owner, first.partner, bid) for bid in (first.now(), second)]


def agreeing(by, organisation, bid):
    bid.refresh_from_db()
    version = bid_consents.fingerprint_of(bid_consents.words_in_rows(bid))
    return lambda: give_consent(
        by=by,
        bid=bid,
        organisation=organisation,
        content_sha256=version,
        arrived_at=timezone.now(),
    )


def test_organisation_agrees_to_one_of_two_bids(monkeypatch):
    acts = two_bids_with_one_partner()
    meet_before(monkeypatch, bid_consents, "words_in_rows")
    results = both_at_once(*acts)
    assert sorted(type(result).__name__ for result in results) == ["BidConsent", "Refused"]
    assert BidConsent.objects.count() == 1


def test_organisation_agrees_to_both_bids_without_the_lock(monkeypatch):
    acts = two_bids_with_one_partner()
    meet_before(monkeypatch, bid_consents, "words_in_rows")
    without_locks(monkeypatch, bid_consents)
    both_at_once(*acts)
    assert BidConsent.objects.count() == 2


# --- One asks for agreement, or submits, while another leaves ----------------------------------------


def leave_during(monkeypatch, module, tell, act, joint):
    """The partner leaves after `act` found it in the consortium; gives what the leaver got, and its place now."""
    found, leaving, function = threading.Event(), threading.Event(), getattr(module, tell)

    def told_late(*args, **kwargs):
        found.set()
        leaving.wait(timeout=PATIENCE)
        return function(*args, **kwargs)

    monkeypatch.setattr(module, tell, told_late)
    place = joint.bid.consortium.members.get(organisation=joint.partner)

    def leave():
        found.wait(timeout=2 * PATIENCE)
        try:
            leave_consortium(by=joint.partner_owner, place=place, reason="No room this year.")
        finally:
            leaving.set()

    _done, left = both_at_once(act, leave)
    place.refresh_from_db()
    return left, place.status


def asking(joint):
    return bid_consents, "_tell", joint.ask, joint


def submitting_at_the_last_moment(joint):
    """What arrived before the deadline is worked on after it; by then no draft holds its members."""
    joint.ask()
    joint.agree()
    arrived = timezone.now()
    Opportunity.objects.filter(pk=joint.opportunity.pk).update(closes_at=arrived + timedelta(milliseconds=1))

    def submit():
        return bid_submission.submit_bid(by=joint.owner, bid=joint.bid, arrived_at=arrived)

    return bid_submission, "_tell_members", submit, joint


def test_member_who_leaves_while_agreement_is_asked_for_is_out_of_the_bid(monkeypatch):
    joint = joint_bid()
    left, place = leave_during(monkeypatch, *asking(joint))
    assert (left, place) == (None, "left")
    assert joint.now().status == "draft"
    assert not joint.bid.members.filter(organisation=joint.partner).exists()


def test_member_cannot_leave_while_the_bid_is_handed_in(monkeypatch):
    joint = joint_bid()
    left, place = leave_during(monkeypatch, *submitting_at_the_last_moment(joint))
    assert isinstance(left, Refused)
    assert (joint.now().status, place) == ("submitted", "joined")


@pytest.mark.parametrize(
    ("doing", "status"), [(asking, "awaiting_consent"), (submitting_at_the_last_moment, "submitted")]
)
def test_bid_goes_on_without_its_member_without_the_lock(monkeypatch, doing, status):
    for module in (bid_consents, bid_submission):
        monkeypatch.setattr(module, "hold_consortium", lambda bid: None)
    without_locks(monkeypatch, bid_members)
    # Ending what was agreed looks at the state of the bid once more, which would hide what the lock is for.
    monkeypatch.setattr(bid_members, "edited", lambda bid, **kwargs: None)
    joint = joint_bid()
    left, place = leave_during(monkeypatch, *doing(joint))
    assert left is None
    assert (joint.now().status, place) == (status, "left")


# --- One answer, saved by two ------------------------------------------------------------------------


def saving(joint, by, text):
    answer = joint.bid.answers.get(criterion__number=1)
    return lambda: bids.save_answer(
        by=by,
        bid=joint.bid,
        criterion=answer.criterion,
        text=text,
        version=answer.version,
        arrived_at=timezone.now(),
    )


def test_of_two_who_save_one_answer_the_second_is_told_and_overwrites_nothing(monkeypatch):
    joint = joint_bid()
    meet_before(monkeypatch, bids, "save_version")
    results = both_at_once(saving(joint, joint.owner, "Mine."), saving(joint, joint.writer, "Theirs."))
    assert sorted(type(result).__name__ for result in results) == ["Bid", "Stale"]
    first = next(
        text for text, result in zip(("Mine.", "Theirs."), results, strict=True) if isinstance(result, Bid)
    )
    assert joint.bid.answers.get(criterion__number=1).text == first


def test_of_two_who_save_one_answer_the_second_overwrites_without_lock_and_version(monkeypatch):
    def save_unseen(row, *, expected, by, **fields):
        type(row).objects.filter(pk=row.pk).update(**fields)

    joint = joint_bid()
    monkeypatch.setattr(bids, "save_version", save_unseen)
    # What is kept beside the answer is kept once for each version, which would hide what the version is for.
    monkeypatch.setattr(bids.AnswerVersion, "save", lambda self, **kwargs: None)
    meet_before(monkeypatch, bids, "save_version")
    without_locks(monkeypatch, bids)
    results = both_at_once(saving(joint, joint.owner, "Mine."), saving(joint, joint.writer, "Theirs."))
    assert [type(result).__name__ for result in results] == ["Bid", "Bid"]


# --- A member leaves while it agrees -----------------------------------------------------------------


def agree_and_leave(monkeypatch, joint):
    """The partner agrees and leaves in one moment; gives what both got."""
    joint.ask()
    agree = agreeing(joint.partner_owner, joint.partner, joint.now())
    place = joint.bid.consortium.members.get(organisation=joint.partner)
    agreed, leaving = threading.Event(), bid_consents.audit.record

    def told_late(action, **kwargs):
        if action == "bid.consent":
            agreed.set()
            gone.wait(timeout=PATIENCE)
        return leaving(action, **kwargs)

    gone = threading.Event()
    monkeypatch.setattr(bid_consents.audit, "record", told_late)

    def leave():
        agreed.wait(timeout=2 * PATIENCE)
        try:
            return leave_consortium(by=joint.partner_owner, place=place, reason="No room this year.")
        finally:
            gone.set()

    return both_at_once(agree, leave)


def test_no_consent_outlives_the_member_that_leaves_while_it_agrees(monkeypatch):
    joint = joint_bid()
    agree_and_leave(monkeypatch, joint)
    assert joint.bid.consortium.members.get(organisation=joint.partner).status == "left"
    assert not BidConsent.objects.filter(lapsed_at=None).exists()


def test_consent_outlives_the_member_that_leaves_without_the_lock(monkeypatch):
    joint = joint_bid()
    without_locks(monkeypatch, bid_members)
    # Counting the version on waits for whoever holds the bid, which would hide what the lock is for.
    monkeypatch.setattr(bid_members, "save_version", lambda bid, **kwargs: None)
    agree_and_leave(monkeypatch, joint)
    assert joint.bid.consortium.members.get(organisation=joint.partner).status == "left"
    assert BidConsent.objects.filter(lapsed_at=None).exists()


# --- The lead passes on while the bid is handed in ---------------------------------------------------


def pass_on_and_submit(monkeypatch, joint):
    """The old lead hands in what was agreed, in the moment in which the partner accepts to lead."""
    joint.ask()
    joint.agree()
    proposal = propose_lead(by=joint.owner, bid=joint.bid, organisation=joint.partner, arrived_at=timezone.now())
    cleared, tell, done = threading.Event(), bid_submission._tell_members, threading.Event()

    def told_late(*args, **kwargs):
        cleared.set()
        done.wait(timeout=PATIENCE)
        return tell(*args, **kwargs)

    monkeypatch.setattr(bid_submission, "_tell_members", told_late)

    def accept():
        cleared.wait(timeout=2 * PATIENCE)
        try:
            return bid_leads.accept_lead(by=joint.partner_owner, proposal=proposal, arrived_at=timezone.now())
        finally:
            done.set()

    by, bid = joint.owner, joint.bid
    return both_at_once(lambda: bid_submission.submit_bid(by=by, bid=bid, arrived_at=timezone.now()), accept)


def test_lead_does_not_pass_on_while_the_bid_is_handed_in(monkeypatch):
    joint = joint_bid()
    receipt, accepted = pass_on_and_submit(monkeypatch, joint)
    assert isinstance(receipt, Submission)
    assert isinstance(accepted, Refused)
    assert unsealed_content(receipt)["lead"]["id"] == joint.now().organisation_id == joint.lead.pk


def test_sealed_copy_names_another_lead_than_the_bid_without_the_lock(monkeypatch):
    joint = joint_bid()
    without_locks(monkeypatch, bid_leads)
    monkeypatch.setattr(bid_leads, "hold_consortium", lambda bid: None)
    # Ending what was agreed looks at the state of the bid once more, which would hide what the lock is for.
    monkeypatch.setattr(bid_leads, "edited", lambda bid, **kwargs: bid)
    # Handing in ends the proposal, and its row would keep the two apart as well.
    monkeypatch.setattr(bid_submission, "lead_proposal_follows", lambda bid, **kwargs: None)
    receipt, _accepted = pass_on_and_submit(monkeypatch, joint)
    assert isinstance(receipt, Submission)
    assert unsealed_content(receipt)["lead"]["id"] != joint.now().organisation_id
