"""Pages about needs that everybody reads, and a body's own list."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import paging
from core.display import Crumb
from core.entry import entry, everyone, holders_of
from core.permissions import Permission as P
from core.policies import has_right, holds_anywhere
from core.views.requests import SignedIn
from marketplace.forms.filters import NeedFilters, Options
from marketplace.policies.need_care import may_take_back_figure
from marketplace.policies.needs import may_draft_need
from marketplace.queries.consultations import in_short, with_consultation
from marketplace.queries.needs import (
    for_list,
    listed,
    needs_of,
    needs_visible_to,
    parts_of,
    published_needs,
    to_count,
    with_everything,
)
from marketplace.states import NeedStatus
from marketplace.views import need_display, need_page, opportunity_display, signal_display
from marketplace.views.need_story import story_of_need
from marketplace.views.need_tabs import tabs_of
from marketplace.views.visitors import Visitor

NEWEST = ("-published_at", "-id")


@entry(everyone)
def need_list(request: Visitor) -> HttpResponse:
    """Needs that were published, newest first, narrowed by region, kind, status and words."""
    filters = NeedFilters(request.GET, Options.offered(request.GET.get("region", "")))
    asked = _asked(filters)
    count = paging.count_up_to(to_count(published_needs(), **asked))
    needs = listed(published_needs(), **asked, are_many=count.capped and not filters.value("q"))
    page = paging.page_of(for_list(needs), order=NEWEST, cursor=request.GET.get(paging.PARAMETER, ""))
    found = ngettext("%(count)s need", "%(count)s needs", count.number) % {"count": count}
    context: dict[str, Any] = {
        "title": _("Needs"),
        "section": "needs",
        "lines": [need_display.line_of(need) for need in page.rows],
        "pages": paging.links(page, "", request.path, filters.parameters()),
        "found": found,
        "form": filters,
        "chips": filters.chips(lambda parameters: _address("need-list", parameters)),
        "clear_url": reverse("need-list"),
        "may_draft": _may_draft(request),
        "follow_url": _address("follow-create", filters.to_follow()),
        "reads_signals": holds_anywhere(request.user, P.COMMISSIONING_READ, P.EVERYTHING_READ),
    }
    return render(request, "marketplace/need_list.html", context)


def _asked(filters: NeedFilters) -> dict[str, Any]:
    return {
        "text": filters.value("q"),
        "region": filters.areas(),
        "category": filters.number("category"),
        "status": filters.value("status"),
    }


def _may_draft(request: Visitor | SignedIn) -> bool:
    return bool(request.organisation) and bool(may_draft_need(request.user, request.organisation))


def _address(name: str, parameters: dict[str, str]) -> str:
    query = urlencode(parameters)
    return f"{reverse(name)}?{query}" if query else reverse(name)


@entry(everyone)
def need_detail(request: Visitor, pk: int) -> HttpResponse:
    """One need, its evidence, what is being done about it and what happened to it."""
    needs = with_everything(needs_visible_to(request.user), request.user)
    need = get_object_or_404(with_consultation(needs, request.arrived_at), pk=pk)
    within = bool(has_right(request.user, P.COMMISSIONING_READ, need.organisation_id))
    seen = need.opportunities_in_sight  # type: ignore[attr-defined]  # set by the query
    parts, heard = parts_of(need), in_short(need)
    context = {
        "title": need.title,
        "section": "needs",
        "need": need,
        "crumbs": [Crumb(_("Needs"), reverse("need-list"))],
        "tabs": tabs_of(need, "need-detail"),
        "tone": need_display.TONES[NeedStatus(need.status)],
        "facts": [
            *need_display.facts_of(need, parts),
            *need_page.standing_of(need, heard),
            *signal_display.public_facts_of(need, request.user),
        ],
        "parts": parts,
        "heard": heard,
        "links": need_page.upkeep_of(need, request.user),
        "takes_back": bool(may_take_back_figure(request.user, need)),
        "national": need_display.national_figure(need),
        "opportunities": [opportunity_display.line_of(each, at=request.arrived_at) for each in seen],
        "actions": need_display.actions_on(need, request.user),
        "moments": story_of_need(need, seen, parts.rounds, request.user, within=within, at=request.arrived_at),
        "follow_url": _address("follow-create", {"area": str(need.area_id), "category": str(need.category_id)}),
    }
    return render(request, "marketplace/need_detail.html", context)


@entry(holders_of(P.COMMISSIONING_READ))
def need_own(request: SignedIn) -> HttpResponse:
    """Every need of the body the person acts for, drafts among them, changed last first."""
    needs = needs_of(request.organisation) if request.organisation else needs_of(0)
    page = paging.page_of(
        for_list(needs), order=("-updated_at", "-id"), cursor=request.GET.get(paging.PARAMETER, "")
    )
    context = {
        "title": _("Your needs"),
        "section": "needs",
        "crumbs": [Crumb(_("Needs"), reverse("need-list"))],
        "lines": [need_display.line_of(need) for need in page.rows],
        "pages": paging.links(page, "", request.path, {}),
        "may_draft": _may_draft(request),
    }
    return render(request, "marketplace/need_own.html", context)
