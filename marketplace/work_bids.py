"""What bids ask of a person: a word for a partner's bid, a draft to finish, a receipt to find again."""

from dataclasses import replace

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.work import Section, Task
from marketplace.models import Bid, BidConsent, BidMember
from marketplace.queries.bids import BEING_WRITTEN, bids_of
from marketplace.states import BidStatus, OpportunityStatus

SHOWN = 25


def bid_sections(user: User, organisation: Organisation) -> list[Section]:
    """Bids to agree to, to write and handed in, for this person, and the way to all of them."""
    if not organisation.is_provider or not holds(user, P.BID_READ, organisation):
        return []
    bids = bids_of(organisation, user).order_by("opportunity__closes_at", "-id")
    found = []
    if holds(user, P.BID_CONSENT, organisation):
        found.append(Section(_("Bids to agree to"), [_asked(bid) for bid in _to_agree(bids, organisation)]))
    if holds(user, P.BID_WRITE, organisation):
        drafts = _in_time(bids).filter(status__in=BEING_WRITTEN, organisation=organisation)
        drafts = drafts.annotate(waits=Exists(_places_without_consent()))
        found.append(Section(_("Bids you are writing"), [_draft(bid) for bid in drafts[:SHOWN]]))
    handed_in = bids.filter(status=BidStatus.SUBMITTED)[:SHOWN]
    found.append(Section(_("Bids handed in"), [_receipt(bid) for bid in handed_in]))
    shown = [section for section in found if section.tasks] or [
        Section(_("Bids"), [], empty=_("No bid waits for you."))
    ]
    # The way to the whole list stands once, below the last of them.
    return [
        *shown[:-1],
        *(replace(last, url=reverse("bid-list"), url_label=_("All your bids")) for last in shown[-1:]),
    ]


def _in_time(bids: QuerySet[Bid]) -> QuerySet[Bid]:
    return bids.filter(opportunity__status=OpportunityStatus.OPEN, opportunity__closes_at__gt=timezone.now())


def _to_agree(bids: QuerySet[Bid], organisation: Organisation) -> QuerySet[Bid]:
    agreed = BidConsent.objects.filter(bid=OuterRef("pk"), organisation=organisation, lapsed_at__isnull=True)
    asked = _in_time(bids).filter(status=BidStatus.AWAITING_CONSENT).exclude(organisation=organisation)
    return asked.filter(~Exists(agreed))[:SHOWN]


def _places_without_consent() -> QuerySet[BidMember]:
    """Of the bid in the outer query: members, the lead left out, that have not agreed."""
    agreed = BidConsent.objects.filter(
        bid=OuterRef("bid"), organisation=OuterRef("organisation"), lapsed_at__isnull=True
    )
    return BidMember.objects.filter(~Exists(agreed), bid=OuterRef("pk"), is_lead=False)


def _asked(bid: Bid) -> Task:
    return Task(
        title=bid.opportunity.title,
        url=reverse("bid-consent", args=[bid.pk]),
        hint=_("%(lead)s asks you to read the joint bid and agree to it.") % {"lead": bid.organisation.name},
        due_at=bid.opportunity.closes_at,
        tag=_("to agree"),
        tone="warn",
    )


def _draft(bid: Bid) -> Task:
    agreed = bid.status == BidStatus.AWAITING_CONSENT and not bid.waits  # type: ignore[attr-defined]  # annotated
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
