"""A real Chromium, one window for each person, and an accessibility engine on every page they come to."""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from core.models import User

PASSWORD = "a long enough password"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


@dataclass
class Visitor:
    """Somebody at a browser. Every page they come to must be free of script errors and axe violations."""

    page: Page
    base: str
    seen: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    # What it has cost so far: pages come to, choices and dates made with a finger, characters typed.
    pages: int = 0
    taps: int = 0
    typed: int = 0

    def open(self, path: str) -> "Visitor":
        """Type an address."""
        self.page.goto(path if path.startswith("http") else self.base + path)
        return self.look()

    def follow(self, name: str) -> "Visitor":
        """Follow the first link whose text contains `name`."""
        return self._click("link", self.page.get_by_role("link", name=name))

    def press(self, name: str) -> "Visitor":
        """Press the button that says exactly `name`."""
        return self._click("button", self.page.locator("main").get_by_role("button", name=name, exact=True))

    def _click(self, kind: str, found: Locator) -> "Visitor":
        if found.count() == 0:
            words = self.page.locator("main").inner_text()
            raise AssertionError(f"No such {kind} on {self.page.url}, which says:\n{words}")
        found.first.click()
        self.taps += 1
        return self.look()

    def write(self, **texts: str) -> "Visitor":
        """Put each text into the form field of that name, as a person would: type, choose or tick."""
        for name, text in texts.items():
            self._put(name, text)
        return self

    def _put(self, name: str, text: str) -> None:
        box = self.page.locator(f"main [name='{name}']")
        kind = box.first.evaluate("box => box.type || box.tagName.toLowerCase()")
        is_typed = kind not in ("checkbox", "radio", "select-one")
        self.taps += 1
        self.typed += len(text) if is_typed else 0
        if kind == "checkbox" and text == "on":
            box.check()
        elif kind in ("radio", "checkbox"):
            self.page.locator(f"main [name='{name}'][value='{text}']").check()
        elif kind == "select-one":
            box.select_option(label=text)
        else:
            box.fill(text)

    def write_date(self, name: str, day: datetime.date, clock: str = "") -> "Visitor":
        """Put a date, and a time of day if there is one, into its boxes."""
        self.write(**{f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)})
        return self.write(**{f"{name}_time": clock}) if clock else self

    def tick(self, label: str) -> "Visitor":
        """Tick the box, or choose the answer, whose label begins with `label`."""
        self.page.locator("main").get_by_label(re.compile(f"^{re.escape(label)}")).first.check()
        self.taps += 1
        return self

    def reads(self, text: str) -> "Visitor":
        """The page says `text` somewhere."""
        expect(self.page.locator("body")).to_contain_text(text)
        return self

    def look(self) -> "Visitor":
        """Check the page once for its address: no violation of WCAG 2.2 AA that the engine can find."""
        self.page.wait_for_load_state("load")
        self.pages += 1
        if self.page.url not in self.seen:
            self.seen.add(self.page.url)
            self.wrong += [f"{self.page.url}: {found}" for found in violations(self.page)]
        return self


def violations(page: Page) -> list[str]:
    """What axe finds wrong on the page, each with the first place."""
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    return [f"{each['id']} at {each['nodes'][0]['html'][:200]}" for each in found.response["violations"]]


@pytest.fixture
def pages_are_kept(settings: Any) -> None:
    """As in production: what somebody did a moment ago must be there for the next visitor."""
    settings.PUBLIC_PAGE_SECONDS = 60


@pytest.fixture
def visitor(chromium: Browser, pages_are_kept: None, live_server: Any) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors, each in a window of their own; at the end none may have met an error."""
    made: list[Visitor] = []

    def make(*, size: dict[str, int] = DESKTOP) -> Visitor:
        page = chromium.new_context(viewport=size).new_page()
        page.set_default_timeout(8_000)
        someone = Visitor(page, live_server.url)
        page.on("pageerror", lambda error: someone.wrong.append(f"{page.url}: script error {error}"))
        page.on("response", lambda answer: _note_server_error(someone, answer))
        made.append(someone)
        return someone

    yield make
    for someone in made:
        someone.page.context.close()
    assert [wrong for someone in made for wrong in someone.wrong] == []


def _note_server_error(someone: Visitor, answer: Any) -> None:
    if answer.status >= 500:
        someone.wrong.append(f"{answer.url}: {answer.status}")


@pytest.fixture
def signed_in(visitor: Callable[..., Visitor]) -> Callable[..., Visitor]:
    """Signs a user in through the pages, with the code from their phone where they have one."""

    def sign_in(user: User, **window: Any) -> Visitor:
        EmailAddress.objects.get_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
        someone = visitor(**window).open("/accounts/login/")
        someone.write(login=user.email, password=PASSWORD).press("Sign in")
        if Authenticator.objects.filter(user=user).exists():
            someone.write(code=code_of(user)).press("Sign in")
            if "authenticate" in someone.page.url:  # its half minute was over before the code arrived
                someone.write(code=code_of(user)).press("Sign in")
        return someone

    return sign_in


def give_second_factor(user: User) -> User:
    """The user has a code generator."""
    TOTP.activate(user, generate_totp_secret())
    return user


def code_of(user: User) -> str:
    """The six figures the user's phone shows now."""
    secret = decrypt(Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"])
    now = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, now[len(now) // 2]))


@pytest.fixture
def clock() -> Iterator[Callable[[datetime.datetime], None]]:
    """Moves the server's clock (it goes on ticking); the browser keeps its own."""
    travels: list[Any] = []

    def go_to(moment: datetime.datetime) -> None:
        for travel in travels:
            travel.stop()
        travels[:] = [time_machine.travel(moment, tick=True)]
        travels[0].start()

    yield go_to
    for travel in travels:
        travel.stop()
