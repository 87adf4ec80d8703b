"""What a body keeps up on a need: how it stands by the eight principles, and who may put money in with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Body, Drafted, Organisation, User
from marketplace.models.needs import Need


class Principle(models.IntegerChoices):
    """The eight principles of good commissioning of the National Audit Office (2010), in our words."""

    USERS = 1, _("Know what people need")
    PROVIDERS = 2, _("Ask providers and local experts early")
    OUTCOMES = 3, _("Put outcomes for people first")
    RANGE = 4, _("Look at everybody who could help")
    CAPACITY = 5, _("Help providers to be able to")
    FAIRNESS = 6, _("Buy openly and fairly")
    TERM = 7, _("Give it time, and share the risk")
    FEEDBACK = 8, _("Ask whether it helped")


class Standing(models.TextChoices):
    """How a need stands by one principle."""

    DONE = "done", _("done")
    NOT_YET = "not_yet", _("not yet")
    NOT_RELEVANT = "not_relevant", _("not relevant")


class PrincipleMark(Drafted):
    """What the body says about one principle on one need, with what shows it."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="principle_marks")
    principle = models.PositiveSmallIntegerField(_("principle"), choices=Principle)
    standing = models.CharField(_("how it stands"), max_length=20, choices=Standing)
    text = models.TextField(_("how, or why"), max_length=2000)
    link = models.URLField(_("link"), blank=True)

    class Meta:
        verbose_name = _("principle of a need")
        verbose_name_plural = _("principles of needs")
        ordering = ["principle"]
        constraints = [
            models.UniqueConstraint(fields=["need", "principle"], name="principle_once_for_a_need"),
            models.CheckConstraint(condition=models.Q(principle__in=Principle.values), name="principle_known"),
            models.CheckConstraint(
                condition=models.Q(standing__in=Standing.values), name="principle_standing_known"
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="principle_says_how_or_why"),
        ]

    def __str__(self) -> str:
        return f"{Principle(self.principle).label}: {self.get_standing_display()}"


class CoCommissioner(models.Model):
    """A body, or an organisation here, that may put something into meeting a need, and what."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="co_commissioners")
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("public body")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    note = models.TextField(_("what they may bring"), max_length=1000)
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by"))

    class Meta:
        verbose_name = _("co-commissioner of a need")
        verbose_name_plural = _("co-commissioners of needs")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(body__isnull=True, organisation__isnull=False)
                | models.Q(body__isnull=False, organisation__isnull=True),
                name="co_commissioner_is_one",
            ),
            models.UniqueConstraint(
                fields=["need", "body"], condition=models.Q(body__isnull=False), name="co_commissioner_body_once"
            ),
            models.UniqueConstraint(
                fields=["need", "organisation"],
                condition=models.Q(organisation__isnull=False),
                name="co_commissioner_organisation_once",
            ),
            models.CheckConstraint(condition=~models.Q(note=""), name="co_commissioner_brings_something"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Who it is."""
        return str(self.body or self.organisation)
