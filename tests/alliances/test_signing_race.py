"""Two last signatures at once: one of them activates, once. The control shows what the lock is for."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from alliances.models import Alliance
from alliances.services import signing
from alliances.services.signing import sign_alliance
from core.models import Event
from core.roles import Role
from tests.factories.alliances import AllianceFactory, declare_everything, provider_of, sign_for
from tests.factories.core import member

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


@pytest.fixture
def two_left():
    """An alliance in which the two providers have yet to sign, each with its owner."""
    alliance = AllianceFactory(signing=True)
    sign_for(alliance.members.get(organisation=alliance.organisation))
    pairs = []
    for place in (0, 1):
        provider = provider_of(alliance, place)
        declare_everything(provider)
        pairs.append((member(Role.OWNER, provider), provider))
    return alliance, pairs


@pytest.fixture
def side_by_side(monkeypatch):
    """Each of two signatures waits, once it has decided whether it is the last, until the other has as well.

    Where a lock keeps the other from getting so far, the wait runs out and the first goes on alone.
    """
    barrier, record = threading.Barrier(2), signing.audit.record

    def waiting(action, **kwargs):
        if action == "alliance.sign":
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=2)
        return record(action, **kwargs)

    monkeypatch.setattr(signing.audit, "record", waiting)


def sign_at_once(alliance, pairs):
    def one(pair):
        by, organisation = pair
        try:
            sign_alliance(
                by=by,
                alliance=alliance,
                organisation=organisation,
                signed_as="Chief executive",
                confirms=True,
                sha256=alliance.agreed_sha256,
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, pairs))
    alliance.refresh_from_db()


@pytest.mark.usefixtures("side_by_side")
def test_two_last_signatures_at_once_activate_once(two_left):
    alliance, pairs = two_left

    sign_at_once(alliance, pairs)

    assert alliance.status == "active"
    assert alliance.members.filter(signed_at__isnull=True).count() == 0
    assert Event.objects.filter(action="alliance.activate").count() == 1


@pytest.mark.usefixtures("side_by_side")
def test_without_the_lock_neither_of_the_two_is_the_last(two_left, monkeypatch):
    alliance, pairs = two_left
    monkeypatch.setattr(signing, "locked_alliance", lambda found: Alliance.objects.get(pk=found.pk))

    sign_at_once(alliance, pairs)

    assert alliance.members.filter(signed_at__isnull=True).count() == 0
    assert alliance.status == "signing"
