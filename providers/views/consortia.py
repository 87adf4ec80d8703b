"""Consortia: the ones an organisation is in, one of them, a new one, another name, leaving."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core import paging
from core.access import Refused, Stale, require
from core.display import Row
from core.entry import entry, signed_in
from core.forms import submitted
from core.models import Organisation
from core.queries.people import organisations_of, roles_by_organisation
from core.views.requests import SignedIn, status_of
from providers.forms.consortia import ConsortiumForm, PartingForm, RenameForm
from providers.joint_bids import bids_of
from providers.models import Consortium
from providers.policies.consortia import (
    may_change_consortium,
    may_form_consortium,
    may_leave_consortium,
    may_remove_member,
)
from providers.queries.consortia import (
    IN_SIGHT,
    consortia_visible_to,
    lead_of,
    members_of,
    places_of,
    places_visible_to,
)
from providers.services.consortia import form_consortium, leave_consortium, remove_member, rename_consortium
from providers.states import ConsortiumMemberStatus as Status
from providers.views.member_lines import member_lines
from providers.views.returning import onwards, way_back


@entry(signed_in)
def consortium_list(request: SignedIn) -> HttpResponse:
    """The consortia of the organisation somebody acts for: invitations first, then those it is in."""
    organisation = request.organisation
    context: dict[str, Any] = {"title": _("Consortia"), "section": "work", "organisation": organisation}
    if organisation and organisation.is_provider:
        page = paging.page_of(
            places_of(organisation), order=("status", "-id"), cursor=request.GET.get(paging.PARAMETER, "")
        )
        context |= {
            "invitations": [place for place in page.rows if place.status == Status.INVITED],
            "places": [place for place in page.rows if place.status == Status.JOINED],
            "pages": paging.links(page, "", request.path, request.GET.dict()),
            "verdict": may_form_consortium(request.user, organisation),
        }
    return render(request, "providers/consortium_list.html", context)


# --- one consortium


@entry(signed_in)
def consortium_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Who is in it, who is asked, and what each does."""
    consortium = _consortium(request, pk)
    places, back = list(members_of(consortium)), way_back(request)
    own = [place for place in places if place.organisation_id in roles_by_organisation(request.user)]
    context = {
        "title": consortium.name,
        "section": "work",
        "consortium": consortium,
        "lead": lead_of(consortium),
        "lines": member_lines(request.user, [each for each in places if each.status in IN_SIGHT], back=back),
        "former": member_lines(request.user, [each for each in places if each.status not in IN_SIGHT], back=back),
        "bids": bids_of(request.user, consortium),
        "joined_count": sum(place.status == Status.JOINED for place in places),
        "invitation": next((place for place in own if place.status == Status.INVITED), None),
        "change": may_change_consortium(request.user, consortium),
        "find_url": onwards(request, "consortium-search", consortium.pk),
        "rename_url": onwards(request, "consortium-rename", consortium.pk),
        "back": back,
    }
    return render(request, "providers/consortium_detail.html", context)


def _consortium(request: SignedIn, pk: int) -> Consortium:
    return get_object_or_404(consortia_visible_to(request.user), pk=pk)


# --- a new one, another name


@entry(signed_in)
def consortium_form(request: SignedIn) -> HttpResponse:
    """A new consortium, led by the organisation somebody acts for."""
    form = submitted(ConsortiumForm, request, initial={"organisation": getattr(request.organisation, "pk", None)})
    lead = _lead_named(request, form)
    if not lead:
        return redirect("register")
    require(may_form_consortium(request.user, lead))
    if request.method == "POST" and form.is_valid():
        try:
            consortium = form_consortium(
                by=request.user,
                organisation=lead,
                name=form.cleaned_data["name"],
                form_key=form.cleaned_data["form_key"],
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The consortium is formed. Now invite your partners."))
            return redirect(onwards(request, "consortium-detail", consortium.pk))
    context = {
        "title": _("Form a consortium"),
        "section": "work",
        "form": form,
        "lead": lead,
        "cancel_url": way_back(request) or onwards(request, "consortium-list"),
    }
    return render(request, "providers/consortium_form.html", context, status=status_of(request))


def _lead_named(request: SignedIn, form: ConsortiumForm) -> Organisation | None:
    """The organisation of theirs that the form names; the one they act for where it names none of them."""
    named = str(form["organisation"].value())
    own = {str(organisation.pk): organisation for organisation in organisations_of(request.user)}
    return own.get(named, request.organisation)


@entry(signed_in)
def consortium_rename(request: SignedIn, pk: int) -> HttpResponse:
    """Another name for it."""
    consortium = _consortium(request, pk)
    require(may_change_consortium(request.user, consortium))
    form = submitted(RenameForm, request, initial={"version": consortium.version, "name": consortium.name})
    saved_rows: list[Row] = []
    if request.method == "POST" and form.is_valid():
        try:
            rename_consortium(by=request.user, consortium=consortium, **form.cleaned_data)
        except Stale as stale:
            saved = _consortium(request, pk)
            form.accept_version(saved.version)
            form.add_error(None, stale.reason)
            saved_rows = [Row(label=_("Name"), value=saved.name)]
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The name is changed."))
            return redirect(onwards(request, "consortium-detail", pk))
    context = {
        "title": _("Change the name"),
        "section": "work",
        "form": form,
        "consortium": consortium,
        "saved_rows": saved_rows,
        "cancel_url": onwards(request, "consortium-detail", pk),
    }
    return render(request, "providers/consortium_rename.html", context, status=status_of(request))


@entry(signed_in)
def consortium_leave(request: SignedIn, pk: int) -> HttpResponse:
    """Asks why, then the member is out."""
    place = get_object_or_404(places_visible_to(request.user), pk=pk)
    require(may_leave_consortium(request.user, place))
    form = submitted(PartingForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            leave_consortium(by=request.user, place=place, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("%(name)s has left the consortium.") % {"name": place.organisation.name})
            return redirect("consortium-list")
    context = {
        "title": _("Leave %(name)s?") % {"name": place.consortium.name},
        "section": "work",
        "place": place,
        "form": form,
        "cancel_url": onwards(request, "consortium-detail", place.consortium_id),
    }
    return render(request, "providers/consortium_leave.html", context, status=status_of(request))


@entry(signed_in)
def consortium_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Asks the lead why, then the member is out of the consortium and of the bids it is writing."""
    place = get_object_or_404(places_visible_to(request.user), pk=pk)
    require(may_remove_member(request.user, place))
    form = submitted(PartingForm, request)
    back = way_back(request) or onwards(request, "consortium-detail", place.consortium_id)
    if request.method == "POST" and form.is_valid():
        try:
            remove_member(by=request.user, place=place, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("%(name)s is removed and told why.") % {"name": place.organisation.name})
            return redirect(back)
    context = {
        "title": _("Remove %(name)s?") % {"name": place.organisation.name},
        "section": "work",
        "place": place,
        "form": form,
        "cancel_url": back,
    }
    return render(request, "providers/consortium_remove.html", context, status=status_of(request))
