"""What core itself holds about an organisation and about a person."""

from core.holdings import Table, table
from core.models import Document, Membership, MembershipRole, Notice, Organisation, User


def of_organisation(organisation: Organisation, by: User) -> list[Table]:
    """The organisation, its people with their roles, and its documents without their bytes."""
    places = Membership.objects.filter(organisation=organisation)
    people = [
        {
            "person": place.user.name,
            "email": place.user.email,
            "status": place.status,
            "roles": sorted(role.role for role in place.roles.all()),
            "requested_at": place.requested_at,
            "decided_at": place.decided_at,
        }
        for place in places.select_related("user").prefetch_related("roles").order_by("pk")
    ]
    return [
        table("organisation", Organisation.objects.filter(pk=organisation.pk)),
        Table("people", people),
        table("documents", Document.objects.filter(organisation=organisation)),
    ]


def of_person(user: User) -> list[Table]:
    """The account without its password, where the person belongs, their roles and what they were told."""
    return [
        table("account", User.objects.filter(pk=user.pk), without=("password",)),
        table("memberships", Membership.objects.filter(user=user)),
        table("roles", MembershipRole.objects.filter(membership__user=user)),
        table("notices", Notice.objects.filter(recipient=user)),
    ]
