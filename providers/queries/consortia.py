"""Consortia, their members, and who may still be asked."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch, Q, QuerySet

from core.models import Organisation, User
from core.policies import reads_everything
from core.queries.people import roles_by_organisation
from providers.models import Consortium, ConsortiumMember
from providers.states import ConsortiumMemberStatus as Status

Person = User | AnonymousUser

# Where a consortium object keeps its lead once read; there is always exactly one.
_LEADS = "leads"
# In the consortium, or asked and yet to answer: these see it; those who declined or left do not.
IN_SIGHT = (Status.INVITED, Status.JOINED)


def consortia_visible_to(user: Person) -> QuerySet[Consortium]:
    """Consortia in which one of the person's organisations is a member or invited; all for an auditor."""
    rows = Consortium.objects.order_by("name", "id")
    if reads_everything(user):
        return rows
    places = ConsortiumMember.objects.filter(
        organisation__in=roles_by_organisation(user).keys(), status__in=IN_SIGHT
    )
    return rows.filter(pk__in=places.values("consortium"))


def places_of(organisation: Organisation) -> QuerySet[ConsortiumMember]:
    """Where the organisation is a member or invited, with how many have joined; invitations first."""
    joined = Count("consortium__members", filter=Q(consortium__members__status=Status.JOINED))
    return (
        ConsortiumMember.objects.filter(organisation=organisation, status__in=IN_SIGHT)
        .select_related("consortium")
        .prefetch_related(Prefetch("consortium__members", queryset=_leads(), to_attr=_LEADS))
        .annotate(joined_count=joined)
        .order_by("status", "consortium__name", "id")
    )


def _leads() -> QuerySet[ConsortiumMember]:
    return ConsortiumMember.objects.filter(is_lead=True).select_related("organisation")


def invitations_waiting(organisation: Organisation) -> QuerySet[ConsortiumMember]:
    """Invitations the organisation has yet to answer, oldest first."""
    return (
        ConsortiumMember.objects.filter(organisation=organisation, status=Status.INVITED)
        .select_related("consortium", "organisation")
        .prefetch_related(Prefetch("consortium__members", queryset=_leads(), to_attr=_LEADS))
        .order_by("invited_at", "id")
    )


def places_visible_to(user: Person) -> QuerySet[ConsortiumMember]:
    """Every place in the consortia the person may see, whatever became of it."""
    return ConsortiumMember.objects.filter(consortium__in=consortia_visible_to(user)).select_related(
        "consortium", "organisation"
    )


def members_of(consortium: Consortium) -> QuerySet[ConsortiumMember]:
    """Everyone who is, was or may become a member, the lead first, with who answered."""
    return consortium.members.select_related("organisation", "organisation__registration", "decided_by").order_by(
        "-is_lead", "-status", "organisation__name", "id"
    )


def lead_of(consortium: Consortium) -> Organisation:
    """The accountable body; read once for each consortium object."""
    leads: list[ConsortiumMember] | None = consortium.__dict__.get(_LEADS)
    if leads is None:
        leads = list(_leads().filter(consortium=consortium))
        consortium.__dict__[_LEADS] = leads
    return leads[0].organisation


def place_of(consortium: Consortium, organisation: Organisation) -> ConsortiumMember | None:
    """The organisation's place in the consortium, if it ever had one."""
    return ConsortiumMember.objects.filter(consortium=consortium, organisation=organisation).first()
