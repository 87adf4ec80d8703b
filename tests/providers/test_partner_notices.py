"""Posting a notice for partners, changing it, taking it down, posting it again."""

import datetime
import uuid
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.access import Refused, Stale
from core.models import Area, Event
from core.roles import Role
from providers.models import PartnerNotice
from providers.partner_terms import NoticeTerms, last_day_of, terms_of
from providers.policies.partners import can_show_until, latest_day
from providers.queries.partners import notices_listed, notices_visible_to
from providers.services.partners import (
    change_notice,
    post_notice,
    renew_notice,
    take_down_notice,
)
from providers.services.registration import change_identity
from tests.factories.core import OrganisationFactory, any_category, any_cohort, member
from tests.factories.providers import PartnerNoticeFactory, organisation_of, registered

pytestmark = pytest.mark.django_db


def region(slug="wales"):
    return Area.objects.get(kind="probation_region", slug=slug)


def terms(**other):
    said = NoticeTerms(
        offers="Two mentors",
        seeks="Somebody who can lead",
        areas=(region(),),
        categories=(any_category(),),
        cohorts=(any_cohort(),),
        most_pence_a_year=30_000_00,
        last_day=timezone.localdate() + datetime.timedelta(days=90),
    )
    return replace(said, **other)


def post(person, key=None, **other):
    return post_notice(
        by=person, organisation=organisation_of(person), terms=terms(**other), form_key=key or uuid.uuid4()
    )


def on_board():
    return list(notices_listed(timezone.now()))


# --- posting


def test_posted_notice_is_on_the_board_as_it_was_said_and_on_record():
    person = registered(told=True)
    notice = post(person)
    assert on_board() == [notice]
    assert terms_of(PartnerNotice.objects.get()) == terms()
    event = Event.objects.get(action="partner_notice.post")
    assert (event.object_id, event.organisation) == (notice.pk, notice.listed_name)
    assert event.after["most_a_year"] == "£30,000"


def test_same_form_sent_twice_posts_one_notice():
    person, key = registered(told=True), uuid.uuid4()
    assert post(person, key) == post(person, key)
    assert Event.objects.filter(action="partner_notice.post").count() == 1


def test_organisation_has_one_notice():
    person = registered(told=True)
    post(person)
    with pytest.raises(Refused, match="has a notice already"):
        post(person)


def test_key_that_somebody_else_used_is_refused():
    key = uuid.uuid4()
    post(registered(told=True), key)
    with pytest.raises(Refused, match="used already"):
        post(registered(told=True), key)
    assert PartnerNotice.objects.count() == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PROVIDER_FINANCE])
def test_who_may_not_form_consortia_may_not_post(role):
    with pytest.raises(PermissionDenied):
        post(registered(role))


def test_stranger_may_not_post_for_another():
    own, other = registered(told=True), registered(told=True)
    with pytest.raises(PermissionDenied):
        post_notice(by=other, organisation=organisation_of(own), terms=terms(), form_key=uuid.uuid4())


def test_unregistered_organisation_may_not_post():
    with pytest.raises(Refused, match="Register your organisation first"):
        post(member(Role.OWNER))


def test_organisation_known_by_nothing_but_its_name_may_not_post():
    person = registered(legal_form="", number="")
    with pytest.raises(Refused, match="what your organisation is in law"):
        post(person)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"offers": " "}, "what you offer"),
        ({"seeks": ""}, "what you look for"),
        ({"areas": ()}, "at least one area"),
        ({"categories": ()}, "one kind of need"),
        ({"most_pence_a_year": 0}, "how much money"),
    ],
)
def test_notice_that_says_too_little_is_refused_and_nothing_is_left(wrong, sentence):
    with pytest.raises(Refused, match=sentence):
        post(registered(told=True), **wrong)
    assert not PartnerNotice.objects.exists()
    assert not Event.objects.filter(action="partner_notice.post").exists()


@pytest.mark.parametrize(("days", "sentence"), [(-1, "not past"), (366, "12 months at most")])
def test_notice_is_shown_for_twelve_months_at_most_and_not_backwards(days, sentence):
    last = timezone.localdate() + datetime.timedelta(days=days)
    with pytest.raises(Refused, match=sentence):
        post(registered(told=True), last_day=last)


def test_latest_day_is_twelve_months_on_also_in_a_leap_year():
    assert latest_day(datetime.date(2027, 3, 1)) == datetime.date(2028, 3, 1)
    assert latest_day(datetime.date(2028, 2, 29)) == datetime.date(2029, 2, 28)
    assert can_show_until(datetime.date(2028, 3, 1), datetime.date(2027, 3, 1))
    assert not can_show_until(datetime.date(2028, 3, 2), datetime.date(2027, 3, 1))


# --- the clock


def test_notice_leaves_the_board_at_the_end_of_its_last_day(time_machine):
    time_machine.move_to(datetime.datetime(2027, 6, 1, 9, tzinfo=datetime.UTC), tick=False)
    notice = post(registered(told=True), last_day=datetime.date(2027, 6, 30))
    assert last_day_of(notice) == datetime.date(2027, 6, 30)
    # Midnight in London in summer is eleven in the evening, universal time.
    time_machine.move_to(datetime.datetime(2027, 6, 30, 22, 59, tzinfo=datetime.UTC), tick=False)
    assert on_board() == [notice]
    time_machine.move_to(datetime.datetime(2027, 6, 30, 23, 0, tzinfo=datetime.UTC), tick=False)
    assert on_board() == []
    assert not notice.is_shown_at(timezone.now())


# --- changing


def test_changed_notice_says_the_new_and_only_what_changed_is_on_record():
    person = registered(told=True)
    notice = post(person)
    change_notice(by=person, notice=notice, terms=terms(seeks="A kitchen", areas=(region("london"),)), version=1)
    now = PartnerNotice.objects.get()
    assert terms_of(now) == terms(seeks="A kitchen", areas=(region("london"),))
    assert now.version == 2
    event = Event.objects.get(action="partner_notice.change")
    assert event.before == {"seeks": "Somebody who can lead", "areas": ["Wales"]}
    assert event.after == {"seeks": "A kitchen", "areas": ["London"]}


def test_change_that_changes_nothing_is_not_on_record():
    person = registered(told=True)
    change_notice(by=person, notice=post(person), terms=terms(), version=1)
    assert not Event.objects.filter(action="partner_notice.change").exists()


def test_second_of_two_changes_is_told_and_nothing_is_overwritten():
    person = registered(told=True)
    notice = post(person)
    change_notice(by=person, notice=notice, terms=terms(seeks="A kitchen"), version=1)
    with pytest.raises(Stale):
        change_notice(by=person, notice=notice, terms=terms(seeks="A van", areas=(region("london"),)), version=1)
    assert terms_of(PartnerNotice.objects.get()) == terms(seeks="A kitchen")


def test_notice_that_ran_out_can_be_corrected_but_not_stretched():
    person = registered(told=True)
    gone = timezone.now() - datetime.timedelta(days=400)
    notice = PartnerNoticeFactory(organisation=organisation_of(person), posted_at=gone)
    kept = last_day_of(notice)
    change_notice(by=person, notice=notice, terms=terms(last_day=kept), version=1)
    earlier = kept - datetime.timedelta(days=1)
    with pytest.raises(Refused):
        change_notice(by=person, notice=notice, terms=terms(last_day=earlier), version=2)


def test_only_own_people_change_take_down_and_renew():
    notice, other = PartnerNoticeFactory(), registered(told=True)
    with pytest.raises(PermissionDenied):
        change_notice(by=other, notice=notice, terms=terms(), version=1)
    with pytest.raises(PermissionDenied):
        take_down_notice(by=other, notice=notice)
    with pytest.raises(PermissionDenied):
        renew_notice(by=other, notice=notice, last_day=timezone.localdate())


# --- down and up again


def test_notice_taken_down_is_off_the_board_and_can_be_posted_again():
    person = registered(told=True)
    notice = post(person)
    take_down_notice(by=person, notice=notice)
    assert on_board() == []
    with pytest.raises(Refused, match="taken down"):
        take_down_notice(by=person, notice=notice)
    before = PartnerNotice.objects.get().posted_at
    renew_notice(by=person, notice=notice, last_day=timezone.localdate())
    assert on_board() == [notice]
    assert PartnerNotice.objects.get().posted_at > before
    actions = Event.objects.filter(action__startswith="partner_notice").order_by("sequence")
    assert [event.action for event in actions] == [
        "partner_notice.post",
        "partner_notice.take_down",
        "partner_notice.renew",
    ]


def test_notice_is_renewed_for_twelve_months_at_most():
    person = registered(told=True)
    notice = post(person)
    with pytest.raises(Refused, match="12 months"):
        renew_notice(by=person, notice=notice, last_day=timezone.localdate() + datetime.timedelta(days=367))


def test_new_name_of_the_organisation_stands_on_the_board():
    person = registered(told=True, number="1090095")
    post(person)
    given = {"legal_form": "charity", "identifiers": {"GB-CHC": "1090095"}}
    registration = organisation_of(person).registration
    change_identity(by=person, registration=registration, version=1, name="New Bridge", **given)
    assert [notice.listed_name for notice in on_board()] == ["New Bridge"]


# --- who sees what


def test_board_is_for_providers_commissioners_and_auditors():
    shown, gone = PartnerNoticeFactory(), PartnerNoticeFactory(status="taken_down")
    now = timezone.now()
    for role in (Role.OWNER, Role.VIEWER, Role.DIRECTOR, Role.PRACTITIONER):
        assert list(notices_visible_to(member(role), now)) == [shown]
    assert set(notices_visible_to(member(Role.AUDITOR), now)) == {shown, gone}
    assert not notices_visible_to(member(Role.SERVICE_ADMINISTRATOR), now).exists()
    own = member(Role.VIEWER, gone.organisation)
    assert set(notices_visible_to(own, now)) == {shown, gone}


# --- what the database keeps


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "expired"},
        {"listed_name": ""},
        {"offers": ""},
        {"seeks": ""},
        {"most_pence_a_year": 0},
        {"ends_at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)},
    ],
)
def test_database_keeps_the_rules(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerNoticeFactory(**wrong)


def test_database_keeps_one_notice_each():
    organisation = OrganisationFactory()
    PartnerNoticeFactory(organisation=organisation)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerNoticeFactory(organisation=organisation)
