"""What an evaluation asks of a person: open, score, agree, decide."""

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Organisation, User
from core.work import ASKED, Section, Task
from marketplace.queries.evaluation import evaluations_to_do

# What waits -> what to do, the tag, and the page where it is done.
STEPS: dict[str, tuple[Promise, Promise, str]] = {
    "open": (
        gettext_lazy("Bids were handed in. Two people open them."),
        gettext_lazy("to open"),
        "evaluation-detail",
    ),
    "end": (gettext_lazy("No bid was handed in."), gettext_lazy("to end"), "award-end"),
    "score": (
        gettext_lazy("Score each answer on your own, then lock your scores."),
        gettext_lazy("to score"),
        "evaluation-detail",
    ),
    "agree": (gettext_lazy("Record what the panel agrees."), gettext_lazy("to agree"), "moderation-list"),
    "award": (gettext_lazy("The panel has agreed its scores."), gettext_lazy("to decide"), "award-choose"),
}


def evaluation_sections(user: User, organisation: Organisation) -> list[Section]:
    """One section with the evaluations that wait for this person; none if none do. One query."""
    if not organisation.is_commissioner:
        return []
    tasks = []
    for opportunity, step in evaluations_to_do(user, organisation, timezone.now(), at_most=ASKED):
        hint, tag, page = STEPS[step]
        url = reverse(page, args=[opportunity.pk])
        tasks.append(Task(title=opportunity.title, url=url, hint=str(hint), tag=str(tag)))
    return [Section(title=_("Evaluations"), tasks=tasks)] if tasks else []
