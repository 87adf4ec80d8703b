"""An organisation's word for a check: given whole, by who may, with what was there before on record."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from core.access import Refused, Stale
from core.models import Event
from core.roles import Role
from providers.models import Registration, Statement
from providers.services import statements as services
from providers.services.statements import make_statement
from tests.factories.providers import organisation_of, registered

pytestmark = pytest.mark.django_db


def state(by, check="dbs", version=1, **values):
    registration = organisation_of(by).registration
    told = {"words": "Three mentors, all checked.", **values}
    return make_statement(by=by, registration=registration, version=version, check=check, **told)


def test_statement_is_kept_and_recorded():
    by = registered()
    made = state(by, "public_liability", words=" Zenith ", amount_pence=5, names_partners=True)
    assert (made.words, made.amount_pence, made.names_partners) == ("Zenith", 5, True)
    assert made.stated_by == by
    assert Event.objects.get(action="statement.make").after["amount_pence"] == 5


def test_statement_made_again_replaces_the_first_and_keeps_it_on_record():
    by = registered()
    state(by)
    state(by, version=2, words="Four.")
    assert Statement.objects.get().words == "Four."
    first, second = Event.objects.filter(action="statement.make").order_by("sequence")
    assert (first.before, second.before["words"]) == ({}, "Three mentors, all checked.")


def test_sum_and_names_belong_to_insurance_alone():
    made = state(registered(), amount_pence=5, names_partners=True)
    assert (made.amount_pence, made.names_partners) == (None, False)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"words": "  "}, "few words"),
        ({"check": "public_liability"}, "Enter the sum"),
        ({"check": "identity"}, "not answered in words"),
    ],
)
def test_half_a_statement_is_refused(values, sentence):
    with pytest.raises(Refused, match=sentence):
        state(registered(), **values)
    assert not Statement.objects.exists()


def test_older_version_is_stale_and_changes_nothing():
    by = registered()
    state(by)
    with pytest.raises(Stale):
        state(by, words="Other.")
    assert Statement.objects.get().words == "Three mentors, all checked."


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PROVIDER_FINANCE])
def test_role_without_the_right_states_nothing(role):
    with pytest.raises(PermissionDenied):
        state(registered(role))


def test_nothing_is_kept_when_the_record_fails(monkeypatch):
    by = registered()

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(services.audit, "record", broken)
    with pytest.raises(RuntimeError):
        state(by)
    assert not Statement.objects.exists()
    assert Registration.objects.get(organisation=organisation_of(by)).version == 1


# --- the page


def address(by, check="public_liability", back="/bids/"):
    return f"{reverse('statement-form', args=[organisation_of(by).pk, check])}?next={back}"


def test_page_saves_and_goes_back(client):
    by = registered()
    client.force_login(by)
    assert client.get(address(by)).status_code == 200
    sent = {"version": 1, "words": "Zenith", "amount_pence": "5,000,000", "names_partners": "on"}
    answer = client.post(address(by), sent)
    assert answer.headers["Location"] == "/bids/"
    assert Statement.objects.get().amount_pence == 5_000_000_00
    assert "Zenith" in client.get(address(by)).content.decode()


def test_page_keeps_what_was_typed_beside_the_error(client):
    by = registered()
    client.force_login(by)
    answer = client.post(address(by), {"version": 1, "words": "Zenith", "amount_pence": "lots"})
    shown = answer.content.decode()
    assert not Statement.objects.exists()
    assert "must be an amount in pounds" in shown
    assert "Zenith" in shown


def test_page_of_a_check_without_words_and_of_others_is_not_there(client):
    by, other = registered(), registered()
    client.force_login(by)
    assert client.get(address(by, "identity")).status_code == 404
    assert client.get(address(other)).status_code == 404


def test_page_is_closed_to_those_who_only_read(client):
    by = registered(Role.VIEWER)
    client.force_login(by)
    assert client.get(address(by)).status_code == 403
