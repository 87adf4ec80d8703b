"""Signing in through the pages: address, password, code; how long it lasts; what cannot be gone around."""

import datetime
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import Membership, MembershipRole, User
from core.roles import Role
from core.services.organisations import create_operator
from core.states import MembershipStatus as S
from tests.factories.core import CommissionerFactory, UserFactory, member

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"
LOGIN, WORK, INBOX = (reverse(name) for name in ("account_login", "work", "inbox"))
SET_UP, GIVE_CODE, CODE = (
    reverse(name) for name in ("mfa_activate_totp", "mfa_reauthenticate", "mfa_authenticate")
)


def confirm(person: User, *, verified: bool = True) -> User:
    EmailAddress.objects.create(user=person, email=person.email, verified=verified, primary=True)
    return person


def director() -> User:
    return confirm(member(Role.DIRECTOR))


def with_second_step(person: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def sign_in(client: Client, person: User, password: str = PASSWORD, **more):
    return client.post(LOGIN, {"login": person.email, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get(INBOX).status_code == 200


# --- address and password ----------------------------------------------------------------------------


def test_address_and_password_let_in(client):
    person = confirm(UserFactory())
    answer = sign_in(client, person)
    assert answer.headers["Location"] == WORK
    assert is_in(client)


def test_address_may_be_typed_in_capitals(client):
    person = confirm(UserFactory())
    client.post(LOGIN, {"login": person.email.upper(), "password": PASSWORD})
    assert is_in(client)


@pytest.mark.parametrize("password", ["another password", "", "\x00", "a" * 5000])
def test_wrong_password_keeps_out_and_the_address_stays(client, password):
    person = confirm(UserFactory())
    answer = sign_in(client, person, password)
    assert answer.status_code == 200
    assert person.email in answer.content.decode()
    assert not is_in(client)


def test_unknown_address_is_answered_like_a_wrong_password(client):
    person = confirm(UserFactory(email="known@example.org"))
    known = sign_in(client, person, "wrong password").content.decode()
    unknown = client.post(LOGIN, {"login": "nobody@example.org", "password": "wrong password"}).content.decode()

    def sentences(text: str) -> list[str]:
        return re.findall(r'<div class="errors".*?</div>', text, re.DOTALL)

    assert sentences(known) == sentences(unknown) != []


def test_unconfirmed_address_keeps_out_until_confirmed(client):
    person = confirm(UserFactory(), verified=False)
    answer = sign_in(client, person)
    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    assert not is_in(client)
    (letter,) = mail.outbox
    link = re.search(r"/accounts/confirm-email/\S+", letter.body)
    assert link
    assert client.get(link.group()).status_code == 200
    client.post(link.group())
    assert EmailAddress.objects.get(user=person).verified
    sign_in(client, person)
    assert is_in(client)


def test_person_who_may_no_longer_sign_in_is_kept_out(client):
    person = confirm(UserFactory(is_active=False))
    sign_in(client, person)
    assert not is_in(client)


def test_person_who_may_no_longer_sign_in_is_put_out_at_once(client):
    person = confirm(UserFactory())
    sign_in(client, person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert not is_in(client)


def test_new_account_has_a_name_and_waits_for_its_address(client):
    given = {"email": "Ada@Example.org", "name": "Ada Lovelace", "password1": PASSWORD}
    answer = client.post(reverse("account_signup"), given)
    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    person = User.objects.get()
    assert (person.email, person.name, person.language) == ("ada@example.org", "Ada Lovelace", "en-gb")
    assert not is_in(client)


@pytest.mark.parametrize("password", ["short", "password1234", "adalovelace1"])
def test_new_account_takes_a_password_that_is_hard_to_guess(client, password):
    given = {"email": "adalovelace@example.org", "name": "Ada Lovelace", "password1": password}
    assert client.post(reverse("account_signup"), given).status_code == 200
    assert not User.objects.exists()


# --- the second step ---------------------------------------------------------------------------------


def test_director_without_a_second_step_sets_it_up_first(client):
    person = director()
    sign_in(client, person)
    answer = client.get(WORK, follow=True)
    assert answer.redirect_chain == [(SET_UP, 302)]
    assert "Your role asks for a second step at sign-in." in answer.content.decode()
    secret = answer.context["form"].secret
    done = client.post(SET_UP, {"code": code_for(secret)})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(done.headers["Location"]).status_code == 200
    assert client.get(WORK).status_code == 200


def test_wrong_code_while_setting_up_opens_nothing(client):
    sign_in(client, director())
    client.get(SET_UP)
    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    assert client.get(WORK).headers["Location"] == SET_UP


def test_director_with_a_second_step_gives_a_code(client):
    person = director()
    secret = with_second_step(person)
    assert sign_in(client, person).headers["Location"].startswith(CODE)
    assert client.get(WORK).headers["Location"].startswith(LOGIN)
    assert client.post(CODE, {"code": "000000"}).status_code == 200
    assert client.get(WORK).headers["Location"].startswith(LOGIN)
    client.post(CODE, {"code": code_for(secret)})
    assert client.get(WORK).status_code == 200


def test_spare_code_lets_in_once(client):
    person = director()
    sign_in(client, person)
    secret = client.get(SET_UP).context["form"].secret
    client.post(SET_UP, {"code": code_for(secret)})
    spare = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()[0]
    for turn, expected in ((Client(), 200), (Client(), 302)):
        sign_in(turn, person)
        turn.post(CODE, {"code": spare})
        assert turn.get(WORK).status_code == expected


def test_way_on_is_kept_through_both_steps(client):
    person = director()
    secret = with_second_step(person)
    kept = client.get(INBOX).headers["Location"]
    assert kept == f"{LOGIN}?next=/inbox/"
    step = client.post(kept, {"login": person.email, "password": PASSWORD, "next": INBOX})
    assert client.post(step.headers["Location"], {"code": code_for(secret)}).headers["Location"] == INBOX


def test_session_opened_with_a_password_alone_is_asked_for_a_code(client):
    person = director()
    sign_in(client, person)  # before the second step was set up, elsewhere
    secret = with_second_step(person)
    answer = client.get(INBOX)
    assert answer.headers["Location"] == f"{GIVE_CODE}?next=/inbox/"
    for page in (WORK, SET_UP, reverse("mfa_index"), reverse("mfa_view_recovery_codes"), reverse("account_email")):
        assert client.get(page).headers["Location"].startswith(GIVE_CODE), page
    done = client.post(answer.headers["Location"], {"code": code_for(secret), "next": INBOX})
    assert done.headers["Location"] == INBOX
    assert is_in(client)


def test_form_that_sets_up_opens_nothing_where_it_was_set_up_before(client):
    person = director()
    sign_in(client, person)
    with_second_step(person)
    client.post(SET_UP, {"code": "000000"})
    assert client.get(WORK).headers["Location"].startswith(GIVE_CODE)


def test_role_given_while_signed_in_asks_for_the_second_step_at_the_next_page(client):
    person = confirm(UserFactory())
    sign_in(client, person)
    assert is_in(client)
    made = Membership.objects.create(user=person, organisation=CommissionerFactory(), status=S.ACTIVE)
    MembershipRole.objects.create(membership=made, role=Role.PRACTITIONER)
    assert client.get(INBOX).headers["Location"] == SET_UP


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.SERVICE_ADMINISTRATOR, Role.AUDITOR])
def test_second_step_cannot_be_turned_off(client, role):
    person = confirm(member(role))
    secret = with_second_step(person)
    sign_in(client, person)
    client.post(CODE, {"code": code_for(secret)})
    off = reverse("mfa_deactivate_totp")
    for answer in (client.get(off), client.post(off)):
        assert answer.status_code == 403
        assert "so it cannot be turned off" in answer.content.decode()
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def test_second_step_that_no_role_asks_for_may_be_turned_off(client):
    person = confirm(member(Role.OWNER))
    secret = with_second_step(person)
    sign_in(client, person)
    client.post(CODE, {"code": code_for(secret)})
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.filter(user=person).exists()


def test_password_is_asked_for_again_when_the_last_one_was_long_ago(client):
    sign_in(client, director())
    with later(minutes=6):
        assert client.get(SET_UP).headers["Location"].startswith(reverse("account_reauthenticate"))


def test_second_step_takes_a_confirmed_address(client):
    person = director()
    sign_in(client, person)
    EmailAddress.objects.filter(user=person).update(verified=False)
    assert client.get(SET_UP).headers["Location"] == reverse("mfa_index")


# --- the editors' pages ------------------------------------------------------------------------------


def test_editors_sign_in_is_ours(client):
    person = confirm(member(Role.SERVICE_ADMINISTRATOR))
    posted = client.post("/editors/login/", {"username": person.email, "password": PASSWORD})
    assert posted.headers["Location"].startswith(LOGIN)
    assert not is_in(client)


def test_editors_pages_open_after_both_steps(client):
    person = confirm(UserFactory(email="ed@example.org"))
    create_operator(name="Accord Service", email=person.email, person_name="Ed")
    secret = with_second_step(person)
    step = sign_in(client, person)
    client.post(step.headers["Location"], {"code": code_for(secret)})
    answer = client.get("/editors/login/?next=/editors/", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == "/editors/"


@pytest.mark.parametrize("page", ["/editors/", "/editors/pages/"])
def test_editors_pages_are_closed_to_everybody_else(client, page):
    sign_in(client, confirm(member(Role.OWNER)))
    assert client.get(page, follow=True).status_code == 403


@pytest.mark.parametrize("page", ["/editors/", "/editors/pages/", "/editors/password_reset/", "/editors/account/"])
def test_editors_pages_are_closed_before_the_second_step(client, page):
    assert client.get(page).headers["Location"].startswith(LOGIN)
    person = confirm(member(Role.SERVICE_ADMINISTRATOR))
    sign_in(client, person)
    assert client.get(page).headers["Location"] == SET_UP


def test_whoever_may_edit_everything_needs_the_second_step_too(client):
    person = confirm(User.objects.create_superuser("root@example.org", PASSWORD, name="Root"))
    sign_in(client, person)
    assert client.get("/editors/").headers["Location"] == SET_UP


# --- how long it lasts -------------------------------------------------------------------------------


def later(**span):
    return time_machine.travel(timezone.now() + datetime.timedelta(**span), tick=False)


def test_an_hour_without_a_page_signs_out(client):
    sign_in(client, confirm(UserFactory()))
    with later(minutes=59):
        assert is_in(client)
    with later(minutes=59 + 61):
        answer = client.get(INBOX, follow=True)
        assert answer.redirect_chain == [(f"{LOGIN}?next=/inbox/", 302)]
        assert "You were signed out because nothing happened here for a while." in answer.content.decode()
        assert not is_in(client)


def test_twelve_hours_sign_out_however_busy(client):
    sign_in(client, confirm(UserFactory()))
    for quarters in range(12 * 4):
        with later(minutes=15 * quarters):
            assert is_in(client)
    with later(hours=12, minutes=2):
        assert not is_in(client)


def test_signing_in_again_begins_anew(client):
    person = confirm(UserFactory())
    sign_in(client, person)
    with later(hours=11, minutes=50):
        sign_in(client, person)
        assert is_in(client)
    with later(hours=12, minutes=10):
        assert is_in(client)


def test_busy_session_is_written_at_most_every_five_minutes(client):
    sign_in(client, confirm(UserFactory()))
    assert is_in(client)
    first = client.session["seen_at"]
    with later(minutes=4):
        assert is_in(client)
        assert client.session["seen_at"] == first
    with later(minutes=6):
        assert is_in(client)
        assert client.session["seen_at"] > first


def test_changed_password_signs_out_everywhere_else():
    person = confirm(UserFactory())
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, person)
        assert is_in(client)
    change = {"oldpassword": PASSWORD, "password1": "another long password", "password2": "another long password"}
    assert here.post(reverse("account_change_password"), change).status_code == 302
    assert not is_in(there)


def test_signing_out_signs_out(client):
    sign_in(client, confirm(UserFactory()))
    client.post(reverse("account_logout"))
    assert not is_in(client)


# --- the language ------------------------------------------------------------------------------------


def test_pages_speak_the_language_of_the_account(client):
    sign_in(client, confirm(UserFactory(language="cy")))
    assert '<html lang="cy">' in client.get(INBOX).content.decode()


def test_choice_of_this_browser_goes_before_that_of_the_account(client):
    sign_in(client, confirm(UserFactory(language="cy")))
    client.post(reverse("set_language"), {"language": "en-gb"})
    assert '<html lang="en-GB">' in client.get(INBOX).content.decode()
