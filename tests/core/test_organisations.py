"""Setting commissioning bodies and the operator up."""

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client

from core.access import Refused
from core.models import Body, Event, Membership, Notice, Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.queries.organisations import (
    FOUND_AT_MOST,
    bodies_to_set_up,
    operator,
    organisation_named,
    organisations_found,
)
from core.roles import OrganisationKind, Role
from core.services import organisations
from core.services.organisations import create_commissioner, create_operator
from tests.factories.core import CommissionerFactory, OperatorFactory, OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return member(Role.SERVICE_ADMINISTRATOR)


@pytest.fixture
def body():
    return Body.objects.order_by("name")[0]


@pytest.fixture
def director():
    person = UserFactory(name="Dora Director", email="dora@example.org")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def made(administrator, body, **values):
    given = {"name": "Probation in the North", "director_email": "dora@example.org", **values}
    return create_commissioner(by=administrator, body=body, **given)


def test_commissioner_is_there_with_its_director(administrator, body, director):
    organisation = made(administrator, body)
    assert (organisation.kind, organisation.body) == (OrganisationKind.COMMISSIONER, body)
    assert holds(director, P.OPPORTUNITY_PUBLISH, organisation)
    assert Notice.objects.get(recipient=director).subject == "You now act for Probation in the North"
    assert list(Event.objects.values_list("action", flat=True)) == ["organisation.create", "membership.add"]
    assert Event.objects.first().after == {
        "name": "Probation in the North",
        "body": body.slug,
        "director": "dora@example.org",
    }
    assert body not in bodies_to_set_up()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SERVICE_ADMINISTRATOR])
def test_commissioner_is_set_up_by_service_administrators_alone(body, director, role):
    with pytest.raises(PermissionDenied, match="Service administrators"):
        made(member(role), body)


def test_commissioner_without_a_known_director_is_refused(administrator, body):
    with pytest.raises(Refused, match="Nobody with the confirmed address"):
        made(administrator, body)
    assert not Organisation.objects.filter(body=body).exists()


def test_commissioner_with_a_director_who_bids_is_refused(administrator, body, director):
    Membership.objects.create(user=director, organisation=OrganisationFactory(), status="active")
    with pytest.raises(Refused, match="Nobody acts for bidders"):
        made(administrator, body)
    assert not Organisation.objects.filter(body=body).exists()


def test_body_that_is_here_is_refused(administrator, body, director):
    made(administrator, body)
    with pytest.raises(Refused, match="is here already, as Probation in the North"):
        made(administrator, body, name="Another name")


def test_name_that_is_taken_is_refused_however_it_is_written(administrator, body, director):
    CommissionerFactory(name="PROBATION in the north")
    with pytest.raises(Refused, match="is here already"):
        made(administrator, body)


def test_name_of_a_provider_may_be_used(administrator, body, director):
    OrganisationFactory(name="Probation in the North")
    assert made(administrator, body)


def test_body_taken_in_the_same_moment_is_refused(administrator, body, director, monkeypatch):
    CommissionerFactory(name="Faster", body=body)
    checks = iter([lambda *_: None, organisations._require_free])
    monkeypatch.setattr(organisations, "_require_free", lambda *given: next(checks)(*given))
    with pytest.raises(Refused, match="is here already, as Faster"):
        made(administrator, body)


def test_broken_rule_that_nobody_foresaw_is_an_error(administrator, body, director, monkeypatch):
    CommissionerFactory(name="Faster", body=body)
    monkeypatch.setattr(organisations, "_require_free", lambda *_: None)
    with pytest.raises(IntegrityError):
        made(administrator, body)


# --- the operator ------------------------------------------------------------------------------------


def test_operator_is_there_with_its_administrator():
    person = create_operator(name="Accord Service", email=" Ffion@Example.org ", person_name="Ffion Pritchard")
    assert (person.email, person.name, person.has_usable_password()) == (
        "ffion@example.org",
        "Ffion Pritchard",
        False,
    )
    assert holds(person, P.ORGANISATION_CREATE, operator())
    assert EmailAddress.objects.get(user=person).verified
    assert set(person.groups.values_list("name", flat=True)) == {"Editors", "Moderators"}
    assert set(Event.objects.values_list("actor", flat=True)) == {"clock"}


def test_operator_takes_an_account_that_is_there(director):
    person = create_operator(name="Accord Service", email=director.email, person_name="Somebody Else")
    assert person == director
    assert person.name == "Dora Director"
    assert person.has_usable_password()


def test_second_operator_is_refused():
    OperatorFactory(name="The first")
    with pytest.raises(Refused, match="The first runs this service already"):
        create_operator(name="The second", email="a@example.org", person_name="A")
    assert not User.objects.filter(email="a@example.org").exists()


def command(**values):
    given = {"organisation": "Accord Service", "name": "Ffion", "email": "ffion@example.org", **values}
    call_command("create_operator", **given)


def test_command_prints_a_link_that_sets_a_password(capsys):
    command()
    link = capsys.readouterr().out.split()[-1].removeprefix("http://127.0.0.1:8000")
    client = Client()
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    password = "a long enough password"
    client.post(address, {"password1": password, "password2": password})
    assert User.objects.get(email="ffion@example.org").check_password(password)


def test_command_for_an_account_that_is_there_prints_no_link(director, capsys):
    command(email=director.email)
    assert "password" not in capsys.readouterr().out


def test_command_says_what_is_wrong():
    with pytest.raises(CommandError, match="is no email address"):
        command(email="ffion")
    command()
    with pytest.raises(CommandError, match="runs this service already"):
        command()


# --- finding -----------------------------------------------------------------------------------------


def test_found_are_those_whose_names_hold_every_word():
    hope = OrganisationFactory(name="Hope House Leeds")
    OrganisationFactory(name="Hope for All")
    OperatorFactory(name="Hope House Operator")
    assert list(organisations_found("house HOPE")) == [hope]


def test_found_are_no_more_than_twenty():
    OrganisationFactory.create_batch(FOUND_AT_MOST + 5, kind="provider")
    assert len(organisations_found("charity")) == FOUND_AT_MOST


@pytest.mark.parametrize("words", ["%", "_", "'", "\\", "a " * 50])
def test_finding_takes_any_words_as_they_are(words):
    OrganisationFactory(name="Hope House")
    assert list(organisations_found(words)) == []


def test_organisation_is_named_however_it_is_written():
    hope = OrganisationFactory(name="Hope House")
    assert organisation_named("HOPE house", "provider") == hope
    assert organisation_named("Hope House", "commissioner") is None
