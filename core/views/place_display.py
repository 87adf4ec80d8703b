"""Places as plain values for the templates: who covers one and since when, and what changed."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import money
from core.models.places import Area, AreaKind, BodyKind, BodyRoleKind, Extent
from core.places import Here
from core.queries.places import Cover, Way, period_of


@dataclass(frozen=True)
class PlaceLine:
    """A line of the list of places."""

    name: str
    url: str
    kind: str
    code: str
    days: str


@dataclass(frozen=True)
class CoverLine:
    """What a body does for a place, over which area, between which days, and what it has commissioned there."""

    body: str
    does: str
    area: str
    area_url: str
    how_much: str
    days: str
    note: str
    commissions: str = ""


@dataclass(frozen=True)
class KindOfBody:
    """The bodies of one kind."""

    label: str
    lines: list[CoverLine]


@dataclass(frozen=True)
class AreaLine:
    """Another area, and how much of the one lies in the other."""

    name: str
    url: str
    kind: str
    how_much: str
    days: str = ""


@dataclass(frozen=True)
class KindOfArea:
    """The areas of one kind inside a place: the first by name, how many more, and where all are."""

    label: str
    lines: list[AreaLine]
    number: int
    url: str = ""


@dataclass(frozen=True)
class Turn:
    """A body began or ceased to act, and what it does."""

    what: str
    does: str


@dataclass(frozen=True)
class Change:
    """What turned on a day, or in a month whose day nobody has stated."""

    on: datetime.date
    when: str
    turns: list[Turn]


def address_of(area: Area) -> str:
    """The page of the place."""
    return reverse("place-detail", args=[area.kind.replace("_", "-"), area.slug])


def line_of(area: Area) -> PlaceLine:
    """What the list shows of a place."""
    return PlaceLine(
        name=area.name,
        url=address_of(area),
        kind=str(AreaKind(area.kind).label),
        code=area.code,
        days=days_in_words(area.valid_from, area.valid_to),
    )


def written(day: datetime.date) -> str:
    """Monday 1 April 2019."""
    return date_format(day, "l j F Y")


def days_in_words(
    start: datetime.date | None, end: datetime.date | None, ends_in: datetime.date | None = None
) -> str:
    """ "Since …", "From … until …", "Until …"; empty where nobody has said."""
    if end:
        until = _("until %(day)s") % {"day": written(end - datetime.timedelta(days=1))}
    elif ends_in:
        until = _("until a day in %(month)s that is not stated yet") % {"month": date_format(ends_in, "F Y")}
    else:
        until = ""
    if start and until:
        return _("From %(day)s %(until)s") % {"day": written(start), "until": until}
    if start:
        return _("Since %(day)s") % {"day": written(start)}
    return until[:1].upper() + until[1:]


def how_much(extent: str, share_bps: int | None) -> str:
    """ "30% of it", "in part"; empty for all of it and where nobody has said."""
    if extent != Extent.PART:
        return ""
    if share_bps is None:
        return _("in part; how much is not stated")
    return _("%(share)s of it") % {"share": money.percent(share_bps)}


# --- bodies ------------------------------------------------------------------------------------------


def bodies_by_kind(covers: Iterable[Cover], here: Sequence[Here], today: datetime.date) -> list[KindOfBody]:
    """The bodies in the order of their kinds, each with what it has commissioned."""
    groups: dict[str, list[CoverLine]] = {}
    for cover in covers:
        groups.setdefault(cover.role.body.kind, []).append(_cover_line(cover, here, today))
    return [KindOfBody(str(kind.label), groups[kind]) for kind in BodyKind if kind in groups]


def _cover_line(cover: Cover, here: Sequence[Here], today: datetime.date) -> CoverLine:
    role = cover.role
    organisation = getattr(role.body, "organisation", None)
    said = [each.by_organisation.get(organisation.pk, "") for each in here] if organisation else []
    ahead = cover.period.is_ahead_on(today)
    ends_in = _month_of_end(cover)
    days = days_in_words(cover.period.start, None if ends_in else cover.period.end, ends_in)
    if ahead and cover.period.start and not cover.period.end:
        days = _("From %(day)s") % {"day": written(cover.period.start)}
    return CoverLine(
        body=role.body.name,
        does=str(BodyRoleKind(role.role).label),
        area="" if cover.is_of_the_place_itself else str(role.area),
        area_url=address_of(role.area),
        how_much="" if cover.is_of_the_place_itself else how_much(cover.way.extent, cover.way.share_bps),
        days=days,
        note=role.note or role.body.note,
        commissions=", ".join(words for words in said if words),
    )


def changes_of(covers: Iterable[Cover], today: datetime.date) -> list[Change]:
    """What began and what ended, the latest first; several on one day are told together."""
    turns: dict[tuple[datetime.date, bool], list[Turn]] = {}
    for cover in covers:
        for on, by_month, turn in _turns_of(cover, today):
            turns.setdefault((on, by_month), []).append(turn)
    return [
        Change(on, _month_unknown_day(on) if by_month else written(on), found)
        for (on, by_month), found in sorted(turns.items(), key=lambda item: item[0], reverse=True)
    ]


def _month_unknown_day(on: datetime.date) -> str:
    return _("%(month)s; the day is not stated yet") % {"month": date_format(on, "F Y")}


def _turns_of(cover: Cover, today: datetime.date) -> Iterator[tuple[datetime.date, bool, Turn]]:
    """The beginning and the end of what a body does for a place, as far as they are known.

    That the place itself began or ended is no news of the bodies over it.
    """
    body, does = {"body": cover.role.body.name}, f"{BodyRoleKind(cover.role.role).label}: {cover.role.area}"
    role = period_of(cover.role)
    if cover.period.start and cover.period.start in (role.start, cover.way.said.start):
        begins = _("%(body)s is to begin") if cover.period.start > today else _("%(body)s began")
        yield cover.period.start, False, Turn(begins % body, does)
    if cover.period.end and cover.period.end in (role.end, cover.way.said.end):
        month = _month_of_end(cover)
        on = month or cover.period.end
        ends = _("%(body)s is to end") if cover.period.end > today else _("%(body)s ended")
        yield on, month is not None, Turn(ends % body, does)


def _month_of_end(cover: Cover) -> datetime.date | None:
    """The month in which it ends, where only that is known."""
    return cover.role.ends_in if cover.period.end == period_of(cover.role).end else None


# --- areas -------------------------------------------------------------------------------------------


def areas_around(ways: Iterable[Way], day: datetime.date) -> list[AreaLine]:
    """What the place lies in on the day, in the order of the maps."""
    order = {kind.value: number for number, kind in enumerate(AreaKind)}
    held = [way for way in ways if way.period.holds_on(day)]
    return [
        AreaLine(
            way.area.name,
            address_of(way.area),
            str(AreaKind(way.area.kind).label),
            how_much(way.extent, way.share_bps),
        )
        for way in sorted(held, key=lambda way: order[way.area.kind])
    ]
