"""The rows that services of contracts hold: the award, then its contract, then what belongs to it."""

from marketplace.models import Award, Contract, ContractParty, Variation
from marketplace.queries.contracts import parties_whole


def locked_award(award: Award) -> Award:
    """The award as it is now, held: two who make its contract at once wait for each other."""
    return (
        Award.objects.select_for_update(of=("self",))
        .select_related(
            "lot__opportunity__organisation",
            "lot__opportunity__checks_version",
            "area",
            "bid__opportunity",
            "bid__organisation",
            "bid__consortium",
        )
        .get(pk=award.pk)
    )


def locked_contract(contract: Contract | int) -> Contract:
    """The contract as it is now, held: nobody else signs, varies or ends it meanwhile."""
    number = contract if isinstance(contract, int) else contract.pk
    return (
        Contract.objects.select_for_update(of=("self",))
        .select_related("organisation", "updated_by", "award__bid__opportunity", "award__bid__lot")
        .get(pk=number)
    )


def parties_of(contract: Contract) -> list[ContractParty]:
    """The parties of a contract that is held, as they are now, with their signatures."""
    return list(parties_whole(contract.parties.all()))


def locked_variation(variation: Variation) -> Variation:
    """The variation as it is now, its contract held: who changes another of its variations waits."""
    contract = locked_contract(variation.contract_id)
    rows = Variation.objects.select_related("proposer__organisation", "created_by")
    found = rows.prefetch_related("years", "answers", "change_notices").get(pk=variation.pk)
    found.contract = contract
    return found
