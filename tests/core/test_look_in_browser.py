"""The components as a browser shows them: accessible, never scrolling sideways, with scripts as a help only.

The page is rendered here and handed to the browser by interception: no server, no database.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route

from core.forms import count_words
from core.views.style_guide import style_guide

pytestmark = pytest.mark.browser

STATIC = Path(settings.BASE_DIR) / "static"
SITE = "http://accord.test"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
WIDE, PHONE = (1280, 800), (320, 640)  # 320 px is also what 400% zoom leaves of a screen of 1280


def rendered(path: str) -> str:
    """The style guide as the view gives it."""
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    request.organisation = None  # type: ignore[attr-defined]  # set by the middleware
    return style_guide(request).content.decode()


@cache
def pages() -> dict[str, str]:
    """Rendered once for a process."""
    found = {path: rendered(path) for path in ("/style/", "/style/?wrong")}
    marked = '<div class="scroll" tabindex="0" role="region" aria-label="Marked">'
    return {**found, "/style/?marked": found["/style/"].replace('<div class="scroll">', marked, 1)}


def answer(route: Route) -> None:
    """Our pages and files; whatever else the page asks for is a fault."""
    address = route.request.url.removeprefix(SITE)
    if route.request.method == "POST":
        route.fulfill(status=204)
    elif address in pages():
        route.fulfill(body=pages()[address], content_type="text/html; charset=utf-8")
    elif address.startswith("/static/"):
        file = STATIC / address.removeprefix("/static/")
        route.fulfill(body=file.read_bytes(), content_type=KINDS[file.suffix])
    else:
        route.abort()


@pytest.fixture
def shown(chromium: Browser) -> Iterator[SimpleNamespace]:
    """A tab, and what it complained of."""
    with chromium.new_context() as context:
        context.route("**/*", answer)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        yield SimpleNamespace(page=page, faults=faults)
        assert faults == []


def at(shown: SimpleNamespace, path: str, size: tuple[int, int] = WIDE) -> Page:
    """The page, opened at this size."""
    page: Page = shown.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(SITE + path)
    return page


@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize("path", ["/style/", "/style/?wrong"])
def test_components_have_no_fault_for_accessibility(
    shown: SimpleNamespace, path: str, size: tuple[int, int]
) -> None:
    page = at(shown, path, size)
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []


@pytest.mark.parametrize("path", ["/style/", "/style/?wrong"])
def test_nothing_scrolls_sideways_on_a_phone(shown: SimpleNamespace, path: str) -> None:
    page = at(shown, path, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_letters_twice_the_size_do_not_scroll_sideways(shown: SimpleNamespace) -> None:
    page = at(shown, "/style/", (640, 800))
    page.evaluate("document.documentElement.setAttribute('class', 'twice')")
    page.add_style_tag(content="html.twice { font-size: 200% }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_navigation_of_a_phone_opens_without_scripts(chromium: Browser) -> None:
    with chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}) as context:
        context.route("**/*", answer)
        page = context.new_page()
        page.goto(SITE + "/style/")
        link = page.locator(".nav--phone").get_by_role("link", name="Opportunities")
        assert not link.is_visible()
        page.locator(".nav--phone summary").click()
        assert link.is_visible()


def test_what_is_wrong_is_read_first_and_leads_to_its_box(shown: SimpleNamespace) -> None:
    page = at(shown, "/style/?wrong")
    assert page.evaluate("document.activeElement.className") == "errors"
    page.get_by_role("link", name=re.compile("^Closing time: there is no 1:30am")).click()
    assert page.url.endswith("#id_closes_at_0")


def test_second_press_sends_nothing_twice(shown: SimpleNamespace) -> None:
    page = at(shown, "/style/")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    button = page.get_by_role("button", name="Save and go on")
    button.click()
    page.wait_for_timeout(200)
    button.click(force=True)
    page.wait_for_timeout(200)
    assert len(posts) == 1
    assert button.get_attribute("aria-disabled") == "true"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one",
        "a - b",
        "one-to-one\nhelp",
        "tŷ\u00a0bach\u2003mawr\u3000yma",
        "  space  around ",
        "a,b",
        "\u200bzero\u2028line",
    ],
)
def test_words_are_counted_as_the_server_counts_them(shown: SimpleNamespace, text: str) -> None:
    page = at(shown, "/style/")
    page.locator("#id_reason").fill(text)
    assert page.locator("[data-count-of=id_reason]").inner_text() == f"Words left: {40 - count_words(text)}"


def test_too_many_words_are_said_so(shown: SimpleNamespace) -> None:
    page = at(shown, "/style/")
    page.locator("#id_reason").fill("word " * 43)
    assert page.locator("[data-count-of=id_reason]").inner_text() == "Words too many: 3"


def test_paper_has_the_text_and_not_the_buttons(shown: SimpleNamespace) -> None:
    page = at(shown, "/style/")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert not page.locator(".nav--wide").is_visible()
    assert not page.get_by_role("button", name="Save and go on").is_visible()


def test_focus_is_always_seen(shown: SimpleNamespace) -> None:
    page = at(shown, "/style/")
    unseen = page.evaluate(
        """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
            .filter((one) => one.checkVisibility() && one.type !== 'hidden')
            .filter((one) => {
                one.focus();
                const look = getComputedStyle(one);
                return look.boxShadow === 'none' && look.outlineStyle === 'none';
            })
            .map((one) => one.outerHTML)"""
    )
    assert unseen == []


def test_table_wider_than_the_page_is_reached_by_keyboard(shown):
    page = shown.page
    page.set_viewport_size({"width": 700, "height": 800})
    page.goto(f"{SITE}/style/")
    box = page.locator(".scroll").first
    assert box.get_attribute("tabindex") is None
    page.add_style_tag(content=".scroll table { inline-size: 3000px }")
    page.set_viewport_size({"width": 690, "height": 800})
    caption = box.locator("caption").inner_text()
    page.wait_for_selector('.scroll[tabindex="0"][role="region"]')
    assert box.get_attribute("aria-label") == caption


def test_box_that_a_page_made_reachable_itself_stays_so(shown):
    shown.page.goto(f"{SITE}/style/?marked")
    box = shown.page.locator(".scroll").first
    assert (box.get_attribute("tabindex"), box.get_attribute("aria-label")) == ("0", "Marked")
