"""What became of an opportunity, for its page and that of the need behind it."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from alliances.queries.agreements import alliances_from
from core.models import User
from core.sequels import Sequel
from marketplace.models import Opportunity


def alliances_of_opportunities(user: User | AnonymousUser, opportunities: Sequence[Opportunity]) -> list[Sequel]:
    """The alliances made from their awards that the person may see."""
    return [
        Sequel(
            title=alliance.name,
            url=reverse("alliance-detail", args=[alliance.pk]),
            told=_("Alliance signed by all its members"),
            at=alliance.activated_at,
        )
        for alliance in alliances_from(opportunities, user)
    ]
