"""What keeps a member of an alliance from closing its account."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliances.models import Alliance
from alliances.states import AllianceStatus as Status
from core.access import Sentence
from core.leaving import Part
from core.models import Organisation, User

LIVE = (Status.DRAFT, Status.SIGNING, Status.ACTIVE, Status.SUSPENDED)
STAYS = (
    gettext_lazy(
        "Alliances that have ended, with who signed them and what came of them, because others signed them too."
    ),
)


def alliances_that_keep(organisation: Organisation) -> list[Sentence]:
    """Alliances it is in that have not ended, each named with what to do."""
    live = Alliance.objects.filter(members__organisation=organisation, status__in=LIVE).order_by("pk")
    sentence = _(
        "Your organisation is in the alliance “%(alliance)s” (%(status)s). "
        "You can close when it has ended, or goes on without you: talk to the commissioning body."
    )
    return [sentence % {"alliance": each.name, "status": each.get_status_display()} for each in live]


def _hold(organisation: Organisation) -> None:
    """Who is in an alliance points to the organisation, which is held."""


def _let_go(organisation: Organisation, by: User) -> None:
    """Alliances stay."""


PART = Part(goes=(), stays=STAYS, hold=_hold, keeps=alliances_that_keep, let_go=_let_go)
