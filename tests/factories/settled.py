"""Members of a bid that have settled everything they are asked, as the services leave it."""

from core.models import Organisation
from marketplace.check_states import is_word_enough
from marketplace.models import Bid
from marketplace.queries.bid_checks import checks_of_bid
from marketplace.queries.bid_words import words_in_rows
from providers.models import DeclarationKind, Registration, Statement
from providers.word_kinds import DECLARED, WORDS
from tests.factories.core import UserFactory
from tests.factories.evidence import verified
from tests.factories.providers import RegistrationFactory, declaration
from tests.factories.statements import statement


def settle(bid: Bid) -> None:
    """Nothing stops a member of the opened bid from signing: words given, papers looked at."""
    members = [place.organisation for place in bid.members.select_related("organisation")]
    for organisation in members:
        if not Registration.objects.filter(organisation=organisation).exists():
            RegistrationFactory(organisation=organisation, told=True)
        for kind in DeclarationKind:
            if not organisation.declarations.filter(kind=kind).exists():
                declaration(organisation, kind, UserFactory())
    for member in checks_of_bid(bid, words_in_rows(bid)).members:
        organisation = Organisation.objects.get(pk=member.organisation)
        for line in member.open_at_signing:
            _settle(organisation, line.asked.check, by_word=is_word_enough(line.asked, line.known))


def _settle(organisation: Organisation, check: str, *, by_word: bool) -> None:
    if by_word and check in WORDS:
        if not Statement.objects.filter(organisation=organisation, check_code=check).exists():
            statement(organisation, check)
    elif not by_word or check not in DECLARED:
        verified(organisation, check)
