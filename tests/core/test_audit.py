"""The chain of events: what it holds, and that nobody changes it unseen."""

import datetime
import itertools
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core import audit
from core.models import ChainHead, Event
from core.roles import Role
from tests.factories.core import OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")

TABLE = Event._meta.db_table
TRIGGERS = {"sqlite": ["event_no_update", "event_no_delete"], "postgresql": ["event_is_final"]}


def recorded(count: int) -> list[Event]:
    person, organisation = UserFactory(), OrganisationFactory()
    return [
        audit.record("thing.change", by=person, obj=organisation, organisation=organisation, after={"step": step})
        for step in range(count)
    ]


def without_protection(statement: str, *values: object) -> None:
    """Run `statement` as someone with the keys of the database would."""
    with connection.cursor() as cursor:
        for trigger in TRIGGERS[connection.vendor]:
            on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {trigger}{on_table}")
        cursor.execute(statement, values)


def test_event_says_who_what_where_when_and_why():
    person, organisation = UserFactory(name="Ada", email="ada@example.org"), OrganisationFactory(name="Hope House")
    now = datetime.datetime(2026, 11, 5, 9, tzinfo=datetime.UTC)
    with time_machine.travel(now, tick=False):
        audit.record(
            "organisation.rename",
            by=person,
            obj=organisation,
            organisation=organisation,
            before={"name": "Hope"},
            after={"name": "Hope House"},
            reason="The charity changed its name.",
        )
    event = Event.objects.get()
    assert (event.sequence, event.action, event.at) == (1, "organisation.rename", now)
    assert (event.actor_id, event.actor) == (person.pk, "Ada <ada@example.org>")
    assert (event.organisation_id, event.organisation) == (organisation.pk, "Hope House")
    assert (event.object_type, event.object_id, event.object_name) == (
        "core.organisation",
        organisation.pk,
        "Hope House",
    )
    assert (event.before, event.after) == ({"name": "Hope"}, {"name": "Hope House"})
    assert event.reason == "The charity changed its name."
    assert event.previous_hash == audit.GENESIS
    assert event.hash == audit.hash_of(event)


def test_event_without_a_person_was_the_clock():
    event = audit.record("thing.close", by=None, obj=OrganisationFactory())
    assert (event.actor_id, event.actor, event.organisation) == (None, "clock", "")


def test_event_of_the_longest_names_fits():
    person = UserFactory(name="N" * 120, email=f"{'e' * 60}@{'d' * 60}.{'d' * 60}.{'d' * 60}.org")
    audit.record("thing.change", by=person, obj=OrganisationFactory(name="O" * 200))
    assert len(Event.objects.get().actor) == audit.ACTOR_LENGTH
    assert audit.first_break() == ""


def test_events_follow_one_another():
    first, second, third = recorded(3)
    assert [event.sequence for event in (first, second, third)] == [1, 2, 3]
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
    assert (audit.end().sequence, audit.end().hash) == (3, third.hash)
    assert audit.first_break() == ""


def test_empty_chain_is_whole():
    assert audit.first_break() == ""


WITHOUT_NUL = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=20)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    WITHOUT_NUL,
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=st.just(datetime.UTC)),
    st.uuids(),
)


@given(st.dictionaries(WITHOUT_NUL, VALUES | st.lists(VALUES, max_size=3), max_size=5))
def test_event_has_the_same_hash_when_read_back(values):
    with transaction.atomic():
        event = audit.record("thing.change", by=None, obj=ChainHead(pk=1), after=values)
        assert audit.hash_of(Event.objects.get(pk=event.pk)) == event.hash
        transaction.set_rollback(True)


def test_values_that_no_database_keeps_are_refused():
    with pytest.raises(ValueError, match="JSON"):
        audit.record("thing.change", by=None, obj=ChainHead(pk=1), after={"rate": float("nan")})


def test_amounts_moments_and_fractions_are_kept_as_text():
    after = {"price": Decimal("1.10"), "on": datetime.date(2026, 11, 5), "rate": 1e22}
    event = audit.record("thing.change", by=None, obj=ChainHead(pk=1), after=after)
    assert event.after == {"price": "1.10", "on": "2026-11-05", "rate": "1e+22"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("committed")
def test_event_outside_a_transaction_is_a_mistake():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        audit.record("thing.change", by=None, obj=ChainHead(pk=1))
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("committed")
def test_event_goes_with_the_act_that_failed():
    @transaction.atomic
    def act() -> None:
        audit.record("thing.change", by=None, obj=ChainHead(pk=1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert not Event.objects.exists()
    assert audit.first_break() == ""


# --- nobody changes it -------------------------------------------------------------------------------


def test_database_refuses_to_change_an_event():
    recorded(1)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Event.objects.update(reason="")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Event.objects.get().save()


def test_database_refuses_to_delete_an_event():
    recorded(1)
    with pytest.raises(DatabaseError, match=r"never .*deleted"), transaction.atomic():
        Event.objects.all().delete()
    with pytest.raises(DatabaseError, match=r"never .*deleted"), transaction.atomic():
        Event.objects.get().delete()


@pytest.mark.postgresql
def test_database_refuses_to_empty_the_table():
    with (
        pytest.raises(DatabaseError, match=r"never .*deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {TABLE}")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2026-01-01 00:00:00+00:00"),
        ("action", "thing.keep"),
        ("actor_id", 999),
        ("actor", "somebody else"),
        ("organisation_id", 999),
        ("organisation", "another"),
        ("object_type", "core.user"),
        ("object_id", 999),
        ("object_name", "another thing"),
        ("before", '{"step": 9}'),
        ("after", '{"step": 9}'),
        ("reason", "another reason"),
    ],
)
def test_changed_event_is_found(column, value):
    recorded(3)
    without_protection(f"UPDATE {TABLE} SET {column} = %s WHERE sequence = 2", value)
    assert audit.first_break() == "event 2 was changed"


def test_event_changed_with_its_hash_is_found_at_the_next_one():
    second = recorded(3)[1]
    second.reason = "another reason"
    without_protection(
        f"UPDATE {TABLE} SET reason = %s, hash = %s WHERE sequence = 2", second.reason, audit.hash_of(second)
    )
    assert audit.first_break() == "event 3 does not follow the one before it"


def test_last_event_changed_with_its_hash_is_found_at_the_end():
    last = recorded(3)[2]
    last.reason = "another reason"
    without_protection(
        f"UPDATE {TABLE} SET reason = %s, hash = %s WHERE sequence = 3", last.reason, audit.hash_of(last)
    )
    assert audit.first_break() == "event 3 is not the one the chain ends with"


@pytest.mark.parametrize("gone", [1, 2])
def test_missing_event_is_found(gone):
    recorded(3)
    without_protection(f"DELETE FROM {TABLE} WHERE sequence = %s", gone)
    assert audit.first_break() == f"event {gone} is missing"


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_cut_off_end_is_found(kept):
    recorded(3)
    without_protection(f"DELETE FROM {TABLE} WHERE sequence > %s", kept)
    assert audit.first_break() == f"event {kept + 1} is missing: the chain ends at 3"


def test_event_put_after_the_end_is_found():
    recorded(2)
    ChainHead.objects.update(sequence=1, hash=Event.objects.get(sequence=1).hash)
    assert audit.first_break() == "event 2 stands after the end of the chain"


def test_lost_end_row_is_found():
    recorded(1)
    ChainHead.objects.all().delete()
    assert audit.first_break() == "event 1 stands after the end of the chain"


def test_events_recorded_at_the_same_moment_stand_in_order():
    with time_machine.travel(timezone.now(), tick=False):
        events = recorded(4)
    pairs = itertools.pairwise(events)
    assert all(later.previous_hash == earlier.hash for earlier, later in pairs)


def test_event_outlives_the_person_and_the_thing():
    owner = member(Role.OWNER)
    organisation = owner.memberships.get().organisation
    audit.record("thing.change", by=owner, obj=organisation, organisation=organisation)
    owner.delete()
    organisation.delete()
    assert Event.objects.get().organisation == organisation.name
    assert audit.first_break() == ""


def test_event_has_the_same_hash_whatever_zone_its_moment_was_given_in():
    person = UserFactory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: datetime.datetime(2026, 7, 1, 12, tzinfo=LONDON))
        audit.record("test.act", by=person, obj=person)
    assert audit.first_break() == ""
