"""What this app holds about a party to contracts, for its own copy."""

from core.holdings import Table, table
from core.models import Organisation, User
from marketplace.models import (
    Contract,
    ContractParty,
    ContractReport,
    ContractSignature,
    ContractYear,
    Variation,
    VariationAnswer,
    VariationYear,
)


def of_organisation(organisation: Organisation, by: User) -> list[Table]:
    """The contracts it is a party to, with the money by year, the reports and its own signatures."""
    contracts = Contract.objects.filter(parties__organisation=organisation)
    signatures = ContractSignature.objects.filter(party__organisation=organisation)
    return [
        table("contracts", contracts, without=("form_key",)),
        table("contract_places", ContractParty.objects.filter(organisation=organisation)),
        table("contract_years", ContractYear.objects.filter(contract__in=contracts)),
        table("contract_signatures", signatures),
        table("variations", Variation.objects.filter(contract__in=contracts), without=("form_key",)),
        table("variation_years", VariationYear.objects.filter(variation__contract__in=contracts)),
        table("variation_answers", VariationAnswer.objects.filter(party__organisation=organisation)),
        table("contract_reports", ContractReport.objects.filter(contract__in=contracts)),
    ]
