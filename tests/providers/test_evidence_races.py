"""Two at once: one of them decides, and no provider waits twice for one check."""

import uuid

import pytest
from django.db import IntegrityError

from core.access import Refused
from core.models import Document, Notice
from core.roles import Role
from providers.models import Evidence
from providers.services import evidence as services
from providers.services.evidence import give_evidence, refuse_evidence, verify_evidence
from tests.factories.core import member
from tests.factories.evidence import evidence, told
from tests.factories.providers import organisation_of, registered
from tests.providers.test_races import both_at_once, waiting_for_the_other

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


def giving(by, key):
    house = organisation_of(by)
    shown = told("data_protection")
    return lambda: give_evidence(by=by, organisation=house, check_code="data_protection", told=shown, form_key=key)


def test_two_given_at_once_leave_one_that_waits(monkeypatch):
    owner = registered(told=True)
    waiting_for_the_other(monkeypatch, services, "_whole")

    results = both_at_once(giving(owner, uuid.uuid4()), giving(owner, uuid.uuid4()))

    assert {type(result) for result in results} == {Evidence}
    assert sorted(Evidence.objects.values_list("status", flat=True)) == ["given", "superseded"]


def test_one_form_sent_twice_at_once_makes_one(monkeypatch):
    owner, key = registered(told=True), uuid.uuid4()
    waiting_for_the_other(monkeypatch, services, "_whole")

    first, second = both_at_once(giving(owner, key), giving(owner, key))

    assert first == second == Evidence.objects.get()
    assert not Document.objects.exists()


def test_without_the_lock_the_second_would_run_into_the_constraint(monkeypatch):
    owner = registered(told=True)
    waiting_for_the_other(monkeypatch, services, "_whole")
    objects = services.Organisation.objects
    monkeypatch.setattr(objects, "select_for_update", objects.all)

    results = both_at_once(giving(owner, uuid.uuid4()), giving(owner, uuid.uuid4()))

    assert IntegrityError in {type(result) for result in results}


def deciding(row):
    one, other = member(Role.DIRECTOR), member(Role.DIRECTOR)
    bodies = {each: organisation_of(each) for each in (one, other)}
    return (
        lambda: verify_evidence(by=one, evidence=row, organisation=bodies[one]),
        lambda: refuse_evidence(by=other, evidence=row, organisation=bodies[other], reason="Too dark."),
    )


def test_verified_and_refused_at_once_is_one_of_them(monkeypatch):
    row = evidence()
    acts = deciding(row)
    waiting_for_the_other(monkeypatch, services, "_decide")

    results = both_at_once(*acts)

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Refused"]
    assert isinstance(next(filter(None, results)), Refused)
    assert Notice.objects.filter(kind__startswith="providers/evidence").count() == 1


def test_without_the_lock_the_second_would_come_as_far_as_the_write(monkeypatch):
    row = evidence()
    acts = deciding(row)
    waiting_for_the_other(monkeypatch, services, "_decide")
    monkeypatch.setattr(
        services, "_locked", lambda found: Evidence.objects.select_related("organisation").get(pk=found.pk)
    )

    results = both_at_once(*acts)

    # The write itself is made only on a row still in the state that was read, so even so one of them fails.
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Stale"]
