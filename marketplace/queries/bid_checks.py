"""What is asked of each member of a bid on its own share, and where each stands with it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from marketplace.models import Bid, Opportunity
from marketplace.queries.opportunity_checks import case_for, matrix_for
from marketplace.together import Policy, Together, insurance_together, turnover_together
from providers.checks import Asked, Case, Matrix, checks_for
from providers.identifiers import LegalForm
from providers.queries.known import Facts, Known, facts_of
from providers.word_kinds import INSURED_TOGETHER

Words = Mapping[str, Any]
FEWEST_TOGETHER = 2


@dataclass(frozen=True)
class CheckLine:
    """One check of one member: what is asked, what is known, where it stands.

    `is_met_together` says that the members meet it with one another.
    """

    asked: Asked
    known: Known
    state: CheckState
    is_met_together: bool = False

    @property
    def is_done(self) -> bool:
        """Whether nothing is to do now."""
        return is_done_for_now(self.state)

    @property
    def stops_signing(self) -> bool:
        """Whether a contract cannot be signed as it stands."""
        return stops_signing(self.asked, self.state)


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
    number: int
    name: str
    is_lead: bool
    share_pence: int
    facts: Facts
    asked: Sequence[Asked]


def checks_of_bid(bid: Bid, words: Words, *, on: datetime.date | None = None) -> BidChecks:
    """Every member of the bid with what it is asked and where it stands on the day (today).

    `words` is what the bid says (marketplace.queries.bid_words): the caller knows who may read it. As many
    queries for nine members as for two.
    """
    members = words["members"]
    today = on or timezone.localdate()
    matrix = matrix_for(bid.opportunity, today=today)
    facts = facts_of([member["id"] for member in members], on=today)
    shares = shares_of(bid.lot.value_pence, [member["share_bps"] for member in members])
    found = [
        _Member(
            member["id"],
            member["name"],
            member["lead"],
            share,
            facts[member["id"]],
            checks_for(case_of(bid.opportunity, facts[member["id"]], share, today), matrix),
        )
        for member, share in zip(members, shares, strict=True)
    ]
    together = _together(found, matrix) if len(found) >= FEWEST_TOGETHER else []
    return BidChecks(
        [_checked(member, matrix, found) for member in found],
        together,
        is_guess=len(found) > 1 and not any(member["share_bps"] for member in members),
    )


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


def _checked(member: _Member, matrix: Matrix, members: Sequence[_Member]) -> MemberChecks:
    lines = [_line(member, asked, matrix, members) for asked in member.asked]
    return MemberChecks(member.number, member.name, member.is_lead, member.share_pence, lines)


def _line(member: _Member, asked: Asked, matrix: Matrix, members: Sequence[_Member]) -> CheckLine:
    known = member.facts.of(asked.check)
    backing = _from_together(member, asked, matrix, members) if may_be_covered(asked) else None
    state = state_of(
        asked, known, value_share_pence=member.share_pence, backings=[backing] if backing is not None else []
    )
    met = backing is not None and state is backing.state and state is not own_state(asked, known)
    return CheckLine(asked, known, state, is_met_together=met)


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
    return turnover_together([each.share_pence for each in members], incomes, share_bps)


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
