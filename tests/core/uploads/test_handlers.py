"""What browsers send: nothing of a file far too large is read, and what was typed beside it is kept."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from core.uploads import files_of
from core.uploads.handlers import TooLarge
from tests.factories.core import UserFactory
from tests.factories.files import GOOD, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.uploads.taking_urls")]

EDGE = "a-line-between"


@pytest.fixture
def browser():
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    client.cookies["csrftoken"] = "a" * 32
    return client


def send(browser, file, **more):
    fields = {"csrfmiddlewaretoken": "a" * 32, "words": "What I typed", "file": file, **more}
    return browser.post("/paper/", fields)


class Endless(io.RawIOBase):
    """The first bytes of a form, then as many as anybody asks for; `read_count` says how many that were."""

    def __init__(self, start):
        self.start, self.read_count = io.BytesIO(start), 0

    def read(self, size=-1):
        found = self.start.read(size) or b"x" * (size if size > 0 else 65_536)
        self.read_count += len(found)
        return found


def start_of_form(*fields):
    lines = []
    for name, value in fields:
        lines += [f"--{EDGE}", f'Content-Disposition: form-data; name="{name}"', "", value]
    lines += [f"--{EDGE}", 'Content-Disposition: form-data; name="file"; filename="film.pdf"']
    lines += ["Content-Type: application/pdf", "", "%PDF-1.4"]
    return "\r\n".join(lines).encode()


def test_good_file_arrives(browser):
    answer = send(browser, SimpleUploadedFile("policy.pdf", GOOD["policy.pdf"]))
    assert (answer.status_code, answer.content) == (200, b"policy.pdf")


def test_file_over_the_limit_is_refused_beside_its_box_and_nothing_typed_is_lost(browser, settings):
    file = SimpleUploadedFile("large.pdf", pdf() + bytes(settings.DOCUMENT_MOST_BYTES))
    answer = send(browser, file)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["file"]
    assert "larger than 10 MB" in answer.json()["errors"]["file"][0]
    assert answer.json()["words"] == "What I typed"


def test_two_gigabytes_are_refused_after_the_first_piece(browser):
    body = Endless(start_of_form(("csrfmiddlewaretoken", "a" * 32), ("words", "What I typed")))
    answer = browser.generic(
        "POST",
        "/paper/",
        **{
            "wsgi.input": body,
            "CONTENT_TYPE": f"multipart/form-data; boundary={EDGE}",
            "CONTENT_LENGTH": str(2 * 1024**3),
        },
    )
    assert answer.status_code == 422
    assert "larger than 10 MB" in answer.json()["errors"]["file"][0]
    assert answer.json()["words"] == "What I typed"
    assert body.read_count < 1_000_000


def test_file_said_to_be_small_is_counted_as_it_comes(rf: RequestFactory, settings):
    settings.UPLOAD_MOST_BYTES = 1_000
    request = rf.post("/x/", {"file": SimpleUploadedFile("a.pdf", b"x" * 3_000)})
    files = files_of(request)
    assert isinstance(files["file"], TooLarge)
    assert files["file"].size == 0


def test_file_of_the_largest_size_is_not_too_large(rf: RequestFactory, settings):
    settings.UPLOAD_MOST_BYTES = 3_000
    request = rf.post("/x/", {"file": SimpleUploadedFile("a.pdf", b"x" * 3_000)})
    assert files_of(request)["file"].size == 3_000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"MZ" + bytes(99), "program"),
        (b"<svg onload=x>", "web page"),
        (None, "Choose the document"),
    ],
)
def test_each_refusal_stands_beside_the_box(browser, content, sentence):
    file = "" if content is None else SimpleUploadedFile("policy.pdf", content)
    answer = send(browser, file)
    assert answer.status_code == 422
    assert sentence in answer.json()["errors"]["file"][0]
