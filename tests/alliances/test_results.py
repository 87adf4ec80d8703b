"""Results are entered once for a period, and corrected without losing what stood before."""

import datetime
import uuid
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliances.models import Alliance, Outcome, Result
from alliances.queries.outcomes import latest_of, score_of, with_latest
from alliances.services.results import correct_result, record_result
from core.access import Refused, Stale
from core.models import Event
from core.roles import Role
from tests.factories.alliances import AllianceFactory, ResultFactory, provider_of
from tests.factories.core import member

pytestmark = pytest.mark.django_db

SEPTEMBER = datetime.date(2026, 9, 30)


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-21 12:00:00+00:00", tick=False):
        yield


@pytest.fixture
def outcome():
    """The first outcome of an active alliance that began in May 2026."""
    return AllianceFactory(active=True).outcomes.get(number=1)


@pytest.fixture
def writer(outcome):
    return member(Role.BID_WRITER, provider_of(outcome.alliance))


def recorded(by, outcome, **changes):
    fields = {
        "period_end": SEPTEMBER,
        "actual": Decimal("55"),
        "source": "Case records",
        "note": "Both charities.",
    }
    return record_result(**{"by": by, "outcome": outcome, "form_key": uuid.uuid4(), **fields, **changes})


def corrected(by, result, **changes):
    fields = {
        "period_end": result.period_end,
        "actual": Decimal("45"),
        "source": "Recount",
        "reason": "Ten twice.",
    }
    return correct_result(**{"by": by, "result": result, "form_key": uuid.uuid4(), **fields, **changes})


# --- entered


def test_result_is_entered_with_its_source(outcome, writer):
    result = recorded(writer, outcome)

    assert (result.actual, result.period_end, result.recorded_by) == (Decimal(55), SEPTEMBER, writer)
    event = Event.objects.get(action="result.record")
    assert event.organisation_id == provider_of(outcome.alliance).pk
    assert event.after == {"actual": "55", "period_end": "2026-09-30", "source": "Case records"}


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.COMMISSIONING_MANAGER])
def test_commissioner_enters_results_too(outcome, role):
    assert recorded(member(role, outcome.alliance.organisation), outcome)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PROVIDER_FINANCE])
def test_role_without_the_right_cannot_enter(outcome, role):
    with pytest.raises(PermissionDenied):
        recorded(member(role, provider_of(outcome.alliance)), outcome)


def test_people_of_other_organisations_cannot_enter(outcome):
    with pytest.raises(PermissionDenied):
        recorded(member(Role.OWNER), outcome)


@pytest.mark.parametrize(("stage", "says"), [({}, "every member has signed"), ({"signing": True}, "every member")])
def test_nothing_is_entered_before_all_have_signed(stage, says):
    alliance = AllianceFactory(**stage)

    with pytest.raises(Refused, match=says):
        recorded(member(Role.OWNER, provider_of(alliance)), alliance.outcomes.get(number=1))


def test_nothing_is_entered_while_suspended(outcome, writer):
    Alliance.objects.update(status="suspended")

    with pytest.raises(Refused, match="not active"):
        recorded(writer, outcome)


def test_nothing_is_entered_before_the_term(writer, outcome):
    Alliance.objects.update(starts_on=datetime.date(2026, 12, 1))

    with pytest.raises(Refused, match="1 December 2026"):
        recorded(writer, outcome)


def test_today_is_a_period_that_ended(outcome, writer):
    assert recorded(writer, outcome, period_end=datetime.date(2026, 11, 21))


def test_period_to_come_is_refused(outcome, writer):
    with pytest.raises(Refused, match="not ended yet"):
        recorded(writer, outcome, period_end=datetime.date(2026, 11, 22))


def test_period_outside_the_term_is_refused(outcome, writer):
    before = outcome.alliance.starts_on - datetime.timedelta(days=1)

    with pytest.raises(Refused, match="within the term"):
        recorded(writer, outcome, period_end=before)
    assert recorded(writer, outcome, period_end=outcome.alliance.starts_on)


def test_period_after_the_term_is_refused(outcome, writer):
    Alliance.objects.update(ends_on=datetime.date(2026, 10, 31))

    with pytest.raises(Refused, match="within the term"):
        recorded(writer, outcome, period_end=datetime.date(2026, 11, 1))


def test_period_has_one_result(outcome, writer):
    recorded(writer, outcome)

    with pytest.raises(Refused, match="30 September 2026 already"):
        recorded(member(Role.OWNER, provider_of(outcome.alliance, 1)), outcome, actual=Decimal(1))
    assert Result.objects.count() == 1


def test_same_form_twice_makes_one_result(outcome, writer):
    key = uuid.uuid4()

    assert recorded(writer, outcome, form_key=key) == recorded(writer, outcome, form_key=key)
    assert Event.objects.filter(action="result.record").count() == 1


def test_form_key_of_somebody_else_is_refused(outcome, writer):
    key = uuid.uuid4()
    recorded(writer, outcome, form_key=key)

    with pytest.raises(Refused, match="used before"):
        recorded(member(Role.OWNER, provider_of(outcome.alliance)), outcome, form_key=key)


def test_source_is_needed(outcome, writer):
    with pytest.raises(Refused, match="where the figure comes from"):
        recorded(writer, outcome, source=" ")


def test_nothing_is_left_when_the_record_of_it_fails(outcome, writer, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("alliances.services.results.audit.record", broken)
    with pytest.raises(RuntimeError):
        recorded(writer, outcome)
    assert not Result.objects.exists()


# --- corrected


def test_correction_keeps_what_stood_before(outcome, writer):
    result = recorded(writer, outcome)
    director = member(Role.DIRECTOR, outcome.alliance.organisation)

    correction = corrected(director, result)

    result.refresh_from_db()
    assert (result.actual, result.superseded_at) == (Decimal(55), timezone.now())
    assert (correction.actual, correction.corrects, correction.reason) == (Decimal(45), result, "Ten twice.")
    assert correction.recorded_by == director
    event = Event.objects.get(action="result.correct")
    assert (event.before["actual"], event.after["actual"], event.reason) == ("55.00", "45", "Ten twice.")


def test_period_can_be_corrected_too(outcome, writer):
    result = recorded(writer, outcome)

    corrected(writer, result, period_end=datetime.date(2026, 10, 31))

    assert recorded(writer, outcome)


def test_correction_does_not_take_the_place_of_another_period(outcome, writer):
    other = recorded(writer, outcome, period_end=datetime.date(2026, 6, 30))
    recorded(writer, outcome)

    with pytest.raises(Refused, match="already"):
        corrected(writer, other, period_end=SEPTEMBER)
    other.refresh_from_db()
    assert other.superseded_at is None


def test_second_of_two_who_correct_is_told(outcome, writer):
    result = recorded(writer, outcome)
    corrected(writer, result)

    with pytest.raises(Stale, match=writer.name):
        corrected(member(Role.OWNER, provider_of(outcome.alliance)), result)
    assert Result.objects.count() == 2


def test_same_correction_twice_makes_one(outcome, writer):
    result, key = recorded(writer, outcome), uuid.uuid4()

    assert corrected(writer, result, form_key=key) == corrected(writer, result, form_key=key)
    assert Result.objects.count() == 2


def test_correction_can_be_corrected(outcome, writer):
    third = corrected(writer, corrected(writer, recorded(writer, outcome)), actual=Decimal(50))

    assert list(outcome.results.filter(superseded_at__isnull=True)) == [third]


def test_correction_needs_a_reason(outcome, writer):
    result = recorded(writer, outcome)

    with pytest.raises(Refused, match="why"):
        corrected(writer, result, reason=" ")
    result.refresh_from_db()
    assert result.superseded_at is None


def test_people_of_other_organisations_cannot_correct(outcome, writer):
    with pytest.raises(PermissionDenied):
        corrected(member(Role.OWNER), recorded(writer, outcome))


def test_database_holds_one_result_a_period(outcome):
    ResultFactory(outcome=outcome, period_end=SEPTEMBER)

    with pytest.raises(IntegrityError), transaction.atomic():
        ResultFactory(outcome=outcome, period_end=SEPTEMBER)


# --- what they come to


def read(outcome):
    return with_latest(Outcome.objects.filter(pk=outcome.pk)).get()


def test_latest_period_counts_whatever_order_they_came_in(outcome, writer):
    recorded(writer, outcome)
    recorded(writer, outcome, period_end=datetime.date(2026, 6, 30), actual=Decimal(48))

    latest = latest_of(read(outcome))

    assert (latest.actual, latest.on, latest.achieved) == (Decimal(55), SEPTEMBER, Fraction(13, 18))


def test_corrected_result_does_not_count(outcome, writer):
    corrected(writer, recorded(writer, outcome))

    assert latest_of(read(outcome)).achieved == Fraction(3, 18)


def test_score_counts_what_is_not_measured_as_nought(outcome, writer):
    recorded(writer, outcome)

    score = score_of(with_latest(outcome.alliance.outcomes.all()))

    assert (score.value, score.measured, score.outcomes) == (Fraction(13, 36), 1, 2)


def test_no_result_is_no_score(outcome):
    assert score_of(with_latest(outcome.alliance.outcomes.all())) is None
    assert latest_of(read(outcome)) is None
