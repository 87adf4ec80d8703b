"""Registering a provider and what it says of itself."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from core.access import Refused, Stale
from core.models import Area, Cohort, Event, Membership, NeedCategory, Organisation
from core.queries.people import roles_by_organisation
from core.roles import Role
from providers.models import Identifier, Registration
from providers.sections import SECTIONS
from providers.services import registration as services
from providers.services.registration import (
    AlreadyHere,
    change_about,
    change_areas,
    change_identity,
    change_needs,
    register_provider,
)
from tests.factories.core import UserFactory, member
from tests.factories.providers import RegistrationFactory, organisation_of, registered

pytestmark = pytest.mark.django_db


def register(by=None, **changes):
    given = {
        "name": "Harbour Resettlement",
        "legal_form": "charity",
        "identifiers": {"GB-CHC": "1090095"},
        "form_key": uuid4(),
    }
    return register_provider(by=by or UserFactory(), **{**given, **changes})


def test_what_is_needed_takes_less_than_a_quarter_of_an_hour():
    assert sum(section.minutes for section in SECTIONS if not section.is_optional) < 15


# --- registering


def test_whoever_registers_owns_the_organisation():
    by = UserFactory()
    roles_by_organisation(by)  # read before, to see that it is read again

    organisation = register(by, name="  Harbour   Resettlement ")

    assert organisation.is_provider
    assert organisation.name == "Harbour Resettlement"
    assert roles_by_organisation(by) == {organisation.pk: {Role.OWNER}}
    place = Membership.objects.get(user=by)
    assert (place.status, place.decided_by) == ("active", by)
    assert organisation.registration.created_by == by
    assert [str(number) for number in organisation.identifiers.all()] == ["GB-CHC 1090095"]
    event = Event.objects.get(action="provider.register")
    assert event.organisation_id == organisation.pk
    assert event.after["identifiers"] == {"GB-CHC": "1090095"}


def test_numbers_are_kept_as_their_registers_write_them():
    organisation = register(legal_form="company", identifiers={"GB-COH": "sc 123456", "GB-CHC": "Charity 0279417"})
    assert {number.scheme: number.value for number in organisation.identifiers.all()} == {
        "GB-COH": "SC123456",
        "GB-CHC": "279417",
    }


def test_number_that_does_not_fit_the_legal_form_is_left_out():
    organisation = register(legal_form="cic", identifiers={"GB-COH": "09506232", "GB-SC": "SC042386"})
    assert [number.scheme for number in organisation.identifiers.all()] == ["GB-COH"]


def test_group_in_no_register_names_its_document_instead():
    organisation = register(legal_form="unregistered", identifiers={}, governing_document="Constitution, 2024")
    assert organisation.registration.governing_document == "Constitution, 2024"
    assert not organisation.identifiers.exists()


def test_name_is_enough():
    organisation = register_provider(by=UserFactory(), name="Harbour", form_key=uuid4())
    assert organisation.registration.legal_form == ""
    assert not organisation.registration.is_listed
    assert not organisation.identifiers.exists()
    assert str(organisation.registration.legal_form_told) == "Legal form not told yet"


def test_numbers_without_a_legal_form_are_not_taken():
    assert not register(legal_form="").identifiers.exists()


@pytest.mark.parametrize("other", ["The Harbour Ltd", "harbour cic", "Y  Harbour", "HARBOUR"])
def test_name_with_other_trimmings_is_the_same_name(other):
    there = register_provider(by=UserFactory(), name="Harbour Limited", form_key=uuid4())
    with pytest.raises(AlreadyHere) as refusal:
        register_provider(by=UserFactory(), name=other, form_key=uuid4())
    assert refusal.value.organisation == there
    assert not refusal.value.has_number


def test_database_takes_no_second_organisation_with_one_name_key():
    made = RegistrationFactory(organisation__name="Harbour Ltd")
    with pytest.raises(IntegrityError):
        RegistrationFactory(organisation__name="The Harbour")
    assert made.name_key == "harbour"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "  "}, "name of the organisation"),
        ({"name": "  ", "legal_form": ""}, "name of the organisation"),
        ({"identifiers": {"GB-CHC": "12345"}}, "6 or 7 digits, like 1090095"),
        ({"identifiers": {"GB-CHC": ""}}, "number that the organisation has"),
        ({"identifiers": {"GB-COH": "09506232"}}, "number that the organisation has"),
        ({"legal_form": "unregistered", "identifiers": {}}, "document the group is run by"),
    ],
)
def test_half_an_answer_is_refused_and_leaves_nothing(changes, sentence):
    with pytest.raises(Refused, match=sentence):
        register(**changes)
    assert not Organisation.objects.exists()
    assert not Event.objects.exists()


def test_same_form_sent_twice_makes_one_organisation():
    by, key = UserFactory(), uuid4()
    assert register(by, form_key=key) == register(by, form_key=key)
    assert Organisation.objects.count() == 1
    assert Event.objects.filter(action="provider.register").count() == 1


def test_form_key_of_somebody_else_is_refused():
    key = uuid4()
    register(form_key=key)
    with pytest.raises(Refused, match="used already"):
        register(name="Another", identifiers={"GB-CHC": "279417"}, form_key=key)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Another name"},
        {"identifiers": {"GB-CHC": "279417"}},
        {"name": "HARBOUR resettlement", "identifiers": {"GB-CHC": "279417"}},
        {"name": "Another name", "identifiers": {"GB-CHC": "Charity no. 01090095"}},
    ],
    ids=["number", "name", "name in other letters", "number with words"],
)
def test_what_is_here_already_is_named_but_nobody_in_it(changes):
    there = register(UserFactory(name="Secret Owner"))

    with pytest.raises(AlreadyHere) as refusal:
        register(**changes)

    assert refusal.value.organisation == there
    assert not refusal.value.is_own
    assert "Harbour Resettlement" in str(refusal.value.reason)
    assert "Secret" not in str(refusal.value.reason)
    assert Organisation.objects.count() == 1


def test_own_organisation_registered_again_is_said_to_be_ones_own():
    by = UserFactory()
    register(by)
    with pytest.raises(AlreadyHere) as refusal:
        register(by, name="Another name")
    assert refusal.value.is_own


def test_same_number_in_another_register_is_another_organisation():
    register(identifiers={"GB-CHC": "100019"})
    register(name="Other", identifiers={"GB-NIC": "100019"})
    assert Identifier.objects.filter(value="100019").count() == 2


def test_person_of_a_commissioning_body_registers_no_provider():
    with pytest.raises(Refused, match="another"):
        register(member(Role.DIRECTOR))
    assert not Registration.objects.exists()


def test_nothing_is_left_when_the_last_step_fails(monkeypatch):
    monkeypatch.setattr(services.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        register()
    assert not Organisation.objects.exists()
    assert not Membership.objects.exists()


# --- name and numbers, put right


def test_identity_is_changed_with_what_it_was_on_record():
    by = registered(number="1090095")
    registration = organisation_of(by).registration

    change_identity(
        by=by,
        registration=registration,
        version=1,
        name="Harbour CIO",
        legal_form="cio",
        identifiers={"GB-CHC": "1173575"},
    )

    organisation = organisation_of(by)
    assert organisation.name == "Harbour CIO"
    assert [number.value for number in organisation.identifiers.all()] == ["1173575"]
    assert organisation.registration.version == 2
    event = Event.objects.get(action="registration.change_name")
    assert event.before["identifiers"] == {"GB-CHC": "1090095"}
    assert event.after == {
        "name": "Harbour CIO",
        "legal_form": "cio",
        "identifiers": {"GB-CHC": "1173575"},
    }


def test_identity_of_somebody_else_cannot_be_taken():
    RegistrationFactory(organisation__name="Taken", number="1173575")
    by = registered(number="1090095")
    registration = organisation_of(by).registration
    before = organisation_of(by).name
    for changes in ({"name": "TAKEN"}, {"identifiers": {"GB-CHC": "1173575"}}):
        given = {"name": before, "legal_form": "charity", "identifiers": {"GB-CHC": "1090095"}, **changes}
        with pytest.raises(AlreadyHere):
            change_identity(by=by, registration=registration, version=1, **given)
    assert organisation_of(by).name == before


def test_identity_changed_meanwhile_is_told_and_nothing_is_lost():
    by = registered(number="1090095")
    registration = organisation_of(by).registration
    Registration.objects.update(version=5)
    with pytest.raises(Stale):
        change_identity(
            by=by,
            registration=registration,
            version=1,
            name="New",
            legal_form="charity",
            identifiers={"GB-CHC": "1173575"},
        )
    assert Identifier.objects.get().value == "1090095"
    assert organisation_of(by).name != "New"


# --- the other questions


ABOUT = {"summary": "We help.", "annual_income_pence": 90_000_00, "staff_count": 3, "volunteer_count": 0}


def test_about_is_saved_and_only_what_changed_is_on_record():
    by = registered(told=True)
    registration = organisation_of(by).registration

    change_about(by=by, registration=registration, version=1, **ABOUT)

    registration.refresh_from_db()
    assert registration.annual_income_pence == 90_000_00
    assert (registration.version, registration.updated_by) == (2, by)
    event = Event.objects.get()
    assert set(event.after) == {"summary", "annual_income_pence", "volunteer_count"}
    assert event.before["volunteer_count"] == 12


def test_page_saved_as_it_stood_is_no_event():
    by = registered()
    registration = organisation_of(by).registration
    change_about(by=by, registration=registration, version=1, **ABOUT)
    change_about(by=by, registration=registration, version=2, **ABOUT)
    assert Event.objects.count() == 1


def test_areas_and_needs_replace_what_was_there():
    by = registered(told=True)
    registration = organisation_of(by).registration
    areas = list(Area.objects.filter(kind="delivery_unit").order_by("pk")[:2])
    needs, cohorts = list(NeedCategory.objects.order_by("-pk")[:2]), list(Cohort.objects.order_by("pk")[:1])

    change_areas(by=by, registration=registration, version=1, areas=areas)
    change_needs(by=by, registration=registration, version=2, categories=needs, cohorts=cohorts)

    assert set(registration.areas.all()) == set(areas)
    assert set(registration.categories.all()) == set(needs)
    assert set(registration.cohorts.all()) == set(cohorts)
    assert registration.version == 3
    event = Event.objects.get(action="registration.change_areas")
    assert event.after["areas"] == sorted(str(area) for area in areas)


CHANGES = [
    pytest.param(change_about, ABOUT, id="about"),
    pytest.param(change_areas, {"areas": []}, id="areas"),
    pytest.param(change_needs, {"categories": [], "cohorts": []}, id="needs"),
    pytest.param(
        change_identity, {"name": "New", "legal_form": "charity", "identifiers": {"GB-CHC": "279417"}}, id="name"
    ),
]


@pytest.mark.parametrize(("change", "values"), CHANGES)
def test_change_on_an_old_version_is_refused(change, values):
    by = registered(told=True)
    registration = organisation_of(by).registration
    Registration.objects.update(version=2)
    with pytest.raises(Stale):
        change(by=by, registration=registration, version=1, **values)
    assert registration.areas.exists()
    assert registration.categories.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(("change", "values"), CHANGES)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.PROVIDER_FINANCE])
def test_change_takes_the_right_to_it(change, values, role):
    by = registered(role)
    registration = organisation_of(by).registration
    with pytest.raises(PermissionDenied):
        change(by=by, registration=registration, version=1, **values)


@pytest.mark.parametrize(("change", "values"), CHANGES)
def test_owner_elsewhere_changes_nothing_here(change, values):
    registration = RegistrationFactory()
    with pytest.raises(PermissionDenied):
        change(by=registered(), registration=registration, version=1, **values)


@pytest.mark.parametrize(("change", "values"), CHANGES)
def test_change_is_undone_when_the_record_fails(change, values, monkeypatch):
    by = registered(told=True)
    registration = organisation_of(by).registration
    monkeypatch.setattr(services.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        change(by=by, registration=registration, version=1, **values)
    registration.refresh_from_db()
    assert registration.version == 1
    assert registration.areas.exists()
