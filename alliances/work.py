"""What waits for a person in alliances and contracts: to set up, to sign, to enter, to report."""

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from alliances.models import Alliance, Outcome
from alliances.quarters import due_on, period_due
from alliances.queries.agreements import ALLIANCE_KIND, awards_to_put_down, drafts_of, places_to_sign
from alliances.queries.outcomes import outcomes_without_result
from core.forms.dates import LONDON
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.work import ASKED, Section, Task
from marketplace.models import Award, Route
from marketplace.queries.contract_work import places_to_do
from marketplace.work_contracts import contract_rights, contract_section, contract_task


def alliance_work(user: User, organisation: Organisation) -> list[Section]:
    """Awards and drafts to turn into agreements, agreements to sign, results due; only what the role allows."""
    sections = []
    signs, rights = holds(user, P.ALLIANCE_SIGN, organisation), contract_rights(user, organisation)
    if signs or rights:
        sections += agreements(organisation, rights, signs=signs, today=timezone.localdate())
    if holds(user, P.ALLIANCE_CREATE, organisation):
        sections.append(Section(_("Alliances and contracts to set up"), to_set_up(organisation)))
    if holds(user, P.RESULT_RECORD, organisation):
        sections.append(Section(_("Results due"), results_due(organisation, today=timezone.localdate())))
    return [section for section in sections if section.tasks]


def agreements(
    organisation: Organisation, rights: Collection[P], *, signs: bool, today: datetime.date
) -> list[Section]:
    """Alliances that wait for this organisation's signature, and contracts that wait for anything: one query."""
    contracts = places_to_do(organisation, rights, on=today)
    found: Any = contracts.union(places_to_sign(organisation), all=True) if signs else contracts
    rows: list[dict[str, Any]] = list(found.order_by("kind", "agreement")[: 2 * ASKED])
    to_sign = [_to_sign(row, organisation) for row in rows if row["kind"] == ALLIANCE_KIND]
    others = [contract_task(row) for row in rows if row["kind"] != ALLIANCE_KIND]
    return [Section(_("Agreements to sign"), to_sign[:ASKED]), contract_section(others[:ASKED])]


def _to_sign(row: Mapping[str, Any], organisation: Organisation) -> Task:
    return Task(
        title=_("Sign for %(name)s") % {"name": organisation.name},
        url=reverse("alliance-sign", args=[row["agreement"], row["place"]]),
        hint=row["title"],
        tag=_("to sign"),
        tone="warn",
    )


def to_set_up(organisation: Organisation) -> list[Task]:
    """Each award without an alliance or a contract, and each alliance not yet sent out to be signed."""
    awards = [_to_put_down(award) for award in awards_to_put_down(organisation)[:ASKED]]
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


def _to_put_down(award: Award) -> Task:
    ally = award.lot.opportunity.route == Route.ALLIANCE
    title = _("Set up the alliance: %(title)s") if ally else _("Make the contract: %(title)s")
    return Task(
        title=title % {"title": award.lot.opportunity.title},
        url=reverse("alliance-create" if ally else "contract-create", args=[award.pk]),
        hint=_("Awarded to %(name)s") % {"name": award.bid.organisation.name},
        tag=_("awarded"),
    )


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
