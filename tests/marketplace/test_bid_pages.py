"""The pages of a bid, as the people in it walk them; and what they do with bad input."""

import datetime
import hashlib
import json
from urllib.parse import quote
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.roles import Role
from marketplace.models import Bid, BidAnswer, Criterion, Lot, Submission
from marketplace.services.bid_submission import withdraw_bid
from marketplace.services.bids import restore_words
from marketplace.states import BID
from tests.factories.bids import WORDS, handed_in, joint_bid, own_bid
from tests.factories.core import OrganisationFactory, UserFactory, member
from tests.factories.marketplace import OpportunityFactory
from tests.factories.providers import ConsortiumFactory
from tests.marketplace.bid_scene import answer_form, said, text_of

pytestmark = pytest.mark.django_db


# --- Starting ----------------------------------------------------------------------------------------


def test_who_acts_for_nobody_registers_first_and_comes_back(page):
    opportunity = OpportunityFactory(is_open=True)
    start = reverse("bid-start", args=[opportunity.pk])
    answer = page(UserFactory(), "bid-start", opportunity.pk)
    assert answer.headers["Location"] == f"{reverse('register')}?next={quote(start, safe='')}"
    closed = OpportunityFactory(is_closed=True)
    assert page(UserFactory(), "bid-start", closed.pk).status_code == 403


def test_start_page_begins_a_bid_and_leads_to_it(page):
    owner, opportunity = member(Role.OWNER), OpportunityFactory(is_open=True)
    assert page(owner, "bid-start", opportunity.pk).status_code == 200
    answer = page(owner, "bid-start", opportunity.pk, send={"form_key": uuid4()})
    assert answer.headers["Location"] == reverse("bid-detail", args=[Bid.objects.get().pk])


def test_start_sent_twice_begins_one_bid(page):
    owner, opportunity, key = member(Role.OWNER), OpportunityFactory(is_open=True), uuid4()
    answers = [page(owner, "bid-start", opportunity.pk, send={"form_key": key}) for _time in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {f"/bids/{Bid.objects.get().pk}/"}


def test_start_page_offers_consortia_the_organisation_leads(page):
    owner, opportunity = member(Role.OWNER), OpportunityFactory(is_open=True)
    partner = OrganisationFactory()
    organisation = owner.memberships.get().organisation
    own, foreign = ConsortiumFactory(lead=organisation, joined=[partner]), ConsortiumFactory()
    shown = text_of(page(owner, "bid-start", opportunity.pk))
    assert own.name in shown
    assert partner.name in shown
    assert foreign.name not in shown
    answer = page(owner, "bid-start", opportunity.pk, send={"form_key": uuid4(), "consortium": own.pk})
    assert answer.status_code == 302
    assert Bid.objects.get().consortium == own


@pytest.mark.parametrize("sent", ["999999", "x", "", "-1"])
def test_start_with_a_consortium_that_is_not_offered_is_refused(page, sent):
    owner, opportunity = member(Role.OWNER), OpportunityFactory(is_open=True)
    ConsortiumFactory(lead=owner.memberships.get().organisation)
    answer = page(owner, "bid-start", opportunity.pk, send={"form_key": uuid4(), "consortium": sent})
    assert answer.status_code == 422
    assert not Bid.objects.exists()


def test_start_without_a_form_key_asks_again(page):
    opportunity = OpportunityFactory(is_open=True)
    answer = page(member(Role.OWNER), "bid-start", opportunity.pk, send={})
    assert answer.status_code == 422
    assert "Part of this page was missing" in text_of(answer)


def test_start_leads_to_the_bid_that_is_there(page):
    owner = member(Role.OWNER)
    bid = own_bid(by=owner)
    answer = page(owner, "bid-start", bid.opportunity_id)
    assert answer.headers["Location"] == reverse("bid-detail", args=[bid.pk])


def test_start_for_one_of_several_lots(page):
    opportunity = OpportunityFactory(is_open=True)
    second = Lot.objects.create(opportunity=opportunity, number=2, title="Northern towns", value_pence=10_000_00)
    other = OpportunityFactory(is_open=True).lots.get()
    owner = member(Role.OWNER)
    assert "Northern towns" in text_of(page(owner, "bid-start", opportunity.pk))
    for bad in ("", other.pk, "x"):
        answer = page(owner, "bid-start", opportunity.pk, send={"form_key": uuid4(), "lot": bad})
        assert answer.status_code == 422
    page(owner, "bid-start", opportunity.pk, send={"form_key": uuid4(), "lot": second.pk})
    assert Bid.objects.get().lot == second


def test_start_after_a_withdrawal_takes_the_words_over(page):
    joint = handed_in(text="A heron by the weir.")
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    shown = text_of(page(joint.owner, "bid-start", joint.opportunity.pk))
    assert f"your withdrawn bid {joint.bid.pk}" in shown
    sent = {"form_key": uuid4(), "consortium": joint.bid.consortium_id, "words_of": joint.bid.pk}
    page(joint.owner, "bid-start", joint.opportunity.pk, send=sent)
    assert BidAnswer.objects.filter(text="A heron by the weir.").count() == 2


def test_start_of_what_is_not_published_is_not_there(page):
    assert page(member(Role.OWNER), "bid-start", OpportunityFactory().pk).status_code == 404


def test_start_after_the_deadline_says_so(page):
    opportunity = OpportunityFactory(is_closed=True)
    answer = page(member(Role.OWNER), "bid-start", opportunity.pk)
    assert (answer.status_code, "closed on" in text_of(answer)) == (409, True)
    answer = page(member(Role.OWNER), "bid-start", opportunity.pk, send={"form_key": uuid4()})
    assert (answer.status_code, "closed on" in text_of(answer)) == (422, True)


def test_viewer_does_not_reach_the_start_page(page):
    assert page(member(Role.VIEWER), "bid-start", OpportunityFactory(is_open=True).pk).status_code == 403


# --- The bid page ------------------------------------------------------------------------------------


def test_draft_page_lists_what_is_missing_and_no_way_to_submit(page):
    joint = joint_bid(written=False)
    shown = text_of(page(joint.owner, "bid-detail", joint.bid.pk))
    assert "Question 1 has no answer." in shown
    assert "0 of 4 pages ready" in shown
    assert reverse("bid-submit", args=[joint.bid.pk]) not in shown
    assert reverse("bid-answer", args=[joint.bid.pk, 1]) in shown


def test_what_is_asked_is_shown_and_stops_nothing(page):
    joint = joint_bid()
    joint.ask()
    joint.agree()
    shown = text_of(page(joint.owner, "bid-detail", joint.bid.pk))
    assert reverse("bid-checks", args=[joint.bid.pk]) in shown
    assert shown.count("not done yet") == 2
    assert reverse("bid-submit", args=[joint.bid.pk]) in shown


def test_members_see_the_draft_without_ways_to_change_it(page):
    joint = joint_bid()
    shown = text_of(page(joint.partner_owner, "bid-detail", joint.bid.pk))
    assert "can change this bid" in shown
    # the answers open, to be read and talked about; see test_bid_drafting
    assert reverse("bid-answer", args=[joint.bid.pk, 1]) in shown
    assert reverse("bid-members", args=[joint.bid.pk]) not in shown


def test_member_who_is_asked_is_led_to_the_question(page):
    joint = joint_bid()
    joint.ask()
    shown = text_of(page(joint.partner_owner, "bid-detail", joint.bid.pk))
    assert reverse("bid-consent", args=[joint.bid.pk]) in shown
    joint.agree()
    shown = text_of(page(joint.partner_owner, "bid-detail", joint.bid.pk))
    assert reverse("bid-take-back-consent", args=[joint.bid.pk]) in shown


def test_writer_sees_who_submits(page):
    joint = joint_bid()
    joint.ask()
    joint.agree()
    shown = text_of(page(joint.writer, "bid-detail", joint.bid.pk))
    assert "This is for people with the role owner." in shown
    assert reverse("bid-submit", args=[joint.bid.pk]) not in shown


def test_draft_after_the_deadline_says_so_and_offers_nothing(page):
    joint = joint_bid()
    with time_machine.travel(joint.opportunity.closes_at, tick=False):
        shown = text_of(page(joint.owner, "bid-detail", joint.bid.pk))
    assert "not submitted in time" in shown
    for name in ("bid-submit", "bid-withdraw", "bid-ask-consent"):
        assert reverse(name, args=[joint.bid.pk]) not in shown


def test_sealed_bid_shows_its_own_words_and_receipt(page):
    joint = handed_in(text="A heron by the weir.")
    for person in (joint.owner, joint.partner_owner):
        shown = text_of(page(person, "bid-detail", joint.bid.pk))
        assert "A heron by the weir." in shown
        assert reverse("bid-receipt", args=[joint.bid.pk]) in shown


def test_whole_bid_reads_on_one_page(page):
    joint = joint_bid(text="A heron by the weir.")
    shown = text_of(page(joint.partner_owner, "bid-read", joint.bid.pk))
    assert shown.count("A heron by the weir.") == 3
    assert "£38,765.44" in shown
    assert "£15,506.18" in shown


def test_words_are_shown_as_words(page):
    joint = joint_bid(text="<script>alert(1)</script>")
    shown = text_of(page(joint.partner_owner, "bid-read", joint.bid.pk))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown


# --- Consent -----------------------------------------------------------------------------------------


def test_lead_asks_and_member_agrees(page):
    joint = joint_bid()
    assert joint.partner.name in text_of(page(joint.writer, "bid-ask-consent", joint.bid.pk))
    assert page(joint.writer, "bid-ask-consent", joint.bid.pk, send={}).status_code == 302
    shown = text_of(page(joint.partner_owner, "bid-consent", joint.bid.pk))
    assert joint.version() in shown
    answer = page(joint.partner_owner, "bid-consent", joint.bid.pk, send={"content_sha256": joint.version()})
    assert said(answer)[-1] == f"{joint.partner.name} has agreed. {joint.lead.name} is told."
    assert joint.bid.consents.get().consented_by == joint.partner_owner


def test_asking_while_words_are_missing_is_a_page_with_the_reason(page):
    joint = joint_bid(written=False)
    answer = page(joint.writer, "bid-ask-consent", joint.bid.pk)
    assert (answer.status_code, "Question 1 has no answer." in text_of(answer)) == (409, True)


def test_consent_to_words_that_changed_shows_the_new_ones(page):
    joint = joint_bid()
    old = joint.version()
    page(joint.writer, "bid-answer", joint.bid.pk, 1, send=answer_form(joint))
    joint.ask()
    answer = page(joint.partner_owner, "bid-consent", joint.bid.pk, send={"content_sha256": old})
    shown = text_of(answer)
    assert answer.status_code == 422
    assert "changed after you opened" in shown
    assert "New words." in shown
    assert joint.version() in shown
    assert not joint.bid.consents.exists()


@pytest.mark.parametrize("sent", ["", "x", "0" * 63, "Z" * 64, "\x00" * 64])
def test_changed_fingerprint_agrees_to_nothing(page, sent):
    joint = joint_bid()
    joint.ask()
    answer = page(joint.partner_owner, "bid-consent", joint.bid.pk, send={"content_sha256": sent})
    assert answer.status_code == 422
    assert not joint.bid.consents.exists()


def test_consent_page_before_being_asked_says_so(page):
    joint = joint_bid()
    shown = text_of(page(joint.partner_owner, "bid-consent", joint.bid.pk))
    assert "not asked for your agreement" in shown
    assert "Agree to this version" not in shown


@pytest.mark.parametrize("name", ["bid-consent", "bid-take-back-consent"])
def test_consent_pages_are_for_those_who_may_agree(page, name):
    joint = joint_bid()
    joint.ask()
    joint.agree()
    assert page(joint.partner_owner, name, joint.bid.pk).status_code == 200
    assert page(member(Role.BID_WRITER, joint.partner), name, joint.bid.pk).status_code == 403
    assert page(joint.owner, name, joint.bid.pk).status_code == 403
    assert page(member(Role.OWNER), name, joint.bid.pk).status_code == 404


def test_consent_is_taken_back(page):
    joint = joint_bid()
    joint.ask()
    joint.agree()
    page(joint.partner_owner, "bid-take-back-consent", joint.bid.pk, send={})
    assert joint.bid.consents.get().lapsed_at


# --- Submitting --------------------------------------------------------------------------------------


def agreed_bid():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    return joint


def test_submit_page_hands_in_and_shows_the_receipt(page):
    joint = agreed_bid()
    assert "Submit the bid" in text_of(page(joint.owner, "bid-submit", joint.bid.pk))
    answer = page(joint.owner, "bid-submit", joint.bid.pk, send={"content_sha256": joint.version()})
    assert answer.headers["Location"] == reverse("bid-receipt", args=[joint.bid.pk])
    receipt = Submission.objects.get()
    shown = text_of(page(joint.partner_owner, "bid-receipt", joint.bid.pk))
    local = timezone.localtime(receipt.arrived_at)
    assert receipt.content_sha256 in shown
    assert f"{local:%H:%M:%S}" in shown
    assert f"Receipt {receipt}" in shown


def test_button_pressed_twice_gives_one_receipt(page):
    joint = agreed_bid()
    sent = {"content_sha256": joint.version()}
    answers = [page(joint.owner, "bid-submit", joint.bid.pk, send=sent) for _time in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {reverse("bid-receipt", args=[joint.bid.pk])}
    assert Submission.objects.count() == 1


def test_submit_page_lists_all_that_is_missing(page):
    joint = joint_bid(written=False)
    shown = text_of(page(joint.owner, "bid-submit", joint.bid.pk))
    for sentence in ("Question 1 has no answer.", "Question 2 has no answer.", "The bid has no price."):
        assert sentence in shown
    assert "Submit the bid</button>" not in shown
    answer = page(joint.owner, "bid-submit", joint.bid.pk, send={"content_sha256": joint.version()})
    assert (answer.status_code, "The bid has no price." in text_of(answer)) == (422, True)


def test_words_changed_since_the_page_was_opened_are_shown_before_submitting(page):
    bid = own_bid()
    owner = bid.created_by
    answer = page(owner, "bid-submit", bid.pk, send={"content_sha256": "0" * 64})
    assert (answer.status_code, "changed after you opened" in text_of(answer)) == (422, True)
    assert not Submission.objects.exists()


@pytest.mark.parametrize(("seconds", "status"), [(-1, 302), (0, 422), (1, 422)])
def test_clock_alone_decides_about_the_button(page, seconds, status):
    joint = agreed_bid()
    sent = {"content_sha256": joint.version()}
    with time_machine.travel(joint.opportunity.closes_at + datetime.timedelta(seconds=seconds), tick=False):
        answer = page(joint.owner, "bid-submit", joint.bid.pk, send=sent)
    assert answer.status_code == status
    assert Submission.objects.count() == (1 if status == 302 else 0)


def test_writer_does_not_reach_the_submit_page(page):
    joint = agreed_bid()
    assert page(joint.writer, "bid-submit", joint.bid.pk).status_code == 403
    assert page(joint.partner_owner, "bid-submit", joint.bid.pk).status_code == 403
    assert page(member(Role.OWNER), "bid-submit", joint.bid.pk).status_code == 404


def test_saved_file_has_the_fingerprint_of_the_receipt(page):
    joint = handed_in(text="Heron – gwennol y môr")
    answer = page(joint.partner_owner, "bid-content", joint.bid.pk)
    assert hashlib.sha256(answer.content).hexdigest() == Submission.objects.get().content_sha256
    assert json.loads(answer.content)["answers"][0]["text"] == "Heron – gwennol y môr"
    assert answer.headers["Cache-Control"] == "no-store"


def test_receipt_of_a_draft_is_not_there(page):
    joint = joint_bid()
    for name in ("bid-receipt", "bid-content"):
        assert page(joint.owner, name, joint.bid.pk).status_code == 404


# --- Withdrawing -------------------------------------------------------------------------------------


def test_withdraw_asks_first_and_then_offers_a_new_start(page):
    joint = handed_in()
    assert "never be opened" in text_of(page(joint.owner, "bid-withdraw", joint.bid.pk))
    assert page(joint.owner, "bid-withdraw", joint.bid.pk, send={}).status_code == 302
    shown = text_of(page(joint.owner, "bid-detail", joint.bid.pk))
    assert reverse("bid-start", args=[joint.opportunity.pk]) in shown
    assert reverse("bid-start", args=[joint.opportunity.pk]) not in text_of(
        page(joint.partner_owner, "bid-detail", joint.bid.pk)
    )


def test_withdraw_after_the_deadline_is_a_page_with_the_reason(page):
    joint = handed_in()
    with time_machine.travel(joint.opportunity.closes_at, tick=False):
        for send in (None, {}):
            answer = page(joint.owner, "bid-withdraw", joint.bid.pk, send=send)
            assert (answer.status_code, "closed on" in text_of(answer)) == (409, True)


def test_only_who_may_submit_withdraws(page):
    joint = handed_in()
    for person in (joint.writer, joint.partner_owner):
        for send in (None, {}):
            assert page(person, "bid-withdraw", joint.bid.pk, send=send).status_code == 403


# --- After the decision, and other ends --------------------------------------------------------------


def test_bid_with_a_result_leads_its_bidders_to_the_reasons(page):
    joint = handed_in()
    bid = joint.now()
    BID.apply(bid, "open")
    restore_words(bid, opened_at=timezone.now())
    BID.apply(bid, "evaluate")
    BID.apply(bid, "not_succeed")
    shown = text_of(page(joint.partner_owner, "bid-detail", bid.pk))
    assert reverse("result-detail", args=[bid.pk]) in shown
    assert WORDS in shown


def test_bid_for_a_cancelled_opportunity_says_so(page):
    joint = handed_in()
    gone = {"status": "cancelled", "cancelling_reason": "No money this year."}
    type(joint.opportunity).objects.filter(pk=joint.opportunity.pk).update(**gone)
    shown = text_of(page(joint.owner, "bid-detail", joint.bid.pk))
    assert "This opportunity was cancelled." in shown
    assert "opportunity cancelled" in text_of(page(joint.owner, "bid-list"))


@pytest.mark.parametrize("name", ["bid-detail", "bid-submit", "bid-consent"])
def test_number_too_large_for_the_database_is_not_found(page, name):
    assert page(member(Role.OWNER), name, 99999999999999999999).status_code == 404


# --- Cost --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bid-detail", "bid-read", "bid-submit", "bid-members"])
def test_page_costs_the_same_for_any_number_of_questions(page, name):
    small, large = joint_bid(), joint_bid(OpportunityFactory(is_open=True))
    for number in range(3, 9):
        Criterion.objects.create(
            opportunity=large.opportunity, number=number, question=f"Part {number}?", weight_bps=1
        )
    spent = [queries_of(page, joint, name) for joint in (small, large)]
    assert spent[0] == spent[1]
    assert spent[0] <= 20


def queries_of(page, joint, name):
    page(joint.owner, name, joint.bid.pk)
    with CaptureQueriesContext(connection) as captured:
        assert page(joint.owner, name, joint.bid.pk).status_code == 200
    return len(captured)
