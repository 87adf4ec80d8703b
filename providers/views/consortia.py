"""Consortia: the ones an organisation is in, one of them, a new one, another name, leaving."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core import paging
from core.access import Refused, Stale, Verdict, require
from core.display import Row
from core.entry import entry, signed_in
from core.forms import submitted
from core.models import Organisation
from core.queries.people import organisations_of, roles_by_organisation
from core.views.requests import SignedIn, status_of
from providers.forms.consortia import ConsortiumForm, RenameForm
from providers.models import Consortium, ConsortiumMember
from providers.policies.consortia import (
    may_change_consortium,
    may_form_consortium,
    may_invite_again,
    may_leave_consortium,
    may_take_back_invitation,
)
from providers.queries.consortia import (
    IN_SIGHT,
    consortia_visible_to,
    lead_of,
    members_of,
    places_of,
    places_visible_to,
)
from providers.services.consortia import form_consortium, leave_consortium, rename_consortium
from providers.states import ConsortiumMemberStatus as Status
from providers.views.returning import onwards, way_back

TONES = {Status.INVITED: "info", Status.JOINED: "good"}


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


@dataclass(frozen=True)
class Action:
    """Something that can be done about a member: a link to a page of its own."""

    label: str
    url: str


@dataclass(frozen=True)
class MemberLine:
    """A member as the page shows it: its state in words, what it may do or have done to it, or why not."""

    place: ConsortiumMember
    tag: str
    tone: str
    action: Action | None = None
    reason: Any = ""


@entry(signed_in)
def consortium_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Who is in it, who is asked, and what each does."""
    consortium = _consortium(request, pk)
    places = list(members_of(consortium))
    own = [place for place in places if place.organisation_id in roles_by_organisation(request.user)]
    context = {
        "title": consortium.name,
        "section": "work",
        "consortium": consortium,
        "lead": lead_of(consortium),
        "lines": [_line(request, place) for place in places if place.status in IN_SIGHT],
        "former": [_line(request, place) for place in places if place.status not in IN_SIGHT],
        "joined_count": sum(place.status == Status.JOINED for place in places),
        "invitation": next((place for place in own if place.status == Status.INVITED), None),
        "change": may_change_consortium(request.user, consortium),
        "find_url": onwards(request, "consortium-search", consortium.pk),
        "rename_url": onwards(request, "consortium-rename", consortium.pk),
        "back": way_back(request),
    }
    return render(request, "providers/consortium_detail.html", context)


def _consortium(request: SignedIn, pk: int) -> Consortium:
    return get_object_or_404(consortia_visible_to(request.user), pk=pk)


def _line(request: SignedIn, place: ConsortiumMember) -> MemberLine:
    action, verdict = _action(request, place)
    return MemberLine(
        place=place,
        tag=_("lead") if place.is_lead else place.get_status_display(),
        tone=TONES.get(Status(place.status), "plain"),
        action=action if verdict else None,
        reason="" if verdict or not verdict.right else verdict.reason,
    )


def _action(request: SignedIn, place: ConsortiumMember) -> tuple[Action | None, Verdict]:
    """What this person could do about the member, and whether they may."""
    user, consortium = request.user, place.consortium
    if place.is_lead:
        return None, Verdict(allowed=True)
    if place.status == Status.INVITED:
        url = onwards(request, "invitation-take-back", place.pk)
        return Action(_("Take the invitation back"), url), may_take_back_invitation(user, place)
    if place.status == Status.JOINED:
        url = onwards(request, "consortium-leave", place.pk)
        return Action(_("Leave this consortium"), url), may_leave_consortium(user, place)
    url = onwards(request, "consortium-invite", consortium.pk, place.organisation_id)
    return Action(_("Invite again"), url), may_invite_again(user, place)


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
    """Asks once more, then the member is out."""
    place = get_object_or_404(places_visible_to(request.user), pk=pk)
    require(may_leave_consortium(request.user, place))
    if request.method == "POST":
        leave_consortium(by=request.user, place=place)
        messages.success(request, _("%(name)s has left the consortium.") % {"name": place.organisation.name})
        return redirect("consortium-list")
    context = {
        "title": _("Leave %(name)s?") % {"name": place.consortium.name},
        "section": "work",
        "place": place,
        "cancel_url": onwards(request, "consortium-detail", place.consortium_id),
    }
    return render(request, "providers/consortium_leave.html", context)
