"""Handing in: in time by the clock, once, sealed so that nobody reads it, with a receipt that proves it."""

import datetime
import hashlib
import json
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.access import Refused, Stale
from core.models import Event, Notice
from core.roles import Role
from marketplace import seal
from marketplace.checks import seal_keys_are_sound
from marketplace.models import Bid, OpportunityKey, Submission
from marketplace.queries.bid_words import sealed_bytes, unsealed_content, words_in_rows
from marketplace.services.bid_comments import add_comment
from marketplace.services.bid_costs import enter_cost
from marketplace.services.bid_drafting import note_opening
from marketplace.services.bid_submission import rewrap_seal_keys, submit_bid, withdraw_bid
from marketplace.services.bids import restore_words, save_answer
from marketplace.states import BID
from tests.factories.bids import handed_in, joint_bid, own_bid
from tests.factories.core import member
from tests.factories.marketplace import OpportunityFactory

pytestmark = pytest.mark.django_db

MARKER = "quagga-in-the-bathhouse"


def agreed(**values):
    joint = joint_bid(**values)
    joint.ask()
    joint.agree()
    return joint


# --- The receipt -------------------------------------------------------------------------------------


def test_submission_gives_a_receipt_with_time_and_fingerprint():
    joint = agreed()
    arrived_at = timezone.now() - datetime.timedelta(seconds=5)
    version = joint.version()
    receipt = submit_bid(by=joint.owner, bid=joint.bid, arrived_at=arrived_at, content_sha256=version)
    assert (receipt.number, receipt.arrived_at, receipt.content_sha256) == (1, arrived_at, version)
    assert receipt.submitted_by == joint.owner
    bid = joint.now()
    assert (bid.status, bid.submitted_at, bid.submitted_by) == ("submitted", arrived_at, joint.owner)


def test_fingerprint_is_that_of_what_was_handed_in():
    joint = agreed()
    words = words_in_rows(joint.now())
    receipt = joint.submit()
    content = sealed_bytes(receipt)
    assert json.loads(content) == words
    assert hashlib.sha256(content).hexdigest() == receipt.content_sha256


def test_bid_of_one_charity_is_submitted_without_asking_anybody():
    bid = own_bid()
    assert submit_bid(by=bid.created_by, bid=bid, arrived_at=timezone.now()).number == 1


def test_everyone_in_the_bid_is_told():
    joint = agreed()
    readers = [member(Role.VIEWER, joint.partner), member(Role.PROVIDER_FINANCE, joint.lead)]
    receipt = joint.submit()
    told = Notice.objects.filter(kind="marketplace/bid_submitted")
    people = {joint.owner, joint.writer, joint.partner_owner, *readers}
    assert {notice.recipient for notice in told} == people
    assert receipt.content_sha256 in told[0].body
    assert told[0].url == f"/bids/{joint.bid.pk}/receipt/"


def test_record_of_the_act_holds_the_fingerprint():
    receipt = handed_in().bid.submissions.get()
    event = Event.objects.get(action="bid.submit")
    assert (event.after["sha256"], event.after["receipt"]) == (receipt.content_sha256, str(receipt))


def test_same_button_twice_gives_one_receipt():
    joint = agreed()
    assert joint.submit() == joint.submit()
    assert Submission.objects.count() == 1
    assert Event.objects.filter(action="bid.submit").count() == 1


# --- The clock ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "allowed"), [(-1, True), (0, False), (1, False)], ids=["a second before", "at", "a second after"]
)
def test_deadline_holds_to_the_second(seconds, allowed):
    joint = agreed()
    with time_machine.travel(joint.opportunity.closes_at + datetime.timedelta(seconds=seconds), tick=False):
        if allowed:
            assert joint.submit().pk
        else:
            with pytest.raises(Refused, match="closed on"):
                joint.submit()
    assert joint.now().status == ("submitted" if allowed else "awaiting_consent")


def test_request_that_came_in_time_counts_however_late_it_is_worked_on():
    joint = agreed()
    closes_at = joint.opportunity.closes_at
    with time_machine.travel(closes_at + datetime.timedelta(minutes=3), tick=False):
        arrived_at = closes_at - datetime.timedelta(seconds=1)
        assert submit_bid(by=joint.owner, bid=joint.bid, arrived_at=arrived_at).arrived_at == arrived_at


def test_nothing_is_submitted_once_bids_are_opened_even_if_it_came_in_time():
    joint = agreed()
    closes_at = joint.opportunity.closes_at
    opportunity = joint.bid.opportunity
    type(opportunity).objects.filter(pk=opportunity.pk).update(status="evaluation")
    with pytest.raises(Refused, match="takes no bids now"):
        submit_bid(by=joint.owner, bid=joint.bid, arrived_at=closes_at - datetime.timedelta(seconds=1))


# --- Refusals ----------------------------------------------------------------------------------------


def test_refusal_names_everything_that_is_missing():
    joint = joint_bid(written=False)
    with pytest.raises(Refused) as refusal:
        joint.submit()
    said = str(refusal.value.reason)
    for part in ("Question 1 has no answer.", "They must make 100%.", "no price", "has not agreed"):
        assert part in said
    assert joint.now().status == "draft"


def test_bid_without_the_word_of_a_member_is_refused():
    joint = joint_bid()
    joint.ask()
    with pytest.raises(Refused, match=f"{joint.partner.name} has not agreed to this version"):
        joint.submit()


@pytest.mark.parametrize("role", [Role.BID_WRITER, Role.PROVIDER_FINANCE, Role.VIEWER])
def test_only_who_may_submit_does(role):
    joint = agreed()
    with pytest.raises(PermissionDenied):
        submit_bid(by=member(role, joint.lead), bid=joint.bid, arrived_at=timezone.now())


def test_owner_of_a_member_does_not_submit():
    joint = agreed()
    with pytest.raises(PermissionDenied):
        submit_bid(by=joint.partner_owner, bid=joint.bid, arrived_at=timezone.now())


def test_words_that_changed_since_they_were_read_are_not_submitted():
    bid = own_bid()
    with pytest.raises(Stale, match="changed after you opened"):
        submit_bid(by=bid.created_by, bid=bid, arrived_at=timezone.now(), content_sha256="0" * 64)


def test_second_press_by_somebody_without_the_right_shows_no_receipt():
    joint = handed_in()
    with pytest.raises(PermissionDenied):
        submit_bid(by=joint.writer, bid=joint.bid, arrived_at=timezone.now())


def test_refused_submission_leaves_nothing_behind():
    joint = joint_bid()
    joint.ask()
    events = Event.objects.count()
    with pytest.raises(Refused):
        joint.submit()
    assert not Submission.objects.exists()
    assert not OpportunityKey.objects.exists()
    assert joint.bid.answers.exclude(text="").count() == 2
    assert Event.objects.count() == events


def test_failure_while_sealing_leaves_the_words_where_they_were(settings):
    joint = agreed()
    settings.SEAL_MASTER_KEYS = []
    with pytest.raises(ValueError, match="SEAL_MASTER_KEYS"):
        joint.submit()
    assert joint.bid.answers.exclude(text="").count() == 2
    assert joint.now().price_pence


# --- The seal ----------------------------------------------------------------------------------------


def tables_holding(text):
    """Every table and column of the database in which the text stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            rows = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {rows} LIMIT 0")
            for column in [described[0] for described in cursor.description]:
                name = connection.ops.quote_name(column)
                statement = f"SELECT count(*) FROM {rows} WHERE CAST({name} AS text) LIKE %s"
                cursor.execute(statement, [f"%{text}%"])
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{column}")
    return found


def test_no_word_of_a_sealed_bid_stands_anywhere_in_the_database():
    joint = agreed(text=MARKER)
    answer = joint.bid.answers.get(criterion__number=1)
    note_opening(by=joint.writer, bid=joint.bid, answer=answer, arrived_at=timezone.now())
    add_comment(by=joint.writer, bid=joint.bid, text=f"More of {MARKER}?", form_key=uuid4())
    save_answer(
        by=joint.writer,
        bid=joint.bid,
        criterion=answer.criterion,
        text="Other words.",
        version=answer.version,
        arrived_at=timezone.now(),
    )
    enter_cost(
        by=joint.writer,
        bid=joint.bid,
        organisation=joint.lead,
        label=MARKER,
        amount_pence=1_00,
        form_key=uuid4(),
        arrived_at=timezone.now(),
    )
    joint.ask()
    joint.agree()
    # the search itself works: the draft is found where it is written
    assert tables_holding(MARKER) == [
        "marketplace_answerversion.text",
        "marketplace_bidanswer.text",
        "marketplace_bidcomment.text",
        "marketplace_bidconsent.words",
        "marketplace_bidcost.label",
        "marketplace_bidmember.part",
    ]
    price = str(joint.now().price_pence)
    assert tables_holding(price) == ["marketplace_bid.price_pence", "marketplace_bidconsent.words"]
    joint.submit()
    assert tables_holding(MARKER) == []
    assert tables_holding(price) == []


def test_no_word_of_a_withdrawn_sealed_bid_comes_back():
    joint = handed_in(text=MARKER)
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    assert tables_holding(MARKER) == []


def test_shares_and_parts_are_sealed_too():
    joint = handed_in()
    assert {(place.share_bps, place.part) for place in joint.bid.members.all()} == {(0, "")}


def test_sealed_bid_cannot_show_its_price():
    joint = handed_in()
    with pytest.raises(IntegrityError), transaction.atomic():
        Bid.objects.filter(pk=joint.bid.pk).update(price_pence=1)


def test_bids_of_one_opportunity_share_a_key_and_others_do_not():
    opportunity = OpportunityFactory(is_open=True)
    first, second = handed_in(opportunity), handed_in(opportunity)
    third = handed_in()
    assert OpportunityKey.objects.count() == 2
    key = OpportunityKey.objects.get(opportunity=opportunity)
    assert {bid.opportunity_id for bid in (first.bid, second.bid)} == {key.opportunity_id}
    assert third.bid.opportunity.seal_key != key


def test_submission_exchanged_for_that_of_another_bid_is_found_out():
    opportunity = OpportunityFactory(is_open=True)
    mine, other = handed_in(opportunity), handed_in(opportunity)
    theirs = other.bid.submissions.get()
    Submission.objects.filter(bid=mine.bid).update(
        sealed_content=theirs.sealed_content, content_sha256=theirs.content_sha256
    )
    with pytest.raises(seal.SealBroken, match="another bid"):
        unsealed_content(mine.bid.submissions.get())


def test_submission_whose_receipt_was_changed_is_found_out():
    joint = handed_in()
    Submission.objects.filter(bid=joint.bid).update(content_sha256="0" * 64)
    with pytest.raises(seal.SealBroken, match="not the one of the receipt"):
        unsealed_content(joint.bid.submissions.get())


def test_master_key_can_be_replaced(settings):
    joint = handed_in(text=MARKER)
    old, new = settings.SEAL_MASTER_KEYS, [seal.new_key()]
    settings.SEAL_MASTER_KEYS = [*new, *old]
    assert rewrap_seal_keys() == 1
    settings.SEAL_MASTER_KEYS = new
    assert unsealed_content(joint.bid.submissions.get())["answers"][0]["text"] == MARKER
    settings.SEAL_MASTER_KEYS = old
    with pytest.raises(seal.SealBroken):
        unsealed_content(joint.bid.submissions.get())


def test_command_wraps_every_key_anew(settings, capsys):
    joint = handed_in()
    settings.SEAL_MASTER_KEYS = [seal.new_key(), *settings.SEAL_MASTER_KEYS]
    call_command("rewrap_seal_keys")
    assert capsys.readouterr().out == "Keys wrapped by the first master key: 1.\n"
    settings.SEAL_MASTER_KEYS = settings.SEAL_MASTER_KEYS[:1]
    assert unsealed_content(joint.bid.submissions.get())


def test_command_changes_nothing_where_a_key_does_not_open(settings):
    wrapped = handed_in().bid.opportunity.seal_key.wrapped_key
    settings.SEAL_MASTER_KEYS = [seal.new_key()]
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("rewrap_seal_keys")
    assert OpportunityKey.objects.get().wrapped_key == wrapped


@pytest.mark.parametrize("keys", [[], ["short"], ["é" * 44], [seal.new_key(), "x"]])
def test_start_without_sound_master_keys_is_an_error(settings, keys):
    settings.SEAL_MASTER_KEYS = keys
    assert [error.id for error in seal_keys_are_sound()] == ["marketplace.E001"]


def test_start_with_sound_master_keys_is_none(settings):
    settings.SEAL_MASTER_KEYS = [seal.new_key(), seal.new_key()]
    assert seal_keys_are_sound() == []


# --- Opening puts the words back ---------------------------------------------------------------------


def test_restored_words_are_those_handed_in():
    joint = agreed(text=MARKER)
    words = words_in_rows(joint.now())
    joint.submit()
    bid, opened_at = joint.now(), timezone.now()
    BID.apply(bid, "open")
    restore_words(bid, opened_at=opened_at)
    assert words_in_rows(joint.now()) == words
    assert bid.submissions.get().opened_at == opened_at


def test_words_do_not_come_back_to_a_bid_that_is_still_sealed():
    joint = handed_in()
    with pytest.raises(IntegrityError), transaction.atomic():
        restore_words(joint.now(), opened_at=timezone.now())
    assert joint.bid.answers.get(criterion__number=1).text == ""


# --- Withdrawing -------------------------------------------------------------------------------------


def test_withdrawn_bid_keeps_its_receipt_and_everyone_is_told():
    joint = handed_in()
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    assert joint.now().status == "withdrawn"
    assert joint.bid.submissions.count() == 1
    told = Notice.objects.filter(kind="marketplace/bid_withdrawn")
    assert {notice.recipient for notice in told} == {joint.owner, joint.writer, joint.partner_owner}


@pytest.mark.parametrize(("seconds", "allowed"), [(-1, True), (0, False), (1, False)])
def test_bid_is_withdrawn_before_the_deadline_only(seconds, allowed):
    joint = handed_in()
    at = joint.opportunity.closes_at + datetime.timedelta(seconds=seconds)
    if allowed:
        withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=at)
    else:
        with pytest.raises(Refused, match="closed on"):
            withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=at)
    assert joint.now().status == ("withdrawn" if allowed else "submitted")


def test_bid_is_withdrawn_once():
    joint = handed_in()
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    with pytest.raises(Refused, match="withdrawn"):
        withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())


def test_withdrawn_bid_is_not_submitted():
    joint = handed_in()
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    with pytest.raises(Refused, match="withdrawn"):
        joint.submit()


@pytest.mark.parametrize("role", [Role.BID_WRITER, Role.VIEWER])
def test_only_who_may_submit_withdraws(role):
    joint = handed_in()
    with pytest.raises(PermissionDenied):
        withdraw_bid(by=member(role, joint.lead), bid=joint.bid, arrived_at=timezone.now())


def test_member_does_not_withdraw_the_bid():
    joint = handed_in()
    with pytest.raises(PermissionDenied):
        withdraw_bid(by=joint.partner_owner, bid=joint.bid, arrived_at=timezone.now())
