"""Where provision falls short."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Area, Cohort, DesiredOutcome, Drafted, NeedCategory, Organisation, User
from core.models.base import status_is_known
from marketplace.states import NeedStatus


class Urgency(models.TextChoices):
    """By when something should be there, counted from the day on which the need was posted."""

    THREE_MONTHS = "three_months", _("within three months")
    ONE_YEAR = "one_year", _("within a year")
    TWO_YEARS = "two_years", _("within two years")
    NO_DATE = "no_date", _("no date")


class Need(Drafted):
    """A shortfall a commissioning body has found, with its evidence, and what came of it.

    `area` and `category` are the main ones, which opportunities take over; `areas` and `categories` hold every
    one with the main one among them, which the services see to.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="needs", verbose_name=_("commissioning body")
    )
    status = models.CharField(_("status"), max_length=20, choices=NeedStatus.choices, default=NeedStatus.DRAFT)
    title = models.CharField(_("title"), max_length=150)
    summary = models.TextField(_("what is missing"), max_length=6000)
    # The composite indexes below begin with these two.
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="needs", db_index=False, verbose_name=_("area")
    )
    category = models.ForeignKey(
        NeedCategory,
        on_delete=models.PROTECT,
        related_name="needs",
        db_index=False,
        verbose_name=_("kind of need"),
    )
    cohorts = models.ManyToManyField(Cohort, related_name="needs", blank=True, verbose_name=_("groups of people"))
    areas = models.ManyToManyField(Area, related_name="needs_here", verbose_name=_("areas"))
    categories = models.ManyToManyField(
        NeedCategory, related_name="needs_of_kind", verbose_name=_("kinds of need")
    )
    people_affected = models.PositiveIntegerField(_("people affected in a year"))
    people_of = models.PositiveIntegerField(_("out of how many"), null=True, blank=True)
    urgency = models.CharField(_("by when"), max_length=20, choices=Urgency.choices, default=Urgency.NO_DATE)
    urgency_reason = models.TextField(_("why by then"), max_length=1000, blank=True)
    desired_outcomes = models.ManyToManyField(
        DesiredOutcome, related_name="needs", blank=True, verbose_name=_("desired outcomes")
    )
    what_good_is = models.TextField(_("what good would look like"), max_length=3000, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    closing_reason = models.TextField(_("why it was closed"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        indexes = [
            models.Index(fields=["status", "published_at", "id"], name="need_newest"),
            models.Index(fields=["area", "published_at", "id"], name="need_area"),
            models.Index(fields=["category", "published_at", "id"], name="need_category"),
            # What is counted by area, read from the index alone.
            models.Index(fields=["area", "status", "category"], name="need_counted"),
            models.Index(
                fields=["published_at", "id"],
                condition=models.Q(published_at__isnull=False),
                name="need_all_newest",
            ),
            models.Index(fields=["organisation", "-updated_at"], name="need_of_organisation"),
            models.Index(fields=["organisation", "status", "-updated_at", "-id"], name="need_own_status"),
        ]
        constraints = [
            status_is_known(NeedStatus, "need_status_known"),
            models.CheckConstraint(condition=~models.Q(title=""), name="need_has_title"),
            models.CheckConstraint(condition=models.Q(people_affected__gte=1), name="need_affects_somebody"),
            models.CheckConstraint(
                condition=models.Q(people_of__isnull=True) | models.Q(people_of__gte=models.F("people_affected")),
                name="need_affects_no_more_than_there_are",
            ),
            models.CheckConstraint(condition=models.Q(urgency__in=Urgency.values), name="need_urgency_known"),
            models.CheckConstraint(
                condition=models.Q(urgency=Urgency.NO_DATE) | ~models.Q(urgency_reason=""),
                name="need_urgent_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, published_by__isnull=True)
                | models.Q(published_at__isnull=False, published_by__isnull=False),
                name="need_published_at_with_by",
            ),
            models.CheckConstraint(
                condition=models.Q(status=NeedStatus.DRAFT) | models.Q(published_at__isnull=False),
                name="need_beyond_draft_was_published",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=NeedStatus.CLOSED) | ~models.Q(closing_reason=""),
                name="need_closed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NeedEvidence(models.Model):
    """One figure that shows the shortfall, and where it comes from.

    `added_at` and `added_by` are set where it was added to a published need.
    """

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="evidence")
    figure = models.CharField(_("figure"), max_length=300)
    source = models.CharField(_("source"), max_length=300)
    period = models.CharField(_("period"), max_length=60, blank=True)
    link = models.URLField(_("link"), blank=True)
    added_at = models.DateTimeField(_("added at"), null=True, blank=True)
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(figure=""), name="evidence_has_figure"),
            models.CheckConstraint(condition=~models.Q(source=""), name="evidence_has_source"),
            models.CheckConstraint(
                condition=models.Q(added_at__isnull=True, added_by__isnull=True)
                | models.Q(added_at__isnull=False, added_by__isnull=False),
                name="evidence_added_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return self.figure
