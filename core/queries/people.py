"""Who belongs where."""

from collections import defaultdict
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from core.models.people import Membership, MembershipRole, Organisation, User
from core.permissions import Permission
from core.roles import ROLES, Role
from core.states import MembershipStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

_CACHE = "_roles_by_organisation"


def roles_by_organisation(user: "User | AnonymousUser") -> "Mapping[int, frozenset[Role]]":
    """Organisation number -> roles the person holds there now; read once for each user object."""
    if not user.is_authenticated:
        return {}
    cached: dict[int, frozenset[Role]] | None = user.__dict__.get(_CACHE)
    if cached is None:
        found: dict[int, set[Role]] = defaultdict(set)
        rows = MembershipRole.objects.filter(
            membership__user=user, membership__status=MembershipStatus.ACTIVE
        ).values_list("membership__organisation_id", "role")
        for organisation, role in rows:
            found[organisation].add(Role(role))
        cached = {organisation: frozenset(roles) for organisation, roles in found.items()}
        user.__dict__[_CACHE] = cached
    return cached


def forget_roles(user: User) -> None:
    """The next question about this user object reads the roles again."""
    user.__dict__.pop(_CACHE, None)


def organisations_of(user: "User | AnonymousUser") -> QuerySet[Organisation]:
    """The organisations the person acts for, by name."""
    return Organisation.objects.filter(pk__in=roles_by_organisation(user).keys())


def people_with(permission: Permission, organisation: Organisation | int) -> QuerySet[User]:
    """Active people of the organisation whose role carries the permission; whom a notice is for."""
    roles = [role for role, row in ROLES.items() if permission in row.permissions]
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


def memberships_of(organisation: Organisation) -> QuerySet[Membership]:
    """Everyone who belongs or asked to, with their roles."""
    return organisation.memberships.select_related("user").prefetch_related("roles")


def acting_organisation(user: "User | AnonymousUser", chosen: int | None) -> Organisation | None:
    """The organisation the person chose to act for if they still belong to it, else the first by name."""
    organisations = list(organisations_of(user).order_by("name", "id")) if roles_by_organisation(user) else []
    return next(
        (found for found in organisations if found.pk == chosen), organisations[0] if organisations else None
    )
