"""Files of areas, overlaps, bodies and roles that an operator brings in."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models.base import Drafted, status_is_known
from core.states import PlaceImportStatus

if TYPE_CHECKING:
    from core.models.people import User


MOST_BYTES = 10_000_000


class PlaceFile(models.TextChoices):
    """What a file holds; one that names another's rows comes after it."""

    AREAS = "areas", _("Areas")
    OVERLAPS = "overlaps", _("Overlaps of areas")
    BODIES = "bodies", _("Bodies")
    ROLES = "roles", _("Roles of bodies")


class PlaceImport(Drafted):
    """One file, what it would do when it was checked, and what it did.

    `plan` holds a few rows of each sort for people to look at, `fingerprint` stands for all of what it would do,
    and `before` the rows it changed as they were: number -> {field: value}.
    """

    holds = models.CharField(_("what is in it"), max_length=20, choices=PlaceFile)
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(_("the file itself"))
    status = models.CharField(
        _("status"), max_length=20, choices=PlaceImportStatus, default=PlaceImportStatus.CHECKED
    )
    new_count = models.PositiveIntegerField(_("rows added"))
    changed_count = models.PositiveIntegerField(_("rows changed"))
    ended_count = models.PositiveIntegerField(_("rows ended"))
    unchanged_count = models.PositiveIntegerField(_("rows as they were"))
    plan = models.JSONField(_("examples"), default=dict)
    fingerprint = models.CharField(max_length=64)
    before = models.JSONField(default=dict)
    applied_at = models.DateTimeField(_("carried out at"), null=True, blank=True)
    applied_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        "core.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("carried out by"),
    )

    class Meta:
        verbose_name = _("import of places")
        verbose_name_plural = _("imports of places")
        ordering = ["-id"]
        constraints = [
            status_is_known(PlaceImportStatus, "place_import_status_known"),
            models.CheckConstraint(condition=Q(holds__in=PlaceFile.values), name="place_import_holds_known"),
            models.CheckConstraint(
                condition=Q(status=PlaceImportStatus.CHECKED, applied_at__isnull=True, applied_by__isnull=True)
                | ~Q(status=PlaceImportStatus.CHECKED) & Q(applied_at__isnull=False, applied_by__isnull=False),
                name="place_import_applied_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
