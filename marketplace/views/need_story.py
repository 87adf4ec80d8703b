"""What happened to a need from its first draft to its outcome, latest first, as its page tells it."""

import datetime
from collections.abc import Iterable, Iterator, Mapping

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.display import Moment, Text
from core.models import Event, User
from core.queries.audit import events_told
from core.sequels import sequels_of
from marketplace.models import ConsultationRound, Need, Opportunity
from marketplace.views.stories import FOLLOWED, allied, latest_first, name_of

MOST_EVENTS = 80

# What is said of each act, to everyone and, of drafting and upkeep, to the body's own people.
OF_NEED = {
    "need.publish": gettext_lazy("Published"),
    "need.correct": gettext_lazy("Corrected"),
    "need.add_figure": gettext_lazy("A figure was added"),
    "need.take_back_figure": gettext_lazy("A figure was taken back"),
    "need.add_co_commissioner": gettext_lazy("A co-commissioner was named"),
    "need.remove_co_commissioner": gettext_lazy("A co-commissioner was removed"),
    "need.no_consultation": gettext_lazy("It was recorded why nobody is consulted"),
    "need.consult_after_all": gettext_lazy("Why nobody is consulted was taken back"),
    "need.release": gettext_lazy("Its opportunity was cancelled; the need stands"),
    "need.meet": gettext_lazy("Met"),
    "need.close": gettext_lazy("Closed"),
    "need.reopen": gettext_lazy("Opened again"),
}
OF_NEED_WITHIN = {
    "need.draft": gettext_lazy("Begun"),
    "need.edit": gettext_lazy("Changed"),
    "need.link_signals": gettext_lazy("Practitioner signals linked"),
    "need.unlink_signal": gettext_lazy("A practitioner signal unlinked"),
}
OF_OPPORTUNITY = {"opportunity.publish": gettext_lazy("An opportunity for it was published"), **FOLLOWED}
OF_ROUND = {
    "consultation.publish": gettext_lazy("Questions were put to people"),
    "consultation.cancel": gettext_lazy("The consultation was cancelled"),
    "consultation.reply": gettext_lazy("What was heard and what was changed was published"),
    "consultation.take_back_reply": gettext_lazy("What was heard was taken back to be mended"),
}
# Of these the figure, or the name, tells more than the act.
TOLD_BY = {
    "need.add_figure": ("after", "figure"),
    "need.take_back_figure": ("before", "figure"),
    "need.add_co_commissioner": ("after", "who"),
    "need.remove_co_commissioner": ("before", "who"),
    "need.correct": ("before", "title"),
}


def story_of_need(
    need: Need,
    seen: list[Opportunity],
    rounds: list[int],
    user: User | AnonymousUser,
    *,
    within: bool,
    at: datetime.datetime,
) -> list[Moment]:
    """Its own acts, its rounds of consultation, and what followed from the opportunities in sight, until `at`.

    `within`: with names, the drafting and the upkeep.
    """
    own = {**OF_NEED, **OF_NEED_WITHIN} if within else OF_NEED
    titles: dict[int | None, Opportunity] = {opportunity.pk: opportunity for opportunity in seen}
    asked = (
        (Need, [need.pk], own),
        (ConsultationRound, rounds, OF_ROUND),
        (Opportunity, list(titles), OF_OPPORTUNITY),
    )
    events = list(_without_repetition(events_told(asked, MOST_EVENTS)))
    words = {**own, **OF_ROUND, **OF_OPPORTUNITY}
    told = [
        Moment(words[event.action], event.at, name_of(event.actor) if within else "", _more(event, titles))
        for event in events
    ]
    sequels = [*sequels_of(seen, user), *sequels_of([need], user)]
    return latest_first([*told, *_closings(events, at), *allied(sequels)])


def _without_repetition(events: Iterable[Event]) -> Iterator[Event]:
    """Somebody who saves a draft five times in a row has changed it once."""
    last = ("", "")
    for event in events:
        if event.action != "need.edit" or last != (event.action, event.actor):
            yield event
        last = (event.action, event.actor)


def _more(event: Event, titles: Mapping[int | None, Opportunity]) -> Text:
    """The title of the opportunity and who won it; the figure or the name; the reason."""
    if event.action in OF_OPPORTUNITY:
        opportunity = titles[event.object_id]
        winner = getattr(opportunity, "awarded_to", "") if event.action == "award.make" else ""
        words = {"title": opportunity.title, "who": winner}
        return _("%(title)s, to %(who)s") % words if winner else opportunity.title
    side, name = TOLD_BY.get(event.action, ("after", ""))
    subject = str(getattr(event, side).get(name, "")) if name else ""
    if event.action == "need.correct" and subject:
        subject = _("It was called “%(title)s”.") % {"title": subject}
    return "\n".join(part for part in (subject, event.reason) if part)


def _closings(events: Iterable[Event], at: datetime.datetime) -> Iterator[Moment]:
    """When each round opened later than it was published, and closed; the clock itself leaves no event."""
    cancelled = {event.object_id for event in events if event.action == "consultation.cancel"}
    for event in events:
        if event.action != "consultation.publish" or event.object_id in cancelled:
            continue
        opens, closes = (parse_datetime(str(event.after[name])) for name in ("opens_at", "closes_at"))
        if opens and event.at + datetime.timedelta(minutes=1) < opens <= at:
            yield Moment(_("The consultation opened"), timezone.localtime(opens))
        if closes and closes <= at:
            yield Moment(_("The consultation closed"), timezone.localtime(closes))
