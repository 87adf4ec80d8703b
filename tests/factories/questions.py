"""Questions of bidders at any stage."""

import datetime
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils import timezone

from core.models import Organisation, User
from core.roles import Role
from marketplace.models import BidderQuestion, Opportunity
from marketplace.services.questions import ask_question, write_answer
from tests.factories.core import member
from tests.factories.marketplace import OpportunityFactory


@dataclass
class Asking:
    """An open opportunity, its manager and director, and a charity that asks."""

    opportunity: Opportunity
    manager: User
    director: User
    asker: User
    organisation: Organisation

    def ask(self, text: str = "Are rooms part of it?", *, by: User | None = None, **values: Any) -> BidderQuestion:
        """Somebody asks; unless told otherwise the charity."""
        person = by or self.asker
        told: dict[str, Any] = {"form_key": uuid4(), "arrived_at": timezone.now()}
        return ask_question(
            by=person,
            opportunity=self.opportunity,
            organisation=person.memberships.get().organisation,
            text=text,
            **{**told, **values},
        )

    def answer(self, question: BidderQuestion, answer: str = "Yes, for a year.", **values: Any) -> BidderQuestion:
        """The manager has an answer ready."""
        told: dict[str, Any] = {"told": question.text, "arrived_at": timezone.now()}
        return write_answer(by=self.manager, question=question, answer=answer, **{**told, **values})


def asking(**values: Any) -> Asking:
    """Questions are taken for another ten days, bids for another fourteen."""
    until = timezone.now() + datetime.timedelta(days=10)
    opportunity = OpportunityFactory(**{"is_open": True, "questions_until": until, **values})
    asker = member(Role.OWNER)
    return Asking(
        opportunity,
        member(Role.COMMISSIONING_MANAGER, opportunity.organisation),
        member(Role.DIRECTOR, opportunity.organisation),
        asker,
        asker.memberships.get().organisation,
    )
