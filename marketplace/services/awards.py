"""What the panel agreed, and the decision. Locked in order: the needs, the opportunity, its lot, its bids."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Stale, refused, require
from core.models import User
from core.permissions import Permission as P
from core.queries.people import people_with
from core.templatetags.accord import clock
from core.transitions import all_apply
from marketplace.models import AgreedScore, AssessmentSummary, Award, Bid, Criterion, Lot, NoAward, Opportunity
from marketplace.policies.awards import may_agree_scores, may_award_to, may_end_without_award
from marketplace.policies.evaluation import are_points, is_reason
from marketplace.queries.awards import Result, lot_to_decide, ranking_of, results_of, unagreed
from marketplace.queries.bids import OPENED
from marketplace.queries.evaluation import opened_bids
from marketplace.services.locks import locked_opportunity
from marketplace.services.needs import locked_needs_of, release_needs
from marketplace.services.replacements import replacements_follow
from marketplace.states import BID, OPPORTUNITY, BidStatus

# --- moderation


@transaction.atomic
def agree_score(
    *, bid: Bid, criterion: Criterion, points: int, reason: str, version: int, by: User
) -> AgreedScore:
    """The panel's final points (0 to 5) and reason for one answer are on record; the members' own stay too.

    `version` is the one this save makes, as for a member's score. A bid is evaluated with its last answer, and
    with the last answer of all the director is told. Until the decision the chair can put a mistake right.
    """
    opportunity = locked_opportunity(bid.opportunity_id)
    require(may_agree_scores(by, opportunity))
    require(are_points(points).and_then(is_reason(reason)))
    bid = _held_bid(bid)
    if criterion.opportunity_id != opportunity.pk or bid.status not in OPENED:
        require(refused(_("This answer is not one of those to be scored.")))
    agreed = AgreedScore.objects.filter(bid=bid, criterion=criterion).first()
    if agreed is not None and (agreed.points, agreed.reason) == (points, reason):
        return agreed
    before = {"points": agreed.points, "reason": agreed.reason} if agreed else {}
    agreed = _written(agreed, bid, criterion, points=points, reason=reason, version=version, by=by)
    if bid.status == BidStatus.OPENED and bid.agreed_scores.count() == opportunity.criteria.count():
        BID.apply(bid, "evaluate")
        _tell_directors_if_complete(opportunity)
    after = {"criterion": criterion.number, "points": points, "reason": reason}
    audit.record("score.agree", by=by, obj=bid, organisation=opportunity.organisation, before=before, after=after)
    return agreed


def _held_bid(bid: Bid) -> Bid:
    return Bid.objects.select_for_update(no_key=True).get(pk=bid.pk)


def _written(
    agreed: AgreedScore | None, bid: Bid, criterion: Criterion, *, points: int, reason: str, version: int, by: User
) -> AgreedScore:
    fields = {"points": points, "reason": reason, "agreed_by": by, "agreed_at": timezone.now()}
    if agreed is None:
        return AgreedScore.objects.create(bid=bid, criterion=criterion, **fields)
    if agreed.version != version - 1:
        raise Stale(
            _("%(name)s recorded %(points)d points here at %(time)s. What you see below is not saved yet.")
            % {"name": agreed.agreed_by.name, "points": agreed.points, "time": clock(agreed.agreed_at)}
        )
    AgreedScore.objects.filter(pk=agreed.pk).update(version=version, **fields)
    agreed.refresh_from_db()
    return agreed


def _tell_directors_if_complete(opportunity: Opportunity) -> None:
    if unagreed(opportunity) == 0:
        notices.send(
            "marketplace/moderation_complete",
            to=people_with(P.AWARD_MAKE, opportunity.organisation),
            context={"opportunity": opportunity},
            url=reverse("award-choose", args=[opportunity.pk]),
        )


# --- the award


@transaction.atomic
def make_award(*, bid: Bid, reason: str, seen: str, by: User) -> Award:
    """The lot of `bid` is awarded to it, every bidder of the lot has its summary, and all their people are told.

    `seen` is the fingerprint of the ranking the director decided on; Stale if anything in it changed since.
    The opportunity is awarded with the last of its lots that has bids.
    """
    opportunity = locked_opportunity(bid.opportunity_id)
    lot = Lot.objects.select_for_update(no_key=True).get(pk=bid.lot_id)
    bids = {each.pk: each for each in _held_bids(opportunity, lot)}
    winner = bids.get(bid.pk, bid)
    winner.opportunity = opportunity
    require(may_award_to(by, winner).and_then(is_reason(reason)))
    ranking = ranking_of(lot)
    if ranking.fingerprint != seen:
        raise Stale(_("The agreed scores changed after you opened this page. Look at the places again."))
    award = _decide(lot, winner, reason, by)
    results = results_of(ranking, winner, reason)
    _summarise(results, award)
    BID.apply(winner, "succeed")
    all_apply(BID, [each for each in bids.values() if each.pk != winner.pk], "not_succeed")
    if lot_to_decide(opportunity) is None:
        OPPORTUNITY.apply(opportunity, "award")
        Award.objects.filter(lot__opportunity=opportunity).update(public_at=award.awarded_at)
    _tell_bidders(opportunity, results)
    _tell_commissioners(opportunity, award)
    replacements_follow(bids.values(), by=by)
    _record_award(opportunity, award, results)
    return award


def _decide(lot: Lot, winner: Bid, reason: str, by: User) -> Award:
    opportunity = winner.opportunity
    return Award.objects.create(
        lot=lot,
        bid=winner,
        reason=reason,
        awarded_at=timezone.now(),
        awarded_by=by,
        area=opportunity.area,
        category=opportunity.category,
        value_pence=lot.value_pence,
    )


def _held_bids(opportunity: Opportunity, lot: Lot) -> list[Bid]:
    opened = opportunity.bids.filter(lot=lot, status__in=OPENED)
    return list(opened.select_for_update(no_key=True).order_by("pk"))


def _summarise(results: list[Result], award: Award) -> None:
    AssessmentSummary.objects.bulk_create(
        AssessmentSummary(
            bid=result.bid,
            total_bps=result.total_bps or 0,
            place=result.place or 1,
            text=award.reason,
            released_at=award.awarded_at,
        )
        for result in results
    )


def _tell_bidders(opportunity: Opportunity, results: list[Result]) -> None:
    """Everyone who reads bids in any organisation of each bid has its own result, and the winner's points."""
    for result in results:
        notices.send(
            f"marketplace/{result.letter}",
            to=_people_of(result.bid),
            context={"opportunity": opportunity, "result": result},
            url=reverse("result-detail", args=[result.bid.pk]),
        )


def _people_of(bid: Bid) -> list[User]:
    return [
        person
        for member in bid.members.select_related("organisation")
        for person in people_with(P.BID_READ, member.organisation)
    ]


def _tell_commissioners(opportunity: Opportunity, award: Award) -> None:
    notices.send(
        "marketplace/award_made",
        to=people_with(P.ALLIANCE_CREATE, opportunity.organisation),
        context={"opportunity": opportunity, "award": award},
        url=reverse("award-choose", args=[opportunity.pk]),
    )


def _record_award(opportunity: Opportunity, award: Award, results: list[Result]) -> None:
    places = {str(result.bid.pk): [result.place, result.total_bps] for result in results}
    after = {"bid": award.bid_id, "lot": award.lot_id, "places": places}
    audit.record(
        "award.make",
        by=award.awarded_by,
        obj=opportunity,
        organisation=opportunity.organisation,
        after=after,
        reason=award.reason,
    )


# --- no award


@transaction.atomic
def end_without_award(
    *, opportunity: Opportunity, reason: str, arrived_at: datetime.datetime, by: User
) -> NoAward:
    """The opportunity has ended with nobody winning; opened bids are unsuccessful, and their people know why.

    A need for which nothing else is under way is published again.
    """
    needs = locked_needs_of(opportunity)
    opportunity = locked_opportunity(opportunity)
    require(may_end_without_award(by, opportunity, at=arrived_at).and_then(is_reason(reason)))
    bids = list(opened_bids(opportunity).select_for_update(no_key=True, of=("self",)).order_by("pk"))
    ending = NoAward.objects.create(opportunity=opportunity, reason=reason, ended_at=arrived_at, ended_by=by)
    all_apply(BID, bids, "not_succeed")
    OPPORTUNITY.apply(opportunity, "end_without_award")
    for bid in bids:
        notices.send(
            "marketplace/no_award",
            to=_people_of(bid),
            context={"opportunity": opportunity, "reason": reason},
            url=reverse("result-detail", args=[bid.pk]),
        )
    replacements_follow(bids, by=by)
    release_needs(needs, by=by)
    audit.record(
        "opportunity.end",
        by=by,
        obj=opportunity,
        organisation=opportunity.organisation,
        reason=reason,
        after={"bids": [bid.pk for bid in bids]},
    )
    return ending
