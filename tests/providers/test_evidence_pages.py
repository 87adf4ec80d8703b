"""A provider’s pages of evidence, on every road through them."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import Document
from core.roles import Role
from providers.evidence_kinds import KINDS
from providers.models import Evidence
from tests.core.signed_in import browser_of
from tests.factories.core import OrganisationFactory, UserFactory, member
from tests.factories.evidence import evidence, not_accepted, verified
from tests.factories.files import GOOD, pdf
from tests.factories.providers import organisation_of, registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return registered(told=True)


@pytest.fixture
def browser(owner):
    return browser_of(owner)


@pytest.fixture
def house(owner):
    return organisation_of(owner)


def page_of(house, code=""):
    return reverse("evidence-form", args=[house.pk, code]) if code else reverse("evidence-list", args=[house.pk])


def answers(browser, house, code="safeguarding", **changes):
    key = browser.get(page_of(house, code)).context["form"]["form_key"].value()
    given = {"form_key": key, "details": "Rosa Lund", "file": SimpleUploadedFile("policy.pdf", GOOD["policy.pdf"])}
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


# --- the list


def test_empty_list_says_that_nothing_has_to_be_done(browser, house):
    page = browser.get(page_of(house)).content.decode()
    assert "Nothing yet" in page
    for code in KINDS:
        assert page_of(house, code) in page


def test_list_says_where_each_check_stands(browser, owner, house):
    until = timezone.localdate() + datetime.timedelta(days=3)
    evidence(house, "bank_account", by=owner)
    verified(house, "safeguarding", by=owner, valid_until=until)
    not_accepted(house, "accounts", by=owner, reason="The last page is missing.")
    shown = {step.title: step for step in browser.get(page_of(house)).context["shown"]}
    tags = {str(title): (str(step.tag), step.tone) for title, step in shown.items()}
    assert set(tags.values()) == {("Waiting", "info"), ("Verified", "good"), ("Not accepted", "bad")}
    assert "The last page is missing." in str([step.hint for step in shown.values()])
    Evidence.objects.filter(status="verified").update(valid_until=timezone.localdate() - datetime.timedelta(1))
    assert "Ran out" in [str(step.tag) for step in browser.get(page_of(house)).context["shown"]]


def test_registration_shows_what_was_given_and_asks_for_nothing(browser, owner, house):
    page = reverse("registration-detail", args=[house.pk])
    assert "Nothing is asked now." in browser.get(page).content.decode()
    evidence(house, by=owner)
    assert page_of(house, "safeguarding") in browser.get(page).content.decode()


def test_viewer_reads_and_gives_nothing(owner, house):
    evidence(house, by=owner)
    browser = browser_of(member(Role.VIEWER, house))
    page = browser.get(page_of(house)).content.decode()
    assert "This is for people with the role" in page
    assert page_of(house, "accounts") not in page
    shown = browser.get(page_of(house, "safeguarding"))
    assert shown.status_code == 200
    assert b'<form method="post" enctype' not in shown.content
    assert browser.post(page_of(house, "safeguarding"), {}).status_code == 403


@pytest.mark.parametrize("person", [UserFactory, lambda: registered(told=True), lambda: member(Role.DIRECTOR)])
@pytest.mark.parametrize("code", ["", "safeguarding"])
def test_others_find_nothing(house, person, code):
    assert browser_of(person()).get(page_of(house, code)).status_code == 404


def test_auditor_reads(house, owner):
    evidence(house, by=owner)
    assert browser_of(member(Role.AUDITOR)).get(page_of(house)).status_code == 200


def test_organisation_without_a_registration_and_unknown_check_are_not_found(browser, house):
    assert browser.get(page_of(OrganisationFactory())).status_code == 404
    assert browser.get(page_of(house, "shoe-size")).status_code == 404


def test_list_costs_the_same_for_one_and_for_sixteen(browser, owner, house):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            browser.get(page_of(house))
        return len(queries)

    evidence(house, "safeguarding", by=owner)
    cost()  # the first page of a session notes the time
    one = cost()
    for code in KINDS:
        evidence(house, code, by=owner)
    assert cost() == one <= 12


# --- giving


def test_given_evidence_waits_and_the_person_is_back_at_the_list(browser, house):
    answer = browser.post(page_of(house, "safeguarding"), answers(browser, house), follow=True)
    assert answer.redirect_chain[-1][0] == page_of(house)
    assert "A commissioner will look at it." in answer.content.decode()
    row = Evidence.objects.get()
    assert (row.check_code, row.details, row.document.name) == ("safeguarding", "Rosa Lund", "policy.pdf")


def test_way_back_to_a_bid_is_kept(browser, house):
    page = page_of(house, "safeguarding") + "?next=/bids/3/"
    answer = browser.post(page, answers(browser, house))
    assert answer["Location"] == page_of(house) + "?next=%2Fbids%2F3%2F"
    assert b'href="/bids/3/"' in browser.get(answer["Location"]).content


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"file": None}, "file", "Choose the document"),
        ({"file": SimpleUploadedFile("a.pdf", b"MZ" + bytes(50))}, "file", "This is a program"),
        ({"file": SimpleUploadedFile("a.pdf", pdf(catalog=b"/AA 3 0 R"))}, "file", "Print it to PDF"),
        ({"details": ""}, "details", "Answer “Who leads on it?”"),
        ({"details": ""}, "file", "Choose the file once more"),
        (
            {"valid_until_day": "1", "valid_until_month": "5", "valid_until_year": "2020"},
            "valid_until",
            "ran out on 1 May 2020",
        ),
        ({"valid_until_day": "40", "valid_until_month": "5", "valid_until_year": "2020"}, "valid_until", "date"),
    ],
)
def test_each_mistake_stands_beside_its_box_and_nothing_typed_is_lost(browser, house, changes, field, sentence):
    for file in changes.values():
        if hasattr(file, "seek"):
            file.seek(0)
    answer = browser.post(page_of(house, "safeguarding"), answers(browser, house, **changes))
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors[field])
    if "details" not in changes:
        assert "Rosa Lund" in answer.content.decode()
    assert not Evidence.objects.exists()
    assert not Document.objects.exists()


def test_end_before_the_beginning_is_said_beside_it(browser, house):
    days = {"valid_from_day": "2", "valid_from_month": "1", "valid_from_year": "2199"}
    days |= {"valid_until_day": "1", "valid_until_month": "1", "valid_until_year": "2199"}
    boxes = {"details": None, "issuer": "A", "reference": "B", "amount_pence": "5,000,000", **days}
    answer = browser.post(page_of(house, "public_liability"), answers(browser, house, "public_liability", **boxes))
    assert "cannot end before it begins" in str(answer.context["form"].errors["valid_until"])


def test_answer_without_a_document_is_enough_where_none_is_asked(browser, house):
    sent = answers(browser, house, "data_protection", reference="ZA123456", details=None, file=None)
    assert browser.post(page_of(house, "data_protection"), sent).status_code == 302
    assert Evidence.objects.get().reference == "ZA123456"


def test_page_shows_what_counts_what_waits_and_what_was_before(browser, owner, house):
    not_accepted(house, by=owner, reason="Too dark to read.")
    kept = verified(house, by=owner)
    waits = evidence(house, by=owner)
    context = browser.get(page_of(house, "safeguarding")).context
    assert [card["evidence"] for card in context["current"]] == [kept, waits]
    assert [moment.title for moment in context["past"]] == ["Refused"]
    assert "Too dark to read." in context["past"][0].text


def test_what_stays_as_it_was_is_not_typed_twice(browser, owner, house):
    verified(house, "public_liability", by=owner)
    form = browser.get(page_of(house, "public_liability")).context["form"]
    assert form["issuer"].value() == "Zenith Mutual"
    assert form["amount_pence"].value() == "5,000,000"
    assert not form["reference"].value()
    assert not any(form["valid_until"].value() or [])


def test_refusal_is_said_first_and_offers_something_else(browser, owner, house):
    not_accepted(house, by=owner, reason="Too dark to read.")
    page = browser.get(page_of(house, "safeguarding")).content.decode()
    assert "It was not accepted: Too dark to read." in page
    assert "Give something else" in page
    assert "What is verified counts" not in page


# --- taking it back


def test_taking_back_is_asked_once_more(browser, owner, house):
    row = evidence(house, by=owner)
    page = reverse("evidence-withdraw", args=[row.pk])
    assert "Take this back?" in browser.get(page).content.decode()
    assert Evidence.objects.get().status == "given"
    assert browser.post(page)["Location"] == page_of(house)
    assert Evidence.objects.get().status == "withdrawn"


def test_others_take_nothing_back(owner, house):
    page = reverse("evidence-withdraw", args=[evidence(house, by=owner).pk])
    assert browser_of(registered(told=True)).post(page).status_code == 404
    assert browser_of(member(Role.VIEWER, house)).post(page).status_code == 403
    assert browser_of(member(Role.DIRECTOR)).post(page).status_code == 403
    assert Evidence.objects.get().status == "given"


# --- the document


def test_document_is_for_the_house_and_for_those_who_verify(browser, owner, house):
    row = evidence(house, by=owner)
    page = reverse("document-download", args=[row.document_id])
    assert browser.get(page).status_code == 200
    for role in (Role.DIRECTOR, Role.COMMISSIONING_MANAGER, Role.AUDITOR):
        assert browser_of(member(role)).get(page).status_code == 200
    for person in (registered(told=True), member(Role.PRACTITIONER), member(Role.PANEL_MEMBER), UserFactory()):
        assert browser_of(person).get(page).status_code == 404
    browser.post(reverse("evidence-withdraw", args=[row.pk]))
    assert browser_of(member(Role.DIRECTOR)).get(page).status_code == 404
    assert browser.get(page).status_code == 200


# --- your work


def test_work_page_says_what_runs_out_and_what_was_not_accepted(browser, owner, house):
    today = timezone.localdate()
    verified(house, "safeguarding", by=owner, valid_until=today + datetime.timedelta(days=60))
    verified(house, "dbs", by=owner, valid_until=today + datetime.timedelta(days=61))
    verified(house, "accounts", by=owner)
    evidence(house, "bank_account", by=owner)
    not_accepted(house, "track_record", by=owner)
    page = browser.get("/work/").content.decode()
    assert "Renew: Safeguarding policy" in page
    assert "Give something else: Track record" in page
    assert page.count("Renew: ") == 1
    evidence(house, "safeguarding", by=owner, valid_until=today + datetime.timedelta(days=400))
    assert "Renew: " not in browser.get("/work/").content.decode()
