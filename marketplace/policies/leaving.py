"""When an organisation may leave a consortium: not while a bid counts on it."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from marketplace.models import Bid
from marketplace.states import LIVE, BidStatus, OpportunityStatus
from providers.models import ConsortiumMember

# The commissioner has these, or read them. A bid still being written can go on with others.
HANDED_IN = (BidStatus.SUBMITTED, BidStatus.OPENED, BidStatus.EVALUATED)


def no_bid_counts_on(place: ConsortiumMember) -> Verdict:
    """Whether no bid of the consortium with this member is before the members or before the commissioner."""
    bid = (
        Bid.objects.filter(
            _counting(), consortium=place.consortium_id, members__organisation=place.organisation_id
        )
        .select_related("opportunity")
        .order_by("pk")
        .first()
    )
    if bid is None:
        return ALLOWED
    return refused(
        _(
            "The consortium’s bid for “%(opportunity)s” counts on you. You can leave when it is withdrawn "
            "or decided. Until it is submitted you can also refuse to agree to it."
        )
        % {"opportunity": bid.opportunity.title}
    )


def _counting() -> Q:
    # Nobody can withdraw a bid after the deadline or from a cancelled opportunity: it must not hold its members.
    asked = Q(
        status=BidStatus.AWAITING_CONSENT,
        opportunity__status=OpportunityStatus.OPEN,
        opportunity__closes_at__gt=timezone.now(),
    )
    return asked | Q(status__in=HANDED_IN, opportunity__status__in=LIVE)
