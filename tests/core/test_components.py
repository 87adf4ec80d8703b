"""The look: components that escape, a stylesheet whose colours can be read, templates that keep to the policy."""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms as plain
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.views.defaults import bad_request, page_not_found, permission_denied, server_error

from core import forms
from core.charts import result_chart
from core.display import Chip, Crumb, Moment, Pages, Row, Step
from core.templatetags import accord
from core.views.errors import csrf_failure

ROOT = Path(settings.BASE_DIR)
CSS = (ROOT / "static/css/accord.css").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "templates/components").glob("*.html"))
EVIL = "<script>alert('x')</script>"
NOON = datetime.datetime(2027, 3, 4, 12, tzinfo=datetime.UTC)


class EvilForm(forms.Form):
    """Somebody else's words everywhere."""

    name = plain.CharField(label=EVIL, help_text=EVIL)
    choice = forms.RadioField(label=EVIL, choices=[(EVIL, EVIL)], hints={EVIL: EVIL})


def page_request(path: str = "/x/") -> HttpRequest:
    """A request as the middleware leaves it."""
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    request.organisation = None  # type: ignore[attr-defined]  # set by the middleware
    return request


# --- components --------------------------------------------------------------------------------------

EVERYTHING_EVIL: dict[str, Any] = {
    **dict.fromkeys(
        (
            "action",
            "back_label",
            "cancel_label",
            "caption",
            "figure",
            "label",
            "lede",
            "name",
            "source",
            "summary",
        ),
        EVIL,
    ),
    **dict.fromkeys(("tag", "text", "title", "value"), EVIL),
    **dict.fromkeys(("back_url", "cancel_url", "clear_url", "post_url", "url"), '"><b>'),
    "tone": "good",
    "done": 1,
    "of": 3,
    "crumbs": [Crumb(EVIL, '"><b>'), Crumb(EVIL)],
    "tabs": [Crumb(EVIL, '"><b>', current=True, count=3)],
    "tasks": [Step(EVIL, '"><b>', EVIL, EVIL, "good")],
    "rows": [Row(EVIL, EVIL, '"><b>', EVIL, EVIL, "warn"), Row(EVIL, "")],
    "facts": [Row(EVIL, EVIL)],
    "chips": [Chip(EVIL, '"><b>')],
    "moments": [Moment(EVIL, NOON, EVIL, EVIL)],
    "points": [EVIL],
    "pages": Pages(EVIL, '"><b>', '"><b>', '"><b>'),
    "form": EvilForm({"name": "", "choice": EVIL}),
    "formset": plain.formset_factory(EvilForm)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": EVIL}
    ),
    "chart": result_chart(1, 2, [(EVIL, 1)], EVIL),
}


@pytest.mark.parametrize("template", COMPONENTS, ids=lambda path: path.stem)
def test_component_escapes_everything_it_is_given(template: Path) -> None:
    html = render_to_string(f"components/{template.name}", EVERYTHING_EVIL)
    assert html.strip()
    assert "<script" not in html
    assert "><b>" not in html


@pytest.mark.parametrize("template", COMPONENTS, ids=lambda path: path.stem)
def test_component_says_what_it_takes(template: Path) -> None:
    assert template.read_text().startswith("{% comment %}")
    assert f"`{template.name}`" in (ROOT / "templates/components/README.md").read_text()


@pytest.mark.parametrize("template", COMPONENTS, ids=lambda path: path.stem)
def test_component_stands_being_given_nothing(template: Path) -> None:
    render_to_string(f"components/{template.name}", {})


def test_task_without_address_is_no_link_and_says_by_when() -> None:
    class Task:
        title, url, hint, tag, tone, due_at = (
            "Publish",
            "",
            "A director does this",
            "cannot start yet",
            "plain",
            NOON,
        )

    html = render_to_string("components/task_list.html", {"tasks": [Task()]})
    assert "<a " not in html
    assert "By Thursday 4 March 2027, 12 noon" in html


def test_summary_row_says_what_is_missing_and_what_change_would_change() -> None:
    html = render_to_string("components/summary_list.html", {"rows": [Row("Contact", "", "/change/")]})
    assert "Not given" in html
    assert re.search(r'Change<span class="sr">: Contact</span>', html)


def test_summary_row_shows_nought() -> None:
    assert "Not given" not in render_to_string("components/summary_row.html", {"label": "Bids", "value": 0})


@pytest.mark.parametrize(
    ("level", "word", "role"),
    [
        (constants.SUCCESS, "Done", "status"),
        (constants.INFO, "Note", "status"),
        (constants.WARNING, "Important", "status"),
        (constants.ERROR, "Not done", "alert"),
    ],
)
def test_message_says_its_kind_in_a_word(level: int, word: str, role: str) -> None:
    html = render_to_string("layouts/messages.html", {"messages": [Message(level, "It is saved.")]})
    assert f">{word}</p>" in html
    assert f'role="{role}"' in html


def test_pagination_of_a_single_page_is_its_text_alone() -> None:
    html = render_to_string("components/pagination.html", {"pages": Pages("Showing 3 of 3")})
    assert "Showing 3 of 3" in html
    assert "<ul>" not in html


def test_tab_we_are_on_is_said() -> None:
    html = render_to_string("components/tabs.html", {"tabs": [Crumb("A", "/a/", current=True), Crumb("B", "/b/")]})
    assert html.count('aria-current="page"') == 1


def test_chart_has_its_figures_beneath_and_words_for_those_who_hear_it() -> None:
    html = render_to_string(
        "components/result_chart.html", {"chart": result_chart(42, 60, [("June 2026", 55)], "%")}
    )
    assert 'role="img" aria-label="June 2026: 55%, 72% of the way' in html
    assert html.count("<tr>") == 4
    assert "style=" not in html


def test_chart_without_results_draws_nothing() -> None:
    html = render_to_string("components/result_chart.html", {"chart": result_chart(42, 60, [])})
    assert "<svg" not in html
    assert "No result yet" in html


# --- how values are shown ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(0, "0 min"), (90, "90 min"), (91, "1 h 31 min"), (120, "2 h"), (229, "3 h 49 min")],
)
def test_long_times_are_told_in_hours(minutes: int, shown: str) -> None:
    assert accord.lasting(minutes) == shown


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (NOON, "Thursday 4 March 2027, 12 noon"),
        (datetime.datetime(2027, 7, 4, 14, 30, tzinfo=datetime.UTC), "Sunday 4 July 2027, 3:30pm"),
        (datetime.datetime(2027, 7, 4, 23, 0, tzinfo=datetime.UTC), "Monday 5 July 2027, midnight"),
        (datetime.datetime(2027, 1, 4, 9, 0, 40, tzinfo=datetime.UTC), "Monday 4 January 2027, 9am"),
        (datetime.datetime(2027, 1, 4, 0, 5, tzinfo=datetime.UTC), "Monday 4 January 2027, 12:05am"),
        (None, ""),
    ],
)
def test_moments_are_shown_as_clocks_in_london_show_them(moment: datetime.datetime | None, shown: str) -> None:
    assert accord.when(moment) == shown


def test_dates_follow_the_readers_language() -> None:
    with translation.override("cy"):
        assert accord.day(datetime.date(2027, 3, 4)) == "Dydd Iau 4 Mawrth 2027"


def test_amounts_and_nothing() -> None:
    assert accord.pounds(125_050) == "£1,250.50"
    assert accord.pounds(None) == ""
    assert accord.percent_bps(1_250) == "12.5%"
    assert accord.percent_bps(None) == ""
    assert accord.words("one two\nthree") == 3


# --- the frame ---------------------------------------------------------------------------------------


def test_frame_has_its_landmarks_and_one_heading() -> None:
    html = get_template("layouts/page.html").render({"title": "A page", "section": "needs"}, page_request())
    assert html.count("<main") == html.count("<h1") == 1
    assert '<a class="skip" href="#main">' in html
    assert '<html lang="en-GB">' in html
    assert "<title>A page – Accord</title>" in html
    assert html.count('aria-current="true"') == 2  # the wide navigation and the one of a phone


def test_parts_of_the_frame_that_a_page_leaves_out_are_truly_empty() -> None:
    html = get_template("layouts/page.html").render({"title": "A page"}, page_request())
    for part in (
        '<p class="caption"></p>',
        '<div class="lede"></div>',
        '<div class="btns"></div>',
        '<div class="aside"></div>',
    ):
        assert part in html  # :empty hides them; a single space inside would show their lines and gaps


def test_frame_is_marked_welsh_in_welsh() -> None:
    with translation.override("cy"):
        html = get_template("layouts/page.html").render({"title": "A page"}, page_request())
    assert '<html lang="cy">' in html
    assert 'value="en-gb" lang="en">English' in html


def test_title_says_when_there_is_an_error() -> None:
    html = get_template("layouts/page.html").render({"title": "A page", "form": EvilForm({})}, page_request())
    assert "<title>Error: A page" in html


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        (
            lambda request: permission_denied(request, PermissionError("Only directors <publish>.")),
            403,
            "&lt;publish&gt;",
        ),
        (lambda request: page_not_found(request, ValueError("x")), 404, "Page not found"),
        (lambda request: bad_request(request, ValueError("x")), 400, "We could not read that"),
        (lambda request: server_error(request), 500, "Something went wrong"),
        (lambda request: csrf_failure(request), 403, "Send that once more"),
    ],
)
def test_error_page_says_what_happened(answer: Any, status: int, text: str) -> None:
    response = answer(page_request())
    assert response.status_code == status
    assert text in response.content.decode()
    assert "/static/css/accord.css" in response.content.decode()


def test_refusal_is_shown_with_a_way_back() -> None:
    html = get_template("core/refused.html").render({"reason": f"Too late {EVIL}"}, page_request("/bids/1/"))
    assert "Too late &lt;script" in html
    assert 'href="/bids/1/"' in html


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-x/",
        "/accounts/inactive/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/none/",
    ],
)
def test_account_page_is_ours_and_loads_nothing_of_others(client: Client, db: None, path: str) -> None:
    page = client.get(path).content.decode()
    assert "/static/css/accord.css" in page
    assert page.count("<h1") == 1
    assert re.findall(r'<script[^>]*src="([^"]+)"', page) == ["/static/js/accord.js"]


# --- the stylesheet ----------------------------------------------------------------------------------


def tokens() -> dict[str, str]:
    """Name -> colour, as the stylesheet has them."""
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", CSS))


def luminance(colour: str) -> float:
    """How bright, by WCAG 2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """From 1 to 21, by WCAG 2."""
    bright, dark = sorted((luminance(tokens()[one]), luminance(tokens()[other])), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def text_pairs() -> Iterator[tuple[str, str]]:
    """Every text colour with every ground it stands on."""
    for ink in ("ink", "primary", "primary-dark", "muted", "bad"):
        yield ink, "paper"
        yield ink, "sand"
    yield "ink", "focus"
    for tone in ("good", "warn", "bad", "info"):
        yield tone, f"{tone}-bg"
        yield "ink", f"{tone}-bg"
        yield "primary", f"{tone}-bg"
        yield "paper", tone
    yield "paper", "primary"
    yield "paper", "primary-dark"


@pytest.mark.parametrize(("ink", "ground"), list(text_pairs()))
def test_text_can_be_read(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(
    ("line", "ground"),
    [("line", "paper"), ("line", "sand"), ("ink", "focus"), ("bad", "paper"), ("good", "paper"), ("warn", "paper")]
    + [(f"series-{number}", "paper") for number in range(1, 5)],
)
def test_lines_that_mean_something_can_be_seen(line: str, ground: str) -> None:
    assert contrast(line, ground) >= 3


def test_stylesheet_stays_small() -> None:
    assert len(CSS.encode()) < 40_000


def test_stylesheet_takes_its_colours_from_tokens() -> None:
    rules = CSS[CSS.index("/* --- Plain elements") :]
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) <= {"#7a1511"}


def test_stylesheet_loads_nothing_of_others() -> None:
    assert "@import" not in CSS
    assert re.findall(r"url\(([^)]*)\)", CSS) == ['"../img/tick.svg"']


@pytest.mark.parametrize("wanted", ["@media print", "prefers-reduced-motion", "forced-colors", ":focus"])
def test_stylesheet_thinks_of(wanted: str) -> None:
    assert wanted in CSS


# --- every template ----------------------------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_has_no_inline_script_or_style(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", text))
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


@pytest.mark.parametrize(
    "template",
    [path for path in TEMPLATES if path.name != "style_guide.html"],
    ids=lambda path: str(path.relative_to(ROOT / "templates")),
)
def test_template_has_no_untranslated_words(template: Path) -> None:
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", template.read_text(), flags=re.S)
    text = re.sub(r"{% blocktrans(?:late)?\b.*?{% endblocktrans(?:late)? %}", "", text, flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
    text = re.sub(r"<(svg|code)\b.*?</\1>", "", text, flags=re.S)
    words = re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>|&[a-z]+;", " ", text))
    assert [word for word in words if word not in {"Accord", "English", "Cymraeg"}] == []


def test_every_post_form_of_ours_carries_the_token() -> None:
    """But the switch of language, which stands on every page: with one no page could be kept for others."""
    missing = [
        str(path.relative_to(ROOT))
        for path in TEMPLATES
        for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), flags=re.S)
        if "csrf_token" not in form and '{% url "set_language" %}' not in form
    ]
    assert missing == []
