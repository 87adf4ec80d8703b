"""The screens on which a service administrator brings places in."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Area, PlaceImport
from core.roles import Role
from tests.core.signed_in import browser_of
from tests.core.test_place_imports import AREAS, checked
from tests.factories.core import member
from tests.factories.places import PlaceImportFactory, lies, town

pytestmark = pytest.mark.django_db

LIST, NEW = "/places/import/", "/places/import/new/"


@pytest.fixture
def administrator():
    return member(Role.SERVICE_ADMINISTRATOR)


@pytest.fixture
def browser(administrator):
    return browser_of(administrator)


def sent(browser, text, *, holds="areas", name="areas.csv", **more):
    content = text.encode() if isinstance(text, str) else text
    data = {"holds": holds, "file": SimpleUploadedFile(name, content), "form_key": str(uuid.uuid4()), **more}
    return browser.post(NEW, data)


def address(found, act=""):
    return f"{LIST}{found.pk}/{act}"


def test_file_goes_from_check_to_carried_out_to_taken_back(browser):
    answer = sent(browser, AREAS)
    found = PlaceImport.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == address(found)
    page = browser.get(address(found))
    assert "Added (2)" in page.text
    assert "Truro (town)" in page.text
    assert not Area.objects.filter(name="Truro").exists()

    answer = browser.post(address(found, "apply/"), {"fingerprint": found.fingerprint}, follow=True)
    assert "all rows of this file are in force now" in answer.text
    assert Area.objects.filter(name="Truro").exists()
    assert "Carry it out" not in answer.text

    assert "will be gone" in browser.get(address(found, "take-back/")).text
    answer = browser.post(address(found, "take-back/"), follow=True)
    assert "Taken back" in answer.text
    assert not Area.objects.filter(name="Truro").exists()
    assert "can no longer be done" in browser.get(address(found, "take-back/")).text


def test_problems_are_listed_by_line_and_the_choice_is_kept(browser):
    answer = sent(browser, "kind,name,source\ntown,A,B\nvillage,C,\n")
    assert answer.status_code == 422
    assert "2 things to put right" not in answer.text
    assert "1 thing to put right" in answer.text
    assert "Line 3" in answer.text
    assert answer.context["form"]["holds"].value() == "areas"
    assert not PlaceImport.objects.exists()


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        (b"", "areas.csv", "This file is empty"),
        (b"\x00\x01\x02", "areas.csv", "things to put right|thing to put right"),
        (b"PK\x03\x04 an office file", "areas.xlsx", "thing to put right"),
        ("kind,name,source\ntown,Bo\x00urne,B\n", "areas.csv", ""),
    ],
)
def test_file_that_is_no_table_is_explained(browser, text, name, says):
    answer = sent(browser, text, name=name)
    assert answer.status_code in ((422,) if says else (302, 422))
    assert not says or any(part in answer.text for part in says.split("|"))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"holds": "areas"},
        {"holds": "villages"},
        {"holds": "areas", "file": "not a file"},
        {"holds": "\x00", "form_key": "9" * 5000},
    ],
)
def test_form_that_is_not_filled_is_explained(browser, data):
    answer = browser.post(NEW, data)
    assert answer.status_code == 422
    assert "Choose" in answer.text


def test_file_that_is_too_large_is_refused(browser, monkeypatch):
    monkeypatch.setattr("core.forms.places.MOST_BYTES", 20)
    assert "larger than 10 MB" in sent(browser, AREAS).text


def test_name_of_a_file_may_be_long_and_odd(browser):
    sent(browser, AREAS, name="<b>" + "ŵ" * 150 + ".csv")
    found = PlaceImport.objects.get()
    assert len(found.file_name) <= 200
    assert "<b>ŵ" not in browser.get(address(found)).text


def test_file_sent_twice_makes_one_import(browser):
    key = str(uuid.uuid4())
    sent(browser, AREAS, form_key=key)
    sent(browser, AREAS, form_key=key)
    assert PlaceImport.objects.count() == 1


def test_file_with_nothing_new_says_so(browser):
    answer = sent(
        browser, 'kind,name,source\ntown,Bournemouth,"{}"\n'.format(Area.objects.get(kind="town").source)
    )
    assert answer.status_code == 422
    assert "nothing to do" in answer.text


def test_stale_check_is_told_and_shows_what_it_would_do_now(browser, administrator):
    found = checked(administrator, "areas", AREAS)
    town("Truro", source="Somebody else")
    answer = browser.post(address(found, "apply/"), {"fingerprint": found.fingerprint}, follow=True)
    assert "would do something else by now" in answer.text
    assert "Added (1)" in answer.text
    assert "Changed (1)" in answer.text
    assert not Area.objects.filter(name="Cornwall").exists()


@pytest.mark.parametrize("fingerprint", ["", "x" * 5000, "\x00", "0" * 64])
def test_changed_fingerprint_carries_nothing_out(browser, administrator, fingerprint):
    found = checked(administrator, "areas", AREAS)
    answer = browser.post(address(found, "apply/"), {"fingerprint": fingerprint}, follow=True)
    assert answer.status_code == 200
    assert not Area.objects.filter(name="Truro").exists()


def test_file_that_no_longer_fits_shows_why(browser, administrator):
    place = town()
    text = "child_kind,child,parent_kind,parent,source\ntown,newtown,council,dorset,B\n"
    found = checked(administrator, "overlaps", text)
    place.delete()
    answer = browser.post(address(found, "apply/"), {"fingerprint": found.fingerprint})
    assert answer.status_code == 422
    assert "no longer fits what is here" in answer.text
    assert "There is no area of that kind" in answer.text


def test_what_is_in_use_is_not_taken_back_and_the_page_says_so(browser, administrator):
    sent(browser, AREAS)
    found = PlaceImport.objects.get()
    browser.post(address(found, "apply/"), {"fingerprint": found.fingerprint})
    lies(Area.objects.get(name="Truro"), Area.objects.get(name="Cornwall"))
    answer = browser.post(address(found, "take-back/"), follow=True)
    assert "What this import added is in use" in answer.text


def test_twice_confirmed_is_done_once(browser, administrator):
    found = checked(administrator, "areas", AREAS)
    for _time in range(2):
        answer = browser.post(address(found, "apply/"), {"fingerprint": found.fingerprint}, follow=True)
    assert "can no longer be done" in answer.text
    assert Area.objects.filter(name="Truro").count() == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DIRECTOR, Role.OWNER])
@pytest.mark.parametrize("act", ["", "new/", "1/", "1/apply/", "1/take-back/"])
def test_nobody_else_enters(role, act):
    assert browser_of(member(role)).get(f"{LIST}{act}").status_code == 403


def test_visitors_are_asked_to_sign_in():
    for path in (LIST, NEW):
        assert Client().get(path).status_code == 302


def test_import_that_is_none_is_not_found(browser):
    assert browser.get(f"{LIST}999/").status_code == 404
    assert browser.post(f"{LIST}999/apply/").status_code == 404
    assert browser.get(f"{LIST}999/take-back/").status_code == 404


def test_list_is_offered_to_administrators_alone(browser):
    assert "/places/import/" in browser.get("/places/").text
    assert "/places/import/" not in Client().get("/places/").text


def test_list_without_imports_says_what_will_be_there(browser):
    assert "No file has been imported yet" in browser.get(LIST).text


def test_list_asks_as_little_for_thirty_as_for_one(browser):
    counts = []
    browser.get(LIST)  # the first page of a session writes down when it began
    for number in (1, 2, 27):
        PlaceImportFactory.create_batch(number)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2] <= 12
    assert all('"content"' not in query["sql"] for query in queries)
