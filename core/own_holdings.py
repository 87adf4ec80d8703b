"""What core itself holds about an organisation and about a person."""

from core.holdings import Table, table
from core.models import Document, Event, Membership, MembershipRole, Notice, Organisation, User

# Of an act: when and what, on which thing, and why. Its hashes belong to the chain.
OF_AN_ACT = ("sequence", "at", "action", "organisation", "object_type", "object_id", "object_name", "reason")


def of_organisation(organisation: Organisation, by: User) -> list[Table]:
    """The organisation, its people with their roles, its documents without their bytes, what its people did.

    What people of other organisations did about it, such as scoring its bid, is not its own to read.
    """
    places = Membership.objects.filter(organisation=organisation)
    acts = Event.objects.filter(organisation_id=organisation.pk, actor_id__in=places.values("user"))
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
        Table("own_acts", [*acts.order_by("pk").values(*OF_AN_ACT)]),
    ]


def of_person(user: User) -> list[Table]:
    """The account without its password, where the person belongs, their roles and what they were told."""
    return [
        table("account", User.objects.filter(pk=user.pk), without=("password",)),
        table("memberships", Membership.objects.filter(user=user)),
        table("roles", MembershipRole.objects.filter(membership__user=user)),
        table("notices", Notice.objects.filter(recipient=user)),
        Table("acts", [*Event.objects.filter(actor_id=user.pk).order_by("pk").values(*OF_AN_ACT)]),
    ]
