"""Bidders ask about an opportunity: two questions are answered for everyone, one waits."""

import uuid

from django.utils import timezone

from core.models import User
from marketplace.models import BidderQuestion, Opportunity
from marketplace.services.questions import ask_question, publish_answers, write_answer

ANSWERED = (
    (
        "We rent two rooms above our shop in Leigh. Do rooms that are not our own count?",
        "Do rooms count that the provider rents from somebody else?",
        "Yes, if the lease runs at least to the end of the service. Say in your answer when it ends.",
    ),
    (
        "Can the sessions be on Saturdays?",
        "Can the sessions be on Saturdays?",
        "Yes. Evenings and Saturdays are welcome; say which and for how many people.",
    ),
)
WAITING = "Does the price include the childcare of people who come to the sessions?"


def ask_and_answer(opportunity: Opportunity, *, asker: User, manager: User) -> None:
    """What was asked for the asker's organisation by now; the manager has published what was ready."""
    organisation = asker.memberships.get().organisation
    now = timezone.now()

    def ask(text: str) -> BidderQuestion:
        return ask_question(
            by=asker,
            opportunity=opportunity,
            organisation=organisation,
            text=text,
            form_key=uuid.uuid4(),
            arrived_at=now,
        )

    for asked, told, answer in ANSWERED:
        write_answer(by=manager, question=ask(asked), told=told, answer=answer, arrived_at=now)
    publish_answers(by=manager, opportunity=opportunity, arrived_at=now)
    ask(WAITING)
