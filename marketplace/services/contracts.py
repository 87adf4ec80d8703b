"""A contract is made from an award, written, sent out to be signed, taken back, and ended before its time."""

import datetime
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, Stale, require
from core.concurrency import save_version
from core.fingerprints import fingerprint
from core.models import Area, Organisation, User
from marketplace import notices
from marketplace.contract_rules import rules_on
from marketplace.contract_values import split_over_years
from marketplace.models import Award, Contract, ContractOutcome, ContractParty, ContractSignature, ContractYear
from marketplace.policies.contracts import (
    may_ask_contract_signatures,
    may_edit_contract,
    may_keep_contacts,
    may_make_contract,
    may_take_contract_back,
    may_terminate_contract,
    years_hold,
)
from marketplace.queries.contract_words import written
from marketplace.queries.contracts import commissioners_beside, years_of_contract
from marketplace.queries.variations import open_variations
from marketplace.services.contract_dates import set_dates
from marketplace.services.contract_locks import locked_award, locked_contract, parties_of
from marketplace.services.locks import locked_bid
from marketplace.services.variation_endings import close_variation
from marketplace.states import CONTRACT


@dataclass(frozen=True)
class Terms:
    """What the commissioning body writes: words, first and last day, a break date if any, how often to review."""

    title: str
    terms: str
    starts_on: datetime.date
    ends_on: datetime.date
    break_on: datetime.date | None = None
    review_months: int = 0


@transaction.atomic
def make_contract(
    *, by: User, award: Award, terms: Terms, form_key: uuid.UUID, beside: Collection[Organisation] = ()
) -> Contract:
    """The award has its contract, a draft: parties, value and outcomes are those of the award.

    The value is divided over the financial years by days until the body divides it otherwise. `beside` are other
    commissioners that sign, too. Sending the same form twice gives the same contract. Raises Refused where the
    award has one, is of another route, or its standstill is not over.
    """
    # No member closes its account meanwhile: whoever closes holds the bids it is in.
    locked_bid(award.bid)
    award = locked_award(award)
    made = Contract.objects.filter(form_key=form_key).first()
    if made is not None:
        if (made.created_by_id, made.award_id) == (by.pk, award.pk):
            return made
        raise Refused(_("This form was used before. Open the page again and send it once more."))
    require(may_make_contract(by, award))
    _days_hold(terms)
    commissioners = [award.lot.opportunity.organisation, *_allowed(award, beside)]
    contract = _made(award, terms, commissioners, form_key, by)
    audit.record(
        "contract.make",
        by=by,
        obj=contract,
        organisation=contract.organisation,
        after={"award": award.pk, "value_pence": contract.value_pence, **_told(terms)},
    )
    return contract


def _allowed(award: Award, beside: Collection[Organisation]) -> list[Organisation]:
    possible = commissioners_beside(award)
    if any(each not in possible for each in beside):
        raise Refused(_("Only commissioners that are named with the need can sign, too."))
    return [each for each in possible if each in beside]


def _made(
    award: Award, terms: Terms, commissioners: Sequence[Organisation], form_key: uuid.UUID, by: User
) -> Contract:
    opportunity, value = award.lot.opportunity, award.bid.price_pence or 0
    members = list(award.bid.members.select_related("organisation"))
    rules = rules_on(timezone.localdate())
    # No more than the award says to everyone: the members of a consortium are for its parties.
    names = [opportunity.organisation.name, award.bid.bidder, award.bid.organisation.name]
    contract = Contract.objects.create(
        award=award,
        organisation=opportunity.organisation,
        party_names="; ".join(dict.fromkeys(names)),
        value_pence=value,
        original_value_pence=value,
        warn_bps=rules.warn_bps,
        notice_bps=rules.notice_bps,
        contact_name=opportunity.contact_name,
        contact_email=opportunity.contact_email,
        form_key=form_key,
        created_by=by,
        updated_by=by,
        **_told(terms),
    )
    contract.coverage.set([award.area_id])
    ContractParty.objects.bulk_create(
        [ContractParty(contract=contract, organisation=each) for each in commissioners]
        + [
            ContractParty(
                contract=contract,
                organisation=member.organisation,
                is_lead=member.is_lead,
                share_bps=member.share_bps,
                part=member.part,
            )
            for member in members
        ]
    )
    write_years(contract, split_over_years(value, terms.starts_on, terms.ends_on))
    _copy_outcomes(contract, award)
    return contract


def _copy_outcomes(contract: Contract, award: Award) -> None:
    ContractOutcome.objects.bulk_create(
        ContractOutcome(
            contract=contract,
            number=outcome.number,
            indicator=outcome.indicator,
            unit=outcome.unit,
            baseline=outcome.baseline,
            target=outcome.target,
        )
        for outcome in award.lot.opportunity.outcomes.all()
    )


def write_years(contract: Contract, years: Mapping[int, int]) -> None:
    """The financial years of a held contract are these."""
    contract.years.all().delete()
    ContractYear.objects.bulk_create(
        ContractYear(contract=contract, year=year, value_pence=pence) for year, pence in years.items()
    )


@transaction.atomic
def update_contract(*, by: User, contract: Contract, version: int, terms: Terms) -> Contract:
    """The draft reads as given; where its days move to other years, its value is divided by days again.

    Raises Stale if it is past `version`, Refused once it is out to be signed.
    """
    contract = locked_contract(contract)
    require(may_edit_contract(by, contract))
    _days_hold(terms)
    fields = _told(terms)
    before = {field: getattr(contract, field) for field in fields}
    save_version(contract, expected=version, by=by, **fields)
    divided = split_over_years(contract.value_pence, terms.starts_on, terms.ends_on)
    if divided.keys() != years_of_contract(contract).keys():
        write_years(contract, divided)
    _record_changed("contract.update", contract, by, before, fields)
    return contract


@transaction.atomic
def divide_value(*, by: User, contract: Contract, version: int, years: Mapping[int, int]) -> Contract:
    """The value of the draft is divided over its financial years as given (pence by year); it adds up exactly."""
    contract = locked_contract(contract)
    require(may_edit_contract(by, contract))
    require(years_hold(contract.value_pence, years, contract))
    before = years_of_contract(contract)
    save_version(contract, expected=version, by=by)
    write_years(contract, years)
    audit.record(
        "contract.divide",
        by=by,
        obj=contract,
        organisation=contract.organisation,
        before={"years": before},
        after={"years": dict(years)},
    )
    return contract


@transaction.atomic
def ask_contract_signatures(*, by: User, contract: Contract, version: int) -> Contract:
    """The text is frozen with its fingerprint, and whoever may sign for a party is asked to.

    `version` is the one the person read; raises Stale if the draft was changed since.
    """
    contract = locked_contract(contract)
    require(may_ask_contract_signatures(by, contract))
    if contract.version != version:
        raise Stale(
            _("%(name)s changed this contract after you opened it. Read it again before you ask for signatures.")
            % {"name": contract.updated_by.name}
        )
    require(years_hold(contract.value_pence, years_of_contract(contract), contract))
    contract.documents.update(is_signed=True)
    text = written(contract)
    CONTRACT.apply(contract, "ask_signatures", agreed_text=text, agreed_sha256=fingerprint(text))
    notices.ask_to_sign_contract(contract, parties_of(contract))
    audit.record(
        "contract.ask_signatures",
        by=by,
        obj=contract,
        organisation=contract.organisation,
        after={"sha256": contract.agreed_sha256},
    )
    return contract


@transaction.atomic
def take_contract_back(*, by: User, contract: Contract, reason: str) -> Contract:
    """The text is a draft again and no signature counts any more; those who had signed are told why."""
    contract = locked_contract(contract)
    require(may_take_contract_back(by, contract))
    if not reason.strip():
        raise Refused(_("Say what has to change, so that those who have signed know why."))
    given = list(
        ContractSignature.objects.filter(party__contract=contract).select_related(
            "signed_by", "party__organisation"
        )
    )
    before = {
        "sha256": contract.agreed_sha256,
        "signed": [each.party.organisation.name for each in given],
    }
    CONTRACT.apply(
        contract,
        "edit_again",
        agreed_text="",
        agreed_sha256="",
        version=contract.version + 1,
        updated_by=by,
        updated_at=timezone.now(),
    )
    ContractSignature.objects.filter(party__contract=contract).delete()
    contract.documents.update(is_signed=False)
    notices.contract_taken_back(contract, [each.signed_by for each in given], by=by, reason=reason)
    audit.record(
        "contract.take_back",
        by=by,
        obj=contract,
        organisation=contract.organisation,
        before=before,
        reason=reason,
    )
    return contract


@transaction.atomic
def terminate_contract(*, by: User, contract: Contract, reason: str) -> Contract:
    """The contract is over, for a reason that every party is told. Refused once its last day is past."""
    contract = locked_contract(contract)
    require(may_terminate_contract(by, contract))
    if not reason.strip():
        raise Refused(_("Say why the contract ends, so that everybody in it knows."))
    before = {"status": contract.status}
    CONTRACT.apply(
        contract,
        "terminate",
        terminated_at=timezone.now(),
        terminated_by=by,
        terminating_reason=reason.strip(),
    )
    set_dates(contract, [])
    for variation in open_variations(contract):
        variation.contract = contract
        close_variation(variation, "withdraw", by=by, reason=_("The contract was terminated."))
    notices.contract_terminated(contract, by=by)
    audit.record(
        "contract.terminate",
        by=by,
        obj=contract,
        organisation=contract.organisation,
        before=before,
        reason=reason,
    )
    return contract


@transaction.atomic
def keep_contacts(
    *,
    by: User,
    contract: Contract,
    version: int,
    contact_name: str,
    contact_email: str,
    coverage: Collection[Area],
) -> Contract:
    """Whom to ask and which areas are covered read as given, without a variation. Raises Stale past `version`."""
    contract = locked_contract(contract)
    require(may_keep_contacts(by, contract))
    if not coverage:
        raise Refused(_("Choose at least one area that the contract covers."))
    before = {
        "contact_name": contract.contact_name,
        "contact_email": contract.contact_email,
        "coverage": sorted(contract.coverage.values_list("pk", flat=True)),
    }
    save_version(contract, expected=version, by=by, contact_name=contact_name, contact_email=contact_email)
    contract.coverage.set(coverage)
    after = {
        "contact_name": contact_name,
        "contact_email": contact_email,
        "coverage": sorted(area.pk for area in coverage),
    }
    _record_changed("contract.keep_contacts", contract, by, before, after)
    return contract


def _record_changed(
    action: str, contract: Contract, by: User, before: dict[str, Any], after: dict[str, Any]
) -> None:
    changed = [field for field, value in after.items() if before[field] != value]
    audit.record(
        action,
        by=by,
        obj=contract,
        organisation=contract.organisation,
        before={field: before[field] for field in changed},
        after={field: after[field] for field in changed},
    )


def _told(terms: Terms) -> dict[str, Any]:
    return {
        "title": terms.title,
        "terms": terms.terms,
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
        "break_on": terms.break_on,
        "review_months": terms.review_months,
    }


def _days_hold(terms: Terms) -> None:
    if terms.ends_on <= terms.starts_on:
        raise Refused(_("The contract must end after it starts."))
    if terms.break_on and not terms.starts_on < terms.break_on < terms.ends_on:
        raise Refused(_("The break date must lie between the first and the last day."))
