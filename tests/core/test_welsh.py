"""Welsh: the catalogue is sound and compiled, and the pages on the way in speak it."""

import ast
import datetime
import gettext
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import django
import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import words
from core.models import User
from core.templatetags import accord
from tests.core.signed_in import browser_of
from tests.factories.core import UserFactory

FOLDER = Path(settings.BASE_DIR) / "locale/cy/LC_MESSAGES"
DJANGOS = Path(django.__file__).parent / "conf/locale/cy/LC_MESSAGES/django.mo"
PLURALS = "nplurals=4; plural=(n==1) ? 0 : (n==2) ? 1 : (n != 8 && n != 11) ? 2 : 3;"
PLACES = re.compile(r"%%\(\w+\)[sd]|%\(\w+\)[sd]|\{\w*\}|%%|<[^>]+>")
MONTHS = [
    *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
    *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
]
DAYS = ["Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul"]
Entry = dict[str, Any]


def entries() -> Iterator[Entry]:
    """Each entry of the source: its flags and its strings by their keyword."""
    for block in (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n"):
        entry: Entry = {"flags": set()}
        keyword = ""
        for line in block.splitlines():
            if line.startswith("#,"):
                entry["flags"] |= set(line[2:].replace(" ", "").split(","))
            elif not line.startswith("#"):
                # A long text goes on in lines without a keyword.
                keyword, text = (keyword, line) if line.startswith('"') else line.split(" ", 1)
                entry[keyword] = entry.get(keyword, "") + ast.literal_eval(text)
        yield entry


ENTRIES = list(entries())


def forms(entry: Entry) -> list[str]:
    """The Welsh of an entry; of one that counts, in its four forms."""
    return [text for keyword, text in entry.items() if keyword.startswith("msgstr") and text]


def in_welsh(path: str, browser: Client | None = None, **more: Any) -> str:
    browser = browser or Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "cy"
    return browser.get(path, **more).content.decode()


class Texts(HTMLParser):
    """What stands on a page to be read or to be read out."""

    spoken = frozenset({"alt", "aria-label", "data-label", "placeholder", "title"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps the names that only a screen reader says."""
        for name, value in attrs:
            if name in self.spoken:
                self.handle_data(value or "")

    def handle_data(self, data: str) -> None:
        """Keeps whatever has a word in it."""
        if re.search(r"[^\W\d]{2}", data):
            self.found.add(" ".join(data.split()))


# --- the catalogue -----------------------------------------------------------------------------------


def test_compiled_words_are_those_of_the_source() -> None:
    """A bare machine has no msgfmt, so both are kept; docs/how-to/translate.md says how to compile."""
    source: dict[Any, str] = {}
    for entry in ENTRIES:
        name = "\4".join(filter(None, (entry.get("msgctxt"), entry["msgid"])))
        if "msgid_plural" in entry:
            source |= {(name, number): text for number, text in enumerate(forms(entry))}
        elif entry["msgstr"]:
            source[name] = entry["msgstr"]
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # the only way to its words
    del source[""], compiled[""]
    assert compiled == source


def test_welsh_counts_as_djangos_own_welsh_does() -> None:
    assert f"Plural-Forms: {PLURALS}\n" in ENTRIES[0]["msgstr"]
    with DJANGOS.open("rb") as file:
        assert gettext.GNUTranslations(file).info()["plural-forms"] == PLURALS
    assert {len(forms(entry)) for entry in ENTRIES if "msgid_plural" in entry} <= {0, 4}


def test_no_entry_is_a_guess_or_left_over() -> None:
    assert [entry["msgid"] for entry in ENTRIES if "fuzzy" in entry["flags"]] == []
    assert "#~" not in (FOLDER / "django.po").read_text(encoding="utf-8")


def test_what_is_filled_into_a_sentence_is_filled_into_its_welsh() -> None:
    wrong = [
        (entry["msgid"], text)
        for entry in ENTRIES[1:]
        for text in forms(entry)
        if sorted(PLACES.findall(text)) != sorted(PLACES.findall(entry["msgid"]))
        and sorted(PLACES.findall(text)) != sorted(PLACES.findall(entry.get("msgid_plural", "")))
    ]
    assert wrong == []


def test_welsh_keeps_the_space_and_the_lines_around_a_text() -> None:
    def around(text: str) -> tuple[str, str, int]:
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :], text.strip().count("\n")

    assert [e["msgid"] for e in ENTRIES[1:] for text in forms(e) if around(text) != around(e["msgid"])] == []


def test_sentences_of_the_sign_in_library_have_their_welsh() -> None:
    with translation.override("cy"):
        for sentence in words.LIBRARY_SENTENCES:
            assert translation.gettext(sentence) != sentence


# --- dates and counting ------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "name"), list(enumerate(MONTHS, start=1)))
def test_months_have_their_welsh_names(number: int, name: str) -> None:
    with translation.override("cy"):
        assert accord.day(datetime.date(2027, number, 4)).endswith(f" 4 {name} 2027")


@pytest.mark.parametrize(("number", "name"), list(enumerate(DAYS, start=1)))
def test_days_have_their_welsh_names(number: int, name: str) -> None:
    with translation.override("cy"):
        assert accord.day(datetime.date(2027, 3, number)).startswith(f"Dydd {name} {number} ")


@pytest.mark.parametrize(
    ("hour", "minute", "shown"),
    [(0, 0, "hanner nos"), (9, 30, "9:30yb"), (12, 0, "12 hanner dydd"), (15, 0, "3yh")],
)
def test_times_of_day_are_in_welsh(hour: int, minute: int, shown: str) -> None:
    with translation.override("cy"):
        assert accord.clock(datetime.datetime(2027, 1, 4, hour, minute, tzinfo=datetime.UTC)) == shown


@pytest.mark.parametrize(("number", "shown"), [(1, "1 cyfle"), (2, "2 gyfle"), (3, "3 cyfle"), (8, "8 cyfle")])
def test_nouns_change_after_two(number: int, shown: str) -> None:
    with translation.override("cy"):
        counted = translation.ngettext("%(count)s opportunity", "%(count)s opportunities", number)
    assert counted % {"count": number} == shown


# --- the pages ---------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["need-list", "opportunity-list", "alliance-list", "account_login"])
def test_frame_speaks_welsh(name: str) -> None:
    html = in_welsh(reverse(name))
    assert '<html lang="cy">' in html
    frame = {"Neidio i’r prif gynnwys", "Cyfleoedd", "Anghenion", "Cynghreiriau", "Canllawiau", "Mewngofnodi"}
    assert frame | {"Dewislen", "Cymorth", "Hygyrchedd", "Argraffu’r dudalen hon"} <= Texts(html).found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("account_login", ["Cyfeiriad e-bost", "Cyfrinair", "Wedi anghofio eich cyfrinair?", "Mewngofnodi"]),
        ("account_signup", ["Enw llawn", "Cyfeiriad e-bost", "Cyfrinair", "Gwneud y cyfrif"]),
        ("account_reset_password", ["Cyfeiriad e-bost", "Anfon y ddolen"]),
    ],
)
def test_way_in_has_no_english_label(name: str, labels: list[str], settings: Any) -> None:
    settings.DEMO_SIGN_IN = False
    welsh, english = in_welsh(reverse(name)), Client().get(reverse(name)).content.decode()
    assert set(labels) <= Texts(welsh).found
    assert Texts(welsh).found & Texts(english).found == {"Accord"}
    assert "placeholder=" not in welsh


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["work", "inbox", "account", "account_email", "account_change_password", "mfa_index", "organisation-list"],
)
def test_ones_own_pages_have_no_english_left(name: str) -> None:
    person = UserFactory(name="Ada", email="ada@example.org")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    english = Texts(browser_of(person).get(reverse(name)).content.decode())
    welsh = Texts(in_welsh(reverse(name), browser_of(person)))
    assert welsh.found & english.found <= {"Accord", "Ada", "ada@example.org", "Cymraeg", "English"}


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "429.html", "500.html"])
def test_error_pages_speak_welsh(name: str) -> None:
    english = Texts(render_to_string(name))
    with translation.override("cy"):
        html = render_to_string(name)
    assert '<html lang="cy">' in html
    assert Texts(html).found & english.found == {"Accord"}


@pytest.mark.django_db
def test_empty_sign_in_is_refused_in_welsh() -> None:
    browser = Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "cy"
    found = Texts(browser.post(reverse("account_login"), {}).content.decode()).found
    assert {"Mae problem", "Llenwch y blwch: cyfeiriad e-bost.", "Llenwch y blwch: cyfrinair."} <= found


# --- the switch --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_switch_is_a_plain_form_and_keeps_the_page() -> None:
    browser = Client(enforce_csrf_checks=True)
    page = reverse("need-list") + "?words=housing&page=2"
    for language, there in (("cy", "Anghenion"), ("en-gb", "Needs")):
        html = browser.get(page).content.decode()
        form = re.search(rf'<form[^>]*action="{reverse("set_language")}".*?</form>', html, re.DOTALL)
        assert form
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
        assert f'type="submit" name="language" value="{language}"' in form[0]
        sent = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
        answer = browser.post(reverse("set_language"), {**sent, "language": language})
        assert (answer.status_code, answer["Location"]) == (302, page)
        assert f"<h1>{there}</h1>" in browser.get(page).content.decode()


@pytest.mark.django_db
def test_whoever_signs_up_in_welsh_is_written_to_in_welsh() -> None:
    browser = Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "cy"
    answers = {"name": "Ada", "email": "ada@example.org", "password1": "a long enough password"}
    browser.post(reverse("account_signup"), answers)
    assert User.objects.get().language == "cy"
    assert "Dilynwch y ddolen hon" in mail.outbox[0].body
