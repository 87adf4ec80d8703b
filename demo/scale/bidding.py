"""Bids in bulk, as far as their opportunity has come: written, sealed, opened, scored, awarded."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from core.roles import Role
from demo.scale import words
from demo.scale.chance import pick
from demo.scale.fates import DAY, OPENED, Fate, bids_of, dates_of, fate_of, is_kept
from demo.scale.houses import Ground, Member
from demo.scale.rows import Kind, batches, key, number_of, rows_of, write
from marketplace import seal
from marketplace.liability import Liability, sentence_of
from marketplace.models import (
    AgreedScore,
    AssessmentSummary,
    Award,
    Bid,
    BidAnswer,
    BidConsent,
    BidMember,
    Opportunity,
    OpportunityKey,
    PanelMember,
    Score,
    Submission,
)
from marketplace.queries.bid_words import FORMAT
from marketplace.states import BidStatus

Now = datetime.datetime

TURNS = 64  # no opportunity gets more bids than this
BEING_WRITTEN = (BidStatus.DRAFT, BidStatus.AWAITING_CONSENT)
SHARES = {1: (10_000,), 2: (6_000, 4_000)}
PARTS = ("Leads, employs the workers and keeps the books", "Mentoring in two towns")


@dataclass
class Offer:
    """A bid in the making: bid `turn` of opportunity `number`, and who stands behind it."""

    number: int
    turn: int
    opportunity: Opportunity
    members: list[Member]
    consortium: int | None
    bid: Bid
    handed_in_at: Now | None

    @property
    def price_pence(self) -> int:
        """A little under the value of the lot."""
        return int(self.bid.lot.value_pence * (90 + pick(self.number, 90 + self.turn, 10)) // 100)

    @property
    def status(self) -> str:
        """How far it has come."""
        return self.bid.status


def place_bids(ground: Ground, opportunities: int, wanted: int | None, now: Now) -> int:
    """There are `wanted` bids (as many as is natural, if none is said); gives how many are new."""
    there = set(rows_of(Bid, Kind.BID).values_list("form_key", flat=True))
    # Each turn is led by the provider two further on, so that no two bids of a lot have a member in common.
    turns = min(TURNS, len(ground.providers) // 2)
    numbers = [
        each for each in _in_turns(opportunities, wanted, turns) if key(Kind.BID, _bid_number(*each)) not in there
    ]
    for batch in batches(numbers):
        _place(ground, batch, now)
    return len(numbers)


def _bid_number(number: int, turn: int) -> int:
    return number * TURNS + turn


def _in_turns(opportunities: int, wanted: int | None, turns: int) -> Iterator[tuple[int, int]]:
    """Opportunity and turn of each bid: the first bid of all, then the second of those that have two."""
    left = wanted
    for turn in range(turns):
        for number in range(opportunities):
            usual = bids_of(number)
            if left == 0:
                return
            if turn < usual or (wanted is not None and usual and turn >= 4):
                left = None if left is None else left - 1
                yield number, turn
        if wanted is None and turn >= 4:
            return


@transaction.atomic
def _place(ground: Ground, numbers: list[tuple[int, int]], now: Now) -> None:
    keys = [key(Kind.OPPORTUNITY, number) for number in {number for number, _turn in numbers}]
    found = Opportunity.objects.filter(form_key__in=keys).prefetch_related("lots", "criteria", "panel", "seal_key")
    opportunities = {number_of(row.form_key): row for row in found}
    offers = [_offer(ground, number, turn, opportunities[number], now) for number, turn in numbers]
    write(Bid, (offer.bid for offer in offers))
    write(BidMember, (place for offer in offers for place in _members(offer)))
    write(BidConsent, (consent for offer in offers for consent in _consents(offer)))
    write(BidAnswer, (answer for offer in offers for answer in _answers(offer, now)))
    _seal(offers)
    _score(offers, now)
    _award(ground, offers, now)


def _offer(ground: Ground, number: int, turn: int, opportunity: Opportunity, now: Now) -> Offer:
    lead = _lead_of(ground, number, turn)
    together = ground.members_of(lead) if pick(number, 80 + turn, 3) == 0 else [lead]
    members = [ground.providers[each] for each in together]
    consortium = ground.consortia[lead] if len(members) > 1 else None
    status = _status_of(number, turn, alone=consortium is None)
    closes_at = dates_of(number, now).closes_at or now
    handed_in_at = (
        None if status in BEING_WRITTEN else min(closes_at, now) - (1 + pick(number, 81 + turn, 20)) * DAY / 2
    )
    bid = Bid(
        form_key=key(Kind.BID, _bid_number(number, turn)),
        opportunity=opportunity,
        lot=opportunity.lots.all()[0],
        organisation=members[0].organisation,
        consortium_id=consortium,
        status=status,
        submitted_at=handed_in_at,
        submitted_by_id=members[0].owner_id if handed_in_at else None,
        created_by_id=members[0].owner_id,
        updated_by_id=members[0].owner_id,
        created_at=(handed_in_at or now) - 20 * DAY,
        updated_at=handed_in_at or now,
    )
    offer = Offer(number, turn, opportunity, members, consortium, bid, handed_in_at)
    bid.price_pence = None if status == BidStatus.SUBMITTED else offer.price_pence
    bid.liability = Liability.SEVERAL if consortium and status != BidStatus.SUBMITTED else ""
    return offer


def _lead_of(ground: Ground, number: int, turn: int) -> int:
    """Provider 0 is large and bids first for one in thirteen."""
    first = 0 if number % 13 == 0 else pick(number, 82, len(ground.providers))
    return (first + turn * 2) % len(ground.providers)


def _status_of(number: int, turn: int, *, alone: bool) -> BidStatus:
    fate = fate_of(number)
    if fate == Fate.OPEN:
        open_states = (
            BidStatus.DRAFT,
            BidStatus.SUBMITTED,
            BidStatus.DRAFT if alone else BidStatus.AWAITING_CONSENT,
        )
        return open_states[pick(number, 83 + turn, 3)]
    if fate == Fate.AWARDED:
        return BidStatus.SUCCESSFUL if turn == 0 else BidStatus.UNSUCCESSFUL
    return {
        Fate.CLOSED: BidStatus.SUBMITTED,
        Fate.EVALUATION: BidStatus.OPENED,
        Fate.MODERATION: BidStatus.EVALUATED if number % 200 < 100 else BidStatus.OPENED,
        Fate.CANCELLED: BidStatus.WITHDRAWN,
        Fate.UNSUCCESSFUL: BidStatus.UNSUCCESSFUL,
    }[fate]


def _members(offer: Offer) -> Iterator[BidMember]:
    sealed = offer.status == BidStatus.SUBMITTED
    for place, member in enumerate(offer.members):
        yield BidMember(
            bid=offer.bid,
            organisation=member.organisation,
            is_lead=place == 0,
            share_bps=0 if sealed else SHARES[len(offer.members)][place],
            part="" if sealed else PARTS[place],
        )


def _consents(offer: Offer) -> Iterator[BidConsent]:
    """Every partner has agreed to what was handed in."""
    if offer.handed_in_at:
        for member in offer.members[1:]:
            yield BidConsent(
                bid=offer.bid,
                organisation=member.organisation,
                content_sha256=seal.fingerprint(seal.canonical(_said(offer))),
                consented_at=offer.handed_in_at - DAY / 4,
                consented_by_id=member.owner_id,
            )


def _answers(offer: Offer, now: Now) -> Iterator[BidAnswer]:
    """In the clear while it is written and once it was opened; of old ones nothing is left but the sealed copy."""
    if offer.status in BEING_WRITTEN or is_kept(offer.number, now) or offer.status == BidStatus.SUBMITTED:
        shown = "" if offer.status == BidStatus.SUBMITTED else words.ANSWER
        for criterion in offer.opportunity.criteria.all():
            yield BidAnswer(bid=offer.bid, criterion=criterion, text=shown)


def _said(offer: Offer) -> dict[str, Any]:
    """What marketplace.queries.bid_words.words_in_rows would have said of it when it was handed in."""
    bid = offer.bid
    return {
        "format": FORMAT,
        "bid": bid.pk,
        "opportunity": {"id": offer.opportunity.pk, "title": offer.opportunity.title},
        "lot": {"id": bid.lot.pk, "number": bid.lot.number, "title": bid.lot.title},
        "lead": {"id": bid.organisation.pk, "name": bid.organisation.name},
        "members": [
            {
                "id": member.organisation.pk,
                "name": member.organisation.name,
                "lead": place == 0,
                "share_bps": SHARES[len(offer.members)][place],
                "part": PARTS[place],
            }
            for place, member in enumerate(offer.members)
        ],
        "price_pence": offer.price_pence,
        "liability": {"kind": Liability.SEVERAL.value, "means": sentence_of(Liability.SEVERAL)}
        if offer.consortium
        else None,
        "answers": [
            {
                "criterion": criterion.pk,
                "number": criterion.number,
                "question": criterion.question,
                "word_limit": criterion.word_limit,
                "text": words.ANSWER,
            }
            for criterion in offer.opportunity.criteria.all()
        ],
    }


# --- What was handed in ------------------------------------------------------------------------------


def _seal(offers: list[Offer]) -> None:
    """Each bid that was handed in has its sealed copy under the key of its opportunity."""
    handed_in = [offer for offer in offers if offer.handed_in_at]
    masters = settings.SEAL_MASTER_KEYS
    keys: dict[int, str] = {}
    fresh = []
    for opportunity in {offer.opportunity.pk: offer.opportunity for offer in handed_in}.values():
        row = getattr(opportunity, "seal_key", None)
        keys[opportunity.pk] = seal.unwrap(row.wrapped_key, masters) if row else seal.new_key()
        if row is None:
            wrapped = seal.wrap(keys[opportunity.pk], masters)
            fresh.append(OpportunityKey(opportunity=opportunity, wrapped_key=wrapped))
    write(OpportunityKey, fresh)
    write(Submission, (_submission(offer, keys[offer.opportunity.pk]) for offer in handed_in))


def _submission(offer: Offer, secret: str) -> Submission:
    assert offer.handed_in_at is not None
    assert offer.bid.submitted_by_id is not None
    content = seal.canonical(_said(offer))
    opened = fate_of(offer.number) in OPENED
    return Submission(
        bid=offer.bid,
        arrived_at=offer.handed_in_at,
        submitted_by_id=offer.bid.submitted_by_id,
        content_sha256=seal.fingerprint(content),
        sealed_content=seal.seal(content, secret),
        opened_at=offer.opportunity.opened_at if opened else None,
    )


# --- What the panel found ----------------------------------------------------------------------------


def _score(offers: list[Offer], now: Now) -> None:
    """Whoever has finished has scored every answer; what was agreed stands beside it once scoring is over."""
    kept = [offer for offer in offers if is_kept(offer.number, now)]
    write(Score, (score for offer in kept for score in _scores(offer, now)))
    agreed = (offer for offer in kept if offer.status not in (BidStatus.OPENED,))
    write(AgreedScore, (score for offer in agreed for score in _agreed(offer, now)))


def _scores(offer: Offer, now: Now) -> Iterator[Score]:
    for seat in offer.opportunity.panel.all():
        if seat.locked_at is not None:
            for criterion in offer.opportunity.criteria.all():
                points = _points(offer, criterion.number, seat.pk % 2)
                yield Score(
                    bid=offer.bid,
                    criterion=criterion,
                    panel_member=seat,
                    points=points,
                    reason=words.REASON,
                    scored_at=seat.locked_at,
                )


def _agreed(offer: Offer, now: Now) -> Iterator[AgreedScore]:
    chair: PanelMember | None = next((seat for seat in offer.opportunity.panel.all() if seat.is_chair), None)
    if chair is not None:
        for criterion in offer.opportunity.criteria.all():
            yield AgreedScore(
                bid=offer.bid,
                criterion=criterion,
                points=_points(offer, criterion.number, 0),
                reason=words.REASON,
                agreed_by_id=chair.user_id,
                agreed_at=now - DAY,
            )


def _points(offer: Offer, criterion: int, judge: int) -> int:
    """The first bid gets the most, so that it is right that it wins."""
    return max(1, 5 - offer.turn - pick(offer.number, 84 + criterion, 2) * judge)


def _award(ground: Ground, offers: list[Offer], now: Now) -> None:
    """The first bid of each awarded opportunity has won, and everybody has been told their place."""
    decided = [(offer, dates_of(offer.number, now).decided_at) for offer in offers]
    told = [(offer, at) for offer, at in decided if at is not None]
    write(
        AssessmentSummary,
        (
            AssessmentSummary(
                bid=offer.bid,
                total_bps=max(1_000, 9_000 - offer.turn * 1_500),
                place=offer.turn + 1,
                text=words.REASON,
                released_at=at,
            )
            for offer, at in told
        ),
    )
    won = ((offer, at) for offer, at in told if offer.status == BidStatus.SUCCESSFUL)
    write(
        Award,
        (
            Award(
                lot=offer.bid.lot,
                bid=offer.bid,
                reason=words.REASON,
                awarded_at=at,
                awarded_by=ground.house_of(offer.number).people[Role.DIRECTOR],
                area_id=offer.bid.lot.opportunity.area_id,
                category_id=offer.bid.lot.opportunity.category_id,
                value_pence=offer.bid.lot.value_pence,
                public_at=at,
            )
            for offer, at in won
        ),
    )
