"""A change to a contract is proposed, agreed to by every party, refused, or withdrawn."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, Stale, require
from core.fingerprints import fingerprint
from core.models import Organisation, User
from marketplace import notices
from marketplace.models import Contract, ContractParty, Variation, VariationAnswer, VariationYear
from marketplace.policies.variations import (
    Wanted,
    may_agree_to_variation,
    may_propose_variation,
    may_refuse_variation,
    may_withdraw_variation,
    wanted_holds,
)
from marketplace.queries.variation_words import written_variation
from marketplace.queries.variations import change_with, open_variations
from marketplace.services.contract_locks import locked_contract, locked_variation
from marketplace.services.contract_signing import party_in
from marketplace.services.variation_endings import close_variation
from marketplace.states import VARIATION

MOST_OPEN = 10


@transaction.atomic
def propose_variation(
    *, by: User, contract: Contract, organisation: Organisation, wanted: Wanted, based_on: int, form_key: uuid.UUID
) -> Variation:
    """The party has proposed how the contract is to read, and agrees; the others are asked to.

    `based_on` is the number of the last variation when the person read the contract; raises Stale if another has
    come into force since, Refused where the contract cannot read so. Sent twice with one `form_key` it is one.
    """
    contract = locked_contract(contract)
    made = Variation.objects.filter(form_key=form_key).first()
    if made is not None:
        if (made.created_by_id, made.contract_id) == (by.pk, contract.pk):
            return made
        raise Refused(_("This form was used before. Open the page again and send it once more."))
    party = party_in(contract, organisation)
    require(may_propose_variation(by, contract, party))
    if contract.last_variation != based_on:
        raise Stale(_("Another variation came into force after you opened this page. Look at the figures again."))
    if not wanted.reason.strip() or not wanted.title.strip():
        raise Refused(_("Say what is to change, and why."))
    require(wanted_holds(contract, wanted))
    if open_variations(contract).count() >= MOST_OPEN:
        raise Refused(_("%(most)d variations are open already. Settle one of them first.") % {"most": MOST_OPEN})
    variation = _made(contract, party, wanted, form_key, by)
    notices.ask_to_agree(variation, besides=party)
    after = {"variation": variation.pk, "effect_pence": variation.effect_pence, "ends_on": variation.ends_on}
    audit.record("variation.propose", by=by, obj=contract, organisation=organisation, after=after)
    return variation


def _made(contract: Contract, party: ContractParty, wanted: Wanted, form_key: uuid.UUID, by: User) -> Variation:
    effects = wanted.effects_on(contract)
    variation = Variation.objects.create(
        contract=contract,
        proposer=party,
        title=wanted.title.strip(),
        reason=wanted.reason.strip(),
        ends_on=wanted.ends_on if wanted.ends_on != contract.ends_on else None,
        terms=wanted.terms if wanted.terms != contract.terms else "",
        effect_pence=sum(effects.values()),
        based_on=contract.last_variation,
        form_key=form_key,
        created_by=by,
        updated_by=by,
    )
    VariationYear.objects.bulk_create(
        VariationYear(variation=variation, year=year, effect_pence=pence) for year, pence in effects.items()
    )
    VariationAnswer.objects.create(variation=variation, party=party, agreed_at=timezone.now(), agreed_by=by)
    return variation


@transaction.atomic
def agree_to_variation(*, by: User, variation: Variation, organisation: Organisation, version: int) -> Variation:
    """The party agrees; with the last of them the text is frozen, and all are asked to sign it.

    `version` is the one the person read; raises Stale where another variation changed the contract since.
    """
    variation = locked_variation(variation)
    contract = variation.contract
    party = party_in(contract, organisation)
    require(may_agree_to_variation(by, variation, party))
    if variation.version != version:
        raise Stale(_("The contract changed after you opened this page. Read the difference again."))
    VariationAnswer.objects.create(variation=variation, party=party, agreed_at=timezone.now(), agreed_by=by)
    # Asked afresh: the answers of the held row were read before this one.
    given = VariationAnswer.objects.filter(variation=variation).count()
    is_last = given == contract.parties.count()
    if is_last:
        text = written_variation(variation, contract)
        VARIATION.apply(variation, "agree", agreed_text=text, agreed_sha256=fingerprint(text))
        change = change_with(variation, contract)
        notices.ask_to_sign_variation(variation, needs_notice=change.needs_notice)
    after = {"variation": variation.pk, "sha256": variation.agreed_sha256}
    audit.record("variation.agree", by=by, obj=contract, organisation=organisation, after=after)
    return variation


@transaction.atomic
def refuse_variation(*, by: User, variation: Variation, organisation: Organisation, reason: str) -> Variation:
    """One party says no, and why; the variation is over and everybody in the contract knows."""
    variation = locked_variation(variation)
    party = party_in(variation.contract, organisation)
    require(may_refuse_variation(by, variation, party))
    _close(variation, "refuse", by=by, organisation=organisation, reason=reason)
    return variation


@transaction.atomic
def withdraw_variation(*, by: User, variation: Variation, reason: str) -> Variation:
    """Whoever proposed it takes it back, and says why; the variation is over and everybody knows."""
    variation = locked_variation(variation)
    require(may_withdraw_variation(by, variation))
    _close(variation, "withdraw", by=by, organisation=variation.proposer.organisation, reason=reason)
    return variation


def _close(variation: Variation, action: str, *, by: User, organisation: Organisation, reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why, so that the others understand."))
    close_variation(variation, action, by=by, reason=reason.strip())
    audit.record(
        f"variation.{action}",
        by=by,
        obj=variation.contract,
        organisation=organisation,
        after={"variation": variation.pk},
        reason=reason,
    )
