"""Versions of the matrix: how each check is made in each band of money, from which day."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from core.models import Drafted
from core.models.base import status_is_known
from core.money import WHOLE_BPS
from providers.matrix import BANDS, How
from providers.states import MatrixStatus


def _person(name: Any) -> Any:
    """Somebody; nobody for a version that came with a release."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=name,
    )


class MatrixVersion(Drafted):
    """One version of the matrix of checks: a draft, or published and in force from a day on until the next one."""

    # Versions that came with a release were begun by nobody here.
    created_by = _person(_("begun by"))
    updated_by = _person(_("changed by"))
    status = models.CharField(_("status"), max_length=10, choices=MatrixStatus.choices, default=MatrixStatus.DRAFT)
    # The name of the shipped version this row was made from; empty for one made here.
    shipped_as = models.CharField(_("shipped as"), max_length=40, blank=True, editable=False)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("begun from")
    )
    t0_to_pence = models.PositiveBigIntegerField(_("T0 goes up to"))
    t1_to_pence = models.PositiveBigIntegerField(_("T1 goes up to"))
    t2_to_pence = models.PositiveBigIntegerField(_("T2 goes up to"))
    t3_to_pence = models.PositiveBigIntegerField(_("T3 goes up to"))
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    reason = models.TextField(_("why it changed"), max_length=2000, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = _person(_("published by"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = _person(_("withdrawn by"))
    withdrawing_reason = models.TextField(_("why it was withdrawn"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("version of the checks")
        verbose_name_plural = _("versions of the checks")
        ordering = ["-id"]
        constraints = [
            status_is_known(MatrixStatus, "matrix_status_known"),
            models.UniqueConstraint(
                fields=["effective_from"], condition=Q(status="published"), name="matrix_one_from_a_day"
            ),
            models.UniqueConstraint(
                fields=["shipped_as"], condition=~Q(shipped_as=""), name="matrix_shipped_once"
            ),
            models.CheckConstraint(
                condition=Q(t0_to_pence__gt=0)
                & Q(t1_to_pence__gt=F("t0_to_pence"))
                & Q(t2_to_pence__gt=F("t1_to_pence"))
                & Q(t3_to_pence__gt=F("t2_to_pence")),
                name="matrix_bands_rise",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "discarded"], published_at__isnull=True, effective_from__isnull=True
                )
                | Q(
                    status__in=["published", "withdrawn"], published_at__isnull=False, effective_from__isnull=False
                )
                & ~Q(reason=""),
                name="matrix_published_with_day_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawing_reason="")
                | ~Q(status="withdrawn") & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True),
                name="matrix_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        if self.effective_from:
            return said("Checks from %(day)s") % {"day": date_format(self.effective_from, "j F Y")}
        return said("Draft %(number)d of the checks") % {"number": self.pk}

    @property
    def edges(self) -> tuple[int, int, int, int]:
        """The upper ends of the lower four bands, in pence."""
        return (self.t0_to_pence, self.t1_to_pence, self.t2_to_pence, self.t3_to_pence)


class MatrixCell(models.Model):
    """How one check is made in one band of one version."""

    matrix = models.ForeignKey(MatrixVersion, on_delete=models.CASCADE, related_name="cells")
    check_code = models.CharField(_("check"), max_length=40)
    band = models.PositiveSmallIntegerField(_("band"), choices=list(enumerate(BANDS)))
    how = models.CharField(_("how"), max_length=20, choices=How.choices)
    otherwise = models.CharField(_("otherwise"), max_length=20, choices=How.choices, blank=True)
    amount_pence = models.PositiveBigIntegerField(_("amount"), null=True, blank=True)
    count = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    share_bps = models.PositiveSmallIntegerField(_("part of the income"), null=True, blank=True)

    class Meta:
        verbose_name = _("cell of the checks")
        verbose_name_plural = _("cells of the checks")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["matrix", "check_code", "band"], name="matrix_cell_once"),
            models.CheckConstraint(condition=~Q(check_code=""), name="matrix_cell_has_check"),
            models.CheckConstraint(condition=Q(band__lt=len(BANDS)), name="matrix_cell_band_known"),
            models.CheckConstraint(condition=Q(how__in=How.values), name="matrix_cell_how_known"),
            models.CheckConstraint(
                condition=Q(otherwise__in=["", *How.values]), name="matrix_cell_otherwise_known"
            ),
            models.CheckConstraint(
                condition=Q(share_bps__isnull=True) | Q(share_bps__gte=1, share_bps__lte=WHOLE_BPS),
                name="matrix_cell_share_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_code} {self.get_band_display()}: {self.how}"


class MatrixMinutes(models.Model):
    """About how long one check takes, made in one way: for each document, year or reference it wants."""

    matrix = models.ForeignKey(MatrixVersion, on_delete=models.CASCADE, related_name="minutes")
    check_code = models.CharField(_("check"), max_length=40)
    how = models.CharField(_("how"), max_length=20, choices=How.choices)
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        verbose_name = _("minutes of a check")
        verbose_name_plural = _("minutes of checks")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["matrix", "check_code", "how"], name="matrix_minutes_once"),
            models.CheckConstraint(condition=~Q(check_code=""), name="matrix_minutes_has_check"),
            models.CheckConstraint(
                condition=Q(how__in=[how for how in How.values if how != How.NOT_ASKED]),
                name="matrix_minutes_how_asked",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=1000), name="matrix_minutes_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.check_code} {self.how}: {self.minutes}"
