"""Public pages kept for the next visitor: the same page, and never one that has changed or is somebody's own."""

import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from cms.models import HomePage
from core import audit, page_cache
from marketplace.models import Need
from tests.core.signed_in import browser_of
from tests.factories.core import UserFactory
from tests.factories.marketplace import NeedFactory, OpportunityFactory

NOON = datetime.datetime(2027, 3, 4, 12, 0, 5, tzinfo=datetime.UTC)
STAMPS = 1  # the end of the chain and the last thing an editor did, in one row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_kept")]


@pytest.fixture
def pages_are_kept(settings):
    """As in production, in one minute that does not pass."""
    settings.PUBLIC_PAGE_SECONDS = 60
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def need():
    return NeedFactory(published=True, title="Somewhere to live")


def address(need):
    return reverse("need-detail", args=[need.pk])


def asked(browser, url, **headers):
    """The answer, and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(url, headers=headers)
    return answer, len(queries)


def renamed(need):
    """Past the services: on no record, so that nobody notices unless the page is made anew."""
    Need.objects.filter(pk=need.pk).update(title="Somewhere warm to live")


def test_next_visitor_gets_the_page_of_the_one_before(need):
    first, made = asked(Client(), address(need))
    second, found = asked(Client(), address(need))
    assert made > STAMPS
    assert found == STAMPS
    assert second.content == first.content
    for header in ("Content-Type", "Content-Language", "Vary", "ETag", "X-Frame-Options", "Cache-Control"):
        assert second[header] == first[header]
    assert "Cookie" in first["Vary"]
    assert first["Content-Security-Policy"] == second["Content-Security-Policy"]


def test_home_page_and_lists_are_kept_too(need):
    for url in ("/", reverse("need-list"), reverse("opportunity-list") + "?status=any"):
        Client().get(url)
        answer, queries = asked(Client(), url)
        assert (answer.status_code, queries) == (200, STAMPS)


def test_act_on_record_makes_the_page_anew(need):
    Client().get(address(need))
    renamed(need)
    assert "warm" not in Client().get(address(need)).content.decode()
    audit.record("need.edit", by=need.created_by, obj=need)
    assert "Somewhere warm" in Client().get(address(need)).content.decode()


def test_editor_makes_the_page_anew():
    home = HomePage.objects.get()
    Client().get("/")
    Page.objects.filter(pk=home.pk).update(title="Past the editors")
    assert "Past the editors" not in Client().get("/").content.decode()
    home.refresh_from_db()
    home.introduction = "Said by an editor."
    home.save_revision(user=UserFactory(), log_action=True).publish()
    assert "Said by an editor." in Client().get("/").content.decode()


def test_minute_makes_the_page_anew():
    next_minute = NOON.replace(second=0) + datetime.timedelta(minutes=1)
    opportunity = OpportunityFactory(is_open=True, closes_at=next_minute)
    page = reverse("opportunity-detail", args=[opportunity.pk])
    assert "Closes today" in Client().get(page).content.decode()
    with time_machine.travel(next_minute, tick=False):
        assert "Closes today" not in Client().get(page).content.decode()


def test_each_language_has_its_page(need):
    list_page = reverse("need-list")
    english = Client().get(list_page).content.decode()
    welsh = Client().get(list_page, headers={"Accept-Language": "cy"}).content.decode()
    assert "<h1>Needs</h1>" in english
    assert "<h1>Anghenion</h1>" in welsh
    chosen = Client()
    chosen.cookies["django_language"] = "cy"
    assert "<h1>Anghenion</h1>" in chosen.get(list_page).content.decode()
    assert "<h1>Needs</h1>" in Client().get(list_page).content.decode()


def test_each_address_has_its_page(need):
    url = reverse("need-list")
    assert "Somewhere to live" in Client().get(url).content.decode()
    assert "Somewhere to live" not in Client().get(f"{url}?q=bicycles").content.decode()


def test_person_signed_in_neither_gets_nor_leaves_a_page(need):
    person = browser_of(need.created_by)
    own = person.get(address(need))
    assert "Sign out" in own.content.decode()
    assert "ETag" not in own
    public, made = asked(Client(), address(need))
    assert made > STAMPS
    assert "Sign in" in public.content.decode()
    _again, queries = asked(person, address(need))
    assert queries > STAMPS


def test_page_with_a_token_is_nobody_elses():
    """The second browser's cookie is there before it asks, as after an earlier form."""
    first, second = Client(), Client()
    first.get(reverse("account_login"))
    second.get(reverse("account_login"))
    answers = [browser.get(reverse("account_login")) for browser in (first, second)]
    assert all("ETag" not in answer for answer in answers)
    assert answers[0].content != answers[1].content


def test_page_with_something_to_say_is_nobody_elses(need):
    """What waits in the message cookie of somebody without a session is said to them alone."""
    browser = Client()
    browser.get(address(need))
    browser.cookies["messages"] = "anything"
    assert "ETag" not in browser.get(address(need))


@pytest.mark.parametrize("url", ["/needs/99999/", "/needs/own/", "/health/"])
def test_what_is_no_public_page_is_not_kept(url):
    cache.clear()
    assert "ETag" not in Client().get(url)


def test_only_reading_is_answered_so(need):
    Client().get(address(need))
    assert Client().post(address(need)).get("ETag") is None
    assert Client().head(address(need)).status_code == 200


def test_very_long_address_is_not_kept(need):
    assert "ETag" not in Client().get(reverse("need-list") + "?q=" + "a" * page_cache.LONGEST_ADDRESS)


# --- a browser that has been here before


def test_unchanged_page_is_not_sent_again(need):
    page = Client().get(address(need))
    answer, queries = asked(Client(), address(need), **{"If-None-Match": page["ETag"]})
    assert (answer.status_code, answer.content, queries) == (304, b"", STAMPS)
    assert answer["ETag"] == page["ETag"]


def test_unchanged_page_is_not_sent_again_after_it_was_made_anew(need):
    """Something else was put on record meanwhile: the page is made, found to be the same, and not sent."""
    page = Client().get(address(need))
    audit.record("need.edit", by=need.created_by, obj=NeedFactory())
    answer, queries = asked(Client(), address(need), **{"If-None-Match": page["ETag"]})
    assert answer.status_code == 304
    assert queries > STAMPS


def test_changed_page_is_sent(need):
    page = Client().get(address(need))
    renamed(need)
    audit.record("need.edit", by=need.created_by, obj=need)
    answer = Client().get(address(need), headers={"If-None-Match": page["ETag"]})
    assert answer.status_code == 200
    assert answer["ETag"] != page["ETag"]


# --- switched off


def test_nothing_is_kept_where_it_is_turned_off(need, settings):
    settings.PUBLIC_PAGE_SECONDS = 0
    Client().get(address(need))
    answer, queries = asked(Client(), address(need))
    assert "ETag" not in answer
    assert queries > STAMPS
