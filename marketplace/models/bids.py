"""What bidders write, who stands behind it, and the sealed copy that counts."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Drafted, Organisation, User
from core.models.base import status_is_known
from core.money import WHOLE_BPS
from marketplace.liability import Liability
from marketplace.models.opportunities import Criterion, Lot, Opportunity
from marketplace.states import BidStatus
from providers.models import Consortium, Snapshot


class Bid(Drafted):
    """One offer for one lot, by one organisation alone or as lead of a consortium.

    While it is written its words stand in this row and in its answers; submitting moves them into a sealed
    Submission and empties these, so that nobody can read a bid before it is opened.
    """

    opportunity = models.ForeignKey(Opportunity, on_delete=models.PROTECT, related_name="bids")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="bids")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="bids_led", verbose_name=_("lead")
    )
    consortium = models.ForeignKey(
        Consortium,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bids",
        verbose_name=_("consortium"),
    )
    status = models.CharField(_("status"), max_length=20, choices=BidStatus.choices, default=BidStatus.DRAFT)
    price_pence = models.PositiveBigIntegerField(_("price, VAT included"), null=True, blank=True)
    liability = models.CharField(_("who answers for what"), max_length=20, choices=Liability.choices, blank=True)
    costs_opened_at = models.DateTimeField(_("costs opened to the members at"), null=True, blank=True)
    costs_opened_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("costs opened by")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submitted by")
    )

    class Meta:
        verbose_name = _("bid")
        verbose_name_plural = _("bids")
        indexes = [
            models.Index(fields=["organisation", "-updated_at"], name="bid_of_organisation"),
            models.Index(fields=["opportunity", "status"], name="bid_of_opportunity"),
            models.Index(fields=["status", "opportunity"], name="bid_of_status"),
        ]
        constraints = [
            status_is_known(BidStatus, "bid_status_known"),
            models.UniqueConstraint(
                fields=["lot", "organisation"],
                condition=~models.Q(status=BidStatus.WITHDRAWN),
                name="bid_once_per_lot",
            ),
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | models.Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="bid_submitted_at_with_by",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "awaiting_consent", "withdrawn"])
                | models.Q(submitted_at__isnull=False),
                name="bid_beyond_draft_was_submitted",
            ),
            # The words of a submitted bid are in its sealed copy alone.
            models.CheckConstraint(
                condition=~models.Q(status=BidStatus.SUBMITTED) | models.Q(price_pence__isnull=True),
                name="bid_sealed_price_is_not_in_the_clear",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=BidStatus.SUBMITTED) | models.Q(liability=""),
                name="bid_sealed_liability_is_not_in_the_clear",
            ),
            models.CheckConstraint(
                condition=models.Q(costs_opened_at__isnull=True, costs_opened_by__isnull=True)
                | models.Q(costs_opened_at__isnull=False, costs_opened_by__isnull=False),
                name="bid_costs_opened_at_with_by",
            ),
            models.CheckConstraint(
                condition=models.Q(liability__in=["", *Liability.values]), name="bid_liability_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} for {self.opportunity}"

    @property
    def bidder(self) -> str:
        """What pages and letters call whoever bids: the consortium if there is one, else the organisation."""
        return self.consortium.name if self.consortium else self.organisation.name


class BidAnswer(models.Model):
    """The answer to one criterion while the bid is being written, and again once it is opened.

    It counts its own versions, so that two people may write two answers of one bid at the same time.
    """

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(_("answer"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    updated_at = models.DateTimeField(_("changed at"), default=timezone.now)
    updated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )
    # Who writes it, besides the lead; who does says nothing to the commissioner, so it is not in the words.
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("writer")
    )

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["criterion__number"]
        constraints = [models.UniqueConstraint(fields=["bid", "criterion"], name="answer_once_per_criterion")]

    def __str__(self) -> str:
        return str(self.criterion)


class BidMember(models.Model):
    """One organisation in a bid, its share of the money and its part. The lead has a row too."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="bid_places")
    is_lead = models.BooleanField(_("lead"), default=False)
    share_bps = models.PositiveIntegerField(_("share"), default=0)
    # What the organisation said of itself when the bid was handed in.
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="bid_places", db_index=False
    )
    part = models.CharField(_("what it would do"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["-is_lead", "organisation__name"]
        indexes = [models.Index(fields=["organisation", "bid"], name="bid_place_of_organisation")]
        constraints = [
            models.UniqueConstraint(fields=["bid", "organisation"], name="bid_member_once"),
            models.UniqueConstraint(fields=["bid"], condition=models.Q(is_lead=True), name="bid_has_one_lead"),
            models.CheckConstraint(condition=models.Q(share_bps__lte=WHOLE_BPS), name="bid_share_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.bid}"


class BidConsent(models.Model):
    """A member's word for the exact version of a bid, known by its hash.

    An edit, or the member itself, ends it: `lapsed_at` says when. What was once agreed stays on record.
    `words` are kept while the bid is written, so that the member can be shown what changed since.
    """

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="consents")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    content_sha256 = models.CharField(_("fingerprint"), max_length=64)
    consented_at = models.DateTimeField(_("consented at"))
    consented_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    lapsed_at = models.DateTimeField(_("lapsed at"), null=True, blank=True)
    words = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bid", "organisation"],
                condition=models.Q(lapsed_at__isnull=True),
                name="consent_that_holds_once_per_member",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.content_sha256[:12]}"


class OpportunityKey(models.Model):
    """The key that seals the bids of one opportunity, itself wrapped by the master key of the environment."""

    opportunity = models.OneToOneField(Opportunity, on_delete=models.PROTECT, related_name="seal_key")
    wrapped_key = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("seal key")
        verbose_name_plural = _("seal keys")

    def __str__(self) -> str:
        return str(self.opportunity_id)


class Submission(models.Model):
    """A bid as it was handed in: sealed content, its SHA-256 and the time; the receipt is this row."""

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    arrived_at = models.DateTimeField(_("arrived at"))
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    content_sha256 = models.CharField(_("fingerprint"), max_length=64)
    sealed_content = models.TextField()
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["bid", "number"], name="submission_number_once")]

    def __str__(self) -> str:
        return f"{self.bid_id}-{self.number}"
