"""What happened to an opportunity, latest first, as its page tells it."""

import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.display import Moment
from core.queries.audit import events_of
from core.sequels import Sequel
from marketplace.models import Opportunity
from marketplace.states import OpportunityStatus

# What is said of each act, to everyone and, of the acts before publication, to the body's own people.
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


def story_of_opportunity(
    opportunity: Opportunity, sequels: list[Sequel], *, within: bool, at: datetime.datetime
) -> list[Moment]:
    """What was done and what the clock did until `at`; `within`: with names and the drafting."""
    told = {**OF_OPPORTUNITY, **OF_OPPORTUNITY_WITHIN} if within else OF_OPPORTUNITY
    acts = [
        Moment(
            title=told[event.action],
            at=event.at,
            by=name_of(event.actor) if within else "",
            text="" if event.action in EXPLAINED else event.reason,
        )
        for event in events_of(opportunity)
        if event.action in told
    ]
    return latest_first([*acts, *_by_clock(opportunity, at), *allied(sequels)])


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


def allied(sequels: list[Sequel]) -> list[Moment]:
    """What followed in the apps above."""
    return [Moment(sequel.told, sequel.at, text=sequel.title) for sequel in sequels if sequel.at]


def name_of(actor: str) -> str:
    """The name without the address."""
    return actor.partition(" <")[0]


def latest_first(moments: list[Moment]) -> list[Moment]:
    """In the order in which a page tells them."""
    return sorted(moments, key=lambda moment: moment.at, reverse=True)
