"""What followed from a thing, told by the apps above its own."""

import pytest

from core import sequels


@pytest.fixture(autouse=True)
def sources(monkeypatch):
    """No app has registered anything."""
    monkeypatch.setattr(sequels, "_sources", {})


class Thing:
    """Something of an app below."""


def seen_by(user, things):
    return [sequels.Sequel(f"What {user} sees", "/1/")]


def nothing(user, things):
    return []


def test_sources_of_a_kind_are_asked_for_the_person():
    sequels.register(Thing, nothing)
    sequels.register(Thing, seen_by)
    assert sequels.sequels_of([Thing()], "Ada") == [sequels.Sequel("What Ada sees", "/1/")]


def test_source_that_registers_twice_is_asked_once():
    sequels.register(Thing, seen_by)
    sequels.register(Thing, seen_by)
    assert len(sequels.sequels_of([Thing()], "Ada")) == 1


def test_nothing_followed_from_a_kind_nobody_knows():
    sequels.register(Thing, seen_by)
    assert sequels.sequels_of([object()], "Ada") == []


def test_nothing_follows_from_nothing():
    sequels.register(Thing, seen_by)
    assert sequels.sequels_of([], "Ada") == []
