"""People ask to join, are let in or not, hold roles, and leave.

Every service locks the organisation first: what one manager decides, the next one sees, and two who remove each
other at the same moment leave one.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, Stale, require
from core.models.people import Membership, MembershipRole, Organisation, User
from core.permissions import Permission
from core.policies import (
    may_approve_membership,
    may_ask_to_join,
    may_change_roles,
    may_end_membership,
    may_hold_roles,
    may_manage_people,
    may_refuse_membership,
    may_stand_on_side_of,
    may_withdraw_request,
)
from core.queries.people import forget_roles, managers_besides, membership_in, people_with, person_with_address
from core.roles import ROLES, Role
from core.states import MEMBERSHIP, MembershipStatus


@transaction.atomic
def request_membership(*, by: User, organisation: Organisation, message: str = "") -> Membership:
    """`by` waits to be let in, and those who decide about people there are told. Again after a refusal, too."""
    organisation = _locked(organisation.pk)
    require(may_ask_to_join(by, organisation))
    membership = membership_in(organisation, by)
    if membership is None:
        membership = Membership.objects.create(user=by, organisation=organisation, message=message)
    else:
        fresh: dict[str, Any] = {"requested_at": timezone.now(), "decided_at": None, "decided_by": None}
        MEMBERSHIP.apply(membership, "ask_again", message=message, **fresh)
    notices.send(
        "core/membership_requested",
        to=people_with(Permission.MEMBERS_MANAGE, organisation),
        context={"applicant": by, "organisation": organisation, "message": message},
        url=_people_page(organisation),
    )
    _record("membership.request", by, membership, after={"message": message})
    return membership


@transaction.atomic
def withdraw_request(*, by: User, membership: Membership) -> None:
    """The person no longer asks to join."""
    membership = _locked_with_organisation(membership)
    require(may_withdraw_request(by, membership))
    MEMBERSHIP.apply(membership, "withdraw", **_decided(by))
    _record("membership.withdraw", by, membership)


@transaction.atomic
def approve_membership(*, by: User, membership: Membership, roles: Collection[Role]) -> None:
    """The person who asked belongs, with `roles`, and is told so."""
    membership = _locked_with_organisation(membership)
    require(may_approve_membership(by, membership))
    require(may_hold_roles(membership.organisation, roles))
    MEMBERSHIP.apply(membership, "approve", **_decided(by))
    _give_roles(membership, roles)
    _tell(membership, "core/membership_approved", reverse("work"), roles=[role.label for role in roles])
    _record("membership.approve", by, membership, after={"roles": _values(roles)})


@transaction.atomic
def refuse_membership(*, by: User, membership: Membership, reason: str) -> None:
    """The person who asked does not belong, and is told why; they may ask again."""
    membership = _locked_with_organisation(membership)
    require(may_refuse_membership(by, membership))
    MEMBERSHIP.apply(membership, "refuse", **_decided(by))
    _tell(membership, "core/membership_refused", reverse("organisation-list"), reason=reason)
    _record("membership.refuse", by, membership, reason=reason)


@transaction.atomic
def add_member(*, by: User, organisation: Organisation, email: str, roles: Collection[Role]) -> Membership:
    """Whoever signs in with `email` belongs, with `roles`, and is told so; no need for them to ask first."""
    organisation = _locked(organisation.pk)
    require(may_manage_people(by, organisation))
    require(may_hold_roles(organisation, roles))
    person = person_with_address(email)
    if person is None:
        raise Refused(no_account(email))
    return _add(by, organisation, person, roles)


@transaction.atomic
def place_first_member(*, by: User | None, organisation: Organisation, person: User, role: Role) -> Membership:
    """`person` is the one who decides about people in a new organisation. ValueError if somebody is there.

    Part of setting an organisation up: the service that does so has asked its policy. `by` is none where it is
    done at the machine.
    """
    if organisation.memberships.exists():
        raise ValueError(f"{organisation} has people already.")
    require(may_stand_on_side_of(person, organisation).and_then(may_hold_roles(organisation, [role])))
    return _add(by, organisation, person, [role])


@transaction.atomic
def change_roles(
    *, by: User, membership: Membership, roles: Collection[Role], shown: Collection[Role] | None = None
) -> None:
    """The person holds `roles` and no others, and is told so.

    `shown` are the roles that the page had; Stale if somebody else changed them meanwhile.
    """
    membership = _locked_with_organisation(membership)
    require(may_change_roles(by, membership, roles))
    before = _roles_of(membership)
    if shown is not None and set(shown) != set(before):
        raise Stale(
            _("Somebody else changed the roles of %(name)s to %(roles)s meanwhile. Look at them and save again.")
            % {"name": membership.user, "roles": _labels(before)}
        )
    if set(roles) == set(before):
        return
    _give_roles(membership, roles)
    forget_roles(by)
    _tell(membership, "core/membership_roles_changed", reverse("work"), roles=[role.label for role in roles])
    _record("membership.change_roles", by, membership, before=_values(before), after={"roles": _values(roles)})


@transaction.atomic
def end_membership(*, by: User, membership: Membership, reason: str = "") -> None:
    """The person no longer belongs and holds no role there; they, or those who stay, are told."""
    membership = _locked_with_organisation(membership)
    require(may_end_membership(by, membership))
    before = _roles_of(membership)
    MEMBERSHIP.apply(membership, "end", **_decided(by))
    _give_roles(membership, ())
    forget_roles(by)
    if membership.user_id == by.pk:
        _tell_of_leaver(membership)
    else:
        _tell(membership, "core/membership_ended", reverse("organisation-list"), reason=reason)
    _record("membership.end", by, membership, before=_values(before), reason=reason)


# --- decided from outside ----------------------------------------------------------------------------


@transaction.atomic
def hand_over(
    *, by: User, organisation: Organisation, person: User, role: Role, ends_others: bool, reason: str
) -> dict[str, Any]:
    """`person` holds `role` there besides what they held; with `ends_others` those who managed people are gone.

    Part of a decision whose service has asked its own policy; that service tells `person`, this one tells those
    who are gone. Returns who managed people before and what `person` was, as plain values for hand_back.
    """
    organisation = _locked(organisation.pk)
    require(may_stand_on_side_of(person, organisation).and_then(may_hold_roles(organisation, [role])))
    own = membership_in(organisation, person)
    status = own.status if own else MembershipStatus.ENDED.value
    roles = _values(_roles_of(own) if own else ())
    own = own or Membership.objects.create(user=person, organisation=organisation)
    managers = list(managers_besides(own).select_related("user", "organisation").distinct().order_by("pk"))
    others = {str(place.pk): _values(_roles_of(place)) for place in managers}
    kept = set(_roles_of(own)) if own.status == MembershipStatus.ACTIVE else set()
    _let_in(own, {*kept, role}, by)
    now = _values(_roles_of(own))
    _record("membership.hand_over", by, own, before=roles, after={"roles": now}, reason=reason)
    for place in managers if ends_others else ():
        MEMBERSHIP.apply(place, "end", **_decided(by))
        _give_roles(place, ())
        _tell(place, "core/membership_ended", reverse("organisation-list"), reason=reason)
        _record("membership.end", by, place, before=others[str(place.pk)], reason=reason)
    return {"person": {"status": status, "roles": roles}, "others": others}


@transaction.atomic
def hand_back(
    *,
    by: User,
    organisation: Organisation,
    person: User,
    before: Mapping[str, Any],
    ended_by: Collection[User],
    reason: str,
) -> None:
    """What hand_over changed is as it was: `person` is what they were, and whom it removed belongs again.

    So does whoever managed people then and was removed since by one of `ended_by`; not who left of their own
    accord, nor who acts for the other side by now. They are told; `person` is told by the service that calls.
    """
    organisation = _locked(organisation.pk)
    deciders = {each.pk for each in ended_by}
    rows = Membership.objects.filter(
        organisation=organisation, pk__in=before["others"], status=MembershipStatus.ENDED
    )
    for place in rows.select_related("user", "organisation").order_by("pk"):
        # Whoever left decided so themself.
        if place.decided_by_id in deciders - {place.user_id} and may_stand_on_side_of(place.user, organisation):
            roles = [Role(value) for value in before["others"][str(place.pk)]]
            _let_in(place, roles, by)
            _tell(place, "core/membership_approved", reverse("work"), roles=[role.label for role in roles])
            _record("membership.hand_back", by, place, after={"roles": _values(roles)}, reason=reason)
    own = membership_in(organisation, person)
    if own and own.status == MembershipStatus.ACTIVE:
        _as_before(own, before["person"], by, reason)


def _as_before(own: Membership, before: Mapping[str, Any], by: User, reason: str) -> None:
    held = _values(_roles_of(own))
    if before["status"] == MembershipStatus.ACTIVE:
        _give_roles(own, [Role(value) for value in before["roles"]])
    else:
        MEMBERSHIP.apply(own, "end", **_decided(by))
        _give_roles(own, ())
    if before["status"] == MembershipStatus.REQUESTED:
        MEMBERSHIP.apply(own, "ask_again", decided_at=None, decided_by=None)
    _record("membership.hand_back", by, own, before=held, after={"roles": before["roles"]}, reason=reason)


def _let_in(membership: Membership, roles: Collection[Role], by: User) -> None:
    """Belongs with `roles`, whatever it was."""
    if membership.status in (MembershipStatus.REFUSED, MembershipStatus.ENDED):
        MEMBERSHIP.apply(membership, "ask_again", decided_at=None, decided_by=None)
    if membership.status == MembershipStatus.REQUESTED:
        MEMBERSHIP.apply(membership, "approve", **_decided(by))
    _give_roles(membership, roles)


def end_everybody(*, by: User, organisation: Organisation) -> list[User]:
    """Nobody belongs to the organisation, and nobody waits to; gives everybody who did, `by` among them.

    Part of closing its account, which holds the organisation, asks its policy and tells them.
    """
    there = organisation.memberships.filter(status__in=[MembershipStatus.ACTIVE, MembershipStatus.REQUESTED])
    people = []
    for membership in there.select_related("user", "organisation").select_for_update(of=("self",)).order_by("pk"):
        people.append(membership.user)
        _end_or_refuse(membership, by, "refuse")
    forget_roles(by)
    return people


def end_everywhere(*, by: User) -> None:
    """The person belongs nowhere, holds no role and waits nowhere; what they wrote when they asked is gone.

    Those who decide about people where they belonged are told. Part of deleting their account, which holds
    their organisations and asks its policy.
    """
    there = Membership.objects.filter(
        user=by, status__in=[MembershipStatus.ACTIVE, MembershipStatus.REQUESTED]
    ).select_related("user", "organisation")
    for membership in there.order_by("organisation_id"):
        belonged = membership.status == MembershipStatus.ACTIVE
        _end_or_refuse(membership, by, "withdraw")
        if belonged:
            _tell_of_leaver(membership)
    Membership.objects.filter(user=by).update(message="")
    forget_roles(by)


def _end_or_refuse(membership: Membership, by: User, waiting: str) -> None:
    step = "end" if membership.status == MembershipStatus.ACTIVE else waiting
    before = _roles_of(membership)
    MEMBERSHIP.apply(membership, step, **_decided(by))
    _give_roles(membership, ())
    _record(f"membership.{step}", by, membership, before=_values(before) if before else None)


def no_account(email: str) -> str:
    """What to do about an address that nobody signs in with."""
    return _(
        "Nobody with the confirmed address %(email)s has an account here. "
        "Ask them to create one and to confirm the address, then come back."
    ) % {"email": email.strip()}


def _add(by: User | None, organisation: Organisation, person: User, roles: Collection[Role]) -> Membership:
    membership = membership_in(organisation, person)
    if membership and membership.status == MembershipStatus.ACTIVE:
        raise Refused(_("%(name)s already belongs to %(place)s.") % {"name": person, "place": organisation})
    require(may_stand_on_side_of(person, organisation))
    membership = membership or Membership.objects.create(user=person, organisation=organisation)
    if membership.status != MembershipStatus.REQUESTED:
        MEMBERSHIP.apply(membership, "ask_again", decided_at=None, decided_by=None)
    MEMBERSHIP.apply(membership, "approve", **_decided(by or person))
    _give_roles(membership, roles)
    _tell(membership, "core/membership_approved", reverse("work"), roles=[role.label for role in roles])
    _record("membership.add", by, membership, after={"roles": _values(roles)})
    return membership


def _locked(organisation_id: int) -> Organisation:
    # Not FOR UPDATE: rows that only point at the organisation need not wait.
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)


def _locked_with_organisation(membership: Membership) -> Membership:
    """The row as it is now, its organisation locked before it."""
    organisation = _locked(membership.organisation_id)
    fresh = Membership.objects.select_related("user").select_for_update(of=("self",)).get(pk=membership.pk)
    fresh.organisation = organisation
    return fresh


def _decided(by: User) -> dict[str, Any]:
    return {"decided_at": timezone.now(), "decided_by": by}


def _roles_of(membership: Membership) -> list[Role]:
    held = set(membership.roles.values_list("role", flat=True))
    return [role for role in ROLES if role.value in held]


def _give_roles(membership: Membership, roles: Iterable[Role]) -> None:
    wanted = set(roles)
    membership.roles.exclude(role__in=wanted).delete()
    held = set(membership.roles.values_list("role", flat=True))
    # In the order of the table, most powerful first.
    new = [role for role in ROLES if role in wanted and role.value not in held]
    MembershipRole.objects.bulk_create(MembershipRole(membership=membership, role=role) for role in new)
    forget_roles(membership.user)
    _follow_editor_groups(membership.user)


def _follow_editor_groups(user: User) -> None:
    """The editors' pages have groups of their own: the person is in those that their roles name."""
    active = MembershipRole.objects.filter(membership__user=user, membership__status=MembershipStatus.ACTIVE)
    held = {Role(role) for role in active.values_list("role", flat=True)}
    due = {name for role in held for name in ROLES[role].editor_groups}
    ours = {name for row in ROLES.values() for name in row.editor_groups}
    user.groups.remove(*user.groups.filter(name__in=ours - due))
    user.groups.add(*Group.objects.filter(name__in=due))


def _tell(membership: Membership, kind: str, url: str, **context: Any) -> None:
    values = {"organisation": membership.organisation, **context}
    notices.send(kind, to=[membership.user], context=values, url=url)


def _tell_of_leaver(membership: Membership) -> None:
    notices.send(
        "core/membership_left",
        to=people_with(Permission.MEMBERS_MANAGE, membership.organisation_id),
        context={"leaver": membership.user, "organisation": membership.organisation},
        url=_people_page(membership.organisation),
    )


def _people_page(organisation: Organisation) -> str:
    return reverse("member-list", args=[organisation.pk])


def _labels(roles: Iterable[Role]) -> str:
    return ", ".join(str(role.label) for role in roles)


def _values(roles: Iterable[Role]) -> list[str]:
    return sorted(role.value for role in roles)


def _record(
    action: str,
    by: User | None,
    membership: Membership,
    *,
    before: list[str] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        action,
        by=by,
        obj=membership,
        organisation=membership.organisation,
        before={} if before is None else {"roles": before},
        after={"status": membership.status, **(after or {})},
        reason=reason,
    )
