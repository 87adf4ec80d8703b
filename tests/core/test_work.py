"""What waits for a person, gathered from the apps."""

import pytest

from core import work


@pytest.fixture
def sources(monkeypatch):
    """No app has registered anything."""
    monkeypatch.setattr(work, "_sources", [])


def one(user, organisation):
    return [work.Section("One", [work.Task("Do this", f"/{organisation}/{user}/")])]


def two(user, organisation):
    return [work.Section("Two", [])]


def test_sections_come_in_the_order_in_which_apps_registered(sources):
    work.register(one)
    work.register(two)
    assert [section.title for section in work.sections_for("ada", "hope")] == ["One", "Two"]


def test_source_hears_for_whom_it_is_asked(sources):
    work.register(one)
    assert work.sections_for("ada", "hope")[0].tasks[0].url == "/hope/ada/"


def test_source_that_registers_twice_is_asked_once(sources):
    work.register(one)
    work.register(one)
    assert len(work.sections_for("ada", "hope")) == 1


def test_nobody_registered_means_nothing_waits(sources):
    assert work.sections_for("ada", "hope") == []
