"""Who wants to be told of news, about which places, kinds of need and groups of people."""

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.models import Area, Cohort, NeedCategory, User


class Frequency(models.TextChoices):
    """How often somebody is told."""

    DAILY = "daily", _("every day on which there is something new")
    WEEKLY = "weekly", _("once a week, on Monday morning")


class Follow(models.Model):
    """A person follows what happens in an area, for a kind of need, for a group; none means any.

    `told_until` is the moment up to which the person has been told: no news before it is told again.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="follows", db_index=False, verbose_name=_("person")
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    category = models.ForeignKey(
        NeedCategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kind of need"),
    )
    cohort = models.ForeignKey(
        Cohort,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("group of people"),
    )
    frequency = models.CharField(
        _("how often"), max_length=10, choices=Frequency.choices, default=Frequency.WEEKLY
    )
    created_at = models.DateTimeField(_("followed since"))
    told_until = models.DateTimeField(_("told of everything until"))

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        indexes = [
            models.Index(fields=["user", "id"], name="follow_of_person"),
            models.Index(fields=["frequency", "told_until", "user"], name="follow_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(frequency__in=Frequency.values), name="follow_frequency_known"
            ),
            # Two empty columns count as different for a database, so nought stands for “any” here.
            models.UniqueConstraint(
                "user",
                Coalesce("area", 0),
                Coalesce("category", 0),
                Coalesce("cohort", 0),
                name="follow_once",
            ),
        ]

    def __str__(self) -> str:
        """Never what is followed: the record of events keeps names for ever."""
        return _now("Follow %(number)s") % {"number": self.pk}

    @property
    def in_words(self) -> str:
        """ "Accommodation, Salford, women"; everything where nothing is said."""
        parts = (self.category, self.area, self.cohort)
        return ", ".join(part.name for part in parts if part) or _now("Everything, everywhere")
