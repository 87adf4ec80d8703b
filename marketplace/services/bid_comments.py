"""What the members of a bid say to each other about it, until it is handed in."""

import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, require
from core.models import User
from core.permissions import Permission as P
from core.queries.people import people_with
from marketplace.models import Bid, BidComment, Criterion
from marketplace.models.bid_drafting import LONGEST_COMMENT
from marketplace.policies.bid_drafting import may_comment, may_delete_comment, writes_for
from marketplace.queries.bid_drafting import organisations_in, told_lately
from marketplace.services.locks import locked_bid

KIND = "marketplace/bid_commented"


@transaction.atomic
def add_comment(
    *, by: User, bid: Bid, text: str, form_key: uuid.UUID, criterion: Criterion | None = None
) -> BidComment:
    """Everybody in the bid reads `text`, about one question or about the whole; nobody else ever does.

    Those who write for the other organisations are told that there is something to read, not what, and once an
    hour at most. Sent twice with one `form_key` it is one comment.
    """
    bid = locked_bid(bid)
    require(may_comment(by, bid))
    if made := BidComment.objects.filter(form_key=form_key, by=by, bid=bid).first():
        return made
    text = text.strip()
    if not text or len(text) > LONGEST_COMMENT:
        raise Refused(_("Write a comment of at most %(most)s characters.") % {"most": f"{LONGEST_COMMENT:,}"})
    if criterion is not None and criterion.opportunity_id != bid.opportunity_id:
        raise Refused(_("That question is not part of this opportunity."))
    comment = BidComment.objects.create(
        bid=bid, criterion=criterion, organisation_id=_speaks_for(by, bid), by=by, text=text, form_key=form_key
    )
    _tell(comment)
    after = {"question": criterion.number if criterion else None}
    audit.record("bid.comment", by=by, obj=bid, organisation=comment.organisation, after=after)
    return comment


def _speaks_for(by: User, bid: Bid) -> int:
    own = writes_for(by, bid)
    return bid.organisation_id if bid.organisation_id in own else min(own)


def _tell(comment: BidComment) -> None:
    bid, now = comment.bid, timezone.now()
    url = reverse("bid-comments", args=[bid.pk])
    told = {comment.by_id, *told_lately(KIND, url, at=now)}
    others = [
        person
        for organisation in sorted(organisations_in(bid))
        for person in people_with(P.BID_WRITE, organisation)
        if person.pk not in told
    ]
    context = {"bid": bid, "by": comment.by, "organisation": comment.organisation}
    notices.send(KIND, to=others, context=context, url=url)


@transaction.atomic
def settle_comment(*, by: User, comment: BidComment) -> BidComment:
    """The comment is settled: nothing is left to do about it. Settled twice it stays as it was."""
    bid = locked_bid(comment.bid)
    require(may_comment(by, bid))
    changed = BidComment.objects.filter(pk=comment.pk, settled_at__isnull=True)
    if changed.update(settled_at=timezone.now(), settled_by=by):
        audit.record("bid.settle_comment", by=by, obj=bid, organisation=bid.organisation)
    comment.refresh_from_db()
    return comment


@transaction.atomic
def reopen_comment(*, by: User, comment: BidComment) -> BidComment:
    """The comment is not settled after all."""
    bid = locked_bid(comment.bid)
    require(may_comment(by, bid))
    changed = BidComment.objects.filter(pk=comment.pk, settled_at__isnull=False)
    if changed.update(settled_at=None, settled_by=None):
        audit.record("bid.reopen_comment", by=by, obj=bid, organisation=bid.organisation)
    comment.refresh_from_db()
    return comment


@transaction.atomic
def delete_comment(*, by: User, comment: BidComment) -> None:
    """The comment is gone for everybody."""
    bid = locked_bid(comment.bid)
    require(may_delete_comment(by, comment))
    BidComment.objects.filter(pk=comment.pk).delete()
    audit.record("bid.delete_comment", by=by, obj=bid, organisation=comment.organisation)
