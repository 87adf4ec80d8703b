"""Two files for the same figures confirmed at once: the second is told what it would change now.

The control takes the lock away and must go wrong; a control that holds would prove nothing.
"""

import pytest
from django.db import IntegrityError

from core.access import Stale
from marketplace.services import assessments
from tests.marketplace.assessment_scene import Scene, in_force
from tests.marketplace.test_bid_races import both_at_once, meet_before

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]

NORTH = "Northton,2026-Q1,accommodation"


def confirm_both(monkeypatch) -> list[object]:
    """Two people confirm two files that both add the same figure."""
    scene = Scene()
    one, other = scene.upload(f"{NORTH},100,80,40"), scene.upload(f"{NORTH},100,80,41")
    meet_before(monkeypatch, assessments, "_write")
    return both_at_once(
        lambda: assessments.confirm_import(by=scene.manager, batch=one, plan_sha256=one.plan_sha256),
        lambda: assessments.confirm_import(by=scene.director, batch=other, plan_sha256=other.plan_sha256),
    )


def test_the_second_of_two_files_is_told(monkeypatch) -> None:
    results = confirm_both(monkeypatch)
    assert [type(result) for result in results if isinstance(result, Exception)] == [Stale]
    assert len(in_force()) == 1


def test_the_second_of_two_files_fails_without_the_lock(monkeypatch) -> None:
    monkeypatch.setattr(assessments, "_hold", lambda areas: None)
    results = confirm_both(monkeypatch)
    assert [type(result) for result in results if isinstance(result, Exception)] == [IntegrityError]
