"""Organisations that bid together."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Drafted, Organisation, User
from core.models.base import status_is_known
from providers.states import ConsortiumMemberStatus


class Consortium(Drafted):
    """Two or more providers that bid together, one of them the lead: the accountable body."""

    name = models.CharField(_("name"), max_length=200)
    organisations = models.ManyToManyField(Organisation, through="ConsortiumMember", related_name="consortia")

    class Meta:
        verbose_name = _("consortium")
        verbose_name_plural = _("consortia")
        ordering = ["name", "id"]
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="consortium_has_name")]

    def __str__(self) -> str:
        return self.name


class ConsortiumMember(models.Model):
    """One organisation's place in a consortium: invited by the lead, joined by its own decision."""

    consortium = models.ForeignKey(Consortium, on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="consortium_places")
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=ConsortiumMemberStatus.choices,
        default=ConsortiumMemberStatus.INVITED,
    )
    is_lead = models.BooleanField(_("lead"), default=False)
    part = models.CharField(_("what it would do"), max_length=300, blank=True)
    invited_at = models.DateTimeField(_("invited at"), auto_now_add=True)
    decided_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    reason = models.CharField(_("why it left or was removed"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["-is_lead", "organisation__name"]
        constraints = [
            models.UniqueConstraint(fields=["consortium", "organisation"], name="consortium_member_once"),
            models.UniqueConstraint(
                fields=["consortium"], condition=models.Q(is_lead=True), name="consortium_has_one_lead"
            ),
            status_is_known(ConsortiumMemberStatus, "consortium_member_status_known"),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, decided_by__isnull=True)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="consortium_member_decided_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.consortium}"
