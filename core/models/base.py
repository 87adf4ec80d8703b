"""What a row that people draft together has in common."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Drafted(models.Model):
    """A row people write over days: who began it, who changed it last, and which version it is.

    `version` lets the second of two people who edit at once be told; `form_key` is the key the empty
    form carried, so that sending it twice makes one row.
    """

    form_key = models.UUIDField(_("form key"), default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("begun by")
    )
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        abstract = True


def status_is_known(states: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """A constraint that keeps `status` to the values of `states`."""
    return models.CheckConstraint(condition=models.Q(status__in=states.values), name=name)
