"""Who scores, what they found, and what was decided."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Area, NeedCategory, User
from core.money import WHOLE_BPS
from marketplace.models.bids import Bid
from marketplace.models.opportunities import Criterion, Lot, Opportunity
from marketplace.scales import HIGHEST_POINTS

IS_PUBLIC = models.Q(public_at__isnull=False)


class Points(models.IntegerChoices):
    """The published scale every answer is scored on."""

    NONE = 0, _("0 – no answer, or nothing relevant")
    POOR = 1, _("1 – poor: most of what was asked is missing")
    WEAK = 2, _("2 – weak: some of what was asked, with serious gaps")
    FAIR = 3, _("3 – fair: what was asked, with small gaps")
    GOOD = 4, _("4 – good: what was asked, well shown")
    EXCELLENT = 5, _("5 – excellent: what was asked and convincing beyond it")


class PanelMember(models.Model):
    """A person appointed to score the bids of one opportunity; one of them chairs.

    `locked_at` is when they finished: after it their scores do not change and moderation may begin. Someone
    who leaves after they began to score is stood down: what they wrote is kept and counts no more.
    """

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="panel")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="panel_places")
    is_chair = models.BooleanField(_("chair"), default=False)
    appointed_at = models.DateTimeField(_("appointed at"), auto_now_add=True)
    locked_at = models.DateTimeField(_("scores locked at"), null=True, blank=True)
    stood_down_at = models.DateTimeField(_("stood down at"), null=True, blank=True)
    stood_down_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stood down by")
    )
    stood_down_reason = models.CharField(_("why they were stood down"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("panel member")
        verbose_name_plural = _("panel members")
        ordering = ["-is_chair", "user__name"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "user"], name="panel_member_once"),
            models.UniqueConstraint(
                fields=["opportunity"], condition=models.Q(is_chair=True), name="panel_has_one_chair"
            ),
            models.CheckConstraint(
                condition=models.Q(stood_down_at__isnull=True, stood_down_by__isnull=True, stood_down_reason="")
                | models.Q(stood_down_at__isnull=False, stood_down_by__isnull=False, is_chair=False)
                & ~models.Q(stood_down_reason=""),
                name="panel_member_stood_down_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Score(models.Model):
    """One panel member's points for one answer, with the reason; the rest of the panel sees it at moderation."""

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    panel_member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="scores")
    points = models.PositiveSmallIntegerField(_("points"), choices=Points.choices)
    reason = models.TextField(_("reason"), max_length=3000)
    scored_at = models.DateTimeField(_("scored at"))
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["criterion__number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "criterion", "panel_member"], name="score_once"),
            models.CheckConstraint(condition=models.Q(points__lte=HIGHEST_POINTS), name="score_on_the_scale"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="score_has_reason"),
        ]

    def __str__(self) -> str:
        return str(self.points)


class AgreedScore(models.Model):
    """The panel's final points for one answer, as the chair recorded them after moderation."""

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="agreed_scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(_("points"), choices=Points.choices)
    reason = models.TextField(_("reason"), max_length=3000)
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(_("agreed at"))
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("agreed score")
        verbose_name_plural = _("agreed scores")
        ordering = ["criterion__number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "criterion"], name="agreed_score_once"),
            models.CheckConstraint(
                condition=models.Q(points__lte=HIGHEST_POINTS), name="agreed_score_on_the_scale"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="agreed_score_has_reason"),
        ]

    def __str__(self) -> str:
        return str(self.points)


class Award(models.Model):
    """The decision on one lot: which bid won, who decided, and why. A lot has one."""

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="award")
    bid = models.OneToOneField(Bid, on_delete=models.PROTECT, related_name="award")
    reason = models.TextField(_("reason"), max_length=3000)
    awarded_at = models.DateTimeField(_("awarded at"))
    awarded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # What the lot and its opportunity say, once more: what is committed in a region is summed along one index.
    # The indexes below begin with the area.
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    category = models.ForeignKey(NeedCategory, on_delete=models.PROTECT, related_name="+", db_index=False)
    value_pence = models.PositiveBigIntegerField(_("value of the lot, VAT included"))
    public_at = models.DateTimeField(
        _("public since"), null=True, blank=True, help_text=_("When the last lot of the opportunity was decided.")
    )

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        indexes = [
            models.Index(
                fields=["area", "category", "value_pence"], condition=IS_PUBLIC, name="award_money_by_area"
            ),
            models.Index(fields=["area", "public_at", "id"], name="award_newest_by_area"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="award_has_reason"),
            models.CheckConstraint(
                condition=models.Q(public_at__isnull=True) | models.Q(public_at__gte=models.F("awarded_at")),
                name="award_public_after_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.bid.organisation}"


class NoAward(models.Model):
    """The decision to end an opportunity without awarding it, who took it, and why."""

    opportunity = models.OneToOneField(Opportunity, on_delete=models.PROTECT, related_name="no_award")
    reason = models.TextField(_("reason"), max_length=3000)
    ended_at = models.DateTimeField(_("ended at"))
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("end without award")
        verbose_name_plural = _("ends without award")
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="no_award_has_reason")]

    def __str__(self) -> str:
        return str(self.opportunity)


class AssessmentSummary(models.Model):
    """What one bidder is told: its total, its place and the words of the decision, beside its agreed scores."""

    bid = models.OneToOneField(Bid, on_delete=models.PROTECT, related_name="summary")
    total_bps = models.PositiveIntegerField(_("total"))
    place = models.PositiveSmallIntegerField(_("place"))
    text = models.TextField(_("summary"), max_length=3000, blank=True)
    released_at = models.DateTimeField(_("released at"))

    class Meta:
        verbose_name = _("assessment summary")
        verbose_name_plural = _("assessment summaries")
        constraints = [
            models.CheckConstraint(condition=models.Q(total_bps__lte=WHOLE_BPS), name="summary_total_in_range"),
            models.CheckConstraint(condition=models.Q(place__gte=1), name="summary_place_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.bid_id}: {self.total_bps}"
