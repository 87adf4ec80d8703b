"""What may be done with an opportunity, by whom and when, and what it lacks."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import ALLOWED, Verdict, denied, refused
from core.models import User
from core.money import WHOLE_BPS, percent
from core.permissions import Permission as P
from core.policies import has_right
from marketplace.models import Need, Opportunity
from marketplace.policies.consultations import is_answered_for
from marketplace.queries.needs import COMMISSIONABLE
from marketplace.states import OPPORTUNITY, OpportunityStatus

Person = User | AnonymousUser

FEWEST_CRITERIA = 2
FEWEST_OUTCOMES = 2
SHORTEST_TIME_TO_BID = datetime.timedelta(days=1)


def what_is_missing(opportunity: Opportunity, *, at: datetime.datetime | None = None) -> list[str]:
    """Sentences that say what the opportunity lacks to be published at `at` (now); none if it is complete."""
    return [
        *missing_about(opportunity),
        *missing_lot_and_dates(opportunity, at=at),
        *missing_criteria(opportunity),
        *missing_outcomes(opportunity),
    ]


def missing_about(opportunity: Opportunity) -> list[str]:
    """What the first page lacks."""
    found = [] if opportunity.summary.strip() else [_("Say what is wanted.")]
    if not (opportunity.contact_name and opportunity.contact_email):
        found.append(_("Name somebody whom bidders can ask, with an e-mail address."))
    return found


def missing_lot_and_dates(opportunity: Opportunity, *, at: datetime.datetime | None = None) -> list[str]:
    """What value, opening, closing and service dates lack."""
    now = at or timezone.now()
    found = []
    if not opportunity.lots.all():
        found.append(_("Say what the lot is and what it is worth."))
    if opportunity.closes_at is None:
        found.append(_("Say when bidding closes."))
    else:
        opens_at = max(opportunity.opens_at or now, now)
        if opportunity.closes_at < opens_at + SHORTEST_TIME_TO_BID:
            found.append(_("Bidding must stay open for at least a day. Choose a later closing time."))
    if opportunity.starts_on is None or opportunity.ends_on is None:
        found.append(_("Say when the service starts and ends."))
    elif opportunity.closes_at is not None and opportunity.starts_on <= timezone.localdate(opportunity.closes_at):
        found.append(_("The service must start after bidding closes. Choose a later start."))
    return found


def missing_criteria(opportunity: Opportunity) -> list[str]:
    """What the award criteria lack."""
    weights = [criterion.weight_bps for criterion in opportunity.criteria.all()]
    if len(weights) < FEWEST_CRITERIA:
        needed = ngettext("Write at least %(n)s criterion.", "Write at least %(n)s criteria.", FEWEST_CRITERIA)
        return [needed % {"n": FEWEST_CRITERIA}]
    if sum(weights) != WHOLE_BPS:
        sentence = _("The weights of the criteria make %(sum)s. They must make 100%%.")
        return [sentence % {"sum": percent(sum(weights))}]
    return []


def missing_outcomes(opportunity: Opportunity) -> list[str]:
    """What the shared outcomes lack."""
    weights = [outcome.weight_bps for outcome in opportunity.outcomes.all()]
    if len(weights) < FEWEST_OUTCOMES:
        needed = ngettext(
            "Name at least %(n)s shared outcome.", "Name at least %(n)s shared outcomes.", FEWEST_OUTCOMES
        )
        return [needed % {"n": FEWEST_OUTCOMES}]
    if sum(weights) != WHOLE_BPS:
        sentence = _("The weights of the outcomes make %(sum)s. They must make 100%%.")
        return [sentence % {"sum": percent(sum(weights))}]
    return []


def _complete(opportunity: Opportunity, at: datetime.datetime | None = None) -> Verdict:
    missing = what_is_missing(opportunity, at=at)
    return refused(" ".join(missing)) if missing else ALLOWED


def may_edit_opportunity(user: Person, opportunity: Opportunity) -> Verdict:
    """Whether its words, dates, criteria and outcomes may be changed: only while it is a draft."""
    right = has_right(user, P.OPPORTUNITY_DRAFT, opportunity.organisation_id)
    if not right or opportunity.status == OpportunityStatus.DRAFT:
        return right
    if opportunity.status == OpportunityStatus.IN_REVIEW:
        return refused(_("This is with the director now. It can be changed again if it is returned to you."))
    return refused(_("A published opportunity cannot be changed: people may already be writing bids for it."))


def may_link_need(user: Person, opportunity: Opportunity, need: Need) -> Verdict:
    """Whether the draft may also answer this need: one of the same body, open, not linked yet."""
    verdict = may_edit_opportunity(user, opportunity)
    if not verdict:
        return verdict
    if need.organisation_id != opportunity.organisation_id:
        return denied(_("An opportunity answers needs of the body that invites."))
    if need.status not in COMMISSIONABLE:
        return refused(_("Only a published need that is still open can be linked."))
    if need in opportunity.needs.all():
        return refused(_("This need is linked already."))
    return ALLOWED


def may_unlink_need(user: Person, opportunity: Opportunity, need: Need) -> Verdict:
    """Whether the draft may stop answering this need: another one remains."""
    verdict = may_edit_opportunity(user, opportunity)
    if verdict and need not in opportunity.needs.all():
        return refused(_("This need is not linked any more."))
    if verdict and len(opportunity.needs.all()) <= 1:
        return refused(_("An opportunity answers at least one need. Link another one first."))
    return verdict


def may_send_for_review(user: Person, opportunity: Opportunity) -> Verdict:
    """Whether the draft may go to the director: nothing is missing."""
    right = has_right(user, P.OPPORTUNITY_DRAFT, opportunity.organisation_id)
    return right.and_then(OPPORTUNITY.verdict(opportunity, "ask_review")).and_then(_complete(opportunity))


def may_return_opportunity(user: Person, opportunity: Opportunity) -> Verdict:
    """Whether it may go back to its authors with a reason."""
    right = has_right(user, P.OPPORTUNITY_PUBLISH, opportunity.organisation_id)
    return right.and_then(OPPORTUNITY.verdict(opportunity, "return"))


def may_publish_opportunity(
    user: Person, opportunity: Opportunity, *, at: datetime.datetime | None = None
) -> Verdict:
    """Whether it may become public at `at` (now): complete, its needs still open and people heard on each."""
    right = has_right(user, P.OPPORTUNITY_PUBLISH, opportunity.organisation_id)
    verdict = right.and_then(OPPORTUNITY.verdict(opportunity, "publish")).and_then(_complete(opportunity, at))
    if verdict and not all(need.status in COMMISSIONABLE for need in opportunity.needs.all()):
        return refused(_("The need this answers is no longer open. Reopen it before you publish."))
    return verdict and is_answered_for(opportunity)


def may_cancel_opportunity(user: Person, opportunity: Opportunity) -> Verdict:
    """Whether it may be cancelled: any time before its bids are opened."""
    right = has_right(user, P.OPPORTUNITY_PUBLISH, opportunity.organisation_id)
    return right.and_then(OPPORTUNITY.verdict(opportunity, "cancel"))
