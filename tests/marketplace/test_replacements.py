"""A member is replaced after the deadline: proposed by the lead, agreed to by both organisations, or not."""

import datetime
import json
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.access import Refused, Stale
from core.models import Event, Notice
from core.roles import Role
from marketplace import seal
from marketplace.models import Bid, Opportunity, Replacement
from marketplace.queries.bid_words import sealed_bytes
from marketplace.queries.replacements import statement_of, terms_of
from marketplace.services import replacements as services
from marketplace.services.replacements import (
    agree_to_come_in,
    agree_to_leave,
    decline_replacement,
    state_for_leaver,
    take_back_replacement,
)
from tests.factories.bids import Joint, own_bid
from tests.factories.core import OrganisationFactory, member
from tests.factories.covers import registered_outsider
from tests.factories.replacements import WHY, change, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return change()


def come(made, replacement, **values):
    told = {"by": made.coming_owner, "terms_sha256": replacement.terms_sha256, "arrived_at": timezone.now()}
    return agree_to_come_in(replacement=replacement, **{**told, **values})


def leave(made, replacement, by=None):
    return agree_to_leave(by=by or made.joint.partner_owner, replacement=replacement, arrived_at=timezone.now())


def speak(made, replacement, by=None, statement="It has closed its office in March."):
    return state_for_leaver(
        by=by or made.joint.owner, replacement=replacement, statement=statement, arrived_at=timezone.now()
    )


# --- proposing


def test_proposal_says_exactly_what_is_taken_on_and_changes_nothing(made):
    before = sealed_bytes(made.bid.submissions.get())
    replacement = made.propose()
    terms = terms_of(replacement)
    assert (terms["share_bps"], terms["part"], terms["reason"]) == (4_000, "Mentoring in two towns", WHY)
    assert (terms["price_pence"], terms["amount_pence"]) == (198_765_44, 79_506_18)
    assert terms["content_sha256"] == replacement.content_sha256 == made.bid.submissions.get().content_sha256
    assert seal.fingerprint(seal.canonical(terms)) == replacement.terms_sha256
    assert {place.organisation for place in made.bid.members.all()} == {made.joint.lead, made.joint.partner}
    assert sealed_bytes(made.bid.submissions.get()) == before
    told = Notice.objects.filter(kind="marketplace/replacement_asked")
    assert {each.recipient for each in told} == {made.coming_owner, made.joint.partner_owner}


def test_nothing_of_the_words_stands_in_the_clear(made):
    replacement = speak_and_read(made)
    row = json.dumps(Replacement.objects.filter(pk=replacement.pk).values().get(), default=str)
    for words in (WHY, "Mentoring", "office in March"):
        assert words not in row


def speak_and_read(made):
    replacement = made.propose()
    speak(made, replacement)
    replacement.refresh_from_db()
    assert statement_of(replacement) == "It has closed its office in March."
    return replacement


def test_events_before_the_opening_name_no_organisation(made):
    replacement = made.agreed()
    decline_replacement(by=made.coming_owner, replacement=replacement)
    events = Event.objects.filter(action__startswith="replacement.").order_by("sequence")
    acts = ["propose", "come_in", "leave", "agree", "decline"]
    assert [event.action for event in events] == [f"replacement.{act}" for act in acts]
    told = json.dumps(list(events.values("organisation", "object_name", "before", "after", "reason")))
    for organisation in (made.joint.lead, made.joint.partner, made.coming):
        assert organisation.name not in told


def test_sent_twice_it_is_one_proposal(made):
    key = uuid4()
    assert made.propose(form_key=key) == made.propose(form_key=key)
    other = change()
    with pytest.raises(Refused, match="sent before"):
        other.propose(form_key=key)


def test_one_change_at_a_time_and_again_after_it_ended(made):
    first = made.propose()
    with pytest.raises(Refused, match="One change at a time"):
        made.propose(coming=registered_outsider())
    take_back_replacement(by=made.joint.owner, replacement=first)
    made.propose(coming=registered_outsider())


def test_opportunity_must_allow_it():
    with pytest.raises(Refused, match="does not allow"):
        change(members_may_change=False).propose()


def test_before_the_deadline_the_bid_is_withdrawn_instead(made):
    later = timezone.now() + datetime.timedelta(days=1)
    Opportunity.objects.filter(pk=made.opportunity.pk).update(closes_at=later)
    with pytest.raises(Refused, match="withdraw this bid"):
        made.propose()


@pytest.mark.parametrize("status", ["successful", "unsuccessful", "withdrawn", "draft"])
def test_nobody_is_replaced_once_it_is_decided_or_out(made, status):
    Bid.objects.filter(pk=made.bid.pk).update(status=status)
    with pytest.raises(Refused, match="waits for a decision"):
        made.propose()


def test_bid_of_one_has_nobody_to_replace(made):
    bid = own_bid()
    with pytest.raises(Refused, match="not a joint bid"):
        made.propose(by=bid.created_by, bid=bid)


def test_only_a_member_leaves_and_only_an_outsider_comes(made):
    joint = made.joint
    unregistered = OrganisationFactory()
    for values, sentence in (
        ({"leaving": registered_outsider()}, "is not a member"),
        ({"leaving": joint.lead}, "The lead cannot be replaced"),
        ({"coming": joint.lead}, "is in this bid already"),
        ({"coming": unregistered}, "is not registered"),
        ({"coming": made.opportunity.organisation}, "is not registered"),
        ({"reason": "Because"}, "at least 3 words"),
    ):
        with pytest.raises(Refused, match=sentence):
            made.propose(**values)
    assert not Replacement.objects.exists()


def test_only_those_who_hand_bids_in_for_the_lead_propose(made):
    for person in (made.joint.writer, made.joint.partner_owner, made.coming_owner, made.directors[0]):
        with pytest.raises(PermissionDenied):
            made.propose(by=person)


# --- agreeing


def test_both_agree_in_either_order_and_it_waits_for_the_panel(made):
    replacement = made.propose()
    assert leave(made, replacement).status == "proposed"
    agreed = come(made, replacement)
    assert agreed.status == "agreed"
    assert agreed.snapshot.organisation == made.coming
    told = Notice.objects.filter(kind="marketplace/replacement_agreed")
    everybody = {made.joint.owner, made.joint.writer, made.joint.partner_owner, made.coming_owner}
    assert {each.recipient for each in told} == everybody
    assert not Notice.objects.filter(kind="marketplace/replacement_to_decide").exists()


def test_newcomer_agrees_to_no_other_words(made):
    replacement = made.propose()
    with pytest.raises(Stale, match="not the words you read"):
        come(made, replacement, terms_sha256="0" * 64)
    replacement.refresh_from_db()
    assert (replacement.agreed_at, replacement.snapshot) == (None, None)


def test_each_agrees_once(made):
    replacement = made.propose()
    come(made, replacement)
    with pytest.raises(Refused, match="has agreed already"):
        come(made, replacement)
    leave(made, replacement)
    with pytest.raises(Refused, match="agreed to leave already"):
        leave(made, replacement)


def test_only_those_who_commit_an_organisation_answer_for_it(made):
    replacement = made.propose()
    writer = member(Role.BID_WRITER, made.coming)
    for person in (writer, made.joint.owner, made.joint.partner_owner, made.directors[0]):
        with pytest.raises(PermissionDenied):
            come(made, replacement, by=person)
    for person in (made.coming_owner, made.joint.owner, made.directors[0]):
        with pytest.raises(PermissionDenied):
            leave(made, replacement, by=person)
        if person != made.coming_owner:
            with pytest.raises(PermissionDenied):
                decline_replacement(by=person, replacement=replacement)


def test_newcomer_in_another_bid_for_the_lot_learns_it_only_when_it_answers(made):
    rival = own_bid_for(made)
    replacement = made.propose(coming=rival.organisation)
    with pytest.raises(Refused, match="in another bid for this lot"):
        come(made, replacement, by=rival.created_by)


def own_bid_for(made):
    """A bid that another charity handed in for the same lot."""
    rows = Opportunity.objects.filter(pk=made.opportunity.pk)
    closes_at = made.opportunity.closes_at
    rows.update(closes_at=timezone.now() + datetime.timedelta(hours=1))
    outsider = registered_outsider()
    bid = own_bid(made.opportunity, by=member(Role.OWNER, outsider))
    Joint(made.opportunity, outsider, outsider, bid.created_by, bid.created_by, bid.created_by, bid).submit()
    rows.update(closes_at=closes_at)
    return bid


def test_newcomer_comes_into_one_bid_for_a_lot(made):
    rival = own_bid_for(made)
    Bid.objects.filter(pk=rival.pk).update(consortium=made.bid.consortium)
    rival.members.create(organisation=registered_outsider(), share_bps=0)
    come(made, made.propose())
    elsewhere = Replacement.objects.get()
    Replacement.objects.filter(pk=elsewhere.pk).update(bid=rival)
    again = made.propose()
    with pytest.raises(Refused, match="in another bid for this lot"):
        come(made, again)


# --- a member that does not answer


def test_lead_speaks_for_a_member_that_does_not_answer(made):
    replacement = made.propose()
    come(made, replacement)
    said = speak(made, replacement)
    assert (said.status, said.left_at) == ("agreed", None)
    assert Notice.objects.get(kind="marketplace/replacement_stated").recipient == made.joint.partner_owner
    with pytest.raises(Refused, match="said already"):
        speak(made, replacement)
    assert leave(made, replacement).status == "agreed"


def test_lead_speaks_only_while_there_is_no_answer_and_gives_a_reason(made):
    replacement = made.propose()
    with pytest.raises(Refused, match="at least 3 words"):
        speak(made, replacement, statement="Gone")
    with pytest.raises(PermissionDenied):
        speak(made, replacement, by=made.joint.writer)
    leave(made, replacement)
    with pytest.raises(Refused, match="agreed to leave already"):
        speak(made, replacement)


def test_member_may_still_say_no_after_the_lead_spoke_for_it(made):
    replacement = made.propose()
    come(made, replacement)
    speak(made, replacement)
    assert decline_replacement(by=made.joint.partner_owner, replacement=replacement).status == "declined"
    assert made.bid.members.filter(organisation=made.joint.partner).exists()


# --- ending it


@pytest.mark.parametrize("side", ["coming_owner", "partner_owner"])
def test_either_says_no_until_the_panel_has_decided(made, side):
    replacement = made.agreed()
    by = made.coming_owner if side == "coming_owner" else made.joint.partner_owner
    decline_replacement(by=by, replacement=replacement)
    told = Notice.objects.filter(kind="marketplace/replacement_declined")
    assert {each.recipient for each in told} >= {made.joint.owner, made.coming_owner, made.joint.partner_owner}
    with pytest.raises(Refused, match="can no longer be done"):
        decline_replacement(by=by, replacement=replacement)
    with pytest.raises(Refused, match="can no longer be done"):
        take_back_replacement(by=made.joint.owner, replacement=replacement)


def test_panel_hears_that_it_ended_only_once_the_bids_are_open(made):
    take_back_replacement(by=made.joint.owner, replacement=made.agreed())
    panel = [made.chair.user, made.other.user, *made.directors]
    assert not Notice.objects.filter(recipient__in=panel, kind__contains="replacement").exists()
    known, replacement = opened()
    decline_replacement(by=known.coming_owner, replacement=replacement)
    told = Notice.objects.filter(kind="marketplace/replacement_declined", recipient=known.chair.user)
    assert told.count() == 1


def test_only_the_lead_takes_it_back(made):
    replacement = made.agreed()
    with pytest.raises(PermissionDenied):
        take_back_replacement(by=made.coming_owner, replacement=replacement)


# --- all or nothing


@pytest.mark.parametrize("act", ["propose", "come", "leave", "speak", "decline", "take back"])
def test_nothing_stays_of_an_act_that_fails_at_its_end(made, monkeypatch, act):
    replacement = None if act == "propose" else made.propose()
    before = list(Replacement.objects.values())
    notices = Notice.objects.count()

    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(services.audit, "record", fails)
    acts = {
        "propose": made.propose,
        "come": lambda: come(made, replacement),
        "leave": lambda: leave(made, replacement),
        "speak": lambda: speak(made, replacement),
        "decline": lambda: decline_replacement(by=made.coming_owner, replacement=replacement),
        "take back": lambda: take_back_replacement(by=made.joint.owner, replacement=replacement),
    }
    with pytest.raises(RuntimeError):
        acts[act]()
    assert (list(Replacement.objects.values()), Notice.objects.count()) == (before, notices)


def test_database_holds_what_a_replacement_rests_on(made):
    replacement = made.propose()
    rows, now = Replacement.objects.filter(pk=replacement.pk), timezone.now()
    for broken in (
        {"status": "agreed"},
        {"status": "gone"},
        {"status": "declined"},
        {"agreed_at": now},
        {"left_at": now},
        {"stated_at": now, "stated_by": made.joint.owner},
        {"sealed_statement": "words"},
        {"leaving": made.coming},
        {"sealed_terms": ""},
        {"status": "refused", "decided_at": now, "decided_by": made.chair.user},
        {"reason": "It is so"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        Replacement.objects.create(
            bid=made.bid,
            leaving=made.joint.partner,
            coming=registered_outsider(),
            content_sha256="a",
            sealed_terms="a",
            terms_sha256="a",
            proposed_at=now,
            proposed_by=made.joint.owner,
        )


def test_changed_terms_are_found_out(made):
    replacement = made.propose()
    Replacement.objects.filter(pk=replacement.pk).update(terms_sha256="0" * 64)
    with pytest.raises(seal.SealBroken):
        terms_of(Replacement.objects.get())
