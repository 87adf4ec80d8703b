"""Two at once: one decides, and nobody has two open claims. Each control shows what the lock is for."""

import uuid

import pytest
from django.db import IntegrityError

from core.access import Refused, Stale
from core.permissions import Permission as P
from core.queries.people import people_with
from core.roles import Role
from providers.models import Claim
from providers.services import claims as services
from providers.services.claims import accept_claim, make_claim, refuse_claim
from tests.factories.claims import overdue
from tests.factories.core import UserFactory, member
from tests.factories.providers import RegistrationFactory
from tests.providers.test_races import both_at_once, waiting_for_the_other

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


def deciding():
    claim = overdue()
    first, second = member(Role.SERVICE_ADMINISTRATOR), member(Role.SERVICE_ADMINISTRATOR)
    return claim, [
        lambda: accept_claim(by=first, claim=claim, reason="She is.", ends_owners=True),
        lambda: refuse_claim(by=second, claim=claim, reason="She is not."),
    ]


def claiming():
    by, house = UserFactory(), RegistrationFactory().organisation

    def act():
        return make_claim(by=by, organisation=house, ground="not_theirs", reason="Ours.", form_key=uuid.uuid4())

    return [act, act]


def without_locks(monkeypatch):
    for model in (services.Organisation, services.Claim):

        def unlocked(*args, rows=model.objects.all, **kwargs):
            return rows()

        monkeypatch.setattr(model.objects, "select_for_update", unlocked)
    monkeypatch.setattr(
        services,
        "_locked",
        lambda claim: Claim.objects.select_related("organisation", "claimant").get(pk=claim.pk),
    )


def test_one_of_two_who_decide_at_once_is_told_that_it_is_decided(monkeypatch):
    waiting_for_the_other(monkeypatch, services, "_told")
    claim, acts = deciding()

    results = both_at_once(*acts)

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Refused"]
    claim.refresh_from_db()
    is_owner = people_with(P.MEMBERS_MANAGE, claim.organisation).filter(pk=claim.claimant_id).exists()
    assert is_owner is (claim.status == "accepted")


def test_without_the_lock_the_second_would_find_out_only_when_it_writes(monkeypatch):
    waiting_for_the_other(monkeypatch, services, "_told")
    without_locks(monkeypatch)
    _claim, acts = deciding()

    results = both_at_once(*acts)

    assert Stale in {type(result) for result in results}


def test_two_claims_of_one_person_at_once_are_one(monkeypatch):
    waiting_for_the_other(monkeypatch, services, "_told")

    results = both_at_once(*claiming())

    assert sorted(type(result).__name__ for result in results) == ["Claim", "Refused"]
    assert Refused in {type(result) for result in results}
    assert Claim.objects.count() == 1


def test_without_the_lock_the_second_claim_would_run_into_the_constraint(monkeypatch):
    waiting_for_the_other(monkeypatch, services, "_told")
    without_locks(monkeypatch)

    results = both_at_once(*claiming())

    assert IntegrityError in {type(result) for result in results}
