"""What became of an opportunity that was let as a tender or a grant, for its page."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import User
from core.sequels import Sequel
from marketplace.models import Opportunity
from marketplace.queries.contracts import contracts_visible_to


def contracts_of_opportunities(user: User | AnonymousUser, opportunities: Sequence[Opportunity]) -> list[Sequel]:
    """The contracts made from their awards that the person may see; one query."""
    made = contracts_visible_to(user).filter(award__lot__opportunity__in=opportunities)
    return [
        Sequel(
            title=contract.title,
            url=reverse("contract-detail", args=[contract.pk]),
            told=_("Contract signed by all its parties"),
            at=contract.activated_at,
        )
        for contract in made.only("title", "activated_at").order_by("award__lot__number")
    ]
