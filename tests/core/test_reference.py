"""The reference files, and how they become rows."""

import csv
import datetime
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from core.models import (
    Area,
    AreaBelonging,
    Body,
    BodyRole,
    Cohort,
    DesiredOutcome,
    ExclusionGround,
    NeedCategory,
    NoticeType,
)
from core.models.places import AreaKind, BodyKind
from core.queries.places import delivery_units_of, regions
from core.reference.loading import FILES, FOLDER, BadReference, load_reference
from tests.factories.places import PlaceImportFactory

pytestmark = pytest.mark.django_db

MODELS = [file.model for file in FILES]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files that a test may spoil."""
    for file in FILES:
        shutil.copy(FOLDER / file.name, tmp_path)
    return tmp_path


@pytest.fixture
def empty() -> None:
    """No reference rows, whatever the test database was made with."""
    for model in reversed(MODELS):
        model._default_manager.all().delete()


@pytest.fixture
def loaded(empty: None) -> None:
    load_reference()


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(path: Path, text: str) -> int:
    """The number of the first line that holds a text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def count_all() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in MODELS}


def writes(queries: CaptureQueriesContext) -> list[str]:
    return [q["sql"] for q in queries if q["sql"].split()[0].upper() in {"INSERT", "UPDATE", "DELETE", "REPLACE"}]


# --- What is in the files ------------------------------------------------------------------------


def test_files_hold_the_published_counts(loaded: None) -> None:
    assert {kind: Area.objects.filter(kind=kind).count() for kind in AreaKind} == {
        AreaKind.PROBATION_REGION: 12,
        AreaKind.DELIVERY_UNIT: 109,
        AreaKind.POLICE_AREA: 43,
        AreaKind.COMBINED_AUTHORITY: 16,
        AreaKind.COUNCIL: 4,
        AreaKind.INTEGRATED_CARE_BOARD: 0,
        AreaKind.COURTS_REGION: 1,
        AreaKind.PROSECUTION_AREA: 1,
        AreaKind.PROBATION_DIVISION: 1,
        AreaKind.REHABILITATION_PACKAGE: 1,
        AreaKind.TOWN: 1,
    }
    assert {kind: Body.objects.filter(kind=kind).count() for kind in BodyKind} == {
        BodyKind.PROBATION_REGION: 12,
        BodyKind.PCC: 37,
        BodyKind.MAYOR: 5,
        BodyKind.OTHER_POLICING_BODY: 1,
        BodyKind.COMBINED_AUTHORITY: 16,
        BodyKind.COUNCIL: 4,
        BodyKind.INTEGRATED_CARE_BOARD: 0,
        BodyKind.POLICE_FORCE: 2,
        BodyKind.PROSECUTION: 1,
        BodyKind.COURTS: 1,
        BodyKind.PROBATION_DIVISION: 1,
        BodyKind.REHABILITATION_COMPANY: 1,
    }
    assert count_all() == {
        "Area": 189,
        "AreaBelonging": 185,
        "Body": 81,
        "BodyRole": 82,
        "NeedCategory": 11,
        "DesiredOutcome": 26,
        "Cohort": 11,
        "ExclusionGround": 24,
        "IncomeBand": 6,
        "Language": 30,
        "NoticeType": 17,
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_row_has_a_source_a_reader_outside_can_follow(file) -> None:
    with (FOLDER / file.name).open(encoding="utf-8", newline="") as opened:
        sources = [row["source"] for row in csv.DictReader(opened)]
    assert sources
    assert all(source.strip() for source in sources)
    assert not [source for source in sources if "find_string" in source]


def test_files_speak_of_people_on_probation(loaded: None) -> None:
    for outcome in DesiredOutcome.objects.all():
        assert "service user" not in outcome.text.lower()
        assert "person on probation" in outcome.text


def test_every_delivery_unit_lies_in_exactly_one_region(loaded: None) -> None:
    in_region = models.Q(belongs_to__kind=AreaKind.PROBATION_REGION)
    units = Area.objects.filter(kind=AreaKind.DELIVERY_UNIT)
    units = units.annotate(held_by=models.Count("belongs_to", filter=in_region))
    assert {unit.held_by for unit in units} == {1}
    assert sum(delivery_units_of(region).count() for region in regions()) == 109


def test_queries_give_regions_and_their_units_by_name(loaded: None) -> None:
    names = [region.name for region in regions()]
    assert names == sorted(names)
    assert len(names) == 12
    london = Area.objects.get(kind=AreaKind.PROBATION_REGION, slug="london")
    assert delivery_units_of(london).count() == 18
    assert delivery_units_of(london)[0].name == "Barking, Dagenham and Havering"


def test_every_police_area_has_one_policing_body(loaded: None) -> None:
    for area in Area.objects.filter(kind=AreaKind.POLICE_AREA):
        assert BodyRole.objects.filter(area=area, role="policing_body").count() == 1, area


def test_commissioners_have_no_invented_last_day(loaded: None) -> None:
    roles = BodyRole.objects.filter(body__kind=BodyKind.PCC)
    assert roles.count() == 37
    for role in roles:
        assert role.valid_to is None
        assert role.ends_in == datetime.date(2028, 5, 1)
        assert "May 2028" in role.note


def test_figures_nobody_published_stay_null(loaded: None) -> None:
    published = dict(NeedCategory.objects.exclude(sufficient_pct=None).values_list("code", "sufficient_pct"))
    assert published == {"accommodation": 42, "thinking": 30, "lifestyle": 17}
    drugs = NeedCategory.objects.get(code="drugs")
    assert (drugs.sufficient_pct, drugs.community_pct, drugs.custody_pct) == (None, None, None)
    assert not AreaBelonging.objects.exclude(share_bps=None).exists()


def test_exclusion_grounds_are_fifteen_mandatory_and_nine_discretionary(loaded: None) -> None:
    kinds = list(ExclusionGround.objects.values_list("kind", flat=True))
    assert kinds == ["mandatory"] * 15 + ["discretionary"] * 9


def test_notice_types_come_in_the_order_of_their_numbers(loaded: None) -> None:
    assert [notice.code for notice in NoticeType.objects.all()] == [f"UK{number}" for number in range(1, 18)]


# --- How they are loaded -------------------------------------------------------------------------


def test_second_load_writes_nothing(loaded: None) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        again = load_reference()
    assert writes(queries) == []
    assert all(file.new == file.changed == 0 for file in again)
    own = {file.name for file in FILES}
    assert sum(file.unchanged for file in again if file.name in own) == sum(count_all().values())


def test_first_load_is_seen_as_writes(empty: None) -> None:
    """The control for the test above: the same count does see writes."""
    with CaptureQueriesContext(connection) as queries:
        load_reference()
    assert len(writes(queries)) >= len(FILES)


def test_changed_row_keeps_its_identity(loaded: None, folder: Path) -> None:
    before = Area.objects.get(kind=AreaKind.DELIVERY_UNIT, slug="bolton")
    replace(folder / "areas.csv", "bolton,Bolton,", "bolton,Bolton and around,")
    result = {file.name: file for file in load_reference(folder)}
    after = Area.objects.get(kind=AreaKind.DELIVERY_UNIT, slug="bolton")
    assert (after.pk, after.name) == (before.pk, "Bolton and around")
    assert (result["areas.csv"].new, result["areas.csv"].changed, result["areas.csv"].unchanged) == (0, 1, 188)


def test_figure_taken_back_becomes_null(loaded: None, folder: Path) -> None:
    replace(folder / "need_categories.csv", ",42,,Help was", ",,,Help was")
    load_reference(folder)
    assert NeedCategory.objects.get(code="accommodation").sufficient_pct is None


def test_row_gone_from_the_file_stays(loaded: None, folder: Path) -> None:
    path = folder / "cohorts.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    load_reference(folder)
    assert Cohort.objects.count() == 11


def test_row_an_operator_imported_since_stays_theirs(loaded: None, folder: Path) -> None:
    roles = BodyRole.objects.filter(body__slug="police-and-crime-commissioner-for-dorset")
    roles.update(valid_to="2028-05-09", ends_in=None, last_import=PlaceImportFactory())
    load_reference(folder)
    assert str(roles.get().valid_to) == "2028-05-09"


def test_role_may_be_held_again_from_a_later_day(empty: None, folder: Path) -> None:
    path = folder / "body_roles.csv"
    old = "london-probation-service,probation_region,london,commissions_probation,2021-06-26,,"
    line = next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(old))
    first, second = (
        line.replace(old, old[:-1] + "2024-01-01,"),
        line.replace(old, old.replace("2021-06-26", "2024-01-01")),
    )
    replace(path, line, f"{first}\n{second}")
    load_reference(folder)
    assert BodyRole.objects.filter(body__slug="london-probation-service").count() == 2


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("areas.csv", "delivery_unit,bolton", "delivery_town,bolton", "kind:"),
        ("areas.csv", "delivery_unit,bolton", "delivery_unit,bol ton", "slug:"),
        ("areas.csv", "Bolton,N50BOLT,,", "Bolton,N50BOLT,2026-02-30,", "valid_from:"),
        ("areas.csv", "Bolton,N50BOLT,,", "Bolton,N50BOLT,2026-02-01,2026-02-01", "end after it starts"),
        ("areas.csv", "Bolton,N50BOLT,", "Bolton,N50BOLT", "7 cells where 8 belong"),
        ("areas.csv", "Bury and Rochdale,N50ROBO", "Bury and Rochdale,N50BOLT", "same kind and code"),
        ("areas.csv", "bolton,Bolton", f"bolton,{'B' * 121}", "name:"),
        (
            "area_belongings.csv",
            "bolton,probation_region,greater-manchester",
            "bolton,probation_region,x",
            "parent:",
        ),
        ("area_belongings.csv", "probation_region,greater-manchester,,", "delivery_unit,bolton,,", "to itself"),
        ("area_belongings.csv", "greater-manchester,,", "greater-manchester,0,", "basis points"),
        ("area_belongings.csv", "greater-manchester,,", "greater-manchester,10001,", "basis points"),
        ("bodies.csv", "mayor,mayor-of-london", "king,mayor-of-london", "kind:"),
        ("area_belongings.csv", "greater-manchester,,whole", "greater-manchester,10000,part", "a part is less"),
        ("area_belongings.csv", "greater-manchester,,whole", "greater-manchester,500,whole", "a part is less"),
        ("area_belongings.csv", "greater-manchester,,whole", "greater-manchester,500,", "a part is less"),
        ("body_roles.csv", "london,commissions_probation,", "london,rules,", "role:"),
        ("body_roles.csv", "2012-11-22,,2028-05-01", "2012-11-22,,2028-05-02", "by its first day"),
        ("body_roles.csv", "2012-11-22,,2028-05-01", "2012-11-22,2028-05-09,2028-05-01", "by its first day"),
        ("need_categories.csv", ",42,", ",101,", "sufficient_pct:"),
        ("need_categories.csv", ",42,", ",-1,", "sufficient_pct:"),
        ("need_categories.csv", ",42,", ",4x,", "sufficient_pct:"),
        ("desired_outcomes.csv", "ete,ete_kept", "work,ete_kept", "category: there is no work"),
        ("cohorts.csv", "veterans,Veterans", "women,Veterans", "same code as line 2"),
        ("cohorts.csv", "Women,,Accord policy", "Women,,", "source:"),
        ("cohorts.csv", "Women", "Wom\0en", "NUL"),
        ("cohorts.csv", "women,Women,", '"women"x,Women,', "not CSV"),
        ("cohorts.csv", "code,name", "code,label", "columns must be code, name"),
        ("exclusion_grounds.csv", "terrorism,mandatory", "terrorism,advisory", "kind:"),
        ("notice_types.csv", "UK4,Tender notice,tender", "UK4,Tender notice,middle", "stage:"),
    ],
)
def test_bad_row_is_refused_with_its_line_and_nothing_is_written(
    empty: None, folder: Path, name: str, old: str, new: str, says: str
) -> None:
    replace(folder / name, old, new)
    with pytest.raises(BadReference, match=says) as refusal:
        load_reference(folder)
    assert refusal.value.file == name
    assert refusal.value.line == line_of(folder / name, new)
    assert set(count_all().values()) == {0}


def test_bad_row_in_the_last_file_leaves_loaded_rows_as_they_were(loaded: None, folder: Path) -> None:
    replace(folder / "areas.csv", "bolton,Bolton,", "bolton,Elsewhere,")
    replace(folder / "notice_types.csv", "UK17,Payments compliance notice,", "UK17,,")
    with pytest.raises(BadReference, match=r"notice_types\.csv, line 18"):
        load_reference(folder)
    assert Area.objects.get(kind=AreaKind.DELIVERY_UNIT, slug="bolton").name == "Bolton"


def test_missing_or_unreadable_file_is_refused_by_name(empty: None, folder: Path) -> None:
    (folder / "cohorts.csv").write_bytes(b"code,name,definition,source\nwomen,W\xff,,x\n")
    with pytest.raises(BadReference, match=r"cohorts\.csv, line 1: the file is not UTF-8"):
        load_reference(folder)
    (folder / "cohorts.csv").unlink()
    with pytest.raises(BadReference, match=r"cohorts\.csv, line 1: the file is missing"):
        load_reference(folder)


def test_command_prints_one_line_per_file(empty: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_reference")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "areas.csv: 189 rows, 189 new, 0 changed, 0 unchanged"
    assert [line.split(":")[0] for line in lines[: len(FILES)]] == [file.name for file in FILES]
    # What other apps bring along comes after our own.
    assert lines[len(FILES) :] == ["check_versions.csv: 1 rows, 0 new, 0 changed, 1 unchanged"]
    call_command("load_reference")
    assert capsys.readouterr().out.splitlines()[0] == "areas.csv: 189 rows, 0 new, 0 changed, 189 unchanged"


def test_command_fails_with_one_readable_line(empty: None, folder: Path) -> None:
    replace(folder / "cohorts.csv", "veterans,", "women,")
    with pytest.raises(
        CommandError, match=r"^Nothing was loaded\. cohorts\.csv, line \d+: the same code as line 2\.$"
    ):
        call_command("load_reference", folder=folder)


# --- What the database itself refuses ------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Area, {"kind": "village"}),
        (Area, {"source": ""}),
        (Area, {"valid_from": "2026-01-02", "valid_to": "2026-01-01"}),
        (AreaBelonging, {"child": models.F("parent")}),
        (AreaBelonging, {"share_bps": 0}),
        (AreaBelonging, {"share_bps": 10_001}),
        (AreaBelonging, {"source": ""}),
        (AreaBelonging, {"extent": "half"}),
        (AreaBelonging, {"valid_from": "2026-01-02", "valid_to": "2026-01-01"}),
        (Body, {"kind": "king"}),
        (Body, {"source": ""}),
        (BodyRole, {"role": "rules"}),
        (BodyRole, {"source": ""}),
        (BodyRole, {"valid_from": "2026-01-01", "valid_to": "2026-01-01"}),
        (BodyRole, {"ends_in": "2028-05-02"}),
        (NeedCategory, {"sufficient_pct": 101}),
        (NeedCategory, {"community_pct": 101}),
        (NeedCategory, {"custody_pct": 101}),
        (NeedCategory, {"helped_short_pct": 101}),
        (NeedCategory, {"helped_long_pct": 101}),
        (NeedCategory, {"source": ""}),
        (Cohort, {"source": ""}),
        (DesiredOutcome, {"source": ""}),
        (ExclusionGround, {"kind": "advisory"}),
        (ExclusionGround, {"source": ""}),
        (NoticeType, {"stage": "middle"}),
        (NoticeType, {"source": ""}),
    ],
)
def test_database_refuses_a_wrong_value(
    loaded: None, model: type[models.Model], change: dict[str, object]
) -> None:
    row = model._default_manager.all()[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(pk=row.pk).update(**change)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_database_refuses_a_row_twice(loaded: None, model: type[models.Model]) -> None:
    row = model._default_manager.all()[0]
    row.pk, row._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.bulk_create([row])
