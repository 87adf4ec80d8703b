"""Models, doors and layers as Django and the linters see them; each rule is proved against a breach."""

import tomllib

import pytest
from django.apps import apps
from django.db import models
from django.http import HttpResponse
from django.test.utils import isolate_apps
from django.urls import get_resolver, include, path
from django.views import View

from config.public_pages import BEFORE_SECOND_FACTOR, PUBLIC_PAGES
from core.entry import entry, everyone, signed_in
from tests.architecture.django_rules import doors, patterns, undocumented, unknown_pages
from tests.architecture.project import ROOT, packages

OURS = packages()


def page(rule=None):
    def view(request):
        return HttpResponse()

    view.__module__ = "core.views"
    return entry(rule)(view) if rule else view


# --- models


def test_every_model_says_what_a_row_is():
    ours = [
        model for model in apps.get_models(include_auto_created=False) if model.__module__.split(".")[0] in OURS
    ]
    assert ours
    assert undocumented(ours) == []


@isolate_apps("core")
def test_model_without_docstring_is_caught():
    class Bare(models.Model):
        class Meta:
            app_label = "core"

    class Said(models.Model):
        """One thing that was said."""

        class Meta:
            app_label = "core"

    assert [line.split(":")[0].rsplit(".", 1)[1] for line in undocumented([Bare, Said])] == ["Bare"]


# --- doors


def test_every_page_of_ours_says_who_may_enter():
    entries = get_resolver().url_patterns
    assert len(list(patterns(entries))) > 1
    assert doors(entries, OURS, PUBLIC_PAGES) == []


def test_lists_of_pages_name_only_pages_that_exist():
    assert unknown_pages(get_resolver().url_patterns, PUBLIC_PAGES | BEFORE_SECOND_FACTOR) == []


@pytest.mark.parametrize(
    ("view", "public", "says"),
    [
        (page(), set(), "no @entry"),
        (page(everyone), set(), "not in config/public_pages.py"),
        (page(signed_in), {"need-list"}, "keeps people out"),
        (page(), {"need-list"}, "no @entry"),
    ],
)
def test_wrong_door_is_caught(view, public, says):
    entries = [path("needs/", include([path("list/", view, name="need-list")]))]
    assert [says in line for line in doors(entries, ["core"], frozenset(public))] == [True]


def test_class_based_page_without_entry_is_caught():
    class Page(View):
        """A page that names nobody."""

    Page.__module__ = "marketplace.views"
    assert doors([path("", Page.as_view(), name="x")], ["marketplace"], frozenset()) != []


def test_right_door_and_other_packages_are_allowed():
    entries = [path("a", page(everyone), name="a"), path("b", page(signed_in), name="b")]
    assert doors(entries, ["core"], frozenset({"a"})) == []
    assert doors([path("c", page(), name="c")], ["marketplace"], frozenset()) == []


def test_page_that_is_gone_is_caught_on_the_list():
    assert unknown_pages([path("a", page(), name="a")], {"a", "gone"}) == [
        "gone: on the list, but no URL has that name"
    ]


# --- layers: lint-imports keeps them (run by lint); a new app must not slip past it


def test_import_linter_holds_every_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    linter = project["tool"]["importlinter"]
    assert sorted(linter["root_packages"]) == OURS
    layers = " ".join(next(each["layers"] for each in linter["contracts"] if each["id"] == "apps"))
    named = {name.strip("()") for name in layers.replace("|", " ").split()}
    assert set(OURS) <= named
