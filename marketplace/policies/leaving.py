"""When an organisation may leave a consortium: not while a bid counts on it."""

from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from marketplace.models import Bid
from marketplace.states import BidStatus
from providers.models import ConsortiumMember

# Members have agreed to these, or are being asked to. A bid still being written can go on with others.
COUNTING = (
    BidStatus.AWAITING_CONSENT,
    BidStatus.SUBMITTED,
    BidStatus.OPENED,
    BidStatus.EVALUATED,
)


def no_bid_counts_on(place: ConsortiumMember) -> Verdict:
    """Whether no bid of the consortium with this member is before the members or before the commissioner."""
    bid = (
        Bid.objects.filter(
            consortium=place.consortium_id, members__organisation=place.organisation_id, status__in=COUNTING
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
