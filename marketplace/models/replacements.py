"""Another organisation takes the place of a member of a bid that was handed in."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User
from core.models.base import status_is_known
from marketplace.models.bids import Bid
from marketplace.models.evaluation import PanelMember
from marketplace.states import ReplacementStatus
from providers.models import Snapshot

LIVE_REPLACEMENTS = (ReplacementStatus.PROPOSED, ReplacementStatus.AGREED)
LONGEST_SAID = 2000


class Replacement(models.Model):
    """A dated record beside the sealed bid, which it never changes: who leaves, who comes, who agreed, what the
    panel said.

    `content_sha256` is the fingerprint of the sealed bid it belongs to. What it says of the bid (share, part,
    money, why) is sealed under the same key, before and after opening, with a fingerprint of its own: whoever
    comes in agrees to exactly that.
    """

    form_key = models.UUIDField(_("form key"), default=uuid.uuid4, unique=True, editable=False)
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="replacements", verbose_name=_("bid"))
    leaving = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="places_left", verbose_name=_("who leaves")
    )
    coming = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="places_taken", verbose_name=_("who comes in")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=ReplacementStatus.choices, default=ReplacementStatus.PROPOSED
    )
    content_sha256 = models.CharField(_("fingerprint of the sealed bid"), max_length=64)
    sealed_terms = models.TextField()
    terms_sha256 = models.CharField(_("fingerprint of what is taken on"), max_length=64)
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    agreed_at = models.DateTimeField(_("agreed to come in at"), null=True, blank=True)
    agreed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agreed by")
    )
    left_at = models.DateTimeField(_("agreed to leave at"), null=True, blank=True)
    left_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreed to leave by"),
    )
    # What the lead says in place of a member that is gone or does not answer.
    sealed_statement = models.TextField(blank=True)
    stated_at = models.DateTimeField(_("stated at"), null=True, blank=True)
    stated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stated by")
    )
    # What whoever comes in said of itself when it agreed, and what whoever leaves had said with the bid.
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    snapshot_left = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    reason = models.TextField(_("why the panel decided so"), max_length=3000, blank=True)

    class Meta:
        verbose_name = _("replacement of a member")
        verbose_name_plural = _("replacements of members")
        ordering = ["-id"]
        constraints = [
            status_is_known(ReplacementStatus, "replacement_status_known"),
            models.UniqueConstraint(
                fields=["bid"], condition=Q(status__in=["proposed", "agreed"]), name="replacement_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(leaving=models.F("coming")), name="replacement_is_by_another_organisation"
            ),
            models.CheckConstraint(
                condition=~Q(sealed_terms="") & ~Q(terms_sha256="") & ~Q(content_sha256=""),
                name="replacement_has_sealed_terms",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{act}_at__isnull": True, f"{act}_by__isnull": True})
                    | Q(**{f"{act}_at__isnull": False, f"{act}_by__isnull": False}),
                    name=f"replacement_{act}_at_with_by",
                )
                for act in ("agreed", "left")
            ),
            models.CheckConstraint(
                condition=Q(stated_at__isnull=True, stated_by__isnull=True, sealed_statement="")
                | Q(stated_at__isnull=False, stated_by__isnull=False) & ~Q(sealed_statement=""),
                name="replacement_stated_at_with_by",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["agreed", "accepted"])
                | Q(agreed_at__isnull=False) & (Q(left_at__isnull=False) | Q(stated_at__isnull=False)),
                name="replacement_rests_on_both",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "agreed"], decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(status__in=["proposed", "agreed"]) & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="replacement_decided_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["accepted", "refused"]) & ~Q(reason="")
                | ~Q(status__in=["accepted", "refused"]) & Q(reason=""),
                name="replacement_panel_gives_its_reason",
            ),
        ]

    def __str__(self) -> str:
        # No organisation: the record of events names things by this, and is read before the bids are opened.
        return f"replacement {self.pk}"


class ReplacementDeclaration(models.Model):
    """A panel member’s word on whether they have a tie with the organisation that is to come in."""

    replacement = models.ForeignKey(Replacement, on_delete=models.CASCADE, related_name="declarations")
    panel_member = models.ForeignKey(PanelMember, on_delete=models.CASCADE, related_name="declarations")
    is_free = models.BooleanField(_("has no tie"))
    declared_at = models.DateTimeField(_("declared at"))

    class Meta:
        verbose_name = _("declaration on a replacement")
        verbose_name_plural = _("declarations on replacements")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["replacement", "panel_member"], name="replacement_declared_once_per_seat"
            )
        ]

    def __str__(self) -> str:
        return f"{self.panel_member_id} on replacement {self.replacement_id}"
