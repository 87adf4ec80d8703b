"""Claims to organisations that are here already, and whose turn it is to decide about them."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.models import Membership, Organisation, User
from core.permissions import Permission as P
from core.policies import holds_anywhere, organisations_where, reads_everything
from core.queries.people import people_with, roles_with
from core.states import MembershipStatus
from providers.models import Claim
from providers.states import ClaimStatus

OLDEST_FIRST = ("made_at", "id")


def claims_visible_to(user: User | AnonymousUser) -> QuerySet[Claim]:
    """One's own, those to organisations whose people one decides about; all for administrators and auditors."""
    rows = Claim.objects.select_related("organisation", "claimant", "decided_by")
    if reads_everything(user) or holds_anywhere(user, P.CLAIM_DECIDE):
        return rows
    return rows.filter(Q(claimant=user.pk) | Q(organisation__in=organisations_where(user, P.MEMBERS_MANAGE)))


def open_claims_of(user: User) -> QuerySet[Claim]:
    """What the person claims and nobody has decided yet, the oldest first."""
    rows = Claim.objects.filter(claimant=user, status=ClaimStatus.OPEN)
    return rows.select_related("organisation").order_by(*OLDEST_FIRST)


def open_claims_to(organisation: Organisation, at: datetime.datetime) -> QuerySet[Claim]:
    """What the organisation’s owners can still decide themselves at that moment, the oldest first."""
    rows = Claim.objects.filter(organisation=organisation, status=ClaimStatus.OPEN, owners_until__gt=at)
    return rows.select_related("organisation", "claimant").order_by(*OLDEST_FIRST)


def open_claims_around(user: User, owned: Organisation | None, at: datetime.datetime) -> QuerySet[Claim]:
    """The two above in one: what the person claims, and what they can decide as an owner of `owned`, if of any."""
    wanted = Q(claimant=user)
    if owned:
        wanted |= Q(organisation=owned, owners_until__gt=at)
    rows = Claim.objects.filter(wanted, status=ClaimStatus.OPEN)
    return rows.select_related("organisation", "claimant").order_by(*OLDEST_FIRST)


def claims_to_decide(at: datetime.datetime) -> QuerySet[Claim]:
    """What is the service administrator’s to decide: the owners’ time is over, or there is no active owner."""
    owners = Membership.objects.filter(
        organisation=OuterRef("organisation"),
        status=MembershipStatus.ACTIVE,
        user__is_active=True,
        roles__role__in=roles_with(P.MEMBERS_MANAGE),
    )
    rows = Claim.objects.filter(Q(owners_until__lte=at) | ~Exists(owners), status=ClaimStatus.OPEN)
    return rows.select_related("organisation", "claimant").order_by(*OLDEST_FIRST)


def made_since(user: User, moment: datetime.datetime) -> int:
    """How many claims the person has made since then, to whomever."""
    return Claim.objects.filter(claimant=user, made_at__gt=moment).count()


def has_owner(organisation: Organisation) -> bool:
    """Whether anybody who can sign in decides about people there."""
    return people_with(P.MEMBERS_MANAGE, organisation).exists()
