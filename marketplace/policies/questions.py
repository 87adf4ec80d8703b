"""Who may ask about an opportunity, answer, and tell everybody; and until when."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right
from core.templatetags.accord import when
from marketplace.models import BidderQuestion, Opportunity
from marketplace.policies.bids import is_provider_acting
from marketplace.queries.questions import count_waiting
from marketplace.states import QUESTION, Phase

Person = User | AnonymousUser

# So many of one provider may wait for an answer; more is not asking any more.
MOST_WAITING = 20
BEFORE_THE_DEADLINE = (Phase.SCHEDULED, Phase.OPEN)


def usual_cut_off(opens_at: datetime.datetime, closes_at: datetime.datetime | None) -> datetime.datetime | None:
    """Until when bidders may ask where nothing is said: three quarters of the time in which bids are taken.

    Whole minutes, so that the answer can still change what somebody writes.
    """
    if closes_at is None:
        return None
    ends = opens_at + (closes_at - opens_at) * 3 / 4
    return ends.replace(second=0, microsecond=0)


def is_asking_open(opportunity: Opportunity, at: datetime.datetime) -> Verdict:
    """Whether questions are taken at that moment: from publication, opened or not, to the cut-off."""
    if opportunity.phase_at(at) not in BEFORE_THE_DEADLINE:
        return refused(_("Questions are not taken any more: this opportunity takes no bids now."))
    ends = opportunity.asking_ends_at
    if ends is not None and at >= ends:
        return refused(_("Questions were taken until %(time)s.") % {"time": when(ends)})
    return ALLOWED


def may_ask(
    user: Person, opportunity: Opportunity, organisation: Organisation | None, *, at: datetime.datetime
) -> Verdict:
    """Whether the person may ask for the provider they act for."""
    acting = is_provider_acting(user, organisation)
    if not acting or organisation is None:
        return acting
    verdict = has_right(user, P.BID_WRITE, organisation).and_then(is_asking_open(opportunity, at))
    if verdict and count_waiting(organisation, opportunity) >= MOST_WAITING:
        return refused(
            _("%(most)s of your questions wait for an answer. Take one back, or wait.") % {"most": MOST_WAITING}
        )
    return verdict


def may_withdraw_question(user: Person, question: BidderQuestion) -> Verdict:
    """Whether the asker may take it back: nobody has answered it yet."""
    right = has_right(user, P.BID_WRITE, question.organisation_id)
    return right.and_then(QUESTION.verdict(question, "withdraw"))


def may_answer_questions(user: Person, opportunity: Opportunity, *, at: datetime.datetime) -> Verdict:
    """Whether the person may write and publish answers: while they can still help somebody to bid."""
    right = has_right(user, P.OPPORTUNITY_DRAFT, opportunity.organisation_id)
    return right.and_then(_helps_still(opportunity, at))


def may_answer_alone(user: Person, opportunity: Opportunity, *, at: datetime.datetime) -> Verdict:
    """Whether the person may answer one bidder alone: a director, who answers for treating all alike."""
    right = has_right(user, P.OPPORTUNITY_PUBLISH, opportunity.organisation_id)
    return right.and_then(_helps_still(opportunity, at))


def _helps_still(opportunity: Opportunity, at: datetime.datetime) -> Verdict:
    if opportunity.phase_at(at) in BEFORE_THE_DEADLINE:
        return ALLOWED
    return refused(_("Bidding is over, so an answer helps nobody any more."))
