"""Bringing in case figures: what a file may hold, what confirming changes, and how it is undone."""

import io
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from core.access import Refused, Stale
from core.models import Event
from core.roles import Role
from core.sheets import Problem
from marketplace.models import Assessment, AssessmentImport
from marketplace.services.assessments import (
    UnreadableFile,
    check_file,
    confirm_import,
    discard_import,
    look_again,
    take_back_import,
    upload_assessments,
)
from tests.factories.core import CommissionerFactory, member
from tests.marketplace.assessment_scene import HEADING, SOURCE, Scene, in_force, region_of

pytestmark = pytest.mark.django_db

NORTH, SOUTH = "Northton,2026-Q1,accommodation", "Southton,2026-Q1,accommodation"


@pytest.fixture
def scene() -> Scene:
    return Scene()


def told(scene: Scene, *lines: str, heading: str = HEADING) -> list[tuple[int, str, str]]:
    """Every problem of a file of these lines."""
    file = io.BytesIO("\n".join([heading, *lines]).encode())
    with pytest.raises(UnreadableFile) as refusal:
        check_file(file, organisation=scene.body)
    problems: list[Problem] = list(refusal.value.problems)
    return [(problem.line, problem.column, str(problem.sentence)) for problem in problems]


# --- Looking ------------------------------------------------------------------------------------------


def test_an_upload_says_what_it_would_change_and_changes_nothing(scene: Scene) -> None:
    scene.bring_in(f"{NORTH},100,80,40", f"{SOUTH},50,40,30")
    batch = scene.upload(
        f"{NORTH},100,80,41", f"{SOUTH},50,40,30", "Testshire,2025 q4,Lifestyle and associates,9,8,7"
    )
    assert (batch.rows, batch.adds, batch.replaces, batch.keeps) == (3, 1, 1, 1)
    assert batch.waits
    assert batch.first_starts_on.isoformat() == "2025-10-01"
    assert batch.last_ends_on.isoformat() == "2026-03-31"
    assert len(in_force()) == 2
    assert default_storage.exists(batch.file.name)
    assert Event.objects.filter(action="assessment_import.upload", object_id=batch.pk).exists()


def test_the_same_form_sent_twice_waits_once(scene: Scene) -> None:
    key = uuid.uuid4()

    def send(by=None):
        return upload_assessments(
            by=by or scene.manager,
            organisation=scene.body,
            file=io.BytesIO(f"{HEADING}\n{NORTH},3,2,1".encode()),
            file_name="a.csv",
            source=SOURCE,
            form_key=key,
        )

    assert send() == send()
    assert AssessmentImport.objects.count() == 1
    with pytest.raises(Refused, match="sent before for another file"):
        send(by=scene.director)


def test_areas_are_known_by_code_short_name_and_name_and_groups_by_columns(scene: Scene) -> None:
    unit = scene.region.contains.get(name="Northton")
    unit.code = "T1N"
    unit.save()
    heading = HEADING + ",Women priority,women_available,WOMEN: sufficient,Young adults priority"
    heading += ",young_adults available,young adults sufficient"
    scene.bring_in(
        "t1n,2026-Q1,accommodation,100,80,40,30,20,10,,,",
        'NORTHTON,Q4 2025,"Education, training and employment","1,200",80,40,,,,30,20,0',
        heading=heading,
    )
    assert in_force() == {
        ("Northton", "2026-01-01", "accommodation", ""): (100, 80, 40),
        ("Northton", "2026-01-01", "accommodation", "women"): (30, 20, 10),
        ("Northton", "2025-10-01", "ete", ""): (1200, 80, 40),
        ("Northton", "2025-10-01", "ete", "young_adults"): (30, 20, 0),
    }


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("Nowhere,2026-Q1,accommodation,3,2,1", "area", "“Nowhere” is no probation region or delivery unit."),
        ("Elseton,2026-Q1,accommodation,3,2,1", "area", "“Elseton” does not lie in your region."),
        ("Northton,spring,accommodation,3,2,1", "period", "“spring” is not a quarter"),
        ("Northton,2099-Q1,accommodation,3,2,1", "period", "This quarter is not over yet."),
        ("Northton,2026-Q1,housing,3,2,1", "category", "“housing” is no kind of need we know."),
        (f"{NORTH},many,2,1", "priority", "“many” is not a number"),
        (f"{NORTH},3,-2,1", "available", "from 0 to"),
        (f"{NORTH},3,2,99999999999", "sufficient", "from 0 to"),
        (f"{NORTH},3,4,1", "available", "“available” is more than “priority”."),
        (f"{NORTH},3,2,3", "sufficient", "“sufficient” is more than “available”."),
        (f"{NORTH},3,,1", "available", "This cell is empty."),
        (f"{NORTH},3,2", "sufficient", "This cell is empty."),
    ],
)
def test_each_wrong_line_is_told_with_its_number_and_column(scene, line: str, column: str, says: str) -> None:
    region_of("Elseton", name="Elsewhere")
    ((number, where, sentence),) = told(scene, f"{SOUTH},3,2,1", line)
    assert (number, where) == (3, column)
    assert says in sentence


def test_the_same_figure_twice_is_told_with_the_line_of_the_first(scene: Scene) -> None:
    assert told(scene, f"{NORTH},3,2,1", "northton,Q1 2026,Accommodation,3,2,1") == [
        (3, "", "The same area, period and kind of need stand on line 2.")
    ]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ("3,2,", "Give all three counts"),
        ("30,2,1", "“women priority” is more than “priority”."),
        ("2,3,1", "“women available” is more than “women priority”."),
    ],
)
def test_a_group_counts_all_three_and_no_more_than_everyone(scene: Scene, cells: str, says: str) -> None:
    heading = f"{HEADING},women priority,women available,women sufficient"
    ((line, _column, sentence),) = told(scene, f"{NORTH},10,9,8,{cells}", heading=heading)
    assert line == 2
    assert says in sentence


def test_all_problems_of_a_file_are_told_at_once(scene: Scene) -> None:
    lines = [f"{NORTH},3,2,1", "x,y,z,a,b,c", f"{SOUTH},1,2,3"]
    assert [(line, column) for line, column, _says in told(scene, *lines)] == [
        (3, "area"),
        (3, "period"),
        (3, "category"),
        (4, "available"),
    ]


# --- Who ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.PANEL_MEMBER, Role.COMMISSIONER_FINANCE])
def test_only_directors_managers_and_administrators_bring_figures_in(scene: Scene, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        scene.upload(f"{NORTH},3,2,1", by=member(role, scene.body))
    assert not AssessmentImport.objects.exists()


def test_people_of_another_body_cannot_confirm_or_take_back(scene: Scene) -> None:
    batch = scene.upload(f"{NORTH},3,2,1")
    stranger = member(Role.DIRECTOR)
    for act in (
        lambda: confirm_import(by=stranger, batch=batch, plan_sha256=batch.plan_sha256),
        lambda: discard_import(by=stranger, batch=batch),
        lambda: look_again(by=stranger, batch=batch),
        lambda: take_back_import(by=stranger, batch=batch, reason="Mine"),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert in_force() == {}


def test_a_body_without_a_region_has_nothing_to_send(scene: Scene) -> None:
    body = CommissionerFactory()
    with pytest.raises(Refused, match="does not commission for a probation region"):
        upload_assessments(
            by=member(Role.DIRECTOR, body),
            organisation=body,
            file=io.BytesIO(b""),
            file_name="a.csv",
            source=SOURCE,
            form_key=uuid.uuid4(),
        )


def test_the_administrator_sends_figures_for_every_region(scene: Scene) -> None:
    region_of("Elseton", name="Elsewhere")
    file = io.BytesIO(f"{HEADING}\n{NORTH},3,2,1\nElseton,2026-Q1,drugs,3,2,1".encode())
    batch = upload_assessments(
        by=scene.administrator,
        organisation=scene.operator,
        file=file,
        file_name="all.csv",
        source=SOURCE,
        form_key=uuid.uuid4(),
    )
    confirm_import(by=scene.administrator, batch=batch, plan_sha256=batch.plan_sha256)
    assert {name for name, *_rest in in_force()} == {"Northton", "Elseton"}


def test_a_source_has_to_be_named(scene: Scene) -> None:
    with pytest.raises(Refused, match="Say where the figures come from"):
        upload_assessments(
            by=scene.manager,
            organisation=scene.body,
            file=io.BytesIO(f"{HEADING}\n{NORTH},3,2,1".encode()),
            file_name="a.csv",
            source=" ",
            form_key=uuid.uuid4(),
        )


# --- Confirming ---------------------------------------------------------------------------------------


def test_confirmed_figures_count_and_the_file_is_gone(scene: Scene, django_capture_on_commit_callbacks) -> None:
    batch = scene.upload(f"{NORTH},100,80,40")
    name = batch.file.name
    with django_capture_on_commit_callbacks(execute=True):
        confirm_import(by=scene.director, batch=batch, plan_sha256=batch.plan_sha256)
    assert in_force() == {("Northton", "2026-01-01", "accommodation", ""): (100, 80, 40)}
    batch.refresh_from_db()
    assert (batch.applied_by, batch.counts, bool(batch.file)) == (scene.director, True, False)
    assert not default_storage.exists(name)
    assert Assessment.objects.get().ends_on.isoformat() == "2026-03-31"
    event = Event.objects.get(action="assessment_import.confirm")
    assert event.after["adds"] == 1


def test_a_later_import_takes_the_place_of_the_rows_it_names(scene: Scene) -> None:
    scene.bring_in(f"{NORTH},100,80,40", f"{SOUTH},50,40,30")
    scene.bring_in(f"{NORTH},100,80,45")
    assert in_force() == {
        ("Northton", "2026-01-01", "accommodation", ""): (100, 80, 45),
        ("Southton", "2026-01-01", "accommodation", ""): (50, 40, 30),
    }
    assert Assessment.objects.count() == 3


def test_a_confirmation_of_what_has_changed_since_is_told_and_changes_nothing(scene: Scene) -> None:
    batch = scene.upload(f"{NORTH},100,80,40")
    seen = batch.plan_sha256
    scene.bring_in(f"{NORTH},90,80,40")
    with pytest.raises(Stale, match="Other figures came in"):
        confirm_import(by=scene.manager, batch=batch, plan_sha256=seen)
    assert in_force() == {("Northton", "2026-01-01", "accommodation", ""): (90, 80, 40)}
    batch = look_again(by=scene.manager, batch=batch)
    assert (batch.adds, batch.replaces) == (0, 1)
    confirm_import(by=scene.manager, batch=batch, plan_sha256=batch.plan_sha256)
    assert in_force() == {("Northton", "2026-01-01", "accommodation", ""): (100, 80, 40)}


def test_a_file_is_imported_once(scene: Scene) -> None:
    batch = scene.bring_in(f"{NORTH},100,80,40")
    with pytest.raises(Refused, match="imported already"):
        confirm_import(by=scene.manager, batch=batch, plan_sha256=batch.plan_sha256)


def test_a_file_whose_areas_left_the_region_meanwhile_is_told(scene: Scene) -> None:
    batch = scene.upload(f"{NORTH},100,80,40")
    scene.region.holdings.all().delete()
    with pytest.raises(UnreadableFile):
        confirm_import(by=scene.manager, batch=batch, plan_sha256=batch.plan_sha256)
    assert in_force() == {}


def test_nothing_is_half_done_when_the_last_step_fails(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.bring_in(f"{NORTH},100,80,40")
    batch = scene.upload(f"{NORTH},100,80,41", f"{SOUTH},50,40,30")
    name = batch.file.name

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("The chain of events is out of reach.")

    monkeypatch.setattr("core.audit.record", broken)
    with pytest.raises(RuntimeError):
        confirm_import(by=scene.manager, batch=batch, plan_sha256=batch.plan_sha256)
    assert in_force() == {("Northton", "2026-01-01", "accommodation", ""): (100, 80, 40)}
    batch.refresh_from_db()
    assert batch.waits
    assert default_storage.exists(name)


# --- Taking back --------------------------------------------------------------------------------------


def test_taking_back_puts_in_force_what_was_replaced(scene: Scene) -> None:
    scene.bring_in(f"{NORTH},100,80,40")
    second = scene.bring_in(f"{NORTH},100,80,45", f"{SOUTH},50,40,30")
    take_back_import(by=scene.director, batch=second, reason="The wrong quarter was extracted.")
    assert in_force() == {("Northton", "2026-01-01", "accommodation", ""): (100, 80, 40)}
    second.refresh_from_db()
    assert (second.counts, second.taken_back_by) == (False, scene.director)
    assert Event.objects.get(action="assessment_import.take_back").reason == "The wrong quarter was extracted."


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_imports_are_taken_back_in_any_order(scene: Scene, order: tuple[int, ...]) -> None:
    three = [scene.bring_in(f"{NORTH},100,80,{40 + number}") for number in range(3)]
    left = {0, 1, 2}
    for number in order:
        take_back_import(by=scene.manager, batch=three[number], reason="Wrong.")
        left.remove(number)
        expected = {("Northton", "2026-01-01", "accommodation", ""): (100, 80, 40 + max(left))} if left else {}
        assert in_force() == expected


def test_what_was_taken_back_may_come_in_again(scene: Scene) -> None:
    take_back_import(by=scene.manager, batch=scene.bring_in(f"{NORTH},100,80,40"), reason="Too early.")
    scene.bring_in(f"{NORTH},100,80,40")
    assert len(in_force()) == 1


def test_taking_back_needs_a_reason_and_something_to_take_back(scene: Scene) -> None:
    waiting, done = scene.upload(f"{NORTH},100,80,40"), scene.bring_in(f"{SOUTH},100,80,40")
    with pytest.raises(Refused, match="Say why"):
        take_back_import(by=scene.manager, batch=done, reason=" ")
    with pytest.raises(Refused, match="never imported"):
        take_back_import(by=scene.manager, batch=waiting, reason="Wrong.")
    take_back_import(by=scene.manager, batch=done, reason="Wrong.")
    with pytest.raises(Refused, match="taken back already"):
        take_back_import(by=scene.manager, batch=done, reason="Wrong.")


def test_a_waiting_file_may_be_thrown_away_and_an_imported_one_may_not(
    scene: Scene, django_capture_on_commit_callbacks
) -> None:
    waiting, done = scene.upload(f"{NORTH},100,80,40"), scene.bring_in(f"{SOUTH},100,80,40")
    name = waiting.file.name
    with django_capture_on_commit_callbacks(execute=True):
        discard_import(by=scene.manager, batch=waiting)
    assert list(AssessmentImport.objects.all()) == [done]
    assert not default_storage.exists(name)
    assert Event.objects.filter(action="assessment_import.discard").exists()
    with pytest.raises(Refused, match="Take the import back instead"):
        discard_import(by=scene.manager, batch=done)
    with pytest.raises(Refused, match="threw this file away"):
        discard_import(by=scene.manager, batch=waiting)


# --- What the database holds --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"available_cases": 101},
        {"sufficient_cases": 81},
        {"ends_on": "2025-12-31"},
        {"priority_cases": -1},
    ],
)
def test_the_database_keeps_counts_within_each_other(scene: Scene, changes: dict[str, object]) -> None:
    scene.bring_in(f"{NORTH},100,80,40")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.update(**changes)


@pytest.mark.parametrize("women", ["", "women"])
def test_the_database_keeps_one_row_in_force(scene: Scene, women: str) -> None:
    heading = f"{HEADING},women priority,women available,women sufficient"
    scene.bring_in(f"{NORTH},100,80,40,30,20,10", heading=heading)
    row = Assessment.objects.get(cohort__code=women) if women else Assessment.objects.get(cohort=None)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    row.pk, row.in_force = None, False
    row.save(force_insert=True)


# --- The command --------------------------------------------------------------------------------------


def command(scene: Scene, path, *more: str) -> str:
    out = io.StringIO()
    options = ["--by", scene.manager.email, "--organisation", scene.body.name, "--source", SOURCE]
    call_command("import_assessments", str(path), *options, *more, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_looks_first_and_imports_then(scene: Scene, tmp_path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(f"{HEADING}\n{NORTH},100,80,40")
    assert "1 new, 0 changed, 0 unchanged" in command(scene, path, "--dry-run")
    assert in_force() == {}
    assert "Imported: 1 new" in command(scene, path)
    assert len(in_force()) == 1


def test_the_command_says_what_is_wrong_and_imports_nothing(scene: Scene, tmp_path, capsys) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(f"{HEADING}\n{NORTH},100,80,40\nNowhere,2026-Q1,drugs,3,2,1")
    with pytest.raises(CommandError, match="1 problems"):
        command(scene, path)
    with pytest.raises(CommandError, match="There is no file"):
        command(scene, tmp_path / "none.csv")
    with pytest.raises(CommandError, match="no such person"):
        call_command("import_assessments", str(path), "--by", "x@example.org", "--organisation", "Nobody")
    path.write_text(f"{HEADING}\n{NORTH},100,80,40")
    with pytest.raises(CommandError, match="role"):
        call_command(
            "import_assessments",
            str(path),
            "--by",
            member(Role.PRACTITIONER, scene.body).email,
            "--organisation",
            scene.body.name,
        )
    assert in_force() == {}
