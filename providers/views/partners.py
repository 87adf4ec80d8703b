"""The board of those who look for partners, and the page of one notice."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import paging
from core.display import Crumb
from core.entry import entry, holders_of
from core.permissions import Permission as P
from core.policies import holds
from core.views.requests import SignedIn
from providers.forms.partners import PartnerFilterForm
from providers.models import PartnerNotice
from providers.policies.partners import READERS, may_change_notice
from providers.queries.interests import interests_received, standing_between
from providers.queries.partners import ORDERS, Sort, notice_of, notices_listed, notices_visible_to, with_links
from providers.subjects import Subject, subject_numbered
from providers.views import partner_display

LONGEST_NUMBER = 18
BOARD = holders_of(*READERS)


@entry(BOARD)
def partner_list(request: SignedIn) -> HttpResponse:
    """Who looks for partners, narrowed by words, place, need and group of people; the newest first."""
    form = PartnerFilterForm(request.GET)
    listed = notices_listed(request.arrived_at, **form.found)
    page = paging.page_of(
        with_links(listed),
        order=ORDERS[Sort(form.value("sort"))],
        cursor=request.GET.get(paging.PARAMETER, ""),
    )
    count = paging.count_up_to(listed)
    found = ngettext("%(count)s notice", "%(count)s notices", count.number) % {"count": count}
    context = {
        "title": _("Find partners"),
        "section": "work",
        "form": form,
        "chips": form.chips(_address),
        "clear_url": reverse("partner-list"),
        "found": found,
        "lines": [partner_display.line_of(notice) for notice in page.rows],
        "pages": paging.links(page, "", request.path, form.parameters()),
        **_own(request),
    }
    return render(request, "providers/partner_list.html", context)


def _address(parameters: dict[str, str]) -> str:
    query = urlencode(parameters)
    return f"{reverse('partner-list')}?{query}" if query else reverse("partner-list")


def _own(request: SignedIn) -> dict[str, Any]:
    """The way to the notice of the organisation somebody acts for, if they may post one."""
    own = request.organisation
    if own is None or not own.is_provider or not holds(request.user, P.CONSORTIUM_FORM, own):
        return {}
    notice = notice_of(own)
    url = reverse("partner-notice", args=[notice.pk]) if notice else reverse("partner-notice-post")
    return {"own_url": url, "has_notice": notice is not None}


@entry(BOARD)
def partner_notice(request: SignedIn, pk: int) -> HttpResponse:
    """One notice: what is brought, what is sought, where, and how to answer it."""
    notice = visible_notice(request, pk)
    tag, tone = partner_display.state_of(notice, request.arrived_at)
    context = {
        "title": notice.listed_name,
        "section": "work",
        "crumbs": [Crumb(_("Find partners"), reverse("partner-list"))],
        "notice": notice,
        "facts": partner_display.facts_of(notice),
        "tag": tag,
        "tone": tone,
        "is_shown": notice.is_shown_at(request.arrived_at),
        "ends_soon": notice.ends_at - request.arrived_at < datetime.timedelta(days=30),
        "change": may_change_notice(request.user, notice),
        **_between(request, notice),
    }
    return render(request, "providers/partner_notice.html", context)


def _between(request: SignedIn, notice: PartnerNotice) -> dict[str, Any]:
    """To its own people how many wrote; to others the way to write, or what stands between the two."""
    own = request.organisation
    if own is None or not own.is_provider:
        return {}
    if own.pk == notice.organisation_id:
        count = paging.count_up_to(interests_received(own))
        told = ngettext("%(count)s message has come.", "%(count)s messages have come.", count.number)
        return {"received": told % {"count": count}}
    subject = subject_asked_for(request)
    query = f"?opportunity={subject.number}" if subject else ""
    return {
        "may_write": notice.is_shown_at(request.arrived_at) and holds(request.user, P.CONSORTIUM_FORM, own),
        "standing": standing_between(own, notice.organisation, subject.number if subject else 0),
        "write_url": reverse("interest-send", args=[notice.pk]) + query,
    }


def subject_asked_for(request: SignedIn) -> Subject | None:
    """The opportunity the address names; none if it names none that the person may see."""
    named = request.GET.get("opportunity", "")
    is_number = named.isascii() and named.isdecimal() and len(named) <= LONGEST_NUMBER
    return subject_numbered(request.user, int(named)) if is_number else None


def visible_notice(request: SignedIn, pk: int) -> PartnerNotice:
    """The notice if the person may see it, with what it is linked to."""
    return get_object_or_404(
        with_links(notices_visible_to(request.user, request.arrived_at).select_related("organisation")), pk=pk
    )
