"""Plain values that views hand to the components of templates/components; none of them knows a model."""

import datetime
from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Crumb:
    """A step of the breadcrumbs or one tab; the last crumb, and the tab we are on, is `current`."""

    label: Text
    url: str = ""
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Row:
    """A line of a summary list: what, its value, and where to change it. `action` is "Change" unless given."""

    label: Text
    value: Text | int = ""
    url: str = ""
    action: Text = ""
    tag: Text = ""
    tone: str = ""


@dataclass(frozen=True)
class Step:
    """A line of a task list: a thing to do, a line on it, and its state in words with a tone."""

    title: Text
    url: str = ""
    hint: Text = ""
    tag: Text = ""
    tone: str = "plain"


@dataclass(frozen=True)
class Moment:
    """A line of a timeline: what happened, when, who did it, and perhaps more."""

    title: Text
    at: datetime.datetime
    by: Text = ""
    text: Text = ""


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address of the list without it."""

    label: Text
    url: str


@dataclass(frozen=True)
class Pages:
    """Where the neighbouring pages of a list are ("" for none), and what this one shows, in words."""

    text: Text = ""
    first_url: str = ""
    previous_url: str = ""
    next_url: str = ""
