"""Handing a bid in and taking it out again."""

import datetime
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Stale, require
from core.models import User
from core.permissions import Permission as P
from core.policies import has_right
from marketplace import seal
from marketplace.models import AnswerOpening, AnswerVersion, Bid, Opportunity, OpportunityKey, Submission
from marketplace.policies.bids import may_submit_bid, may_withdraw_bid
from marketplace.queries.bid_words import words_in_rows
from marketplace.services.bid_consents import people
from marketplace.services.bid_costs import seal_costs
from marketplace.services.covers import covers_follow
from marketplace.services.lead_proposals import lead_proposal_follows
from marketplace.services.locks import hold_consortium, locked_bid, locked_opportunity
from marketplace.services.replacements import replacements_follow
from marketplace.states import BID, BidStatus
from providers.services.profiles import freeze_profile


@transaction.atomic
def submit_bid(
    *, by: User, bid: Bid, arrived_at: datetime.datetime, content_sha256: str | None = None
) -> Submission:
    """The bid is handed in: its words are sealed, none of them stands in the clear, the receipt is given.

    `arrived_at` is when the request came, and alone decides about the deadline. `content_sha256` is the
    fingerprint of what the person read before pressing the button; Stale if the bid says something else by
    now. Sent twice it gives the one receipt. Refused with everything that is missing.
    """
    opportunity = locked_opportunity(bid.opportunity_id)
    bid = locked_bid(bid)
    if bid.status == BidStatus.SUBMITTED:
        require(has_right(by, P.BID_SUBMIT, bid.organisation_id))
        return bid.submissions.latest("number")
    hold_consortium(bid)
    require(may_submit_bid(by, bid, arrived_at=arrived_at))
    content = seal.canonical(words_in_rows(bid))
    if content_sha256 not in (None, seal.fingerprint(content)):
        raise Stale(_("The bid was changed after you opened this page. Read it again before you submit it."))
    key = _key_of(opportunity)
    submission = Submission.objects.create(
        bid=bid,
        number=bid.submissions.count() + 1,
        arrived_at=arrived_at,
        submitted_by=by,
        content_sha256=seal.fingerprint(content),
        sealed_content=seal.seal(content, key),
    )
    seal_costs(bid, key)
    _freeze_profiles(bid)
    _clear_words(bid, by=by, arrived_at=arrived_at)
    lead_proposal_follows(bid, by=by)
    _tell_members("submit", bid, {"submission": submission}, page="bid-receipt")
    after = {"receipt": str(submission), "arrived_at": arrived_at, "sha256": submission.content_sha256}
    audit.record("bid.submit", by=by, obj=bid, organisation=bid.organisation, after=after)
    return submission


def _freeze_profiles(bid: Bid) -> None:
    """Each member's place points to its profile as it is now; in one order, for two bids may share members."""
    for place in bid.members.select_related("organisation").order_by("organisation_id"):
        if hasattr(place.organisation, "registration"):
            snapshot = freeze_profile(organisation=place.organisation)
            bid.members.filter(pk=place.pk).update(snapshot=snapshot)


def _clear_words(bid: Bid, *, by: User, arrived_at: datetime.datetime) -> None:
    bid.answers.update(text="")
    # What was said and written on the way quotes the words: it goes with them.
    AnswerVersion.objects.filter(answer__bid=bid).delete()
    AnswerOpening.objects.filter(answer__bid=bid).delete()
    bid.comments.all().delete()
    bid.members.update(part="", share_bps=0)
    bid.consents.update(words=None)
    BID.apply(
        bid,
        "submit",
        submitted_at=arrived_at,
        submitted_by=by,
        price_pence=None,
        liability="",
        updated_by=by,
        updated_at=timezone.now(),
    )


def _key_of(opportunity: Opportunity) -> str:
    """The key of the opportunity, made with its first submission; call it while the opportunity is held."""
    masters = settings.SEAL_MASTER_KEYS
    row = OpportunityKey.objects.filter(opportunity=opportunity).first()
    if row is None:
        wrapped = seal.wrap(seal.new_key(), masters)
        row = OpportunityKey.objects.create(opportunity=opportunity, wrapped_key=wrapped)
    return seal.unwrap(row.wrapped_key, masters)


@transaction.atomic
def withdraw_bid(*, by: User, bid: Bid, arrived_at: datetime.datetime) -> Bid:
    """The bid is out and will not be opened; its sealed copy stays, for its own members to read."""
    locked_opportunity(bid.opportunity_id)
    bid = locked_bid(bid)
    require(may_withdraw_bid(by, bid, at=arrived_at))
    before = {"status": bid.status}
    BID.apply(bid, "withdraw", updated_by=by, updated_at=timezone.now())
    covers_follow(bid, by=by)
    lead_proposal_follows(bid, by=by)
    replacements_follow([bid], by=by)
    _tell_members("withdraw", bid, {"by": by})
    audit.record("bid.withdraw", by=by, obj=bid, organisation=bid.organisation, before=before)
    return bid


@transaction.atomic
def rewrap_seal_keys() -> int:
    """Every opportunity's key is wrapped by the first master key now; gives how many there are.

    Run it after a new key was put first in SEAL_MASTER_KEYS; then the old one can go.
    """
    rows = list(OpportunityKey.objects.select_for_update().order_by("pk"))
    for row in rows:
        row.wrapped_key = seal.rewrap(row.wrapped_key, settings.SEAL_MASTER_KEYS)
    OpportunityKey.objects.bulk_update(rows, ["wrapped_key"], batch_size=500)
    return len(rows)


def _tell_members(action: str, bid: Bid, context: Mapping[str, object], page: str = "bid-detail") -> None:
    """Everyone who may read the bid, in every organisation that is in it."""
    members = [place.organisation for place in bid.members.select_related("organisation")]
    to = people(P.BID_READ, members)
    url = reverse(page, args=[bid.pk])
    notices.send(BID.step(action).notice, to=to, context={"bid": bid, **context}, url=url)
