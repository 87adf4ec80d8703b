"""The pages on which a bid is written: what they save, and what they do with bad input."""

import pytest
import time_machine
from django.urls import reverse

from core.roles import Role
from tests.factories.bids import joint_bid, own_bid
from tests.factories.core import member
from tests.factories.providers import ConsortiumFactory
from tests.marketplace.bid_scene import answer_form, text_of

pytestmark = pytest.mark.django_db


# --- Answers -----------------------------------------------------------------------------------------


def test_answer_page_saves_and_goes_on(page):
    joint = joint_bid(written=False)
    shown = text_of(page(joint.writer, "bid-answer", joint.bid.pk, 1))
    assert reverse("bid-answer", args=[joint.bid.pk, 2]) in shown
    answer = page(joint.writer, "bid-answer", joint.bid.pk, 1, send=answer_form(joint, next="yes"))
    assert answer.headers["Location"] == reverse("bid-answer", args=[joint.bid.pk, 2])
    answer = page(joint.writer, "bid-answer", joint.bid.pk, 2, send=answer_form(joint, 2, next="yes"))
    assert answer.headers["Location"] == reverse("bid-detail", args=[joint.bid.pk])
    assert [row.text for row in joint.bid.answers.all()] == ["New words.", "New words."]


def test_draft_leads_to_the_first_page_that_is_not_ready(page):
    joint = joint_bid(written=False)
    button = 'class="btn" href="{}"'
    first, second = (button.format(reverse("bid-answer", args=[joint.bid.pk, number])) for number in (1, 2))
    assert first in page(joint.writer, "bid-detail", joint.bid.pk).content.decode()
    page(joint.writer, "bid-answer", joint.bid.pk, 1, send=answer_form(joint))
    shown = page(joint.writer, "bid-detail", joint.bid.pk).content.decode()
    assert second in shown
    assert first not in shown


def test_answer_may_be_saved_empty_and_too_long(page):
    joint = joint_bid()
    for text in ("", "word " * 700):
        assert (
            page(joint.writer, "bid-answer", joint.bid.pk, 1, send=answer_form(joint, text=text)).status_code
            == 302
        )
    assert "200 words over its limit of 500" in text_of(page(joint.owner, "bid-detail", joint.bid.pk))


def test_answer_beyond_all_measure_is_kept_on_the_page_and_not_saved(page):
    joint = joint_bid()
    answer = page(joint.writer, "bid-answer", joint.bid.pk, 1, send=answer_form(joint, text="x" * 40_001))
    assert answer.status_code == 422
    assert "40,000 characters or fewer" in text_of(answer).replace("40000", "40,000")
    assert "x" * 40_001 in text_of(answer)


def test_answer_keeps_nul_and_other_controls_out(page):
    joint = joint_bid()
    page(joint.writer, "bid-answer", joint.bid.pk, 1, send=answer_form(joint, text="a\x00b\x07c\r\nd"))
    assert joint.bid.answers.get(criterion__number=1).text == "abc\nd"


def test_second_writer_of_an_answer_sees_both_texts_and_may_overwrite(page):
    joint = joint_bid(written=False)
    mine, theirs = answer_form(joint, text="Mine."), answer_form(joint, text="Theirs.")
    page(joint.owner, "bid-answer", joint.bid.pk, 1, send=theirs)
    answer = page(joint.writer, "bid-answer", joint.bid.pk, 1, send=mine)
    shown = text_of(answer)
    assert answer.status_code == 422
    assert f"{joint.owner.name} changed this" in shown
    assert "Mine." in shown
    assert "Theirs." in shown
    assert 'name="version" value="2"' in shown
    assert joint.bid.answers.get(criterion__number=1).text == "Theirs."
    page(joint.writer, "bid-answer", joint.bid.pk, 1, send={"text": "Mine.", "version": 2})
    assert joint.bid.answers.get(criterion__number=1).text == "Mine."


@pytest.mark.parametrize("version", ["", "x", "-3", "0", "99999999999999", "\x00"])
def test_changed_version_is_no_way_past(page, version):
    joint = joint_bid()
    answer = page(joint.writer, "bid-answer", joint.bid.pk, 1, send=answer_form(joint, version=version))
    assert answer.status_code == 422
    assert joint.bid.answers.get(criterion__number=1).text != "New words."


def test_answer_sent_too_late_is_kept_on_the_page(page):
    joint = joint_bid()
    form = answer_form(joint, text="Just too late.")
    with time_machine.travel(joint.opportunity.closes_at, tick=False):
        answer = page(joint.writer, "bid-answer", joint.bid.pk, 1, send=form)
    assert (answer.status_code, "Just too late." in text_of(answer)) == (422, True)
    assert "closed on" in text_of(answer)


def test_question_that_is_not_there_is_not_found(page):
    joint = joint_bid()
    for number in (0, 3, 99999999999999999999):
        assert page(joint.writer, "bid-answer", joint.bid.pk, number).status_code == 404


def test_answer_of_somebody_signed_out_waits_for_them(client):
    joint = joint_bid(written=False)
    address = reverse("bid-answer", args=[joint.bid.pk, 1])
    answer = client.post(address, answer_form(joint, text="Typed before the session ended."))
    assert answer.status_code == 302
    session = client.session
    client.force_login(joint.writer)
    for key, value in session.items():
        carried = client.session
        carried[key] = value
        carried.save()
    assert "Typed before the session ended." in text_of(client.get(address))


def test_edit_pages_warn_that_agreement_would_lapse(page):
    joint = joint_bid()
    joint.ask()
    joint.agree()
    for name, numbers in (("bid-answer", (1,)), ("bid-price", ()), ("bid-members", ()), ("bid-consortium", ())):
        shown = text_of(page(joint.writer, name, joint.bid.pk, *numbers))
        assert f"{joint.partner.name} agreed to the bid as it stands" in shown, name


@pytest.mark.parametrize("name", ["bid-price", "bid-members", "bid-consortium"])
def test_only_writers_of_the_lead_reach_the_edit_pages(page, name):
    joint = joint_bid()
    assert page(joint.writer, name, joint.bid.pk).status_code == 200
    assert page(member(Role.VIEWER, joint.lead), name, joint.bid.pk).status_code == 403
    assert page(joint.partner_owner, name, joint.bid.pk).status_code == 403
    assert page(joint.partner_owner, name, joint.bid.pk, send={}).status_code == 403
    assert page(member(Role.OWNER), name, joint.bid.pk).status_code == 404


# --- Price, consortium, members ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("40,000.01", "above the value of the lot, £40,000"),
        ("", "Enter the price"),
        ("a lot", "must be an amount in pounds"),
        ("0", "must be from £0.01"),
        ("-5", "must be from £0.01"),
        ("1.234", "no more than two digits"),
        ("9" * 40, "must be from £0.01"),
    ],
)
def test_bad_price_is_refused_with_a_sentence_and_kept(page, typed, sentence):
    joint = joint_bid()
    answer = page(joint.writer, "bid-price", joint.bid.pk, send={"price": typed, "version": joint.now().version})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert f'value="{typed}"' in text_of(answer) or not typed


def test_price_is_saved_as_typed_by_people(page):
    joint = joint_bid()
    page(joint.writer, "bid-price", joint.bid.pk, send={"price": "£ 12 500.5", "version": joint.now().version})
    assert joint.now().price_pence == 12_500_50


def test_stale_price_shows_what_is_saved_now(page):
    joint = joint_bid()
    version = joint.now().version
    page(joint.owner, "bid-price", joint.bid.pk, send={"price": "111", "version": version})
    answer = page(joint.writer, "bid-price", joint.bid.pk, send={"price": "222", "version": version})
    assert "The price saved now is £111." in text_of(answer)
    assert 'value="222"' in text_of(answer)


def test_consortium_page_changes_with_whom(page):
    joint = joint_bid()
    sent = {"consortium": "alone", "version": joint.now().version}
    answer = page(joint.writer, "bid-consortium", joint.bid.pk, send=sent)
    assert answer.headers["Location"] == reverse("bid-members", args=[joint.bid.pk])
    assert joint.now().consortium is None


def test_consortium_of_others_cannot_be_slipped_in(page):
    joint = joint_bid()
    sent = {"consortium": ConsortiumFactory().pk, "version": joint.now().version}
    assert page(joint.writer, "bid-consortium", joint.bid.pk, send=sent).status_code == 422


def members_form(joint, lead="60", partner="40", **changes):
    return {
        f"share_{joint.lead.pk}": lead,
        f"part_{joint.lead.pk}": "Rooms",
        f"share_{joint.partner.pk}": partner,
        f"part_{joint.partner.pk}": "Mentors",
        "liability": "several",
        "version": joint.now().version,
        **changes,
    }


def test_members_page_saves_shares_and_parts(page):
    joint = joint_bid(written=False)
    answer = page(joint.writer, "bid-members", joint.bid.pk, send=members_form(joint, "66.67", "33.33"))
    assert answer.status_code == 302
    assert [place.share_bps for place in joint.bid.members.all()] == [6_667, 3_333]


@pytest.mark.parametrize(
    ("lead", "partner", "sentence"),
    [
        ("60", "39.99", "The shares make 99.99%. They must make 100%."),
        ("60", "", "Enter the share"),
        ("110", "-10", "must be from 0% to 100%"),
        ("60", "forty", "must be a percentage"),
    ],
)
def test_bad_shares_are_refused_and_nothing_typed_is_lost(page, lead, partner, sentence):
    joint = joint_bid(written=False)
    answer = page(joint.writer, "bid-members", joint.bid.pk, send=members_form(joint, lead, partner))
    assert answer.status_code == 422
    shown = text_of(answer)
    assert sentence in shown
    assert "Rooms" in shown
    assert f'value="{lead}"' in shown


def test_equal_shares_are_filled_in_and_not_yet_saved(page):
    joint = joint_bid(written=False)
    form = members_form(joint, "", "", equally="yes")
    shown = text_of(page(joint.writer, "bid-members", joint.bid.pk, send=form))
    assert shown.count('value="50"') == 2
    assert "Rooms" in shown
    assert {place.share_bps for place in joint.bid.members.all()} == {0}


def test_part_that_is_too_long_is_refused(page):
    joint = joint_bid()
    form = members_form(joint, **{f"part_{joint.lead.pk}": "x" * 301})
    answer = page(joint.writer, "bid-members", joint.bid.pk, send=form)
    assert (answer.status_code, "300 characters or fewer" in text_of(answer)) == (422, True)


def test_charity_alone_writes_only_its_part(page):
    bid = own_bid()
    number = bid.organisation_id
    assert f"share_{number}" not in text_of(page(bid.created_by, "bid-members", bid.pk))
    page(bid.created_by, "bid-members", bid.pk, send={f"part_{number}": "Everything", "version": bid.version})
    assert [(place.share_bps, place.part) for place in bid.members.all()] == [(10_000, "Everything")]
