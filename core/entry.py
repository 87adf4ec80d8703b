"""Who may enter a page, said beside the view; nobody unless it says so."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from core.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Entry:
    """Who may enter: everyone, anyone signed in, or holders of any of `permissions` in any organisation."""

    signed_in: bool = True
    permissions: tuple[Permission, ...] = ()


everyone = Entry(signed_in=False)
signed_in = Entry()


def holders_of(*permissions: Permission) -> Entry:
    """People who hold any of `permissions` in any of their organisations."""
    return Entry(permissions=permissions)


def entry(rule: Entry) -> Callable[[View], View]:
    """The view is open to those `rule` names; core.middleware.EntryMiddleware keeps the door."""

    def named(view: View) -> View:
        view.entry = rule  # type: ignore[attr-defined]  # a mark on the function, read by the middleware
        return view

    return named
