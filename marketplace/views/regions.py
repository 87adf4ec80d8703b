"""A region at a glance: where services fall short, and what is being done about it."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.display import Crumb
from core.entry import entry, everyone
from marketplace.gaps import Cell
from marketplace.models import ConsultationRound, Signal
from marketplace.policies.assessments import may_import_assessments
from marketplace.policies.needs import may_draft_need
from marketplace.queries import gaps as rows_of
from marketplace.queries.consultations import open_rounds
from marketplace.queries.gaps import NeedsThere
from marketplace.queries.needs import for_list as needs_for_list
from marketplace.queries.opportunities import for_list as opportunities_for_list
from marketplace.queries.signals import for_list as signals_for_list
from marketplace.queries.signals import signals_of
from marketplace.states import NeedStatus, SignalStatus
from marketplace.views import gap_display, need_display, opportunity_display
from marketplace.views.gaps import Reading, read
from marketplace.views.visitors import Visitor

WORST, HOLES, NEWEST = 8, 12, 5


@dataclass(frozen=True)
class Hole:
    """A kind of need that nobody serves, with the places where that is so."""

    kind: str
    places: list[tuple[str, str]]
    text: str


@entry(everyone)
def region_detail(request: Visitor, slug: str) -> HttpResponse:
    """The worst gaps in words, needs, opportunities, awards, holes, and what practitioners say."""
    reading = read(request, slug)
    region, words = reading.region, reading.words()
    areas = [region.pk, *(unit.pk for unit in reading.units)]
    there = rows_of.needs_there(areas)
    needs = needs_for_list(rows_of.newest_needs(areas, NEWEST)) if there.by_status else []
    live = opportunities_for_list(rows_of.open_opportunities(areas, request.arrived_at))[:NEWEST]
    context = {
        "title": region.name,
        "section": "needs",
        "crumbs": [Crumb(_("Needs"), reverse("need-list")), Crumb(_("Gaps"), reverse("gap-list"))],
        "region": region,
        "reading": reading,
        "findings": _findings(reading, words, there),
        "holes": _holes(reading, words),
        "states": _states(there),
        "needs": [need_display.line_of(need) for need in needs],
        "consultations": _consultations(request, areas),
        "opportunities": [opportunity_display.line_of(each, at=request.arrived_at) for each in live],
        "awards": rows_of.newest_awards(areas, NEWEST),
        "signals": _signals(request, reading),
        "may_draft": reading.in_full
        and bool(request.organisation)
        and bool(may_draft_need(request.user, request.organisation)),
        "may_import": reading.in_full
        and bool(request.organisation)
        and bool(may_import_assessments(request.user, request.organisation)),
    }
    return render(request, "marketplace/region_detail.html", context)


def _findings(reading: Reading, words: gap_display.TableWords, there: NeedsThere) -> list[gap_display.Finding]:
    """The worst first; each says whether a need is posted for it already."""
    return [
        gap_display.finding_of(cell, words, posted=(cell.area, cell.category) in there.unmet)
        for cell in reading.table.worst(WORST)
    ]


def _holes(reading: Reading, words: gap_display.TableWords) -> list[Hole]:
    by_kind: dict[int, list[Cell]] = {}
    for cell in reading.table.holes():
        by_kind.setdefault(cell.category, []).append(cell)
    found = []
    for category, cells in by_kind.items():
        everywhere = len(cells) == len(reading.units)
        text = (
            _("No provider in any delivery unit")
            if everywhere
            else ngettext("No provider in %(n)s delivery unit", "No provider in %(n)s delivery units", len(cells))
            % {"n": len(cells)}
        )
        places = [(words.areas[cell.area].name, words.address(cell)) for cell in cells[:HOLES]]
        found.append(Hole(words.kinds[category].name, places, text))
    return found


def _states(there: NeedsThere) -> list[tuple[str, int]]:
    return [(str(state.label), there.by_status[state]) for state in NeedStatus if there.by_status[state]]


def _consultations(request: Visitor, areas: list[int]) -> list[ConsultationRound]:
    """Where people can have their say now, the first to close first."""
    rounds = open_rounds(request.arrived_at).filter(need__area__in=areas)
    rounds = rounds.select_related(None).select_related("need__area")
    return list(rounds.only("closes_at", "need__title", "need__area__name").order_by("closes_at", "id")[:NEWEST])


def _signals(request: Visitor, reading: Reading) -> list[Signal]:
    """The newest open signals to the body, for its own people alone."""
    if not reading.in_full or request.organisation is None:
        return []
    signals = signals_of(request.organisation).filter(status=SignalStatus.OPEN)
    return list(signals_for_list(signals).order_by("-given_at", "-id")[:NEWEST])
