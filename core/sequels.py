"""What followed from a thing, told by apps above its own: the alliance on the page of its opportunity."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models

from core.models.people import User


@dataclass(frozen=True)
class Sequel:
    """What came of a thing, where to read it, and what is told of it once it counts for everyone."""

    title: str
    url: str
    told: str = ""
    at: datetime.datetime | None = None


Source = Callable[[User | AnonymousUser, Sequence[Any]], list[Sequel]]
_sources: dict[type[models.Model], list[Source]] = {}


def register(kind: type[models.Model], source: Source) -> Source:
    """`source` is asked, in as many queries for one as for ten, what followed from things of this kind."""
    sources = _sources.setdefault(kind, [])
    if source not in sources:
        sources.append(source)
    return source


def sequels_of(things: Sequence[models.Model], user: User | AnonymousUser) -> list[Sequel]:
    """All that followed from things of one kind and the person may see, in the order in which apps registered."""
    sources = _sources.get(type(things[0]), []) if things else []
    return [sequel for source in sources for sequel in source(user, things)]
