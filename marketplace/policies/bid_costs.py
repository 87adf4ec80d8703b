"""Who may enter costs, and who may open them to all members of a bid."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right
from marketplace.models import Bid
from marketplace.policies.bid_drafting import writes_for
from marketplace.policies.bids import is_being_written, may_edit_bid

Person = User | AnonymousUser
MOST_LINES = 100


def may_enter_costs(user: Person, bid: Bid, organisation: Organisation | int, *, at: datetime.datetime) -> Verdict:
    """Those who write for a member, about that member's own part, while the bid is written."""
    number = organisation if isinstance(organisation, int) else organisation.pk
    right = has_right(user, P.BID_WRITE, organisation)
    if not right:
        return right
    if number not in writes_for(user, bid):
        return denied(_("Only the members of a bid enter their costs."))
    if bid.costs.filter(organisation=organisation).count() >= MOST_LINES:
        return refused(_("There are %(most)d lines already. Put some together.") % {"most": MOST_LINES})
    return is_being_written(bid, at=at)


def may_open_costs(user: Person, bid: Bid, *, at: datetime.datetime) -> Verdict:
    """The lead, once, while the bid is written and somebody has entered something."""
    return may_edit_bid(user, bid, at=at).and_then(_can_be_opened(bid))


def _can_be_opened(bid: Bid) -> Verdict:
    if bid.costs_opened_at is not None:
        return refused(_("The costs are open to all members already."))
    if not bid.costs.exists():
        return refused(_("Nobody has entered any costs yet."))
    return ALLOWED
