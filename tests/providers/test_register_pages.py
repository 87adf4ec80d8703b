"""The page on which an organisation comes to be here, and the two on which it says what it is in law."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from core.models import Organisation
from core.roles import Role
from tests.factories.core import UserFactory, member
from tests.factories.providers import RegistrationFactory, named_only, organisation_of, registered

pytestmark = pytest.mark.django_db

REGISTER = "/register/"


@pytest.fixture
def newcomer(client):
    person = UserFactory()
    client.force_login(person)
    return person


def sent(**changes):
    return {"form_key": str(uuid4()), "name": "Harbour Resettlement", **changes}


def test_stranger_is_sent_to_sign_in(client):
    answer = client.get(REGISTER)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=")


def test_page_asks_for_nothing_but_the_name(client, newcomer):
    answer = client.get(REGISTER)
    assert answer.status_code == 200
    assert [field.name for field in answer.context["form"].visible_fields()] == ["name"]
    assert not answer.context["form"].errors


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "\x00"])
def test_name_that_is_none_is_told(client, newcomer, name):
    answer = client.post(REGISTER, sent(name=name))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name"}
    assert not Organisation.objects.exists()


def test_registering_leads_to_the_task_list(client, newcomer):
    answer = client.post(REGISTER, sent())
    organisation = Organisation.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("registration-detail", args=[organisation.pk])
    page = client.get(answer.url)
    assert page.context["organisation"] == organisation
    assert organisation.registration.legal_form == ""
    assert "You can start a bid now." in page.content.decode()


def test_registering_on_the_way_to_something_goes_on_with_it(client, newcomer):
    assert client.post(f"{REGISTER}?next=/consortia/", sent()).url == "/consortia/"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil"]
)
def test_way_back_leads_to_no_other_site(client, newcomer, elsewhere):
    answer = client.post(f"{REGISTER}?next={elsewhere}", sent())
    assert answer.url == reverse("registration-detail", args=[Organisation.objects.get().pk])


@pytest.mark.parametrize("key", ["", "not a key"])
def test_changed_form_key_is_no_error_page(client, newcomer, key):
    answer = client.post(REGISTER, sent(form_key=key))
    assert answer.status_code == 422
    assert not Organisation.objects.exists()
    key = re.search(r'name="form_key" value="([^"]+)"', answer.content.decode())[1]
    assert client.post(REGISTER, sent(form_key=key)).status_code == 302


def test_sent_twice_makes_one_organisation(client, newcomer):
    given = sent()
    first, second = client.post(REGISTER, given), client.post(REGISTER, given)
    assert first.url == second.url
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize("name", ["Harbour Resettlement", "the HARBOUR  resettlement ltd."])
def test_organisation_that_is_here_can_be_asked_to_join_without_naming_anyone(client, newcomer, name):
    owner = UserFactory(name="Secret Owner", email="secret@example.org")
    there = RegistrationFactory(organisation__name="Harbour Resettlement Limited", created_by=owner).organisation

    answer = client.post(REGISTER, sent(name=name))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Harbour Resettlement Limited is here already." in page
    assert reverse("organisation-join", args=[there.pk]) in page
    assert "ecret" not in page


def test_own_organisation_leads_to_its_registration(client):
    person = registered()
    client.force_login(person)
    page = client.post(REGISTER, sent(name=organisation_of(person).name)).content.decode()
    assert reverse("registration-detail", args=[organisation_of(person).pk]) in page
    assert reverse("organisation-join", args=[organisation_of(person).pk]) not in page


def test_form_key_used_by_somebody_else_is_said(client, newcomer):
    made = RegistrationFactory()
    answer = client.post(REGISTER, sent(form_key=str(made.form_key)))
    assert answer.status_code == 422
    assert b"used already" in answer.content


def test_person_of_a_provider_may_register_another(client):
    client.force_login(registered())
    assert client.get(REGISTER).context["form"] is not None


def test_person_of_a_commissioning_body_reads_why_not(client, settings):
    person = member(Role.PRACTITIONER)
    settings.BEFORE_SECOND_FACTOR = settings.BEFORE_SECOND_FACTOR | {"register"}
    client.force_login(person)
    answer = client.get(REGISTER)
    assert organisation_of(person).name in answer.content.decode()
    assert "form" not in answer.context
    assert not Organisation.objects.filter(kind="provider").exists()


def test_what_was_sent_after_the_session_ended_waits_behind_sign_in(client):
    client.post(REGISTER, sent())
    client.force_login(UserFactory())
    answer = client.get(REGISTER)
    assert 'value="Harbour Resettlement"' in answer.content.decode()
    assert not Organisation.objects.exists()


# --- what it is in law, told later


@pytest.fixture
def bare(client):
    """The page of name and numbers of an organisation that has told its name only."""
    person = named_only(name="Harbour")
    client.force_login(person)
    return reverse("registration-name", args=[organisation_of(person).pk])


def test_first_is_asked_what_it_is_in_law(client, bare):
    answer = client.get(bare)
    assert [field.name for field in answer.context["form"].visible_fields()] == ["legal_form"]


@pytest.mark.parametrize("typed", ["", "bank"])
def test_no_legal_form_is_asked_again(client, bare, typed):
    assert set(client.get(f"{bare}?legal_form={typed}").context["form"].errors) == {"legal_form"}


@pytest.mark.parametrize(
    ("legal_form", "asked"),
    [
        ("charity", {"GB-CHC", "GB-SC", "GB-NIC"}),
        ("cio", {"GB-CHC", "GB-SC"}),
        ("cic", {"GB-COH"}),
        ("company", {"GB-COH", "GB-CHC", "GB-SC", "GB-NIC"}),
        ("mutual", {"GB-MPR", "GB-COH"}),
        ("unregistered", {"governing_document"}),
    ],
)
def test_then_only_what_fits_it(client, bare, legal_form, asked):
    answer = client.get(f"{bare}?legal_form={legal_form}")
    assert set(answer.context["form"].fields) - {"version", "name", "legal_form"} == asked


@pytest.mark.parametrize(
    ("legal_form", "values", "sentence"),
    [
        ("charity", {"GB-CHC": "12345"}, "6 or 7 digits, like 1090095"),
        ("charity", {"GB-CHC": ""}, "Enter the number in one of these registers"),
        ("cic", {"GB-COH": "9506232"}, "Keep the zeros"),
        ("cic", {}, "Enter the company number"),
        ("company", {"GB-COH": "09506232", "GB-CHC": "abc"}, "6 or 7 digits"),
        ("charity", {"GB-CHC": "1" * 500}, "6 or 7 digits"),
        ("unregistered", {}, "Which document"),
        ("", {}, "What is it in law"),
    ],
)
def test_wrong_number_is_named_with_an_example_and_kept(client, bare, legal_form, values, sentence):
    answer = client.post(bare, {"version": 1, "name": "Harbour", "legal_form": legal_form, **values})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    for value in filter(None, values.values()):
        assert f'value="{value}"' in answer.content.decode()
    assert Organisation.objects.get().registration.legal_form == ""


def test_name_and_number_are_done_once_told(client, bare):
    before = client.get(bare.replace("name/", "")).context["progress"]
    answer = client.post(bare, {"version": 1, "name": "Harbour", "legal_form": "charity", "GB-CHC": "1090095"})
    after = client.get(answer.url).context["progress"]
    assert "name" in before.missing
    assert "name" not in after.missing
