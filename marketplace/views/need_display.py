"""Needs as plain values for the components: lines, tags, facts, what can be done, what happened."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Verdict
from core.display import Row, Text
from core.models import User
from core.templatetags.accord import day, when
from core.views.place_display import address_of
from marketplace.models import Need, Urgency
from marketplace.policies.needs import (
    may_close_need,
    may_commission_need,
    may_edit_need,
    may_mark_need_met,
    may_publish_need,
    may_reopen_need,
)
from marketplace.queries.categories import source_of_sufficiency, sufficiency_of
from marketplace.queries.needs import NeedParts, parts_of
from marketplace.states import NeedStatus

TONES = {
    NeedStatus.DRAFT: "info",
    NeedStatus.PUBLISHED: "warn",
    NeedStatus.IN_COMMISSIONING: "info",
    NeedStatus.MET: "good",
    NeedStatus.CLOSED: "plain",
}


@dataclass(frozen=True)
class NeedLine:
    """A line of a list of needs."""

    title: str
    url: str
    body: str
    place: str
    kind: str
    people: str
    status: Text
    tone: str
    on: str


@dataclass(frozen=True)
class Action:
    """Something to do with a thing, and whether it can be done now."""

    label: Text
    url: str
    verdict: Verdict
    primary: bool = False


def line_of(need: Need) -> NeedLine:
    """What a list shows of a need."""
    return NeedLine(
        title=need.title,
        url=reverse("need-detail", args=[need.pk]),
        body=need.organisation.name,
        place=need.area.name,
        kind=need.category.name,
        people=people_in_words(need.people_affected),
        status=str(NeedStatus(need.status).label),
        tone=TONES[NeedStatus(need.status)],
        on=_("Published %(day)s") % {"day": day(need.published_at)}
        if need.published_at
        else _("Changed %(time)s") % {"time": when(need.updated_at)},
    )


def people_in_words(number: int) -> str:
    """ "120 people in a year"."""
    sentence = ngettext("%(n)s person in a year", "%(n)s people in a year", number)
    return sentence % {"n": f"{number:,}"}


def facts_of(need: Need, parts: NeedParts) -> list[Row]:
    """What stands beside the words: where, what kind, who, how many, by when, from whom."""
    return [
        Row(
            ngettext("Area", "Areas", len(parts.areas)),
            "\n".join(parts.areas),
            address_of(need.area),
            _("Who acts there"),
        ),
        Row(ngettext("Kind of need", "Kinds of need", len(parts.kinds)), "\n".join(parts.kinds)),
        Row(_("Who it concerns"), ", ".join(parts.cohorts) or _("Everyone on probation")),
        Row(_("People affected"), scale_in_words(need)),
        Row(_("By when"), urgency_in_words(need)),
        Row(_("Posted by"), need.organisation.name),
    ]


def scale_in_words(need: Need) -> str:
    """ "120 people in a year, out of 800"."""
    affected = people_in_words(need.people_affected)
    if need.people_of is None:
        return affected
    return _("%(affected)s, out of %(all)s") % {"affected": affected, "all": f"{need.people_of:,}"}


def urgency_in_words(need: Need) -> str:
    """By when, and why."""
    label = str(Urgency(need.urgency).label)
    return f"{label[:1].upper()}{label[1:]}\n{need.urgency_reason}".strip()


def national_figure(need: Need) -> Row | None:
    """The published figure about its kind, with its source; none where nobody published one."""
    figure = sufficiency_of(need.category)
    return Row(figure, source_of_sufficiency(need.category)) if figure else None


def saved_rows(need: Need) -> list[Row]:
    """The row as it stands now, for somebody whose text was not saved."""
    parts = parts_of(need)
    figures = "\n".join(f"{each.figure} ({each.source})" for each in need.evidence.all())
    return [
        Row(_("Title"), need.title),
        Row(_("What is missing"), need.summary),
        *facts_of(need, parts)[:5],
        Row(_("Figures"), figures),
        Row(_("Desired outcomes"), "\n".join(parts.outcomes)),
        Row(_("What good would look like"), need.what_good_is),
    ]


def actions_on(need: Need, user: User | AnonymousUser) -> list[Action]:
    """What the state of the need lets happen and the person has a right to, with what stands in the way."""
    steps = {
        NeedStatus.DRAFT: ("publish", "edit"),
        NeedStatus.PUBLISHED: ("commission", "close"),
        NeedStatus.IN_COMMISSIONING: ("meet", "commission", "close"),
        NeedStatus.MET: ("reopen",),
        NeedStatus.CLOSED: ("reopen",),
    }[NeedStatus(need.status)]
    named = {
        "edit": (_("Go on with the draft"), "need-tasks", may_edit_need),
        "publish": (_("Publish"), "need-publish", may_publish_need),
        "commission": (_("Make an opportunity from it"), "opportunity-create", may_commission_need),
        "meet": (_("Mark as met"), "need-meet", may_mark_need_met),
        "close": (_("Close without meeting it"), "need-close", may_close_need),
        "reopen": (_("Open it again"), "need-reopen", may_reopen_need),
    }
    found: list[Action] = []
    for step in steps:
        label, page, policy = named[step]
        verdict = policy(user, need)
        if verdict.right:
            primary = bool(verdict) and not any(action.primary for action in found)
            found.append(Action(label, reverse(page, args=[need.pk]), verdict, primary=primary))
    return found
