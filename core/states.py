"""States and moves of what core itself keeps."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.permissions import Permission as P
from core.transitions import Step, Workflow


class MembershipStatus(models.TextChoices):
    """Whether someone belongs to an organisation."""

    REQUESTED = "requested", _("waiting for approval")
    ACTIVE = "active", _("active")
    REFUSED = "refused", _("not accepted")
    ENDED = "ended", _("ended")


MEMBERSHIP = Workflow(
    name="membership",
    noun=_("membership"),
    states=MembershipStatus,
    steps=(
        Step("approve", ("requested",), "active", P.MEMBERS_MANAGE, "core/membership_approved"),
        Step("refuse", ("requested",), "refused", P.MEMBERS_MANAGE, "core/membership_refused"),
        Step("withdraw", ("requested",), "ended"),
        Step("end", ("active",), "ended", P.MEMBERS_MANAGE, "core/membership_ended"),
        Step("ask_again", ("refused", "ended"), "requested", None, "core/membership_requested"),
    ),
)


class PlaceImportStatus(models.TextChoices):
    """What became of a file of places."""

    CHECKED = "checked", _("checked, nothing changed yet")
    APPLIED = "applied", _("carried out")
    TAKEN_BACK = "taken_back", _("taken back")


PLACE_IMPORT = Workflow(
    name="place_import",
    noun=_("import"),
    states=PlaceImportStatus,
    steps=(
        Step("apply", ("checked",), "applied", P.PLACES_IMPORT),
        Step("take_back", ("applied",), "taken_back", P.PLACES_IMPORT),
    ),
)
