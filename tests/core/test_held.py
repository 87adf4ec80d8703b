"""What was typed when the session had ended is there again after signing in; for its sender alone."""

import datetime

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import held
from core.models import Membership
from core.roles import Role
from core.services.memberships import request_membership
from tests.core.signed_in import browser_of
from tests.factories.core import OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"
LOGIN = reverse("account_login")


@pytest.fixture
def charity():
    return OrganisationFactory(name="Hope House")


@pytest.fixture
def page(charity):
    return reverse("organisation-join", args=[charity.pk])


def person(**values):
    made = UserFactory(**values)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def sign_in(client, someone, onwards):
    return client.post(f"{LOGIN}?next={onwards}", {"login": someone.email, "password": PASSWORD, "next": onwards})


def test_form_sent_without_a_session_is_filled_again_after_signing_in(client, page):
    ada = person()
    answer = client.post(page, {"message": "I am the “new” treasurer & more."})
    assert answer.headers["Location"] == f"{LOGIN}?next={page}"
    assert "You were signed out before this was sent." in client.get(answer.headers["Location"]).content.decode()
    assert sign_in(client, ada, page).headers["Location"] == page
    again = client.get(page)
    assert "I am the “new” treasurer &amp; more." in again.content.decode()
    assert "You were signed out before this was saved." in again.content.decode()
    assert not Membership.objects.exists()
    # once only
    assert "treasurer" not in client.get(page).content.decode()


def test_form_sent_after_an_idle_hour_is_filled_again(client, page):
    ada = person()
    sign_in(client, ada, page)
    client.get(page)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=70)):
        client.post(page, {"message": "Typed slowly."})
        sign_in(client, ada, page)
        assert "Typed slowly." in client.get(page).content.decode()


def test_form_of_one_person_is_not_shown_to_the_next_at_the_same_machine(client, page):
    ada, grace = person(), person()
    sign_in(client, ada, page)
    client.get(page)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=70)):
        client.post(page, {"message": "Between us."})
        sign_in(client, grace, page)
        assert "Between us." not in client.get(page).content.decode()
        assert held.KEY not in client.session


def test_form_is_for_its_own_page(client, page):
    client.post(page, {"message": "For Hope House."})
    ada = person()
    sign_in(client, ada, page)
    other = reverse("organisation-join", args=[OrganisationFactory().pk])
    assert "For Hope House." not in client.get(other).content.decode()
    assert "For Hope House." in client.get(page).content.decode()


def test_form_survives_the_second_step(client):
    """A director's session ends; after password and code the form is filled."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from tests.core.test_sessions import code_for

    director = member(Role.DIRECTOR)
    EmailAddress.objects.create(user=director, email=director.email, verified=True, primary=True)
    secret = generate_totp_secret()
    TOTP.activate(director, secret)
    page = reverse("member-add", args=[director.memberships.get().organisation_id])
    client.post(page, {"email": "grace@example.org", "roles": ["practitioner", "panel_member"]})
    step = sign_in(client, director, page)
    assert client.post(step.headers["Location"], {"code": code_for(secret)}).headers["Location"] == page
    form = client.get(page).context["form"]
    assert form["email"].value() == "grace@example.org"
    assert form["roles"].value() == ["practitioner", "panel_member"]


def test_passwords_and_codes_are_never_kept(client):
    secrets = dict.fromkeys(("password", "password1", "password2", "oldpassword", "code"), "secret")
    client.post(reverse("account_change_password"), {**secrets, "csrfmiddlewaretoken": "token", "other": "kept"})
    assert client.session[held.KEY]["data"] == "other=kept"


def test_submission_too_large_is_not_kept(client, page):
    client.post(page, {"message": "a" * (held.LARGEST + 1)})
    assert held.KEY not in client.session


def test_get_keeps_nothing(client, page):
    client.get(page)
    assert held.KEY not in client.session


def test_forged_form_is_not_kept(page):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(page, {"message": "x"}).status_code == 403
    assert held.KEY not in strict.session


# --- buttons, whose address shows no page ------------------------------------------------------------


@pytest.fixture
def button(charity):
    ada = person()
    made = request_membership(by=ada, organisation=charity)
    return ada, reverse("membership-withdraw", args=[made.pk])


def test_button_leads_back_to_the_page_it_stood_on(client, button):
    ada, address = button
    client.post(address, headers={"referer": "http://testserver/organisations/?x=1"})
    sign_in(client, ada, address)
    assert client.get(address).headers["Location"] == "/organisations/?x=1"
    assert client.get(address).status_code == 405


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://evil.example/organisations/",
        "//evil.example/",
        "javascript:alert(1)",
        "not an address",
        "http://[x",
    ],
)
def test_button_never_leads_to_another_site(client, button, referer):
    ada, address = button
    client.post(address, headers={"referer": referer} if referer else {})
    sign_in(client, ada, address)
    assert client.get(address).status_code == 405


def test_page_with_two_slashes_is_still_ours(client, button):
    ada, address = button
    client.post(address, headers={"referer": "http://testserver//evil.example/x"})
    sign_in(client, ada, address)
    assert client.get(address).headers["Location"] == "/evil.example/x"


def test_button_pressed_while_signed_in_keeps_nothing(button):
    ada, address = button
    browser = browser_of(ada)
    browser.post(address)
    assert held.KEY not in browser.session
