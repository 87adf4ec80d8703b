"""The page people land on: what waits for them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.entry import entry, signed_in
from core.permissions import Permission
from core.policies import holds
from core.queries.people import places_of
from core.views.requests import SignedIn
from core.work import sections_for, sections_of


@entry(signed_in)
def work(request: SignedIn) -> HttpResponse:
    """What waits for the person in the organisation they act for; without one, how to come by one."""
    organisation = request.organisation
    context: dict[str, Any] = {"title": _("Your work"), "section": "work", "organisation": organisation}
    if organisation:
        context["sections"] = sections_for(request.user, organisation)
        context["audits"] = holds(request.user, Permission.AUDIT_READ, organisation)
        context["edits_pages"] = holds(request.user, Permission.PAGES_EDIT, organisation)
    else:
        context["sections"] = sections_of(request.user)
        context["places"] = places_of(request.user)
    return render(request, "core/work.html", context)
