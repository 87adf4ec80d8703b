"""A person deletes their account; the pages of both closings."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core import notices
from core.access import Refused
from core.models import Event, Membership, MembershipRole, Notice, Organisation, User
from core.policies import may_ask_to_join, may_close_account
from core.queries.organisations import organisations_found
from core.roles import Role
from core.services import leaving
from core.services.leaving import close_account, close_organisation
from core.services.memberships import request_membership
from marketplace.models import Follow
from tests.core.signed_in import browser_of
from tests.factories.core import CommissionerFactory, OrganisationFactory, UserFactory, member
from tests.factories.providers import organisation_of, registered

pytestmark = pytest.mark.django_db

ACCOUNT = reverse("account-close")


def close_page(organisation):
    return reverse("organisation-close", args=[organisation.pk])


# --- One's own account -------------------------------------------------------------------------------


def test_person_goes_and_history_stays():
    person = member(Role.VIEWER, name="Ada Lovelace", email="ada@example.org")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    Authenticator.objects.create(user=person, type="totp", data={})
    Follow.objects.create(user=person, created_at=timezone.now(), told_until=timezone.now())
    owner = member(Role.OWNER, organisation_of(person))
    request_membership(by=person, organisation=OrganisationFactory(), message="I am Ada")
    notices.send("core/membership_approved", to=[person], context={"organisation": "X", "roles": []})
    events = Event.objects.order_by("sequence").values_list("sequence", "hash")
    before = list(events)
    browser = browser_of(person)
    close_account(by=person)

    gone = User.objects.get(pk=person.pk)
    assert (gone.name, gone.email) == (f"Former user {gone.pk}", f"former-user-{gone.pk}@deleted.invalid")
    assert not gone.is_active
    assert not gone.has_usable_password()
    assert not Membership.objects.filter(user=gone).exclude(status="ended", message="").exists()
    assert not MembershipRole.objects.filter(membership__user=gone).exists()
    for kind in (EmailAddress, Authenticator, Follow):
        assert not kind.objects.filter(user=gone).exists()
    assert not Notice.objects.filter(recipient=gone).exists()
    assert "Ada Lovelace" in Notice.objects.get(recipient=owner, kind="core/membership_left").subject
    assert browser.get(reverse("work")).status_code == 302
    assert list(events.all())[: len(before)] == before
    last = Event.objects.order_by("sequence").last()
    assert (last.action, last.actor_id) == ("account.close", person.pk)
    assert "ada" not in last.actor.lower()
    assert not mail.outbox


@pytest.mark.parametrize(
    ("role", "says"), [(Role.OWNER, "or close the account of"), (Role.DIRECTOR, "Give that role to somebody else")]
)
def test_last_owner_or_director_stays_and_is_told_where(role, says):
    person = member(role)
    with pytest.raises(Refused, match=f"You are the only {role.label} of {organisation_of(person)}.*{says}"):
        close_account(by=person)
    person.refresh_from_db()
    assert person.is_active
    colleague = member(role, organisation_of(person))
    close_account(by=person)
    assert not may_close_account(colleague)


def test_owner_of_a_closed_organisation_may_go():
    owner = registered()
    close_organisation(by=owner, organisation=organisation_of(owner))
    close_account(by=User.objects.get(pk=owner.pk))
    assert User.objects.get(pk=owner.pk).name.startswith("Former user")


def test_account_is_whole_again_when_the_record_fails(monkeypatch):
    person = UserFactory(name="Ada Lovelace")
    monkeypatch.setattr(leaving.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        close_account(by=person)
    person.refresh_from_db()
    assert (person.name, person.is_active, person.has_usable_password()) == ("Ada Lovelace", True, True)


def test_account_page_asks_for_the_address_and_then_signs_out():
    person = UserFactory()
    browser = browser_of(person)
    assert ACCOUNT in browser.get(reverse("account")).content.decode()
    page = browser.get(ACCOUNT)
    assert page.status_code == 200
    assert reverse("account-held") in page.content.decode()
    for typed in ("", "somebody@example.org"):
        assert browser.post(ACCOUNT, {"typed": typed}).status_code == 422
    assert "Type “" in browser.post(ACCOUNT, {"typed": "no"}).content.decode()
    assert User.objects.get(pk=person.pk).is_active
    assert browser.post(ACCOUNT, {"typed": f" {person.email.upper()}"}).status_code == 302
    assert not User.objects.get(pk=person.pk).is_active
    assert browser.get(ACCOUNT).status_code == 302


def test_account_page_says_what_stands_in_the_way():
    owner = registered()
    browser = browser_of(owner)
    page = browser.get(ACCOUNT)
    assert page.status_code == 200
    assert "You are the only owner" in page.content.decode()
    answer = browser.post(ACCOUNT, {"typed": owner.email})
    assert answer.status_code == 422
    assert "You are the only owner" in answer.content.decode()


# --- The organisation --------------------------------------------------------------------------------


def test_organisation_page_asks_for_the_name_and_closes():
    owner = registered()
    organisation = organisation_of(owner)
    browser, page = browser_of(owner), close_page(organisation)
    assert page in browser.get(reverse("organisation-held", args=[organisation.pk])).content.decode()
    text = browser.get(page).content.decode()
    for words in ("Take a copy first", "Deleted or ended now", "Kept, and why", "Submitted bids"):
        assert words in text
    for typed in ("", "Another charity"):
        assert browser.post(page, {"typed": typed}).status_code == 422
    assert not Organisation.objects.get(pk=organisation.pk).is_closed
    assert browser.post(page, {"typed": f" {organisation.name.upper()} "}).status_code == 302
    assert Organisation.objects.get(pk=organisation.pk).closed_by == owner
    assert browser.get(page).status_code == 404
    own = browser.get(reverse("organisation-list")).content.decode()
    assert "Its account is closed." in own
    assert reverse("organisation-join", args=[organisation.pk]) not in own


def test_organisation_page_is_for_its_owners():
    owner = registered()
    organisation = organisation_of(owner)
    for role in (Role.VIEWER, Role.BID_WRITER, Role.PROVIDER_FINANCE):
        browser = browser_of(member(role, organisation))
        assert browser.get(close_page(organisation)).status_code == 403
        assert browser.post(close_page(organisation), {"typed": organisation.name}).status_code == 403
    assert browser_of(registered()).get(close_page(organisation)).status_code == 404
    director = member(Role.DIRECTOR)
    assert browser_of(director).get(close_page(organisation_of(director))).status_code in (302, 403)


def test_closed_organisation_cannot_be_joined_or_found():
    owner = registered()
    organisation = organisation_of(owner)
    close_organisation(by=owner, organisation=organisation)
    organisation.refresh_from_db()
    stranger = UserFactory()
    assert organisation not in organisations_found(organisation.name)
    assert "has closed its account" in str(may_ask_to_join(stranger, organisation).reason)
    with pytest.raises(Refused):
        request_membership(by=stranger, organisation=organisation)
    page = reverse("organisation-join", args=[organisation.pk])
    assert browser_of(stranger).get(page).status_code == 404


def test_closed_at_comes_with_by_and_frees_the_name():
    closed = OrganisationFactory(name="Open Door", closed_at=timezone.now(), closed_by=UserFactory())
    OrganisationFactory(name="open door")
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFactory(name="OPEN DOOR")
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=closed.pk).update(closed_by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        CommissionerFactory(closed_at=timezone.now())
