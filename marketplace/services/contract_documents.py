"""Files that go with a contract: added by its body or a provider, taken away while it is a draft."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.models import User
from core.services.documents import delete_document, keep_document
from core.uploads import Checked
from marketplace.models import Contract, ContractDocument
from marketplace.policies.contracts import may_add_document
from marketplace.services.contract_locks import locked_contract
from marketplace.states import ContractStatus

MOST = 20


@transaction.atomic
def add_document(*, by: User, contract: Contract, checked: Checked) -> ContractDocument:
    """The file goes with the contract and is kept for its body; a draft will be signed with it.

    Kept for the body, because it stays when a provider closes its account.
    """
    contract = locked_contract(contract)
    require(may_add_document(by, contract))
    if contract.documents.count() >= MOST:
        raise Refused(_("A contract holds at most %(most)d documents. Put some together.") % {"most": MOST})
    document = keep_document(by=by, organisation=contract.organisation, checked=checked)
    made = ContractDocument.objects.create(
        contract=contract, document=document, added_at=timezone.now(), added_by=by
    )
    _changes(contract, by)
    after = {"document": document.pk, "sha256": document.sha256}
    audit.record("contract.add_document", by=by, obj=contract, organisation=contract.organisation, after=after)
    return made


@transaction.atomic
def remove_document(*, by: User, placed: ContractDocument) -> None:
    """The file no longer goes with the draft and is gone. Refused once the text is fixed."""
    contract = locked_contract(placed.contract_id)
    require(may_add_document(by, contract))
    placed = ContractDocument.objects.select_related("document__organisation").get(pk=placed.pk)
    if contract.status != ContractStatus.DRAFT or placed.is_signed:
        raise Refused(_("Documents stay once the text of the contract is fixed."))
    document = placed.document
    placed.delete()
    _changes(contract, by)
    delete_document(by=by, document=document, reason="taken out of a draft contract")
    before = {"sha256": document.sha256}
    audit.record(
        "contract.remove_document", by=by, obj=contract, organisation=contract.organisation, before=before
    )


def _changes(contract: Contract, by: User) -> None:
    """Whoever read the draft before is told when they ask for signatures on it."""
    Contract.objects.filter(pk=contract.pk).update(
        version=contract.version + 1, updated_by=by, updated_at=timezone.now()
    )
