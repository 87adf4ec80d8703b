"""Awards, alliances at any stage of their life, and results."""

import datetime
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from alliances.models import Alliance, AllianceMember, Outcome, Result
from alliances.queries.wording import written
from core.fingerprints import fingerprint
from core.models import Organisation, User
from core.roles import OrganisationKind, Role
from marketplace.models import Award, Bid, BidMember, Opportunity
from providers.models import DeclarationKind
from tests.factories.bids import awarded_to
from tests.factories.core import CommissionerFactory, OrganisationFactory, UserFactory, member
from tests.factories.marketplace import BidFactory, DraftedFactory, OpportunityFactory
from tests.factories.providers import declaration

SHARES = {1: [10_000], 2: [6000, 4000], 3: [5000, 3000, 2000]}


def award(*, providers: int = 2, by: User | None = None, **opportunity: Any) -> Award:
    """A decision for a bid of `providers` charities, made by a director; everything an alliance is made of."""
    director = by or member(Role.DIRECTOR)
    body = Organisation.objects.get(memberships__user=director)
    invited = OpportunityFactory(organisation=body, in_evaluation=True, created_by=director, **opportunity)
    bid = BidFactory(opened=True, opportunity=invited)
    for lead in bid.members.all():
        lead.share_bps = _shares(providers)[0]
        lead.save()
    for share in _shares(providers)[1:]:
        BidMember.objects.create(bid=bid, organisation=OrganisationFactory(), share_bps=share, part="Support")
    Bid.objects.filter(pk=bid.pk).update(status="successful")
    Opportunity.objects.filter(pk=invited.pk).update(status="awarded")
    invited.refresh_from_db()
    return awarded_to(bid, by=director, reason="The best answers, and a price within the budget.")


def _shares(providers: int) -> list[int]:
    even = [10_000 // providers] * providers
    even[0] += 10_000 - sum(even)
    return SHARES.get(providers, even)


class AllianceFactory(DraftedFactory):
    """A draft of a commissioner and two charities, with two outcomes of equal weight; its term began 200 days ago.

    `signing=True`: its text is frozen and nobody has signed. `active=True`: all have. `providers=9`: nine of them.
    """

    class Meta:
        model = Alliance

    organisation = factory.SubFactory(CommissionerFactory)
    name = factory.Sequence(lambda number: f"Settled homes alliance {number}")
    purpose = "Everyone who leaves custody here has a home a year later."
    principles = "We judge every decision by what it does for people.\nWe tell each other bad news first."
    budget_pence = 38_000_01
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - datetime.timedelta(days=200))
    ends_on = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=900))

    @classmethod
    def _create(cls, model_class: type[Alliance], *args: Any, **kwargs: Any) -> Alliance:
        signing, active = kwargs.pop("signing", False), kwargs.pop("active", False)
        providers = kwargs.pop("providers", 2)
        alliance: Alliance = super()._create(model_class, *args, **kwargs)
        _fill(alliance, providers)
        if signing or active:
            freeze(alliance)
        if active:
            sign_for_all(alliance)
        return alliance


def _fill(alliance: Alliance, providers: int) -> None:
    AllianceMember.objects.create(alliance=alliance, organisation=alliance.organisation)
    for share in _shares(providers):
        AllianceMember.objects.create(
            alliance=alliance, organisation=OrganisationFactory(), share_bps=share, part="Housing support"
        )
    for number in (1, 2):
        Outcome.objects.create(
            alliance=alliance,
            number=number,
            indicator=f"People in settled housing after {number * 3} months",
            unit="%",
            baseline=Decimal(42),
            target=Decimal(60),
            weight_bps=5000,
        )


def freeze(alliance: Alliance) -> None:
    """Its text is out to be signed."""
    text = written(alliance)
    _set(alliance, status="signing", agreed_text=text, agreed_sha256=fingerprint(text))


def sign_for_all(alliance: Alliance) -> None:
    """Every member has signed, and it is active."""
    now = timezone.now()
    for place in alliance.members.all():
        sign_for(place)
    _set(alliance, status="active", activated_at=now)


def sign_for(place: AllianceMember) -> None:
    """A new person with authority has signed for this member."""
    provider = place.organisation.kind == OrganisationKind.PROVIDER
    place.signed_by = member(Role.OWNER if provider else Role.DIRECTOR, place.organisation)
    place.signed_as = "Chief executive" if provider else "Regional probation director"
    place.signed_at = timezone.now()
    place.signed_sha256 = place.alliance.agreed_sha256
    place.save()


def _set(alliance: Alliance, **fields: Any) -> None:
    Alliance.objects.filter(pk=alliance.pk).update(**fields)
    alliance.refresh_from_db()


class ResultFactory(factory.django.DjangoModelFactory):
    """A figure for a period that ended a month ago."""

    class Meta:
        model = Result

    period_end = factory.LazyFunction(lambda: timezone.localdate() - datetime.timedelta(days=30))
    actual = Decimal(55)
    source = "Case records, counted by the two charities"
    recorded_by = factory.SubFactory(UserFactory)


def provider_of(alliance: Alliance, place: int = 0) -> Organisation:
    """The provider with the largest share, or the one `place` further down."""
    return alliance.members.filter(organisation__kind=OrganisationKind.PROVIDER)[place].organisation


def declare_everything(organisation: Organisation) -> None:
    """The provider owes no declaration."""
    for kind in DeclarationKind:
        declaration(organisation, kind, UserFactory())
