"""What was agreed after an award: the contract, its parties, its money by year, its dates and signatures."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fingerprints import SHA256_LENGTH
from core.models import Area, Document, Drafted, Organisation, User
from core.models.base import status_is_known
from core.money import WHOLE_BPS
from marketplace.contract_values import REVIEWS
from marketplace.models.evaluation import Award
from marketplace.states import ContractPhase, ContractStatus

FIRST_YEAR, LAST_YEAR = 2000, 2200


class Contract(Drafted):
    """One agreement between commissioners and providers, made from an award by the route of a tender or a grant.

    While it is a draft its words stand in these rows. Asking for signatures freezes them into `agreed_text`.
    After that only a variation that all have signed changes the value, the days or the terms; contacts and
    coverage are the commissioning body’s to keep up to date.
    """

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="contract", verbose_name=_("award"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="contracts_held", verbose_name=_("commissioning body")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=ContractStatus.choices, default=ContractStatus.DRAFT
    )
    title = models.CharField(_("title"), max_length=150)
    # Whom the award names, as they were called then: what the list is searched by.
    party_names = models.CharField(_("names of the parties"), max_length=2000)
    terms = models.TextField(_("terms"), max_length=20_000)
    value_pence = models.PositiveBigIntegerField(_("value, VAT included"))
    original_value_pence = models.PositiveBigIntegerField(_("value when it was made"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    break_on = models.DateField(_("break date"), null=True, blank=True)
    review_months = models.PositiveSmallIntegerField(_("months between reviews"), default=0)
    # The figures in force when it was made; its rules do not change under its parties.
    warn_bps = models.PositiveIntegerField(_("change that is warned of"))
    notice_bps = models.PositiveIntegerField(_("change above which a notice is needed"))
    last_variation = models.PositiveSmallIntegerField(_("number of the last variation"), default=0)
    contact_name = models.CharField(_("who to ask"), max_length=120, blank=True)
    contact_email = models.EmailField(_("their e-mail address"), blank=True)
    coverage = models.ManyToManyField(Area, related_name="contracts", verbose_name=_("areas it covers"))
    agreed_text = models.TextField(_("the exact text to sign"), blank=True)
    agreed_sha256 = models.CharField(_("fingerprint of that text"), max_length=SHA256_LENGTH, blank=True)
    activated_at = models.DateTimeField(_("signed by all at"), null=True, blank=True)
    terminated_at = models.DateTimeField(_("terminated at"), null=True, blank=True)
    terminated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("terminated by")
    )
    terminating_reason = models.TextField(_("why it was terminated"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status", "-id"], name="contract_of_status"),
            models.Index(fields=["organisation", "status"], name="contract_of_organisation"),
        ]
        constraints = [
            status_is_known(ContractStatus, "contract_status_known"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(terms="") & ~Q(party_names=""), name="contract_has_words"
            ),
            models.CheckConstraint(
                condition=Q(value_pence__gt=0, original_value_pence__gt=0), name="contract_has_value"
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="contract_dates_in_order"),
            models.CheckConstraint(
                condition=Q(break_on__isnull=True)
                | Q(break_on__gt=models.F("starts_on"), break_on__lt=models.F("ends_on")),
                name="contract_break_within_term",
            ),
            models.CheckConstraint(
                condition=Q(review_months__in=[0, *REVIEWS]), name="contract_review_months_known"
            ),
            models.CheckConstraint(
                condition=Q(notice_bps__gt=models.F("warn_bps"), warn_bps__gt=0), name="contract_limits_in_order"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", agreed_text="", agreed_sha256="")
                | Q(status="terminated")
                | Q(status__in=["signing", "active"]) & ~Q(agreed_text="") & ~Q(agreed_sha256=""),
                name="contract_text_frozen_beyond_draft",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "signing"], activated_at__isnull=True)
                | Q(status="active", activated_at__isnull=False)
                | Q(status="terminated"),
                name="contract_in_force_was_signed",
            ),
            models.CheckConstraint(
                condition=Q(status="terminated", terminated_at__isnull=False, terminated_by__isnull=False)
                & ~Q(terminating_reason="")
                | ~Q(status="terminated")
                & Q(terminated_at__isnull=True, terminated_by__isnull=True, terminating_reason=""),
                name="contract_terminated_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def phase_on(self, day: datetime.date) -> ContractPhase:
        """What it is on the day: in force until its last day is over."""
        if self.status == ContractStatus.ACTIVE and self.ends_on < day:
            return ContractPhase.ENDED
        return ContractPhase(self.status)

    @property
    def phase(self) -> ContractPhase:
        """What it is today."""
        return self.phase_on(timezone.localdate())


class ContractParty(models.Model):
    """One of those who sign: a commissioner, or a member of the bid that won; one provider leads."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contract_places")
    is_lead = models.BooleanField(_("leads the providers"), default=False)
    share_bps = models.PositiveIntegerField(_("share of the provider money"), default=0)
    part = models.CharField(_("what it does"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["organisation__kind", "-is_lead", "-share_bps", "organisation__name", "id"]
        indexes = [models.Index(fields=["organisation", "-contract"], name="contract_party_newest")]
        constraints = [
            models.UniqueConstraint(fields=["contract", "organisation"], name="contract_party_once"),
            models.UniqueConstraint(fields=["contract"], condition=Q(is_lead=True), name="contract_has_one_lead"),
            models.CheckConstraint(condition=Q(share_bps__lte=WHOLE_BPS), name="contract_share_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.contract}"


class ContractYear(models.Model):
    """What the contract is worth in one financial year; the years add up to its value."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("financial year from April"))
    value_pence = models.PositiveBigIntegerField(_("value, VAT included"))

    class Meta:
        verbose_name = _("financial year of a contract")
        verbose_name_plural = _("financial years of contracts")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "year"], name="contract_year_once"),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="contract_year_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.year}"


class ContractOutcome(models.Model):
    """What is to change for people, as the opportunity said it."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="outcomes")
    number = models.PositiveSmallIntegerField(_("number"))
    indicator = models.CharField(_("indicator"), max_length=200)
    unit = models.CharField(_("unit"), max_length=40)
    baseline = models.DecimalField(_("baseline"), max_digits=12, decimal_places=2)
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("outcome of a contract")
        verbose_name_plural = _("outcomes of contracts")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="contract_outcome_number_once")]

    def __str__(self) -> str:
        return self.indicator


class DateKind(models.TextChoices):
    """What is due on a day of a contract."""

    REVIEW = "review", _("review")
    BREAK = "break", _("break date")
    END = "end", _("last day")


class ContractDate(models.Model):
    """A day on which something is due; from `remind_on` its people are reminded, once."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="dates")
    kind = models.CharField(_("kind"), max_length=10, choices=DateKind.choices)
    on = models.DateField(_("day"))
    remind_on = models.DateField(_("reminded from"))
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("date of a contract")
        verbose_name_plural = _("dates of contracts")
        ordering = ["on", "kind"]
        indexes = [
            models.Index(fields=["remind_on"], condition=Q(reminded_at__isnull=True), name="contract_to_remind")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DateKind.values), name="contract_date_kind_known"),
            models.CheckConstraint(condition=Q(remind_on__lte=models.F("on")), name="contract_reminded_before"),
            models.UniqueConstraint(fields=["contract", "kind", "on"], name="contract_date_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.on}"


class ContractDocument(models.Model):
    """A file that goes with the contract; one that was there when it was fixed is part of what is signed."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="documents")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="contract_place")
    is_signed = models.BooleanField(_("part of the signed text"), default=False)
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by"))

    class Meta:
        verbose_name = _("document of a contract")
        verbose_name_plural = _("documents of contracts")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.document)


class ContractSignature(models.Model):
    """A person with authority signed the exact text of the contract for one party."""

    party = models.OneToOneField(ContractParty, on_delete=models.CASCADE, related_name="signature")
    signed_at = models.DateTimeField(_("signed at"))
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("signed by"))
    signed_as = models.CharField(_("authority"), max_length=120)
    sha256 = models.CharField(_("fingerprint of what was signed"), max_length=SHA256_LENGTH)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["signed_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(signed_as="") & ~Q(sha256=""), name="contract_signature_is_whole")
        ]

    def __str__(self) -> str:
        return f"{self.signed_by} for {self.party.organisation}"


class ContractReport(models.Model):
    """A few lines on one quarter by the provider that leads: what was delivered, what has been paid so far.

    It can be put right until the commissioner has said that it was seen.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="reports")
    quarter_ends_on = models.DateField(_("last day of the quarter"))
    delivered = models.TextField(_("what was delivered"), max_length=3000)
    paid_pence = models.PositiveBigIntegerField(_("paid so far, VAT included"))
    version = models.PositiveIntegerField(_("version"), default=1)
    reported_at = models.DateTimeField(_("reported at"))
    reported_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    seen_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("seen by")
    )
    seen_note = models.TextField(_("what the commissioner says to it"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-quarter_ends_on"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "quarter_ends_on"], name="contract_report_once"),
            models.CheckConstraint(condition=~Q(delivered=""), name="contract_report_says_something"),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True, seen_note="")
                | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="contract_report_seen_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.quarter_ends_on}"
