"""Parties sign a variation, and the last signature makes it part of the contract."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.models import Organisation, User
from marketplace import notices
from marketplace.models import ChangeNotice, Contract, Variation, VariationAnswer
from marketplace.policies.variations import may_record_notice, may_sign_variation, still_holds
from marketplace.queries.change_notices import change_notice_of
from marketplace.queries.variation_words import difference_of
from marketplace.queries.variations import change_with, open_variations
from marketplace.services.contract_dates import days_of, set_dates
from marketplace.services.contract_locks import locked_variation
from marketplace.services.contract_signing import check_signature, party_in
from marketplace.services.contracts import write_years
from marketplace.services.variation_endings import close_variation
from marketplace.states import VARIATION


@transaction.atomic
def sign_variation(
    *, by: User, variation: Variation, organisation: Organisation, signed_as: str, confirms: bool, sha256: str
) -> Variation:
    """The party has signed the exact text; with the last signature the contract reads as it says.

    It then has the next number. Others that are open go back to their parties, for the contract they were
    written upon is another now. Raises Stale if the text is another, Refused where a large change has no notice.
    """
    variation = locked_variation(variation)
    contract = variation.contract
    party = party_in(contract, organisation)
    require(may_sign_variation(by, variation, party))
    check_signature(sha256, variation.agreed_sha256, confirms=confirms, signed_as=signed_as)
    variation.answers.filter(party=party).update(
        signed_at=timezone.now(), signed_by=by, signed_as=signed_as.strip(), sha256=sha256
    )
    is_last = not variation.answers.filter(signed_at__isnull=True).exists()
    before = {"value_pence": contract.value_pence, "ends_on": contract.ends_on}
    if is_last:
        _come_into_force(variation, contract, by)
    after = {"variation": variation.pk, "sha256": sha256, "signed_as": signed_as.strip()}
    audit.record("variation.sign", by=by, obj=contract, organisation=organisation, after=after)
    if is_last:
        audit.record(
            "variation.activate",
            by=by,
            obj=contract,
            organisation=contract.organisation,
            before=before,
            after={
                "variation": variation.pk,
                "number": variation.number,
                "change_bps": variation.change_bps,
                "value_pence": contract.value_pence,
                "ends_on": contract.ends_on,
            },
        )
    return variation


def _come_into_force(variation: Variation, contract: Contract, by: User) -> None:
    require(still_holds(contract, variation))
    now, after = timezone.now(), difference_of(variation).after
    number, change = contract.last_variation + 1, change_with(variation, contract)
    VARIATION.apply(variation, "activate", number=number, in_force_at=now, change_bps=change.bps)
    contract.value_pence, contract.ends_on, contract.terms = after.value_pence, after.ends_on, after.terms
    contract.last_variation, contract.version = number, contract.version + 1
    contract.updated_by, contract.updated_at = by, now
    contract.save(
        update_fields=[
            *("value_pence", "ends_on", "terms", "last_variation", "version", "updated_by", "updated_at")
        ]
    )
    write_years(contract, after.years)
    set_dates(contract, days_of(contract))
    notices.variation_in_force(variation)
    for other in open_variations(contract).prefetch_related("years"):
        other.contract = contract
        _overtake(other, variation, by)


def _overtake(other: Variation, variation: Variation, by: User) -> None:
    """The other was written upon a contract that is no more: it is read and agreed to again, or over."""
    verdict = still_holds(other.contract, other)
    if other.terms and variation.terms:
        reason = _("Variation %(number)d changed the terms that this was written upon. Propose it again.")
        close_variation(other, "withdraw", by=by, reason=reason % {"number": variation.number})
    elif not verdict:
        close_variation(other, "withdraw", by=by, reason=str(verdict.reason))
    else:
        _reopen(other, variation)


def _reopen(other: Variation, variation: Variation) -> None:
    VARIATION.apply(
        other,
        "reopen",
        based_on=variation.number,
        version=other.version + 1,
        agreed_text="",
        agreed_sha256="",
    )
    VariationAnswer.objects.filter(variation=other).exclude(party=other.proposer_id).delete()
    VariationAnswer.objects.filter(variation=other).update(signed_at=None, signed_by=None, signed_as="", sha256="")
    notices.variation_again(other, because=variation)


@transaction.atomic
def record_change_notice(*, by: User, variation: Variation, reference: str) -> ChangeNotice:
    """The notice of a large change was published, as it is kept here, under `reference`; it can be signed now."""
    variation = locked_variation(variation)
    require(may_record_notice(by, variation))
    if not reference.strip():
        raise Refused(_("Enter the number or the address of the notice."))
    now = timezone.now()
    notice = ChangeNotice.objects.create(
        variation=variation,
        sha256=variation.agreed_sha256,
        content=change_notice_of(variation, variation.contract, at=now),
        reference=reference.strip(),
        recorded_at=now,
        recorded_by=by,
    )
    notices.ask_to_sign_variation(variation, needs_notice=False)
    audit.record(
        "variation.record_notice",
        by=by,
        obj=variation.contract,
        organisation=variation.contract.organisation,
        after={"variation": variation.pk, "reference": notice.reference},
    )
    return notice
