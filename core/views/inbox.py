"""What the service has told a person."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import paging
from core.entry import entry, signed_in
from core.queries.notices import notices_visible_to
from core.services.notices import mark_all_read, mark_read
from core.views.requests import SignedIn

ORDER = ("-id",)


@entry(signed_in)
def inbox(request: SignedIn) -> HttpResponse:
    """Notices not yet read, then those read, newest first; `show=unread` for the first kind alone."""
    cursor = request.GET.get(paging.PARAMETER, "")
    only_unread = request.GET.get("show") == "unread"
    own = notices_visible_to(request.user)
    unread, read = own.filter(read_at__isnull=True), own.filter(read_at__isnull=False)
    listed = paging.page_of(unread if only_unread else read, order=ORDER, cursor=cursor)
    first = paging.page_of(unread, order=ORDER) if listed.is_first and not only_unread else None
    context = {
        "title": _("Inbox"),
        "only_unread": only_unread,
        "unread": listed.rows if only_unread else first.rows if first else [],
        "more_unread": bool(first and first.next_cursor),
        "read": [] if only_unread else listed.rows,
        "pages": paging.links(listed, "", request.path, request.GET.dict()),
    }
    return render(request, "core/inbox.html", context)


@entry(signed_in)
def notice_detail(request: SignedIn, pk: int) -> HttpResponse:
    """One notice; opening it marks it read."""
    notice = get_object_or_404(notices_visible_to(request.user), pk=pk)
    mark_read(by=request.user, notice=notice)
    return render(request, "core/notice_detail.html", {"title": notice.subject, "notice": notice})


@entry(signed_in)
@require_POST
def inbox_read_all(request: SignedIn) -> HttpResponse:
    """Everything that was on the page is read; what came after it stays unread."""
    up_to = request.POST.get("up_to", "")
    number = int(up_to) if up_to.isascii() and up_to.isdecimal() and len(up_to) < 19 else 0
    count = mark_all_read(by=request.user, up_to=number)
    text = ngettext("%(count)d notice marked as read.", "%(count)d notices marked as read.", count)
    messages.success(request, text % {"count": count})
    return redirect("inbox")
