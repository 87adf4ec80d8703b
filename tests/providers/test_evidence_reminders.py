"""Reminders: 60, 30 and 7 days before, each once, to those who can do something about it."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Notice, Organisation
from core.roles import Role
from providers.models import Evidence, EvidenceReminder
from providers.queries.reminders import due_for_reminder
from providers.services import reminders as services
from providers.services.evidence import withdraw_evidence
from providers.services.reminders import send_evidence_reminders
from providers.tasks import send_evidence_reminders_due
from tests.factories.core import CommissionerFactory, UserFactory, member
from tests.factories.evidence import evidence, not_accepted, verified
from tests.factories.providers import organisation_of, registered
from tests.providers.test_evidence_queue import explained
from tests.providers.test_races import both_at_once

pytestmark = pytest.mark.django_db

LONDON = timezone.get_default_timezone()
LAST = datetime.date(2027, 3, 31)


def morning(days_before, hour=9, minute=0):
    day = LAST - datetime.timedelta(days=days_before)
    return datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=LONDON)


@pytest.fixture
def row():
    with time_machine.travel(morning(200), tick=False):
        return verified(valid_until=LAST)


def told():
    return list(Notice.objects.filter(kind="providers/evidence_runs_out").order_by("pk"))


@pytest.mark.parametrize(
    ("days", "levels"), [(61, []), (60, [60]), (31, [60]), (30, [30]), (8, [30]), (7, [7]), (0, [7]), (-1, [])]
)
def test_first_run_writes_only_the_most_urgent(row, days, levels):
    assert send_evidence_reminders(now=morning(days)) == len(levels)
    assert list(EvidenceReminder.objects.values_list("days_before", flat=True)) == levels


def test_each_is_written_once_however_often_it_runs(row):
    for days in range(70, -5, -1):
        for hour in (8, 12, 20):
            send_evidence_reminders(now=morning(days, hour))
    assert list(EvidenceReminder.objects.order_by("pk").values_list("days_before", flat=True)) == [60, 30, 7]
    subjects = [notice.subject for notice in told()]
    assert [subject.split(":")[0] for subject in subjects] == [
        "Runs out in 60 days",
        "Runs out in 30 days",
        "Runs out in 7 days",
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(days=st.sets(st.integers(-3, 70), max_size=8))
def test_on_whichever_days_it_runs_nothing_is_said_twice_or_too_early(row, days):
    EvidenceReminder.objects.all().delete()
    for day in sorted(days, reverse=True):
        before = set(EvidenceReminder.objects.values_list("days_before", flat=True))
        send_evidence_reminders(now=morning(day))
        new = set(EvidenceReminder.objects.values_list("days_before", flat=True)) - before
        assert len(new) <= 1
        assert all(0 <= day <= level for level in new)
        if 0 <= day <= 60:
            assert any(level >= day for level in before | new)


def test_nothing_is_written_before_seven(row):
    assert send_evidence_reminders(now=morning(60, 6, 59)) == 0
    assert send_evidence_reminders(now=morning(60, 7)) == 1


def test_letter_says_what_when_and_where(row, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send_evidence_reminders(now=morning(7))
    notice = told()[0]
    assert "Safeguarding policy" in notice.subject
    assert "Wednesday 31 March 2027" in notice.body
    assert notice.url == f"/organisations/{row.organisation_id}/evidence/safeguarding/"
    assert notice.subject in [letter.subject for letter in mail.outbox]


def test_those_who_keep_the_registration_are_told(row):
    house = row.organisation
    writer = member(Role.BID_WRITER, house)
    for role in (Role.VIEWER, Role.PROVIDER_FINANCE):
        member(role, house)
    member(Role.OWNER, house, is_active=False)
    registered(told=True)
    send_evidence_reminders(now=morning(30))
    assert {notice.recipient for notice in told()} == {row.given_by, writer}


def test_one_who_keeps_two_organisations_is_told_of_both():
    with time_machine.travel(morning(200), tick=False):
        row = verified(valid_until=LAST)
        verified(row.organisation, "dbs", by=row.given_by, valid_until=LAST)
    assert send_evidence_reminders(now=morning(30)) == 2
    assert [notice.recipient for notice in told()] == [row.given_by] * 2


def test_nothing_is_said_of_what_waits_was_refused_taken_back_or_never_ends():
    with time_machine.travel(morning(200), tick=False):
        evidence(valid_until=LAST)
        not_accepted(valid_until=LAST)
        verified()
        gone = verified(valid_until=LAST)
        withdraw_evidence(by=gone.given_by, evidence=gone)
    assert send_evidence_reminders(now=morning(30)) == 0


@pytest.mark.parametrize("made", [evidence, verified])
def test_nothing_is_said_of_what_is_replaced(row, made):
    with time_machine.travel(morning(40), tick=False):
        made(row.organisation, by=row.given_by, valid_until=LAST + datetime.timedelta(days=365))
    assert send_evidence_reminders(now=morning(30)) == 0


def test_refused_replacement_leaves_the_reminder(row):
    with time_machine.travel(morning(40), tick=False):
        not_accepted(row.organisation, by=row.given_by, valid_until=LAST + datetime.timedelta(days=365))
    assert send_evidence_reminders(now=morning(30)) == 1


def test_failure_in_the_middle_leaves_nothing_half_done(row, monkeypatch):
    def fails(*args):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(services, "send_each", fails)
        with pytest.raises(ZeroDivisionError):
            send_evidence_reminders(now=morning(30))
    assert not EvidenceReminder.objects.exists()
    assert send_evidence_reminders(now=morning(30)) == 1


def test_many_cost_as_few_queries_as_one(row):
    def cost(days):
        with CaptureQueriesContext(connection) as queries:
            send_evidence_reminders(now=morning(days))
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    one = cost(60)
    with time_machine.travel(morning(200), tick=False):
        for _turn in range(4):
            verified(valid_until=LAST)
    assert cost(30) == one


def test_what_is_due_is_found_along_the_last_days():
    by = UserFactory()
    named = [Organisation(kind="provider", name=f"House {number}") for number in range(1_500)]
    decided = {"decided_at": morning(300), "decided_by": by, "decided_for": CommissionerFactory()}
    Evidence.objects.bulk_create(
        Evidence(
            organisation=house,
            check_code="dbs",
            details="x",
            given_at=morning(300),
            given_by=by,
            valid_until=LAST + datetime.timedelta(days=place),
            **decided,
            status="verified",
        )
        for place, house in enumerate(Organisation.objects.bulk_create(named))
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = due_for_reminder(LAST - datetime.timedelta(days=20)).values_list("pk", flat=True)
    with CaptureQueriesContext(connection) as queries:
        assert len(rows[:200]) == 41
    plan = explained(queries[-1]["sql"])
    assert "evidence_running_out" in plan
    assert "SCAN providers_evidence\n" not in plan


def test_command_and_task(row, capsys):
    with time_machine.travel(morning(30), tick=False):
        call_command("send_evidence_reminders")
        assert "1 reminders written" in capsys.readouterr().out
        assert send_evidence_reminders_due.call() == 0


# --- twice at once


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("committed")
class TestTwiceAtOnce:
    """Two timers, or a timer and an operator."""

    @pytest.fixture
    def due(self):
        owner = registered(told=True)
        with time_machine.travel(morning(200), tick=False):
            for code in ("safeguarding", "dbs"):
                verified(organisation_of(owner), code, by=owner, valid_until=LAST)

    def test_two_runs_at_once_remind_once(self, due, monkeypatch):
        self.both_have_read(monkeypatch)

        results = both_at_once(*[lambda: send_evidence_reminders(now=morning(30))] * 2)

        assert sorted(results) == [0, 2]
        assert EvidenceReminder.objects.count() == len(told()) == 2

    def test_without_the_hold_the_second_would_run_into_the_constraint(self, due, monkeypatch):
        self.both_have_read(monkeypatch)
        monkeypatch.setattr(services, "_hold", lambda numbers: None)
        self.slow_write(monkeypatch)

        results = both_at_once(*[lambda: send_evidence_reminders(now=morning(30))] * 2)

        assert "IntegrityError" in {type(result).__name__ for result in results}

    def both_have_read(self, monkeypatch):
        """Neither begins to write before both have found what is due."""
        import threading

        barrier, remind = threading.Barrier(2, timeout=5), services._remind

        def met(*args):
            barrier.wait()
            return remind(*args)

        monkeypatch.setattr(services, "_remind", met)

    def slow_write(self, monkeypatch):
        """Neither writes its rows before both have looked again."""
        import threading

        barrier, found = threading.Barrier(2, timeout=5), services.keepers_of
        create = EvidenceReminder.objects.bulk_create

        def met(rows):
            rows = list(rows)
            barrier.wait()
            return create(rows)

        monkeypatch.setattr(EvidenceReminder.objects, "bulk_create", met)
        monkeypatch.setattr(services, "keepers_of", found)
