"""Which provider was reminded of what, so that nobody is reminded twice."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from providers.models.evidence import Evidence

# How many days before the last day people are reminded, the most urgent first.
DAYS_BEFORE = (7, 30, 60)


class EvidenceReminder(models.Model):
    """The reminder of one thing, so many days before it runs out, has been written."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="reminders")
    days_before = models.PositiveSmallIntegerField(_("days before"))
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["evidence", "days_before"], name="evidence_reminded_once_each"),
            models.CheckConstraint(
                condition=Q(days_before__in=list(DAYS_BEFORE)), name="evidence_reminder_days_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence}: {self.days_before}"
