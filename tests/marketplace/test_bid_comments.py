"""What organisations in a bid say to each other: read by them alone, told once an hour, gone when sealed."""

import datetime
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.access import Refused
from core.models import Event, Notice
from core.roles import Role
from marketplace.models import BidComment
from marketplace.queries.bid_drafting import comments_visible_to
from marketplace.services.bid_comments import add_comment, delete_comment, reopen_comment, settle_comment
from marketplace.services.bid_submission import withdraw_bid
from providers.services.consortia import leave_consortium
from tests.factories.bids import joint_bid
from tests.factories.core import member
from tests.factories.marketplace import OpportunityFactory
from tests.marketplace.bid_scene import text_of

pytestmark = pytest.mark.django_db

MARKER = "quagga-in-the-bathhouse"


def say(joint, by=None, text=MARKER, **values):
    return add_comment(by=by or joint.partner_owner, bid=joint.bid, text=text, **{"form_key": uuid4(), **values})


def told(person):
    return Notice.objects.filter(recipient=person, kind="marketplace/bid_commented").count()


def test_comment_names_who_said_it_for_whom_and_about_what():
    joint = joint_bid()
    criterion = joint.opportunity.criteria.get(number=2)
    comment = say(joint, text="  More numbers?  ", criterion=criterion)
    assert (comment.by, comment.organisation, comment.criterion) == (joint.partner_owner, joint.partner, criterion)
    assert comment.text == "More numbers?"


def test_same_form_sent_twice_is_one_comment():
    joint, key = joint_bid(), uuid4()
    assert say(joint, form_key=key) == say(joint, form_key=key)
    assert BidComment.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_comment_says_something_that_can_be_read(text):
    with pytest.raises(Refused):
        say(joint_bid(), text=text)


def test_question_of_another_opportunity_is_refused():
    other = OpportunityFactory(is_open=True).criteria.get(number=1)
    with pytest.raises(Refused, match="not part of this opportunity"):
        say(joint_bid(), criterion=other)


def test_those_who_only_read_and_outsiders_say_nothing():
    joint = joint_bid()
    for person in (member(Role.VIEWER, joint.lead), member(Role.OWNER), member(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            say(joint, by=person)


def test_commenting_is_no_edit():
    joint = joint_bid()
    joint.ask()
    joint.agree()
    version = joint.version()
    say(joint)
    assert (joint.version(), joint.now().status) == (version, "awaiting_consent")


def test_others_are_told_at_most_once_an_hour_and_never_what_was_said():
    joint = joint_bid()
    begun = timezone.now()
    with time_machine.travel(begun, tick=False):
        for _again in range(3):
            say(joint)
        say(joint, by=joint.writer)
    assert [told(each) for each in (joint.owner, joint.writer, joint.partner_owner)] == [1, 1, 1]
    with time_machine.travel(begun + datetime.timedelta(minutes=61), tick=False):
        say(joint)
    assert [told(each) for each in (joint.owner, joint.writer, joint.partner_owner)] == [2, 2, 1]
    assert not Notice.objects.filter(body__contains=MARKER).exists()
    assert not Notice.objects.filter(subject__contains=MARKER).exists()


def test_another_bid_is_another_hour():
    joint = joint_bid()
    say(joint)
    second = joint_bid()
    say(second)
    assert told(second.owner) == 1


def test_record_of_every_act_says_no_word():
    joint = joint_bid()
    comment = say(joint)
    settle_comment(by=joint.writer, comment=comment)
    reopen_comment(by=joint.writer, comment=comment)
    delete_comment(by=joint.partner_owner, comment=comment)
    events = Event.objects.filter(action__contains="comment")
    assert events.count() == 4
    assert not [each for each in events if MARKER in f"{each.object_name}{each.before}{each.after}{each.reason}"]


def test_settled_and_opened_again_by_anybody_who_writes():
    joint = joint_bid()
    comment = say(joint)
    settled = settle_comment(by=joint.writer, comment=comment)
    assert settled.settled_by == joint.writer
    assert settle_comment(by=joint.owner, comment=comment).settled_by == joint.writer
    assert reopen_comment(by=joint.partner_owner, comment=comment).settled_at is None
    for act in (settle_comment, reopen_comment):
        with pytest.raises(PermissionDenied):
            act(by=member(Role.VIEWER, joint.lead), comment=comment)


def test_only_whoever_said_it_deletes_it():
    joint = joint_bid()
    comment = say(joint)
    with pytest.raises(PermissionDenied):
        delete_comment(by=joint.owner, comment=comment)
    delete_comment(by=joint.partner_owner, comment=comment)
    assert not BidComment.objects.exists()


def test_handing_in_ends_and_erases_them_for_good():
    joint = joint_bid()
    say(joint)
    joint.ask()
    joint.agree()
    joint.submit()
    assert not BidComment.objects.exists()
    with pytest.raises(Refused, match="end when the bid is handed in"):
        say(joint)
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    assert not BidComment.objects.exists()


def test_only_members_of_the_bid_read_them():
    joint = joint_bid()
    comment = say(joint)
    body = joint.opportunity.organisation
    for person in (joint.owner, joint.writer, joint.partner_owner, member(Role.VIEWER, joint.partner)):
        assert comments_visible_to(person).get() == comment
    outsiders = [
        *(member(role, body) for role in (Role.DIRECTOR, Role.COMMISSIONING_MANAGER, Role.PANEL_MEMBER)),
        *(member(role) for role in (Role.OWNER, Role.AUDITOR, Role.SERVICE_ADMINISTRATOR)),
    ]
    for person in outsiders:
        assert not comments_visible_to(person).exists()


def test_whoever_left_the_consortium_reads_them_no_longer():
    joint = joint_bid()
    say(joint)
    place = joint.bid.consortium.members.get(organisation=joint.partner)
    leave_consortium(by=joint.partner_owner, place=place, reason="No room.")
    assert not comments_visible_to(joint.partner_owner).exists()


def test_database_keeps_a_comment_whole():
    comment = say(joint_bid())
    for wrong in ({"text": ""}, {"settled_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BidComment.objects.filter(pk=comment.pk).update(**wrong)


# --- The pages ---------------------------------------------------------------------------------------


def test_comment_is_said_read_settled_and_deleted_on_the_page(page):
    joint = joint_bid()
    address = reverse("bid-comments", args=[joint.bid.pk])
    assert "Nothing was said yet" in text_of(page(joint.owner, "bid-comments", joint.bid.pk))
    form = {"text": MARKER, "form_key": uuid4()}
    assert page(joint.partner_owner, "bid-comments", joint.bid.pk, send=form).headers["Location"] == address
    assert MARKER in text_of(page(joint.owner, "bid-comments", joint.bid.pk))
    assert "1 comment not settled" in text_of(page(joint.owner, "bid-detail", joint.bid.pk))
    comment = BidComment.objects.get()
    assert page(joint.owner, "bid-comment-settle", comment.pk, send={}).headers["Location"] == address
    assert "Settled by" in text_of(page(joint.owner, "bid-comments", joint.bid.pk))
    assert page(joint.owner, "bid-comment-reopen", comment.pk, send={}).status_code == 302
    assert page(joint.owner, "bid-comment-delete", comment.pk).status_code == 403
    assert MARKER in text_of(page(joint.partner_owner, "bid-comment-delete", comment.pk))
    assert page(joint.partner_owner, "bid-comment-delete", comment.pk, send={}).headers["Location"] == address
    assert page(joint.partner_owner, "bid-comment-delete", comment.pk).status_code == 404


def test_page_of_one_question_shows_its_own_comments(client, page):
    joint = joint_bid()
    say(joint, text="About the first.", criterion=joint.opportunity.criteria.get(number=1))
    say(joint, text="About the second.", criterion=joint.opportunity.criteria.get(number=2))
    client.force_login(joint.writer)
    shown = text_of(client.get(reverse("bid-comments", args=[joint.bid.pk]), {"question": 1}))
    assert "About the first." in shown
    assert "About the second." not in shown
    for odd in ("99", "x", "²", "99999999999"):
        assert client.get(reverse("bid-comments", args=[joint.bid.pk]), {"question": odd}).status_code == 200
    assert "About the first." in text_of(page(joint.partner_owner, "bid-answer", joint.bid.pk, 1))


def test_empty_or_endless_comment_comes_back_with_what_was_typed(page):
    joint = joint_bid()
    for text in ("", "x" * 2001):
        answer = page(joint.owner, "bid-comments", joint.bid.pk, send={"text": text, "form_key": uuid4()})
        assert (answer.status_code, text in text_of(answer)) == (422, True)
    assert not BidComment.objects.exists()


def test_viewer_reads_and_is_told_why_there_is_no_box(page):
    joint = joint_bid()
    say(joint)
    viewer = member(Role.VIEWER, joint.lead)
    shown = text_of(page(viewer, "bid-comments", joint.bid.pk))
    assert MARKER in shown
    assert 'name="text"' not in shown
    answer = page(viewer, "bid-comments", joint.bid.pk, send={"text": "x", "form_key": uuid4()})
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["bid-comments", "bid-detail"])
def test_page_costs_the_same_with_two_and_with_twenty_comments(page, name):
    joint = joint_bid()
    page(joint.owner, name, joint.bid.pk)
    counts = []
    for many in (2, 18):
        for number in range(many):
            say(joint, text=f"Comment {number}")
        with CaptureQueriesContext(connection) as queries:
            assert page(joint.owner, name, joint.bid.pk).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
