"""What a provider has shown for a check, once for every bid."""

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Document, Organisation, User
from core.models.base import status_is_known
from providers.states import EvidenceStatus as Status

LONGEST_DETAILS = 1000
LONGEST_REASON = 1000


class Evidence(models.Model):
    """One thing shown for one check by one organisation: a document, an answer, or both. Never changed.

    Something newer is a row of its own, so that what was shown before stays on record. `check_code` is the code
    of a check (providers.checks). `decided_for` is the commissioning body for which somebody looked at it.
    """

    form_key = models.UUIDField(_("form key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("organisation")
    )
    check_code = models.CharField(_("check"), max_length=40)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.GIVEN)
    document = models.OneToOneField(
        Document,
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("document"),
    )
    reference = models.CharField(_("number"), max_length=200, blank=True)
    amount_pence = models.PositiveBigIntegerField(_("amount"), null=True, blank=True)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    details = models.TextField(_("details"), max_length=LONGEST_DETAILS, blank=True)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    # The last day on which it holds.
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    given_at = models.DateTimeField(_("given at"))
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("given by"))
    decided_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("looked at by")
    )
    decided_for = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for")
    )
    reason = models.TextField(_("reason"), max_length=LONGEST_REASON, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["given_at", "id"], condition=Q(status=Status.GIVEN), name="evidence_waiting_oldest_first"
            ),
            models.Index(
                fields=["check_code", "given_at", "id"], condition=Q(status=Status.GIVEN), name="evidence_of_check"
            ),
            models.Index(fields=["organisation", "check_code", "-id"], name="evidence_of_organisation"),
            models.Index(
                fields=["valid_until", "id"], condition=Q(status=Status.VERIFIED), name="evidence_running_out"
            ),
        ]
        constraints = [
            status_is_known(Status, "evidence_status_known"),
            models.CheckConstraint(condition=~Q(check_code=""), name="evidence_has_check"),
            models.UniqueConstraint(
                fields=["organisation", "check_code"],
                condition=Q(status=Status.GIVEN),
                name="evidence_waits_once_per_check",
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=False)
                | ~Q(reference="")
                | ~Q(details="")
                | Q(amount_pence__isnull=False),
                name="evidence_shows_something",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lte=models.F("valid_until")),
                name="evidence_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, decided_for__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, decided_for__isnull=False),
                name="evidence_decided_at_with_by_and_for",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.VERIFIED, Status.REFUSED]) | Q(decided_at__isnull=False),
                name="evidence_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.REFUSED) | ~Q(reason=""), name="evidence_refused_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.check_code}"

    def has_run_out_on(self, day: datetime.date) -> bool:
        """Whether its last day is over."""
        return self.valid_until is not None and self.valid_until < day

    def holds_on(self, day: datetime.date) -> bool:
        """Whether it is verified and has not run out: what later bids build on."""
        return self.status == Status.VERIFIED and not self.has_run_out_on(day)
