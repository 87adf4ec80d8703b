"""Documents: kept apart, given out with care and on record, and gone with their rows."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import Document, Event
from core.queries import documents as readers
from core.queries.documents import documents_visible_to, open_to
from core.roles import Role
from core.services.documents import delete_document, document_storage, sweep_documents
from core.tasks import sweep_documents as sweep_task
from tests.core.signed_in import browser_of
from tests.factories.core import OrganisationFactory, UserFactory, member
from tests.factories.documents import document
from tests.factories.files import GOOD
from tests.factories.providers import organisation_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return member(Role.OWNER)


@pytest.fixture
def paper(owner):
    return document(owner, organisation_of(owner))


def address(paper):
    return f"/documents/{paper.pk}/"


# --- kept


def test_document_is_kept_under_a_name_that_says_nothing(owner, paper):
    assert paper.name == "policy.pdf"
    assert "policy" not in paper.stored_as
    assert paper.uploaded_by == owner
    with document_storage().open(paper.stored_as) as file:
        assert file.read() == GOOD["policy.pdf"]
    event = Event.objects.get(action="document.keep")
    assert event.after["sha256"] == paper.sha256


def test_two_of_one_name_do_not_touch(owner, paper):
    other = document(owner, organisation_of(owner), content=GOOD["policy.odt"])
    assert other.stored_as != paper.stored_as


def test_storage_is_outside_every_public_folder(settings):
    from config.settings import base

    folder = base.STORAGES["documents"]["OPTIONS"]["location"]
    assert not folder.startswith((str(base.STATIC_ROOT), str(base.MEDIA_ROOT)))


# --- who reads


def test_people_of_the_organisation_and_auditors_read(owner, paper):
    for person in (owner, member(Role.VIEWER, organisation_of(owner)), member(Role.AUDITOR)):
        assert documents_visible_to(person).get() == paper


@pytest.mark.parametrize("role", [Role.OWNER, Role.DIRECTOR, Role.SERVICE_ADMINISTRATOR])
def test_document_of_another_organisation_is_not_found(paper, role):
    answer = browser_of(member(role)).get(address(paper))
    assert answer.status_code == 404
    assert not Event.objects.filter(action="document.download").exists()


def test_somebody_who_belongs_nowhere_or_is_not_signed_in_reads_nothing(client, paper):
    from django.contrib.auth.models import AnonymousUser

    assert not documents_visible_to(UserFactory()).exists()
    assert not documents_visible_to(AnonymousUser()).exists()
    assert client.get(address(paper)).status_code == 302


def test_app_may_open_documents_to_others(paper, monkeypatch):
    monkeypatch.setattr(readers, "_readers", [])
    director = member(Role.DIRECTOR)
    open_to(lambda user: Q(pk=paper.pk) if user == director else None)
    assert documents_visible_to(director).get() == paper
    assert not documents_visible_to(member(Role.DIRECTOR)).exists()


def test_question_costs_two_queries(paper):
    director = member(Role.DIRECTOR)
    with CaptureQueriesContext(connection) as queries:
        list(documents_visible_to(director))
    assert len(queries) == 2


# --- given out


def test_download_is_the_file_to_save_and_is_on_record(owner, paper):
    answer = browser_of(owner).get(address(paper))
    assert b"".join(answer.streaming_content) == GOOD["policy.pdf"]
    assert answer["Content-Disposition"] == 'attachment; filename="policy.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Length"] == str(paper.size)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    event = Event.objects.get(action="document.download")
    assert (event.actor_id, event.object_id) == (owner.pk, paper.pk)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Tŷ’r Môr.pdf", "attachment; filename*=utf-8''T%C5%B7%E2%80%99r%20M%C3%B4r.pdf"),
        ("سياسة.pdf", "attachment; filename*=utf-8''%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9.pdf"),
        ('quo"te.pdf', 'attachment; filename="quote.pdf"'),
        ("a\u202efdp.exe", 'attachment; filename="afdp.exe.pdf"'),
        ("line\r\nX-Bad yes.pdf", 'attachment; filename="lineX-Bad yes.pdf"'),
    ],
)
def test_name_in_any_script_reaches_the_browser_whole(owner, name, header):
    paper = document(owner, organisation_of(owner), name)
    assert browser_of(owner).get(address(paper))["Content-Disposition"] == header


def test_page_only_gives(owner, paper):
    assert browser_of(owner).post(address(paper)).status_code == 405


def test_file_that_is_lost_is_told(owner, paper):
    document_storage().delete(paper.stored_as)
    answer = browser_of(owner).get(address(paper))
    assert answer.status_code == 409
    assert "no longer here" in answer.content.decode()
    assert not Event.objects.filter(action="document.download").exists()


# --- gone


def test_deleted_document_takes_its_file_along(owner, paper, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        delete_document(by=owner, document=paper, reason="asked for")
    assert not Document.objects.exists()
    assert not document_storage().exists(paper.stored_as)
    assert Event.objects.get(action="document.delete").reason == "asked for"


def test_file_stays_while_the_deletion_may_yet_fail(owner, paper, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        delete_document(by=owner, document=paper)
        transaction.set_rollback(True)
    assert document_storage().exists(paper.stored_as)
    assert Document.objects.exists()


def test_sweep_takes_old_files_without_a_row_and_nothing_else(paper):
    storage = document_storage()
    sweep_documents(now=timezone.now() + datetime.timedelta(days=2))  # what other tests left behind
    left = storage.save("ab/left-behind", ContentFile(b"x"))
    now = timezone.now()
    assert sweep_documents(now=now) == 0
    assert sweep_documents(now=now + datetime.timedelta(days=2)) == 1
    assert not storage.exists(left)
    assert storage.exists(paper.stored_as)
    assert sweep_documents(now=now + datetime.timedelta(days=2)) == 0


def test_sweep_runs_from_a_timer_or_a_queue(capsys, settings, tmp_path):
    call_command("sweep_documents")
    assert "0 files deleted" in capsys.readouterr().out
    assert sweep_task.call() == 0


def test_sweep_of_a_folder_that_is_not_there_yet_finds_nothing(settings, tmp_path):
    where = {"location": str(tmp_path / "none")}
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": where}
    settings.STORAGES = {**settings.STORAGES, "documents": storage}
    assert sweep_documents(now=timezone.now()) == 0


def test_files_in_a_folder_are_for_the_service_alone(settings, tmp_path, owner):
    where = {"location": str(tmp_path / "documents")}
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": where}
    settings.STORAGES = {**settings.STORAGES, "documents": storage}
    paper = document(owner, OrganisationFactory())
    file = tmp_path / "documents" / paper.stored_as
    assert file.read_bytes() == GOOD["policy.pdf"]
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
