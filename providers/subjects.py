"""What an expression of interest may be about: opportunities, which belong to an app above this one."""

from collections.abc import Callable
from dataclasses import dataclass

from core.models import User


@dataclass(frozen=True)
class Subject:
    """An opportunity as this app knows it: its number, its title and its page."""

    number: int
    title: str
    url: str


Source = Callable[[User, int], Subject | None]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """`source` is asked for the opportunity of a number; the app above calls this when it is ready."""
    if source not in _sources:
        _sources.append(source)
    return source


def subject_numbered(user: User, number: int) -> Subject | None:
    """The published opportunity of that number; none if there is none the person may see."""
    found = (source(user, number) for source in _sources) if number else ()
    return next((subject for subject in found if subject), None)
