"""Who sees which bids, and where an organisation stands for a lot."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds, organisations_where, reads_everything
from marketplace.models import Bid, BidConsent, BidMember, LeadProposal, Lot, Opportunity, PanelMember, Submission
from marketplace.states import LIVE, BidStatus, LeadProposalStatus
from providers.models import Consortium, ConsortiumMember
from providers.states import ConsortiumMemberStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

BEING_WRITTEN = (BidStatus.DRAFT, BidStatus.AWAITING_CONSENT)
NEWEST_BIDS = 250
OPENED = (BidStatus.OPENED, BidStatus.EVALUATED, BidStatus.SUCCESSFUL, BidStatus.UNSUCCESSFUL)


def bids_visible_to(user: "User | AnonymousUser") -> QuerySet[Bid]:
    """The bids of the person's own organisations always; those of others only once they were opened.

    A member sees a draft while it belongs to the consortium, and what was handed in with it for good; one that was
    replaced reads that from the page of its replacement.
    Opened bids show to the panel, to those who open and award for the commissioning body, and to auditors.
    """
    # Asked for each bid rather than listed at once: an organisation may have thousands.
    seen = Q(Exists(_places_of(organisations_where(user, P.BID_READ)).filter(bid=OuterRef("pk"))))
    opened = Q(status__in=OPENED)
    if reads_everything(user):
        return Bid.objects.filter(seen | opened)
    deciding = Q(opportunity__organisation__in=organisations_where(user, P.BIDS_OPEN, P.AWARD_MAKE))
    if scoring := organisations_where(user, P.SCORE_GIVE):
        panel = PanelMember.objects.filter(user=user.pk, stood_down_at__isnull=True)
        deciding |= Q(opportunity__organisation__in=scoring, opportunity__in=panel.values("opportunity"))
    return Bid.objects.filter(seen | opened & deciding)


def places_in_bids(organisation: Organisation | None, user: User) -> QuerySet[BidMember]:
    """Where this organisation leads or is a member, as far as the person sees those bids, each with its bid.

    In the order of `bid` they are one stretch of an index, however many there are.
    """
    if organisation is None:
        return BidMember.objects.none()
    places = BidMember.objects.filter(organisation=organisation)
    if holds(user, P.BID_READ, organisation):
        places = places.filter(standing())
    else:
        places = places.filter(Exists(bids_visible_to(user).filter(pk=OuterRef("bid"))))
    return places.select_related("bid__opportunity", "bid__lot", "bid__organisation")


def newest_places_in_bids(organisation: Organisation, user: User) -> QuerySet[BidMember]:
    """Of `places_in_bids` those of the newest 250 bids: no organisation begins so many while one is open.

    Each with what a line of work shows.
    """
    one_more = BidMember.objects.filter(organisation=organisation).order_by("-bid")[NEWEST_BIDS : NEWEST_BIDS + 1]
    # One number, worked out once. As a list of 250, PostgreSQL works it out again for each row it looks at.
    since = Coalesce(Subquery(one_more.values("bid")), 0)
    places = places_in_bids(organisation, user).filter(bid__gt=since)
    of_opportunity = ("bid__opportunity__title", "bid__opportunity__closes_at")
    return (
        places.select_related(None)
        .select_related("bid__organisation", "bid__opportunity")
        .only("is_lead", "bid__status", "bid__organisation__name", *of_opportunity)
    )


def is_own_bid(user: "User | AnonymousUser", bid: Bid) -> bool:
    """Whether the person reads this bid as one of the bidders, sealed or not."""
    return _places_of(organisations_where(user, P.BID_READ)).filter(bid=bid).exists()


def _places_of(organisations: "Iterable[int]") -> QuerySet[BidMember]:
    return BidMember.objects.filter(organisation__in=organisations).filter(standing())


def standing() -> Q:
    """Of places in bids: the lead's own, those of organisations in the consortium now, and those handed in."""
    joined = ConsortiumMember.objects.filter(
        consortium=OuterRef("bid__consortium"),
        organisation=OuterRef("organisation"),
        status=ConsortiumMemberStatus.JOINED,
    )
    return Q(is_lead=True) | Q(bid__submitted_at__isnull=False) | Q(Exists(joined))


# --- Where an organisation stands for a lot ----------------------------------------------------------


def live_bids(lot: Lot) -> QuerySet[Bid]:
    """Every bid for the lot that was not withdrawn."""
    return lot.bids.exclude(status=BidStatus.WITHDRAWN)


def bid_led_by(organisation: Organisation, lot: Lot) -> Bid | None:
    """The live bid this organisation leads for the lot; there is at most one."""
    return live_bids(lot).filter(organisation=organisation).first()


def bids_joined_by(organisation: Organisation, lot: Lot) -> QuerySet[Bid]:
    """Live bids for the lot led by others, in which this organisation has a place."""
    places = BidMember.objects.filter(bid=OuterRef("pk"), organisation=organisation, is_lead=False)
    return live_bids(lot).filter(Exists(places.filter(standing()))).select_related("organisation")


def bids_being_written_with(consortium: Consortium | int) -> QuerySet[Bid]:
    """The drafts of this consortium, in the order in which they are held."""
    return Bid.objects.filter(consortium=consortium, status__in=BEING_WRITTEN).order_by("pk")


def live_bids_with(consortium: Consortium) -> QuerySet[Bid]:
    """The bids of this consortium that were not withdrawn, newest first."""
    found = Bid.objects.filter(consortium=consortium).exclude(status=BidStatus.WITHDRAWN)
    return found.select_related("opportunity", "organisation").order_by("-pk")


def other_bids_that_count(bid: Bid) -> QuerySet[Bid]:
    """Other bids of the same consortium for which its lead answers: being written, or before the commissioner."""
    counting = Q(status__in=[*BEING_WRITTEN, BidStatus.SUBMITTED, BidStatus.OPENED, BidStatus.EVALUATED])
    found = Bid.objects.filter(counting, consortium=bid.consortium_id, opportunity__status__in=LIVE)
    return found.exclude(pk=bid.pk).select_related("opportunity").order_by("pk")


def lead_proposal_of(bid: Bid) -> LeadProposal | None:
    """Who is asked to lead the bid and has yet to answer."""
    asked = bid.lead_proposals.filter(status=LeadProposalStatus.PROPOSED)
    return asked.select_related("organisation", "proposed_by").first()


def bids_agreed_to_by(organisation: Organisation, lot: Lot) -> QuerySet[Bid]:
    """Live bids for the lot led by others, to which this organisation has agreed."""
    agreed = BidConsent.objects.filter(bid=OuterRef("pk"), organisation=organisation, lapsed_at__isnull=True)
    return live_bids(lot).exclude(organisation=organisation).filter(Exists(agreed)).select_related("organisation")


def lots_without_bid(opportunity: Opportunity, organisation: Organisation) -> QuerySet[Lot]:
    """The lots this organisation does not lead a live bid for."""
    own = Bid.objects.filter(lot=OuterRef("pk"), organisation=organisation).exclude(status=BidStatus.WITHDRAWN)
    return opportunity.lots.filter(~Exists(own))


def withdrawn_bids(organisation: Organisation, opportunity: Opportunity) -> QuerySet[Bid]:
    """What this organisation led and withdrew here, latest first; a new bid may begin with its words."""
    found = Bid.objects.filter(organisation=organisation, opportunity=opportunity, status=BidStatus.WITHDRAWN)
    return found.select_related("lot").order_by("-id")


# --- Who is in it ------------------------------------------------------------------------------------


def consortia_led_by(organisation: Organisation) -> QuerySet[Consortium]:
    """The consortia in which this organisation is the accountable body, by name."""
    led = ConsortiumMember.objects.filter(consortium=OuterRef("pk"), organisation=organisation, is_lead=True)
    return Consortium.objects.filter(Exists(led)).order_by("name", "id")


def joined_members(consortium: Consortium) -> QuerySet[ConsortiumMember]:
    """Those who bid: the lead first, then every organisation that accepted, by name."""
    joined = Q(is_lead=True) | Q(status=ConsortiumMemberStatus.JOINED)
    return (
        consortium.members.filter(joined)
        .select_related("organisation")
        .order_by(F("is_lead").desc(), "organisation__name", "organisation_id")
    )


def invited_members(consortium: Consortium) -> QuerySet[ConsortiumMember]:
    """Those who have not answered yet."""
    asked = consortium.members.filter(status=ConsortiumMemberStatus.INVITED, is_lead=False)
    return asked.select_related("organisation").order_by("organisation__name", "organisation_id")


def consortia_with_names(organisation: Organisation) -> list[tuple[Consortium, list[str]]]:
    """The consortia it leads, each with the names of those who joined and of those asked who have not answered."""
    found = consortia_led_by(organisation).prefetch_related("members__organisation")
    return [
        (consortium, [name for each in consortium.members.all() if (name := _name_in_sight(each))])
        for consortium in found
    ]


def _name_in_sight(member: ConsortiumMember) -> str:
    if member.is_lead or member.status == ConsortiumMemberStatus.JOINED:
        return member.organisation.name
    if member.status == ConsortiumMemberStatus.INVITED:
        return _("%(name)s (asked to join)") % {"name": member.organisation.name}
    return ""


def organisations_to_agree(user: User, bid: Bid) -> list[Organisation]:
    """Members of the bid, the lead left out, for which the person may say yes or no to it."""
    numbers = organisations_where(user, P.BID_CONSENT)
    places = bid.members.filter(organisation__in=numbers, is_lead=False).select_related("organisation")
    return [place.organisation for place in places]


def live_consents(bid: Bid) -> QuerySet[BidConsent]:
    """What members have agreed to and nothing has ended since; compare its fingerprint with the bid's."""
    return bid.consents.filter(lapsed_at__isnull=True).select_related("organisation", "consented_by")


def last_agreed_words(bid: Bid, organisation: Organisation) -> BidConsent | None:
    """What this member agreed to last, with the words it was; none if it never did, or after submission."""
    agreed = bid.consents.filter(organisation=organisation, words__isnull=False)
    return agreed.order_by("-consented_at", "-pk").first()


def receipt_of(bid: Bid) -> Submission | None:
    """The bid as it was handed in last, or none."""
    return bid.submissions.select_related("submitted_by").order_by("-number").first()


def submitted_count(opportunity: Opportunity) -> int:
    """How many bids were handed in and stand: all that anybody but the bidders learns before opening."""
    beyond = opportunity.bids.exclude(status__in=[*BEING_WRITTEN, BidStatus.WITHDRAWN])
    return beyond.count()
