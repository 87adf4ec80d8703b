"""Telling an organisation that one would like to work with it, and being introduced."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.access import Refused
from core.models import Event, Notice
from core.roles import Role
from providers.models import Consortium, ConsortiumMember, PartnerInterest
from providers.policies.interests import MOST_A_DAY
from providers.queries.interests import contacts_shown_to, interests_visible_to
from providers.services.interests import (
    accept_interest,
    bring_together,
    decline_interest,
    send_interest,
    withdraw_interest,
)
from providers.subjects import Subject
from tests.factories.core import UserFactory, member
from tests.factories.providers import (
    ConsortiumFactory,
    PartnerInterestFactory,
    PartnerNoticeFactory,
    RegistrationFactory,
    organisation_of,
    registered,
)

pytestmark = pytest.mark.django_db

HOUSING = Subject(7, "Housing in Leeds", "/opportunities/7/")


def poster():
    """Somebody whose organisation is on the board, and its notice."""
    person = registered(told=True)
    return person, PartnerNoticeFactory(organisation=organisation_of(person), created_by=person)


def send(person, notice, **other):
    told = {
        "organisation": organisation_of(person),
        "message": "We have rooms.",
        "contact": person,
        "form_key": uuid.uuid4(),
        **other,
    }
    return send_interest(by=person, notice=notice, **told)


# --- writing


def test_message_waits_for_whoever_posted_and_they_are_told_without_a_name():
    owner, notice = poster()
    person = registered(told=True)
    interest = send(person, notice, subject=HOUSING)
    assert (interest.partner, interest.status) == (organisation_of(owner), "sent")
    assert (interest.opportunity_number, interest.opportunity_title) == (7, "Housing in Leeds")
    letter = Notice.objects.get(recipient=owner)
    assert "We have rooms." in letter.body
    assert "Housing in Leeds" in letter.body
    for hidden in (person.name, person.email):
        assert hidden not in letter.subject + letter.body
    event = Event.objects.get(action="interest.send")
    assert person.email not in str(event.after) + event.object_name
    assert owner.email not in str(event.after) + event.object_name


def test_same_form_sent_twice_writes_once():
    _owner, notice = poster()
    person, key = registered(told=True), uuid.uuid4()
    assert send(person, notice, form_key=key) == send(person, notice, form_key=key)
    assert Notice.objects.count() == 1


def test_key_that_somebody_else_used_is_refused():
    key = uuid.uuid4()
    send(registered(told=True), poster()[1], form_key=key)
    with pytest.raises(Refused, match="used already"):
        send(registered(told=True), poster()[1], form_key=key)


def test_one_waits_between_two_about_the_same_thing():
    _owner, notice = poster()
    person = registered(told=True)
    send(person, notice)
    with pytest.raises(Refused, match="wait for an answer"):
        send(person, notice)
    send(person, notice, subject=HOUSING)
    with pytest.raises(Refused, match="wait for an answer"):
        send(person, notice, subject=HOUSING)


def test_other_side_is_asked_to_answer_and_not_to_write():
    owner, notice = poster()
    other, theirs = poster()
    send(owner, theirs)
    with pytest.raises(Refused, match="has written to you already"):
        send(other, notice)


def test_those_who_are_introduced_need_not_write_again():
    _owner, notice = poster()
    person = registered(told=True)
    PartnerInterestFactory(organisation=organisation_of(person), partner=notice.organisation, accepted=True)
    with pytest.raises(Refused, match="introduced already"):
        send(person, notice)


def test_after_a_refusal_or_a_withdrawal_it_can_be_tried_again():
    owner, notice = poster()
    person = registered(told=True)
    decline_interest(by=owner, interest=send(person, notice))
    withdraw_interest(by=person, interest=send(person, notice))
    assert send(person, notice).status == "sent"


def test_ten_a_day_are_enough(time_machine):
    time_machine.move_to(datetime.datetime(2027, 1, 5, 12, tzinfo=datetime.UTC), tick=False)
    person = registered(told=True)
    for _number in range(MOST_A_DAY):
        send(person, poster()[1])
    notice = poster()[1]
    with pytest.raises(Refused, match="in the last 24 hours"):
        send(person, notice)
    time_machine.move_to(datetime.datetime(2027, 1, 6, 12, 0, 1, tzinfo=datetime.UTC), tick=False)
    assert send(person, notice).status == "sent"


@pytest.mark.parametrize("gone", [{"status": "taken_down"}, {"posted_at": "long ago"}])
def test_nobody_is_written_to_who_no_longer_looks(gone):
    values = {**gone}
    if "posted_at" in values:
        values["posted_at"] = timezone.now() - datetime.timedelta(days=400)
    with pytest.raises(Refused, match="no longer looks for partners"):
        send(registered(told=True), PartnerNoticeFactory(**values))


def test_own_notice_is_not_answered():
    owner, notice = poster()
    with pytest.raises(Refused, match="your own notice"):
        send(owner, notice)


def test_only_writers_of_a_listed_provider_write():
    _owner, notice = poster()
    with pytest.raises(PermissionDenied):
        send(registered(Role.VIEWER, told=True), notice)
    stranger = registered(told=True)
    with pytest.raises(PermissionDenied):
        send(stranger, notice, organisation=organisation_of(registered(told=True)))
    with pytest.raises(Refused, match="in law"):
        send(registered(legal_form=""), notice)


def test_contact_is_somebody_who_writes_bids_there():
    _owner, notice = poster()
    person = registered(told=True)
    writer = member(Role.BID_WRITER, organisation_of(person))
    for other in (UserFactory(), member(Role.VIEWER, organisation_of(person))):
        with pytest.raises(Refused, match="Choose somebody"):
            send(person, notice, contact=other)
    assert send(person, notice, contact=writer).contact == writer


def test_empty_message_is_refused_and_nothing_is_left():
    _owner, notice = poster()
    with pytest.raises(Refused, match="Write a line"):
        send(registered(told=True), notice, message=" \n ")
    assert not PartnerInterest.objects.exists()
    assert not Notice.objects.exists()


# --- answering


def test_addresses_of_both_are_shown_to_both_once_it_is_accepted_and_not_before():
    owner, notice = poster()
    person = registered(told=True)
    writer = member(Role.BID_WRITER, organisation_of(person))
    interest = send(person, notice, contact=writer)
    assert contacts_shown_to(owner, interest) == contacts_shown_to(person, interest) == []
    accept_interest(by=owner, interest=interest, contact=owner)
    interest.refresh_from_db()
    shown = contacts_shown_to(owner, interest)
    assert [(each.name, each.email) for each in shown] == [(writer.name, writer.email), (owner.name, owner.email)]
    assert contacts_shown_to(person, interest) == shown
    for stranger in (registered(told=True), member(Role.AUDITOR), member(Role.DIRECTOR)):
        assert contacts_shown_to(stranger, interest) == []
    letter = Notice.objects.filter(recipient=person).get()
    assert "introduced" in letter.body
    assert owner.email not in letter.body


@pytest.mark.parametrize("status", ["sent", "declined", "withdrawn"])
def test_no_other_state_shows_an_address(status):
    answered = {"answered_at": timezone.now(), "answered_by": UserFactory()} if status != "sent" else {}
    interest = PartnerInterestFactory(status=status, **answered)
    for side in (interest.organisation, interest.partner):
        assert contacts_shown_to(member(Role.OWNER, side), interest) == []


@pytest.mark.parametrize("act", [decline_interest, withdraw_interest])
def test_other_side_is_told_how_it_ended(act):
    owner, notice = poster()
    person = registered(told=True)
    interest = send(person, notice)
    Notice.objects.all().delete()
    by, told = (owner, person) if act is decline_interest else (person, owner)
    act(by=by, interest=interest)
    letter = Notice.objects.get()
    assert letter.recipient == told
    assert by.name not in letter.body
    assert Event.objects.filter(object_type="providers.partnerinterest").count() == 2


def test_only_whom_it_was_written_to_answers_and_only_the_sender_withdraws():
    owner, notice = poster()
    person, stranger = registered(told=True), registered(told=True)
    interest = send(person, notice)
    for other in (person, stranger, member(Role.VIEWER, organisation_of(owner))):
        with pytest.raises(PermissionDenied):
            accept_interest(by=other, interest=interest, contact=other)
        with pytest.raises(PermissionDenied):
            decline_interest(by=other, interest=interest)
    for other in (owner, stranger, member(Role.VIEWER, organisation_of(person))):
        with pytest.raises(PermissionDenied):
            withdraw_interest(by=other, interest=interest)


def test_what_is_answered_is_not_answered_again():
    owner, notice = poster()
    person = registered(told=True)
    interest = send(person, notice)
    decline_interest(by=owner, interest=interest)
    for act in (
        lambda: accept_interest(by=owner, interest=interest, contact=owner),
        lambda: decline_interest(by=owner, interest=interest),
        lambda: withdraw_interest(by=person, interest=interest),
    ):
        with pytest.raises(Refused, match="declined"):
            act()


def test_contact_of_the_answer_writes_bids_for_whoever_answers():
    owner, notice = poster()
    person = registered(told=True)
    interest = send(person, notice)
    with pytest.raises(Refused, match="Choose somebody"):
        accept_interest(by=owner, interest=interest, contact=person)
    interest.refresh_from_db()
    assert interest.status == "sent"


def test_only_the_two_and_auditors_see_it():
    interest = PartnerInterestFactory()
    for side in (interest.organisation, interest.partner):
        assert interests_visible_to(member(Role.VIEWER, side)).get() == interest
    assert interests_visible_to(member(Role.AUDITOR)).get() == interest
    for stranger in (registered(told=True), member(Role.DIRECTOR), member(Role.SERVICE_ADMINISTRATOR)):
        assert not interests_visible_to(stranger).exists()


# --- going on


def introduced():
    person, other = registered(told=True), registered(told=True)
    interest = PartnerInterestFactory(
        organisation=organisation_of(person), partner=organisation_of(other), sent_by=person, accepted=True
    )
    return interest, person, other


@pytest.mark.parametrize("leads", ["sender", "partner"])
def test_either_may_lead_a_new_consortium_and_invite_the_other(leads):
    interest, person, other = introduced()
    lead, invited = (person, other) if leads == "sender" else (other, person)
    made = bring_together(
        by=lead, interest=interest, lead=organisation_of(lead), name="Together", form_key=uuid.uuid4()
    )
    places = {place.organisation: place.status for place in made.members.all()}
    assert places == {organisation_of(lead): "joined", organisation_of(invited): "invited"}


def test_other_is_invited_into_a_consortium_that_is_there():
    interest, person, other = introduced()
    there = ConsortiumFactory(lead=organisation_of(person))
    led = bring_together(
        by=person,
        interest=interest,
        lead=organisation_of(person),
        consortium=there,
        part="Mentoring",
        form_key=uuid.uuid4(),
    )
    assert led == there
    place = ConsortiumMember.objects.get(consortium=there, organisation=organisation_of(other))
    assert (place.status, place.part) == ("invited", "Mentoring")


def test_nobody_is_brought_together_before_the_introduction_or_by_others():
    interest, person, _other = introduced()
    given = {"name": "Together", "form_key": uuid.uuid4()}
    stranger = registered(told=True)
    with pytest.raises(Refused, match="none of the two"):
        bring_together(by=stranger, interest=interest, lead=organisation_of(stranger), **given)
    with pytest.raises(PermissionDenied):
        bring_together(by=stranger, interest=interest, lead=organisation_of(person), **given)
    waiting = PartnerInterestFactory(organisation=organisation_of(person), sent_by=person)
    with pytest.raises(Refused, match="not introduced yet"):
        bring_together(by=person, interest=waiting, lead=organisation_of(person), **given)
    assert not Consortium.objects.exists()


def test_foreign_consortium_is_not_invited_into():
    interest, person, _other = introduced()
    with pytest.raises(PermissionDenied):
        bring_together(
            by=person,
            interest=interest,
            lead=organisation_of(person),
            consortium=ConsortiumFactory(),
            form_key=uuid.uuid4(),
        )


# --- what the database keeps


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "lost"},
        {"message": ""},
        {"opportunity_number": 4},
        {"status": "declined"},
        {"status": "accepted", "answered_at": timezone.now()},
        {"answered_at": timezone.now()},
    ],
)
def test_database_keeps_the_rules(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerInterestFactory(**wrong)


def test_database_keeps_accepted_ones_with_a_contact_and_others_without():
    person = UserFactory()
    answered = {"answered_at": timezone.now(), "answered_by": person}
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerInterestFactory(status="accepted", **answered)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerInterestFactory(status="declined", answer_contact=person, **answered)


def test_database_keeps_one_waiting_and_nobody_writing_to_itself():
    first = PartnerInterestFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerInterestFactory(organisation=first.partner, partner=first.organisation)
    alone = RegistrationFactory(told=True).organisation
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerInterestFactory(organisation=alone, partner=alone)
