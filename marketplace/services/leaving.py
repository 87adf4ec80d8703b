"""What becomes of a provider's bids when its account is closed, and of what a person follows when they go."""

from django.db.models import Exists, OuterRef, Q

from core import audit
from core.leaving import Part
from core.models import Organisation, User
from marketplace.models import AnswerOpening, Bid, BidMember, Contract, Cover, Follow, Opportunity, Replacement
from marketplace.models.replacements import LIVE_REPLACEMENTS
from marketplace.policies.leaving import GOES, STAYS, WRITING, bids_that_keep
from marketplace.services.contract_locks import locked_contract
from marketplace.services.covers import decline_cover, withdraw_cover
from marketplace.services.locks import locked_bid, locked_opportunity
from marketplace.services.replacements import decline_replacement
from marketplace.states import BidStatus, CoverStatus


def hold_bids(organisation: Organisation) -> None:
    """None of the bids it is in, or is to come into, is handed in, opened or decided meanwhile."""
    asked_in = Q(bids__replacements__coming=organisation, bids__replacements__status__in=LIVE_REPLACEMENTS)
    # Declining holds the opportunity too, and parents come before their children.
    for number in Opportunity.objects.filter(asked_in).order_by("pk").values_list("pk", flat=True).distinct():
        locked_opportunity(number)
    own = Q(organisation=organisation) | Q(members__organisation=organisation) | Q(covers__sponsor=organisation)
    own |= Q(replacements__coming=organisation, replacements__status__in=LIVE_REPLACEMENTS)
    for bid in Bid.objects.filter(own).order_by("pk").distinct():
        locked_bid(bid)
    # Nor does a contract come into force, or end.
    for contract in Contract.objects.filter(parties__organisation=organisation).order_by("pk"):
        locked_contract(contract)


def let_go(organisation: Organisation, by: User) -> None:
    """Bids that it alone wrote and never handed in are deleted; it stands behind nobody in bids being written.

    Where it was to come in for a member of another bid, it says no.
    """
    live = Cover.objects.filter(Q(sponsor=organisation) | Q(member=organisation), bid__status__in=WRITING)
    for cover in live.filter(status__in=[CoverStatus.PROPOSED, CoverStatus.SIGNED]).order_by("pk"):
        withdraw_cover(by=by, cover=cover)
    for cover in Cover.objects.filter(sponsor=organisation, status=CoverStatus.OFFERED).order_by("pk"):
        withdraw_cover(by=by, cover=cover)
    asked = Q(sponsor=organisation, status=CoverStatus.PROPOSED) | Q(
        member=organisation, status=CoverStatus.OFFERED
    )
    for cover in Cover.objects.filter(asked).order_by("pk"):
        decline_cover(by=by, cover=cover)
    coming = Replacement.objects.filter(coming=organisation, status__in=LIVE_REPLACEMENTS)
    for replacement in coming.select_related("bid").order_by("pk"):
        decline_replacement(by=by, replacement=replacement)
    # Those still being written have no other members, or the account could not be closed.
    others = BidMember.objects.filter(bid=OuterRef("pk")).exclude(organisation=organisation)
    alone = Q(status__in=WRITING) | Q(status=BidStatus.WITHDRAWN) & ~Exists(others)
    for bid in Bid.objects.filter(alone, organisation=organisation, submissions__isnull=True).order_by("pk"):
        _delete(bid, by)
    AnswerOpening.objects.filter(organisation=organisation).delete()


def _delete(bid: Bid, by: User) -> None:
    gone = Bid(pk=bid.pk, organisation=bid.organisation, opportunity=bid.opportunity)
    Cover.objects.filter(bid=bid).delete()
    bid.delete()
    audit.record("bid.delete", by=by, obj=gone, organisation=gone.organisation, before={"status": bid.status})


def let_go_of_person(user: User) -> None:
    """Nothing is left of what they followed and had open."""
    Follow.objects.filter(user=user).delete()
    AnswerOpening.objects.filter(user=user).delete()


PART = Part(goes=GOES, stays=STAYS, hold=hold_bids, keeps=bids_that_keep, let_go=let_go)
