"""Rules over what Django has loaded: models, URL patterns, installed packages."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.urls import URLPattern, URLResolver

from core.entry import Entry


def undocumented(loaded: Iterable[type[models.Model]]) -> list[str]:
    """Every model says in its docstring what one row is; Django's own `Bid(id, title)` does not count."""
    return [
        f"{model.__module__}.{model.__name__}: no docstring"
        for model in loaded
        if not (model.__doc__ or "").strip() or model.__doc__ == _automatic(model)
    ]


def _automatic(model: type[models.Model]) -> str:
    return f"{model.__name__}({', '.join(field.name for field in model._meta.fields)})"


def patterns(entries: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Every URL pattern, through all includes."""
    for item in entries:
        if isinstance(item, URLResolver):
            yield from patterns(item.url_patterns)
        else:
            yield item


def doors(
    entries: Iterable[URLPattern | URLResolver], packages: Iterable[str], public: frozenset[str]
) -> list[str]:
    """Each page of our own says who may enter, and is open to everyone exactly if it is a public page."""
    own = frozenset(packages)
    found = []
    for pattern in patterns(entries):
        if _module(pattern.callback).split(".")[0] in own:
            found += _door(pattern, public)
    return found


def _module(callback: Any) -> str:
    """Where a view was written, whatever decorators or as_view() lie around it."""
    view = getattr(callback, "view_class", callback)
    return str(getattr(view, "__module__", ""))


def _door(pattern: URLPattern, public: frozenset[str]) -> list[str]:
    name = pattern.name or str(pattern.pattern)
    rule = getattr(pattern.callback, "entry", None)
    if not isinstance(rule, Entry):
        return [f"{name}: its view has no @entry, so it says to nobody who may enter"]
    open_to_all = not rule.signed_in and not rule.permissions
    if open_to_all and name not in public:
        return [f"{name}: open to everyone, but not in config/public_pages.py"]
    if name in public and not open_to_all:
        return [f"{name}: in config/public_pages.py, but its @entry keeps people out"]
    return []


def unknown_pages(entries: Iterable[URLPattern | URLResolver], named: Iterable[str]) -> list[str]:
    """A page on a list of pages exists; a name left behind would open whatever takes it later."""
    there = {pattern.name for pattern in patterns(entries)}
    return [f"{name}: on the list, but no URL has that name" for name in sorted(set(named) - there)]
