"""What the members of a bid may meet together: income beside the work, and insurance. Pure calculations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.money import WHOLE_BPS
from marketplace.check_states import CheckState

S = CheckState


@dataclass(frozen=True)
class Together:
    """How one check comes out for all members at once, in pence: what it takes, what they have.

    `state` is covered, evidence given or self-declared where they reach it, by what the best of it rests on, and
    needed where they are short. For incomes `work_pence` is the work in a year and `share_bps` the part of a
    year's income that it may be.
    """

    check: str
    asked_pence: int
    have_pence: int
    state: CheckState
    work_pence: int = 0
    share_bps: int = 0

    @property
    def short_pence(self) -> int:
        """How much is lacking; nothing if it is covered."""
        return max(0, self.asked_pence - self.have_pence)

    @property
    def is_covered(self) -> bool:
        """Whether they reach what is asked."""
        return self.short_pence == 0


def income_wanted(share_pence: int, share_bps: int) -> int:
    """The yearly income in pence beside which the work is at most `share_bps` of it, rounded up."""
    return -(-share_pence * WHOLE_BPS // share_bps)


def turnover_together(shares_pence: Iterable[int], incomes_pence: Iterable[int], share_bps: int) -> Together:
    """Whether the members’ yearly incomes together carry their shares of a year's work together.

    What one has beyond its own share helps another that has too little. `share_bps` is the part of a year’s
    income that the work may be: 5,000 wants an income of twice the sum. An income not told is nought.
    """
    work = sum(shares_pence)
    asked, have = income_wanted(work, share_bps), sum(incomes_pence)
    state = S.COVERED if have >= asked else S.NEEDED
    return Together("turnover", asked, have, state, work_pence=work, share_bps=share_bps)


@dataclass(frozen=True)
class Policy:
    """One insurance that names the whole bid: the sum in pence, and what it rests on.

    `state`: verified, evidence given, or self-declared for one that is told or promised.
    """

    pence: int
    state: CheckState


def insurance_together(check: str, asked_pence: int, policies: Sequence[Policy]) -> Together:
    """Whether one policy that names the members reaches the highest sum asked of any of them.

    Sums are not added up: a claim is paid from one policy. Of those that reach it the surest decides the state.
    """
    have = max((policy.pence for policy in policies), default=0)
    reaching = [policy.state for policy in policies if policy.pence >= asked_pence]
    order = (S.SELF_DECLARED, S.EVIDENCE_GIVEN, S.VERIFIED)
    best = max(reaching, key=order.index, default=S.NEEDED)
    return Together(check, asked_pence, have, S.COVERED if best is S.VERIFIED else best)
