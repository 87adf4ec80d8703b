"""Pages about needs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from core import paging
from core.entry import entry, everyone
from marketplace.queries.needs import needs_visible_to, published_needs, with_everything


@entry(everyone)
def need_list(request: HttpRequest) -> HttpResponse:
    """Needs that were published, newest first."""
    needs = published_needs().select_related("organisation", "area", "category")
    page = paging.page_of(needs, order=("-published_at", "-id"), cursor=request.GET.get("page", ""))
    pages = paging.links(page, "", request.path, request.GET.dict())
    return render(request, "marketplace/need_list.html", {"title": _("Needs"), "page": page, "pages": pages})


@entry(everyone)
def need_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One need, its evidence and what is being done about it."""
    need = get_object_or_404(with_everything(needs_visible_to(request.user), request.user), pk=pk)
    return render(request, "marketplace/need_detail.html", {"title": need.title, "need": need})
