"""What case assessments say of each area: how often a need was a priority, and whether help was there."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Area, Cohort, NeedCategory, Organisation, User


def _together(*names: str) -> Q:
    """All of these columns are empty, or none is."""
    return Q(**{f"{name}__isnull": True for name in names}) | Q(**{f"{name}__isnull": False for name in names})


class AssessmentImport(models.Model):
    """A file of figures: who sent it, what it would change, and whether its figures count.

    It waits until somebody has seen what it would change and confirms it (`applied_at`); then it may be taken
    back (`taken_back_at`). The file itself is kept only while it waits; `sha256` still tells which one it was.
    `adds`, `replaces` and `keeps` count the figures that are new, that say something else than those there,
    and that say the same; `plan_sha256` changes with anything they were counted from.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="assessment_imports", verbose_name=_("imported for")
    )
    form_key = models.UUIDField(_("form key"), default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(_("where the figures come from"), max_length=200)
    file = models.FileField(_("file"), upload_to="assessments/", blank=True, max_length=200)
    file_name = models.CharField(_("file name"), max_length=150)
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    adds = models.PositiveIntegerField(_("new figures"))
    replaces = models.PositiveIntegerField(_("changed figures"))
    keeps = models.PositiveIntegerField(_("unchanged figures"))
    plan_sha256 = models.CharField(_("fingerprint of what it would change"), max_length=64)
    first_starts_on = models.DateField(_("first day of the figures"))
    last_ends_on = models.DateField(_("last day of the figures"))
    uploaded_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by"))
    applied_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    applied_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("imported by")
    )
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )
    taking_back_reason = models.TextField(_("why it was taken back"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("import of assessments")
        verbose_name_plural = _("imports of assessments")
        indexes = [
            models.Index(fields=["organisation", "-uploaded_at", "-id"], name="assessment_import_own"),
            models.Index(fields=["-uploaded_at", "-id"], name="assessment_import_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="assessment_import_has_source"),
            models.CheckConstraint(condition=~Q(file_name=""), name="assessment_import_has_file_name"),
            models.CheckConstraint(
                condition=Q(last_ends_on__gt=F("first_starts_on")), name="assessment_import_days_in_order"
            ),
            models.CheckConstraint(
                condition=_together("applied_at", "applied_by"), name="assessment_import_applied_at_with_by"
            ),
            models.CheckConstraint(
                condition=_together("taken_back_at", "taken_back_by"),
                name="assessment_import_taken_back_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(applied_at__isnull=False),
                name="assessment_import_applied_before_taken_back",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | ~Q(taking_back_reason=""),
                name="assessment_import_taken_back_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def waits(self) -> bool:
        """Whether nobody has confirmed it yet."""
        return self.applied_at is None

    @property
    def counts(self) -> bool:
        """Whether its figures are in force, as far as no later import replaced them."""
        return self.applied_at is not None and self.taken_back_at is None


class Assessment(models.Model):
    """The cases of one area in one quarter in which one need was a priority, for everyone or for one group.

    `available_cases` are those of them in which some help with the need was available, whoever gave it;
    `sufficient_cases` those in which enough was delivered. Enough cannot be delivered of what is not available,
    so 0 ≤ sufficient ≤ available ≤ priority; a source that counts help which it did not count as available has
    to be reconciled before it is imported. A group (`cohort`) is part of everyone and groups overlap, so they
    never add up. A case has several needs, so needs never add up either; areas do.

    A later import puts its row in the place of an earlier one: it `replaces` it, and of one area, quarter, need
    and group only one row is `in_force`. Taking an import back puts what it replaced in force again.
    """

    batch = models.ForeignKey(
        AssessmentImport, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("import")
    )
    # The unique constraints below begin with the area.
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="assessments", db_index=False, verbose_name=_("area")
    )
    starts_on = models.DateField(_("first day of the quarter"))
    ends_on = models.DateField(_("last day of the quarter"))
    category = models.ForeignKey(
        NeedCategory,
        on_delete=models.PROTECT,
        related_name="assessments",
        db_index=False,
        verbose_name=_("kind of need"),
    )
    cohort = models.ForeignKey(
        Cohort,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
        db_index=False,
        verbose_name=_("group of people"),
    )
    priority_cases = models.PositiveIntegerField(_("cases in which it was a priority"))
    available_cases = models.PositiveIntegerField(_("of them with help available"))
    sufficient_cases = models.PositiveIntegerField(_("of them with enough delivered"))
    in_force = models.BooleanField(_("in force"), default=True)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        db_index=False,
        verbose_name=_("replaces"),
    )

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        indexes = [
            models.Index(fields=["replaces"], condition=Q(replaces__isnull=False), name="assessment_by_replaced"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "starts_on", "category"],
                condition=Q(in_force=True, cohort__isnull=True),
                name="assessment_once_for_everyone",
            ),
            models.UniqueConstraint(
                fields=["area", "cohort", "starts_on", "category"],
                condition=Q(in_force=True, cohort__isnull=False),
                name="assessment_once_for_a_group",
            ),
            models.CheckConstraint(
                condition=Q(available_cases__lte=F("priority_cases")), name="assessment_available_within_priority"
            ),
            models.CheckConstraint(
                condition=Q(sufficient_cases__lte=F("available_cases")),
                name="assessment_sufficient_within_available",
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="assessment_days_in_order"),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="assessment_replaces_another"),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.starts_on} {self.category_id}: {self.priority_cases}"
