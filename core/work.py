"""What waits for a person: each app says it for its own things, the work page shows it together."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from core.models.people import Organisation, User

# A page of work is to be begun, not admired: the first eight of each sort are shown, and whether more wait.
SHOWN = 8
ASKED = SHOWN + 1


@dataclass(frozen=True)
class Task:
    """One line of "your work": what to do, on which thing, by when. `tag` is a state in words."""

    title: str
    url: str
    hint: str = ""
    due_at: datetime.datetime | None = None
    tag: str = ""
    tone: str = "info"


@dataclass(frozen=True)
class Section:
    """A heading of the work page with its tasks (at most ASKED of them), and where the whole list is."""

    title: str
    tasks: list[Task]
    url: str = ""
    url_label: str = ""
    empty: str = ""

    @property
    def shown(self) -> list[Task]:
        """The first eight."""
        return self.tasks[:SHOWN]

    @property
    def has_more(self) -> bool:
        """Whether more wait than are shown."""
        return len(self.tasks) > SHOWN


Source = Callable[[User, Organisation], list[Section]]
PersonalSource = Callable[[User], list[Section]]
_sources: list[Source] = []
_personal: list[PersonalSource] = []


def register(source: Source) -> Source:
    """`source` is asked whenever somebody opens the work page; apps call this when they are ready."""
    if source not in _sources:
        _sources.append(source)
    return source


def sections_for(user: User, organisation: Organisation) -> list[Section]:
    """What every app has for this person acting for this organisation, in the order apps registered."""
    return [section for source in _sources for section in source(user, organisation)]


def register_personal(source: PersonalSource) -> PersonalSource:
    """`source` is asked what waits for somebody who acts for no organisation yet."""
    if source not in _personal:
        _personal.append(source)
    return source


def sections_of(user: User) -> list[Section]:
    """What every app has for a person who acts for no organisation, in the order apps registered."""
    return [section for source in _personal for section in source(user)]
