"""Bids with the people around them, written and handed in through the services."""

import datetime
from dataclasses import dataclass, field
from uuid import uuid4

from django.utils import timezone

from core.models import Organisation, User
from core.roles import Role
from marketplace.liability import Liability
from marketplace.models import Award, Bid, Opportunity, Submission
from marketplace.queries.bid_words import fingerprint_of, words_in_rows
from marketplace.services.bid_consents import ask_consent, give_consent
from marketplace.services.bid_submission import submit_bid
from marketplace.services.bids import equal_shares, save_answer, save_members, save_price, start_bid
from tests.factories.core import OrganisationFactory, member
from tests.factories.marketplace import OpportunityFactory
from tests.factories.providers import ConsortiumFactory

WORDS = "We have kept rooms ready for people leaving custody since 2011."


@dataclass
class Joint:
    """A bid of two charities: its lead's owner and bid writer, its partner's owner, and the bid as first made."""

    opportunity: Opportunity
    lead: Organisation
    partner: Organisation
    owner: User
    writer: User
    partner_owner: User
    bid: Bid
    extra: dict[str, object] = field(default_factory=dict)

    def now(self) -> Bid:
        """The bid as the database has it."""
        return Bid.objects.select_related("opportunity", "lot", "organisation", "consortium").get(pk=self.bid.pk)

    def version(self) -> str:
        """The fingerprint of what its rows say now."""
        return fingerprint_of(words_in_rows(self.now()))

    def ask(self) -> None:
        """The members are asked to agree."""
        ask_consent(by=self.writer, bid=self.bid, arrived_at=timezone.now())

    def agree(self) -> None:
        """The partner agrees to what stands there."""
        give_consent(
            by=self.partner_owner,
            bid=self.bid,
            organisation=self.partner,
            content_sha256=self.version(),
            arrived_at=timezone.now(),
        )

    def submit(self) -> Submission:
        """The lead hands it in."""
        return submit_bid(by=self.owner, bid=self.bid, arrived_at=timezone.now())


def joint_bid(opportunity: Opportunity | None = None, *, text: str = WORDS, written: bool = True) -> Joint:
    """A bid of two charities for an open opportunity; `written` with answers, parts, shares and a price."""
    opportunity = opportunity or OpportunityFactory(is_open=True)
    lead, partner = OrganisationFactory(), OrganisationFactory()
    owner, writer = member(Role.OWNER, lead), member(Role.BID_WRITER, lead)
    consortium = ConsortiumFactory(lead=lead, joined=[partner])
    bid = start_bid(
        by=writer,
        opportunity=opportunity,
        organisation=lead,
        consortium=consortium,
        form_key=uuid4(),
        arrived_at=timezone.now(),
    )
    joint = Joint(opportunity, lead, partner, owner, writer, member(Role.OWNER, partner), bid)
    if written:
        shares = {lead.pk: (6_000, f"Housing. {text}"[:300]), partner.pk: (4_000, "Mentoring in two towns")}
        write(bid, writer, text, shares)
    return joint


def write(bid: Bid, by: User, text: str, shares: dict[int, tuple[int, str]] | None = None) -> None:
    """Every answer, the shares if there are any, and a price just under the value of the lot."""
    at = timezone.now()
    for criterion in bid.opportunity.criteria.all():
        save_answer(by=by, bid=bid, criterion=criterion, text=text, version=1, arrived_at=at)
    bid.refresh_from_db()
    if shares:
        save_members(
            by=by, bid=bid, shares=shares, version=bid.version, arrived_at=at, liability=Liability.SEVERAL
        )
        bid.refresh_from_db()
    price = bid.lot.value_pence - 1_234_56
    save_price(by=by, bid=bid, price_pence=price, version=bid.version, arrived_at=at)
    bid.refresh_from_db()


def own_bid(opportunity: Opportunity | None = None, *, text: str = WORDS, by: User | None = None) -> Bid:
    """A complete draft of one charity bidding alone; `by` is its owner (a new one if none is given)."""
    opportunity = opportunity or OpportunityFactory(is_open=True)
    by = by or member(Role.OWNER)
    organisation = Organisation.objects.get(memberships__user=by)
    bid = start_bid(
        by=by, opportunity=opportunity, organisation=organisation, form_key=uuid4(), arrived_at=timezone.now()
    )
    write(bid, by, text)
    return bid


def handed_in(opportunity: Opportunity | None = None, *, text: str = WORDS) -> Joint:
    """A joint bid, agreed to and submitted."""
    joint = joint_bid(opportunity, text=text)
    joint.ask()
    joint.agree()
    joint.submit()
    joint.bid.refresh_from_db()
    return joint


def awarded_to(bid: Bid, *, by: User, at: datetime.datetime | None = None, reason: str = "The best.") -> Award:
    """The decision for `bid` on the last lot of its opportunity, public at once; nobody is told."""
    moment = at or timezone.now()
    return Award.objects.create(
        lot=bid.lot,
        bid=bid,
        reason=reason,
        awarded_at=moment,
        awarded_by=by,
        area=bid.opportunity.area,
        category=bid.opportunity.category,
        value_pence=bid.lot.value_pence,
        public_at=moment,
    )


@dataclass
class Wide:
    """A bid of many: the people of its lead and the owners of the other members, in the order they joined."""

    bid: Bid
    owner: User
    partners: list[User]


def wide_bid(count: int, opportunity: Opportunity | None = None) -> Wide:
    """A written bid of `count` charities with equal shares."""
    opportunity = opportunity or OpportunityFactory(is_open=True)
    lead, others = OrganisationFactory(), [OrganisationFactory() for _place in range(count - 1)]
    owner, partners = member(Role.OWNER, lead), [member(Role.OWNER, each) for each in others]
    bid = start_bid(
        by=owner,
        opportunity=opportunity,
        organisation=lead,
        consortium=ConsortiumFactory(lead=lead, joined=others),
        form_key=uuid4(),
        arrived_at=timezone.now(),
    )
    shares = dict(zip([each.pk for each in (lead, *others)], equal_shares(count), strict=True))
    write(bid, owner, WORDS, {number: (share, "Mentoring") for number, share in shares.items()})
    return Wide(bid, owner, partners)
