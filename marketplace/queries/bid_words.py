"""What a bid says: from its rows while it is written, from the sealed copy in memory afterwards."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, QuerySet, Subquery

from core.models import User
from marketplace import seal
from marketplace.liability import sentence_of
from marketplace.models import Bid, BidAnswer, OpportunityKey, Submission
from marketplace.queries.bids import OPENED, bids_visible_to, is_own_bid, receipt_of

# 2 says in a joint bid how its members answer for it; copies sealed before that are 1 and say nothing of it.
FORMAT = 2

Words = dict[str, Any]


def words_in_rows(bid: Bid) -> Words:
    """Everything about the bid that counts, as its rows say it now; the fingerprint is made of this.

    Money in pence, shares in basis points, members with the lead first and then by number, answers by the
    number of their criterion. An answer nobody began is empty text.
    """
    members = bid.members.select_related("organisation").order_by("-is_lead", "organisation_id")
    return {
        "format": FORMAT,
        "bid": bid.pk,
        "opportunity": {"id": bid.opportunity_id, "title": bid.opportunity.title},
        "lot": {"id": bid.lot_id, "number": bid.lot.number, "title": bid.lot.title},
        "lead": {"id": bid.organisation_id, "name": bid.organisation.name},
        "members": [
            {
                "id": member.organisation_id,
                "name": member.organisation.name,
                "lead": member.is_lead,
                "share_bps": member.share_bps,
                "part": member.part,
            }
            for member in members
        ],
        "price_pence": bid.price_pence,
        "liability": _liability(bid),
        "answers": [
            {
                "criterion": criterion.pk,
                "number": criterion.number,
                "question": criterion.question,
                "word_limit": criterion.word_limit,
                "text": criterion.text or "",
            }
            for criterion in _criteria_with_text(bid)
        ],
    }


def _liability(bid: Bid) -> Words | None:
    """Which it is, and what it means; none for a bid of one, and for a joint bid that does not say yet."""
    if bid.consortium_id is None or not bid.liability:
        return None
    return {"kind": bid.liability, "means": sentence_of(bid.liability)}


def liability_in(words: Words) -> str:
    """Which it is in `words` of any format; empty if they say nothing of it."""
    return str((words.get("liability") or {}).get("kind", ""))


def _criteria_with_text(bid: Bid) -> QuerySet[Any]:
    text = BidAnswer.objects.filter(bid=bid, criterion=OuterRef("pk")).values("text")
    return bid.opportunity.criteria.annotate(text=Subquery(text)).order_by("number")


def fingerprint_of(words: Words) -> str:
    """SHA-256 of the canonical form of `words`: it names the version a member agrees to."""
    return seal.fingerprint(seal.canonical(words))


def sealed_bytes(submission: Submission) -> bytes:
    """The exact bytes that were handed in, opened in memory; whoever calls must know who will read them.

    Raises SealBroken if they are not those of the receipt, or belong to another bid.
    """
    wrapped = OpportunityKey.objects.get(opportunity=submission.bid.opportunity_id).wrapped_key
    content = seal.unseal(submission.sealed_content, seal.unwrap(wrapped, settings.SEAL_MASTER_KEYS))
    if seal.fingerprint(content) != submission.content_sha256:
        raise seal.SealBroken("The sealed content is not the one of the receipt.")
    if json.loads(content)["bid"] != submission.bid_id:
        raise seal.SealBroken("The sealed content is of another bid.")
    return content


def unsealed_content(submission: Submission) -> Words:
    """What was handed in, shaped as words_in_rows gives it; for the bidders, and for opening."""
    content: Words = json.loads(sealed_bytes(submission))
    return content


def own_words(bid: Bid) -> Words:
    """What the bid says to its own members, whatever state it is in."""
    submission = None if bid.status in OPENED else receipt_of(bid)
    return unsealed_content(submission) if submission else words_in_rows(bid)


def words_for(user: "User | AnonymousUser", bid: Bid) -> Words | None:
    """What the bid says to this person: to its bidders always, to others once it was opened, else nothing."""
    if is_own_bid(user, bid):
        return own_words(bid)
    if bid.status in OPENED and bids_visible_to(user).filter(pk=bid.pk).exists():
        return words_in_rows(bid)
    return None
