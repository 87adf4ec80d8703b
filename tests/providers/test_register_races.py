"""Two imports at once: owners of one that was removed are told once. The control shows what the lock is for."""

import pytest
from django.db import transaction

from core.models import Notice
from core.roles import Role
from providers.services import look_ups
from providers.services.look_ups import look_again
from tests.factories.core import member
from tests.factories.providers import RegistrationFactory
from tests.factories.registers import FixedRegisters, found
from tests.providers.test_races import both_at_once, waiting_for_the_other

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


@pytest.fixture
def removed(settings, monkeypatch):
    settings.REGISTER_LOOK_UP = "tests.factories.registers.FixedRegisters"
    house = RegistrationFactory(number="1090095").organisation
    member(Role.OWNER, house)
    monkeypatch.setattr(FixedRegisters, "entries", [found(name=house.name)])
    look_again(scheme="GB-CHC")
    monkeypatch.setattr(FixedRegisters, "entries", [found(name=house.name, is_gone=True)])


def importing():
    with transaction.atomic():
        return look_again(scheme="GB-CHC")


def test_two_imports_at_once_tell_the_owners_once(removed, monkeypatch):
    waiting_for_the_other(monkeypatch, look_ups, "_keep")

    assert both_at_once(importing, importing) == [1, 1]

    assert Notice.objects.filter(kind="providers/register_removed").count() == 1


def test_without_the_lock_they_would_be_told_twice(removed, monkeypatch):
    waiting_for_the_other(monkeypatch, look_ups, "_keep")
    rows = look_ups.Identifier.objects.all
    monkeypatch.setattr(look_ups.Identifier.objects, "select_for_update", lambda **kwargs: rows())

    assert both_at_once(importing, importing) == [1, 1]

    assert Notice.objects.filter(kind="providers/register_removed").count() == 2
