"""Areas, the bodies that act over them, and since when."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Substr, Upper
from django.utils.translation import gettext_lazy as _


class AreaKind(models.TextChoices):
    """The maps that Accord knows; they overlap and do not nest."""

    PROBATION_REGION = "probation_region", _("Probation region")
    DELIVERY_UNIT = "delivery_unit", _("Probation delivery unit")
    POLICE_AREA = "police_area", _("Police area")
    COMBINED_AUTHORITY = "combined_authority", _("Combined authority area")
    COUNCIL = "council", _("Council area")
    INTEGRATED_CARE_BOARD = "integrated_care_board", _("Integrated care board area")
    COURTS_REGION = "courts_region", _("Courts region")
    PROSECUTION_AREA = "prosecution_area", _("Prosecution area")
    PROBATION_DIVISION = "probation_division", _("Former probation division")
    REHABILITATION_PACKAGE = "rehabilitation_package", _("Community rehabilitation package area")
    TOWN = "town", _("Town or city")


# The maps for which needs are posted, opportunities opened and services offered.
COMMISSIONED_FOR = (
    AreaKind.PROBATION_REGION,
    AreaKind.DELIVERY_UNIT,
    AreaKind.POLICE_AREA,
    AreaKind.COMBINED_AUTHORITY,
)


class Extent(models.TextChoices):
    """How much of an area lies in another, where anybody has said."""

    WHOLE = "whole", _("wholly")
    PART = "part", _("in part")


class BodyKind(models.TextChoices):
    """What sort of public body acts over an area."""

    PROBATION_REGION = "probation_region", _("Probation region")
    PCC = "pcc", _("Police and crime commissioner")
    MAYOR = "mayor", _("Mayor with policing functions")
    OTHER_POLICING_BODY = "other_policing_body", _("Other policing body")
    COMBINED_AUTHORITY = "combined_authority", _("Combined authority")
    COUNCIL = "council", _("Council")
    INTEGRATED_CARE_BOARD = "integrated_care_board", _("Integrated care board")
    POLICE_FORCE = "police_force", _("Police force")
    PROSECUTION = "prosecution", _("Prosecution service")
    COURTS = "courts", _("Courts service")
    PROBATION_DIVISION = "probation_division", _("Former probation division")
    REHABILITATION_COMPANY = "rehabilitation_company", _("Community rehabilitation company")


class BodyRoleKind(models.TextChoices):
    """What a body does for an area."""

    COMMISSIONS_PROBATION = "commissions_probation", _("Commissions probation services")
    POLICING_BODY = "policing_body", _("Answers for the police")
    COMBINED_AUTHORITY = "combined_authority", _("Combined authority for the area")
    COUNCIL = "council", _("Council for the area")
    COMMISSIONS_HEALTH = "commissions_health", _("Commissions health services")
    POLICES = "polices", _("Polices the area")
    POLICE_ALLIANCE = "police_alliance", _("Shares police services with the force of the area")
    PROSECUTES = "prosecutes", _("Prosecutes in the area")
    RUNS_COURTS = "runs_courts", _("Runs the courts")
    DELIVERS_PROBATION = "delivers_probation", _("Delivers probation services")


class Area(models.Model):
    """A place on one of the maps, with the dates between which it existed.

    `valid_to` is the first day on which it no longer exists.
    """

    kind = models.CharField(max_length=30, choices=AreaKind)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120)
    code = models.CharField(max_length=20, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    source = models.TextField()
    # Worked out by the database, so that each letter of the list is one stretch of one index.
    initial = models.GeneratedField(
        expression=Upper(Substr("name", 1, 1)), output_field=models.CharField(max_length=4), db_persist=True
    )
    last_import = models.ForeignKey(
        "core.PlaceImport", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    belongs_to: models.ManyToManyField["Area", "AreaBelonging"] = models.ManyToManyField(
        "self",
        through="AreaBelonging",
        through_fields=("child", "parent"),
        symmetrical=False,
        related_name="contains",
    )

    class Meta:
        ordering = ["kind", "name"]
        indexes = [
            models.Index(fields=["name", "id"], name="area_by_name"),
            models.Index(fields=["kind", "name", "id"], name="area_by_kind"),
            models.Index(fields=["initial", "name", "id"], name="area_by_letter"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "slug"],
                name="area_unique_in_its_kind",
                violation_error_message=_("There is already an area of this kind with this slug."),
            ),
            models.UniqueConstraint(
                fields=["kind", "code"],
                condition=~Q(code=""),
                name="area_code_unique_in_its_kind",
                violation_error_message=_("There is already an area of this kind with this code."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AreaKind.values),
                name="area_kind_known",
                violation_error_message=_("This kind of area is not known."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")),
                name="area_ends_after_it_starts",
                violation_error_message=_("An area must end after it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="area_has_a_source",
                violation_error_message=_("Say where this comes from."),
            ),
        ]

    def __str__(self) -> str:
        # Django's own way to the label sorts all labels out anew each time; pages name dozens of areas.
        return f"{self.name} ({AreaKind(self.kind).label})"


class AreaBelonging(models.Model):
    """One area lies in another, wholly or for a share of it, and between which dates.

    `share_bps` is the part of the child that lies in the parent, in basis points; `extent` says whether that is
    all of it. Both are empty where nobody has said. Areas that overlap and do not nest lie in part in each other.
    """

    child = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="belongings")
    parent = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="holdings")
    share_bps = models.PositiveSmallIntegerField(null=True, blank=True)
    extent = models.CharField(max_length=10, choices=Extent, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.TextField()
    last_import = models.ForeignKey(
        "core.PlaceImport", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["child__name", "parent__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "parent"],
                name="area_belonging_once",
                violation_error_message=_("This area already belongs to that one."),
            ),
            models.CheckConstraint(
                condition=~Q(child=F("parent")),
                name="area_belonging_not_to_itself",
                violation_error_message=_("An area cannot belong to itself."),
            ),
            models.CheckConstraint(
                condition=Q(share_bps__isnull=True) | Q(share_bps__range=(1, 10_000)),
                name="area_belonging_share_in_range",
                violation_error_message=_("A share is from 1 to 10,000 basis points."),
            ),
            models.CheckConstraint(
                condition=Q(extent="", share_bps__isnull=True)
                | Q(extent=Extent.PART) & (Q(share_bps__isnull=True) | Q(share_bps__lt=10_000))
                | Q(extent=Extent.WHOLE) & (Q(share_bps__isnull=True) | Q(share_bps=10_000)),
                name="area_belonging_extent_fits_share",
                violation_error_message=_("A whole is 10,000 basis points, a part is less."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")),
                name="area_belonging_ends_after_it_starts",
                violation_error_message=_("An area must leave another after it joins it."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="area_belonging_has_a_source",
                violation_error_message=_("Say where this comes from."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child} in {self.parent}"


class Body(models.Model):
    """A public body that may act over areas: a probation region, a commissioner, a mayor, a council."""

    kind = models.CharField(max_length=30, choices=BodyKind)
    slug = models.SlugField(max_length=120)
    name = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    source = models.TextField()
    last_import = models.ForeignKey(
        "core.PlaceImport", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    areas: models.ManyToManyField[Area, "BodyRole"] = models.ManyToManyField(
        Area, through="BodyRole", related_name="bodies"
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "bodies"
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                name="body_slug_unique",
                violation_error_message=_("There is already a body with this slug."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BodyKind.values),
                name="body_kind_known",
                violation_error_message=_("This kind of body is not known."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="body_has_a_source",
                violation_error_message=_("Say where this comes from."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BodyRole(models.Model):
    """What a body does for an area, and between which dates.

    `valid_to` is the first day on which the role no longer holds; an empty date is one that nobody has stated.
    `ends_in` is the first of the month in which it is to end where only the month is known.
    """

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="roles")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="body_roles")
    role = models.CharField(max_length=30, choices=BodyRoleKind)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    ends_in = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    source = models.TextField()
    last_import = models.ForeignKey(
        "core.PlaceImport", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["area__name", "role", "body__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "area", "role", "valid_from"],
                name="body_role_once_from_a_day",
                violation_error_message=_("This body already has this role in this area from that day."),
            ),
            # Two empty dates count as different for a database, so an undated role needs a rule of its own.
            models.UniqueConstraint(
                fields=["body", "area", "role"],
                condition=Q(valid_from__isnull=True),
                name="body_role_once_undated",
                violation_error_message=_("This body already has this role in this area."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=BodyRoleKind.values),
                name="body_role_known",
                violation_error_message=_("This role is not known."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")),
                name="body_role_ends_after_it_starts",
                violation_error_message=_("A role must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(ends_in__isnull=True) | Q(valid_to__isnull=True, ends_in__day=1),
                name="body_role_ends_on_a_day_or_in_a_month",
                violation_error_message=_("A role ends on a day, or in a month given by its first day."),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="body_role_has_a_source",
                violation_error_message=_("Say where this comes from."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}: {self.get_role_display()}, {self.area}"
