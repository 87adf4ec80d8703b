"""Declarations: made whole, by who may, with what was there before on record."""

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from core.access import Refused, Stale
from core.models import Event, ExclusionGround
from core.roles import Role
from providers.models import Declaration, DeclarationKind, Registration
from providers.queries.registration import missing_declarations, missing_declarations_of, registration_progress
from providers.services import declarations as services
from providers.services.declarations import make_declaration
from tests.factories.core import OrganisationFactory
from tests.factories.providers import RegistrationFactory, declaration, organisation_of, registered

pytestmark = pytest.mark.django_db

NOON = "2027-03-04 12:00:00+00:00"


def declare(by, kind, version=1, **values):
    registration = organisation_of(by).registration
    return make_declaration(
        by=by, registration=registration, version=version, kind=kind, **{"is_clear": True, **values}
    )


# --- making one


@time_machine.travel(NOON, tick=False)
def test_declaration_keeps_who_made_it_and_when():
    by = registered()
    made = declare(by, "conflicts")
    assert (made.declared_by, made.declared_at.isoformat()) == (by, "2027-03-04T12:00:00+00:00")
    assert organisation_of(by).registration.version == 2


def test_declaration_made_again_keeps_what_was_there_before_on_record():
    by = registered()
    declare(by, "conflicts")
    declare(by, "conflicts", version=2, is_clear=False, details="Our chair’s sister works there.")

    made = Declaration.objects.get()
    assert not made.is_clear
    first, second = Event.objects.filter(action="declaration.make").order_by("sequence")
    assert first.before == {}
    assert second.before["is_clear"] is True
    assert second.after["details"] == "Our chair’s sister works there."


def test_grounds_stay_with_the_declaration_until_none_applies():
    by = registered()
    grounds = list(ExclusionGround.objects.order_by("pk")[:2])
    made = declare(by, "exclusions", is_clear=False, grounds=grounds, details="A fine in 2019, paid.")
    assert set(made.grounds.all()) == set(grounds)

    declare(by, "exclusions", version=2)
    assert not made.grounds.exists()
    assert Event.objects.order_by("-sequence")[0].before["grounds"] == sorted(ground.code for ground in grounds)


def test_grounds_belong_to_exclusions_alone():
    by = registered()
    grounds = list(ExclusionGround.objects.order_by("pk")[:1])
    made = declare(by, "conflicts", is_clear=False, grounds=grounds, details="A link.")
    assert not made.grounds.exists()


def test_safeguarding_names_its_lead():
    by = registered()
    made = declare(by, "safeguarding", named_lead=" Rosa Lund ")
    assert made.named_lead == "Rosa Lund"


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        ("exclusions", {"is_clear": False, "details": "A fine."}, "each reason"),
        ("exclusions", {"is_clear": False, "details": " ", "grounds": "some"}, "few words"),
        ("exclusions", {"is_clear": True, "grounds": "some"}, "done both"),
        ("conflicts", {"is_clear": False}, "few words"),
        ("safeguarding", {"is_clear": True}, "leads on safeguarding"),
        ("insurance", {"is_clear": False, "details": "\n"}, "few words"),
    ],
)
def test_half_an_answer_is_refused(kind, values, sentence):
    by = registered()
    if values.get("grounds"):
        values = {**values, "grounds": list(ExclusionGround.objects.order_by("pk")[:1])}
    with pytest.raises(Refused, match=sentence):
        declare(by, kind, **values)
    assert not Declaration.objects.exists()
    assert organisation_of(by).registration.version == 1


@pytest.mark.parametrize("kind", DeclarationKind.values)
@pytest.mark.parametrize("role", [Role.OWNER, Role.BID_WRITER, Role.PROVIDER_FINANCE, Role.VIEWER])
def test_exclusions_take_somebody_who_signs_and_the_rest_somebody_who_edits(kind, role):
    by = registered(role)
    allowed = role == Role.OWNER or (role == Role.BID_WRITER and kind != "exclusions")
    if allowed:
        assert declare(by, kind, named_lead="Rosa Lund").declared_by == by
    else:
        with pytest.raises(PermissionDenied):
            declare(by, kind, named_lead="Rosa Lund")


def test_declaration_on_an_old_version_is_refused():
    by = registered()
    declaration(organisation_of(by), "conflicts", by)
    Registration.objects.update(version=2)
    with pytest.raises(Stale):
        declare(by, "conflicts", is_clear=False, details="A link.")
    assert Declaration.objects.get().is_clear


def test_declaration_is_undone_when_the_record_fails(monkeypatch):
    by = registered()
    monkeypatch.setattr(services.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        declare(by, "conflicts")
    assert not Declaration.objects.exists()


# --- what is missing


def test_new_provider_owes_three_declarations():
    assert missing_declarations(RegistrationFactory().organisation) == ["exclusions", "conflicts", "safeguarding"]


def test_insurance_is_owed_once_somebody_is_paid():
    organisation = RegistrationFactory(staff_count=1, declared=False).organisation
    assert missing_declarations(organisation)[-1] == "insurance"
    Registration.objects.update(staff_count=0)
    assert "insurance" not in missing_declarations(organisation)


def test_nothing_is_owed_once_everything_is_declared():
    assert missing_declarations(RegistrationFactory(told=True, declared=True).organisation) == []


def test_organisation_without_registration_owes_what_everybody_owes():
    assert len(missing_declarations(OrganisationFactory())) == 3


@pytest.mark.parametrize("count", [1, 3, 30])
def test_many_are_asked_about_in_one_query(count, django_assert_num_queries):
    organisations = [RegistrationFactory(told=True).organisation for _ in range(count)]
    declaration(organisations[0], "conflicts", organisations[0].registration.created_by)
    with django_assert_num_queries(1):
        owed = missing_declarations_of(organisations)
    assert set(owed) == {organisation.pk for organisation in organisations}
    assert owed[organisations[0].pk] == ["exclusions", "safeguarding", "insurance"]


def test_nobody_owes_nothing(django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert missing_declarations_of([]) == {}


# --- progress


def test_progress_of_a_new_registration_is_its_name():
    progress = registration_progress(RegistrationFactory())
    assert progress.done == {"name"}
    assert progress.missing == ("about", "areas", "needs", "exclusions", "conflicts", "safeguarding")
    assert not progress.is_complete


def test_progress_is_complete_with_everything_told_and_declared(django_assert_num_queries):
    registration = RegistrationFactory(told=True, declared=True)
    with django_assert_num_queries(2):
        progress = registration_progress(registration)
    assert progress.is_complete
    assert progress.done_count == len(progress.needed) == 8


def test_answer_of_nought_is_an_answer():
    registration = RegistrationFactory(told=True, staff_count=0, volunteer_count=0, annual_income_pence=0)
    assert "about" in registration_progress(registration).done


def test_declaration_no_longer_needed_does_not_count():
    registration = RegistrationFactory(told=True, staff_count=0, declared=True)
    progress = registration_progress(registration)
    assert "insurance" not in progress.needed
    assert progress.done_count == len(progress.needed) == 7
