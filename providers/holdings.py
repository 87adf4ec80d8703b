"""What this app holds about a provider, for its own copy."""

from core.holdings import Table, table
from core.models import Organisation, User
from providers.models import (
    Claim,
    Contact,
    Declaration,
    Evidence,
    Identifier,
    IdentityLookUp,
    PartnerInterest,
    PartnerNotice,
    Registration,
    ShareCode,
    Snapshot,
    Statement,
)
from providers.models.consortia import ConsortiumMember

LINKED = ("areas", "categories", "cohorts", "languages")


def of_organisation(organisation: Organisation, by: User) -> list[Table]:
    """Registration, contact, what it said and showed, look-ups, profiles, partners, consortia, claims."""
    own = {"organisation": organisation}
    return [
        Table("registration", _registration(organisation)),
        table("register_numbers", Identifier.objects.filter(**own)),
        table("contact", Contact.objects.filter(**own)),
        Table("declarations", _declarations(organisation)),
        table("statements", Statement.objects.filter(**own)),
        table("evidence", Evidence.objects.filter(**own)),
        table("register_look_ups", IdentityLookUp.objects.filter(**own)),
        table("kept_profiles", Snapshot.objects.filter(**own)),
        table(
            "share_codes", ShareCode.objects.filter(snapshot__organisation=organisation), without=("code_sha256",)
        ),
        table("partner_notice", PartnerNotice.objects.filter(**own)),
        table("partner_interests", PartnerInterest.objects.filter(**own)),
        table(
            "partner_interests_received",
            PartnerInterest.objects.filter(partner=organisation),
            # People of the other one, until they show each other on the page of the introduction.
            without=("form_key", "sent_by", "contact"),
        ),
        Table("consortium_places", _places(organisation)),
        table("claims", Claim.objects.filter(**own), without=("before",)),
    ]


def of_person(user: User) -> list[Table]:
    """The claims that the person made; who decided about them is not told."""
    return [table("claims", Claim.objects.filter(claimant=user), without=("before", "decided_by"))]


def _registration(organisation: Organisation) -> list[dict[str, object]]:
    found = Registration.objects.filter(organisation=organisation)
    rows = [dict(row) for row in table("", found).rows]
    for row, registration in zip(rows, found.order_by("pk"), strict=True):
        row |= {name: sorted(str(each) for each in getattr(registration, name).all()) for name in LINKED}
    return rows


def _declarations(organisation: Organisation) -> list[dict[str, object]]:
    found = Declaration.objects.filter(organisation=organisation)
    rows = [dict(row) for row in table("", found).rows]
    for row, made in zip(rows, found.order_by("pk"), strict=True):
        row["grounds"] = sorted(made.grounds.values_list("code", flat=True))
    return rows


def _places(organisation: Organisation) -> list[dict[str, object]]:
    places = ConsortiumMember.objects.filter(organisation=organisation).select_related("consortium").order_by("pk")
    return [
        {
            "consortium": place.consortium.name,
            "status": place.status,
            "is_lead": place.is_lead,
            "part": place.part,
            "invited_at": place.invited_at,
            "decided_at": place.decided_at,
        }
        for place in places
    ]
