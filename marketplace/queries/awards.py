"""Agreed points, places, decisions, and what each bidder is told."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from core.models import User
from core.permissions import Permission as P
from core.policies import organisations_where, reads_everything
from marketplace.models import (
    AgreedScore,
    AssessmentSummary,
    Award,
    Bid,
    Criterion,
    Lot,
    NoAward,
    Opportunity,
    PanelMember,
    Score,
)
from marketplace.queries.bids import OPENED
from marketplace.queries.evaluation import ANSWERABLE, opened_bids
from marketplace.scales import Offer, Standing, ranked, spread, total_of
from marketplace.states import BidStatus

DECIDED = (BidStatus.SUCCESSFUL, BidStatus.UNSUCCESSFUL)


# --- moderation


@dataclass(frozen=True)
class MemberPoints:
    """What one member gave an answer; none if they gave nothing."""

    name: str
    points: int | None


@dataclass(frozen=True)
class Answer:
    """One answer at moderation: what each member gave it, and what was agreed."""

    bid: Bid
    criterion: Criterion
    scores: list[Score]
    agreed: AgreedScore | None
    panel: list[PanelMember] = field(default_factory=list)

    @property
    def cells(self) -> list[MemberPoints]:
        """The points of every member, in the order of the panel."""
        given = {score.panel_member_id: score.points for score in self.scores}
        return [MemberPoints(seat.user.name, given.get(seat.pk)) for seat in self.panel]

    @property
    def spread(self) -> int:
        """How many points lie between the highest and the lowest."""
        return spread(score.points for score in self.scores)

    @property
    def is_unanimous(self) -> bool:
        """Whether all gave the same points."""
        return bool(self.scores) and self.spread == 0


@dataclass(frozen=True)
class ModeratedBid:
    """One bid at moderation, with its answers in the order of the criteria."""

    bid: Bid
    answers: list[Answer]

    @property
    def left(self) -> int:
        """How many of its answers have no agreed points yet."""
        return sum(answer.agreed is None for answer in self.answers)


def agreed_scores(opportunity: Opportunity) -> QuerySet[AgreedScore]:
    """What the panel agreed on, for every bid."""
    return AgreedScore.objects.filter(bid__opportunity=opportunity)


def unagreed(opportunity: Opportunity) -> int:
    """How many answers have no agreed points yet."""
    opened = opportunity.bids.filter(status__in=OPENED)
    agreed = opened.annotate(agreed=Count("agreed_scores")).values_list("agreed", flat=True)
    return sum(len(opportunity.criteria.all()) - count for count in agreed)


def moderated_bids(
    opportunity: Opportunity, scores: Iterable[Score], panel: list[PanelMember]
) -> list[ModeratedBid]:
    """Every opened bid with `scores` (those the reader may see) side by side, and what was agreed."""
    criteria = list(opportunity.criteria.all())
    given: dict[tuple[int, int], list[Score]] = defaultdict(list)
    for score in scores:
        given[score.bid_id, score.criterion_id].append(score)
    agreed = {(row.bid_id, row.criterion_id): row for row in agreed_scores(opportunity)}
    return [
        ModeratedBid(
            bid=bid,
            answers=[
                Answer(bid, criterion, given[bid.pk, criterion.pk], agreed.get((bid.pk, criterion.pk)), panel)
                for criterion in criteria
            ],
        )
        for bid in opened_bids(opportunity)
    ]


def next_unagreed(bid: Bid, criterion: Criterion) -> tuple[Bid, Criterion] | None:
    """The answer to turn to after this one: the next without agreed points, round to the first."""
    opportunity = bid.opportunity
    done = set(agreed_scores(opportunity).values_list("bid_id", "criterion_id"))
    criteria = list(opportunity.criteria.all())
    all_answers = [(each, column) for each in opened_bids(opportunity) for column in criteria]
    here = next((at for at, pair in enumerate(all_answers) if pair == (bid, criterion)), 0)
    following = [*all_answers[here + 1 :], *all_answers[:here]]
    return next(((each, column) for each, column in following if (each.pk, column.pk) not in done), None)


# --- places


@dataclass(frozen=True)
class RankedBid:
    """One bid in its place, with what was agreed of each answer."""

    bid: Bid
    standing: Standing
    agreed: list[AgreedScore]


@dataclass(frozen=True)
class Ranking:
    """The bids of one lot from first to last, as soon as everything is agreed; no rows before.

    `fingerprint` changes whenever points, reasons, prices or members do, so that nobody decides on an old page.
    """

    lot: Lot
    criteria: list[Criterion]
    rows: list[RankedBid] = field(default_factory=list)
    fingerprint: str = ""

    @property
    def first_places(self) -> list[RankedBid]:
        """The bid in place 1, or those that share it."""
        return [row for row in self.rows if row.standing.place == 1]

    @property
    def has_ties(self) -> bool:
        """Whether two bids have the same total."""
        return any(row.standing.is_tied for row in self.rows)

    def row_of(self, number: int) -> RankedBid:
        """The row of the bid with that number; KeyError if it is none of these."""
        return {row.bid.pk: row for row in self.rows}[number]


def lot_to_decide(opportunity: Opportunity) -> Lot | None:
    """The first lot with opened bids and no award; none once all are decided."""
    return opportunity.lots.filter(award__isnull=True, bids__status__in=OPENED).distinct().first()


def ranking_of(lot: Lot) -> Ranking:
    """The bids of the lot in their places; four queries, however many bids there are."""
    criteria = list(lot.opportunity.criteria.all())
    bids = {bid.pk: bid for bid in opened_bids(lot.opportunity).filter(lot=lot)}
    agreed: dict[int, list[AgreedScore]] = defaultdict(list)
    for score in AgreedScore.objects.filter(bid__in=bids).select_related("criterion"):
        agreed[score.bid_id].append(score)
    if not bids or any(len(agreed[number]) < len(criteria) for number in bids):
        return Ranking(lot=lot, criteria=criteria)
    standings = ranked(
        Offer(
            number=number,
            total=total_of((score.criterion.weight_bps, score.points) for score in agreed[number]),
            price_pence=bid.price_pence or 0,
        )
        for number, bid in bids.items()
    )
    rows = [RankedBid(bids[row.number], row, agreed[row.number]) for row in standings]
    return Ranking(lot=lot, criteria=criteria, rows=rows, fingerprint=_fingerprint(rows))


def _fingerprint(rows: Iterable[RankedBid]) -> str:
    content = [
        [
            row.bid.pk,
            row.bid.price_pence,
            sorted(member.organisation_id for member in row.bid.members.all()),
            [[score.criterion_id, score.points, score.reason] for score in row.agreed],
        ]
        for row in rows
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


# --- what each bidder is told


@dataclass(frozen=True)
class ResultLine:
    """One criterion of a result: the bidder's agreed points and reason, beside the winner's points."""

    criterion: Criterion
    points: int
    reason: str
    winner_points: int | None


@dataclass(frozen=True)
class Result:
    """What one bidder is told of the decision. `place` and `winner` are none where nothing was awarded."""

    bid: Bid
    won: bool
    reason: str
    lines: list[ResultLine]
    total_bps: int | None = None
    place: int | None = None
    out_of: int = 0
    winner: str = ""
    winner_total_bps: int | None = None

    @property
    def letter(self) -> str:
        """The name of the notice that says it."""
        return "result_successful" if self.won else "result_unsuccessful"


def results_of(ranking: Ranking, winner: Bid, reason: str) -> list[Result]:
    """What every bidder of the lot is told if, or once, `winner` is awarded it; in the order of the places."""
    best = ranking.row_of(winner.pk)
    winner_points = {score.criterion_id: score.points for score in best.agreed}
    return [
        Result(
            bid=row.bid,
            won=row.bid.pk == winner.pk,
            reason=reason,
            lines=_lines(row.agreed, winner_points),
            total_bps=row.standing.total_bps,
            place=row.standing.place,
            out_of=len(ranking.rows),
            winner=best.bid.bidder,
            winner_total_bps=best.standing.total_bps,
        )
        for row in ranking.rows
    ]


def result_of(bid: Bid) -> Result | None:
    """What the bidder was told, from the rows written with the decision; none before there is one."""
    summary = AssessmentSummary.objects.filter(bid=bid).first()
    if summary is None:
        return _result_without_award(bid)
    award = Award.objects.select_related("bid__organisation", "bid__consortium", "bid__summary").get(
        lot=bid.lot_id
    )
    winner_points = {score.criterion_id: score.points for score in award.bid.agreed_scores.all()}
    return Result(
        bid=bid,
        won=award.bid_id == bid.pk,
        reason=summary.text,
        lines=_lines(_agreed_of(bid), winner_points),
        total_bps=summary.total_bps,
        place=summary.place,
        out_of=AssessmentSummary.objects.filter(bid__lot=bid.lot_id).count(),
        winner=award.bid.bidder,
        winner_total_bps=award.bid.summary.total_bps,
    )


def _result_without_award(bid: Bid) -> Result | None:
    ending = no_award_of(bid.opportunity)
    if ending is None:
        return None
    return Result(bid, won=False, reason=ending.reason, lines=_lines(_agreed_of(bid), {}))


def _agreed_of(bid: Bid) -> QuerySet[AgreedScore]:
    return bid.agreed_scores.select_related("criterion")


def _lines(agreed: Iterable[AgreedScore], winner_points: dict[int, int]) -> list[ResultLine]:
    return [
        ResultLine(score.criterion, score.points, score.reason, winner_points.get(score.criterion_id))
        for score in agreed
    ]


def results_visible_to(user: User) -> QuerySet[Bid]:
    """Decided bids, for the people of every organisation in them, of the body that decided, and auditors."""
    decided = Bid.objects.filter(status__in=DECIDED).select_related(
        "opportunity__organisation", "organisation", "consortium"
    )
    if reads_everything(user):
        return decided
    bidders = organisations_where(user, P.BID_READ)
    return decided.filter(
        Q(pk__in=Bid.objects.filter(members__organisation__in=bidders).values("pk"))
        | Q(opportunity__organisation__in=organisations_where(user, *ANSWERABLE))
    )


def award_of(opportunity: Opportunity) -> Award | None:
    """The award of the opportunity with its bidder, for everyone to see; none before the decision."""
    return (
        Award.objects.filter(lot__opportunity=opportunity)
        .select_related("bid__organisation", "bid__consortium", "lot", "awarded_by")
        .order_by("lot__number")
        .first()
    )


def no_award_of(opportunity: Opportunity) -> NoAward | None:
    """The decision to end the opportunity without an award, if that was taken."""
    return NoAward.objects.filter(opportunity=opportunity).first()
