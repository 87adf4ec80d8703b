"""Two colleagues write at once: one organisation has ten messages a day, and one waits between two."""

from uuid import uuid4

import pytest

from core.access import Refused
from core.roles import Role
from providers.models import PartnerInterest
from providers.policies import interests as rules
from providers.services import interests
from providers.services.interests import send_interest
from tests.factories.core import member
from tests.factories.providers import PartnerInterestFactory, PartnerNoticeFactory, organisation_of, registered
from tests.providers.test_races import both_at_once, waiting_for_the_other

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


def colleagues():
    """Two people of one organisation that has written nine times today."""
    owner = registered(told=True)
    own = organisation_of(owner)
    for _number in range(rules.MOST_A_DAY - 1):
        PartnerInterestFactory(organisation=own, sent_by=owner)
    return owner, member(Role.BID_WRITER, own), own


def writing(person, own, notice):
    return lambda: send_interest(
        by=person, organisation=own, notice=notice, message="Hello", contact=person, form_key=uuid4()
    )


def test_tenth_of_the_day_is_sent_once(monkeypatch):
    owner, writer, own = colleagues()
    first, second = PartnerNoticeFactory(), PartnerNoticeFactory()
    waiting_for_the_other(monkeypatch, interests, "_require_contact")

    results = both_at_once(writing(owner, own, first), writing(writer, own, second))

    assert sorted(type(result).__name__ for result in results) == ["PartnerInterest", "Refused"]
    assert PartnerInterest.objects.filter(organisation=own).count() == rules.MOST_A_DAY


def test_without_the_lock_both_would_be_sent(monkeypatch):
    owner, writer, own = colleagues()
    first, second = PartnerNoticeFactory(), PartnerNoticeFactory()
    waiting_for_the_other(monkeypatch, interests, "_require_contact")
    monkeypatch.setattr(interests, "_lock", lambda *organisations: None)

    both_at_once(writing(owner, own, first), writing(writer, own, second))

    assert PartnerInterest.objects.filter(organisation=own).count() == rules.MOST_A_DAY + 1


def test_two_that_write_to_each_other_at_once_have_one_that_waits(monkeypatch):
    one, other = registered(told=True), registered(told=True)
    notices = [PartnerNoticeFactory(organisation=organisation_of(person)) for person in (one, other)]
    waiting_for_the_other(monkeypatch, interests, "_require_contact")

    results = both_at_once(
        writing(one, organisation_of(one), notices[1]), writing(other, organisation_of(other), notices[0])
    )

    assert sorted(type(result).__name__ for result in results) == ["PartnerInterest", "Refused"]
    [refusal] = [result for result in results if isinstance(result, Refused)]
    assert "has written to you already" in str(refusal.reason)
