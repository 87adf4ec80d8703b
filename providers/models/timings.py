"""How long it took organisations to do what they are asked, without whose hands did it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User


class TimedStep(models.TextChoices):
    """Which sort of page it was."""

    REGISTRATION = "registration", _("registration")
    DECLARATION = "declaration", _("declaration")
    EVIDENCE = "evidence", _("evidence")


class Timing(models.Model):
    """One page of questions on its way from first opened to done, for one organisation.

    While it is under way there is a row for each person; once it is done one row is left, with nobody’s name.
    `code` is the code of a check, or the key of a part of the registration. Only the first time is measured:
    putting something right later is no measure of what was asked.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="timings")
    step = models.CharField(_("sort of page"), max_length=20, choices=TimedStep.choices)
    code = models.CharField(_("what it was about"), max_length=40)
    person = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    opened_at = models.DateTimeField(_("first opened"))
    seen_at = models.DateTimeField(_("last request"))
    active_seconds = models.PositiveIntegerField(_("seconds at it"), default=0)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("time taken")
        verbose_name_plural = _("times taken")
        indexes = [
            models.Index(fields=["code", "-done_at"], condition=Q(done_at__isnull=False), name="timing_by_code"),
            models.Index(fields=["seen_at"], condition=Q(done_at__isnull=True), name="timing_under_way"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "step", "code", "person"], name="timing_once_a_person"
            ),
            models.UniqueConstraint(
                fields=["organisation", "step", "code"],
                condition=Q(done_at__isnull=False),
                name="timing_done_once",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, person__isnull=False)
                | Q(done_at__isnull=False, person__isnull=True),
                name="timing_done_has_no_person",
            ),
            models.CheckConstraint(condition=Q(step__in=TimedStep.values), name="timing_step_known"),
            models.CheckConstraint(
                condition=Q(seen_at__gte=models.F("opened_at")), name="timing_seen_after_opened"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.step} {self.code}"
