"""States and moves of an alliance."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.permissions import Permission as P
from core.transitions import Step, Workflow


class AllianceStatus(models.TextChoices):
    """How far an alliance has come."""

    DRAFT = "draft", _("draft")
    SIGNING = "signing", _("signing")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    ENDED = "ended", _("ended")
    TERMINATED = "terminated", _("terminated")


ALLIANCE = Workflow(
    name="alliance",
    noun=_("alliance"),
    states=AllianceStatus,
    steps=(
        Step("ask_signatures", ("draft",), "signing", P.ALLIANCE_CREATE, "alliances/signature_asked"),
        Step("edit_again", ("signing",), "draft", P.ALLIANCE_CREATE, "alliances/signatures_lapsed"),
        Step("activate", ("signing",), "active", None, "alliances/alliance_active"),
    ),
)
