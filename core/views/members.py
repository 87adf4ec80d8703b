"""The people of an organisation: who they are, letting them in, their roles, their leaving."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import paging
from core.access import Refused, Stale, Verdict, require
from core.display import Row
from core.entry import entry, signed_in
from core.forms import Form, submitted
from core.forms.people import AddMemberForm, ChangeRolesForm, EndForm, RefuseForm, RolesForm
from core.models import Membership, Organisation, User
from core.policies import (
    may_approve_membership,
    may_change_roles,
    may_end_membership,
    may_manage_people,
    may_refuse_membership,
)
from core.queries.people import (
    members_of,
    memberships_visible_to,
    organisations_with_people_visible_to,
    requests_to,
)
from core.roles import ROLES, roles_for
from core.services.memberships import (
    add_member,
    approve_membership,
    change_roles,
    end_membership,
    refuse_membership,
)
from core.views.requests import SignedIn, status_of

REQUESTS_AT_MOST = 50


@dataclass(frozen=True)
class Line:
    """A person as the list shows them."""

    person: User
    place: Membership
    roles: list[str]
    is_self: bool


@entry(signed_in)
def member_list(request: SignedIn, pk: int) -> HttpResponse:
    """Who belongs, with their roles; for those who decide about people, who waits to be let in."""
    organisation = _organisation(request, pk)
    manages = may_manage_people(request.user, organisation)
    people = members_of(organisation)
    page = paging.page_of(people, order=("name", "id"), cursor=request.GET.get(paging.PARAMETER, ""))
    context = {
        "title": _("People"),
        "organisation": organisation,
        "manages": manages,
        "waiting": list(requests_to(organisation)[:REQUESTS_AT_MOST]) if manages else [],
        "lines": [_line(person, request.user) for person in page.rows],
        "roles": [Row(role.label, ROLES[role].summary) for role in roles_for(organisation.kind)],
        "pages": paging.links(page, "", request.path, request.GET.dict()),
    }
    return render(request, "core/member_list.html", context)


def _line(person: User, reader: User) -> Line:
    place: Membership = person.places[0]  # type: ignore[attr-defined]  # set by the query
    return Line(person, place, [role.get_role_display() for role in place.roles.all()], person.pk == reader.pk)


@entry(signed_in)
def member_add(request: SignedIn, pk: int) -> HttpResponse:
    """Adds somebody who has an account, by their address."""
    organisation = _organisation(request, pk)
    require(may_manage_people(request.user, organisation))
    form = submitted(AddMemberForm, request, organisation=organisation)

    def act() -> str:
        place = add_member(
            by=request.user, organisation=organisation, email=form.cleaned_data["email"], roles=form.chosen()
        )
        return _("%(name)s now belongs to %(place)s.") % {"name": place.user, "place": organisation}

    done = _done(request, organisation, form, act)
    context = {"title": _("Add a person"), "organisation": organisation, "form": form, **_way_back(organisation)}
    return done or render(request, "core/member_add.html", context, status=status_of(request))


@entry(signed_in)
def membership_approve(request: SignedIn, pk: int) -> HttpResponse:
    """Lets somebody in who asked to, with the roles chosen."""
    place = _place(request, pk, may_approve_membership)
    form = submitted(RolesForm, request, organisation=place.organisation)

    def act() -> str:
        approve_membership(by=request.user, membership=place, roles=form.chosen())
        return _("%(name)s now belongs to %(place)s.") % {"name": place.user, "place": place.organisation}

    title = _("Let %(name)s in") % {"name": place.user}
    return _decision(request, place, form, act, "core/membership_approve.html", title, may_approve_membership)


@entry(signed_in)
def membership_refuse(request: SignedIn, pk: int) -> HttpResponse:
    """Does not let somebody in, with a reason."""
    place = _place(request, pk, may_refuse_membership)
    form = submitted(RefuseForm, request)

    def act() -> str:
        refuse_membership(by=request.user, membership=place, reason=form.cleaned_data["reason"])
        return _("%(name)s was not let in and has been told why.") % {"name": place.user}

    title = _("Do not let %(name)s in") % {"name": place.user}
    return _decision(request, place, form, act, "core/membership_refuse.html", title, may_refuse_membership)


@entry(signed_in)
def membership_roles(request: SignedIn, pk: int) -> HttpResponse:
    """Changes what somebody may do."""
    place = _place(request, pk, may_change_roles)
    now = [role.role for role in place.roles.all()]
    initial = {"roles": now, "shown": " ".join(now)}
    form = submitted(ChangeRolesForm, request, organisation=place.organisation, initial=initial)

    def act() -> str:
        try:
            change_roles(by=request.user, membership=place, roles=form.chosen(), shown=form.shown_roles())
        except Stale:
            form.accept_shown(now)
            raise
        return _("The roles of %(name)s are saved.") % {"name": place.user}

    title = _("What %(name)s may do") % {"name": place.user}
    return _decision(request, place, form, act, "core/membership_roles.html", title, may_change_roles)


@entry(signed_in)
def membership_end(request: SignedIn, pk: int) -> HttpResponse:
    """Ends somebody's membership, or one's own."""
    place = _place(request, pk, may_end_membership)
    is_self = place.user_id == request.user.pk
    form = submitted(Form if is_self else EndForm, request)

    def act() -> str:
        end_membership(by=request.user, membership=place, reason=form.cleaned_data.get("reason", ""))
        if is_self:
            return _("You no longer belong to %(place)s.") % {"place": place.organisation}
        return _("%(name)s no longer belongs to %(place)s.") % {"name": place.user, "place": place.organisation}

    title = _("Leave %(place)s") % {"place": place.organisation}
    if not is_self:
        title = _("End the membership of %(name)s") % {"name": place.user}
    return _decision(request, place, form, act, "core/membership_end.html", title, may_end_membership)


# --- what the pages above share


def _organisation(request: SignedIn, pk: int) -> Organisation:
    return get_object_or_404(organisations_with_people_visible_to(request.user), pk=pk)


def _way_back(organisation: Organisation) -> dict[str, str]:
    return {"people_url": reverse("member-list", args=[organisation.pk])}


def _place(request: SignedIn, pk: int, policy: Callable[[User, Membership], Verdict]) -> Membership:
    """The place, for those who may decide about it at all; a rule that stands in the way is for the page."""
    place = get_object_or_404(memberships_visible_to(request.user), pk=pk)
    verdict = policy(request.user, place)
    if not verdict.right:
        require(verdict)
    return place


def _decision(
    request: SignedIn,
    place: Membership,
    form: Form,
    act: Callable[[], str],
    template: str,
    title: str,
    policy: Callable[[User, Membership], Verdict],
) -> HttpResponse:
    """Does it, or shows the form with what is wrong, or what stands in the way."""
    done = _done(request, place.organisation, form, act)
    context: dict[str, Any] = {"title": title, "place": place, "organisation": place.organisation, "form": form}
    context |= {
        **_way_back(place.organisation),
        "verdict": policy(request.user, place),
        "is_self": place.user_id == request.user.pk,
    }
    return done or render(request, template, context, status=status_of(request))


def _done(
    request: SignedIn, organisation: Organisation, form: Form, act: Callable[[], str]
) -> HttpResponse | None:
    """The way on after `act`, with what it says; none if the form is yet to be sent or something is wrong."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        text = act()
    except Refused as refusal:
        form.add_error(None, str(refusal.reason))
        return None
    messages.success(request, text)
    still_there = organisations_with_people_visible_to(request.user).filter(pk=organisation.pk).exists()
    return redirect("member-list", pk=organisation.pk) if still_there else redirect("organisation-list")
