"""When an organisation may leave a consortium, or be removed: not while a bid that was handed in counts on it."""

from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from marketplace.models import Bid
from marketplace.states import LIVE, BidStatus
from providers.models import ConsortiumMember

# The commissioner has these, or read them. A bid still being written goes on without the member.
HANDED_IN = (BidStatus.SUBMITTED, BidStatus.OPENED, BidStatus.EVALUATED)


def no_bid_counts_on(place: ConsortiumMember) -> Verdict:
    """Whether no bid of the consortium with this member is before the commissioner.

    A bid of a cancelled opportunity holds nobody: it can no longer be withdrawn.
    """
    bid = (
        Bid.objects.filter(
            status__in=HANDED_IN,
            opportunity__status__in=LIVE,
            consortium=place.consortium_id,
            members__organisation=place.organisation_id,
        )
        .select_related("opportunity")
        .order_by("pk")
        .first()
    )
    if bid is None:
        return ALLOWED
    sentence = _(
        "The consortium’s bid for “%(opportunity)s” was handed in and counts on %(name)s, "
        "which can leave when it is withdrawn or decided."
    )
    return refused(sentence % {"opportunity": bid.opportunity.title, "name": place.organisation.name})
