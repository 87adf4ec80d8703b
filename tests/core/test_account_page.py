"""A person's own account."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from core.models import Event, User
from tests.core.signed_in import browser_of
from tests.factories.core import UserFactory

pytestmark = pytest.mark.django_db

ACCOUNT = reverse("account")


@pytest.fixture
def person():
    return UserFactory(name="Ada Lovelace")


@pytest.fixture
def browser(person):
    return browser_of(person)


def test_account_shows_name_and_language_and_leads_on(browser):
    answer = browser.get(ACCOUNT)
    assert answer.context["form"].initial == {"name": "Ada Lovelace", "language": "en-gb"}
    text = answer.content.decode()
    for name in ("account_email", "account_change_password", "mfa_index", "organisation-list"):
        assert reverse(name) in text


def test_account_saves_name_and_language(browser, person):
    answer = browser.post(ACCOUNT, {"name": "  Ada   King ", "language": "cy"}, follow=True)
    person.refresh_from_db()
    assert (person.name, person.language) == ("Ada King", "cy")
    assert '<html lang="cy">' in answer.content.decode()
    event = Event.objects.get()
    assert (event.action, event.object_id) == ("account.change", person.pk)
    assert event.before == {"name": "Ada Lovelace", "language": "en-gb"}
    assert event.after == {"name": "Ada King", "language": "cy"}


def test_account_saved_as_it_was_changes_nothing(browser):
    assert browser.post(ACCOUNT, {"name": "Ada Lovelace", "language": "en-gb"}).status_code == 302
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": "", "language": "cy"}, "Enter the full name."),
        ({"name": "a" * 121, "language": "cy"}, "must be 120 characters or fewer"),
        ({"name": "Ada"}, "Choose the language."),
        ({"name": "Ada", "language": "fr"}, "choose from what is offered"),
    ],
)
def test_account_with_wrong_data_keeps_what_was_typed(browser, person, given, sentence):
    answer = browser.post(ACCOUNT, given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert given["name"] in answer.content.decode()
    assert User.objects.get(pk=person.pk).name == "Ada Lovelace"


def test_changed_name_takes_no_other_field_along(browser, person):
    browser.post(ACCOUNT, {"name": "Ada", "language": "en-gb", "email": "x@example.org", "is_superuser": "1"})
    person.refresh_from_db()
    assert not person.is_superuser
    assert person.email != "x@example.org"


def test_people_of_the_demonstration_are_offered_by_organisation():
    people = [
        {"name": "Ruth", "email": "ruth@demo", "organisation": "North", "roles": ["director", "panel member"]},
        {"name": "Dan", "email": "dan@demo", "organisation": "North", "roles": ["practitioner"]},
        {"name": "New", "email": "new@demo", "organisation": None, "roles": []},
    ]
    text = render_to_string("core/demo_people.html", {"demo_people": people})
    assert text.count("<h3>") == 2
    assert text.index("North") < text.index("Ruth") < text.index("Dan") < text.index("Belongs nowhere yet")
    assert 'name="email" value="ruth@demo"' in text
    assert "director, panel member" in text
    assert render_to_string("core/demo_people.html", {}).strip() == ""


def test_sign_in_page_offers_nobody_unless_told_to(client):
    assert "demo/sign-in" not in client.get(reverse("account_login")).content.decode()
