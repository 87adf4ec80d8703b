"""What people on probation need, who they are, and what help should lead to."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _percent_constraint(field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__range": (0, 100)}),
        name=f"need_{field}_in_range",
        violation_error_message=_("A percentage is from 0 to 100."),
    )


def _percent(help_text: "_StrPromise") -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(100)], help_text=help_text
    )


class NeedCategory(models.Model):
    """A kind of need, with the figures published about it; a figure nobody published stays empty."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    definition = models.TextField()
    oasys_section = models.PositiveSmallIntegerField(null=True, blank=True)
    crs_category = models.CharField(max_length=80, blank=True)
    sufficient_pct = _percent(_("Percent of inspected cases in which services for this need were sufficient"))
    sufficiency_note = models.TextField(blank=True)
    availability_note = models.TextField(blank=True)
    community_pct = _percent(_("Percent of people assessed in the community who have this need"))
    custody_pct = _percent(_("Percent of people assessed in custody who have this need"))
    helped_short_pct = _percent(_("Percent helped with this need before release, sentences under 12 months"))
    helped_long_pct = _percent(_("Percent helped with this need before release, sentences of 12 months or more"))
    source = models.TextField()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "need categories"
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="need_code_unique",
                violation_error_message=_("There is already a need category with this code."),
            ),
            _percent_constraint("sufficient_pct"),
            _percent_constraint("community_pct"),
            _percent_constraint("custody_pct"),
            _percent_constraint("helped_short_pct"),
            _percent_constraint("helped_long_pct"),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="need_has_a_source",
                violation_error_message=_("Say where this comes from."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Cohort(models.Model):
    """A group of people for whom a need may be posted or a service meant."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    definition = models.TextField(blank=True)
    source = models.TextField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="cohort_code_unique",
                violation_error_message=_("There is already a cohort with this code."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="cohort_has_a_source",
                violation_error_message=_("Say where this comes from."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DesiredOutcome(models.Model):
    """What should be true for a person on probation once a need of this category has been met."""

    category = models.ForeignKey(NeedCategory, on_delete=models.CASCADE, related_name="desired_outcomes")
    code = models.SlugField(max_length=40)
    text = models.TextField()
    source = models.TextField()

    class Meta:
        ordering = ["category__name", "text"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "code"],
                name="desired_outcome_unique_in_its_category",
                violation_error_message=_("This category already has an outcome with this code."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="desired_outcome_has_a_source",
                violation_error_message=_("Say where this comes from."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
