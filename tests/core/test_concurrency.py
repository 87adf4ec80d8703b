"""Two people, one draft."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from core.access import Stale
from core.concurrency import save_version
from tests.factories.core import UserFactory
from tests.factories.marketplace import NeedFactory

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 11, 5, 12, tzinfo=datetime.UTC)


@pytest.fixture
def need():
    return NeedFactory(title="First")


def test_saving_writes_and_counts_on(need):
    person = UserFactory()
    with time_machine.travel(NOON, tick=False):
        save_version(need, expected=1, by=person, title="Second")
    for row in (need, type(need).objects.get(pk=need.pk)):
        assert (row.title, row.version, row.updated_by, row.updated_at) == ("Second", 2, person, NOON)


def test_second_to_save_is_told_by_whom_and_when(need):
    with time_machine.travel(NOON, tick=False):
        save_version(need, expected=1, by=UserFactory(name="Ada"), title="Hers")
    later = NOON + datetime.timedelta(minutes=5)
    with time_machine.travel(later, tick=False), pytest.raises(Stale, match="Ada changed this, today at 12:00"):
        save_version(need, expected=1, by=UserFactory(), title="Mine")
    assert type(need).objects.get().title == "Hers"


def test_change_of_another_day_says_which(need):
    with time_machine.travel(NOON, tick=False):
        save_version(need, expected=1, by=UserFactory(name="Ada"), title="Hers")
    later = NOON + datetime.timedelta(days=1)
    expected = "on 5 November 2026 at 12:00"
    with time_machine.travel(later, tick=False), pytest.raises(Stale, match=expected):
        save_version(need, expected=1, by=UserFactory(), title="Mine")


def test_time_told_is_that_of_london(need):
    summer = datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC)
    with time_machine.travel(summer, tick=False):
        save_version(need, expected=1, by=UserFactory(name="Ada"), title="Hers")
        with pytest.raises(Stale, match="today at 00:30"):
            save_version(need, expected=1, by=UserFactory(), title="Mine")


def test_own_other_tab_is_told_apart(need):
    person = UserFactory()
    save_version(need, expected=1, by=person, title="One tab")
    with pytest.raises(Stale, match="You saved this in another tab"):
        save_version(need, expected=1, by=person, title="Another tab")


def test_saving_again_with_the_new_version_overwrites_knowingly(need):
    save_version(need, expected=1, by=UserFactory(), title="Hers")
    save_version(need, expected=2, by=UserFactory(), title="Mine")
    assert type(need).objects.get().title == "Mine"


@pytest.mark.parametrize("expected", [0, 2, 99])
def test_version_that_never_was_is_stale(need, expected):
    with pytest.raises(Stale):
        save_version(need, expected=expected, by=UserFactory(), title="Mine")


def test_row_that_is_gone_is_stale(need):
    type(need).objects.filter(pk=need.pk).delete()
    with pytest.raises(Stale, match="Somebody removed this"):
        save_version(need, expected=1, by=UserFactory(), title="Mine")


def test_stale_leaves_the_object_as_it_was(need):
    same = type(need).objects.get(pk=need.pk)
    save_version(need, expected=1, by=UserFactory(), title="Hers")
    with pytest.raises(Stale):
        save_version(same, expected=1, by=UserFactory(), title="Mine")
    assert (same.title, same.version) == ("First", 1)
    assert same.updated_at <= timezone.now()
