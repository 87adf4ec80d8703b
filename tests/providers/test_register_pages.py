"""The two pages on which an organisation comes to be here."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from core.models import Organisation
from core.roles import Role
from tests.factories.core import UserFactory, member
from tests.factories.providers import RegistrationFactory, organisation_of, registered

pytestmark = pytest.mark.django_db

REGISTER = "/register/"
CHARITY = f"{REGISTER}?name=Harbour+Resettlement&legal_form=charity"


@pytest.fixture
def newcomer(client):
    person = UserFactory()
    client.force_login(person)
    return person


def sent(**changes):
    return {"form_key": str(uuid4()), "GB-CHC": "1090095", **changes}


def test_stranger_is_sent_to_sign_in(client):
    answer = client.get(CHARITY)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=")


def test_first_page_asks_name_and_legal_form(client, newcomer):
    answer = client.get(REGISTER)
    assert answer.status_code == 200
    assert answer.context["form"].fields.keys() == {"name", "legal_form"}
    assert not answer.context["form"].errors


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("?name=&legal_form=", {"name", "legal_form"}),
        ("?name=Harbour", {"legal_form"}),
        ("?legal_form=charity", {"name"}),
        ("?name=Harbour&legal_form=bank", {"legal_form"}),
        (f"?name={'x' * 201}&legal_form=charity", {"name"}),
        ("?name=%00&legal_form=charity", {"name"}),
    ],
)
def test_first_page_comes_back_with_what_was_typed(client, newcomer, query, wrong):
    answer = client.get(REGISTER + query)
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == wrong


def test_first_answers_can_be_changed(client, newcomer):
    answer = client.get(f"{CHARITY}&change=1")
    assert answer.context["form"].initial == {"name": "Harbour Resettlement", "legal_form": "charity"}
    assert b"Harbour Resettlement" in answer.content


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
def test_second_page_asks_only_for_what_fits(client, newcomer, legal_form, asked):
    answer = client.get(f"{REGISTER}?name=Harbour&legal_form={legal_form}")
    assert set(answer.context["form"].fields) - {"form_key"} == asked


def test_registering_leads_to_the_task_list_and_back_to_where_one_was(client, newcomer):
    answer = client.post(f"{CHARITY}&next=/bids/3/", sent())
    organisation = Organisation.objects.get()
    assert answer.status_code == 302
    assert answer.url == f"{reverse('registration-detail', args=[organisation.pk])}?next=%2Fbids%2F3%2F"
    page = client.get(answer.url)
    assert b'href="/bids/3/"' in page.content
    assert page.context["organisation"] == organisation


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil"]
)
def test_way_back_leads_to_no_other_site(client, newcomer, elsewhere):
    answer = client.post(f"{CHARITY}&next={elsewhere}", sent())
    assert "evil" not in answer.url
    assert "javascript" not in answer.url


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
    ],
)
def test_wrong_number_is_named_with_an_example_and_kept(client, newcomer, legal_form, values, sentence):
    answer = client.post(f"{REGISTER}?name=Harbour&legal_form={legal_form}", {"form_key": str(uuid4()), **values})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    for value in filter(None, values.values()):
        assert f'value="{value}"' in answer.content.decode()
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("key", ["", "not a key"])
def test_changed_form_key_is_no_error_page(client, newcomer, key):
    answer = client.post(CHARITY, sent(form_key=key))
    assert answer.status_code == 422
    assert not Organisation.objects.exists()
    key = re.search(r'name="form_key" value="([^"]+)"', answer.content.decode())[1]
    assert client.post(CHARITY, sent(form_key=key)).status_code == 302


def test_sent_twice_makes_one_organisation(client, newcomer):
    given = sent()
    first, second = client.post(CHARITY, given), client.post(CHARITY, given)
    assert first.url == second.url
    assert Organisation.objects.count() == 1


def test_organisation_that_is_here_can_be_asked_to_join_without_naming_anyone(client, newcomer):
    owner = UserFactory(name="Secret Owner", email="secret@example.org")
    there = RegistrationFactory(number="1090095", organisation__name="Harbour", created_by=owner).organisation

    answer = client.post(CHARITY, sent())

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Harbour is here already with this number." in page
    assert reverse("organisation-join", args=[there.pk]) in page
    assert "ecret" not in page
    assert 'value="1090095"' in page


def test_own_organisation_leads_to_its_registration(client):
    person = registered(number="1090095")
    client.force_login(person)
    page = client.post(CHARITY, sent()).content.decode()
    assert reverse("registration-detail", args=[organisation_of(person).pk]) in page
    assert reverse("organisation-join", args=[organisation_of(person).pk]) not in page


def test_form_key_used_by_somebody_else_is_said(client, newcomer):
    made = RegistrationFactory()
    answer = client.post(CHARITY, sent(form_key=str(made.form_key)))
    assert answer.status_code == 422
    assert b"used already" in answer.content


def test_person_of_a_provider_may_register_another(client):
    client.force_login(registered())
    assert client.get(REGISTER).context["form"] is not None


def test_person_of_a_commissioning_body_reads_why_not(client, settings):
    person = member(Role.PRACTITIONER)
    settings.BEFORE_SECOND_FACTOR = settings.BEFORE_SECOND_FACTOR | {"register"}
    client.force_login(person)
    answer = client.get(CHARITY)
    assert organisation_of(person).name in answer.content.decode()
    assert "form" not in answer.context
    assert not Organisation.objects.filter(kind="provider").exists()


def test_what_was_sent_after_the_session_ended_waits_behind_sign_in(client):
    client.post(CHARITY, sent())
    client.force_login(UserFactory())
    answer = client.get(CHARITY)
    assert 'value="1090095"' in answer.content.decode()
    assert not Organisation.objects.exists()
