"""Pages about opportunities."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from core import paging
from core.entry import entry, everyone
from marketplace.queries.opportunities import (
    opportunities_visible_to,
    published_opportunities,
    with_everything,
)


@entry(everyone)
def opportunity_list(request: HttpRequest) -> HttpResponse:
    """Opportunities that were published."""
    opportunities = published_opportunities().select_related("organisation", "area", "category")
    page = paging.page_of(opportunities, order=("-closes_at", "-id"), cursor=request.GET.get("page", ""))
    pages = paging.links(page, "", request.path, request.GET.dict())
    context = {"title": _("Opportunities"), "page": page, "pages": pages}
    return render(request, "marketplace/opportunity_list.html", context)


@entry(everyone)
def opportunity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One opportunity: what is wanted, how it is judged and by when."""
    opportunity = get_object_or_404(with_everything(opportunities_visible_to(request.user)), pk=pk)
    context = {"title": opportunity.title, "opportunity": opportunity}
    return render(request, "marketplace/opportunity_detail.html", context)
