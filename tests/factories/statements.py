"""What providers say for checks."""

from typing import Any

from django.utils import timezone

from core.models import Organisation
from providers.models import DeclarationKind, Statement
from providers.word_kinds import WORDS
from tests.factories.core import UserFactory
from tests.factories.providers import declaration


def statement(organisation: Organisation, check: str, **values: Any) -> Statement:
    """A word for one check; for insurance of £5 million unless `values` say otherwise."""
    amount = 5_000_000_00 if WORDS[check].is_insurance else None
    told = {"words": "As it should be.", "amount_pence": amount, **values}
    return Statement.objects.create(
        organisation=organisation, check_code=check, stated_at=timezone.now(), stated_by=UserFactory(), **told
    )


def every_word(organisation: Organisation) -> None:
    """Every declaration and every statement that there is."""
    made = set(organisation.declarations.values_list("kind", flat=True))
    for kind in DeclarationKind:
        if kind not in made:
            declaration(organisation, kind, UserFactory())
    for check in WORDS:
        statement(organisation, check)
