"""The inbox: what is new comes first, what was opened counts as read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import PermissionDenied
from core.models import Notice, User
from core.queries.notices import unread_count
from core.services.notices import mark_read
from tests.core.signed_in import browser_of
from tests.factories.core import UserFactory

pytestmark = pytest.mark.django_db

INBOX, READ_ALL = reverse("inbox"), reverse("inbox-read-all")


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def browser(person):
    return browser_of(person)


def written(person: User, number: int, subject: str = "Notice") -> list[Notice]:
    rows = [
        Notice(recipient=person, kind="a/b", subject=f"{subject} {place:03}", body="Text", url="/work/")
        for place in range(number)
    ]
    return Notice.objects.bulk_create(rows)


def opened(notice: Notice) -> str:
    return reverse("notice-detail", args=[notice.pk])


def test_empty_inbox_says_what_will_be_there(browser):
    assert "Nothing yet" in browser.get(INBOX).content.decode()


def test_new_notices_come_first_and_are_marked_in_words(browser, person):
    old, new, _other = written(person, 2) + written(UserFactory(), 1, "Private")
    mark_read(by=person, notice=new)
    text = browser.get(INBOX).content.decode()
    assert text.index("Not read yet") < text.index(old.subject) < text.index(new.subject)
    assert text.count(">New<") == 1
    assert "Private" not in text


def test_opening_marks_read_and_leads_on(browser, person):
    (notice,) = written(person, 1)
    text = browser.get(opened(notice)).content.decode()
    assert notice.subject in text
    assert 'href="/work/"' in text
    assert unread_count(person) == 0
    first = Notice.objects.get().read_at
    browser.get(opened(notice))
    assert Notice.objects.get().read_at == first


def test_our_own_addresses_are_links_and_others_are_words(browser, person, settings):
    body = f"<b>Stop:</b> {settings.SITE_URL}/following/7/stop/ but {settings.SITE_URL}.evil.example/ https://evil.example/"
    body += f" {settings.SITE_URL}//evil/"
    notice = Notice.objects.create(recipient=person, kind="x", subject="Links", body=body)
    page = browser.get(reverse("notice-detail", args=[notice.pk])).content.decode()
    assert f'<a href="/following/7/stop/">{settings.SITE_URL}/following/7/stop/</a>' in page
    assert "&lt;b&gt;Stop:" in page
    assert "evil.example/ https://evil.example/" in page
    assert 'href="https://evil' not in page
    assert 'href="//' not in page


def test_notice_of_another_is_not_found(browser):
    (notice,) = written(UserFactory(), 1)
    assert browser.get(opened(notice)).status_code == 404
    assert Notice.objects.get().read_at is None


def test_notice_of_another_cannot_be_marked(person):
    (notice,) = written(UserFactory(), 1)
    with pytest.raises(PermissionDenied):
        mark_read(by=person, notice=notice)


def test_text_of_a_notice_is_text(browser, person):
    notice = Notice.objects.create(
        recipient=person, kind="a/b", subject="<b>x</b>", body="<script>x</script>\n\n& so"
    )
    text = browser.get(opened(notice)).content.decode()
    assert "&lt;script&gt;" in text
    assert "<b>x</b>" not in text


def test_marking_all_read_leaves_what_came_after(browser, person):
    shown = written(person, 3)
    written(person, 1, "Later")
    answer = browser.post(READ_ALL, {"up_to": shown[-1].pk}, follow=True)
    assert "3 notices marked as read." in answer.content.decode()
    assert unread_count(person) == 1


def test_marking_all_read_leaves_those_of_others(browser):
    other = UserFactory()
    notices = written(other, 1)
    browser.post(READ_ALL, {"up_to": notices[0].pk})
    assert unread_count(other) == 1


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 50, "1\x00"])
def test_marking_all_read_takes_any_input(browser, person, up_to):
    written(person, 1)
    assert browser.post(READ_ALL, {"up_to": up_to}).status_code == 302
    assert unread_count(person) == 1


def test_marking_all_read_is_a_button(browser):
    assert browser.get(READ_ALL).status_code == 405


def test_inbox_goes_on_over_pages(browser, person):
    for notice in written(person, 30):
        mark_read(by=person, notice=notice)
    written(person, 2, "Fresh")
    first = browser.get(INBOX)
    assert "Notice 029" in first.content.decode()
    assert "Notice 000" not in first.content.decode()
    second = browser.get(first.context["pages"].next_url).content.decode()
    assert "Notice 000" in second
    assert "Fresh" not in second


def test_many_new_ones_have_a_list_of_their_own(browser, person):
    written(person, 60)
    text = browser.get(INBOX).content.decode()
    assert "Notice 059" in text
    assert "Notice 000" not in text
    address = f"{INBOX}?show=unread"
    assert address in text
    seen = []
    while address:
        answer = browser.get(address)
        seen += [notice.subject for notice in answer.context["unread"]]
        address = answer.context["pages"].next_url
    assert len(seen) == len(set(seen)) == 60


@pytest.mark.parametrize("query", ["?page=x", "?page=", "?show=x", "?page=%00", "?show=unread&page=x"])
def test_inbox_takes_any_address(browser, person, query):
    written(person, 1)
    assert browser.get(INBOX + query).status_code == 200


def test_inbox_asks_as_much_for_thirty_notices_as_for_one(browser, person):
    browser.get(INBOX)
    counts = set()
    for more in (1, 2, 27):
        for notice in written(person, more):
            mark_read(by=person, notice=notice)
        written(person, more)
        with CaptureQueriesContext(connection) as queries:
            browser.get(INBOX)
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= 12
