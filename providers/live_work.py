"""Work that is open to bids, as the checks see it; the app that keeps it says so, for this one cannot know it."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from core.display import Pages, Text


@dataclass(frozen=True)
class LiveWork:
    """One piece of work: where to read it, what it is worth, and the facts that decide what is asked.

    `checks_version` is the number of the version it stands under, none for that of the day; `months` how long it
    lasts, none where nobody said.
    """

    title: Text
    url: str
    value_pence: int
    holds_personal_data: bool
    contact_with_people: bool
    route: str
    checks_version: int | None
    months: int | None = None


@dataclass(frozen=True)
class LivePage:
    """Some of it, and where the rest is."""

    works: list[LiveWork] = field(default_factory=list)
    pages: Pages = field(default_factory=Pages)


Source = Callable[[str, str, datetime.datetime], LivePage]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """`source` gives a page of live work: its cursor, the address of the page, the moment. Called when ready."""
    if source not in _sources:
        _sources.append(source)
    return source


def live_page(cursor: str, path: str, at: datetime.datetime) -> LivePage:
    """A page of what is open at `at`; empty where no app keeps such work."""
    return _sources[0](cursor, path, at) if _sources else LivePage()
