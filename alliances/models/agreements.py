"""The agreement, its members and their signatures."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliances.states import AllianceStatus
from core.models import Drafted, Organisation, User
from core.models.base import status_is_known
from core.money import WHOLE_BPS
from marketplace.models import Award


class Alliance(Drafted):
    """One agreement under which commissioner and providers share outcomes, decisions and risk.

    While it is a draft its words stand in these rows. Asking for signatures freezes them into `agreed_text`:
    from then on that text is the agreement, whatever a party may be called later.
    """

    award = models.OneToOneField(
        Award, on_delete=models.PROTECT, null=True, blank=True, related_name="alliance", verbose_name=_("award")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="alliances_held", verbose_name=_("commissioning body")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=AllianceStatus.choices, default=AllianceStatus.DRAFT
    )
    name = models.CharField(_("name"), max_length=200)
    purpose = models.TextField(_("purpose"), max_length=3000)
    principles = models.TextField(_("principles"), max_length=5000)
    budget_pence = models.PositiveBigIntegerField(_("budget, VAT included"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    agreed_text = models.TextField(_("the exact text to sign"), blank=True)
    agreed_sha256 = models.CharField(_("fingerprint of that text"), max_length=64, blank=True)
    activated_at = models.DateTimeField(_("signed by all at"), null=True, blank=True)

    class Meta:
        verbose_name = _("alliance")
        verbose_name_plural = _("alliances")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["organisation", "status"], name="alliance_of_organisation")]
        constraints = [
            status_is_known(AllianceStatus, "alliance_status_known"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="alliance_dates_in_order"
            ),
            models.CheckConstraint(condition=models.Q(budget_pence__gt=0), name="alliance_has_budget"),
            models.CheckConstraint(condition=~models.Q(name=""), name="alliance_has_name"),
            models.CheckConstraint(
                condition=models.Q(status="draft", agreed_text="", agreed_sha256="")
                | ~models.Q(status="draft") & ~models.Q(agreed_text="") & ~models.Q(agreed_sha256=""),
                name="alliance_text_frozen_beyond_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "signing"]) | models.Q(activated_at__isnull=False),
                name="alliance_active_was_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AllianceMember(models.Model):
    """One party. A signature holds the person, their authority, the time and the exact text they signed."""

    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="alliance_places")
    share_bps = models.PositiveIntegerField(_("share of the provider money"), default=0)
    part = models.CharField(_("what it does"), max_length=300, blank=True)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed by")
    )
    signed_as = models.CharField(_("authority"), max_length=120, blank=True)
    signed_sha256 = models.CharField(_("fingerprint of what was signed"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["organisation__kind", "-share_bps", "organisation__name"]
        indexes = [
            models.Index(fields=["organisation", "signed_at"], name="alliance_place_to_sign"),
            models.Index(fields=["organisation", "alliance"], name="alliance_place_newest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "organisation"], name="alliance_member_once"),
            models.CheckConstraint(condition=models.Q(share_bps__lte=WHOLE_BPS), name="alliance_share_in_range"),
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True, signed_by__isnull=True, signed_as="", signed_sha256="")
                | models.Q(signed_at__isnull=False, signed_by__isnull=False)
                & ~models.Q(signed_as="")
                & ~models.Q(signed_sha256=""),
                name="alliance_signature_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.alliance}"
