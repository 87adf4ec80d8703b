"""Several write one bid: who writes what, who is seen, nothing is overwritten unseen, earlier texts come back."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.access import Refused, Stale
from core.models import Event, Notice
from core.roles import Role
from marketplace.models import AnswerOpening, Opportunity
from marketplace.policies.bid_drafting import may_edit_answer
from marketplace.queries.bid_drafting import writing_now
from marketplace.services.bid_drafting import assign_answer, note_opening, restore_answer
from marketplace.services.bids import save_answer
from providers.services.consortia import remove_member
from tests.factories.bids import WORDS, handed_in, joint_bid
from tests.factories.core import OrganisationFactory, member
from tests.marketplace.bid_scene import answer_form, text_of

pytestmark = pytest.mark.django_db


def answer_of(joint, number=1):
    return joint.bid.answers.select_related("owner", "criterion").get(criterion__number=number)


def give(joint, organisation, by=None, number=1):
    return assign_answer(
        by=by or joint.writer,
        bid=joint.bid,
        criterion=answer_of(joint, number).criterion,
        organisation=organisation,
        arrived_at=timezone.now(),
    )


def save(joint, text, by=None, version=None, number=1):
    answer = answer_of(joint, number)
    return save_answer(
        by=by or joint.writer,
        bid=joint.bid,
        criterion=answer.criterion,
        text=text,
        version=version or answer.version,
        arrived_at=timezone.now(),
    )


def bring_back(joint, number, by=None, version=None):
    answer = answer_of(joint)
    return restore_answer(
        by=by or joint.writer,
        bid=joint.bid,
        criterion=answer.criterion,
        number=number,
        version=version or answer.version,
        arrived_at=timezone.now(),
    )


# --- Who writes what ---------------------------------------------------------------------------------


def test_member_writes_the_answer_it_was_given_and_no_other():
    joint = joint_bid()
    with pytest.raises(PermissionDenied):
        save(joint, "Ours.", by=joint.partner_owner)
    give(joint, joint.partner)
    save(joint, "Ours.", by=joint.partner_owner)
    assert answer_of(joint).text == "Ours."
    with pytest.raises(PermissionDenied):
        save(joint, "Ours too.", by=joint.partner_owner, number=2)


def test_lead_writes_every_answer_whoever_has_it():
    joint = joint_bid()
    give(joint, joint.partner)
    save(joint, "The lead’s words.")
    assert answer_of(joint).text == "The lead’s words."


def test_what_a_member_writes_ends_what_was_agreed():
    joint = joint_bid()
    give(joint, joint.partner)
    joint.ask()
    joint.agree()
    save(joint, "Ours.", by=joint.partner_owner)
    assert joint.now().status == "draft"


def test_giving_an_answer_away_is_no_edit():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    before = joint.version()
    give(joint, joint.partner)
    assert (joint.version(), joint.now().status) == (before, "awaiting_consent")


def test_member_takes_what_nobody_has_and_gives_its_own_back():
    joint = joint_bid()
    give(joint, joint.partner, by=joint.partner_owner)
    assert answer_of(joint).owner == joint.partner
    give(joint, None, by=joint.partner_owner)
    assert answer_of(joint).owner is None


def test_member_takes_nothing_from_others_and_gives_nothing_to_them():
    joint = joint_bid()
    give(joint, joint.lead)
    with pytest.raises(Refused, match="writes this answer already"):
        give(joint, joint.partner, by=joint.partner_owner)
    give(joint, None)
    with pytest.raises(PermissionDenied):
        give(joint, joint.lead, by=joint.partner_owner)


def test_answers_are_given_within_the_bid_only():
    joint = joint_bid()
    with pytest.raises(Refused, match="not in this bid"):
        give(joint, OrganisationFactory())
    with pytest.raises(PermissionDenied):
        give(joint, joint.partner, by=member(Role.OWNER))
    with pytest.raises(PermissionDenied):
        give(joint, joint.partner, by=member(Role.VIEWER, joint.lead))


def test_writers_of_the_member_are_told_once():
    joint = joint_bid()
    writer, viewer = member(Role.BID_WRITER, joint.partner), member(Role.VIEWER, joint.partner)
    give(joint, joint.partner)
    give(joint, joint.partner)
    told = set(Notice.objects.filter(kind="marketplace/answer_given").values_list("recipient", flat=True))
    assert told == {joint.partner_owner.pk, writer.pk}
    assert viewer.pk not in told
    assert Event.objects.get(action="bid.assign_answer").after == {"question": 1, "writer": joint.partner.pk}


def test_answers_of_a_member_that_is_removed_are_nobodys():
    joint = joint_bid()
    give(joint, joint.partner)
    place = joint.bid.consortium.members.get(organisation=joint.partner)
    remove_member(by=joint.writer, place=place, reason="No staff.")
    assert answer_of(joint).owner is None
    assert not may_edit_answer(joint.partner_owner, joint.now(), answer_of(joint), at=timezone.now()).right


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PROVIDER_FINANCE])
def test_those_who_only_read_write_nothing(role):
    joint = joint_bid()
    give(joint, joint.partner)
    with pytest.raises(PermissionDenied):
        save(joint, "Ours.", by=member(role, joint.partner))


def test_nobody_writes_after_the_deadline_or_once_it_is_handed_in():
    joint = joint_bid()
    give(joint, joint.partner)
    Opportunity.objects.filter(pk=joint.opportunity.pk).update(closes_at=timezone.now())
    with pytest.raises(Refused, match="closed"):
        save(joint, "Late.", by=joint.partner_owner)
    done = handed_in()
    with pytest.raises(Refused, match="sealed"):
        give(done, done.partner)


# --- Who has it open ---------------------------------------------------------------------------------

NOW = datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC)


def open_at(joint, person, minutes):
    at = joint.opportunity.opens_at + datetime.timedelta(minutes=minutes)
    note_opening(by=person, bid=joint.now(), answer=answer_of(joint), arrived_at=at)
    return at


def test_others_see_who_has_it_open_for_two_minutes():
    joint = joint_bid()
    at = open_at(joint, joint.writer, 0)
    answer = answer_of(joint)
    (seen,) = writing_now(answer, besides=joint.owner, at=at + datetime.timedelta(seconds=119))
    assert (seen.user, seen.organisation, seen.opened_at) == (joint.writer, joint.lead, at)
    assert not writing_now(answer, besides=joint.owner, at=at + datetime.timedelta(seconds=120))
    assert not writing_now(answer, besides=joint.writer, at=at)


def test_who_stays_keeps_the_time_and_who_comes_back_begins_anew():
    joint = joint_bid()
    first = open_at(joint, joint.writer, 0)
    open_at(joint, joint.writer, 1)
    assert AnswerOpening.objects.get().opened_at == first
    later = open_at(joint, joint.writer, 5)
    assert AnswerOpening.objects.get().opened_at == later


def test_saving_closes_it_and_readers_never_have_it_open():
    joint = joint_bid()
    open_at(joint, joint.writer, 0)
    open_at(joint, joint.partner_owner, 0)
    assert [each.user for each in AnswerOpening.objects.all()] == [joint.writer]
    save(joint, "Saved.")
    assert not AnswerOpening.objects.exists()


def test_opening_ends_no_earlier_than_it_began():
    joint = joint_bid()
    at = open_at(joint, joint.writer, 3)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerOpening.objects.update(seen_at=at - datetime.timedelta(seconds=1))


# --- Earlier answers ---------------------------------------------------------------------------------


def test_every_text_that_was_replaced_is_kept_with_who_and_when():
    joint = joint_bid()
    give(joint, joint.partner)
    before = answer_of(joint)
    save(joint, "Ours.", by=joint.partner_owner)
    save(joint, "Ours.", by=joint.partner_owner)
    save(joint, "Theirs.")
    kept = [(each.number, each.text, each.by) for each in answer_of(joint).versions.all()]
    assert kept == [(4, "Ours.", joint.partner_owner), (2, WORDS, joint.writer), (1, "", joint.writer)]
    assert answer_of(joint).versions.get(number=2).at == before.updated_at


def test_earlier_answer_comes_back_and_what_it_replaced_is_kept():
    joint = joint_bid()
    save(joint, "Worse.")
    bring_back(joint, 2)
    assert answer_of(joint).text == WORDS
    assert answer_of(joint).versions.get(number=3).text == "Worse."


def test_restoring_ends_what_was_agreed_and_keeps_to_the_rules_of_writing():
    joint = joint_bid()
    save(joint, "Worse.")
    joint.ask()
    joint.agree()
    with pytest.raises(PermissionDenied):
        bring_back(joint, 2, by=joint.partner_owner)
    with pytest.raises(Refused, match="no longer there"):
        bring_back(joint, 99)
    with pytest.raises(Stale):
        bring_back(joint, 2, version=1)
    assert joint.now().status == "awaiting_consent"
    bring_back(joint, 2)
    assert joint.now().status == "draft"


def test_save_that_came_too_late_leaves_no_earlier_answer_behind():
    joint = joint_bid()
    count = answer_of(joint).versions.count()
    with pytest.raises(Stale):
        save(joint, "Mine.", version=1)
    assert answer_of(joint).versions.count() == count


# --- The pages ---------------------------------------------------------------------------------------


def test_member_reads_an_answer_and_writes_its_own(page):
    joint = joint_bid()
    shown = text_of(page(joint.partner_owner, "bid-answer", joint.bid.pk, 1))
    assert WORDS in shown
    assert 'name="text"' not in shown
    assert page(joint.partner_owner, "bid-answer", joint.bid.pk, 1, send=answer_form(joint)).status_code == 403
    give(joint, joint.partner)
    assert 'name="text"' in text_of(page(joint.partner_owner, "bid-answer", joint.bid.pk, 1))
    answer = page(joint.partner_owner, "bid-answer", joint.bid.pk, 1, send=answer_form(joint))
    assert answer.headers["Location"] == reverse("bid-detail", args=[joint.bid.pk])


def test_page_says_who_else_has_it_open(page):
    joint = joint_bid()
    page(joint.writer, "bid-answer", joint.bid.pk, 1)
    said = f"{joint.writer.name} ({joint.lead.name}) has this open since"
    assert said in text_of(page(joint.owner, "bid-answer", joint.bid.pk, 1))
    assert said in text_of(page(joint.owner, "bid-answer-writing", joint.bid.pk, 1, send={}))
    assert said not in text_of(page(joint.writer, "bid-answer", joint.bid.pk, 1)).replace(joint.owner.name, "")
    assert page(joint.owner, "bid-answer-writing", joint.bid.pk, 1).status_code == 405


def test_two_who_save_see_both_texts_side_by_side_and_the_first_is_kept(page):
    joint = joint_bid()
    give(joint, joint.partner)
    mine, theirs = answer_form(joint, text="Mine."), answer_form(joint, text="Theirs.")
    page(joint.partner_owner, "bid-answer", joint.bid.pk, 1, send=theirs)
    answer = page(joint.writer, "bid-answer", joint.bid.pk, 1, send=mine)
    shown = text_of(answer)
    assert answer.status_code == 422
    assert 'class="sides"' in shown
    assert "Mine." in shown
    assert "Theirs." in shown
    again = {"text": "Mine.", "version": answer_of(joint).version}
    page(joint.writer, "bid-answer", joint.bid.pk, 1, send=again)
    assert answer_of(joint).versions.filter(text="Theirs.").exists()


def test_earlier_answers_are_read_by_members_and_brought_back_by_writers(page):
    joint = joint_bid()
    save(joint, "Worse.")
    shown = text_of(page(joint.writer, "bid-answer-history", joint.bid.pk, 1))
    assert WORDS in shown
    assert "Bring this back" in shown
    assert "Bring this back" not in text_of(page(joint.partner_owner, "bid-answer-history", joint.bid.pk, 1))
    form = {"number": 2, "version": answer_of(joint).version}
    assert page(joint.partner_owner, "bid-answer-history", joint.bid.pk, 1, send=form).status_code == 403
    assert page(joint.writer, "bid-answer-history", joint.bid.pk, 1, send=form).status_code == 302
    assert answer_of(joint).text == WORDS
    assert page(joint.writer, "bid-answer-history", joint.bid.pk, 1, send=form).status_code == 409
    assert page(joint.writer, "bid-answer-history", joint.bid.pk, 1, send={"number": "x"}).status_code == 409
    assert page(joint.writer, "bid-answer-history", joint.bid.pk, 9).status_code == 404


def test_writer_page_offers_the_lead_everybody_and_a_member_itself(page):
    joint = joint_bid()
    shown = text_of(page(joint.writer, "bid-answer-writer", joint.bid.pk, 1))
    assert f'value="{joint.partner.pk}"' in shown
    assert f'value="{joint.lead.pk}"' in shown
    shown = text_of(page(joint.partner_owner, "bid-answer-writer", joint.bid.pk, 1))
    assert f'value="{joint.partner.pk}"' in shown
    assert f'value="{joint.lead.pk}"' not in shown
    answer = page(joint.writer, "bid-answer-writer", joint.bid.pk, 1, send={"writer": "99999"})
    assert answer.status_code == 422
    answer = page(joint.writer, "bid-answer-writer", joint.bid.pk, 1, send={"writer": str(joint.partner.pk)})
    assert answer.status_code == 302
    assert answer_of(joint).owner == joint.partner
    assert f"{joint.partner.name} writes it" in text_of(page(joint.owner, "bid-detail", joint.bid.pk))
    give(joint, joint.lead)
    assert page(joint.partner_owner, "bid-answer-writer", joint.bid.pk, 1).status_code == 409
