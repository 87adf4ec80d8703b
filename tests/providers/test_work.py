"""What waits for a provider's people on the work page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.roles import Role
from providers.work import waiting
from tests.factories.core import OrganisationFactory, member
from tests.factories.providers import ConsortiumFactory, declaration, organisation_of, registered

pytestmark = pytest.mark.django_db


def titles(person):
    return [task.title for section in waiting(person, organisation_of(person)) for task in section.tasks]


def test_new_provider_is_told_what_is_missing():
    person = registered()
    assert titles(person) == ["Finish your registration", "Make 3 declarations your first bid needs"]


def test_task_leads_to_the_list_of_what_is_missing():
    person = registered(told=True)
    for kind in ("exclusions", "conflicts", "safeguarding"):
        declaration(organisation_of(person), kind, person)
    section, _consortia = waiting(person, organisation_of(person))
    [task] = section.tasks
    assert task.title == "Make 1 declaration your first bid needs"
    assert task.hint == "Employers’ liability insurance"
    assert task.url == f"/organisations/{organisation_of(person).pk}/registration/#declarations"


def test_nothing_waits_once_everything_is_told():
    assert titles(registered(told=True, declared=True)) == []


def test_only_what_the_person_may_do_waits_for_them():
    owner = registered(told=True)
    writer = member(Role.BID_WRITER, organisation_of(owner))
    viewer = member(Role.VIEWER, organisation_of(owner))
    ConsortiumFactory(invited=[organisation_of(owner)])
    assert "Make 4 declarations your first bid needs" in titles(owner)
    assert titles(writer) == ["Make 3 declarations your first bid needs"]
    assert titles(viewer) == []


def test_invitation_waits_for_those_who_can_answer():
    person = registered(told=True, declared=True)
    made = ConsortiumFactory(name="Coast", invited=[organisation_of(person)])
    _registration, section = waiting(person, organisation_of(person))
    [task] = section.tasks
    assert task.title == "Answer the invitation to Coast"
    assert made.members.get(is_lead=True).organisation.name in task.hint


def test_commissioner_and_unregistered_organisation_have_nothing_to_register():
    director = member(Role.DIRECTOR)
    assert waiting(director, organisation_of(director)) == []
    owner = member(Role.OWNER, OrganisationFactory())
    assert [section.title for section in waiting(owner, organisation_of(owner))] == ["Consortia"]


def test_way_to_registration_and_consortia_stays_when_nothing_waits():
    person = registered(told=True, declared=True)
    registration, consortia = waiting(person, organisation_of(person))
    assert (registration.tasks, consortia.tasks) == ([], [])
    assert registration.url == f"/organisations/{organisation_of(person).pk}/registration/"
    assert consortia.url == "/consortia/"
    assert registration.empty
    assert consortia.empty


def test_many_invitations_cost_the_same_queries():
    person = registered()
    waiting(person, organisation_of(person))  # from now on the person's roles are known
    counts = []
    for more in (1, 2, 27):
        for _ in range(more):
            ConsortiumFactory(invited=[organisation_of(person)])
        organisation = organisation_of(person)
        with CaptureQueriesContext(connection) as queries:
            waiting(person, organisation)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
    assert counts[-1] <= 6


def test_work_page_shows_it(client):
    person = registered()
    client.force_login(person)
    assert b"Finish your registration" in client.get("/work/").content
