"""No drawers, no code inside templates; and the proof that either would be caught."""

from pathlib import PurePosixPath

import pytest

from tests.architecture.project import templates, tree
from tests.architecture.tree_rules import drawers, forms_without_token, inline_code


def test_no_file_is_a_drawer():
    assert [found for path in tree() for found in drawers(path)] == []


@pytest.mark.parametrize(
    "path",
    ["core/utils.py", "core/utils/dates.py", "tests/helpers.py", "templates/common/a.html", "core/_misc.py"],
)
def test_drawer_is_caught(path):
    assert drawers(PurePosixPath(path)) != []


def test_named_file_is_allowed():
    assert drawers(PurePosixPath("core/commonality/money.py")) == []


def test_templates_hold_no_code():
    pages = list(templates())
    assert pages
    assert [found for path, text in pages for found in inline_code(path, text)] == []


def test_forms_keep_the_token_of_their_page():
    assert [found for path, text in templates() for found in forms_without_token(path, text)] == []


def test_form_without_the_token_is_caught():
    alone = '\n{% include "components/form.html" with form=form action=action only %}'
    assert forms_without_token("page.html", alone) == [
        "page.html:2: components/form.html with `only`; leave `only` out"
    ]
    assert forms_without_token("page.html", alone.replace(" only ", " ")) == []
    assert forms_without_token("page.html", alone.replace("form.html", "tag.html")) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<script type="module">go()</script>',
        "<script {% if nonce %}nonce={{ nonce }}{% endif %}>go()</script>",
        '<p style="color: red">x</p>',
        '<p class="a" {% if b %}style="color: red"{% endif %}>x</p>',
        '<button onclick="go()">x</button>',
        "<body ONLOAD=go()>",
        "<style>p { color: red }</style>",
        '<a href="javascript:go()">x</a>',
    ],
)
def test_code_in_a_template_is_caught(text):
    assert len(inline_code("page.html", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        '<script src="{% static "js/a.js" %}" defer></script>',
        '{# <script>alert(1)</script> #}<p class="onwards">x</p>',
        '{% comment "why" %}<p style="x">{% endcomment %}',
        '<a href="{% url "bid-submit" %}">{% translate "Submit onto style=" %}</a>',
        "<input {% if a > 3 %}checked{% endif %} data-onset='1'>",
    ],
)
def test_plain_template_is_allowed(text):
    assert inline_code("page.html", text) == []


def test_line_of_the_code_is_named():
    assert inline_code("page.html", '{% if a\n%}\n<p style="x">') == [
        "page.html:3: style= on <p>; give it a class"
    ]
