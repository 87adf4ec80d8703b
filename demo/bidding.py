"""How the members of a joint bid write it together: one of them has a question, and they talk about it."""

import uuid

from django.utils import timezone

from core.models import User
from marketplace.models import Bid
from marketplace.services.bid_comments import add_comment
from marketplace.services.bid_drafting import assign_answer
from marketplace.services.bids import save_answer
from providers.models import ConsortiumMember

ADDED = "We have read this with people who were in our groups last year; the order is theirs."


def write_together(bid: Bid, *, by: User, others: list[User]) -> None:
    """The last question is the first partner's: it writes more, asks something, and the lead answers."""
    partner = others[0]
    place = ConsortiumMember.objects.get(
        consortium=bid.consortium_id, is_lead=False, organisation__memberships__user=partner
    )
    answer = bid.answers.select_related("criterion").order_by("-criterion__number")[0]
    now = timezone.now()
    assign_answer(by=by, bid=bid, criterion=answer.criterion, organisation=place.organisation, arrived_at=now)
    save_answer(
        by=partner,
        bid=bid,
        criterion=answer.criterion,
        text=f"{answer.text}\n\n{ADDED}",
        version=answer.version,
        arrived_at=now,
    )
    said = (
        (partner, "Shall we say how many people we met at the gate last year? We have the number."),
        (by, "Yes please. Then I shorten the first part."),
    )
    for person, text in said:
        add_comment(by=person, bid=bid, text=text, form_key=uuid.uuid4(), criterion=answer.criterion)
