"""Two imports at once: the second sees what the first has done.

The control takes the lock away and must go wrong; a control that holds would prove nothing.
"""

import pytest

from core.access import Stale
from core.models import BodyRole
from core.roles import Role
from core.services import places
from tests.core.test_place_imports import checked
from tests.factories.core import member
from tests.marketplace.test_bid_races import both_at_once, meet_before

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]

FILE = "body,area_kind,area,role,valid_from,source\ndorset-council,town,bournemouth,council,{},Made up\n"


def both_apply(monkeypatch):
    """Two files give one body the same role over the same days, and are carried out at the same moment."""
    by = member(Role.SERVICE_ADMINISTRATOR)
    files = [checked(by, "roles", FILE.format(day)) for day in ("2025-01-01", "2026-01-01")]
    # The last thing each does before it writes.
    meet_before(monkeypatch, places, "_write")
    results = both_at_once(
        *(
            lambda file=file: places.apply_place_import(by=by, place_import=file, fingerprint=file.fingerprint)
            for file in files
        )
    )
    return results, BodyRole.objects.filter(body__slug="dorset-council", area__slug="bournemouth").count()


def test_second_of_two_imports_sees_what_the_first_has_done(monkeypatch):
    results, roles = both_apply(monkeypatch)
    assert roles == 1
    assert sum(isinstance(result, (Stale, places.UnreadableFile)) for result in results) == 1


def test_both_imports_are_carried_out_without_the_lock(monkeypatch):
    monkeypatch.setattr(places, "_lock_all", lambda: None)
    _results, roles = both_apply(monkeypatch)
    assert roles == 2
