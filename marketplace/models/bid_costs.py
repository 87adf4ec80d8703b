"""What a member of a bid reckons with for its own part; its own affair until the lead opens the costs to all."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User
from marketplace.models.bids import Bid


class BidCost(models.Model):
    """One line of what a member's part would cost it, while the bid is written."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="costs")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(_("what for"), max_length=120)
    amount_pence = models.PositiveBigIntegerField(_("cost"))
    form_key = models.UUIDField(_("form key"), default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by"))

    class Meta:
        verbose_name = _("cost of a member")
        verbose_name_plural = _("costs of members")
        ordering = ["id"]
        indexes = [models.Index(fields=["bid", "organisation"], name="cost_of_member")]
        constraints = [models.CheckConstraint(condition=~models.Q(label=""), name="cost_says_what_for")]

    def __str__(self) -> str:
        # Neither what for nor how much: the audit log names things by this.
        return f"cost {self.pk} in bid {self.bid_id}"


class SealedCosts(models.Model):
    """The lines of one member once the bid was handed in: sealed for good, for its own people to read.

    They would give the price away, and nobody may read that before opening; and they never belong to the bid.
    """

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="sealed_costs")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sealed_content = models.TextField()

    class Meta:
        verbose_name = _("sealed costs of a member")
        verbose_name_plural = _("sealed costs of members")
        constraints = [models.UniqueConstraint(fields=["bid", "organisation"], name="sealed_costs_once")]

    def __str__(self) -> str:
        return f"costs of {self.organisation_id} in bid {self.bid_id}"
