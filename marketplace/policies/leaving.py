"""When an organisation may leave a consortium, or close its account: not while others count on it."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import ALLOWED, Sentence, Verdict, refused
from core.models import Organisation
from marketplace.models import Bid, Contract
from marketplace.states import LIVE, BidStatus, ContractStatus, CoverStatus
from providers.models import ConsortiumMember
from providers.states import ConsortiumMemberStatus

GOES = (
    gettext_lazy("Bids that you alone were writing, with their answers and costs."),
    gettext_lazy("Your place in bids that others lead and are still writing."),
)
STAYS = (
    gettext_lazy(
        "Submitted bids with your profile as it was then, agreements to them, covers, scores and awards, "
        "because a public decision rests on them and may be questioned."
    ),
    gettext_lazy(
        "Contracts that are over, with their reports and variations, because others signed them too and public "
        "money was spent under them."
    ),
    gettext_lazy(
        "What you answered in consultations and wrote in bids that others lead, because it is theirs too."
    ),
    gettext_lazy(
        "Your organisation’s name in all of these, and the record of events, because both say who did what."
    ),
)

# The commissioner has these, or read them. A bid still being written goes on without the member.
HANDED_IN = (BidStatus.SUBMITTED, BidStatus.OPENED, BidStatus.EVALUATED)
WRITING = (BidStatus.DRAFT, BidStatus.AWAITING_CONSENT)


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


def bids_that_keep(organisation: Organisation) -> list[Sentence]:
    """What keeps an organisation from closing its account, each thing named with what to do about it."""
    return [
        *_awaiting_decision(organisation),
        *_led_with_others(organisation),
        *_contracts_that_keep(organisation),
    ]


def _awaiting_decision(organisation: Organisation) -> list[Sentence]:
    """Bids before a commissioner that it is in, or in which it stands behind somebody."""
    covers = Q(covers__sponsor=organisation, covers__status=CoverStatus.SIGNED)
    own = Q(organisation=organisation) | Q(members__organisation=organisation) | covers
    bids = Bid.objects.filter(own, status__in=HANDED_IN, opportunity__status__in=LIVE).distinct()
    sentence = _(
        "The bid for “%(opportunity)s” waits for a decision. You can close when it is decided or withdrawn."
    )
    return [sentence % {"opportunity": bid.opportunity.title} for bid in _in_order(bids)]


def _led_with_others(organisation: Organisation) -> list[Sentence]:
    others = ConsortiumMember.objects.filter(is_lead=False, status=ConsortiumMemberStatus.JOINED)
    bids = Bid.objects.filter(organisation=organisation, status__in=WRITING)
    together = bids.filter(consortium__in=others.values("consortium"))
    sentence = _(
        "You lead “%(consortium)s”, which is writing a bid for “%(opportunity)s”. "
        "Withdraw the bid or ask another member to lead it first."
    )
    return [
        sentence % {"opportunity": bid.opportunity.title, "consortium": bid.bidder} for bid in _in_order(together)
    ]


def _contracts_that_keep(organisation: Organisation) -> list[Sentence]:
    """Contracts it is a party to that are being made, or in force."""
    begun = Q(status__in=[ContractStatus.DRAFT, ContractStatus.SIGNING])
    in_force = Q(status=ContractStatus.ACTIVE, ends_on__gte=timezone.localdate())
    contracts = Contract.objects.filter(begun | in_force, parties__organisation=organisation).order_by("pk")
    sentence = _(
        "Your organisation is a party to the contract “%(contract)s” (%(state)s). "
        "You can close when it has ended, or was terminated: talk to the commissioning body."
    )
    return [sentence % {"contract": each.title, "state": each.get_status_display()} for each in contracts]


def _in_order(bids: QuerySet[Bid]) -> QuerySet[Bid]:
    return bids.select_related("opportunity", "consortium").order_by("pk")
