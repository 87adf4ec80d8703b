"""Profiles of providers, frozen, and the codes with which one may be read."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User


class Snapshot(models.Model):
    """Everything a provider said of itself at one moment, as canonical JSON with its SHA-256. Never changed."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField(_("number"))
    taken_at = models.DateTimeField(_("taken at"))
    content = models.TextField(_("content"))
    sha256 = models.CharField(_("fingerprint"), max_length=64)

    class Meta:
        verbose_name = _("frozen profile")
        verbose_name_plural = _("frozen profiles")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="snapshot_number_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="snapshot_counts_from_one"),
            models.CheckConstraint(condition=~Q(content=""), name="snapshot_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}-{self.number}"


class ShareCode(models.Model):
    """A code that lets a commissioning body read one frozen profile for a while. Only its hash is kept."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="codes")
    code_sha256 = models.CharField(_("hash of the code"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"))
    expires_at = models.DateTimeField(_("works until"))
    revoked_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )
    read_count = models.PositiveIntegerField(_("times read"), default=0)

    class Meta:
        verbose_name = _("share code")
        verbose_name_plural = _("share codes")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")), name="share_code_works_a_while"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="share_code_revoked_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot}: {self.pk}"


class WrongCode(models.Model):
    """Somebody typed a code that opens nothing: counted, so that nobody tries them all."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    tried_at = models.DateTimeField(_("tried at"))

    class Meta:
        verbose_name = _("wrong share code")
        verbose_name_plural = _("wrong share codes")
        indexes = [models.Index(fields=["user", "tried_at"], name="wrong_code_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.tried_at}"
