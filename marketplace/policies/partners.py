"""Who may look for partners for an opportunity."""

import datetime

from django.contrib.auth.models import AnonymousUser

from core.access import ALLOWED, Verdict
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right
from marketplace.models import Opportunity
from marketplace.policies.bids import is_open, is_provider_acting
from marketplace.states import Phase

Person = User | AnonymousUser


def may_look_for_partners(
    user: Person, opportunity: Opportunity, organisation: Organisation | None, *, at: datetime.datetime
) -> Verdict:
    """People of a provider, while it can still be bid for, or before it opens."""
    acting = is_provider_acting(user, organisation)
    if not acting:
        return acting
    can_bid = ALLOWED if opportunity.phase_at(at) == Phase.SCHEDULED else is_open(opportunity, at)
    return has_right(user, P.BID_READ, organisation).and_then(can_bid)
