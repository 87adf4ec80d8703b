"""Time taken: from the requests alone, without names once it is done, and nothing that could be told apart."""

import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.roles import Role
from providers.checks import CODES
from providers.models import DeclarationKind, Timing
from providers.queries.timings import minutes_of, published_minutes, published_registration_minutes
from providers.services.timings import forget_unfinished, note_done, note_opened
from providers.views.measuring import section_timed
from tests.core.signed_in import browser_of
from tests.factories.core import OrganisationFactory, UserFactory, member
from tests.factories.files import GOOD
from tests.factories.providers import organisation_of, registered

pytestmark = pytest.mark.django_db

START = datetime.datetime(2026, 11, 22, 19, tzinfo=datetime.UTC)


def at(minutes):
    return START + datetime.timedelta(minutes=minutes)


@pytest.fixture
def house():
    return OrganisationFactory()


def opens(house, *minutes, by=None, code="dbs"):
    person = by or UserFactory()
    for minute in minutes:
        note_opened(by=person, organisation=house, step="evidence", code=code, at=at(minute))


def finishes(house, minute, code="dbs"):
    note_done(organisation=house, step="evidence", code=code, at=at(minute))


# --- measuring


@pytest.mark.parametrize(
    ("minutes", "seconds"),
    [
        ((0,), 0),
        ((0, 4), 240),
        ((0, 10), 600),
        ((0, 10.5), 0),
        ((0, 3, 63, 65), 300),
        ((0, 5, 5, 4, 6), 360),
    ],
)
def test_gaps_of_up_to_ten_minutes_count(house, minutes, seconds):
    opens(house, *minutes)
    assert Timing.objects.get().active_seconds == seconds


@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=8))
def test_active_time_is_never_more_than_the_time_that_passed(moments):
    house, person = OrganisationFactory(), UserFactory()
    for second in moments:
        note_opened(by=person, organisation=house, step="evidence", code="dbs", at=at(second / 60))
    row = Timing.objects.get(organisation=house)
    assert 0 <= row.active_seconds <= (row.seen_at - row.opened_at).total_seconds()
    assert row.seen_at == at(max(moments[0], *moments) / 60)


def test_done_leaves_one_row_with_everybodys_time_and_nobodys_name(house):
    opens(house, 5, 8)
    opens(house, 0, 2)
    finishes(house, 8)
    row = Timing.objects.get()
    assert (row.person, row.active_seconds, row.opened_at, row.done_at) == (None, 300, at(0), at(8))


def test_only_the_first_time_is_measured(house):
    opens(house, 0, 2)
    finishes(house, 2)
    opens(house, 60, 69)
    finishes(house, 69)
    assert Timing.objects.get().active_seconds == 120


def test_done_without_having_been_opened_measures_nothing(house):
    finishes(house, 3)
    assert not Timing.objects.exists()


def test_what_nobody_goes_on_with_is_forgotten_and_with_it_who_began(house, capsys):
    opens(house, 0, 5)
    opens(house, 0, 2, code="accounts")
    finishes(house, 2, "accounts")
    assert forget_unfinished(now=START + datetime.timedelta(days=90)) == 0
    assert forget_unfinished(now=START + datetime.timedelta(days=91)) == 1
    assert Timing.objects.get().code == "accounts"
    call_command("forget_unfinished_timings")
    assert "0 forgotten" in capsys.readouterr().out


def test_each_organisation_page_and_sort_is_measured_apart(house):
    opens(house, 0, 1)
    opens(house, 0, 2, code="accounts")
    opens(OrganisationFactory(), 0, 3)
    finishes(house, 2)
    assert Timing.objects.filter(done_at__isnull=False).count() == 1
    assert Timing.objects.count() == 3


# --- publishing


def took(code, *minutes):
    for minute in minutes:
        house = OrganisationFactory()
        opens(house, 0, minute, code=code)
        finishes(house, minute, code)


def test_fewer_than_five_organisations_are_not_published():
    took("dbs", 1, 2, 3, 4)
    assert published_minutes() == {}
    cache.clear()
    took("dbs", 5)
    assert published_minutes() == {"dbs": (3, 5)}


def test_what_is_not_done_is_not_published():
    took("dbs", 1, 2, 3, 4)
    opens(OrganisationFactory(), 0, 9)
    assert published_minutes() == {}


def test_declaring_and_showing_count_together_for_an_organisation():
    for minute in (1, 2, 3, 4, 5):
        house, person = OrganisationFactory(), UserFactory()
        for step in ("declaration", "evidence"):
            for moment in (0, minute):
                note_opened(by=person, organisation=house, step=step, code="safeguarding", at=at(moment))
            note_done(organisation=house, step=step, code="safeguarding", at=at(minute))
    assert published_minutes() == {"safeguarding": (6, 5)}
    assert published_registration_minutes() == {}


@pytest.mark.parametrize(
    ("seconds", "minutes"), [([10], 1), ([89], 1), ([90], 2), ([60, 120], 2), ([60, 240, 600], 4), ([0], 1)]
)
def test_median_in_whole_minutes(seconds, minutes):
    assert minutes_of(seconds) == minutes


def test_published_figures_are_worked_out_once_an_hour():
    took("dbs", 1, 2, 3, 4, 5)
    with CaptureQueriesContext(connection) as queries:
        published_minutes()
        published_minutes()
    assert len(queries) == 1


def test_public_page_says_how_long_it_took(client):
    took("bank_account", 3, 4, 4, 5, 9)
    page = client.get("/checks/").content.decode()
    assert "It took 4 minutes: the median of 5 organisations." in page
    assert page.count("It took ") == 1


# --- the pages


def test_every_declaration_is_measured_as_a_check():
    assert {section_timed(kind)[1] for kind in DeclarationKind} <= set(CODES)


def test_page_of_the_registration_is_measured_from_opening_to_saving():
    owner = registered(told=True)
    browser, house = browser_of(owner), organisation_of(owner)
    page = f"/organisations/{house.pk}/registration/conflicts/"
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        version = browser.get(page).context["form"]["version"].value()
        clock.shift(90)
        assert browser.post(page, {"version": version}).status_code == 422
        clock.shift(30)
        assert browser.post(page, {"version": version, "answer": "clear"}).status_code == 302
    row = Timing.objects.get()
    assert (row.step, row.code, row.active_seconds, row.person) == ("declaration", "conflicts", 120, None)


def test_page_of_evidence_is_measured_from_opening_to_giving():
    owner = registered(told=True)
    browser, house = browser_of(owner), organisation_of(owner)
    page = f"/organisations/{house.pk}/evidence/safeguarding/"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        key = browser.get(page).context["form"]["form_key"].value()
        clock.shift(200)
        file = SimpleUploadedFile("policy.pdf", GOOD["policy.pdf"])
        assert browser.post(page, {"form_key": key, "details": "Rosa", "file": file}).status_code == 302
    row = Timing.objects.get()
    assert (row.step, row.code, row.active_seconds) == ("evidence", "safeguarding", 200)


def test_page_of_a_word_given_is_measured_under_its_check():
    owner = registered(told=True)
    browser, house = browser_of(owner), organisation_of(owner)
    page = f"/organisations/{house.pk}/checks/dbs/word/"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        version = browser.get(page).context["form"]["version"].value()
        clock.shift(45)
        assert browser.post(page, {"version": version, "words": "Three mentors, all checked."}).status_code == 302
    row = Timing.objects.get()
    assert (row.step, row.code, row.active_seconds) == ("declaration", "dbs", 45)


def test_whoever_only_reads_is_not_measured():
    owner = registered(told=True)
    house = organisation_of(owner)
    for person in (member(Role.VIEWER, house), member(Role.AUDITOR)):
        browser_of(person).get(f"/organisations/{house.pk}/evidence/safeguarding/")
    assert not Timing.objects.exists()
