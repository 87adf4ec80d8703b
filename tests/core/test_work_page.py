"""The page people land on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import work
from core.roles import Role
from core.services.memberships import request_membership
from core.waiting import people_waiting
from tests.core.signed_in import browser_of
from tests.factories.core import OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db

WORK = reverse("work")


def test_somebody_new_sees_two_ways_to_begin():
    text = browser_of(UserFactory()).get(WORK).content.decode()
    assert reverse("register") in text
    assert reverse("organisation-find") in text


def test_somebody_who_waits_is_told_so():
    person, charity = UserFactory(), OrganisationFactory(name="Hope House")
    request_membership(by=person, organisation=charity)
    assert "You asked to join Hope House on" in browser_of(person).get(WORK).content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_page_opens_for_every_role_with_at_most_thirteen_queries(role):
    browser = browser_of(member(role))
    browser.get(WORK)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(WORK)
    assert answer.status_code == 200
    assert len(queries) <= 13


def test_owner_sees_who_waits():
    charity = OrganisationFactory()
    owner = member(Role.OWNER, charity)
    made = request_membership(by=UserFactory(name="Ada"), organisation=charity, message="The new treasurer.")
    text = browser_of(owner).get(WORK).content.decode()
    assert "Ada asks to join" in text
    assert "The new treasurer." in text
    assert reverse("membership-approve", args=[made.pk]) in text
    assert "Ada asks to join" not in browser_of(member(Role.VIEWER, charity)).get(WORK).content.decode()


def test_waiting_people_beyond_the_first_are_on_their_own_page():
    charity = OrganisationFactory()
    owner = member(Role.OWNER, charity)
    for _number in range(work.SHOWN + 2):
        request_membership(by=UserFactory(), organisation=charity)
    (section,) = people_waiting(owner, charity)
    assert (len(section.shown), section.has_more) == (work.SHOWN, True)
    assert section.url == reverse("member-list", args=[charity.pk])
    text = browser_of(owner).get(WORK).content.decode()
    assert text.count("asks to join") == work.SHOWN
    assert "More of these wait" in text


def test_nothing_is_said_of_more_where_all_are_shown():
    charity = OrganisationFactory()
    owner = member(Role.OWNER, charity)
    for _number in range(work.SHOWN):
        request_membership(by=UserFactory(), organisation=charity)
    text = browser_of(owner).get(WORK).content.decode()
    assert text.count("asks to join") == work.SHOWN
    assert "More of these wait" not in text


def test_page_without_anything_to_do_says_what_will_be_there(monkeypatch):
    monkeypatch.setattr(work, "_sources", [])
    assert "Nothing waits for you" in browser_of(member(Role.VIEWER)).get(WORK).content.decode()


@pytest.mark.parametrize(
    ("role", "audits", "edits"),
    [
        (Role.AUDITOR, True, False),
        (Role.SERVICE_ADMINISTRATOR, True, True),
        (Role.DIRECTOR, False, False),
        (Role.OWNER, False, False),
    ],
)
def test_page_leads_to_what_the_role_is_for(role, audits, edits):
    text = browser_of(member(role)).get(WORK).content.decode()
    assert (f'href="{reverse("audit")}"' in text) is audits
    assert ('href="/editors/"' in text) is edits
