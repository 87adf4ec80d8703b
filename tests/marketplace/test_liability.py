"""How the members of a joint bid answer for it, and what each has of the price: said, sealed, shown before."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from core.money import pounds, split_by_shares
from marketplace import seal
from marketplace.liability import MEANS, Liability, shown_sentence
from marketplace.models import Bid, BidConsent, OpportunityKey, Submission
from marketplace.policies.bids import what_is_missing
from marketplace.queries.bid_words import fingerprint_of, unsealed_content, words_in_rows
from marketplace.services.bid_submission import withdraw_bid
from marketplace.services.bids import choose_consortium, restore_words, save_members, save_price, start_bid
from marketplace.states import BID
from marketplace.views.bid_display import content
from tests.factories.bids import handed_in, joint_bid, own_bid
from tests.marketplace.bid_scene import text_of

SAYS = "Say who answers for what if something goes wrong."
db = pytest.mark.django_db


def share(joint, liability, **values):
    shares = {joint.lead.pk: (6_000, "Rooms"), joint.partner.pk: (4_000, "Mentors")}
    asked = {"shares": shares, "version": joint.now().version, "arrived_at": timezone.now(), **values}
    return save_members(by=joint.writer, bid=joint.bid, liability=liability, **asked)


def sentences(bid):
    return [each.sentence for each in what_is_missing(bid)]


@db
def test_joint_bid_lacks_something_until_it_says_who_answers():
    joint = joint_bid()
    Bid.objects.filter(pk=joint.bid.pk).update(liability="")
    assert SAYS in sentences(joint.now())
    share(joint, "lead_alone")
    assert SAYS not in sentences(joint.now())
    assert words_in_rows(joint.now())["liability"] == {
        "kind": "lead_alone",
        "means": MEANS[Liability.LEAD_ALONE],
    }


@db
def test_bid_of_one_says_nothing_of_it():
    bid = own_bid()
    assert words_in_rows(bid)["liability"] is None
    assert SAYS not in sentences(bid)


@db
def test_bid_that_becomes_one_of_one_forgets_it():
    joint = joint_bid()
    bid = joint.now()
    choose_consortium(by=joint.writer, bid=bid, consortium=None, version=bid.version, arrived_at=timezone.now())
    assert joint.now().liability == ""


@db
def test_fingerprint_is_the_same_in_every_language():
    joint = joint_bid()
    with translation.override("cy"):
        assert fingerprint_of(words_in_rows(joint.now())) == joint.version()


@db
def test_another_liability_ends_what_was_agreed():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    share(joint, "joint_and_several")
    assert joint.now().status == "draft"


@db
def test_sealed_bid_hides_it_and_opening_brings_it_back():
    joint = handed_in()
    bid = joint.now()
    assert (bid.liability, BidConsent.objects.exclude(words=None).count()) == ("", 0)
    assert unsealed_content(bid.submissions.get())["liability"]["kind"] == "several"
    BID.apply(bid, "open")
    restore_words(bid, opened_at=timezone.now())
    assert joint.now().liability == "several"


@db
def test_database_lets_no_sealed_bid_show_it_and_knows_no_other_word():
    joint = handed_in()
    for wrong in ("several", "nobody"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Bid.objects.filter(pk=joint.bid.pk).update(liability=wrong)


@db
def test_copy_sealed_before_it_was_asked_stays_readable_and_opens():
    joint = handed_in()
    bid, receipt = joint.now(), Submission.objects.get()
    words = {**unsealed_content(receipt), "format": 1}
    del words["liability"]
    key = seal.unwrap(OpportunityKey.objects.get().wrapped_key, settings.SEAL_MASTER_KEYS)
    told = seal.canonical(words)
    Submission.objects.update(content_sha256=seal.fingerprint(told), sealed_content=seal.seal(told, key))
    assert content(unsealed_content(Submission.objects.get())).liability == ""
    BID.apply(bid, "open")
    restore_words(bid, opened_at=timezone.now())
    assert (joint.now().liability, joint.now().price_pence) == ("", words["price_pence"])


@db
def test_words_of_a_withdrawn_bid_bring_it_along():
    joint = handed_in()
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    again = start_bid(
        by=joint.writer,
        opportunity=joint.opportunity,
        organisation=joint.lead,
        consortium=joint.bid.consortium,
        words_of=joint.now(),
        form_key=uuid4(),
        arrived_at=timezone.now(),
    )
    assert again.liability == "several"


def test_sentence_we_no_longer_use_is_shown_as_it_was_sealed():
    assert shown_sentence("Everybody pays.") == "Everybody pays."


# --- Money -------------------------------------------------------------------------------------------


@given(
    st.integers(1, 10**11),
    st.lists(st.integers(1, 3_000), min_size=2, max_size=9).filter(lambda parts: sum(parts) < 10_000),
)
def test_money_of_the_members_adds_up_to_the_price(price_pence, shares):
    whole = [*shares, 10_000 - sum(shares)]
    words = {
        "price_pence": price_pence,
        "members": [
            {"id": number, "name": str(number), "lead": not number, "share_bps": share_bps, "part": ""}
            for number, share_bps in enumerate(whole)
        ],
        "answers": [],
    }
    shown = [member.amount for member in content(words).members]
    parts = split_by_shares(price_pence, whole)
    assert sum(parts) == price_pence
    assert shown == [pounds(part) for part in parts]


# --- The pages ---------------------------------------------------------------------------------------


@db
def test_member_reads_its_share_money_liability_and_version_before_agreeing(page):
    joint = joint_bid()
    joint.ask()
    shown = text_of(page(joint.partner_owner, "bid-consent", joint.bid.pk))
    amount = split_by_shares(joint.now().price_pence, [6_000, 4_000])[1]
    for said in ("40%", pounds(amount), MEANS[Liability.SEVERAL], joint.version()):
        assert said in shown
    assert "What changed since" not in shown


@db
def test_member_asked_again_reads_what_changed_since_it_agreed(page):
    joint = joint_bid()
    joint.ask()
    joint.agree()
    bid = joint.now()
    save_price(by=joint.writer, bid=bid, price_pence=10_000_00, version=bid.version, arrived_at=timezone.now())
    joint.ask()
    shown = text_of(page(joint.partner_owner, "bid-consent", joint.bid.pk))
    assert "What changed since you agreed" in shown
    assert "Now: £10,000." in shown


@db
def test_parts_and_shares_page_asks_for_liability_and_shows_the_money(page):
    joint = joint_bid()
    shown = text_of(page(joint.writer, "bid-members", joint.bid.pk))
    assert "As saved now" in shown
    form = {
        "version": joint.now().version,
        f"share_{joint.lead.pk}": "60",
        f"part_{joint.lead.pk}": "Rooms",
        f"share_{joint.partner.pk}": "40",
        f"part_{joint.partner.pk}": "Mentors",
    }
    answer = page(joint.writer, "bid-members", joint.bid.pk, send=form)
    assert (answer.status_code, "Mentors" in text_of(answer)) == (422, True)
    answer = page(joint.writer, "bid-members", joint.bid.pk, send={**form, "liability": "joint_and_several"})
    assert answer.headers["Location"] == reverse("bid-detail", args=[joint.bid.pk])
    assert joint.now().liability == "joint_and_several"
