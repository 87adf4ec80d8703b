"""The record of events, for auditors and service administrators."""

import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import paging
from core.display import Chip, Row
from core.entry import entry, holders_of
from core.forms.audit import AuditFilter
from core.models.audit import Event
from core.permissions import Permission
from core.queries.audit import differences, events_matching
from core.views.requests import SignedIn

auditors = holders_of(Permission.AUDIT_READ)


@entry(auditors)
def audit(request: SignedIn) -> HttpResponse:
    """Events, latest first, narrowed by what the filters say."""
    form = AuditFilter(request.GET or None)
    given = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    page = paging.page_of(
        events_matching(**given), order=("-sequence",), cursor=request.GET.get(paging.PARAMETER, "")
    )
    context = {
        "title": _("Record of events"),
        "form": form,
        "events": page.rows,
        "chips": _chips(request, form, given),
        "pages": paging.links(page, "", request.path, request.GET.dict()),
    }
    return render(request, "core/audit.html", context)


def _chips(request: SignedIn, form: AuditFilter, given: dict[str, Any]) -> list[Chip]:
    """The filters in force, each with the list without it."""
    return [Chip(f"{form[name].label}: {_shown(form, name)}", _without(request, name)) for name in given]


def _shown(form: AuditFilter, name: str) -> str:
    value = form.cleaned_data[name]
    if isinstance(value, datetime.date):
        return date_format(value, "j F Y")
    return str(dict(getattr(form.fields[name], "choices", [])).get(value, value))


def _without(request: SignedIn, name: str) -> str:
    left = request.GET.copy()
    for key in list(left):
        if key == name or key.startswith(f"{name}_") or key == paging.PARAMETER:
            del left[key]
    return f"{request.path}?{left.urlencode()}" if left else request.path


@entry(auditors)
def event_detail(request: SignedIn, pk: int) -> HttpResponse:
    """All that one event says. `pk` is its number in the chain."""
    event = get_object_or_404(Event, sequence=pk)
    context = {
        "title": event.words,
        "event": event,
        "facts": _facts(event),
        "differences": [(_words(name), _text(before), _text(after)) for name, before, after in differences(event)],
    }
    return render(request, "core/event_detail.html", context)


def _facts(event: Event) -> list[Row]:
    return [
        Row(_("Act"), event.action),
        Row(_("Person"), event.actor),
        Row(_("Organisation"), event.organisation),
        Row(_("Thing"), f"{event.object_name} ({event.object_type} {event.object_id})"),
        Row(_("Reason"), event.reason),
    ]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _text(value: Any) -> str:
    """A kept value as a line of text; lists and tables of values as they would be read out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_text(part) for part in value)
    if isinstance(value, dict):
        return "; ".join(f"{_words(key)}: {_text(part)}" for key, part in value.items())
    return str(value)
