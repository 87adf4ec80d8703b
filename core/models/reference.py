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
