"""Another member leads a bid: proposed by the lead, decided by that member."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User
from core.models.base import status_is_known
from marketplace.models.bids import Bid
from marketplace.states import LeadProposalStatus


class LeadProposal(models.Model):
    """The lead asks another member to lead the bid in its place."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="lead_proposals")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("who would lead")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=LeadProposalStatus.choices, default=LeadProposalStatus.PROPOSED
    )
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("proposal of another lead")
        verbose_name_plural = _("proposals of another lead")
        ordering = ["-id"]
        constraints = [
            status_is_known(LeadProposalStatus, "lead_proposal_status_known"),
            models.UniqueConstraint(
                fields=["bid"],
                condition=models.Q(status=LeadProposalStatus.PROPOSED),
                name="lead_proposed_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status=LeadProposalStatus.PROPOSED, decided_at__isnull=True, decided_by__isnull=True
                )
                | ~models.Q(status=LeadProposalStatus.PROPOSED)
                & models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="lead_proposal_decided_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} to lead {self.bid}"
