"""Lists that the law makes: grounds for exclusion and types of notice."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _


class ExclusionKind(models.TextChoices):
    """Whether a ground must be, or may be, applied."""

    MANDATORY = "mandatory", _("Mandatory")
    DISCRETIONARY = "discretionary", _("Discretionary")


class NoticeStage(models.TextChoices):
    """The stage of a contracting process to which a notice belongs, in the words of OCDS."""

    PLANNING = "planning", _("Planning")
    TENDER = "tender", _("Tender")
    AWARD = "award", _("Award")
    CONTRACT = "contract", _("Contract")
    IMPLEMENTATION = "implementation", _("Delivery")


class Language(models.Model):
    """A language in which people are helped, sign language included."""

    code = models.SlugField(max_length=12)
    name = models.CharField(max_length=60)
    source = models.TextField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="language_code_unique",
                violation_error_message=_("There is already a language with this code."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="language_has_a_source",
                violation_error_message=_("Say where this comes from."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IncomeBand(models.Model):
    """A step of yearly income from which the law asks more of a charity's accounts, from a day on."""

    code = models.SlugField(max_length=30)
    name = models.CharField(max_length=80)
    # Incomes above this many pence, up to the next band of the same day; the lowest band also holds nought.
    above_pence = models.PositiveBigIntegerField()
    effective_from = models.DateField()
    asks = models.CharField(max_length=200)
    source = models.TextField()

    class Meta:
        ordering = ["effective_from", "above_pence"]
        constraints = [
            models.UniqueConstraint(
                fields=["effective_from", "above_pence"],
                name="income_band_begins_once",
                violation_error_message=_("There is already a band that begins there."),
            ),
            models.UniqueConstraint(
                fields=["code", "effective_from"],
                name="income_band_code_unique",
                violation_error_message=_("There is already a band with this code."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="income_band_has_a_source",
                violation_error_message=_("Say where this comes from."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExclusionGround(models.Model):
    """A ground on which a supplier must or may be excluded, and the provision that says so."""

    code = models.SlugField(max_length=60)
    kind = models.CharField(max_length=20, choices=ExclusionKind)
    group = models.CharField(max_length=80)
    label = models.CharField(max_length=200)
    provision = models.CharField(max_length=80)
    source = models.TextField()

    class Meta:
        # Mandatory grounds come first.
        ordering = ["-kind", "group", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="exclusion_code_unique",
                violation_error_message=_("There is already a ground with this code."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ExclusionKind.values),
                name="exclusion_kind_known",
                violation_error_message=_("A ground is mandatory or discretionary."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="exclusion_has_a_source",
                violation_error_message=_("Say where this comes from."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class NoticeType(models.Model):
    """A type of procurement notice, such as UK4, and when it is published."""

    code = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    stage = models.CharField(max_length=20, choices=NoticeStage)
    note = models.TextField(blank=True)
    source = models.TextField()

    class Meta:
        # UK2 before UK10.
        ordering = [Length("code").asc(), "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="notice_type_code_unique",
                violation_error_message=_("There is already a notice type with this code."),
            ),
            models.CheckConstraint(
                condition=Q(stage__in=NoticeStage.values),
                name="notice_type_stage_known",
                violation_error_message=_("This stage is not known."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="notice_type_has_a_source",
                violation_error_message=_("Say where this comes from."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
