"""What is asked of each member of a bid on its own share, and where each stands with it."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils import timezone

from core.money import WHOLE_BPS, rate_of, split_by_shares
from marketplace.check_states import (
    Backing,
    CheckState,
    is_done_for_now,
    may_be_covered,
    own_state,
    state_of,
    stops_signing,
)
from marketplace.models import Bid, Cover, Opportunity
from marketplace.queries.covers import live_covers, turnover_carried
from marketplace.queries.opportunity_checks import case_for, matrix_for
from marketplace.states import CoverStatus
from marketplace.together import Policy, Together, income_wanted, insurance_together, turnover_together
from providers.checks import Asked, Case, Matrix, checks_for
from providers.identifiers import LegalForm
from providers.queries.checks import NoMatrix
from providers.queries.known import Facts, Known, facts_of
from providers.word_kinds import INSURED_TOGETHER
from providers.yearly import pence_a_year

Words = Mapping[str, Any]
FEWEST_TOGETHER = 2


@dataclass(frozen=True)
class CheckLine:
    """One check of one member: what is asked, what is known, where it stands.

    `is_met_together` says that the members meet it with one another; `cover` is offered, asked for or signed.
    """

    asked: Asked
    known: Known
    state: CheckState
    is_met_together: bool = False
    cover: Cover | None = None

    @property
    def is_done(self) -> bool:
        """Whether nothing is to do now."""
        return is_done_for_now(self.state)

    @property
    def stops_signing(self) -> bool:
        """Whether a contract cannot be signed as it stands."""
        return stops_signing(self.asked, self.state, self.known)


@dataclass(frozen=True)
class MemberChecks:
    """One member of a bid: its share of the money in pence, and every check, those not asked too."""

    organisation: int
    name: str
    is_lead: bool
    share_pence: int
    lines: Sequence[CheckLine]

    @property
    def asked(self) -> list[CheckLine]:
        """The checks in which there is something to do or to say."""
        return [line for line in self.lines if line.asked.is_asked]

    @property
    def to_do(self) -> list[CheckLine]:
        """What waits for this member now."""
        return [line for line in self.asked if not line.is_done]

    @property
    def open_at_signing(self) -> list[CheckLine]:
        """What keeps it from signing."""
        return [line for line in self.lines if line.stops_signing]

    @property
    def minutes_left(self) -> int:
        """About how long what waits for it takes."""
        return sum(line.asked.minutes for line in self.to_do)


@dataclass(frozen=True)
class BidChecks:
    """A bid in its checks. `is_guess`: nobody has shared out the work, so equal shares are taken."""

    members: Sequence[MemberChecks]
    together: Sequence[Together]
    is_guess: bool = False

    def of(self, organisation: int) -> MemberChecks | None:
        """The member of that number, if it is in the bid."""
        return next((each for each in self.members if each.organisation == organisation), None)


@dataclass(frozen=True)
class _Member:
    bid: int
    number: int
    name: str
    is_lead: bool
    share_pence: int
    a_year_pence: int
    facts: Facts
    asked: Sequence[Asked]


def checks_of_bid(bid: Bid, words: Words, *, on: datetime.date | None = None) -> BidChecks:
    """Every member of the bid with what it is asked and where it stands on the day (today).

    `words` is what the bid says (marketplace.queries.bid_words): the caller knows who may read it. As many
    queries for nine members as for two.
    """
    return checks_of_bids(bid.opportunity, [(bid, words["members"])], on=on)[bid.pk]


def checks_of_bids(
    opportunity: Opportunity, bids: Sequence[tuple[Bid, Sequence[Words]]], *, on: datetime.date | None = None
) -> dict[int, BidChecks]:
    """Number of each bid -> its checks, for bids of one opportunity, each with its members as bids name them.

    As many queries for ten bids as for one. Nothing is asked under the checks where the opportunity is older than
    their first version.
    """
    today = on or timezone.localdate()
    try:
        matrix = matrix_for(opportunity, today=today)
    except NoMatrix:
        return {bid.pk: BidChecks(_asked_nothing(members), []) for bid, members in bids}
    numbers = {member["id"] for _bid, members in bids for member in members}
    covers = _Covers.of([bid for bid, _members in bids], today, numbers)
    return {bid.pk: _checks(opportunity, bid, members, matrix, covers) for bid, members in bids}


def _checks(
    opportunity: Opportunity, bid: Bid, members: Sequence[Words], matrix: Matrix, covers: "_Covers"
) -> BidChecks:
    shares = shares_of(bid.lot.value_pence, [member["share_bps"] for member in members])
    found = []
    for member, share in zip(members, shares, strict=True):
        facts = covers.facts[member["id"]]
        case = case_of(opportunity, facts, share, covers.today)
        who = (bid.pk, member["id"], member["name"], member["lead"])
        found.append(_Member(*who, share, case.a_year_pence, facts, checks_for(case, matrix)))
    together = _together(found, matrix) if len(found) >= FEWEST_TOGETHER else []
    return BidChecks(
        [_checked(member, matrix, found, covers) for member in found],
        together,
        is_guess=len(found) > 1 and not any(member["share_bps"] for member in members),
    )


def _asked_nothing(members: Sequence[Words]) -> list[MemberChecks]:
    return [MemberChecks(member["id"], member["name"], member["lead"], 0, []) for member in members]


def members_in_rows(bid: Bid) -> list[dict[str, Any]]:
    """The members of an opened bid as its words name them, where they are read already."""
    return [
        {
            "id": member.organisation_id,
            "name": member.organisation.name,
            "lead": member.is_lead,
            "share_bps": member.share_bps,
        }
        for member in bid.members.all()
    ]


def shares_of(value_pence: int, shares_bps: Sequence[int]) -> list[int]:
    """The value of a lot by shares in basis points; parts add up once the shares make the whole.

    Equal parts while nobody has a share. While the shares make another sum, each counts by itself.
    """
    if not any(shares_bps):
        return split_by_shares(value_pence, [1] * len(shares_bps)) if shares_bps else []
    if sum(shares_bps) == WHOLE_BPS:
        return split_by_shares(value_pence, shares_bps)
    return [rate_of(value_pence, share) for share in shares_bps]


def case_of(opportunity: Opportunity, facts: Facts, share_pence: int, today: datetime.date) -> Case:
    """The case that an organisation with this share makes, on the day the opportunity was published.

    What it has not told yet counts so that nothing is overlooked: no income, and somebody employed.
    """
    published = opportunity.published_at
    return case_for(
        opportunity,
        value_share_pence=share_pence,
        income_pence=facts.income_pence or 0,
        legal_form=facts.legal_form or LegalForm.UNREGISTERED,
        staff_count=1 if facts.staff_count is None else facts.staff_count,
        on=timezone.localdate(published) if published else today,
    )


def _checked(member: _Member, matrix: Matrix, members: Sequence[_Member], covers: "_Covers") -> MemberChecks:
    lines = [_line(member, asked, matrix, members, covers) for asked in member.asked]
    return MemberChecks(member.number, member.name, member.is_lead, member.share_pence, lines)


def _line(
    member: _Member, asked: Asked, matrix: Matrix, members: Sequence[_Member], covers: "_Covers"
) -> CheckLine:
    known, cover = member.facts.of(asked.check), covers.by_place.get((member.bid, member.number, asked.check))
    if not may_be_covered(asked):
        return CheckLine(asked, known, own_state(asked, known), cover=cover)
    together = _from_together(member, asked, matrix, members)
    backings = [each for each in (together, _from_cover(member, asked, matrix, members, covers, cover)) if each]
    state = state_of(asked, known, value_share_pence=member.share_pence, backings=backings)
    is_own = state is own_state(asked, known)
    met = together is not None and state is together.state and not is_own
    return CheckLine(asked, known, state, is_met_together=met, cover=cover)


# --- Covers ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Covers:
    """Covers by bid, member and check, what is known of members and sponsors, what sponsors carry."""

    by_place: Mapping[tuple[int, int, str], Cover]
    facts: Mapping[int, Facts]
    carried: Mapping[int, int]
    today: datetime.date

    @classmethod
    def of(cls, bids: Sequence[Bid], today: datetime.date, members: Collection[int]) -> "_Covers":
        rows = [cover for cover in live_covers(bids) if not cover.is_over_on(today)]
        # What the member asked for itself goes before what others offer.
        rows.sort(key=lambda cover: cover.status != CoverStatus.OFFERED)
        sponsors = {cover.sponsor_id for cover in rows}
        return cls(
            {(cover.bid_id, cover.member_id, cover.check_code): cover for cover in rows},
            facts_of(sorted(sponsors.union(members)), on=today),
            turnover_carried(sponsors, on=today),
            today,
        )


def _from_cover(
    member: _Member,
    asked: Asked,
    matrix: Matrix,
    members: Sequence[_Member],
    covers: _Covers,
    cover: Cover | None,
) -> Backing | None:
    """What a cover signed by both does for the member: no more than its sponsor meets itself."""
    if cover is None or cover.status != CoverStatus.SIGNED:
        return None
    own_part = next((each.a_year_pence for each in members if each.number == cover.sponsor_id), 0)
    state = sponsor_state(
        asked,
        covers.facts[cover.sponsor_id],
        carries_pence=own_part + covers.carried.get(cover.sponsor_id, 0),
        share_bps=_income_share(matrix, member.share_pence),
    )
    return Backing(state, cover.limit_pence)


def sponsor_state(asked: Asked, facts: Facts, *, carries_pence: int, share_bps: int) -> CheckState:
    """Where a sponsor stands with the check in which it is to stand behind somebody.

    For the size of the work its income must carry `carries_pence` a year: its own share, what it covers already
    and the cover itself. Otherwise it must meet what the member is asked; covered is what is settled for signing.
    """
    if asked.check == "turnover":
        enough = (facts.income_pence or 0) >= income_wanted(carries_pence, share_bps)
        return CheckState.COVERED if enough else CheckState.NEEDED
    known = facts.of(asked.check)
    state = own_state(asked, known)
    return state if stops_signing(asked, state, known) else CheckState.COVERED


def _income_share(matrix: Matrix, share_pence: int) -> int:
    return matrix.cell("turnover", matrix.band_of(share_pence)).share_bps or WHOLE_BPS


def sponsor_of_bid(
    member: MemberChecks, line: CheckLine, checks: BidChecks, *, sponsor: int, limit_pence: int, bid: Bid
) -> CheckState:
    """Where an organisation would stand today as sponsor of this member in this check, up to that limit."""
    today = timezone.localdate()
    own = checks.of(sponsor)
    a_year = partial(pence_a_year, starts_on=bid.opportunity.starts_on, ends_on=bid.opportunity.ends_on)
    carried = turnover_carried([sponsor], on=today, besides=line.cover).get(sponsor, 0)
    return sponsor_state(
        line.asked,
        facts_of([sponsor], on=today)[sponsor],
        carries_pence=a_year(own.share_pence if own else 0) + carried + a_year(limit_pence),
        share_bps=_income_share(matrix_for(bid.opportunity, today=today), member.share_pence),
    )


# --- What the members meet together ------------------------------------------------------------------


def _from_together(member: _Member, asked: Asked, matrix: Matrix, members: Sequence[_Member]) -> Backing | None:
    """What the others do for this member in the check without a cover of their own for it."""
    if len(members) < FEWEST_TOGETHER:
        return None
    if asked.check == "turnover":
        cell = matrix.cell("turnover", matrix.band_of(member.share_pence))
        # Where nothing lowers it, the check wants a sponsor or a guarantee on top of the income.
        if cell.otherwise is None or not cell.share_bps:
            return None
        return Backing(_turnover(members, cell.share_bps).state)
    if asked.check in INSURED_TOGETHER and asked.amount_pence is not None:
        return Backing(insurance_together(asked.check, asked.amount_pence, _policies(asked, members)).state)
    return None


def _together(members: Sequence[_Member], matrix: Matrix) -> list[Together]:
    found = []
    if _asked_of_any(members, "turnover"):
        cells = [matrix.cell("turnover", matrix.band_of(each.share_pence)) for each in members]
        if limits := [cell.share_bps for cell in cells if cell.share_bps]:
            found.append(_turnover(members, min(limits)))
    for check in INSURED_TOGETHER:
        asked = _asked_of_any(members, check)
        if asked and (highest := max(asked, key=lambda line: line.amount_pence or 0)).amount_pence:
            found.append(insurance_together(check, highest.amount_pence, _policies(highest, members)))
    return found


def _asked_of_any(members: Sequence[_Member], check: str) -> list[Asked]:
    return [asked for each in members for asked in each.asked if asked.check == check and asked.is_asked]


def _turnover(members: Sequence[_Member], share_bps: int) -> Together:
    incomes = [each.facts.income_pence or 0 for each in members]
    return turnover_together([each.a_year_pence for each in members], incomes, share_bps)


def _policies(asked: Asked, members: Sequence[_Member]) -> list[Policy]:
    """The insurance of the lead, and of each member that says it names the others."""
    found = []
    for member in members:
        known = member.facts.of(asked.check)
        if not (member.is_lead or known.names_partners):
            continue
        if known.is_told and known.told_pence is not None:
            found.append(Policy(known.told_pence, CheckState.SELF_DECLARED))
        paper = own_state(asked, known)
        if known.shown_pence is not None and paper in (CheckState.VERIFIED, CheckState.EVIDENCE_GIVEN):
            found.append(Policy(known.shown_pence, paper))
    return found
