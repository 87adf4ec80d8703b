"""Members replaced after the deadline: whose records they are, what they say, what waits for whom."""

import datetime
import json
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.models import Organisation, User
from core.money import WHOLE_BPS, split_by_shares
from core.permissions import Permission as P
from core.policies import organisations_where
from marketplace import seal
from marketplace.models import Bid, BidMember, Lot, Opportunity, OpportunityKey, PanelMember, Replacement
from marketplace.models.replacements import LIVE_REPLACEMENTS
from marketplace.queries.bid_words import Words, unsealed_content
from marketplace.queries.bids import OPENED, receipt_of
from marketplace.queries.evaluation import evaluations_visible_to
from marketplace.states import BidStatus, ReplacementStatus

Person = User | AnonymousUser
# What the panel reads once the bids are open: those that nobody ended before.
FOR_THE_PANEL = (*LIVE_REPLACEMENTS, ReplacementStatus.ACCEPTED, ReplacementStatus.REFUSED)
# The bids that count for a lot, whoever reads them.
HANDED_IN = (BidStatus.SUBMITTED, BidStatus.OPENED, BidStatus.EVALUATED, BidStatus.SUCCESSFUL)
FORMAT = 1


# --- Whose they are ----------------------------------------------------------------------------------


def replacements_visible_to(user: Person) -> QuerySet[Replacement]:
    """Those of bids the person’s organisations are in, leave or are to come into; for others once it is opened.

    Before the opening nobody on the commissioner’s side sees any: they would say who bids.
    """
    own = organisations_where(user, P.BID_READ)
    places = BidMember.objects.filter(bid=OuterRef("bid"), organisation__in=own)
    seen = Q(coming__in=own) | Q(leaving__in=own) | Q(Exists(places))
    if user.is_authenticated:
        evaluations = evaluations_visible_to(user).values("pk")
        seen |= Q(bid__status__in=OPENED, status__in=FOR_THE_PANEL, bid__opportunity__in=evaluations)
    return Replacement.objects.filter(seen).select_related(
        "bid__opportunity__organisation",
        "bid__lot",
        "bid__organisation",
        "bid__consortium",
        "leaving",
        "coming",
        "proposed_by",
        "agreed_by",
        "left_by",
        "stated_by",
        "decided_by",
    )


def replacements_of(user: Person, bid: Bid) -> list[Replacement]:
    """What was proposed for this bid, as far as the person sees it, the newest first."""
    return list(replacements_visible_to(user).filter(bid=bid))


def replacements_in(opportunity: Opportunity) -> list[Replacement]:
    """For the panel: what is proposed or was decided in its opened bids, by bid."""
    found = Replacement.objects.filter(
        bid__opportunity=opportunity, bid__status__in=OPENED, status__in=FOR_THE_PANEL
    )
    return list(
        found.select_related("bid__organisation", "bid__consortium", "leaving", "coming").order_by("bid", "-id")
    )


def is_side(user: Person, replacement: Replacement) -> bool:
    """Whether the person reads bids for the organisation that leaves or for the one that comes in."""
    own = organisations_where(user, P.BID_READ)
    return replacement.leaving_id in own or replacement.coming_id in own


def replacements_to_answer(organisation: Organisation) -> QuerySet[Replacement]:
    """What waits for its word: to come in, or to leave; the oldest first."""
    coming = Q(coming=organisation, agreed_at__isnull=True)
    leaving = Q(leaving=organisation, left_at__isnull=True)
    waiting = Replacement.objects.filter(coming | leaving, status=ReplacementStatus.PROPOSED)
    return waiting.select_related("bid__opportunity", "bid__organisation", "leaving", "coming").order_by("id")


# --- What stands -------------------------------------------------------------------------------------


def live_replacement(bid: Bid) -> Replacement | None:
    """What is proposed for the bid and not decided; there is at most one."""
    found = bid.replacements.filter(status__in=LIVE_REPLACEMENTS)
    return found.select_related("leaving", "coming").first()


def live_replacements(bids: Collection[int]) -> dict[int, Replacement]:
    """Number of each bid -> what is proposed for it and not decided; one query."""
    rows = Replacement.objects.filter(bid__in=bids, status__in=LIVE_REPLACEMENTS)
    return {row.bid_id: row for row in rows.select_related("leaving", "coming")}


def accepted_replacements(bid: Bid) -> list[Replacement]:
    """The members that were replaced in this bid, the first first."""
    accepted = bid.replacements.filter(status=ReplacementStatus.ACCEPTED)
    rows = list(accepted.select_related("leaving", "coming").order_by("decided_at", "pk"))
    for row in rows:
        row.bid = bid
    return rows


def handed_in_with(organisation: Organisation, lot: Lot) -> QuerySet[Bid]:
    """Bids for the lot that were handed in and count, in which the organisation is now."""
    return Bid.objects.filter(lot=lot, status__in=HANDED_IN, members__organisation=organisation)


def coming_elsewhere(replacement: Replacement) -> bool:
    """Whether the same organisation has agreed to come into another bid for the lot."""
    others = Replacement.objects.filter(
        coming=replacement.coming_id, bid__lot=replacement.bid.lot_id, status__in=LIVE_REPLACEMENTS
    )
    return others.filter(agreed_at__isnull=False).exclude(pk=replacement.pk).exists()


# --- What they say -----------------------------------------------------------------------------------


def key_of(bid: Bid) -> str:
    """The key under which everything of this handed-in bid is sealed."""
    wrapped = OpportunityKey.objects.get(opportunity=bid.opportunity_id).wrapped_key
    return seal.unwrap(wrapped, settings.SEAL_MASTER_KEYS)


def words_handed_in(bid: Bid) -> Words:
    """What the sealed copy says, whatever was changed since; whoever calls must know who will read it."""
    submission = receipt_of(bid)
    if submission is None:
        raise LookupError("The bid was never handed in.")
    submission.bid = bid
    return unsealed_content(submission)


def words_now(bid: Bid) -> Words:
    """The same with everybody in it who came in since, each in the place of whoever left."""
    words = words_handed_in(bid)
    for replacement in accepted_replacements(bid):
        words["members"] = swapped(words["members"], replacement)
    return words


def swapped(members: list[Words], replacement: Replacement) -> list[Words]:
    """The members of a bid as its words name them, with the one who comes in the place of the one who leaves."""
    coming = {"id": replacement.coming_id, "name": replacement.coming.name}
    return [{**each, **coming} if each["id"] == replacement.leaving_id else each for each in members]


def terms_for(bid: Bid, leaving: Organisation, coming: Organisation, reason: str) -> Words:
    """What `coming` takes on: exactly these words it agrees to. Money in pence, shares in basis points.

    LookupError if `leaving` is not in the bid.
    """
    words, receipt = words_now(bid), receipt_of(bid)
    place = next((at for at, each in enumerate(words["members"]) if each["id"] == leaving.pk), None)
    if place is None or receipt is None:
        raise LookupError("Nobody in the bid has that number.")
    shares = [each["share_bps"] for each in words["members"]]
    amounts = split_by_shares(words["price_pence"], shares) if sum(shares) == WHOLE_BPS else None
    return {
        "format": FORMAT,
        "bid": bid.pk,
        "content_sha256": receipt.content_sha256,
        "opportunity": words["opportunity"],
        "lot": words["lot"],
        "lead": words["lead"],
        "leaving": {"id": leaving.pk, "name": leaving.name},
        "coming": {"id": coming.pk, "name": coming.name},
        "share_bps": shares[place],
        "amount_pence": amounts[place] if amounts else None,
        "price_pence": words["price_pence"],
        "part": words["members"][place]["part"],
        "liability": words.get("liability"),
        "reason": reason,
    }


def terms_of(replacement: Replacement) -> Words:
    """What it says, opened in memory; whoever calls must know who will read it. SealBroken if it was changed."""
    content = seal.unseal(replacement.sealed_terms, key_of(replacement.bid))
    if seal.fingerprint(content) != replacement.terms_sha256:
        raise seal.SealBroken("The sealed terms are not those that were agreed to.")
    terms: Words = json.loads(content)
    return terms


def statement_of(replacement: Replacement) -> str:
    """What the lead said in place of whoever leaves; empty if it said nothing."""
    if not replacement.sealed_statement:
        return ""
    said: dict[str, Any] = json.loads(seal.unseal(replacement.sealed_statement, key_of(replacement.bid)))
    return str(said["statement"])


# --- What the panel owes -----------------------------------------------------------------------------


def waiting_for_the_panel(opportunity: Opportunity | int) -> QuerySet[Replacement]:
    """What both organisations have agreed to in opened bids, and the panel has not decided."""
    number = opportunity if isinstance(opportunity, int) else opportunity.pk
    return Replacement.objects.filter(
        bid__opportunity=number, bid__status__in=OPENED, status=ReplacementStatus.AGREED
    ).select_related("coming", "leaving")


def undeclared_by(seat: PanelMember) -> Replacement | None:
    """The first of these on which the panel member has yet to say whether they have a tie."""
    mine = seat.declarations.values("replacement")
    return waiting_for_the_panel(seat.opportunity_id).exclude(pk__in=mine).order_by("pk").first()


def tie_of(seat: PanelMember) -> Replacement | None:
    """The first of these with whose newcomer the panel member said they have a tie."""
    tied = waiting_for_the_panel(seat.opportunity_id)
    return tied.filter(declarations__panel_member=seat, declarations__is_free=False).order_by("pk").first()


def seats_to_declare(replacement: Replacement) -> QuerySet[PanelMember]:
    """Those on the panel who have not said whether they have a tie with whoever comes in."""
    said = replacement.declarations.values("panel_member")
    panel = PanelMember.objects.filter(
        opportunity=replacement.bid.opportunity_id, stood_down_at__isnull=True
    ).select_related("user")
    return panel.exclude(pk__in=said)


def seats_with_tie(replacement: Replacement) -> QuerySet[PanelMember]:
    """Those on the panel who said that they have one."""
    return PanelMember.objects.filter(
        declarations__replacement=replacement, declarations__is_free=False, stood_down_at__isnull=True
    ).select_related("user")


def has_closed(opportunity: Opportunity, at: datetime.datetime) -> bool:
    """Whether its bidding was over at `at`."""
    return opportunity.closes_at is not None and at >= opportunity.closes_at
