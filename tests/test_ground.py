"""What the other tests stand on: the copied database, the closed network."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from wagtail.models import Page

from tests.conftest import is_this_machine


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("committed")
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_committed_rows_are_gone_and_filled_rows_are_back(turn):
    assert not Group.objects.filter(name="kept").exists()
    assert Page.objects.filter(depth=1).count() == 1

    Group.objects.create(name="kept")
    Page.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_thread_sees_what_was_committed():
    Group.objects.create(name="seen")

    def count() -> int:
        try:
            return Group.objects.filter(name="seen").count()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(count).result() == 1


@pytest.mark.django_db
def test_database_is_a_copy_of_this_process():
    name = str(connection.settings_dict["NAME"])
    assert "accord_test_" in name or "test-databases" in name


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 80), ("2001:db8::1", 80, 0, 0)])
def test_network_is_closed(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as probe, pytest.raises(RuntimeError, match="reached for the network"):
        probe.connect(address)


@pytest.mark.parametrize("address", [("127.0.0.1", 80), ("::1", 80, 0, 0), ("localhost", 80), "/run/socket"])
def test_this_machine_is_open(address):
    assert is_this_machine(address)
