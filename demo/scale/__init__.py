"""A database as full as after years of use, for measuring: rows written in bulk, past the services.

Only `manage.py seed_scale` uses it. It is the one place outside core/transitions that writes a status, for a
hundred thousand journeys through the services would take a day. What it writes keeps every constraint, the
seal of every bid and the chain of events.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from demo.scale.alliances import form_alliances
from demo.scale.bidding import place_bids
from demo.scale.figures import bring_in_figures
from demo.scale.houses import found_houses, found_providers
from demo.scale.letters import record_events, send_notices
from demo.scale.market import open_opportunities, post_needs
from demo.scale.partners import look_for_partners
from demo.scale.voices import follow_places, give_signals

LEAST_PROVIDERS = 12
FEWEST_QUARTERS = 1


@dataclass(frozen=True)
class Sizes:
    """How many there shall be; none: in proportion to the opportunities."""

    opportunities: int
    needs: int | None = None
    providers: int | None = None
    bids: int | None = None
    alliances: int | None = None
    notices: int | None = None
    events: int | None = None
    signals: int | None = None
    follows: int | None = None
    # Quarters of case figures for every delivery unit and kind of need.
    assessments: int | None = None
    # Notices on the board, each with a message from somebody.
    partner_notices: int | None = None


def fill(sizes: Sizes, now: datetime.datetime, say: Callable[[str, int], None]) -> None:
    """The database holds what `sizes` say; what an earlier run made is counted and kept.

    `say` is told of each kind of thing and how many of it are new.
    """
    whole = sizes.opportunities
    ground = found_houses()
    say("providers", found_providers(ground, _or(sizes.providers, max(LEAST_PROVIDERS, whole // 20))))
    say("needs", post_needs(ground, _or(sizes.needs, whole), now))
    say("opportunities", open_opportunities(ground, whole, now))
    say("bids", place_bids(ground, whole, sizes.bids, now))
    say("alliances", form_alliances(ground, sizes.alliances, now))
    say("signals", give_signals(ground, _or(sizes.signals, whole // 2), now))
    say("follows", follow_places(ground, _or(sizes.follows, len(ground.providers)), now))
    say(
        "notices for partners",
        look_for_partners(ground, _or(sizes.partner_notices, len(ground.providers) // 5), now),
    )
    say("assessments", bring_in_figures(ground, _or(sizes.assessments, FEWEST_QUARTERS), now))
    say("notices", send_notices(_or(sizes.notices, 4 * whole), now))
    say("events", record_events(whole, _or(sizes.events, 2 * whole), now))


def _or(wanted: int | None, otherwise: int) -> int:
    return otherwise if wanted is None else wanted
