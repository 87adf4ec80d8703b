"""The public list of providers and the page of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from core import paging
from core.display import Chip, Row
from core.entry import entry, everyone
from core.models import Organisation
from core.permissions import Permission as P
from core.policies import holds
from providers.forms.directory import ProviderFilterForm
from providers.models import Contact, Registration
from providers.queries.directory import (
    ORDERS,
    providers_listed,
    providers_to_count,
    providers_visible_to,
    rows_of_page,
    with_page,
)


@entry(everyone)
def provider_list(request: HttpRequest) -> HttpResponse:
    """Registered providers by name, narrowed by text, place and need."""
    form = ProviderFilterForm(request.GET or None)
    found = form.found
    count = paging.count_up_to(providers_to_count(**found))
    listed = providers_listed(**found, are_many=count.capped).select_related(None).only("listed_name")
    page = paging.page_of(listed, order=ORDERS[form.order], cursor=request.GET.get(paging.PARAMETER, ""))
    text = _("%(count)s providers") % {"count": count} if count.number != 1 else _("1 provider")
    context = {
        "form": form,
        "cards": [_card(registration) for registration in rows_of_page(page.rows)],
        "chips": _chips(request, found),
        "found": text,
        "pages": paging.links(page, "", request.path, request.GET.dict()),
        "title": _("Providers"),
    }
    return render(request, "providers/provider_list.html", context)


def _chips(request: HttpRequest, found: dict[str, Any]) -> list[Chip]:
    chips = []
    for name, label in (("q", found.get("text")), ("area", found.get("area")), ("need", found.get("category"))):
        if label:
            rest = request.GET.copy()
            rest.pop(name, None)
            rest.pop(paging.PARAMETER, None)
            chips.append(Chip(label=getattr(label, "name", label), url=f"{request.path}?{rest.urlencode()}"))
    return chips


def _card(registration: Registration) -> dict[str, Any]:
    facts = [
        Row(label=_("Works in"), value=_names(registration.areas.all())),
        Row(label=_("Helps with"), value=_names(registration.categories.all())),
    ]
    return {
        "organisation": registration.organisation,
        "caption": registration.legal_form_told,
        "summary": registration.summary,
        "facts": [fact for fact in facts if fact.value],
    }


def _names(rows: Any, at_most: int = 4) -> str:
    names = sorted(row.name for row in rows)
    if len(names) <= at_most:
        return ", ".join(names)
    return _("%(names)s and %(count)d more") % {
        "names": ", ".join(names[: at_most - 1]),
        "count": len(names) - at_most + 1,
    }


@entry(everyone)
def provider_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a provider says of itself: numbers, places, needs and groups of people; nobody's name."""
    providers = with_page(providers_visible_to(request.user))
    organisation = get_object_or_404(providers, pk=pk)
    registration = organisation.registration
    context = {
        "title": organisation.name,
        "organisation": organisation,
        "registration": registration,
        "legal_form": registration.legal_form_told,
        "areas": sorted(area.name for area in registration.areas.all()),
        "more": _more_of(organisation),
        "may_edit": holds(request.user, P.REGISTRATION_EDIT, organisation),
    }
    return render(request, "providers/provider_detail.html", context)


def _more_of(organisation: Organisation) -> list[Row]:
    """Other names, and of whom to ask what it lets everyone see."""
    registration = organisation.registration
    contact: Contact | None = getattr(organisation, "contact", None)
    rows = [
        Row(label=_("Also known as"), value=registration.trading_names),
        Row(label=_("In Welsh"), value=registration.welsh_name),
    ]
    if contact:
        named = ", ".join(filter(None, (contact.name, contact.role)))
        rows += [
            Row(label=_("Whom to ask"), value=named if contact.shows_name else ""),
            Row(label=_("Email"), value=contact.email if contact.shows_email else ""),
            Row(label=_("Telephone"), value=contact.phone if contact.shows_phone else ""),
        ]
    return [row for row in rows if row.value]
