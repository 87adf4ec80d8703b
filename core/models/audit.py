"""What happened, who did it, when and why: written once, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One meaningful act. It names people and things by text, without foreign keys, so it outlives them.

    Rows form a chain: each holds the hash of the one before. The database refuses to change or delete one,
    by triggers. On SQLite a change to a column makes the table anew and loses them: such a migration has to
    create them again, as migration 0002 does.
    """

    sequence = models.PositiveBigIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("when"))
    action = models.CharField(_("act"), max_length=60, db_index=True)
    actor_id = models.BigIntegerField(_("person's number"), null=True)
    actor = models.CharField(_("person"), max_length=260)
    organisation_id = models.BigIntegerField(_("organisation's number"), null=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    object_type = models.CharField(_("kind of thing"), max_length=60)
    object_id = models.BigIntegerField(_("thing's number"))
    object_name = models.CharField(_("thing"), max_length=300, blank=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-sequence"], name="event_of_object"),
            models.Index(fields=["organisation_id", "-sequence"], name="event_of_organisation"),
            models.Index(fields=["at"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    @property
    def words(self) -> str:
        """The act as people read it: "Membership: change roles" for membership.change_roles."""
        text = self.action.replace(".", ": ").replace("_", " ")
        return text[:1].upper() + text[1:]

    @property
    def actor_name(self) -> str:
        """The name without the address, for pages that others than auditors see."""
        return self.actor.partition(" <")[0]


class ChainHead(models.Model):
    """The one row that says where the chain of events ends; locked by whoever adds to it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = _("end of the chain")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="chain_head_is_one_row")]

    def __str__(self) -> str:
        return str(self.sequence)
