"""Versions of the checks: which one holds when, and what may become of a draft."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.access import Refused, Stale
from core.models import Event
from core.reference.loading import load_reference
from core.roles import Role
from providers.checks import CODES
from providers.matrix import Cell, How
from providers.models import MatrixCell, MatrixVersion
from providers.queries.checks import NoMatrix, matrix_of, matrix_on, version_on, with_cells
from providers.reference.shipped import shipped_matrices
from providers.services.check_matrices import (
    discard_matrix,
    load_shipped_matrices,
    publish_matrix,
    restore_matrix,
    save_check,
    save_edges,
    start_matrix,
    withdraw_matrix,
)
from tests.factories.checks import draft_of, shipped_version
from tests.factories.core import UserFactory, member

pytestmark = pytest.mark.django_db

SHIPPED = shipped_matrices()[0]
TODAY = datetime.date(2026, 11, 22)
FULL = [Cell(How.EVIDENCE)] * 5
LATER = datetime.date(2027, 4, 1)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def admin():
    return member(Role.SERVICE_ADMINISTRATOR)


@pytest.fixture
def draft(admin):
    return draft_of(admin)


def publish(draft, by, day=LATER, reason="The thresholds rise."):
    return publish_matrix(by=by, draft=draft, effective_from=day, reason=reason, version=draft.version)


def ways(*names):
    return [Cell(How(name)) for name in names]


# --- what came with the release


def test_shipped_files_become_a_published_version_that_says_the_same():
    version = shipped_version()
    assert (version.status, version.effective_from) == ("published", datetime.date(2026, 1, 1))
    matrix = matrix_of(with_cells(MatrixVersion.objects.all()).get(pk=version.pk))
    assert matrix.cells == SHIPPED.cells
    assert matrix.minutes == SHIPPED.minutes
    assert (matrix.edges, matrix.accounts) == (SHIPPED.edges, SHIPPED.accounts)
    assert matrix.version == version.pk


def test_loading_again_changes_nothing():
    before = MatrixVersion.objects.count()
    assert load_shipped_matrices().new == 0
    assert "check_versions.csv" in {file.name for file in load_reference()}
    assert MatrixVersion.objects.count() == before


def test_day_of_a_version_published_here_is_left_to_it():
    MatrixVersion.objects.filter(pk=shipped_version().pk).update(shipped_as="")
    assert load_shipped_matrices().unchanged == 1


def test_without_any_version_the_shipped_files_answer():
    MatrixVersion.objects.all().delete()
    assert matrix_on(TODAY).version is None
    assert matrix_on(TODAY).cells == SHIPPED.cells
    with pytest.raises(NoMatrix):
        matrix_on(datetime.date(2025, 12, 31))


# --- which one holds


def test_version_holds_from_its_day_until_the_next(draft, admin):
    first = shipped_version()
    published = publish(draft, admin)
    assert version_on(LATER - datetime.timedelta(days=1)) == first
    assert version_on(LATER) == published
    assert matrix_on(LATER).version == published.pk
    assert version_on(datetime.date(2025, 12, 31)) is None
    with pytest.raises(NoMatrix):
        matrix_on(datetime.date(2025, 12, 31))


def test_matrix_is_read_in_three_queries_and_then_in_one(draft, admin):
    publish(draft, admin)
    with CaptureQueriesContext(connection) as queries:
        first = matrix_on(LATER)
    assert len(queries) == 3
    with CaptureQueriesContext(connection) as queries:
        assert matrix_on(LATER) == first
    assert len(queries) == 1


# --- drafting


def test_draft_says_what_its_source_says(draft):
    assert (draft.status, draft.effective_from) == ("draft", None)
    assert matrix_of(draft).cells == SHIPPED.cells
    assert matrix_of(draft).minutes == SHIPPED.minutes


def test_draft_knows_checks_its_source_did_not(admin):
    source = shipped_version()
    source.cells.filter(check_code="subsidy").delete()
    draft = draft_of(admin, source)
    assert draft.cells.count() == 5 * len(CODES)
    assert matrix_of(draft).cell("subsidy", 4).how is How.NOT_ASKED


def test_same_form_sent_twice_makes_one_draft(admin):
    key = uuid.uuid4()
    first = start_matrix(by=admin, source=shipped_version(), form_key=key)
    assert start_matrix(by=admin, source=shipped_version(), form_key=key) == first
    other = member(Role.SERVICE_ADMINISTRATOR)
    with pytest.raises(Refused):
        start_matrix(by=other, source=shipped_version(), form_key=key)


def test_check_is_saved_with_its_cells_and_minutes_and_on_record(draft, admin):
    cells = ways("not_asked", "not_asked", "self_declared", "evidence", "evidence")
    minutes = {How.SELF_DECLARED: 4, How.EVIDENCE: 12}
    save_check(by=admin, draft=draft, check="dbs", cells=cells, minutes=minutes, version=1)
    matrix = matrix_of(MatrixVersion.objects.get(pk=draft.pk))
    assert [matrix.cell("dbs", band) for band in range(5)] == cells
    assert matrix.minutes["dbs", How.EVIDENCE] == 12
    assert matrix.cell("safeguarding", 0) == SHIPPED.cell("safeguarding", 0)
    event = Event.objects.latest("sequence")
    assert (event.action, event.after["check"]) == ("matrix.edit", "dbs")
    assert event.before["cells"][0]["how"] == "self_declared"


def test_check_that_would_ask_less_of_more_money_is_refused(draft, admin):
    with pytest.raises(Refused, match="T3"):
        save_check(
            by=admin,
            draft=draft,
            check="dbs",
            cells=ways("self_declared", "evidence", "evidence", "self_declared", "evidence"),
            minutes={},
            version=1,
        )
    assert matrix_of(MatrixVersion.objects.get(pk=draft.pk)).cells == SHIPPED.cells


def test_unknown_check_is_a_bug(draft, admin):
    with pytest.raises(ValueError, match="shoe_size"):
        save_check(by=admin, draft=draft, check="shoe_size", cells=ways(*["evidence"] * 5), minutes={}, version=1)


def test_second_to_save_is_told(draft, admin):
    save_edges(by=admin, draft=draft, edges=(1, 2, 3, 4), version=1)
    with pytest.raises(Stale):
        save_edges(by=admin, draft=draft, edges=(2, 3, 4, 5), version=1)
    with pytest.raises(Stale):
        save_check(by=admin, draft=draft, check="dbs", cells=ways(*["evidence"] * 5), minutes={}, version=1)
    assert MatrixVersion.objects.get(pk=draft.pk).edges == (1, 2, 3, 4)


def test_bands_that_do_not_rise_are_refused(draft, admin):
    with pytest.raises(Refused, match="T2"):
        save_edges(by=admin, draft=draft, edges=(100, 200, 200, 400), version=1)


# --- publication


def test_publication_is_dated_reasoned_and_on_record(draft, admin):
    published = publish(draft, admin)
    assert (published.status, published.effective_from, published.published_by) == ("published", LATER, admin)
    event = Event.objects.latest("sequence")
    assert (event.action, event.reason) == ("matrix.publish", "The thresholds rise.")


def test_today_is_the_earliest_day(draft, admin):
    with pytest.raises(Refused, match="today at the earliest"):
        publish(draft, admin, day=TODAY - datetime.timedelta(days=1))
    assert publish(draft, admin, day=TODAY).status == "published"


def test_publication_needs_a_reason_and_a_free_day(draft, admin):
    with pytest.raises(Refused, match="Say why"):
        publish(draft, admin, reason="  ")
    publish(draft, admin)
    with pytest.raises(Refused, match="Choose another day"):
        publish(draft_of(admin), admin)


def test_draft_changed_since_it_was_read_is_not_published(draft, admin):
    save_edges(by=admin, draft=draft, edges=(1, 2, 3, 4), version=1)
    with pytest.raises(Stale):
        publish_matrix(by=admin, draft=draft, effective_from=LATER, reason="Why.", version=1)
    assert MatrixVersion.objects.get(pk=draft.pk).status == "draft"


def test_draft_that_asks_less_of_more_is_not_published(draft, admin):
    """Even if it got past the editor."""
    MatrixCell.objects.filter(matrix=draft, check_code="dbs", band=4).update(how="self_declared")
    with pytest.raises(Refused, match="Put right"):
        publish(draft, admin)


def test_published_version_is_never_changed(draft, admin):
    publish(draft, admin)
    with pytest.raises(Refused, match="Only a draft"):
        save_edges(by=admin, draft=draft, edges=(1, 2, 3, 4), version=2)
    with pytest.raises(Refused, match="Only a draft"):
        save_check(by=admin, draft=draft, check="dbs", cells=ways(*["evidence"] * 5), minutes={}, version=2)
    with pytest.raises(Refused):
        publish(draft, admin)
    with pytest.raises(Refused):
        discard_matrix(by=admin, draft=draft)


# --- taking back


def test_version_is_withdrawn_only_before_its_first_day(draft, admin, time_machine):
    published = publish(draft, admin)
    withdraw_matrix(by=admin, version=published, reason="Too early.")
    assert version_on(LATER) == shipped_version()
    again = publish(draft_of(admin), admin)
    time_machine.move_to(datetime.datetime(2027, 4, 1, 9, tzinfo=datetime.UTC))
    with pytest.raises(Refused, match="in force already"):
        withdraw_matrix(by=admin, version=again, reason="Too late.")


def test_withdrawing_needs_a_reason(draft, admin):
    published = publish(draft, admin)
    with pytest.raises(Refused, match="Say why"):
        withdraw_matrix(by=admin, version=published, reason="")


def test_draft_put_aside_can_be_taken_up_again(draft, admin):
    assert discard_matrix(by=admin, draft=draft).status == "discarded"
    with pytest.raises(Refused):
        publish(draft, admin)
    assert restore_matrix(by=admin, draft=draft).status == "draft"


# --- who


@pytest.mark.parametrize("role", [Role.AUDITOR, None])
def test_only_service_administrators_keep_the_checks(draft, admin, role):
    person = member(role) if role else UserFactory()
    published = publish(draft_of(admin), admin)
    acts = (
        lambda: start_matrix(by=person, source=draft, form_key=uuid.uuid4()),
        lambda: save_edges(by=person, draft=draft, edges=(1, 2, 3, 4), version=1),
        lambda: save_check(
            by=person, draft=draft, check="dbs", cells=ways(*["evidence"] * 5), minutes={}, version=1
        ),
        lambda: publish(draft, person, day=TODAY),
        lambda: withdraw_matrix(by=person, version=published, reason="No."),
        lambda: discard_matrix(by=person, draft=draft),
        lambda: restore_matrix(by=person, draft=draft),
    )
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()


# --- what the database itself refuses


@pytest.mark.parametrize(
    "changes",
    [
        {"t1_to_pence": 1_200_000},
        {"t0_to_pence": 0},
        {"status": "nothing"},
        {"status": "published"},
        {"status": "published", "effective_from": LATER, "published_at": timezone.now(), "reason": ""},
        {"status": "withdrawn", "effective_from": LATER, "published_at": timezone.now(), "reason": "So."},
        {"effective_from": LATER},
    ],
)
def test_database_refuses_a_version_that_cannot_be(draft, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        MatrixVersion.objects.filter(pk=draft.pk).update(**changes)


def test_database_refuses_two_versions_from_one_day(draft, admin):
    publish(draft, admin)
    other = draft_of(admin)
    fields = {"published_at": timezone.now(), "reason": "So.", "effective_from": LATER}
    with pytest.raises(IntegrityError), transaction.atomic():
        MatrixVersion.objects.filter(pk=other.pk).update(status="published", **fields)


@pytest.mark.parametrize("changes", [{"how": "maybe"}, {"otherwise": "maybe"}, {"band": 5}, {"share_bps": 10_001}])
def test_database_refuses_a_cell_that_cannot_be(draft, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.cells.filter(check_code="dbs", band=4).update(**changes)
