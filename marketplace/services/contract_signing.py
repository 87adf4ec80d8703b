"""Parties sign, and the last signature brings the contract into force."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, Stale, require
from core.models import Organisation, User
from marketplace import notices
from marketplace.models import Contract, ContractParty, ContractSignature
from marketplace.policies.contracts import may_sign_contract
from marketplace.queries.contracts import parties_whole
from marketplace.services.contract_dates import days_of, set_dates
from marketplace.services.contract_locks import locked_contract
from marketplace.states import CONTRACT


@transaction.atomic
def sign_contract(
    *, by: User, contract: Contract, organisation: Organisation, signed_as: str, confirms: bool, sha256: str
) -> Contract:
    """The party has signed the exact text that `sha256` names; the last signature brings it into force.

    `signed_as` is the person's authority in words. Raises Stale if the text is another by now, Refused if the
    party has signed, is not asked to, has something to settle, or the person does not confirm.
    """
    contract = locked_contract(contract)
    party = party_in(contract, organisation)
    require(may_sign_contract(by, contract, party))
    check_signature(sha256, contract.agreed_sha256, confirms=confirms, signed_as=signed_as)
    signature = ContractSignature.objects.create(
        party=party, signed_at=timezone.now(), signed_by=by, signed_as=signed_as.strip(), sha256=sha256
    )
    is_last = not contract.parties.filter(signature__isnull=True).exists()
    if is_last:
        CONTRACT.apply(contract, "activate", activated_at=signature.signed_at)
        set_dates(contract, days_of(contract))
        notices.contract_in_force(contract)
    after = {"sha256": sha256, "signed_as": signature.signed_as}
    audit.record("contract.sign", by=by, obj=contract, organisation=organisation, after=after)
    if is_last:
        audit.record(
            "contract.activate",
            by=by,
            obj=contract,
            organisation=contract.organisation,
            after={"activated_at": contract.activated_at},
        )
    return contract


def party_in(contract: Contract, organisation: Organisation) -> ContractParty:
    """The organisation as a party of the contract. Refused if it is none."""
    party = parties_whole(contract.parties.all()).filter(organisation=organisation).first()
    if party is None:
        raise Refused(_("%(name)s is not a party to this contract.") % {"name": organisation.name})
    return party


def check_signature(sent: str, fixed: str, *, confirms: bool, signed_as: str) -> None:
    """The person read the text as it is, confirms, and says in what capacity. Raises Stale or Refused."""
    if sent != fixed:
        raise Stale(_("The text was changed after you opened this page. Read the new text below before you sign."))
    if not confirms:
        raise Refused(_("Tick the box to confirm that you have read it and may sign it."))
    if not signed_as.strip():
        raise Refused(_("Say in what capacity you sign, like “Chief executive”."))
