"""What an alliance is for, in figures."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliances.models.agreements import Alliance
from core.models import User
from core.money import WHOLE_BPS


class Outcome(models.Model):
    """A shared outcome: an indicator that is to move from a baseline to a target, for everybody together."""

    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE, related_name="outcomes")
    number = models.PositiveSmallIntegerField(_("number"))
    indicator = models.CharField(_("indicator"), max_length=200)
    unit = models.CharField(_("unit"), max_length=40)
    baseline = models.DecimalField(_("baseline"), max_digits=12, decimal_places=2)
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2)
    weight_bps = models.PositiveIntegerField(_("weight"))

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "number"], name="outcome_number_once"),
            models.CheckConstraint(
                condition=~models.Q(baseline=models.F("target")), name="outcome_target_is_not_baseline"
            ),
            models.CheckConstraint(
                condition=models.Q(weight_bps__gte=1, weight_bps__lte=WHOLE_BPS), name="outcome_weight_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.indicator


class Result(models.Model):
    """A figure for one period. A correction is a new row that names the one it corrects; the old one stays."""

    form_key = models.UUIDField(_("form key"), default=uuid.uuid4, unique=True, editable=False)
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="results")
    period_end = models.DateField(_("period ending"))
    actual = models.DecimalField(_("result"), max_digits=12, decimal_places=2)
    source = models.CharField(_("source"), max_length=300)
    note = models.TextField(_("comment"), max_length=2000, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(_("corrected at"), null=True, blank=True)
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="correction",
        verbose_name=_("corrects"),
    )
    reason = models.TextField(_("why it was corrected"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["period_end", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "period_end"],
                condition=models.Q(superseded_at__isnull=True),
                name="result_once_per_period",
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="result_has_source"),
            models.CheckConstraint(
                condition=models.Q(corrects__isnull=True, reason="")
                | models.Q(corrects__isnull=False) & ~models.Q(reason=""),
                name="result_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.actual}"
