"""What an organisation said of itself when a bid was handed in, and who reads it when."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.roles import Role
from marketplace.queries.profiles import profiles_in
from marketplace.services import bid_submission
from marketplace.services.bids import restore_words
from marketplace.states import BID
from providers.models import Registration, Snapshot
from tests.factories.bids import joint_bid
from tests.factories.core import member
from tests.factories.marketplace import panel_member
from tests.factories.providers import RegistrationFactory, registered

pytestmark = pytest.mark.django_db


def registered_joint():
    """A joint bid of two registered charities, agreed and not yet handed in."""
    joint = joint_bid()
    for organisation in (joint.lead, joint.partner):
        RegistrationFactory(organisation=organisation, told=True)
    joint.ask()
    joint.agree()
    return joint


def handed_in():
    joint = registered_joint()
    joint.submit()
    return joint


def opened(joint):
    bid = joint.now()
    BID.apply(bid, "open")
    restore_words(bid, opened_at=timezone.now())
    return bid


def names(user, bid):
    return {place.organisation_id for place in profiles_in(user, bid)}


def page(user, bid, organisation):
    client = Client()
    client.force_login(user)
    return client.get(reverse("bid-profile", args=[bid.pk, organisation]))


def test_every_registered_member_has_its_profile_frozen_at_submission():
    bid = handed_in().now()
    places = list(bid.members.select_related("snapshot", "organisation"))
    assert len(places) > 1
    for place in places:
        assert json.loads(place.snapshot.content)["identity"]["name"] == place.organisation.name


def test_later_changes_do_not_reach_what_was_frozen():
    joint = handed_in()
    Registration.objects.update(staff_count=777)
    for place in joint.now().members.select_related("snapshot"):
        assert json.loads(place.snapshot.content)["facts"]["staff_count"] != 777


def test_nothing_is_frozen_before_submission_or_when_it_fails(monkeypatch):
    joint = registered_joint()
    assert not Snapshot.objects.exists()
    monkeypatch.setattr(bid_submission.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        joint.submit()
    assert not Snapshot.objects.exists()
    assert not joint.now().members.filter(snapshot__isnull=False).exists()


def test_panel_and_commissioner_read_profiles_once_the_bid_is_opened():
    joint = handed_in()
    everyone = set(joint.now().members.values_list("organisation", flat=True))
    panel = panel_member(joint.opportunity).user
    director = member(Role.DIRECTOR, joint.opportunity.organisation)
    assert names(panel, joint.now()) == names(director, joint.now()) == set()
    bid = opened(joint)
    assert names(panel, bid) == names(director, bid) == everyone
    assert names(member(Role.DIRECTOR), bid) == set()
    assert names(registered(), bid) == set()


def test_bidders_read_their_own_profile_alone():
    joint = handed_in()
    for bid in (joint.now(), opened(joint)):
        assert names(joint.owner, bid) == {bid.organisation_id}


def test_page_shows_one_profile_to_those_who_may_read_it():
    joint = handed_in()
    bid = joint.now()
    partner = bid.members.get(is_lead=False).organisation_id
    own = page(joint.owner, bid, bid.organisation_id)
    assert own.status_code == 200
    assert bid.organisation.name in own.content.decode()
    assert page(joint.owner, bid, partner).status_code == 404
    assert page(registered(), bid, partner).status_code == 404


def test_bid_page_leads_to_the_profiles():
    joint = handed_in()
    client = Client()
    client.force_login(joint.owner)
    answer = client.get(reverse("bid-detail", args=[joint.bid.pk])).content.decode()
    assert reverse("bid-profile", args=[joint.bid.pk, joint.now().organisation_id]) in answer
