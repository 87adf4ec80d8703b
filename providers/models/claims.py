"""Somebody says that an organisation which others registered is theirs."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User
from core.models.base import status_is_known
from providers.states import ClaimStatus

LONGEST_REASON = 1000
OPEN = models.Q(status=ClaimStatus.OPEN)
DECIDED = models.Q(status__in=(ClaimStatus.ACCEPTED, ClaimStatus.REFUSED))


class ClaimGround(models.TextChoices):
    """Why asking to join is not enough."""

    NOBODY_ANSWERS = "nobody_answers", _("Nobody there answers")
    NOT_THEIRS = "not_theirs", _("We are the organisation, they are not")


class Claim(models.Model):
    """One person asks to be made an owner of a provider that is here already.

    Its owners answer until `owners_until`; from then on, or where nobody there is an owner, the service
    administrator decides. `before` is what a decision to accept changed, as core.services.handing_over wrote it,
    so that it can be undone.
    """

    form_key = models.UUIDField(_("form key"), unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="claims", verbose_name=_("organisation")
    )
    claimant = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="claims", verbose_name=_("claimed by")
    )
    ground = models.CharField(_("why"), max_length=20, choices=ClaimGround.choices)
    reason = models.TextField(_("reasons"), max_length=LONGEST_REASON)
    status = models.CharField(_("status"), max_length=20, choices=ClaimStatus.choices, default=ClaimStatus.OPEN)
    made_at = models.DateTimeField(_("made at"))
    owners_until = models.DateTimeField(_("owners answer until"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    is_decided_by_owner = models.BooleanField(_("decided by an owner"), default=False)
    decision_reason = models.TextField(_("reasons for the decision"), max_length=LONGEST_REASON, blank=True)
    before = models.JSONField(_("people before the decision"), default=dict, editable=False)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["-id"]
        indexes = [models.Index(fields=["made_at", "id"], condition=OPEN, name="claim_oldest_open")]
        constraints = [
            status_is_known(ClaimStatus, "claim_status_known"),
            models.CheckConstraint(condition=models.Q(ground__in=ClaimGround.values), name="claim_ground_known"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="claim_has_reason"),
            models.CheckConstraint(
                condition=models.Q(owners_until__gte=models.F("made_at")), name="claim_owners_after_made"
            ),
            models.UniqueConstraint(
                fields=["organisation", "claimant"], condition=OPEN, name="claim_one_open_each"
            ),
            models.CheckConstraint(
                condition=DECIDED & models.Q(decided_at__isnull=False, decided_by__isnull=False)
                | ~DECIDED & models.Q(decided_at__isnull=True, decided_by__isnull=True),
                name="claim_decided_at_with_by",
            ),
            models.CheckConstraint(
                condition=~DECIDED
                | models.Q(is_decided_by_owner=True, status=ClaimStatus.ACCEPTED)
                | ~models.Q(decision_reason=""),
                name="claim_decided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claimant} claims {self.organisation}"

    def is_with_owners_at(self, moment: datetime.datetime) -> bool:
        """Whether the time in which its owners, if there are any, answer still runs."""
        return moment < self.owners_until
