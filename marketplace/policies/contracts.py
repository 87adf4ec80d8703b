"""Whether a contract may be made, changed, sent out, signed, taken back or ended, by whom and when."""

from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.models import User
from core.money import WHOLE_BPS, pounds
from core.permissions import Permission as P
from core.policies import has_right, organisations_where, reads_everything
from marketplace.contract_values import year_label, years_of
from marketplace.models import Award, Contract, ContractParty, Route
from marketplace.policies.signing import has_settled
from marketplace.policies.standstill import standstill_is_over
from marketplace.states import CONTRACT, ContractPhase, ContractStatus

Person = User | AnonymousUser


def may_make_contract(user: Person, award: Award) -> Verdict:
    """Whether a contract may be made from the award: once, by the awarding body, once its standstill is over."""
    right = has_right(user, P.CONTRACT_MANAGE, award.lot.opportunity.organisation)
    return _award_makes_contract(award) if right else right


def _award_makes_contract(award: Award) -> Verdict:
    if award.lot.opportunity.route == Route.ALLIANCE:
        return refused(_("This was awarded by the route of an alliance. Set up the alliance instead."))
    if Contract.objects.filter(award=award).exists():
        return refused(_("A contract has been made from this award already."))
    if not award.bid.price_pence:
        return refused(_("The winning bid has no price, so the contract would have no value."))
    members = list(award.bid.members.select_related("organisation"))
    if sum(member.share_bps for member in members) != WHOLE_BPS:
        return refused(_("The shares in the winning bid do not make 100%, so its money cannot be divided."))
    if gone := [member.organisation.name for member in members if member.organisation.is_closed]:
        return refused(_("%(name)s has closed its account.") % {"name": ", ".join(gone)})
    return standstill_is_over(award, on=timezone.localdate())


def may_edit_contract(user: Person, contract: Contract) -> Verdict:
    """Whether words, money and days may be changed: by the commissioning body, until signatures are asked for."""
    right = has_right(user, P.CONTRACT_MANAGE, contract.organisation)
    if right and contract.status == ContractStatus.SIGNING:
        return refused(_("This text is out to be signed. Take it back first; signatures given so far then lapse."))
    if right and contract.status != ContractStatus.DRAFT:
        return refused(_("All parties have signed this contract. A variation can change it."))
    return right


def may_ask_contract_signatures(user: Person, contract: Contract) -> Verdict:
    """Whether the text may be frozen and sent to every party to sign."""
    right = has_right(user, P.CONTRACT_MANAGE, contract.organisation)
    verdict = right.and_then(CONTRACT.verdict(contract, "ask_signatures"))
    if verdict and contract.ends_on <= timezone.localdate():
        return refused(_("The term of this contract is over. Change its days before you ask for signatures."))
    return verdict


def may_take_contract_back(user: Person, contract: Contract) -> Verdict:
    """Whether the text may be taken back from signing to change it."""
    right = has_right(user, P.CONTRACT_MANAGE, contract.organisation)
    return right.and_then(CONTRACT.verdict(contract, "edit_again"))


def may_sign_contract(user: Person, contract: Contract, party: ContractParty) -> Verdict:
    """Whether the person may sign for the party: with authority there, once, with nothing left to settle."""
    right = has_right(user, P.CONTRACT_SIGN, party.organisation)
    return _may_be_signed(contract, party) if right else right


def _may_be_signed(contract: Contract, party: ContractParty) -> Verdict:
    name = {"name": party.organisation.name}
    if contract.status == ContractStatus.DRAFT:
        return refused(_("This contract is still being written. You will be told when it is ready to sign."))
    if has_signed(party):
        return refused(_("%(name)s has signed this contract already.") % name)
    if contract.status != ContractStatus.SIGNING:
        return refused(_("This contract is no longer open for signatures."))
    return has_settled(party.organisation, contract.award.bid) if party.organisation.is_provider else ALLOWED


def has_signed(party: ContractParty) -> bool:
    """Whether the party has signed the contract."""
    return hasattr(party, "signature")


def may_terminate_contract(user: Person, contract: Contract) -> Verdict:
    """Whether it may be ended before its last day, or before it began: by those who sign for the body."""
    right = has_right(user, P.CONTRACT_SIGN, contract.organisation)
    verdict = right.and_then(CONTRACT.verdict(contract, "terminate"))
    if verdict and contract.phase == ContractPhase.ENDED:
        return refused(_("This contract has ended. There is nothing left to terminate."))
    return verdict


def may_keep_contacts(user: Person, contract: Contract) -> Verdict:
    """Whether contact and coverage may be changed: by the body that owns them, without a variation."""
    right = has_right(user, P.CONTRACT_MANAGE, contract.organisation)
    if right and contract.phase in (ContractPhase.ENDED, ContractPhase.TERMINATED):
        return refused(_("This contract is over, so its contact and coverage stay as they were."))
    return right


def may_add_document(user: Person, contract: Contract) -> Verdict:
    """Whether the person may put a file to the contract for its body or the leading provider."""
    own = organisations_where(user, P.CONTRACT_MANAGE, P.CONTRACT_WORK)
    places = [place for place in contract.parties.all() if place.organisation_id in own]
    if not places:
        return has_right(user, P.CONTRACT_MANAGE, contract.organisation)
    if contract.status == ContractStatus.SIGNING:
        return refused(_("This text is out to be signed, and its documents with it."))
    if contract.status == ContractStatus.TERMINATED:
        return refused(_("This contract was terminated, so nothing is added to it."))
    return ALLOWED


def is_in_force(contract: Contract) -> Verdict:
    """Whether the contract holds today."""
    phase = contract.phase
    if phase == ContractPhase.ACTIVE:
        return ALLOWED
    return refused(_("This contract is not in force (%(phase)s).") % {"phase": phase.label})


def may_read_whole(user: Person, contract: Contract) -> bool:
    """Whether terms, people, reports and papers are for this person: a party’s people, and auditors.

    Reads the parties, so prefetch them.
    """
    if reads_everything(user):
        return True
    own = organisations_where(user, P.CONTRACT_READ)
    return any(place.organisation_id in own for place in contract.parties.all())


def years_hold(value_pence: int, years: Mapping[int, int], contract: Contract) -> Verdict:
    """Whether the financial years are those of the term and add up to the value exactly."""
    touched = years_of(contract.starts_on, contract.ends_on)
    outside = [year_label(year) for year in years if year not in touched]
    if outside:
        return refused(_("%(years)s lies outside the term of the contract.") % {"years": ", ".join(outside)})
    total = sum(years.values())
    if total == value_pence:
        return ALLOWED
    return refused(
        _("The years add up to %(total)s. They must make the value of the contract, %(value)s: %(apart)s apart.")
        % {"total": pounds(total), "value": pounds(value_pence), "apart": pounds(abs(value_pence - total))}
    )
