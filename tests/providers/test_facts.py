"""Facts that nobody has to tell: names, year end, languages, lived experience, whom to ask."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.urls import reverse

from core.access import Refused, Stale
from core.models import Event, Language
from core.queries.reference import income_band
from core.roles import Role
from providers.forms.facts import ContactForm, DetailsForm, PeopleForm, day_of_year
from providers.models import Contact, Declaration, Registration
from providers.queries.registration import registration_progress
from providers.services import changes
from providers.services.declarations import make_declaration
from providers.services.facts import change_contact, change_details, change_people
from tests.factories.providers import RegistrationFactory, organisation_of, registered

pytestmark = pytest.mark.django_db

DETAILS = {
    "trading_names": " The  Harbour, HR ",
    "welsh_name": "Yr Harbwr",
    "year_end_day": 31,
    "year_end_month": 3,
}
CONTACT = {"name": "Rosa Lund", "email": "rosa@example.org", "phone": "01632 960001", "role": "Manager"}


def people(**changes):
    languages = list(Language.objects.filter(code__in=["cy", "bfi"]))
    return {
        "languages": languages,
        "lived_experience_led": True,
        "lived_experience_how": "Most trustees.",
        **changes,
    }


@pytest.fixture
def owner():
    return registered(told=True)


def test_other_names_and_year_end_are_kept(owner):
    registration = organisation_of(owner).registration
    change_details(by=owner, registration=registration, version=1, **DETAILS)
    registration.refresh_from_db()
    assert registration.trading_names == "The Harbour, HR"
    assert (registration.year_end_day, registration.year_end_month) == (31, 3)
    assert Event.objects.get().after["welsh_name"] == "Yr Harbwr"


@pytest.mark.parametrize(("day", "month"), [(31, 4), (30, 2), (0, 1), (32, 1), (5, None), (None, 5), (1, 13)])
def test_database_takes_no_day_that_there_is_not(owner, day, month):
    with pytest.raises(IntegrityError):
        Registration.objects.update(year_end_day=day, year_end_month=month)


def test_languages_and_lived_experience_are_kept(owner):
    registration = organisation_of(owner).registration
    change_people(by=owner, registration=registration, version=1, **people())
    assert [str(row) for row in registration.languages.all()] == ["British Sign Language (BSL)", "Welsh"]
    assert registration.lived_experience_how == "Most trustees."


def test_how_is_not_kept_where_it_is_not_so(owner):
    registration = organisation_of(owner).registration
    change_people(by=owner, registration=registration, version=1, **people(lived_experience_led=False))
    assert Registration.objects.get().lived_experience_how == ""


def test_contact_is_kept_and_not_told_to_the_record(owner):
    registration = organisation_of(owner).registration
    change_contact(by=owner, registration=registration, version=1, shows_phone=True, **CONTACT)
    change_contact(by=owner, registration=registration, version=2, shows_phone=True, **CONTACT)
    contact = Contact.objects.get()
    assert (contact.name, contact.shows_name, contact.shows_phone) == ("Rosa Lund", False, True)
    event = Event.objects.get()
    assert "Rosa" not in str(event.after) + str(event.before)
    assert "960001" not in str(event.after)


@pytest.mark.parametrize("changes", [{"name": " "}, {"email": "", "phone": " "}])
def test_contact_that_reaches_nobody_is_refused(owner, changes):
    registration = organisation_of(owner).registration
    with pytest.raises(Refused):
        change_contact(by=owner, registration=registration, version=1, **{**CONTACT, **changes})
    assert not Contact.objects.exists()


CHANGES = [(change_details, lambda: DETAILS), (change_people, people), (change_contact, lambda: CONTACT)]


@pytest.mark.parametrize(("change", "values"), CHANGES)
def test_old_version_another_role_or_house_changes_nothing(change, values):
    owner, viewer = registered(), registered(Role.VIEWER)
    registration = organisation_of(owner).registration
    with pytest.raises(Stale):
        change(by=owner, registration=registration, version=7, **values())
    for person in (viewer, registered()):
        with pytest.raises(PermissionDenied):
            change(by=person, registration=registration, version=1, **values())
    with pytest.raises(PermissionDenied):
        change(by=viewer, registration=organisation_of(viewer).registration, version=1, **values())
    assert not Event.objects.exists()


@pytest.mark.parametrize(("change", "values"), CHANGES)
def test_change_is_undone_when_the_record_fails(change, values, monkeypatch):
    owner = registered()
    registration = organisation_of(owner).registration
    monkeypatch.setattr(changes.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        change(by=owner, registration=registration, version=1, **values())
    registration.refresh_from_db()
    assert registration.version == 1
    assert not registration.languages.exists()
    assert not Contact.objects.exists()


def test_optional_facts_are_no_part_of_what_is_complete(owner):
    registration = organisation_of(owner).registration
    before = registration_progress(registration)
    change_contact(by=owner, registration=registration, version=1, **CONTACT)
    after = registration_progress(registration)
    assert before.needed == after.needed
    assert not {"details", "people", "contact"} & set(before.needed)
    assert "contact" in after.done - before.done


def test_safeguarding_lead_can_be_reached_and_is_asked_once(owner):
    registration = organisation_of(owner).registration
    made = make_declaration(
        by=owner,
        registration=registration,
        version=1,
        kind="safeguarding",
        is_clear=True,
        named_lead="Rosa Lund",
        lead_email="rosa@example.org",
        lead_phone="01632 960001",
    )
    assert (made.named_lead, made.lead_email, made.lead_phone) == ("Rosa Lund", "rosa@example.org", "01632 960001")
    assert "rosa@" not in str(Event.objects.get().after)
    with pytest.raises(IntegrityError):
        Declaration.objects.update(named_lead="", is_clear=False, details="Soon.")


# --- the public page


def test_public_page_shows_what_is_public_and_no_more(client, owner):
    organisation = organisation_of(owner)
    registration = organisation.registration
    change_contact(by=owner, registration=registration, version=1, shows_phone=True, **CONTACT)
    change_people(by=owner, registration=registration, version=2, **people())
    change_details(by=owner, registration=registration, version=3, **DETAILS)
    page = client.get(reverse("provider-detail", args=[organisation.pk])).content.decode()
    for shown in ("01632 960001", "Welsh", "Most trustees.", "Yr Harbwr", "The Harbour, HR"):
        assert shown in page
    for hidden in ("rosa@example.org", "Rosa Lund", "180,000"):
        assert hidden not in page


def test_provider_is_found_by_its_other_names(client, owner):
    registration = organisation_of(owner).registration
    change_details(by=owner, registration=registration, version=1, **DETAILS)
    RegistrationFactory(told=True)
    found = client.get("/providers/", {"q": "harbwr"}).context["cards"]
    assert [card["organisation"] for card in found] == [organisation_of(owner)]


# --- forms


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31 March", (31, 3)),
        ("31/3", (31, 3)),
        ("5th April", (5, 4)),
        ("31 Mawrth", (31, 3)),
        ("29 Feb", (29, 2)),
        ("", (None, None)),
    ],
)
def test_year_end_is_read_as_people_write_it(typed, day):
    form = DetailsForm({"version": 1, "year_end": typed})
    assert form.is_valid()
    assert form.cleaned_data["year_end"] == day


@pytest.mark.parametrize("typed", ["March", "31", "31 Smarch", "30 February", "0 May", "3 13", "\u0663 3x"])
def test_year_end_that_is_no_day_is_told(typed):
    form = DetailsForm({"version": 1, "year_end": typed})
    assert not form.is_valid()
    assert "like 31 March" in str(form.errors["year_end"])


def test_day_of_year_in_words():
    assert day_of_year(31, 3) == "31 March"
    assert day_of_year(None, None) == ""


def test_contact_takes_one_way_to_reach_somebody():
    assert "email" in ContactForm({"version": 1, "name": "Rosa"}).errors
    assert ContactForm({"version": 1, "name": "Rosa", "phone": "01632 960001"}).is_valid()


def test_empty_page_of_people_is_fine():
    form = PeopleForm({"version": 1})
    assert form.is_valid()
    assert form.told["lived_experience_led"] is None


# --- the income band


@pytest.mark.parametrize(
    ("pence", "code"),
    [
        (0, "up-to-10k"),
        (10_000_00, "up-to-10k"),
        (10_000_01, "10k-25k"),
        (60_000_00, "40k-500k"),
        (500_000_00, "40k-500k"),
        (9_000_000_00, "over-1500k"),
    ],
)
def test_band_follows_from_the_income(pence, code):
    assert income_band(pence, datetime.date(2026, 11, 22)).code == code
    assert income_band(pence, datetime.date(2020, 1, 1)).code == code


def test_no_income_no_band():
    assert income_band(None, datetime.date(2026, 11, 22)) is None
