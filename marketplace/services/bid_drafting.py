"""Writing one bid by several: who writes which answer, who has it open, and going back to an earlier text."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, require
from core.models import Organisation, User
from core.permissions import Permission as P
from marketplace.models import AnswerOpening, Bid, BidAnswer, Criterion
from marketplace.policies.bid_drafting import may_assign_answer, may_edit_answer, writes_for
from marketplace.queries.bid_drafting import STILL_THERE
from marketplace.services.bid_consents import people
from marketplace.services.bids import answer_to, save_answer
from marketplace.services.locks import locked_bid


@transaction.atomic
def assign_answer(
    *,
    by: User,
    bid: Bid,
    criterion: Criterion,
    organisation: Organisation | None,
    arrived_at: datetime.datetime,
) -> BidAnswer:
    """The answer is written by `organisation` besides the lead; none gives it to nobody. No consent ends by it.

    If the lead gives it to a member, that member's writers are told.
    """
    bid = locked_bid(bid)
    answer = answer_to(bid, criterion)
    require(may_assign_answer(by, bid, answer, organisation, at=arrived_at))
    if answer.owner == organisation:
        return answer
    before, answer.owner = answer.owner_id, organisation
    BidAnswer.objects.filter(pk=answer.pk).update(owner=organisation)
    if organisation is not None and organisation.pk not in writes_for(by, bid):
        context = {"bid": bid, "by": by, "number": criterion.number}
        url = reverse("bid-answer", args=[bid.pk, criterion.number])
        notices.send("marketplace/answer_given", to=people(P.BID_WRITE, [organisation]), context=context, url=url)
    after = {"question": criterion.number, "writer": answer.owner_id}
    audit.record(
        "bid.assign_answer", by=by, obj=bid, organisation=bid.organisation, before={"writer": before}, after=after
    )
    return answer


@transaction.atomic
def note_opening(*, by: User, bid: Bid, answer: BidAnswer, arrived_at: datetime.datetime) -> AnswerOpening | None:
    """Whoever may write the answer is seen to have it open now; none for anybody else. It is no lock.

    Who was last seen more than two minutes ago begins anew.
    """
    if not may_edit_answer(by, bid, answer, at=arrived_at):
        return None
    own = writes_for(by, bid)
    seen = answer.openings.filter(user=by).first()
    stayed = seen is not None and seen.seen_at > arrived_at - STILL_THERE
    values = {
        "organisation_id": bid.organisation_id if bid.organisation_id in own else answer.owner_id,
        "opened_at": min(seen.opened_at, arrived_at) if seen and stayed else arrived_at,
        "seen_at": arrived_at,
    }
    opening, _made = AnswerOpening.objects.update_or_create(answer=answer, user=by, defaults=values)
    return opening


@transaction.atomic
def restore_answer(
    *, by: User, bid: Bid, criterion: Criterion, number: int, version: int, arrived_at: datetime.datetime
) -> Bid:
    """The answer says again what it said in its version `number`; what it says now is kept as one more version.

    `version` is that of the answer the person looked at; Stale if somebody saved it since.
    """
    bid = locked_bid(bid)
    answer = answer_to(bid, criterion)
    require(may_edit_answer(by, bid, answer, at=arrived_at))
    earlier = answer.versions.filter(number=number).first()
    if earlier is None:
        raise Refused(_("That earlier answer is no longer there."))
    return save_answer(
        by=by, bid=bid, criterion=criterion, text=earlier.text, version=version, arrived_at=arrived_at
    )
