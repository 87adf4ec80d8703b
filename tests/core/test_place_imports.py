"""Files of areas, overlaps, bodies and roles: what they do, what is refused, and how they are taken back."""

import contextlib
import io
import re
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from core.access import Refused, Stale
from core.cells import BadCell
from core.models import Area, AreaBelonging, Body, BodyRole, Event, PlaceImport, User
from core.models.places import AreaKind, BodyKind, BodyRoleKind
from core.roles import Role
from core.services.place_plans import plan_of
from core.services.place_rows import COLUMNS, month, share
from core.services.places import (
    NothingToDo,
    UnreadableFile,
    apply_place_import,
    check_places,
    check_places_again,
    take_back_place_import,
)
from tests.factories.core import member
from tests.factories.marketplace import NeedFactory
from tests.factories.places import BodyFactory, acts, day, lies, town

pytestmark = pytest.mark.django_db

AREAS = """kind,name,code,valid_from,note,source
council,Cornwall,E06000052,2009-04-01,A council of its own,Order of 2008
town,Truro,,,,Gazetteer
"""


@pytest.fixture
def administrator() -> User:
    return member(Role.SERVICE_ADMINISTRATOR)


def checked(by: User, holds: str, text: str | bytes) -> PlaceImport:
    content = text.encode() if isinstance(text, str) else text
    return check_places(by=by, holds=holds, file=io.BytesIO(content), file_name=f"{holds}.csv")


def brought_in(by: User, holds: str, text: str | bytes) -> PlaceImport:
    found = checked(by, holds, text)
    return apply_place_import(by=by, place_import=found, fingerprint=found.fingerprint)


def told(holds: str, text: str) -> list[tuple[int, str]]:
    plan = plan_of(holds, io.BytesIO(text.encode()))
    return [(problem.line, f"{problem.column}: {problem.sentence}") for problem in plan.problems]


def counts(found: PlaceImport) -> tuple[int, int, int, int]:
    return found.new_count, found.changed_count, found.ended_count, found.unchanged_count


# --- what a file does --------------------------------------------------------------------------------


def test_checking_a_file_changes_nothing_but_says_what_it_would_do(administrator):
    found = checked(administrator, "areas", AREAS)
    assert found.status == "checked"
    assert counts(found) == (2, 0, 0, 0)
    assert [what for _line, what, _how in found.plan["added"]] == ["Cornwall (council)", "Truro (town)"]
    assert not Area.objects.filter(name="Truro").exists()


def test_file_carried_out_is_here_as_it_says(administrator):
    found = brought_in(administrator, "areas", AREAS)
    council = Area.objects.get(kind="council", slug="cornwall")
    assert (council.code, council.valid_from, council.note) == (
        "E06000052",
        day("2009-04-01"),
        "A council of its own",
    )
    assert council.last_import == found
    assert (found.status, found.applied_by) == ("applied", administrator)
    event = Event.objects.order_by("-sequence")[0]
    assert (event.action, event.actor_id) == ("place_import.apply", administrator.pk)
    assert event.after["added"] == 2


def test_all_four_files_make_a_place(administrator):
    brought_in(administrator, "areas", AREAS)
    brought_in(
        administrator,
        "overlaps",
        "child_kind;child;parent_kind;parent;share;source\n"
        "town;Truro;council;E06000052;whole;Map\n"
        "Council area;cornwall;Police area;Devon and Cornwall;100%;Map\n"
        "council;cornwall;Probation region;south-west;37,5 %;Made up\n",
    )
    brought_in(administrator, "bodies", "kind,name,source\ncouncil,Cornwall Council,Order of 2008\n")
    brought_in(
        administrator,
        "roles",
        "body,area_kind,area,role,valid_from,source\ncornwall-council,council,Cornwall,council,01/04/2009,Order\n",
    )
    shares = AreaBelonging.objects.filter(child__slug="cornwall").order_by("parent__kind")
    assert [(row.extent, row.share_bps) for row in shares] == [("whole", 10_000), ("part", 3750)]
    role = BodyRole.objects.get(body__slug="cornwall-council")
    assert (role.area.name, role.role, role.valid_from) == ("Cornwall", "council", day("2009-04-01"))


def test_second_import_of_the_same_file_has_nothing_to_do(administrator):
    brought_in(administrator, "areas", AREAS)
    with pytest.raises(NothingToDo):
        checked(administrator, "areas", AREAS)


def test_line_changes_ends_or_leaves_what_is_here(administrator):
    brought_in(administrator, "areas", AREAS + "town,Redruth,,,,Gazetteer\n")
    found = brought_in(
        administrator,
        "areas",
        "kind,name,slug,valid_to,source\n"
        "council,Cornwall,,2030-04-01,Order of 2008\n"
        "town,Truro City,truro,,Gazetteer\n"
        "town,Redruth,,,Gazetteer\n",
    )
    assert counts(found) == (0, 1, 1, 1)
    council = Area.objects.get(kind="council", slug="cornwall")
    assert (council.valid_to, council.code, council.note) == (
        day("2030-04-01"),
        "E06000052",
        "A council of its own",
    )
    assert Area.objects.get(kind="town", slug="truro").name == "Truro City"
    assert found.plan["ended"] == [[2, "Cornwall (council)", "valid to: – → 1 April 2030"]]


def test_area_named_by_its_code_may_get_a_new_name(administrator):
    brought_in(administrator, "areas", AREAS)
    brought_in(administrator, "areas", "kind,name,code,source\ncouncil,Kernow,e06000052,Order of 2030\n".upper())
    assert Area.objects.get(kind="council", code="E06000052").slug == "cornwall"
    assert Area.objects.get(kind="council", slug="cornwall").name == "KERNOW"


def test_empty_first_day_means_the_role_that_is_there(administrator):
    role = acts(town(), valid_from=day("2019-04-01"), body=BodyFactory(slug="here", name="Here"))
    found = brought_in(
        administrator,
        "roles",
        "body,area_kind,area,role,valid_to,source\nhere,town,newtown,council,2027-01-01,Law\n",
    )
    role.refresh_from_db()
    assert (role.valid_from, role.valid_to) == (day("2019-04-01"), day("2027-01-01"))
    assert counts(found) == (0, 0, 1, 0)


def test_day_takes_the_place_of_the_month(administrator):
    brought_in(
        administrator,
        "roles",
        "body,area_kind,area,role,valid_to,source\n"
        "police-and-crime-commissioner-for-dorset,police_area,dorset,policing_body,2028-05-08,Act of 2027\n",
    )
    role = BodyRole.objects.get(body__slug="police-and-crime-commissioner-for-dorset")
    assert (role.valid_to, role.ends_in) == (day("2028-05-08"), None)


def test_file_as_a_spreadsheet_saves_it_is_read(administrator):
    text = "\ufeffKind ; Name ;Code; SOURCE;;\r\nCouncil area; Caffè ;W1 ;  Map ;;\r\n;;;;;\r\n"
    found = brought_in(administrator, "areas", text.encode())
    assert counts(found) == (1, 0, 0, 0)
    assert Area.objects.get(kind="council", code="W1").slug == "caffe"


# --- what is refused ---------------------------------------------------------------------------------

LONG = "x" * 121


@pytest.mark.parametrize(
    ("holds", "text", "line", "says"),
    [
        ("areas", "", 0, "empty"),
        ("areas", "kind,name,source\n", 1, "no rows"),
        ("areas", "kind,name\ntown,A\n", 1, "no column “source”"),
        ("areas", "kind,name,source,colour\ntown,A,B,red\n", 1, "“colour” is not known"),
        ("areas", "kind,name,source\ntown,A,B\nvillage,A,B\n", 3, "kind: “village” is no kind of area"),
        ("areas", "kind,name,source\ntown,,B\n", 2, "name: This cell is empty"),
        ("areas", "kind,name,source\ntown,A,\n", 2, "source: This cell is empty"),
        ("areas", f"kind,name,source\ntown,{LONG},B\n", 2, "longer than 120"),
        ("areas", "kind,name,source\ntown,!!!,B\n", 2, "no letter or digit"),
        (
            "areas",
            "kind,name,valid_from,source\ntown,A,2026-02-30,B\n",
            2,
            "valid_from: “2026-02-30” is not a date",
        ),
        ("areas", "kind,name,valid_from,valid_to,source\ntown,A,2026-01-01,2026-01-01,B\n", 2, "after the first"),
        ("areas", "kind,name,source\ntown,A,B\ntown,a,C\n", 3, "Line 2 is about the same"),
        ("areas", "kind,name,code,source\ntown,A,T1,B\ntown,C,T1,D\n", 3, "Line 2 is about the same"),
        ("areas", "kind,name,code,slug,source\ncouncil,A,E06000058,a,B\n", 2, "Poole has this code already"),
        (
            "areas",
            "kind,name,slug,valid_to,source\ncouncil,Dorset,dorset,2019-04-01,B\n",
            2,
            "This began on 2019-04-01",
        ),
        (
            "overlaps",
            "child_kind,child,parent_kind,parent,share,source\ntown,bournemouth,council,nowhere,whole,B\n",
            2,
            "parent: There is no area of that kind “nowhere”",
        ),
        (
            "overlaps",
            "child_kind,child,parent_kind,parent,share,source\ntown,bournemouth,town,Bournemouth,whole,B\n",
            2,
            "cannot lie in itself",
        ),
        (
            "overlaps",
            "child_kind,child,parent_kind,parent,share,source\ntown,bournemouth,council,dorset,120%,B\n",
            2,
            "share: “120%” is no share",
        ),
        ("bodies", "kind,name,source\nking,A,B\n", 2, "kind: “king” is no kind of body"),
        (
            "roles",
            "body,area_kind,area,role,source\nnobody,town,bournemouth,council,B\n",
            2,
            "body: There is no body “nobody”",
        ),
        (
            "roles",
            "body,area_kind,area,role,source\ndorset-council,town,bournemouth,rules,B\n",
            2,
            "role: “rules” is no role",
        ),
        (
            "roles",
            "body,area_kind,area,role,valid_to,ends_in,source\n"
            "dorset-council,town,bournemouth,council,2028-05-08,2028-05,B\n",
            2,
            "not both",
        ),
        (
            "roles",
            "body,area_kind,area,role,ends_in,source\ndorset-council,town,bournemouth,council,soon,B\n",
            2,
            "“soon” is not a month",
        ),
        (
            "roles",
            "body,area_kind,area,role,valid_from,source\ndorset-council,council,dorset,council,2025-01-01,B\n",
            2,
            "has that role there from 2019-04-01",
        ),
        (
            "roles",
            "body,area_kind,area,role,valid_from,source\n"
            "dorset-council,town,bournemouth,council,2025-01-01,B\n"
            "dorset-council,town,bournemouth,council,2026-01-01,B\n",
            3,
            "Line 2 gives this body the same role",
        ),
    ],
)
def test_bad_line_is_told_by_its_number_and_nothing_is_kept(administrator, holds, text, line, says):
    problems = told(holds, text)
    assert [number for number, _sentence in problems] == [line]
    assert says in problems[0][1]
    with pytest.raises(UnreadableFile):
        checked(administrator, holds, text)
    assert not PlaceImport.objects.exists()


def test_every_bad_line_is_told_not_only_the_first():
    text = "kind,name,valid_from,source\ntown,A,x,B\ntown,C,,D\nvillage,E,y,F\n"
    assert [line for line, _sentence in told("areas", text)] == [2, 4, 4]


def test_name_that_two_areas_share_must_be_said_otherwise(administrator):
    town("Newport", slug="newport-a")
    town("Newport", slug="newport-b")
    text = "child_kind,child,parent_kind,parent,source\ntown,{},council,dorset,B\n"
    assert "More than one is called “Newport”" in told("overlaps", text.format("Newport"))[0][1]
    assert told("overlaps", text.format("newport-b")) == []


def test_nobody_else_brings_places_in():
    for role in (Role.AUDITOR, Role.DIRECTOR, Role.OWNER):
        with pytest.raises(PermissionDenied):
            checked(member(role), "areas", AREAS)


def test_file_sent_twice_with_one_key_waits_once(administrator):
    first = checked(administrator, "areas", AREAS)
    again = check_places(
        by=administrator,
        holds="areas",
        file=io.BytesIO(AREAS.encode()),
        file_name="areas.csv",
        form_key=first.form_key,
    )
    assert again == first


def test_file_is_carried_out_once(administrator):
    found = brought_in(administrator, "areas", AREAS)
    with pytest.raises(Refused, match="can no longer be done"):
        apply_place_import(by=administrator, place_import=found, fingerprint=found.fingerprint)


def test_check_that_places_have_overtaken_is_stale_until_looked_at_again(administrator):
    found = checked(administrator, "areas", AREAS)
    town("Truro", source="Somebody else")
    with pytest.raises(Stale, match="would do something else by now"):
        apply_place_import(by=administrator, place_import=found, fingerprint=found.fingerprint)
    assert not Area.objects.filter(name="Cornwall").exists()
    again = check_places_again(by=administrator, place_import=found)
    assert counts(again) == (1, 1, 0, 0)
    with pytest.raises(Stale):
        apply_place_import(by=administrator, place_import=found, fingerprint=found.fingerprint)
    apply_place_import(by=administrator, place_import=again, fingerprint=again.fingerprint)
    assert Area.objects.get(name="Truro").source == "Gazetteer"


def test_file_that_no_longer_fits_says_why(administrator):
    place = town()
    text = "child_kind,child,parent_kind,parent,source\ntown,newtown,council,dorset,B\n"
    found = checked(administrator, "overlaps", text)
    place.delete()
    with pytest.raises(UnreadableFile) as error:
        apply_place_import(by=administrator, place_import=found, fingerprint=found.fingerprint)
    assert [problem.line for problem in error.value.problems] == [2]


# --- taking back -------------------------------------------------------------------------------------


def test_import_taken_back_leaves_everything_as_it_was(administrator):
    town("Truro", source="Old map", note="Kept")
    before = list(Area.objects.order_by("pk").values())
    found = brought_in(administrator, "areas", AREAS)
    assert len(Area.objects.all()) == len(before) + 1
    take_back_place_import(by=administrator, place_import=found)
    assert list(Area.objects.order_by("pk").values()) == before
    found.refresh_from_db()
    assert found.status == "taken_back"
    assert Event.objects.order_by("-sequence")[0].action == "place_import.take_back"


@pytest.mark.parametrize("holds", ["overlaps", "bodies", "roles"])
def test_every_kind_of_import_can_be_taken_back(administrator, holds):
    texts = {
        "overlaps": "child_kind,child,parent_kind,parent,share,valid_to,source\n"
        "town,bournemouth,police_area,dorset,40%,2030-01-01,B\ntown,bournemouth,police_area,gwent,part,,B\n",
        "bodies": "kind,name,source\ncouncil,Dorset Council,B\ncouncil,Another,B\n",
        "roles": "body,area_kind,area,role,valid_from,valid_to,source\n"
        "dorset-council,council,dorset,council,,2030-01-01,B\n"
        "dorset-council,council,dorset,council,2030-01-01,,B\n",
    }
    model = {"overlaps": AreaBelonging, "bodies": Body, "roles": BodyRole}[holds]
    before = list(model.objects.order_by("pk").values())
    found = brought_in(administrator, holds, texts[holds])
    assert counts(found)[0] == 1
    assert sum(counts(found)[1:3]) == 1
    take_back_place_import(by=administrator, place_import=found)
    assert list(model.objects.order_by("pk").values()) == before


def test_what_something_refers_to_is_not_taken_back(administrator):
    found = brought_in(administrator, "areas", AREAS)
    place = Area.objects.get(name="Truro")
    belonging = lies(place, Area.objects.get(name="Cornwall"))
    with pytest.raises(Refused, match="in use: 1 area"):
        take_back_place_import(by=administrator, place_import=found)
    belonging.delete()
    NeedFactory(area=place)
    with pytest.raises(Refused, match="in use"):
        take_back_place_import(by=administrator, place_import=found)
    assert Area.objects.filter(name="Cornwall").exists()


def test_what_a_later_import_changed_is_not_taken_back_before_it(administrator):
    first = brought_in(administrator, "areas", AREAS)
    second = brought_in(administrator, "areas", "kind,name,source\ntown,Truro,Newer\n")
    with pytest.raises(Refused, match="later import"):
        take_back_place_import(by=administrator, place_import=first)
    take_back_place_import(by=administrator, place_import=second)
    take_back_place_import(by=administrator, place_import=first)
    assert not Area.objects.filter(name="Truro").exists()


def test_what_was_not_carried_out_is_not_taken_back(administrator):
    found = checked(administrator, "areas", AREAS)
    with pytest.raises(Refused):
        take_back_place_import(by=administrator, place_import=found)
    with pytest.raises(PermissionDenied):
        take_back_place_import(by=member(Role.AUDITOR), place_import=found)


# --- cells -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("whole", ("whole", None)),
        ("Wholly", ("whole", None)),
        ("100%", ("whole", 10_000)),
        ("100", ("whole", 10_000)),
        ("part", ("part", None)),
        ("30%", ("part", 3000)),
        ("12.5", ("part", 1250)),
        ("12,25 %", ("part", 1225)),
        ("0.01", ("part", 1)),
    ],
)
def test_share_is_read_as_people_write_it(text, found):
    assert share(text) == found


@pytest.mark.parametrize("text", ["0", "0%", "-3", "101", "12.345", "half", "1e1", "٣", ".", "%", "99.999"])
def test_share_that_is_none_is_refused(text):
    with pytest.raises(BadCell):
        share(text)


@pytest.mark.parametrize("text", ["2028-05", "2028-05-31", "May 2028", "05/2028", "1 May 2028", "05-2028"])
def test_month_is_read_as_people_write_it(text):
    assert month(text) == day("2028-05-01")


@given(st.text(max_size=20))
def test_no_cell_raises_anything_but_its_sentence(text):
    for reader in (share, month):
        with contextlib.suppress(BadCell):
            reader(text)


@given(st.integers(1, 9999))
def test_every_share_comes_back_as_written(bps):
    assert share(f"{bps / 100:.2f}%") == ("part", bps)


# --- many --------------------------------------------------------------------------------------------


def test_nine_hundred_rows_are_written_in_a_few_statements(administrator, django_assert_max_num_queries):
    text = "kind,name,source\n" + "".join(f"town,Place {place},Made up\n" for place in range(900))
    with django_assert_max_num_queries(30):
        brought_in(administrator, "areas", text)
    with django_assert_max_num_queries(40):
        brought_in(administrator, "areas", text.replace("Made up", "Measured"))


def test_file_of_too_many_rows_is_refused(administrator, monkeypatch):
    monkeypatch.setattr("core.services.place_plans.MOST_ROWS", 1)
    assert "more than 1 rows" in told("areas", AREAS)[0][1]


# --- the command -------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    texts = {
        "areas": AREAS,
        "overlaps": "child_kind,child,parent_kind,parent,share,source\ntown,truro,council,cornwall,whole,Map\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return {name: tmp_path / f"{name}.csv" for name in texts}


def test_command_imports_files_that_build_on_each_other(administrator, files, capsys):
    call_command("import_places", by=administrator.email, **files)
    assert AreaBelonging.objects.filter(child__slug="truro", parent__slug="cornwall").exists()
    assert capsys.readouterr().out.splitlines() == [
        "areas.csv: 2 added, 0 changed, 0 ended, 0 unchanged",
        "overlaps.csv: 1 added, 0 changed, 0 ended, 0 unchanged",
        "Imported.",
    ]
    call_command("import_places", by=administrator.email, areas=files["areas"])
    assert "nothing to do" in capsys.readouterr().out


def test_dry_run_of_the_command_keeps_nothing(administrator, files, capsys):
    call_command("import_places", by=administrator.email, dry_run=True, **files)
    assert "Nothing was kept" in capsys.readouterr().out
    assert not Area.objects.filter(slug="truro").exists()
    assert not PlaceImport.objects.exists()


def test_command_keeps_nothing_of_the_first_file_when_the_second_is_wrong(administrator, files):
    files["overlaps"].write_text("child_kind,child,parent_kind,parent,source\ntown,truro,council,x,Map\n")
    with pytest.raises(CommandError, match=r"problems, 1 in all:\n  line 2, parent: There is no area"):
        call_command("import_places", by=administrator.email, **files)
    assert not Area.objects.filter(slug="truro").exists()


def test_command_says_in_one_line_who_or_what_is_missing(administrator, files, tmp_path):
    with pytest.raises(CommandError, match="Nobody has an account"):
        call_command("import_places", by="nobody@example.org", **files)
    with pytest.raises(CommandError, match="Service administrators"):
        call_command("import_places", by=member(Role.AUDITOR).email, **files)
    with pytest.raises(CommandError, match="at least one file"):
        call_command("import_places", by=administrator.email)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_places", by=administrator.email, areas=tmp_path / "none.csv")


# --- the how-to --------------------------------------------------------------------------------------


@pytest.fixture
def how_to() -> str:
    return (Path(__file__).parents[2] / "docs/how-to/import-places.md").read_text(encoding="utf-8")


def test_how_to_names_every_column_and_kind(how_to):
    for columns in COLUMNS.values():
        for column in columns:
            assert f"`{column.name}`" in how_to or column.name == "kind"
    for kinds in (AreaKind, BodyKind, BodyRoleKind):
        for kind in kinds:
            assert f"`{kind.value}`" in how_to


def test_example_of_the_how_to_works(administrator, how_to, tmp_path, client):
    files = dict(re.findall(r"`(\w+)\.csv`\n```\n(.*?)```", how_to, re.DOTALL))
    assert set(files) == {"areas", "overlaps", "bodies", "roles"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    call_command("import_places", by=administrator.email, **{name: tmp_path / name for name in files})
    page = client.get("/places/town/truro/").text
    for body in (
        "Cornwall Council",
        "NHS Cornwall and the Isles of Scilly Integrated Care Board",
        "Police and Crime Commissioner for Devon and Cornwall",
        "South West Probation Service",
    ):
        assert body in page
