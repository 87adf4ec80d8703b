"""What every test gets: its own copy of a filled database, no network, and the same luck twice in CI."""

import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright

from tests.database import copies

slow_machine = [HealthCheck.too_slow]
hypothesis_settings.register_profile("here", deadline=None, suppress_health_check=slow_machine)
hypothesis_settings.register_profile(
    "ci", deadline=None, suppress_health_check=slow_machine, derandomize=True, database=None, print_blob=True
)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of real row locks where there are none."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return
    left_out = [item for item in items if item.get_closest_marker("postgresql")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


# --- database ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A copy of the filled template for this process, put back after every test that commits."""
    database = copies()

    def put_back(case: TransactionTestCase) -> None:
        database.restore()

    with django_db_blocker.unblock():
        database.open()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        yield
    with django_db_blocker.unblock():
        database.close()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Nothing cached by one test is seen by the next."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """The language of the last page a test asked for is not that of the next test."""
    yield
    translation.deactivate()


# --- network -----------------------------------------------------------------------------------------


def is_this_machine(address: Any) -> bool:
    """A path, or an address of the loopback interface."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _network_closed() -> Iterator[None]:
    """A test that reaches for another machine fails, and says for which."""
    allowed = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}

    def guarded(name: str) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            if not is_this_machine(address):
                raise RuntimeError(f"a test reached for the network: {address!r}")
            return allowed[name](self, address)

        return connect

    with pytest.MonkeyPatch.context() as patch:
        for name in allowed:
            patch.setattr(socket.socket, name, guarded(name))
        yield


# --- browser -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is: named by run.py, or found on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, names)), None)
    assert found, "No Chromium here: install it, or put its path in CHROMIUM_PATH."
    return found


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """One browser for all tests of a process."""
    # Playwright keeps a loop running in this thread, in which Django would refuse to ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
