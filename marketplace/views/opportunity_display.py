"""Opportunities as plain values for the components: lines, facts, closing in words, tasks, what can be done."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.access import ALLOWED, Verdict
from core.charts import plain
from core.display import Moment, Row, Step, Text
from core.forms.dates import LONDON
from core.models import Organisation, User
from core.money import percent, pounds
from core.queries.audit import events_of
from core.queries.people import own_organisations
from core.returning import carrying
from core.templatetags.accord import day, when
from core.views.place_display import address_of
from marketplace.models import Opportunity, Route
from marketplace.policies.bids import is_open, may_start_bid
from marketplace.policies.opportunities import (
    may_cancel_opportunity,
    may_edit_opportunity,
    may_publish_opportunity,
    may_return_opportunity,
    may_send_for_review,
    missing_about,
    missing_criteria,
    missing_lot_and_dates,
    missing_outcomes,
)
from marketplace.queries.consultations import needs_without_answer
from marketplace.states import OpportunityStatus, Phase
from marketplace.views.need_display import Action
from marketplace.views.stories import OF_OPPORTUNITY_WITHIN

TONES = {
    Phase.DRAFT: "info",
    Phase.IN_REVIEW: "warn",
    Phase.SCHEDULED: "info",
    Phase.OPEN: "good",
    Phase.AWARDED: "good",
    Phase.CANCELLED: "bad",
}
TODAY, TOMORROW = 0, 1


@dataclass(frozen=True)
class OpportunityLine:
    """A line of a list of opportunities."""

    title: str
    url: str
    body: str
    place: str
    kind: str
    route: Text
    value: str
    closing: str
    phase: Text
    tone: str


@dataclass(frozen=True)
class CriterionLine:
    """A criterion as bidders read it."""

    number: int
    question: str
    guidance: str
    weight: str
    limit: str


@dataclass(frozen=True)
class OutcomeLine:
    """A shared outcome: from where to where, in which unit, with what weight."""

    indicator: str
    baseline: str
    target: str
    unit: str
    weight: str
    serves: str


def line_of(opportunity: Opportunity, *, at: datetime.datetime) -> OpportunityLine:
    """What a list shows of an opportunity at a moment."""
    phase = opportunity.phase_at(at)
    return OpportunityLine(
        title=opportunity.title,
        url=reverse("opportunity-detail", args=[opportunity.pk]),
        body=opportunity.organisation.name,
        place=opportunity.area.name,
        kind=opportunity.category.name,
        route=Route(opportunity.route).label,
        value=value_in_words(opportunity),
        closing=closing_in_words(opportunity, at=at),
        phase=phase.label,
        tone=TONES.get(phase, "plain"),
    )


def value_in_words(opportunity: Opportunity) -> str:
    """What its lots are worth together; empty without one."""
    values = [lot.value_pence for lot in opportunity.lots.all()]
    return pounds(sum(values)) if values else ""


def closing_in_words(opportunity: Opportunity, *, at: datetime.datetime) -> str:
    """ "Closes in 12 days, Thursday 3 December 2026, 12 noon"; for one yet to open, when it opens."""
    phase = opportunity.phase_at(at)
    if phase == Phase.SCHEDULED and opportunity.opens_at:
        days = _days_to(opportunity.opens_at, at)
        return f"{_opens_in(days)}, {when(opportunity.opens_at)}"
    if phase == Phase.OPEN and opportunity.closes_at:
        days = _days_to(opportunity.closes_at, at)
        return f"{_closes_in(days)}, {when(opportunity.closes_at)}"
    if opportunity.closes_at is None:
        return _("Closing time not set")
    if phase == Phase.CANCELLED:
        return _("Cancelled")
    sentence = _("Closes %(time)s") if at < opportunity.closes_at else _("Closed %(time)s")
    return sentence % {"time": when(opportunity.closes_at)}


def _days_to(moment: datetime.datetime, at: datetime.datetime) -> int:
    return (timezone.localdate(moment, LONDON) - timezone.localdate(at, LONDON)).days


def _closes_in(days: int) -> str:
    if days in (TODAY, TOMORROW):
        return _("Closes tomorrow") if days else _("Closes today")
    return ngettext("Closes in %(n)s day", "Closes in %(n)s days", days) % {"n": days}


def _opens_in(days: int) -> str:
    if days in (TODAY, TOMORROW):
        return _("Opens tomorrow") if days else _("Opens today")
    return ngettext("Opens in %(n)s day", "Opens in %(n)s days", days) % {"n": days}


# --- One opportunity ---------------------------------------------------------------------------------


def facts_of(opportunity: Opportunity) -> list[Row]:
    """What stands beside the words: value, dates, who invites."""
    lots = list(opportunity.lots.all())
    value = "\n".join(f"{lot.title}: {pounds(lot.value_pence)}" for lot in lots)
    opens = when(opportunity.opens_at) or _("As soon as it is published")
    return [
        Row(_("Commissioning body"), opportunity.organisation.name),
        Row(_("Area"), str(opportunity.area), address_of(opportunity.area), _("Who acts there")),
        Row(_("Kind of need"), opportunity.category.name),
        Row(_("Route"), Route(opportunity.route).label.capitalize()),
        Row(_("Value, VAT included"), value),
        Row(_("Bidding opens"), opens),
        *([Row(_("Questions until"), when(opportunity.questions_until))] if opportunity.questions_until else []),
        Row(_("Bidding closes"), when(opportunity.closes_at)),
        Row(_("Service starts"), day(opportunity.starts_on)),
        Row(_("Service ends"), day(opportunity.ends_on)),
        *work_rows(opportunity),
    ]


def work_rows(opportunity: Opportunity) -> list[Row]:
    """What of the work decides which checks are made, and whether joint bids may change after the deadline."""
    return [
        Row(
            _("Contact with people on probation"),
            pgettext("does it", "Yes") if opportunity.contact_with_people else pgettext("does it", "No"),
        ),
        Row(
            _("Keeps personal data"),
            pgettext("does it", "Yes") if opportunity.holds_personal_data else pgettext("does it", "No"),
        ),
        Row(
            _("Members of a joint bid"),
            _("One may be replaced after the deadline if the panel agrees")
            if opportunity.members_may_change
            else _("Stay the same after the deadline"),
        ),
    ]


def criteria_of(opportunity: Opportunity) -> list[CriterionLine]:
    """The criteria in order."""
    return [
        CriterionLine(
            number=criterion.number,
            question=criterion.question,
            guidance=criterion.guidance,
            weight=percent(criterion.weight_bps),
            limit=_("Up to %(n)s words") % {"n": f"{criterion.word_limit:,}"},
        )
        for criterion in opportunity.criteria.all()
    ]


def outcomes_of(opportunity: Opportunity) -> list[OutcomeLine]:
    """The shared outcomes in order."""
    return [
        OutcomeLine(
            indicator=outcome.indicator,
            baseline=_figure(outcome.baseline, outcome.unit),
            target=_figure(outcome.target, outcome.unit),
            unit="" if outcome.unit == "%" else outcome.unit,
            weight=percent(outcome.weight_bps),
            serves=outcome.desired_outcome.text if outcome.desired_outcome else "",
        )
        for outcome in opportunity.outcomes.all()
    ]


def _figure(value: Decimal, unit: str) -> str:
    """42% where shares are counted; elsewhere the bare figure, whose unit stands once beside the indicator."""
    return plain(value, "%" if unit.startswith("%") else "")


def bidding_verdict(
    opportunity: Opportunity,
    user: User | AnonymousUser,
    organisation: Organisation | None,
    *,
    at: datetime.datetime,
) -> Verdict:
    """Whether to show the way into a bid; somebody not signed in is asked to sign in on that way."""
    if not user.is_authenticated:
        return is_open(opportunity, at)
    return may_start_bid(user, opportunity, organisation, at=at)


def register_url(opportunity: Opportunity, user: User | AnonymousUser, *, at: datetime.datetime) -> str:
    """Where somebody who acts for nobody yet registers, and begins a bid next; empty for all others."""
    if not user.is_authenticated or own_organisations(user) or not is_open(opportunity, at):
        return ""
    return carrying(reverse("register"), reverse("bid-start", args=[opportunity.pk]))


def actions_on(opportunity: Opportunity, user: User | AnonymousUser) -> list[Action]:
    """What the state lets happen and the person has a right to, with what stands in the way."""
    named = {
        "publish": (_("Publish"), "opportunity-publish", may_publish_opportunity),
        "send": (_("Send to the director"), "opportunity-send", may_send_for_review),
        "return": (_("Return with a reason"), "opportunity-return", may_return_opportunity),
        "cancel": (_("Cancel this opportunity"), "opportunity-cancel", may_cancel_opportunity),
    }
    steps = {
        OpportunityStatus.DRAFT: ("publish", "send", "cancel"),
        OpportunityStatus.IN_REVIEW: ("publish", "return", "cancel"),
        OpportunityStatus.OPEN: ("cancel",),
    }.get(OpportunityStatus(opportunity.status), ())
    found: list[Action] = []
    for step in steps:
        label, page, policy = named[step]
        verdict = policy(user, opportunity)
        if step == "send" and found:
            continue  # who may publish need not send it to themselves
        if verdict.right:
            primary = bool(verdict) and step != "cancel" and not any(action.primary for action in found)
            found.append(Action(label, reverse(page, args=[opportunity.pk]), verdict, primary=primary))
    return found


# --- Drafting ----------------------------------------------------------------------------------------


def steps_of(opportunity: Opportunity, user: User | AnonymousUser) -> list[Step]:
    """The pages of a draft, each with what it lacks."""
    editable = bool(may_edit_opportunity(user, opportunity))
    pages = [
        (_("What is wanted"), "opportunity-about", missing_about(opportunity), True),
        (_("Lot and dates"), "opportunity-lot", missing_lot_and_dates(opportunity), _has_dates(opportunity)),
        (_("Award criteria"), "opportunity-criteria", missing_criteria(opportunity), _has(opportunity.criteria)),
        (_("Shared outcomes"), "opportunity-outcomes", missing_outcomes(opportunity), _has(opportunity.outcomes)),
    ]
    parts = [
        Step(
            title=title,
            url=reverse(page, args=[opportunity.pk]) if editable else "",
            hint=" ".join(missing) if begun else "",
            tag=_("complete") if not missing else (_("not finished") if begun else _("not begun")),
            tone="good" if not missing else ("warn" if begun else "plain"),
        )
        for title, page, missing, begun in pages
    ]
    return [*parts, _needs_step(opportunity, editable=editable), _last_step(opportunity, user)]


def _needs_step(opportunity: Opportunity, *, editable: bool) -> Step:
    """Leads to the needs of a draft; of one that can no longer be changed, to the consultation that is missing."""
    silent = needs_without_answer(opportunity.needs.all()).order_by("pk").first()
    if editable:
        url = reverse("opportunity-needs", args=[opportunity.pk])
    else:
        url = reverse("need-consultation", args=[silent.pk]) if silent else ""
    says = _("“%(need)s” does not say yet what people told you, or why nobody was asked.")
    return Step(
        title=_("Needs it answers, and what people said"),
        url=url,
        hint=says % {"need": silent.title} if silent else "",
        tag=_("before it is published") if silent else _("complete"),
        tone="warn" if silent else "good",
    )


def _last_step(opportunity: Opportunity, user: User | AnonymousUser) -> Step:
    verdict = may_send_for_review(user, opportunity)
    if verdict:
        url = reverse("opportunity-send", args=[opportunity.pk])
        return Step(_("Check and send"), url, tag=_("ready"), tone="info")
    sent = opportunity.status != OpportunityStatus.DRAFT
    return Step(_("Check and send"), tag=_("sent") if sent else _("when the parts are complete"), tone="plain")


def _has(rows: object) -> bool:
    return bool(rows.all())  # type: ignore[attr-defined]  # a related manager


def _has_dates(opportunity: Opportunity) -> bool:
    return opportunity.closes_at is not None or _has(opportunity.lots)


def may_edit(opportunity: Opportunity, user: User | AnonymousUser) -> Verdict:
    """For the banner above a task list that is shut; the director need not be told who has it."""
    if opportunity.status == OpportunityStatus.IN_REVIEW and may_publish_opportunity(user, opportunity).right:
        return ALLOWED
    verdict = may_edit_opportunity(user, opportunity)
    return verdict if verdict.right else ALLOWED


def why_returned(opportunity: Opportunity) -> Moment | None:
    """The last return of a draft that was not sent again since."""
    if opportunity.status != OpportunityStatus.DRAFT:
        return None
    moves = [event for event in events_of(opportunity) if event.action in OF_OPPORTUNITY_WITHIN]
    if not moves or moves[0].action != "opportunity.return":
        return None
    return Moment(_("Returned"), moves[0].at, moves[0].actor.partition(" <")[0], moves[0].reason)


def saved_rows(opportunity: Opportunity, part: str) -> list[Row]:
    """A part as it stands now, for somebody whose text was not saved."""
    if part == "criteria":
        return [Row(f"{line.number}. {line.question}", line.weight) for line in criteria_of(opportunity)]
    if part == "outcomes":
        return [
            Row(line.indicator, f"{line.baseline} → {' '.join([line.target, line.unit]).strip()}, {line.weight}")
            for line in outcomes_of(opportunity)
        ]
    if part == "lot":
        return facts_of(opportunity)[4:9]
    names = (_("Title"), opportunity.title), (_("What is wanted"), opportunity.summary)
    ask = f"{opportunity.contact_name}\n{opportunity.contact_email}"
    return [
        *(Row(name, text) for name, text in names),
        *facts_of(opportunity)[1:4],
        *work_rows(opportunity),
        Row(_("Who to ask"), ask),
    ]
