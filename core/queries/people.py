"""Who belongs where."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Prefetch, Q, QuerySet

from core.models.people import Membership, Organisation, User
from core.permissions import Permission
from core.queries.notices import UnreadCount, unread_count
from core.roles import ROLES, OrganisationKind, Role
from core.states import MembershipStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_CACHE = "_places"


@dataclass
class _Places:
    """Where a person belongs: every page asks, so one query says all of it."""

    organisations: dict[int, Organisation] = field(default_factory=dict)
    roles: dict[int, frozenset[Role]] = field(default_factory=dict)
    unread: int | None = None


def _places(user: "User | AnonymousUser") -> _Places:
    """Read once for each user object."""
    if not user.is_authenticated:
        return _Places()
    cached: _Places | None = user.__dict__.get(_CACHE)
    if cached is None:
        cached = _Places()
        for row in _organisations_with_role(user):
            cached.organisations[row.pk] = row
            cached.roles[row.pk] = cached.roles.get(row.pk, frozenset()) | {Role(row.role)}
            cached.unread = row.unread
        # Kept only once it is whole: a read that failed, or one still going on elsewhere, is no answer.
        user.__dict__[_CACHE] = cached
    return cached


def _organisations_with_role(user: User) -> "QuerySet[Organisation, Any]":
    """By name, an organisation as often as the person holds a role in it, with that `role`.

    With how many notices wait to be read as `unread`: the frame of every page shows both.
    """
    active = Q(memberships__user=user, memberships__status=MembershipStatus.ACTIVE)
    held = Organisation.objects.filter(active).annotate(
        role=F("memberships__roles__role"), unread=UnreadCount(user)
    )
    return held.filter(role__isnull=False).order_by("name", "id")


def roles_by_organisation(user: "User | AnonymousUser") -> "Mapping[int, frozenset[Role]]":
    """Organisation number -> roles the person holds there now; read once for each user object."""
    return _places(user).roles


def own_organisations(user: "User | AnonymousUser") -> list[Organisation]:
    """The organisations the person acts for, by name; read with the roles, so it costs no query of its own."""
    return list(_places(user).organisations.values())


def unread_when_read(user: User) -> int:
    """How many notices waited when the roles were read, no more than 100; asked now of somebody without a role."""
    unread = _places(user).unread
    return unread_count(user) if unread is None else unread


def forget_roles(user: User) -> None:
    """The next question about this user object reads organisations and roles again."""
    user.__dict__.pop(_CACHE, None)


def organisations_of(user: "User | AnonymousUser") -> QuerySet[Organisation]:
    """The organisations the person acts for, as rows to narrow further."""
    return Organisation.objects.filter(pk__in=roles_by_organisation(user).keys())


def roles_with(permission: Permission) -> list[Role]:
    """The roles that carry the permission."""
    return [role for role, row in ROLES.items() if permission in row.permissions]


def people_with(permission: Permission, organisation: Organisation | int) -> QuerySet[User]:
    """Active people of the organisation whose role carries the permission; whom a notice is for."""
    roles = roles_with(permission)
    return (
        User.objects.filter(
            is_active=True,
            memberships__organisation=organisation,
            memberships__status=MembershipStatus.ACTIVE,
            memberships__roles__role__in=roles,
        )
        .distinct()
        .order_by("name", "id")
    )


def memberships_visible_to(user: "User | AnonymousUser") -> QuerySet[Membership]:
    """Places in the organisations the person belongs to; an auditor sees all."""
    places = Membership.objects.select_related("user", "organisation").prefetch_related("roles")
    return places.filter(organisation__in=organisations_with_people_visible_to(user))


def organisations_with_people_visible_to(user: "User | AnonymousUser") -> QuerySet[Organisation]:
    """Whose people the person may see: their own organisations'; an auditor sees all."""
    everything = frozenset(roles_with(Permission.EVERYTHING_READ))
    if any(roles & everything for roles in roles_by_organisation(user).values()):
        return Organisation.objects.all()
    return organisations_of(user)


def places_of(user: User) -> QuerySet[Membership]:
    """Where the person belongs, asked to, or did; by the name of the organisation."""
    places = Membership.objects.filter(user=user).select_related("organisation").prefetch_related("roles")
    return places.order_by("organisation__name", "id")


def members_of(organisation: Organisation) -> QuerySet[User]:
    """People who belong, by name, each with `places`: the one place there, with its roles."""
    there = Membership.objects.filter(organisation=organisation, status=MembershipStatus.ACTIVE)
    places = Prefetch("memberships", there.prefetch_related("roles"), to_attr="places")
    return User.objects.filter(pk__in=there.values("user")).order_by("name", "id").prefetch_related(places)


def requests_to(organisation: Organisation) -> QuerySet[Membership]:
    """People who wait to be let in, the longest wait first."""
    waiting = organisation.memberships.filter(status=MembershipStatus.REQUESTED)
    return waiting.select_related("user", "organisation").order_by("requested_at", "id")


def membership_in(organisation: Organisation, user: User) -> Membership | None:
    """The person's place there, whatever became of it."""
    return Membership.objects.filter(organisation=organisation, user=user).first()


def managers_besides(membership: Membership) -> QuerySet[Membership]:
    """Places of others in the same organisation whose roles let them decide about people."""
    return Membership.objects.filter(
        organisation_id=membership.organisation_id,
        status=MembershipStatus.ACTIVE,
        user__is_active=True,
        roles__role__in=roles_with(Permission.MEMBERS_MANAGE),
    ).exclude(pk=membership.pk)


def manager_places_of(user: User) -> QuerySet[Membership]:
    """Places of the person, in organisations that are not closed, whose roles let them decide about people."""
    return (
        Membership.objects.filter(
            user=user,
            status=MembershipStatus.ACTIVE,
            organisation__closed_at__isnull=True,
            roles__role__in=roles_with(Permission.MEMBERS_MANAGE),
        )
        .select_related("user", "organisation")
        .order_by("organisation_id")
        .distinct()
    )


def organisation_on_the_other_side(user: User, organisation: Organisation) -> Organisation | None:
    """One the person acts for that bids where `organisation` awards, or the other way round."""
    bids = Q(kind=OrganisationKind.PROVIDER)
    others = ~bids if organisation.kind == OrganisationKind.PROVIDER else bids
    active = Q(memberships__user=user, memberships__status=MembershipStatus.ACTIVE)
    return Organisation.objects.filter(active, others).first()


def person_with_address(email: str) -> User | None:
    """Who signs in with this address and has confirmed it; an address alone proves nothing."""
    address = email.strip().lower()
    return User.objects.filter(is_active=True, emailaddress__email=address, emailaddress__verified=True).first()


def acting_organisation(user: "User | AnonymousUser", chosen: int | None) -> Organisation | None:
    """The organisation the person chose to act for if they still belong to it, else the first by name."""
    organisations = _places(user).organisations
    return organisations.get(chosen or 0) or next(iter(organisations.values()), None)
