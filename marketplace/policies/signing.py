"""What a provider has to have settled before it signs what follows from an award, by whatever route."""

from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.models import Organisation
from marketplace.check_states import contradiction_of
from marketplace.models import Bid
from marketplace.queries.bid_checks import CheckLine, checks_of_bid
from marketplace.queries.bid_words import words_in_rows
from providers.checks import check_named
from providers.queries.registration import missing_declarations


def has_settled(organisation: Organisation, bid: Bid | None) -> Verdict:
    """Whether it has declared what every provider declares, and settled what its share of the bid asks."""
    name = {"name": organisation.name}
    owed = missing_declarations(organisation)
    if owed:
        return refused(
            _("Before it can sign, %(name)s has to declare: %(declarations)s. It does so once, for every bid too.")
            % {**name, "declarations": "; ".join(str(kind.label) for kind in owed)}
        )
    unsettled = checks_that_stop(organisation, bid)
    if unsettled:
        return refused(
            _("Before it can sign, %(name)s has to settle what its share of the work asks: %(checks)s.")
            % {**name, "checks": "; ".join(said_of(line) for line in unsettled)}
        )
    return ALLOWED


def checks_that_stop(organisation: Organisation, bid: Bid | None) -> list[CheckLine]:
    """What keeps the organisation from signing, as it stands in the bid that won; nothing without one."""
    if bid is None:
        return []
    found = checks_of_bid(bid, words_in_rows(bid)).of(organisation.pk)
    return found.open_at_signing if found else []


def said_of(line: CheckLine) -> str:
    """A check and where it stands: Accounts (needed)."""
    state = contradiction_of(line.known) if line.known.contradicted_by else line.state.label
    return f"{check_named(line.asked.check).name} ({state})"
