"""What each member sees of the costs: its own lines, and of the others only the sum, until all are opened."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from core.models import User
from core.permissions import Permission as P
from core.policies import organisations_where
from marketplace import seal
from marketplace.models import Bid, OpportunityKey
from marketplace.queries.bid_words import own_words
from marketplace.queries.bids import is_own_bid


@dataclass(frozen=True)
class Line:
    """What something costs, in pence. `number` is that of its row; 0 once it is sealed."""

    label: str
    amount_pence: int
    number: int = 0


@dataclass(frozen=True)
class MemberCosts:
    """The lines of one member, as far as somebody may read them."""

    organisation: int
    name: str
    lines: list[Line]

    @property
    def total_pence(self) -> int:
        """What its lines come to."""
        return sum(line.amount_pence for line in self.lines)


@dataclass(frozen=True)
class Costs:
    """What a person sees: the costs of its own organisations, those of the others if they were opened, the sum."""

    own: list[MemberCosts]
    others: list[MemberCosts] = field(default_factory=list)
    total_pence: int = 0
    entered: int = 0
    members: int = 0
    price_pence: int | None = None

    @property
    def left_pence(self) -> int | None:
        """What the price leaves above all costs; below nought if it does not cover them; none without a price."""
        return None if self.price_pence is None else self.price_pence - self.total_pence

    @property
    def is_told_by_the_sum(self) -> bool:
        """Whether the sum tells each of two members what the other one entered."""
        return self.entered == 2 or self.members == 2  # two is the point


def costs_for(user: User | AnonymousUser, bid: Bid) -> Costs | None:
    """What this person sees of the costs of the bid; none for anybody outside it, before and after opening."""
    if not is_own_bid(user, bid):
        return None
    words, lines = own_words(bid), _lines(bid)
    mine = organisations_where(user, P.BID_READ)
    found = [MemberCosts(each["id"], each["name"], lines.get(each["id"], [])) for each in words["members"]]
    others = [each for each in found if each.organisation not in mine]
    return Costs(
        own=[each for each in found if each.organisation in mine],
        others=others if bid.costs_opened_at else [],
        # With the lines of members that were replaced since: without them the sum would tell what theirs came to.
        total_pence=sum(line.amount_pence for entered in lines.values() for line in entered),
        entered=sum(bool(entered) for entered in lines.values()),
        members=len(found),
        price_pence=words["price_pence"],
    )


def entered_by(bid: Bid, organisation: int) -> list[Line]:
    """What the organisation of that number entered itself; whoever calls must know who will read it."""
    return _lines(bid).get(organisation, [])


def _lines(bid: Bid) -> Mapping[int, list[Line]]:
    """By organisation number its lines: from rows while the bid is written, unsealed in memory afterwards."""
    found: dict[int, list[Line]] = {}
    sealed = list(bid.sealed_costs.all())
    if sealed:
        wrapped = OpportunityKey.objects.get(opportunity=bid.opportunity_id).wrapped_key
        key = seal.unwrap(wrapped, settings.SEAL_MASTER_KEYS)
        for each in sealed:
            content = json.loads(seal.unseal(each.sealed_content, key))
            found[each.organisation_id] = [Line(line["label"], line["amount_pence"]) for line in content["lines"]]
    for row in bid.costs.order_by("id"):
        found.setdefault(row.organisation_id, []).append(Line(row.label, row.amount_pence, row.pk))
    return found
