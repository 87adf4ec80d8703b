"""Changes to contracts: whose they are, how far they have come, and how much a contract has changed."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet

from core.models import User
from marketplace.contract_values import Change, cumulative_change
from marketplace.models import ChangeNotice, Contract, ContractParty, Variation, VariationAnswer
from marketplace.models.variations import NOT_OVER
from marketplace.queries.contracts import contracts_read_by
from marketplace.states import VariationStatus

Person = User | AnonymousUser


def variations_visible_to(user: Person) -> QuerySet[Variation]:
    """Those of contracts whose terms the person may read, with what the page of one shows."""
    rows = Variation.objects.filter(contract__in=contracts_read_by(user))
    return rows.select_related(
        "contract__organisation", "proposer__organisation", "created_by", "closed_by"
    ).prefetch_related(
        "years",
        "contract__years",
        Prefetch("contract__parties", ContractParty.objects.select_related("organisation")),
        Prefetch("answers", VariationAnswer.objects.select_related("agreed_by", "signed_by")),
        Prefetch("change_notices", ChangeNotice.objects.select_related("recorded_by")),
    )


def open_variations(contract: Contract) -> QuerySet[Variation]:
    """Those of a contract that are proposed or being signed, the oldest first."""
    return Variation.objects.filter(NOT_OVER, contract=contract).order_by("id")


def effects_in_force(contract: Contract) -> list[int]:
    """The effect on the value of each variation that is part of the contract, in pence."""
    rows = Variation.objects.filter(contract=contract, status=VariationStatus.IN_FORCE)
    return list(rows.order_by("number").values_list("effect_pence", flat=True))


def change_of(contract: Contract, effects: Iterable[int]) -> Change:
    """How much the contract has changed with these effects, by the figures it was made under."""
    return cumulative_change(
        contract.original_value_pence, effects, warn_bps=contract.warn_bps, notice_bps=contract.notice_bps
    )


def change_with(variation: Variation, contract: Contract) -> Change:
    """How much the contract has changed with the variation: those in force and this one."""
    return change_of(contract, [*effects_in_force(contract), variation.effect_pence])


def has_change_notice(variation: Variation) -> bool:
    """Whether the notice of this very text is on record; reads `change_notices`."""
    return any(notice.sha256 == variation.agreed_sha256 for notice in variation.change_notices.all())


def answer_of(variation: Variation, party: ContractParty) -> VariationAnswer | None:
    """What the party answered; none before it did. Reads `answers`."""
    return next((answer for answer in variation.answers.all() if answer.party_id == party.pk), None)
