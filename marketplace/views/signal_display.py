"""Signals as plain values for the components: lines, tags, facts, numbers of people, what can be done."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.display import Row, Text
from core.models import User
from core.permissions import Permission as P
from core.policies import has_right
from core.templatetags.accord import day, when
from marketplace.models import Need, Signal
from marketplace.policies.signals import (
    SECOND_THOUGHTS,
    may_answer_signal,
    may_link_signals,
    may_merge_signal,
    may_reopen_signal,
    may_set_signal_aside,
    may_share_signal,
    may_support_signal,
    may_withdraw_signal,
)
from marketplace.queries.signal_counts import PublicCount, signal_count_at
from marketplace.queries.signals import seen_by_others, voices_for
from marketplace.rates import SMALLEST_SHOWN
from marketplace.states import SignalStatus
from marketplace.views.need_display import Action

TONES = {
    SignalStatus.OPEN: "warn",
    SignalStatus.MERGED: "plain",
    SignalStatus.ANSWERED: "good",
    SignalStatus.SET_ASIDE: "plain",
    SignalStatus.WITHDRAWN: "plain",
}
_WORDS_OF_A_TITLE = 14


@dataclass(frozen=True)
class SignalLine:
    """A line of a list of signals."""

    number: int
    title: str
    text: str
    url: str
    body: str
    place: str
    kind: str
    people: str
    voices: str
    status: Text
    tone: str
    on: str
    said: bool
    support_url: str


def line_of(signal: Signal, *, said: Collection[int] = (), offers_support: bool = False) -> SignalLine:
    """What a list shows of a signal; `said`: numbers of those the reader said; `offers_support`: with “me too”."""
    can_support = offers_support and signal.status == SignalStatus.OPEN and signal.pk not in said
    return SignalLine(
        number=signal.pk,
        title=title_of(signal),
        text=signal.text if len(signal.text.split()) > _WORDS_OF_A_TITLE else "",
        url=reverse("signal-detail", args=[signal.pk]),
        body=signal.organisation.name,
        place=signal.area.name,
        kind=signal.category.name,
        people=", ".join(cohort.name for cohort in signal.cohorts.all()),
        voices=voices_in_words(signal.voices),
        status=SignalStatus(signal.status).label,
        tone=TONES[SignalStatus(signal.status)],
        on=_("Given %(day)s") % {"day": day(signal.given_at)},
        said=signal.pk in said,
        support_url=reverse("signal-support", args=[signal.pk]) if can_support else "",
    )


def title_of(signal: Signal) -> str:
    """The first words of the text."""
    return Truncator(signal.text).words(_WORDS_OF_A_TITLE) if signal.text else _("Words that were erased")


def voices_in_words(number: int) -> str:
    """ "12 practitioners say so"."""
    sentence = ngettext("%(n)s practitioner says so", "%(n)s practitioners say so", number)
    return sentence % {"n": f"{number:,}"}


def public_count_in_words(count: PublicCount) -> str:
    """A number of practitioners as the public reads it: "14 practitioners", "fewer than 10 practitioners"."""
    if count.number is None:
        return _("fewer than %(n)s practitioners") % {"n": SMALLEST_SHOWN}
    if count.at_least:
        return _("at least %(n)s practitioners") % {"n": f"{count.number:,}"}
    return ngettext("%(n)s practitioner", "%(n)s practitioners", count.number) % {"n": f"{count.number:,}"}


def public_facts_of(need: Need, user: User | AnonymousUser) -> list[Row]:
    """How many practitioners say what the need says, and how many say so of its kind in its area."""
    linked = PublicCount.of(voices_for(need))
    here = signal_count_at(need.area, need.category_id)
    said = []
    if linked.number != 0:
        said.append(_("%(count)s say what this need says") % {"count": public_count_in_words(linked)})
    if here.number != 0:
        said.append(
            _("%(count)s say that such help is missing in %(area)s")
            % {"count": public_count_in_words(here), "area": need.area.name}
        )
    value = "\n".join(capfirst(line) for line in said)
    if may_link_signals(user, need):
        url, action = reverse("need-signals", args=[need.pk]), _("Link signals")
        return [Row(_("Practitioner signals"), value or _("None yet"), url, action)]
    return [Row(_("Practitioner signals"), value)] if value else []


def facts_of(signal: Signal, user: User) -> list[Row]:
    """What stands beside the words; who gave it only for those who answer and for the giver."""
    cohorts = ", ".join(cohort.name for cohort in signal.cohorts.all())
    rows = [
        Row(_("Kind of need"), signal.category.name),
        Row(_("Where"), str(signal.area)),
        Row(_("For whom"), cohorts or _("Everyone on probation")),
        *_seen_by_others(signal),
        Row(_("Given"), when(signal.given_at)),
        Row(_("To"), signal.organisation.name),
    ]
    if signal.given_by_id == user.pk or has_right(user, P.SIGNAL_ANSWER, signal.organisation_id):
        rows.append(Row(_("Given by"), signal.given_by.name))
    if signal.is_shared:
        rows.append(Row(_("Who can read it"), _("All commissioning bodies")))
    return rows


def _seen_by_others(signal: Signal) -> list[Row]:
    places, groups = seen_by_others(signal)
    labelled = ((_("Others see it in"), places), (_("Others see it for"), groups))
    return [
        Row(label, "\n".join(f"{name} ({number})" for name, number in found.items()))
        for label, found in labelled
        if found
    ]


def decision_in_words(signal: Signal) -> str:
    """Who decided what and when; empty while nobody has."""
    if signal.decided_at is None or signal.decided_by is None:
        return ""
    values = {"name": signal.decided_by.name, "time": when(signal.decided_at)}
    return {
        SignalStatus.ANSWERED: _("Answered by %(name)s, %(time)s"),
        SignalStatus.SET_ASIDE: _("Set aside by %(name)s, %(time)s"),
        SignalStatus.MERGED: _("Joined to another by %(name)s, %(time)s"),
    }[SignalStatus(signal.status)] % values


def actions_on(signal: Signal, user: User) -> list[Action]:
    """What those who answer can do with the signal now."""
    named = (
        (_("Answer it"), "signal-answer", may_answer_signal),
        (_("Join it to one that says the same"), "signal-merge", may_merge_signal),
        (_("Set it aside"), "signal-set-aside", may_set_signal_aside),
    )
    found = [
        Action(label, reverse(page, args=[signal.pk]), policy(user, signal), primary=page == "signal-answer")
        for label, page, policy in named
    ]
    return [action for action in found if action.verdict]


@dataclass(frozen=True)
class Buttons:
    """Which of the small forms of a signal's page are shown."""

    support: bool
    take_back: bool
    withdraw: bool
    withdraw_until: datetime.datetime
    reopen: bool
    reopen_refusal: str
    share: bool


def buttons_on(signal: Signal, user: User, *, said: bool, at: datetime.datetime) -> Buttons:
    """What one press does, for this person at this moment."""
    is_giver = signal.given_by_id == user.pk
    reopening = may_reopen_signal(user, signal)
    decided = signal.status in (SignalStatus.ANSWERED, SignalStatus.SET_ASIDE)
    return Buttons(
        support=not said and signal.status == SignalStatus.OPEN and bool(may_support_signal(user, signal)),
        take_back=said and not is_giver and signal.status == SignalStatus.OPEN,
        withdraw=bool(may_withdraw_signal(user, signal, at=at)),
        withdraw_until=signal.given_at + SECOND_THOUGHTS,
        reopen=bool(reopening),
        reopen_refusal=str(reopening.reason) if decided and reopening.right and not reopening else "",
        share=bool(may_share_signal(user, signal)),
    )
