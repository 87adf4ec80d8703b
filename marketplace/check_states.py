"""Where one organisation stands with one check it is asked: a pure calculation.

Words and figures come in as values; nothing here reads the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.access import Sentence
from marketplace.states import NEVER_COVERED
from providers.checks import Asked, How
from providers.models import LookUpState
from providers.queries.evidence import Standing
from providers.queries.known import NOTHING, Known
from providers.word_kinds import ALWAYS_DECLARED, INSURANCES


class CheckState(models.TextChoices):
    """Where an organisation stands with a check of one bid. Nothing keeps it: it follows from what is known."""

    NOT_ASKED = "not_asked", _("not asked")
    NEEDED = "needed", _("needed")
    SELF_DECLARED = "self_declared", _("your word given")
    EVIDENCE_GIVEN = "evidence_given", _("evidence given")
    VERIFIED = "verified", _("verified")
    REFUSED = "refused", _("refused")
    EXPIRED = "expired", _("expired")
    COVERED = "covered", _("covered")


S = CheckState
# The organisation has something to do before it can go further.
TO_DO = (S.NEEDED, S.REFUSED, S.EXPIRED)
_OF_PAPER = {
    Standing.VERIFIED: S.VERIFIED,
    Standing.GIVEN: S.EVIDENCE_GIVEN,
    Standing.REFUSED: S.REFUSED,
    Standing.EXPIRED: S.EXPIRED,
}
# From the least to the most that somebody else can do for a check.
_BETTER = (S.NEEDED, S.EXPIRED, S.REFUSED, S.SELF_DECLARED, S.EVIDENCE_GIVEN, S.COVERED)


@dataclass(frozen=True)
class Backing:
    """What stands behind a member in one check: up to `limit_pence`, with whoever gives it standing at `state`.

    None as limit is what the members meet together.
    """

    state: CheckState
    limit_pence: int | None = None


def own_state(asked: Asked, known: Known) -> CheckState:
    """Where the organisation stands by itself, leaving aside what others do for it.

    A verified paper serves wherever a word is asked, but never instead of the two declarations that the law
    wants from each. A sum below the one asked serves for nothing. Where a public register says otherwise the
    word is not enough; where it says the same, nothing more is needed.
    """
    if not asked.is_asked:
        return S.NOT_ASKED
    if asked.check in ALWAYS_DECLARED and not known.is_told:
        return S.NEEDED
    shown = _state_of_paper(asked, known)
    if shown in (S.VERIFIED, S.EVIDENCE_GIVEN):
        return shown
    told = known.is_told and is_enough(asked, known.told_pence)
    if told and is_word_enough(asked, known):
        return S.VERIFIED if known.is_found else S.SELF_DECLARED
    if shown is not None:
        return shown
    if told and asked.how is How.COMMIT and known.has_nothing_to_tell:
        return S.SELF_DECLARED
    return S.NEEDED


def _state_of_paper(asked: Asked, known: Known) -> CheckState | None:
    """What a paper for the check comes to; none where there is none, or its sum is too low."""
    if known.shown is None:
        return None
    is_good = known.shown in (Standing.VERIFIED, Standing.GIVEN)
    return None if is_good and not is_enough(asked, known.shown_pence) else _OF_PAPER[known.shown]


def is_enough(asked: Asked, pence: int | None) -> bool:
    """Whether a sum insured reaches the one asked; a check without a sum, or a word that names none, does."""
    if asked.check not in INSURANCES or asked.amount_pence is None or pence is None:
        return True
    return pence >= asked.amount_pence


def is_word_enough(asked: Asked, known: Known = NOTHING) -> bool:
    """Whether the organisation’s word settles it: where it is not shown, and no public register says otherwise."""
    return asked.how in (How.SELF_DECLARED, How.LOOKED_UP) and not known.contradicted_by


def contradiction_of(known: Known) -> Sentence:
    """What a register says against the organisation's word, in short."""
    is_gone = any(row.result == LookUpState.GONE for row in known.contradicted_by)
    return _("removed from the register") if is_gone else _("not in the register")


def may_be_covered(asked: Asked) -> bool:
    """Whether a lead, a sponsor or the members together may meet it: money, insurance and systems alone."""
    return asked.is_asked and asked.sponsor_can_cover and asked.check not in NEVER_COVERED


def state_of(
    asked: Asked, known: Known, *, value_share_pence: int, backings: Iterable[Backing] = ()
) -> CheckState:
    """Where a member stands with one check of a bid, with what others do for it.

    A cover below the member’s share of the work counts for nothing, and none reaches identity, exclusions,
    safeguarding or DBS.
    """
    own = own_state(asked, known)
    if not may_be_covered(asked) or not stops_signing(asked, own, known):
        return own
    reaching = (
        each.state for each in backings if each.limit_pence is None or each.limit_pence >= value_share_pence
    )
    return max((own, *(state for state in reaching if state in _BETTER)), key=_BETTER.index)


def stops_signing(asked: Asked, state: CheckState, known: Known = NOTHING) -> bool:
    """Whether a contract cannot be signed yet: what is shown must be verified or covered by then."""
    if state in TO_DO:
        return True
    waits = (S.SELF_DECLARED, S.EVIDENCE_GIVEN)
    return state in waits and not is_word_enough(asked, known)


def is_done_for_now(state: CheckState) -> bool:
    """Whether the organisation has nothing to do at present; a promise holds until signing."""
    return state not in TO_DO
