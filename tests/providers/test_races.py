"""Two at once: one gets it, the other gets a sentence. Each control shows what the guard is for."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from core.access import Refused
from core.models import Organisation
from core.roles import Role
from providers.models import Consortium, Identifier
from providers.services import consortia, registration
from providers.services.consortia import form_consortium, invite_member
from providers.services.registration import AlreadyHere, register_provider
from tests.factories.core import UserFactory
from tests.factories.providers import ConsortiumFactory, RegistrationFactory, member

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


def both_at_once(*acts):
    """What each of the acts gave or raised, each on a connection of its own."""

    def one(act):
        try:
            return act()
        except (Refused, IntegrityError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def waiting_for_the_other(monkeypatch, module, name):
    """Each of two calls of the function waits until the other has come as far, or a lock keeps it from that."""
    barrier, function = threading.Barrier(2), getattr(module, name)

    def waiting(*args, **kwargs):
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=2)
        return function(*args, **kwargs)

    monkeypatch.setattr(module, name, waiting)


# --- one number, two people


def registering(name, number="1090095"):
    by = UserFactory()
    return lambda: register_provider(
        by=by, name=name, legal_form="charity", identifiers={"GB-CHC": number}, form_key=uuid4()
    )


def test_number_claimed_by_two_at_once_goes_to_one(monkeypatch):
    waiting_for_the_other(monkeypatch, registration, "_create")

    results = both_at_once(registering("Harbour"), registering("Anchor"))

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["AlreadyHere", "Organisation"]
    winner = next(result for result in results if isinstance(result, Organisation))
    loser = next(result for result in results if isinstance(result, AlreadyHere))
    assert loser.organisation == winner
    assert winner.name in str(loser.reason)
    assert Organisation.objects.count() == Identifier.objects.count() == 1


def test_name_taken_by_two_at_once_goes_to_one(monkeypatch):
    waiting_for_the_other(monkeypatch, registration, "_create")

    results = both_at_once(registering("Harbour"), registering("HARBOUR", "279417"))

    assert sorted(type(result).__name__ for result in results) == ["AlreadyHere", "Organisation"]


def test_same_form_sent_twice_at_once_gives_the_same_organisation(monkeypatch):
    waiting_for_the_other(monkeypatch, registration, "_create")
    by, key = UserFactory(), uuid4()

    def once():
        return register_provider(
            by=by, name="Harbour", legal_form="charity", identifiers={"GB-CHC": "1090095"}, form_key=key
        )

    first, second = both_at_once(once, once)
    assert first == second == Organisation.objects.get()


def test_without_the_constraint_the_number_would_go_to_both(monkeypatch):
    waiting_for_the_other(monkeypatch, registration, "_create")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE providers_identifier DROP CONSTRAINT identifier_claimed_once")

    both_at_once(registering("Harbour"), registering("Anchor"))

    assert Identifier.objects.filter(value="1090095").count() == 2


# --- one form, two clicks


def test_consortium_formed_twice_at_once_is_one(monkeypatch):
    asked = consortia.Consortium.objects.create
    barrier = threading.Barrier(2, timeout=5)

    def met(**values):
        barrier.wait()
        return asked(**values)

    monkeypatch.setattr(consortia.Consortium.objects, "create", met)
    lead, key = RegistrationFactory().organisation, uuid4()
    by = member(Role.OWNER, lead)

    def once():
        return form_consortium(by=by, organisation=lead, name="Harbour and Anchor", form_key=key)

    first, second = both_at_once(once, once)
    assert first == second == Consortium.objects.get()
    assert first.members.count() == 1


# --- one invitation, two clicks


@pytest.fixture
def inviting():
    """Two ways to the same invitation."""
    made = ConsortiumFactory()
    lead = made.members.get().organisation
    partner = RegistrationFactory().organisation
    people = [member(Role.OWNER, lead), member(Role.BID_WRITER, lead)]

    def act(by):
        return lambda: invite_member(
            by=by, consortium=Consortium.objects.get(pk=made.pk), organisation=partner, part=""
        )

    return made, [act(by) for by in people]


def test_partner_invited_by_two_at_once_is_invited_once(inviting, monkeypatch):
    waiting_for_the_other(monkeypatch, consortia, "place_of")
    made, acts = inviting

    results = both_at_once(*acts)

    assert sorted(type(result).__name__ for result in results) == ["ConsortiumMember", "Refused"]
    assert made.members.filter(is_lead=False).count() == 1


def test_without_the_lock_the_second_would_run_into_the_constraint(inviting, monkeypatch):
    waiting_for_the_other(monkeypatch, consortia, "place_of")
    monkeypatch.setattr(consortia, "_locked", lambda found: found)
    _made, acts = inviting

    results = both_at_once(*acts)

    assert "IntegrityError" in {type(result).__name__ for result in results}
