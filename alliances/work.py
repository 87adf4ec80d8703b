"""What waits for a person in alliances: to set up, to sign, to enter."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from alliances.models import Alliance, Outcome
from alliances.quarters import due_on, period_due
from alliances.queries.agreements import awards_without_alliance, drafts_of, places_to_sign
from alliances.queries.outcomes import outcomes_without_result
from core.forms.dates import LONDON
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.work import ASKED, Section, Task


def alliance_work(user: User, organisation: Organisation) -> list[Section]:
    """Awards and drafts to turn into agreements, agreements to sign, results due; only what the role allows."""
    sections = []
    if holds(user, P.ALLIANCE_SIGN, organisation):
        sections.append(Section(_("Agreements to sign"), to_sign(organisation)))
    if holds(user, P.ALLIANCE_CREATE, organisation):
        sections.append(Section(_("Alliances to set up"), to_set_up(organisation)))
    if holds(user, P.RESULT_RECORD, organisation):
        sections.append(Section(_("Results due"), results_due(organisation, today=timezone.localdate())))
    return [section for section in sections if section.tasks]


def to_sign(organisation: Organisation) -> list[Task]:
    """Each agreement that waits for this organisation's signature."""
    return [
        Task(
            title=_("Sign for %(name)s") % {"name": organisation.name},
            url=reverse("alliance-sign", args=[place.alliance_id, place.pk]),
            hint=place.alliance.name,
            tag=_("to sign"),
            tone="warn",
        )
        for place in places_to_sign(organisation)[:ASKED]
    ]


def to_set_up(organisation: Organisation) -> list[Task]:
    """Each award without an alliance, and each draft not yet sent out to be signed."""
    awards = [
        Task(
            title=_("Set up the alliance: %(title)s") % {"title": award.lot.opportunity.title},
            url=reverse("alliance-create", args=[award.pk]),
            hint=_("Awarded to %(name)s") % {"name": award.bid.organisation.name},
            tag=_("awarded"),
        )
        for award in awards_without_alliance(organisation)[:ASKED]
    ]
    drafts = [
        Task(
            title=_("Finish the agreement and ask for signatures"),
            url=reverse("alliance-detail", args=[alliance.pk]),
            hint=alliance.name,
            tag=_("draft"),
        )
        for alliance in drafts_of(organisation)[:ASKED]
    ]
    return (awards + drafts)[:ASKED]


def results_due(organisation: Organisation, *, today: datetime.date) -> list[Task]:
    """Outcomes without a result for the latest period that is over; the first of them, if there are many."""
    outcomes = outcomes_without_result(organisation, today=today)[:ASKED]
    return [task for outcome in outcomes if (task := _due(outcome, outcome.alliance, today)) is not None]


def _due(outcome: Outcome, alliance: Alliance, today: datetime.date) -> Task | None:
    end = period_due(starts_on=alliance.starts_on, ends_on=alliance.ends_on, today=today)
    if end is None:
        return None
    by = due_on(end)
    late = by < today
    return Task(
        title=outcome.indicator,
        url=reverse("result-record", args=[outcome.pk]),
        hint=_("%(name)s, period ending %(day)s") % {"name": alliance.name, "day": format_date(end, "j F Y")},
        due_at=datetime.datetime.combine(by, datetime.time(23, 59), LONDON),
        tag=_("late") if late else _("due"),
        tone="bad" if late else "info",
    )
