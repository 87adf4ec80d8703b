"""The door of every page: nobody, somebody without the second step, somebody without the right."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from core.entry import Entry, entry, everyone, holders_of, signed_in
from core.permissions import Permission
from core.roles import ROLES, Role
from tests.architecture.django_rules import patterns
from tests.core.signed_in import browser_of
from tests.factories.core import UserFactory, member

pytestmark = pytest.mark.django_db

LOGIN, SET_UP = reverse("account_login"), reverse("mfa_activate_totp")


def own_patterns() -> Iterator[URLPattern]:
    """Patterns of our own apps and of the sign-in library; the editors' pages have a test of their own."""
    for pattern in patterns(get_resolver().url_patterns):
        view = getattr(pattern.callback, "view_class", pattern.callback)
        plain = isinstance(pattern.pattern, RoutePattern) and pattern.name
        if plain and not view.__module__.startswith("wagtail"):
            yield pattern


def address(pattern: URLPattern) -> str:
    """An address that the pattern takes."""
    samples = {"int": 1, "str": "x", "slug": "x", "path": "x", "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12}
    values = {}
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        values[name] = samples.get(kind, converter.regex.split("|")[0])
    return reverse(pattern.name, kwargs=values)


CLOSED = {pattern.name: pattern for pattern in own_patterns() if pattern.name not in settings.PUBLIC_PAGES}


def test_there_are_pages_to_try():
    assert {"work", "inbox", "audit", "organisation-list", "account_email", "mfa_index"} <= set(CLOSED)


@pytest.mark.parametrize("name", sorted(CLOSED))
@pytest.mark.parametrize("method", ["get", "post"])
def test_page_that_is_not_public_sends_nobody_to_sign_in(client, name, method):
    answer = getattr(client, method)(address(CLOSED[name]))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{LOGIN}?next=")


@pytest.mark.parametrize("name", sorted(CLOSED.keys() - settings.BEFORE_SECOND_FACTOR))
def test_page_waits_for_the_second_step_of_a_commissioner(client, name):
    client.force_login(member(Role.DIRECTOR))
    for answer in (client.get(address(CLOSED[name])), client.post(address(CLOSED[name]))):
        assert answer.status_code == 302
        assert answer.headers["Location"] == SET_UP


def with_rights() -> list[tuple[str, Entry]]:
    found = []
    for name, pattern in CLOSED.items():
        rule = getattr(pattern.callback, "entry", None)
        if isinstance(rule, Entry) and rule.permissions:
            found.append((name, rule))
    return found


@pytest.mark.parametrize(("name", "rule"), with_rights())
def test_page_for_holders_of_a_right_is_forbidden_to_all_others(name, rule):
    allowed = set(rule.permissions)
    outsiders = [role for role, row in ROLES.items() if not allowed & row.permissions]
    for role in outsiders:
        assert browser_of(member(role)).get(address(CLOSED[name])).status_code == 403
    assert browser_of(UserFactory()).get(address(CLOSED[name])).status_code == 403


def test_entry_marks_the_view_and_leaves_it_alone():
    @entry(holders_of(Permission.AUDIT_READ))
    def view(request):
        return HttpResponse("seen")

    assert view.entry == Entry(permissions=(Permission.AUDIT_READ,))
    assert view(None).content == b"seen"
    assert (everyone.signed_in, signed_in.signed_in) == (False, True)


@pytest.mark.parametrize("page", ["/no-such-page", "/needs/x/", "/organisations/1/no-such/"])
def test_page_that_is_not_there_is_not_found(client, page):
    assert client.get(page, follow=True).status_code == 404


def test_health_answers_everyone(client):
    assert client.get("/health/").content == b"ok"


def test_refusal_that_no_form_shows_is_a_page(client, settings):
    settings.ROOT_URLCONF = "tests.core.refusing_urls"
    client = browser_of(UserFactory())
    answer = client.post("/refuses/")
    assert answer.status_code == 409
    assert "It closed yesterday." in answer.content.decode()


def test_error_that_is_no_refusal_stays_an_error(settings):
    settings.ROOT_URLCONF = "tests.core.refusing_urls"
    with pytest.raises(ZeroDivisionError):
        browser_of(UserFactory()).post("/breaks/")


def test_forgery_is_turned_away_with_a_page():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory())
    answer = strict.post(reverse("organisation-switch"), {"organisation": 1})
    assert answer.status_code == 403
    assert "<h1" in answer.content.decode()
