"""What bids ask of a person: a word for a partner's bid, a draft to finish, a receipt to find again."""

from dataclasses import replace

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.work import ASKED, Section, Task
from marketplace.models import Bid, BidConsent, BidMember
from marketplace.queries.bids import BEING_WRITTEN, newest_places_in_bids
from marketplace.states import BidStatus, OpportunityStatus


def bid_sections(user: User, organisation: Organisation) -> list[Section]:
    """Bids to agree to, to write and handed in, for this person, and the way to all of them."""
    if not organisation.is_provider or not holds(user, P.BID_READ, organisation):
        return []
    found = [
        *_being_written(user, organisation),
        Section(_("Bids handed in"), [_receipt(bid) for bid in _handed_in(user, organisation)]),
    ]
    shown = [section for section in found if section.tasks] or [
        Section(_("Bids"), [], empty=_("No bid waits for you."))
    ]
    # The way to the whole list stands once, below the last of them.
    return [
        *shown[:-1],
        *(replace(last, url=reverse("bid-list"), url_label=_("All your bids")) for last in shown[-1:]),
    ]


def _being_written(user: User, organisation: Organisation) -> list[Section]:
    """Bids of partners to agree to and bids of one's own to finish, the soonest to close first."""
    asked, writes = holds(user, P.BID_CONSENT, organisation), holds(user, P.BID_WRITE, organisation)
    places = _open_places(user, organisation, asked=asked, writes=writes) if asked or writes else []
    partners = [_asked(place.bid) for place in places if not place.is_lead]
    own = [_draft(place) for place in places if place.is_lead]
    return [
        *([Section(_("Bids to agree to"), partners[:ASKED])] if asked else []),
        *([Section(_("Bids you are writing"), own[:ASKED])] if writes else []),
    ]


def _open_places(user: User, organisation: Organisation, *, asked: bool, writes: bool) -> QuerySet[BidMember]:
    """Those in time that wait for this person; partners' before the organisation's own."""
    agreed = BidConsent.objects.filter(bid=OuterRef("bid"), organisation=organisation, lapsed_at__isnull=True)
    to_agree = Q(is_lead=False, bid__status=BidStatus.AWAITING_CONSENT) & ~Q(Exists(agreed))
    waiting = (to_agree if asked else Q(pk__in=[])) | (Q(is_lead=True) if writes else Q(pk__in=[]))
    places = newest_places_in_bids(organisation, user).filter(
        waiting,
        bid__status__in=BEING_WRITTEN,
        bid__opportunity__status=OpportunityStatus.OPEN,
        bid__opportunity__closes_at__gt=timezone.now(),
    )
    places = places.annotate(waits=Exists(_places_without_consent()))
    return places.order_by("is_lead", "bid__opportunity__closes_at", "-bid_id")[: 2 * ASKED]


def _places_without_consent() -> QuerySet[BidMember]:
    """Of the bid of the place in the outer query: members, the lead left out, that have not agreed."""
    agreed = BidConsent.objects.filter(
        bid=OuterRef("bid"), organisation=OuterRef("organisation"), lapsed_at__isnull=True
    )
    return BidMember.objects.filter(~Exists(agreed), bid=OuterRef("bid"), is_lead=False)


def _handed_in(user: User, organisation: Organisation) -> list[Bid]:
    places = newest_places_in_bids(organisation, user).filter(bid__status=BidStatus.SUBMITTED)
    return [place.bid for place in places.order_by("bid__opportunity__closes_at", "-bid_id")[:ASKED]]


def _asked(bid: Bid) -> Task:
    return Task(
        title=bid.opportunity.title,
        url=reverse("bid-consent", args=[bid.pk]),
        hint=_("%(lead)s asks you to read the joint bid and agree to it.") % {"lead": bid.organisation.name},
        due_at=bid.opportunity.closes_at,
        tag=_("to agree"),
        tone="warn",
    )


def _draft(place: BidMember) -> Task:
    bid, waits = place.bid, place.waits  # type: ignore[attr-defined]  # annotated
    agreed = bid.status == BidStatus.AWAITING_CONSENT and not waits
    return Task(
        title=bid.opportunity.title,
        url=reverse("bid-detail", args=[bid.pk]),
        hint=_("Every member has agreed. Submit it.") if agreed else "",
        due_at=bid.opportunity.closes_at,
        tag=_("to submit") if agreed else bid.get_status_display(),
        tone="warn" if agreed else "info",
    )


def _receipt(bid: Bid) -> Task:
    hint = _("Led by %(name)s. It is opened after the deadline.") % {"name": bid.organisation.name}
    url = reverse("bid-receipt", args=[bid.pk])
    return Task(title=bid.opportunity.title, url=url, hint=hint, tag=_("submitted"), tone="good")
