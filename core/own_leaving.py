"""What core itself lets go of when an account is closed: people's places."""

from django.utils.translation import gettext_lazy as _

from core.access import Sentence
from core.leaving import Part
from core.models.people import Organisation, User


def _nothing_held(organisation: Organisation) -> None:
    """The organisation itself is held by the service."""


def _nothing_keeps(organisation: Organisation) -> list[Sentence]:
    return []


def _nothing_more(organisation: Organisation, by: User) -> None:
    """The service ends the memberships, last of all: until then somebody acts."""


PART = Part(
    goes=(_("The memberships of everybody who acts for it. They are told, and keep their own accounts."),),
    stays=(),
    hold=_nothing_held,
    keeps=_nothing_keeps,
    let_go=_nothing_more,
)
