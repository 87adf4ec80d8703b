"""The pages on which case figures come in: looked at, confirmed, taken back; and every kind of wrong file."""

import io
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.roles import Role
from marketplace.models import AssessmentImport
from tests.factories.core import CommissionerFactory, member
from tests.marketplace.assessment_scene import HEADING, Scene, in_force
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db

NORTH = "Northton,2026-Q1,accommodation"
LIST, NEW = "/needs/figures/", "/needs/figures/new/"


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def manager(scene: Scene) -> Client:
    return client_of(scene.manager)


def text_of(response) -> str:
    return response.content.decode()


def sent(client: Client, content: str | bytes, name: str = "figures.csv", **changes: object):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    values = {"form_key": str(uuid.uuid4()), "source": "Case records", "file": file, **changes}
    return client.post(NEW, {name: value for name, value in values.items() if value is not None})


def test_a_file_is_looked_at_confirmed_and_taken_back(scene: Scene, manager: Client) -> None:
    answer = sent(manager, f"{HEADING}\n{NORTH},100,80,40")
    batch = AssessmentImport.objects.get()
    assert answer["Location"] == f"{LIST}{batch.pk}/"
    page = text_of(manager.get(answer["Location"]))
    for there in ("What this file would change", "new figures", "Import these figures", "Throw this file away"):
        assert there in page
    assert in_force() == {}
    assert manager.post(f"{LIST}{batch.pk}/confirm/", {"plan": batch.plan_sha256}).status_code == 302
    assert len(in_force()) == 1
    page = text_of(manager.get(f"{LIST}{batch.pk}/"))
    assert "Take these figures back" in page
    assert f"/needs/gaps/{scene.region.slug}/" in page
    assert manager.get(f"{LIST}{batch.pk}/take-back/").status_code == 200
    empty = manager.post(f"{LIST}{batch.pk}/take-back/", {"reason": " "})
    assert (empty.status_code, "Say why the figures are taken back" in text_of(empty)) == (422, True)
    assert manager.post(f"{LIST}{batch.pk}/take-back/", {"reason": "Wrong quarter."}).status_code == 302
    assert in_force() == {}
    page = text_of(manager.get(f"{LIST}{batch.pk}/"))
    assert "Wrong quarter." in page
    assert "Taken back" in text_of(manager.get(LIST)).replace("taken back", "Taken back")


def test_a_file_thrown_away_is_gone(scene: Scene, manager: Client) -> None:
    sent(manager, f"{HEADING}\n{NORTH},100,80,40")
    batch = AssessmentImport.objects.get()
    assert "Throw this file away" in text_of(manager.get(f"{LIST}{batch.pk}/discard/"))
    assert manager.post(f"{LIST}{batch.pk}/discard/")["Location"] == LIST
    assert manager.get(f"{LIST}{batch.pk}/").status_code == 404


def test_a_change_in_between_is_told_with_what_it_would_do_now(scene: Scene, manager: Client) -> None:
    sent(manager, f"{HEADING}\n{NORTH},100,80,40")
    batch = AssessmentImport.objects.get()
    scene.bring_in(f"{NORTH},90,80,40")
    answer = manager.post(f"{LIST}{batch.pk}/confirm/", {"plan": batch.plan_sha256})
    assert answer.status_code == 409
    assert "Other figures came in after you looked" in text_of(answer)
    batch.refresh_from_db()
    assert batch.plan_sha256 in text_of(answer)
    assert in_force()[("Northton", "2026-01-01", "accommodation", "")] == (90, 80, 40)
    assert manager.post(f"{LIST}{batch.pk}/confirm/", {"plan": batch.plan_sha256}).status_code == 302


def test_a_confirmation_sent_twice_is_told(scene: Scene, manager: Client) -> None:
    sent(manager, f"{HEADING}\n{NORTH},100,80,40")
    batch = AssessmentImport.objects.get()
    for status in (302, 409):
        assert manager.post(f"{LIST}{batch.pk}/confirm/", {"plan": batch.plan_sha256}).status_code == status
    assert len(in_force()) == 1


@pytest.mark.parametrize("plan", ["", "x", "\x00", "0" * 5000])
def test_a_changed_confirmation_changes_nothing(scene: Scene, manager: Client, plan: str) -> None:
    sent(manager, f"{HEADING}\n{NORTH},100,80,40")
    batch = AssessmentImport.objects.get()
    answer = manager.post(f"{LIST}{batch.pk}/confirm/", {"plan": plan})
    assert answer.status_code == 422
    assert in_force() == {}


def test_the_quirks_of_spreadsheets_are_taken(scene: Scene, manager: Client) -> None:
    untidy = "\ufeffAREA ;Period;CATEGORY; Priority cases;Available;Sufficient;;\r\n"
    untidy += ' northton\u00a0;Q1 2026;Accommodation ;1.234.000;1 200;"1,100";;\r\n;;;;;;;\r\n\r\n'
    assert sent(manager, untidy.encode()).status_code == 302
    batch = AssessmentImport.objects.get()
    manager.post(f"{LIST}{batch.pk}/confirm/", {"plan": batch.plan_sha256})
    assert list(in_force().values()) == [(1_234_000, 1200, 1100)]


def _workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "This file is empty."),
        (_workbook(), "save it as “CSV UTF-8”"),
        (b"%PDF-1.7 and so on", "This is not a table of text"),
        (b"\x00\x01\x02" * 500, "This is not a table of text"),
        (HEADING.encode(), "no rows below them"),
        (b"place,when\nNorthton,2026-Q1", "There is no column “area”"),
        (f"{HEADING},colour\n{NORTH},3,2,1,red".encode(), "The column “colour” is not known"),
        (f"{HEADING}\n{NORTH},3,2,5".encode(), "“sufficient” is more than “available”"),
        (f'{HEADING}\n"{NORTH},3,2,5'.encode(), "A quotation mark opens on this line"),
        (f"{HEADING}\n<script>alert(1)</script>,2026-Q1,drugs,3,2,1".encode(), "&lt;script&gt;"),
    ],
)
def test_a_wrong_file_is_told_line_by_line_and_nothing_is_kept(manager: Client, content: bytes, says: str) -> None:
    answer = sent(manager, content)
    page = text_of(answer)
    assert answer.status_code == 422
    assert says in page
    assert 'value="Case records"' in page
    assert "<script>alert" not in page
    assert not AssessmentImport.objects.exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"file": None}, "Choose the file with the figures."),
        ({"file": "not a file"}, "Choose the file with the figures."),
        ({"source": " "}, "Say where the figures come from."),
        ({"source": "x" * 201}, "must be 200 characters or"),
    ],
)
def test_a_form_that_is_not_whole_is_told(manager: Client, changes: dict[str, object], says: str) -> None:
    answer = sent(manager, f"{HEADING}\n{NORTH},3,2,1", **changes)
    assert answer.status_code == 422
    assert says in text_of(answer)


def test_a_name_of_a_file_is_kept_short_and_plain(manager: Client) -> None:
    sent(manager, f"{HEADING}\n{NORTH},3,2,1", name="x" * 400 + ".csv")
    assert AssessmentImport.objects.get().file_name.endswith("xx.csv")


def test_who_may_enter(scene: Scene, manager: Client, client: Client) -> None:
    sent(manager, f"{HEADING}\n{NORTH},3,2,1")
    batch = AssessmentImport.objects.get()
    pages = [LIST, NEW, *(f"{LIST}{batch.pk}/{step}" for step in ("", "discard/", "take-back/"))]
    for page in pages:
        assert client.get(page).status_code == 302
        for role in (Role.PRACTITIONER, Role.OWNER):
            assert client_of(member(role)).get(page).status_code == 403
    stranger = client_of(member(Role.DIRECTOR))
    for page in pages[2:]:
        assert stranger.get(page).status_code == 404
    assert stranger.post(f"{LIST}{batch.pk}/confirm/", {"plan": batch.plan_sha256}).status_code == 404
    auditor = client_of(member(Role.AUDITOR))
    assert "figures.csv" in text_of(auditor.get(LIST))
    page = text_of(auditor.get(f"{LIST}{batch.pk}/"))
    assert "Import these figures" not in page
    assert auditor.post(f"{LIST}{batch.pk}/confirm/", {"plan": batch.plan_sha256}).status_code == 403


def test_a_body_without_a_region_is_told(client: Client) -> None:
    answer = client_of(member(Role.DIRECTOR, CommissionerFactory(name="A council"))).get(NEW)
    assert "A council does not commission for a probation region." in text_of(answer)


def test_an_empty_list_says_how_to_begin(manager: Client) -> None:
    page = text_of(manager.get(LIST))
    assert "No figures yet" in page
    assert "Import case figures" in page
