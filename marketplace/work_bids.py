"""What bids ask of a person: a word for a partner's bid, a draft to finish, a receipt to find again."""

from dataclasses import replace
from enum import IntEnum
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
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
    """Bids to agree to, to write and handed in, for this person, and the way to all of them; one query."""
    if not organisation.is_provider or not holds(user, P.BID_READ, organisation):
        return []
    places = list(_places_by_sort(user, organisation))
    tasks = {
        Sort.TO_AGREE: [_asked(place.bid) for place in places if place.sort == Sort.TO_AGREE],
        Sort.OWN: [_draft(place) for place in places if place.sort == Sort.OWN],
        Sort.HANDED_IN: [_receipt(place.bid) for place in places if place.sort == Sort.HANDED_IN],
    }
    found = [
        Section(_("Bids to agree to"), tasks[Sort.TO_AGREE]),
        Section(_("Bids you are writing"), tasks[Sort.OWN]),
        Section(_("Bids handed in"), tasks[Sort.HANDED_IN]),
    ]
    shown = [section for section in found if section.tasks] or [
        Section(_("Bids"), [], empty=_("No bid waits for you."))
    ]
    # The way to the whole list stands once, below the last of them.
    return [
        *shown[:-1],
        *(replace(last, url=reverse("bid-list"), url_label=_("All your bids")) for last in shown[-1:]),
    ]


class Sort(IntEnum):
    """Why a bid stands among the work: a partner's to agree to, one's own to finish, one that was handed in."""

    TO_AGREE = 1
    OWN = 2
    HANDED_IN = 3


def _places_by_sort(user: User, organisation: Organisation) -> QuerySet[BidMember, Any]:
    """Those that wait for this person in time, and those handed in; of each `sort` the first to close."""
    agreed = BidConsent.objects.filter(bid=OuterRef("bid"), organisation=organisation, lapsed_at__isnull=True)
    in_time = Q(bid__opportunity__status=OpportunityStatus.OPEN, bid__opportunity__closes_at__gt=timezone.now())
    shown = Q(bid__status=BidStatus.SUBMITTED)
    if holds(user, P.BID_CONSENT, organisation):
        shown |= Q(in_time, ~Exists(agreed), is_lead=False, bid__status=BidStatus.AWAITING_CONSENT)
    if holds(user, P.BID_WRITE, organisation):
        shown |= Q(in_time, is_lead=True, bid__status__in=BEING_WRITTEN)
    handed_in = When(bid__status=BidStatus.SUBMITTED, then=Value(int(Sort.HANDED_IN)))
    sort = Case(handed_in, When(is_lead=True, then=Value(int(Sort.OWN))), default=Value(int(Sort.TO_AGREE)))
    return (
        newest_places_in_bids(organisation, user)
        .filter(shown)
        .annotate(waits=Exists(_places_without_consent()), sort=sort)
        .annotate(
            place=Window(RowNumber(), partition_by="sort", order_by=["bid__opportunity__closes_at", "-bid_id"])
        )
        .filter(place__lte=ASKED)
        .order_by("sort", "place")
    )


def _places_without_consent() -> QuerySet[BidMember]:
    """Of the bid of the place in the outer query: members, the lead left out, that have not agreed."""
    agreed = BidConsent.objects.filter(
        bid=OuterRef("bid"), organisation=OuterRef("organisation"), lapsed_at__isnull=True
    )
    return BidMember.objects.filter(~Exists(agreed), bid=OuterRef("bid"), is_lead=False)


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
