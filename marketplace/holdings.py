"""What this app holds about a provider, for its own copy: the bids it is in, and whom it stands behind."""

from dataclasses import asdict

from django.db.models import Q, QuerySet

from core.holdings import Table, table
from core.models import Organisation, User
from marketplace.models import Bid, BidComment, BidConsent, BidderQuestion, BidMember, Cover
from marketplace.queries.bid_costs import costs_for
from marketplace.queries.bid_words import words_for
from marketplace.queries.bids import standing
from marketplace.queries.questions import own_status
from marketplace.states import QuestionStatus


def of_organisation(organisation: Organisation, by: User) -> list[Table]:
    """Its bids with words and own costs, sealed ones too; what it agreed to and said beside them; its covers."""
    places = BidMember.objects.filter(organisation=organisation).filter(standing()).order_by("pk")
    bids = places.select_related(
        "bid__opportunity", "bid__lot", "bid__organisation", "bid__consortium", "snapshot"
    )
    return [
        Table("bids", [_bid(place, by) for place in bids]),
        table("bid_consents", BidConsent.objects.filter(organisation=organisation), without=("words",)),
        table("bid_comments", BidComment.objects.filter(organisation=organisation), without=("form_key",)),
        Table("questions_asked", [_question(each) for each in _asked(organisation)]),
        table(
            "covers",
            Cover.objects.filter(Q(sponsor=organisation) | Q(member=organisation)),
            # Of the people who signed, those of the other one are not this one's to hand on.
            without=("form_key", "member_signed_by", "sponsor_signed_by", "ended_by"),
        ),
    ]


def _bid(place: BidMember, by: User) -> dict[str, object]:
    bid = place.bid
    return {
        "bid": bid.pk,
        "opportunity": bid.opportunity.title,
        "lot": bid.lot.title,
        "lead": bid.organisation.name,
        "status": bid.status,
        "is_lead": place.is_lead,
        "submitted_at": bid.submitted_at,
        "profile": str(place.snapshot) if place.snapshot else "",
        "words": words_for(by, bid),
        "own_costs": _own_costs(bid, place.organisation_id, by),
    }


def _asked(organisation: Organisation) -> QuerySet[BidderQuestion]:
    rows = BidderQuestion.objects.filter(organisation=organisation)
    return rows.select_related("opportunity", "asked_by").order_by("pk")


def _question(question: BidderQuestion) -> dict[str, object]:
    """An answer that is not given yet is the body's alone."""
    is_given = question.status in (QuestionStatus.PUBLISHED, QuestionStatus.PRIVATE)
    return {
        "opportunity": question.opportunity.title,
        "asked_by": question.asked_by.name,
        "asked_at": question.asked_at,
        "text": question.text,
        "status": own_status(question),
        "answer": question.answer if is_given else "",
        "reason": question.reason,
    }


def _own_costs(bid: Bid, organisation: int, by: User) -> list[dict[str, object]]:
    """What the organisation itself entered, in pence."""
    costs = costs_for(by, bid)
    own = costs.own if costs else []
    return [asdict(line) for each in own if each.organisation == organisation for line in each.lines]
