"""What this app holds about a provider, for its own copy: the bids it is in, places left or taken, its covers."""

from dataclasses import asdict

from django.db.models import Q, QuerySet

from core.holdings import Table, table
from core.models import Organisation, User
from marketplace.models import Bid, BidComment, BidConsent, BidderQuestion, BidMember, Cover, Replacement
from marketplace.queries.bid_costs import costs_for, entered_by
from marketplace.queries.bid_words import words_for
from marketplace.queries.bids import standing
from marketplace.queries.questions import own_status
from marketplace.queries.replacements import statement_of, terms_of
from marketplace.states import QuestionStatus, ReplacementStatus


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
        Table("members_replaced", [_replacement(each, organisation) for each in _replacements(organisation)]),
    ]


def _replacements(organisation: Organisation) -> QuerySet[Replacement]:
    """Those it proposed, and those in which it leaves or comes in."""
    own = Q(leaving=organisation) | Q(coming=organisation) | Q(bid__organisation=organisation)
    found = Replacement.objects.filter(own).order_by("pk")
    return found.select_related("bid__opportunity", "leaving", "coming", "snapshot", "snapshot_left")


def _replacement(row: Replacement, organisation: Organisation) -> dict[str, object]:
    """The record with its words, which the lead wrote for both; to whoever left also its own costs."""
    has_left = row.status == ReplacementStatus.ACCEPTED and row.leaving_id == organisation.pk
    times = ("proposed_at", "agreed_at", "left_at", "stated_at", "decided_at")
    return {
        "bid": row.bid_id,
        "opportunity": row.bid.opportunity.title,
        "leaving": row.leaving.name,
        "coming": row.coming.name,
        "status": row.status,
        **{name: getattr(row, name) for name in times},
        "panel_reason": row.reason,
        "profile_coming": str(row.snapshot) if row.snapshot else "",
        "profile_leaving": str(row.snapshot_left) if row.snapshot_left else "",
        "words": terms_of(row),
        "statement_of_lead": statement_of(row),
        "own_costs": [asdict(line) for line in entered_by(row.bid, organisation.pk)] if has_left else [],
    }


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
