"""Registered providers, what they declared, consortia, and who looks for partners."""

import datetime
import uuid
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.models import Area, Organisation, User
from core.roles import Role
from providers.models import (
    Consortium,
    ConsortiumMember,
    Declaration,
    DeclarationKind,
    Identifier,
    PartnerInterest,
    PartnerNotice,
    Registration,
)
from providers.names import name_key
from providers.queries.interests import pair_of
from tests.factories.core import OrganisationFactory, UserFactory, any_category, member
from tests.factories.marketplace import DraftedFactory


class RegistrationFactory(DraftedFactory):
    """A charity that has only given its name and number; `told=True` for one that answered every question.

    `declared=True` adds every declaration, each with nothing to tell.
    """

    class Meta:
        model = Registration

    class Params:
        told = factory.Trait(
            summary="We find people leaving prison a room and help them keep it.",
            annual_income_pence=180_000_00,
            staff_count=3,
            volunteer_count=12,
        )

    organisation = factory.SubFactory(OrganisationFactory)
    listed_name = factory.SelfAttribute("organisation.name")
    name_key = factory.LazyAttribute(lambda made: name_key(made.listed_name))
    legal_form = "charity"

    @factory.post_generation
    def number(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        """A charity number of its own, unless told which; none where it has told its name only."""
        if create and self.legal_form:
            value = extracted or str(1_000_000 + self.organisation_id)
            Identifier.objects.create(organisation=self.organisation, scheme="GB-CHC", value=value)

    @factory.post_generation
    def links(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """A region and a kind of need, where it has told of itself."""
        if create and self.summary:
            self.areas.add(Area.objects.filter(kind="probation_region").order_by("pk")[0])
            self.categories.add(any_category())

    @factory.post_generation
    def declared(self, create: bool, extracted: bool, **kwargs: Any) -> None:
        """Every declaration, clear."""
        if create and extracted:
            for kind in DeclarationKind:
                declaration(self.organisation, kind, self.created_by)


def declaration(organisation: Organisation, kind: str, by: User, **values: Any) -> Declaration:
    """A declaration with nothing to tell, unless `values` say otherwise."""
    lead = {"named_lead": "Rosa Lund, manager"} if kind == DeclarationKind.SAFEGUARDING else {}
    told: dict[str, Any] = {"is_clear": True, "declared_at": timezone.now(), **lead, **values}
    return Declaration.objects.create(organisation=organisation, kind=kind, declared_by=by, **told)


def registered(role: Role = Role.OWNER, **registration: Any) -> User:
    """A new person who holds `role` in a newly registered charity."""
    person = member(role)
    RegistrationFactory(organisation=organisation_of(person), created_by=person, **registration)
    return person


def named_only(role: Role = Role.OWNER, **organisation: Any) -> User:
    """A new person who holds `role` in a provider of which nothing but the name is known."""
    person = member(role)
    Organisation.objects.filter(memberships__user=person).update(**organisation)
    RegistrationFactory(organisation=organisation_of(person), created_by=person, legal_form="")
    return person


def organisation_of(person: User) -> Organisation:
    """The only organisation the person belongs to."""
    return Organisation.objects.get(memberships__user=person)


class ConsortiumFactory(DraftedFactory):
    """A consortium with its lead; `joined=[...]` and `invited=[...]` are further organisations."""

    class Meta:
        model = Consortium

    name = factory.Sequence(lambda number: f"Resettlement partners {number}")
    created_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def lead(self, create: bool, extracted: Organisation | None, **kwargs: Any) -> None:
        """Its lead: a new registered charity, unless told which."""
        if create:
            organisation = extracted or RegistrationFactory(told=True).organisation
            consortium_member(self, organisation, status="joined", is_lead=True)

    @factory.post_generation
    def joined(self, create: bool, extracted: list[Organisation] | None, **kwargs: Any) -> None:
        """Organisations that accepted."""
        for organisation in extracted or []:
            consortium_member(self, organisation, status="joined")

    @factory.post_generation
    def invited(self, create: bool, extracted: list[Organisation] | None, **kwargs: Any) -> None:
        """Organisations yet to answer."""
        for organisation in extracted or []:
            consortium_member(self, organisation)


def consortium_member(consortium: Consortium, organisation: Organisation, **values: Any) -> ConsortiumMember:
    """A place in the consortium, invited unless `values` say otherwise."""
    answered = {"decided_at": timezone.now(), "decided_by": UserFactory()} if "status" in values else {}
    return ConsortiumMember.objects.create(
        consortium=consortium, organisation=organisation, part="Mentoring in two towns", **answered, **values
    )


class PartnerNoticeFactory(DraftedFactory):
    """A notice on the board of a registered charity, for a year; `areas`, `categories`, `cohorts` link it."""

    class Meta:
        model = PartnerNotice

    organisation = factory.LazyFunction(lambda: RegistrationFactory(told=True).organisation)
    listed_name = factory.SelfAttribute("organisation.name")
    offers = "Two mentors who have been there themselves."
    seeks = "Somebody with rooms who can lead."
    most_pence_a_year = 30_000_00
    posted_at = factory.LazyFunction(timezone.now)
    ends_at = factory.LazyAttribute(lambda notice: notice.posted_at + datetime.timedelta(days=300))

    @factory.post_generation
    def links(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """What it says, else a region and a kind of need; `links={"areas": [...]}`."""
        told = extracted or {}
        self.areas.set(told.get("areas") or [Area.objects.filter(kind="probation_region").order_by("pk")[0]])
        self.categories.set(told.get("categories") or [any_category()])
        self.cohorts.set(told.get("cohorts") or [])


class PartnerInterestFactory(DjangoModelFactory):
    """A message that waits; `accepted=True` for two that are introduced, `declined=True` for one answered no."""

    class Meta:
        model = PartnerInterest

    class Params:
        accepted = factory.Trait(
            status="accepted",
            answered_at=factory.LazyFunction(timezone.now),
            answered_by=factory.SelfAttribute("answer_contact"),
            answer_contact=factory.LazyAttribute(lambda interest: member(Role.OWNER, interest.partner)),
        )
        declined = factory.Trait(
            status="declined",
            answered_at=factory.LazyFunction(timezone.now),
            answered_by=factory.LazyAttribute(lambda interest: member(Role.OWNER, interest.partner)),
        )

    form_key = factory.LazyFunction(uuid.uuid4)
    organisation = factory.LazyFunction(lambda: RegistrationFactory(told=True).organisation)
    partner = factory.LazyFunction(lambda: PartnerNoticeFactory().organisation)
    pair = factory.LazyAttribute(lambda interest: pair_of(interest.organisation, interest.partner))
    message = "We would like to work with you."
    sent_at = factory.LazyFunction(timezone.now)
    sent_by = factory.LazyAttribute(lambda interest: member(Role.OWNER, interest.organisation))
    contact = factory.SelfAttribute("sent_by")
