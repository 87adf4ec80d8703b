"""Changes to a contract in force: proposed, agreed by all, signed by all, and then part of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fingerprints import SHA256_LENGTH
from core.models import Drafted, User
from core.models.base import status_is_known
from marketplace.models.contracts import FIRST_YEAR, LAST_YEAR, Contract, ContractParty
from marketplace.states import VariationStatus

NOT_OVER = Q(status__in=["proposed", "signing"])


class Variation(Drafted):
    """One change: what it does to the money of each year, and a new last day or new terms, if any.

    It is written upon the contract as variation `based_on` left it (nought: as it was signed); when another comes
    into force first, it goes back to its parties. `number` is given when it comes into force itself. Once all
    have agreed its text is frozen into `agreed_text`, which says how the contract reads before and after it.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="variations")
    status = models.CharField(
        _("status"), max_length=20, choices=VariationStatus.choices, default=VariationStatus.PROPOSED
    )
    proposer = models.ForeignKey(
        ContractParty, on_delete=models.PROTECT, related_name="+", verbose_name=_("who proposes it")
    )
    title = models.CharField(_("in a few words"), max_length=150)
    reason = models.TextField(_("why"), max_length=3000)
    ends_on = models.DateField(_("new last day"), null=True, blank=True)
    terms = models.TextField(_("new terms"), max_length=20_000, blank=True)
    effect_pence = models.BigIntegerField(_("effect on the value"), default=0)
    based_on = models.PositiveSmallIntegerField(_("written upon variation number"), default=0)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    agreed_text = models.TextField(_("the exact text to sign"), blank=True)
    agreed_sha256 = models.CharField(_("fingerprint of that text"), max_length=SHA256_LENGTH, blank=True)
    in_force_at = models.DateTimeField(_("signed by all at"), null=True, blank=True)
    change_bps = models.PositiveBigIntegerField(_("change of the contract with it"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    closing_reason = models.TextField(_("why it was closed"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("variation")
        verbose_name_plural = _("variations")
        ordering = ["-id"]
        indexes = [models.Index(fields=["contract", "status"], name="variation_of_contract")]
        constraints = [
            status_is_known(VariationStatus, "variation_status_known"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(reason=""), name="variation_says_what_and_why"),
            models.UniqueConstraint(
                fields=["contract", "number"], condition=Q(number__isnull=False), name="variation_number_once"
            ),
            models.CheckConstraint(
                condition=Q(status="in_force", number__isnull=False, number__gte=1)
                & Q(in_force_at__isnull=False, change_bps__isnull=False)
                | ~Q(status="in_force")
                & Q(number__isnull=True, in_force_at__isnull=True, change_bps__isnull=True),
                name="variation_numbered_in_force",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["signing", "in_force"]) & ~Q(agreed_text="") & ~Q(agreed_sha256="")
                | Q(status="proposed", agreed_text="", agreed_sha256="")
                | Q(status__in=["refused", "withdrawn"]),
                name="variation_text_frozen_to_sign",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["refused", "withdrawn"], closed_at__isnull=False, closed_by__isnull=False)
                & ~Q(closing_reason="")
                | Q(status__in=["proposed", "signing", "in_force"])
                & Q(closed_at__isnull=True, closed_by__isnull=True, closing_reason=""),
                name="variation_closed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.title}"


class VariationYear(models.Model):
    """What a variation does to the money of one financial year; below nought it takes away."""

    variation = models.ForeignKey(Variation, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("financial year from April"))
    effect_pence = models.BigIntegerField(_("effect, VAT included"))

    class Meta:
        verbose_name = _("effect of a variation")
        verbose_name_plural = _("effects of variations")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["variation", "year"], name="variation_year_once"),
            models.CheckConstraint(condition=~Q(effect_pence=0), name="variation_year_changes_something"),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="variation_year_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variation}: {self.year}"


class VariationAnswer(models.Model):
    """A party agreed to a variation, and then signed its exact text."""

    variation = models.ForeignKey(Variation, on_delete=models.CASCADE, related_name="answers")
    party = models.ForeignKey(ContractParty, on_delete=models.PROTECT, related_name="variation_answers")
    agreed_at = models.DateTimeField(_("agreed at"))
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("agreed by"))
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed by")
    )
    signed_as = models.CharField(_("authority"), max_length=120, blank=True)
    sha256 = models.CharField(_("fingerprint of what was signed"), max_length=SHA256_LENGTH, blank=True)

    class Meta:
        verbose_name = _("answer to a variation")
        verbose_name_plural = _("answers to variations")
        ordering = ["agreed_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["variation", "party"], name="variation_answered_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, signed_as="", sha256="")
                | Q(signed_at__isnull=False, signed_by__isnull=False) & ~Q(signed_as="") & ~Q(sha256=""),
                name="variation_signature_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party.organisation}: {self.variation}"


class ChangeNotice(models.Model):
    """The notice of a large change was given to the public before it was signed; what it says, and where it is."""

    variation = models.ForeignKey(Variation, on_delete=models.PROTECT, related_name="change_notices")
    # Of the text to sign that it tells of: for another text another notice is needed.
    sha256 = models.CharField(_("fingerprint of the text it tells of"), max_length=SHA256_LENGTH)
    content = models.JSONField(_("what it says"))
    reference = models.CharField(_("its number or address"), max_length=200)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("notice of a change")
        verbose_name_plural = _("notices of changes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["variation", "sha256"], name="change_notice_once_for_a_text"),
            models.CheckConstraint(condition=~Q(reference="") & ~Q(sha256=""), name="change_notice_is_whole"),
        ]

    def __str__(self) -> str:
        return self.reference
