"""Who sits on a panel, what they may see of each other's scores, and how far an evaluation has come."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, CharField, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When

from core.models import Membership, Organisation, User
from core.permissions import Permission as P
from core.policies import holds, organisations_where, reads_everything
from core.queries.people import people_with
from core.states import MembershipStatus
from marketplace.models import Bid, BidMember, Criterion, Opportunity, PanelMember, Replacement, Score
from marketplace.queries.bids import OPENED
from marketplace.queries.opportunities import published_opportunities
from marketplace.states import BidStatus, OpportunityStatus, ReplacementStatus, Stage

# Whoever holds one of these answers for an evaluation and may follow it without sitting on its panel.
ANSWERABLE = (P.PANEL_APPOINT, P.BIDS_OPEN, P.AWARD_MAKE)
HANDED_IN = (BidStatus.SUBMITTED, *OPENED)
SMALLEST_PANEL = 2


def evaluations_visible_to(user: User) -> QuerySet[Opportunity]:
    """Published opportunities of which the person sits on the panel or answers for; all of them for an auditor."""
    if reads_everything(user):
        return published_opportunities()
    seats = PanelMember.objects.filter(user=user, stood_down_at__isnull=True)
    return published_opportunities().filter(
        Q(organisation__in=organisations_where(user, *ANSWERABLE))
        | Q(organisation__in=organisations_where(user, P.SCORE_GIVE), pk__in=seats.values("opportunity"))
    )


def bids_in_evaluation(user: User) -> QuerySet[Bid]:
    """Opened bids of the evaluations the person may see, with the opportunity as its pages show it."""
    opened = Bid.objects.filter(status__in=OPENED, opportunity__in=evaluations_visible_to(user))
    return opened.select_related("organisation", "consortium").prefetch_related(
        Prefetch("opportunity", with_panel(Opportunity.objects.all())),
        Prefetch("members", BidMember.objects.select_related("organisation")),
    )


def with_panel(opportunities: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    """What every page of an evaluation shows: the body, who opened, the questions and the panel.

    Each member has `scored`: how many answers they have scored, and nothing about how.
    """
    panel = PanelMember.objects.select_related("user").annotate(scored=Count("scores"))
    people = ("organisation", "opening_confirmed_by", "opened_by")
    return opportunities.select_related(*people).prefetch_related("criteria", Prefetch("panel", panel))


# --- the panel


def panel_of(opportunity: Opportunity) -> QuerySet[PanelMember]:
    """The people who score, the chair first, read afresh; without those who were stood down."""
    return opportunity.panel.filter(stood_down_at__isnull=True).select_related("user")


def seats_of(opportunity: Opportunity) -> list[PanelMember]:
    """The same people, from memory where the panel was read with the opportunity."""
    return [seat for seat in opportunity.panel.all() if seat.stood_down_at is None]


def stood_down_from(opportunity: Opportunity) -> QuerySet[PanelMember]:
    """Those who began to score and left."""
    return opportunity.panel.filter(stood_down_at__isnull=False).select_related("user", "stood_down_by")


def seat_of(user: User | AnonymousUser, opportunity: Opportunity) -> PanelMember | None:
    """The person's place on the panel, if they sit on it now."""
    return next((seat for seat in seats_of(opportunity) if seat.user_id == user.pk), None)


def people_to_appoint(opportunity: Opportunity) -> QuerySet[User]:
    """People of the body who may score and never sat on this panel."""
    return people_with(P.SCORE_GIVE, opportunity.organisation).exclude(pk__in=opportunity.panel.values("user"))


def bidding_organisations(opportunity: Opportunity) -> QuerySet[BidMember]:
    """The places of every organisation in a bid that was handed in."""
    return BidMember.objects.filter(bid__opportunity=opportunity, bid__status__in=HANDED_IN)


def conflicts_of(people: Iterable[int], opportunity: Opportunity) -> QuerySet[Membership]:
    """Where one of `people` (numbers of users) belongs to an organisation that is, or is to come, into a bid here.

    Who is to come in counts from the opening on: before, nobody here may learn of it.
    """
    coming = Replacement.objects.filter(
        bid__opportunity=opportunity, bid__status__in=OPENED, status=ReplacementStatus.AGREED
    )
    bidding = bidding_organisations(opportunity).values("organisation")
    return Membership.objects.filter(
        Q(organisation__in=bidding) | Q(organisation__in=coming.values("coming")),
        status=MembershipStatus.ACTIVE,
        user__in=list(people),
    ).select_related("user", "organisation")


# --- bids and scores


def opened_bids(opportunity: Opportunity) -> QuerySet[Bid]:
    """The bids that were opened, by name of the lead, with the organisations in them."""
    return (
        opportunity.bids.filter(status__in=OPENED)
        .select_related("organisation", "consortium", "lot")
        .prefetch_related(Prefetch("members", BidMember.objects.select_related("organisation")))
        .order_by("organisation__name", "pk")
    )


def bids_handed_in(opportunity: Opportunity) -> QuerySet[Bid]:
    """The bids that wait, sealed, to be opened."""
    return opportunity.bids.filter(status=BidStatus.SUBMITTED)


def scores_visible_to(user: User, opportunity: Opportunity) -> QuerySet[Score]:
    """The person's own scores; once scoring is over, those of the whole panel for whoever takes part.

    This is the only way to other people's scores: until everyone has locked theirs, nobody sees them, neither
    the chair nor a director nor an auditor. Scores of members who were stood down count no more and stay out.
    """
    scores = Score.objects.filter(
        bid__opportunity=opportunity, panel_member__stood_down_at__isnull=True
    ).select_related("panel_member__user")
    blind = opportunity.status in (OpportunityStatus.OPEN, OpportunityStatus.EVALUATION)
    if blind or not evaluations_visible_to(user).filter(pk=opportunity.pk).exists():
        return scores.filter(panel_member__user=user)
    return scores


def answers_to_score(opportunity: Opportunity) -> int:
    """How many answers each member has to score: opened bids times criteria."""
    return opportunity.bids.filter(status__in=OPENED).count() * len(opportunity.criteria.all())


def unscored_by(seat: PanelMember) -> int:
    """How many answers the member has still to score."""
    return answers_to_score(seat.opportunity) - seat.scores.count()


@dataclass(frozen=True)
class Cell:
    """One answer in a table of bids by criteria: the person's own score of it, if there is one."""

    bid: Bid
    criterion: Criterion
    score: Score | None


@dataclass(frozen=True)
class GridRow:
    """One bid in that table."""

    bid: Bid
    cells: list[Cell]

    @property
    def left(self) -> int:
        """How many answers of this bid are not scored yet."""
        return sum(cell.score is None for cell in self.cells)


def own_grid(bids: Iterable[Bid], criteria: Iterable[Criterion], seat: PanelMember) -> list[GridRow]:
    """Bids by criteria with the member's own scores; one query."""
    columns = list(criteria)
    own: Mapping[tuple[int, int], Score] = {
        (score.bid_id, score.criterion_id): score for score in seat.scores.all()
    }
    return [
        GridRow(
            bid=bid,
            cells=[Cell(bid, criterion, own.get((bid.pk, criterion.pk))) for criterion in columns],
        )
        for bid in bids
    ]


def next_unscored(seat: PanelMember, bid: Bid, criterion: Criterion) -> Cell | None:
    """The answer to turn to after this one: the next not yet scored, the bid's own first, then round the rest."""
    criteria = list(seat.opportunity.criteria.all())
    cells = [cell for row in own_grid(opened_bids(seat.opportunity), criteria, seat) for cell in row.cells]
    here = next((at for at, cell in enumerate(cells) if (cell.bid, cell.criterion) == (bid, criterion)), 0)
    return next((cell for cell in [*cells[here + 1 :], *cells[:here]] if cell.score is None), None)


# --- what waits


def evaluations_to_do(
    user: User, organisation: Organisation, now: datetime.datetime, *, at_most: int
) -> list[tuple[Opportunity, str]]:
    """Opportunities of the body whose evaluation waits for this person, the longest closed first, and for what.

    That is: open (bids handed in, sealed), end (none handed in), score, agree (as chair) or award. What the
    person's roles do not allow is left out. One query.
    """
    seats = PanelMember.objects.filter(opportunity=OuterRef("pk"), user=user, stood_down_at__isnull=True)
    bids = Bid.objects.filter(opportunity=OuterRef("pk"))
    sealed, unagreed = (
        Exists(bids.filter(status=BidStatus.SUBMITTED)),
        Exists(bids.filter(status=BidStatus.OPENED)),
    )
    closed = Q(status=OpportunityStatus.OPEN, closes_at__lte=now)
    in_evaluation = Q(status=OpportunityStatus.EVALUATION)
    in_moderation = Q(status=OpportunityStatus.MODERATION)
    unconfirmed = Q(opening_confirmed_by__isnull=True) | ~Q(opening_confirmed_by=user)
    steps = {
        "open": (P.BIDS_OPEN, closed & Q(sealed) & unconfirmed),
        "end": (P.AWARD_MAKE, closed & ~Q(sealed)),
        "score": (P.SCORE_GIVE, in_evaluation & Q(Exists(seats.filter(locked_at__isnull=True)))),
        "agree": (P.SCORE_GIVE, in_moderation & Q(Exists(seats.filter(is_chair=True))) & Q(unagreed)),
        "award": (P.AWARD_MAKE, in_moderation & ~Q(unagreed)),
    }
    mine = [
        When(rule, then=Value(name)) for name, (right, rule) in steps.items() if holds(user, right, organisation)
    ]
    found = (
        Opportunity.objects.filter(organisation=organisation, stage=Stage.LIVE)  # one stretch of one index
        .filter(closed | in_evaluation | in_moderation)
        .annotate(next_step=Case(*mine, default=Value(""), output_field=CharField()))
        .exclude(next_step="")
        .only("title")
        .order_by("closes_at", "pk")
    )
    return [(opportunity, opportunity.next_step) for opportunity in found[:at_most]]
