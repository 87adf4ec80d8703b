"""Who belongs where."""

from collections import defaultdict
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet

from core.models.people import Membership, MembershipRole, Organisation, User
from core.permissions import Permission
from core.roles import ROLES, OrganisationKind, Role
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
    organisations = list(organisations_of(user).order_by("name", "id")) if roles_by_organisation(user) else []
    return next(
        (found for found in organisations if found.pk == chosen), organisations[0] if organisations else None
    )
