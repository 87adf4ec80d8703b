"""Needs, opportunities and bids at any stage of their life."""

import datetime
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.roles import Role
from marketplace.models import (
    Bid,
    BidAnswer,
    BidMember,
    Criterion,
    Lot,
    Need,
    NeedEvidence,
    NoConsultation,
    Opportunity,
    PanelMember,
    SharedOutcome,
)
from tests.factories.core import (
    AreaFactory,
    CommissionerFactory,
    OrganisationFactory,
    UserFactory,
    any_category,
    member,
)


class DraftedFactory(DjangoModelFactory):
    """Whoever began it changed it last."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    created_by = factory.SubFactory(UserFactory)
    updated_by = factory.SelfAttribute("created_by")


class NeedFactory(DraftedFactory):
    """A draft need; `published=True` for one on the public list."""

    class Meta:
        model = Need

    class Params:
        published = factory.Trait(
            status="published",
            published_at=factory.LazyFunction(timezone.now),
            published_by=factory.SelfAttribute("created_by"),
        )

    organisation = factory.SubFactory(CommissionerFactory)
    title = factory.Sequence(lambda number: f"Settled housing on release {number}")
    summary = "Too few people leave custody with a place to stay beyond the first night."
    area = factory.SubFactory(AreaFactory)
    category = factory.LazyFunction(any_category)
    people_affected = 120

    @factory.post_generation
    def evidence(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """One figure with its source, and the main area and kind among all of them."""
        if create:
            self.areas.add(self.area)
            self.categories.add(self.category)
            NeedEvidence.objects.create(
                need=self, figure="42% sufficient", source="HM Inspectorate of Probation, 2024"
            )


def without_consultation(need: Need) -> Need:
    """It is recorded why nobody was consulted, so that an opportunity from the need may be published."""
    NoConsultation.objects.create(
        need=need, reason="Asked last year.", recorded_at=timezone.now(), recorded_by=need.created_by
    )
    return need


class OpportunityFactory(DraftedFactory):
    """A draft alliance opportunity from a published need: one lot, two criteria, two outcomes.

    `is_open=True`: published a week ago, closes in two weeks. `is_closed=True`: its deadline passed an
    hour ago. `in_evaluation=True`: opened by two people after that.
    """

    class Meta:
        model = Opportunity

    class Params:
        is_open = factory.Trait(
            status="open",
            published_at=factory.LazyFunction(timezone.now),
            published_by=factory.SelfAttribute("created_by"),
            opens_at=factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(days=7)),
        )
        is_closed = factory.Trait(
            is_open=True, closes_at=factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=1))
        )
        in_evaluation = factory.Trait(
            is_closed=True,
            status="evaluation",
            opening_confirmed_at=factory.LazyFunction(timezone.now),
            opening_confirmed_by=factory.SelfAttribute("created_by"),
            opened_at=factory.LazyFunction(timezone.now),
            opened_by=factory.SubFactory(UserFactory),
        )

    organisation = factory.SubFactory(CommissionerFactory)
    route = "alliance"
    title = factory.Sequence(lambda number: f"Housing alliance {number}")
    summary = "A place to stay for a year, with support, for people leaving custody."
    area = factory.SubFactory(AreaFactory)
    category = factory.LazyFunction(any_category)
    contact_name = "Ann Other"
    contact_email = "commissioning@example.org"
    closes_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=14))
    starts_on = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=90))
    ends_on = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=90 + 3 * 365))

    @factory.post_generation
    def parts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Everything that makes it fit to publish."""
        if not create:
            return
        need = NeedFactory(published=True, organisation=self.organisation, area=self.area)
        self.needs.add(without_consultation(need))
        Lot.objects.create(opportunity=self, number=1, title="Whole region", value_pence=40_000_00)
        for number, weight in ((1, 6000), (2, 4000)):
            Criterion.objects.create(
                opportunity=self, number=number, question=f"How will you do part {number}?", weight_bps=weight
            )
        for number, weight in ((1, 5000), (2, 5000)):
            SharedOutcome.objects.create(
                opportunity=self,
                number=number,
                indicator=f"Settled after {number * 3} months",
                unit="%",
                baseline=Decimal(42),
                target=Decimal(60),
                weight_bps=weight,
            )


class BidFactory(DraftedFactory):
    """A draft bid of one organisation for the only lot of an open opportunity, with answers and a price.

    `opened=True` for one handed in and opened, on an opportunity in evaluation.
    """

    class Meta:
        model = Bid

    class Params:
        opened = factory.Trait(
            opportunity=factory.SubFactory(OpportunityFactory, in_evaluation=True),
            status="opened",
            submitted_at=factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=2)),
            submitted_by=factory.SelfAttribute("created_by"),
        )

    opportunity = factory.SubFactory(OpportunityFactory, is_open=True)
    lot = factory.LazyAttribute(lambda bid: bid.opportunity.lots.get())
    organisation = factory.SubFactory(OrganisationFactory)
    price_pence = 38_000_00

    @factory.post_generation
    def parts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """The lead with the whole share, and an answer to each criterion."""
        if not create:
            return
        BidMember.objects.create(
            bid=self, organisation=self.organisation, is_lead=True, share_bps=10_000, part="All of it"
        )
        for criterion in self.opportunity.criteria.all():
            BidAnswer.objects.create(
                bid=self, criterion=criterion, text="We have done this for ten years in two counties."
            )


def panel_member(opportunity: Opportunity, *, is_chair: bool = False) -> PanelMember:
    """A new person of the commissioning body, appointed to the panel."""
    person = member(Role.PANEL_MEMBER, opportunity.organisation)
    return PanelMember.objects.create(opportunity=opportunity, user=person, is_chair=is_chair)
