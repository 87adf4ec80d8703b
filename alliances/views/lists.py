"""The list of alliances."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.queries.agreements import alliances_visible_to, for_list
from alliances.views.display import listed
from core import paging
from core.entry import entry, everyone


@entry(everyone)
def alliance_list(request: HttpRequest) -> HttpResponse:
    """Signed alliances for everyone, and to members those still being written or signed; newest first."""
    alliances = alliances_visible_to(request.user)
    page = paging.page_of(for_list(alliances), order=("-id",), cursor=request.GET.get(paging.PARAMETER, ""))
    count = paging.count_up_to(alliances)
    text = ngettext("%(count)s alliance", "%(count)s alliances", count.number) % {"count": count}
    context = {
        "title": _("Alliances"),
        "section": "alliances",
        "rows": listed(page.rows),
        "pages": paging.links(page, text if page.rows else "", request.path, request.GET.dict()),
    }
    return render(request, "alliances/alliance_list.html", context)
