"""What organisations have written to each other about working together."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, FilteredRelation, Q, QuerySet

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import reads_everything
from core.queries.people import people_with, roles_by_organisation
from core.work import ASKED
from providers.models import Consortium, ConsortiumMember, PartnerInterest, PartnerNotice
from providers.states import ConsortiumMemberStatus
from providers.states import PartnerInterestStatus as Status

Person = User | AnonymousUser


def interests_visible_to(user: Person) -> QuerySet[PartnerInterest]:
    """What the person's organisations wrote or were written; all for an auditor. Without anybody's address."""
    rows = PartnerInterest.objects.select_related("organisation", "partner")
    if reads_everything(user):
        return rows
    own = roles_by_organisation(user).keys()
    return rows.filter(Q(organisation__in=own) | Q(partner__in=own))


def interests_received(organisation: Organisation | int) -> QuerySet[PartnerInterest]:
    """What others wrote to the organisation, the latest first."""
    return PartnerInterest.objects.filter(partner=organisation).select_related("organisation").order_by("-id")


def interests_sent(organisation: Organisation | int) -> QuerySet[PartnerInterest]:
    """What the organisation wrote to others, the latest first."""
    return PartnerInterest.objects.filter(organisation=organisation).select_related("partner").order_by("-id")


def pair_of(one: Organisation, other: Organisation) -> str:
    """The two, whoever wrote."""
    return "-".join(str(number) for number in sorted((one.pk, other.pk)))


def standing_between(one: Organisation, other: Organisation, opportunity_number: int) -> PartnerInterest | None:
    """What waits or was accepted between the two about the same thing; the latest."""
    standing = PartnerInterest.objects.filter(
        pair=pair_of(one, other),
        opportunity_number=opportunity_number,
        status__in=[Status.SENT, Status.ACCEPTED],
    )
    return standing.order_by("-id").first()


def number_sent_since(organisation: Organisation, moment: datetime.datetime) -> int:
    """How many the organisation has written since then."""
    return PartnerInterest.objects.filter(organisation=organisation, sent_at__gt=moment).count()


def contacts_to_choose(organisation: Organisation | int) -> QuerySet[User]:
    """Whose name and address an organisation may give: people who write its bids."""
    return people_with(P.CONSORTIUM_FORM, organisation)


@dataclass(frozen=True)
class Contact:
    """Somebody to write to. Made only for people of two organisations that agreed to be introduced."""

    organisation: str
    name: str
    email: str


def contacts_shown_to(user: Person, interest: PartnerInterest) -> list[Contact]:
    """The people chosen on both sides, once it is accepted, for the people of the two organisations alone.

    The only place that reads an address out of an expression of interest.
    """
    own = roles_by_organisation(user)
    is_party = interest.organisation_id in own or interest.partner_id in own
    if interest.status != Status.ACCEPTED or not is_party:
        return []
    people = User.objects.in_bulk([interest.contact_id, interest.answer_contact_id])
    sides = ((interest.organisation, interest.contact_id), (interest.partner, interest.answer_contact_id))
    return [
        Contact(organisation.name, people[number].name, people[number].email)
        for organisation, number in sides
        if number in people
    ]


def waiting_at(organisation: Organisation) -> list[dict[str, object]]:
    """The organisation's notice with what waits for its answer, the oldest first: one query for the work page.

    Each row holds `pk`, `status` and `ends_at` of the notice, and `interest`, `name` and `title` of what waits or
    none. Only those with a notice are written to.
    """
    waits = FilteredRelation(
        "organisation__interests_received", condition=Q(organisation__interests_received__status=Status.SENT)
    )
    rows = PartnerNotice.objects.filter(organisation=organisation).annotate(waits=waits)
    told = rows.annotate(interest=F("waits__pk"), name=F("waits__organisation__name"))
    listed: Any = told.annotate(title=F("waits__opportunity_title")).order_by("interest")
    return list(listed.values("pk", "status", "ends_at", "interest", "name", "title")[:ASKED])


def consortia_open_to(lead: Organisation, partner: Organisation) -> QuerySet[Consortium]:
    """Consortia `lead` leads and `partner` is neither in nor asked to join, by name."""
    led = ConsortiumMember.objects.filter(organisation=lead, is_lead=True).values("consortium")
    there = ConsortiumMember.objects.filter(
        organisation=partner, status__in=[ConsortiumMemberStatus.INVITED, ConsortiumMemberStatus.JOINED]
    )
    found = Consortium.objects.filter(pk__in=led).exclude(pk__in=there.values("consortium"))
    return found.order_by("name", "id")
