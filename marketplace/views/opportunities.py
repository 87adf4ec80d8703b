"""Pages about opportunities that everybody reads, the list as a file, and a body's own list."""

import datetime
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import paging
from core.display import Crumb, Pages
from core.entry import entry, everyone, holders_of
from core.exports import MOST_ROWS, csv_download
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right
from core.search import best_matching
from core.sequels import sequels_of
from core.views.requests import SignedIn
from marketplace.forms.filters import OpportunityFilters, Options
from marketplace.models import Opportunity
from marketplace.policies.partners import may_look_for_partners
from marketplace.queries.awards import award_of, no_award_of
from marketplace.queries.evaluation import evaluations_visible_to
from marketplace.queries.opportunities import (
    SEARCH,
    Show,
    for_list,
    listed,
    opportunities_of,
    opportunities_visible_to,
    order_of,
    with_everything,
)
from marketplace.queries.questions import with_answers_counted
from marketplace.states import OpportunityStatus
from marketplace.views import opportunity_display
from marketplace.views.opportunity_checks import checks_of
from marketplace.views.stories import story_of_opportunity
from marketplace.views.visitors import Visitor

MOST_RANKED = 25


@entry(everyone)
def opportunity_list(request: Visitor) -> HttpResponse:
    """Published opportunities; unless told otherwise those open now, the soonest to close first."""
    filters = OpportunityFilters(request.GET, Options.offered(request.GET.get("region", "")))
    rows, pages, found = _rows(request, filters)
    parameters = filters.parameters()
    context: dict[str, Any] = {
        "title": _("Opportunities"),
        "section": "opportunities",
        "lines": [opportunity_display.line_of(row, at=request.arrived_at) for row in rows],
        "pages": pages,
        "found": found,
        "form": filters,
        "chips": filters.chips(_address),
        "clear_url": reverse("opportunity-list"),
        "any_url": _address(filters.parameters(status=Show.ANY.value)) if filters.show != Show.ANY else "",
        "follow_url": _address(filters.to_follow(), "follow-create"),
        "export_url": _address(parameters, "opportunity-export"),
    }
    return render(request, "marketplace/opportunity_list.html", context)


def _rows(request: Visitor, filters: OpportunityFilters) -> tuple[list[Opportunity], Pages, str]:
    """The rows of the page, its neighbours, and how many there are in words."""
    newest = filters.value("sort") == "newest"
    is_ranked = filters.value("sort") == "best" and bool(filters.value("q"))
    opportunities = _narrowed(filters, at=request.arrived_at, newest=newest, is_ranked=is_ranked)
    if is_ranked:  # the ranking looks for the words itself
        rows = best_matching(for_list(opportunities), filters.value("q"), SEARCH, limit=MOST_RANKED)
        found = ngettext("%(n)s match, the best first", "%(n)s matches, the best first", len(rows))
        return rows, Pages(), found % {"n": len(rows)}
    order = order_of(filters.show, newest=newest)
    count = paging.count_up_to(opportunities)
    if count.capped and filters.value("region") and not filters.value("q"):
        opportunities = _narrowed(filters, at=request.arrived_at, newest=newest, are_many=True)
    page = paging.page_of(for_list(opportunities), order=order, cursor=request.GET.get(paging.PARAMETER, ""))
    found = ngettext("%(count)s opportunity", "%(count)s opportunities", count.number) % {"count": count}
    return page.rows, paging.links(page, "", request.path, filters.parameters()), found


def _narrowed(
    filters: OpportunityFilters,
    *,
    at: datetime.datetime,
    newest: bool,
    is_ranked: bool = False,
    are_many: bool = False,
) -> QuerySet[Opportunity]:
    return listed(
        show=filters.show,
        at=at,
        newest=newest,
        text="" if is_ranked else filters.value("q"),
        region=filters.areas(),
        category=filters.number("category"),
        route=filters.value("route"),
        are_many=are_many,
    )


def _address(parameters: dict[str, str], name: str = "opportunity-list") -> str:
    query = urlencode(parameters)
    return f"{reverse(name)}?{query}" if query else reverse(name)


@entry(everyone)
def opportunity_export(request: Visitor) -> StreamingHttpResponse:
    """The list with the same filters as a file for a spreadsheet, 5,000 rows at most."""
    filters = OpportunityFilters(request.GET, Options.offered(request.GET.get("region", "")))
    newest = filters.value("sort") == "newest"
    opportunities = for_list(_narrowed(filters, at=request.arrived_at, newest=newest))
    ordered = opportunities.order_by(*order_of(filters.show, newest=newest))[:MOST_ROWS]
    header = [
        *(_("Number"), _("Title"), _("Commissioning body"), _("Area"), _("Kind of need"), _("Route")),
        *(_("Status"), _("Value in pounds, VAT included"), _("Bidding opens"), _("Bidding closes")),
        *(_("Service starts"), _("Service ends"), _("Address")),
    ]
    name = f"opportunities-{timezone.localdate(request.arrived_at).isoformat()}"
    return csv_download(name, header, _cells(ordered.iterator(chunk_size=500), at=request.arrived_at))


def _cells(opportunities: Iterator[Opportunity], *, at: datetime.datetime) -> Iterator[list[Any]]:
    for each in opportunities:
        pence = sum(lot.value_pence for lot in each.lots.all())
        yield [
            *(each.pk, each.title, each.organisation.name, each.area.name, each.category.name),
            *(each.get_route_display(), each.phase_at(at).label, f"{pence // 100}.{pence % 100:02}"),
            *(each.opens_at, each.closes_at, each.starts_on, each.ends_on),
            settings.SITE_URL + reverse("opportunity-detail", args=[each.pk]),
        ]


@entry(everyone)
def opportunity_detail(request: Visitor, pk: int) -> HttpResponse:
    """One opportunity: what is wanted, how bids are judged, by when, and the way into a bid."""
    whole = with_answers_counted(with_everything(opportunities_visible_to(request.user)))
    opportunity = get_object_or_404(whole, pk=pk)
    within = bool(has_right(request.user, P.COMMISSIONING_READ, opportunity.organisation_id))
    at = request.arrived_at
    sequels = sequels_of([opportunity], request.user)
    context = {
        **page_of(opportunity, at=at, organisation=request.organisation),
        "title": opportunity.title,
        "section": "opportunities",
        "crumbs": [Crumb(_("Opportunities"), reverse("opportunity-list"))],
        "within": within,
        "follows": within and _follows(request.user, opportunity),
        "award": award_of(opportunity) if opportunity.status == OpportunityStatus.AWARDED else None,
        "no_award": no_award_of(opportunity) if opportunity.status == OpportunityStatus.UNSUCCESSFUL else None,
        "bidding": opportunity_display.bidding_verdict(opportunity, request.user, request.organisation, at=at),
        "register_url": opportunity_display.register_url(opportunity, request.user, at=at),
        "partners": may_look_for_partners(request.user, opportunity, request.organisation, at=at),
        "actions": opportunity_display.actions_on(opportunity, request.user) if within else [],
        "sequels": sequels,
        "moments": story_of_opportunity(opportunity, sequels, within=within, at=at),
    }
    return render(request, "marketplace/opportunity_detail.html", context)


def _follows(user: User | AnonymousUser, opportunity: Opportunity) -> bool:
    """Whether the person sees how its bids are evaluated."""
    return isinstance(user, User) and evaluations_visible_to(user).filter(pk=opportunity.pk).exists()


def page_of(
    opportunity: Opportunity, *, at: datetime.datetime, organisation: Organisation | None = None
) -> dict[str, Any]:
    """What the public page shows, for itself and for whoever is about to publish it; to a provider its own row."""
    phase = opportunity.phase_at(at)
    return {
        "opportunity": opportunity,
        "phase": phase.label,
        "tone": opportunity_display.TONES.get(phase, "plain"),
        "closing": opportunity_display.closing_in_words(opportunity, at=at),
        "value": opportunity_display.value_in_words(opportunity),
        "facts": opportunity_display.facts_of(opportunity),
        "criteria": opportunity_display.criteria_of(opportunity),
        "outcomes": opportunity_display.outcomes_of(opportunity),
        "needs": list(opportunity.needs.all()),
        "checks": checks_of(opportunity, organisation, at=at),
    }


@entry(holders_of(P.COMMISSIONING_READ))
def opportunity_own(request: SignedIn) -> HttpResponse:
    """Every opportunity of the body the person acts for, drafts among them, changed last first."""
    opportunities = for_list(opportunities_of(request.organisation or 0))
    order = ("-updated_at", "-id")
    page = paging.page_of(opportunities, order=order, cursor=request.GET.get(paging.PARAMETER, ""))
    context = {
        "title": _("Your opportunities"),
        "section": "opportunities",
        "crumbs": [Crumb(_("Opportunities"), reverse("opportunity-list"))],
        "lines": [opportunity_display.line_of(row, at=request.arrived_at) for row in page.rows],
        "pages": paging.links(page, "", request.path, {}),
    }
    return render(request, "marketplace/opportunity_own.html", context)
