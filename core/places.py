"""What there is at a place: each app says it for its own things, the page of the place shows it together."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser

from core.display import Text
from core.models.people import User
from core.models.places import Area

# Lines shown of each thing; the rest stands in the list behind them.
SHOWN = 5


@dataclass(frozen=True)
class Place:
    """An area, and the numbers of those whose needs are its own: itself, what it lies in and what lies in it."""

    area: Area
    around: tuple[int, ...]


@dataclass(frozen=True)
class Line:
    """One thing at a place: what, its state in words with a tone, and where, by whom or until when."""

    title: str
    url: str
    tag: Text = ""
    tone: str = "plain"
    text: str = ""


@dataclass(frozen=True)
class Here:
    """A heading of the page of a place with the newest of what is under it.

    `told` says how many there are; `url` is where all of them are. `by_organisation` says it for each body:
    its organisation's number -> "3 needs". `offer` is something to do there, with anything in the list or not.
    """

    title: Text
    empty: Text
    lines: list[Line] = field(default_factory=list)
    told: str = ""
    url: str = ""
    url_label: Text = ""
    by_organisation: Mapping[int, str] = field(default_factory=dict)
    offer_url: str = ""
    offer: Text = ""


Source = Callable[[User | AnonymousUser, Place, datetime.datetime], Here]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """`source` is asked whenever somebody opens a place; apps call this when they are ready."""
    if source not in _sources:
        _sources.append(source)
    return source


def found_at(place: Place, user: User | AnonymousUser, at: datetime.datetime) -> list[Here]:
    """What every app has at the place that the person may see at that moment, in the order apps registered."""
    return [source(user, place, at) for source in _sources]
