"""What happened to a need and to an opportunity, latest first, as its page tells it."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.display import Moment
from core.models import User
from core.queries.audit import events_among, events_of
from core.sequels import Sequel, sequels_of
from marketplace.models import Need, Opportunity
from marketplace.states import OpportunityStatus

# What is said of each act, to everyone and, of the acts before publication, to the body's own people.
OF_NEED = {
    "need.publish": gettext_lazy("Published"),
    "need.commission": gettext_lazy("An opportunity for it was published"),
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
FOLLOWED = {
    "bids.open": gettext_lazy("Bids opened"),
    "award.make": gettext_lazy("Awarded"),
    "opportunity.end": gettext_lazy("Ended without award"),
}
OF_OPPORTUNITY = {
    "opportunity.publish": gettext_lazy("Published"),
    "opportunity.cancel": gettext_lazy("Cancelled"),
    **FOLLOWED,
}
OF_OPPORTUNITY_WITHIN = {
    "opportunity.draft": gettext_lazy("Begun"),
    "opportunity.ask_review": gettext_lazy("Sent to be checked"),
    "opportunity.return": gettext_lazy("Returned"),
}
# Decisions whose reasons stand in full further up on the page.
EXPLAINED = {"award.make", "opportunity.end", "opportunity.cancel"}


def story_of_need(
    need: Need, seen: list[Opportunity], user: User | AnonymousUser, *, within: bool
) -> list[Moment]:
    """Its own acts and what followed from the opportunities in sight; `within`: with names and the drafting."""
    told = {**OF_NEED, **OF_NEED_WITHIN} if within else OF_NEED
    own = [
        Moment(told[event.action], event.at, _name(event.actor) if within else "", event.reason)
        for event in events_of(need)
        if event.action in told
    ]
    titles: dict[int | None, str] = {opportunity.pk: opportunity.title for opportunity in seen}
    followed = [
        Moment(FOLLOWED[event.action], event.at, _name(event.actor) if within else "", titles[event.object_id])
        for event in events_among(seen, FOLLOWED)
    ]
    return _latest_first([*own, *followed, *_allied(sequels_of(seen, user))])


def story_of_opportunity(
    opportunity: Opportunity, sequels: list[Sequel], *, within: bool, at: datetime.datetime
) -> list[Moment]:
    """What was done and what the clock did until `at`; `within`: with names and the drafting."""
    told = {**OF_OPPORTUNITY, **OF_OPPORTUNITY_WITHIN} if within else OF_OPPORTUNITY
    acts = [
        Moment(
            title=told[event.action],
            at=event.at,
            by=_name(event.actor) if within else "",
            text="" if event.action in EXPLAINED else event.reason,
        )
        for event in events_of(opportunity)
        if event.action in told
    ]
    return _latest_first([*acts, *_by_clock(opportunity, at), *_allied(sequels)])


def _by_clock(opportunity: Opportunity, at: datetime.datetime) -> list[Moment]:
    if opportunity.published_at is None or opportunity.status == OpportunityStatus.CANCELLED:
        return []
    opens, closes = opportunity.opens_at, opportunity.closes_at
    moments = []
    if opens and opportunity.published_at < opens <= at:
        moments.append(Moment(_("Bidding opened"), opens))
    if closes and closes <= at:
        moments.append(Moment(_("Bidding closed"), closes))
    return moments


def _allied(sequels: list[Sequel]) -> list[Moment]:
    return [Moment(sequel.told, sequel.at, text=sequel.title) for sequel in sequels if sequel.at]


def _name(actor: str) -> str:
    return actor.partition(" <")[0]


def _latest_first(moments: list[Moment]) -> list[Moment]:
    return sorted(moments, key=lambda moment: moment.at, reverse=True)
