"""Who may propose, agree to, refuse, withdraw and sign a change to a contract, and what it may be."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.money import percent, pounds
from core.permissions import Permission as P
from core.policies import has_right
from core.templatetags.accord import day
from marketplace.contract_values import year_label, years_of
from marketplace.models import Contract, ContractParty, Variation
from marketplace.policies.contracts import Person, is_in_force
from marketplace.queries.contracts import years_of_contract
from marketplace.queries.variations import answer_of, change_with, has_change_notice
from marketplace.states import VARIATION, VariationStatus


@dataclass(frozen=True)
class Wanted:
    """What a party wants: why, and how the contract is to read. `years` is the pence of each year afterwards."""

    title: str
    reason: str
    years: Mapping[int, int]
    ends_on: datetime.date
    terms: str

    def effects_on(self, contract: Contract) -> dict[int, int]:
        """What it does to each year that it changes, in pence."""
        now = years_of_contract(contract)
        found = {year: self.years.get(year, 0) - now.get(year, 0) for year in sorted({*self.years, *now})}
        return {year: pence for year, pence in found.items() if pence}


def may_propose_variation(user: Person, contract: Contract, party: ContractParty | None) -> Verdict:
    """Whether the person may propose a change for the party, while the contract is in force."""
    right = has_right(user, P.CONTRACT_WORK, party.organisation if party else None)
    return right.and_then(is_in_force(contract))


def wanted_holds(contract: Contract, wanted: Wanted) -> Verdict:
    """Whether the contract can read so: something changes, days and money fit, nothing paid is taken back."""
    effects = wanted.effects_on(contract)
    if not effects and wanted.ends_on == contract.ends_on and wanted.terms == contract.terms:
        return refused(_("Nothing changes. Change the money of a year, the last day or the terms."))
    return _days_hold(contract, wanted.ends_on).and_then(
        _money_holds(contract, {year: pence for year, pence in wanted.years.items() if pence}, wanted.ends_on)
    )


def still_holds(contract: Contract, variation: Variation) -> Verdict:
    """Whether a proposed change can still be made to the contract as it stands now."""
    ends_on = variation.ends_on or contract.ends_on
    years = years_of_contract(contract)
    for row in variation.years.all():
        years[row.year] = years.get(row.year, 0) + row.effect_pence
    held = {year: pence for year, pence in years.items() if pence}
    return _days_hold(contract, ends_on).and_then(_money_holds(contract, held, ends_on))


def _days_hold(contract: Contract, ends_on: datetime.date) -> Verdict:
    if ends_on <= contract.starts_on:
        return refused(_("The last day must come after the first."))
    if ends_on != contract.ends_on and ends_on < timezone.localdate():
        return refused(_("The new last day is past. To end the contract at once, terminate it."))
    if contract.break_on and ends_on <= contract.break_on:
        return refused(
            _("The last day must come after the break date, %(day)s.") % {"day": day(contract.break_on)}
        )
    return ALLOWED


def _money_holds(contract: Contract, years: Mapping[int, int], ends_on: datetime.date) -> Verdict:
    touched = years_of(contract.starts_on, ends_on)
    if outside := [year_label(year) for year in years if year not in touched]:
        return refused(
            _("There is money in %(years)s, but the contract does not reach so far.")
            % {"years": ", ".join(outside)}
        )
    if min(years.values(), default=0) < 0 or sum(years.values()) <= 0:
        return refused(_("A year cannot be worth less than nothing, and the contract must have a value."))
    paid = contract.reports.order_by("quarter_ends_on").values_list("paid_pence", flat=True).last() or 0
    if sum(years.values()) < paid:
        return refused(_("%(sum)s has been paid already. The value cannot be less.") % {"sum": pounds(paid)})
    return ALLOWED


def may_agree_to_variation(user: Person, variation: Variation, party: ContractParty) -> Verdict:
    """Whether the person may agree for the party, which has not answered yet. Reads the answers."""
    right = has_right(user, P.CONTRACT_WORK, party.organisation)
    verdict = right.and_then(VARIATION.verdict(variation, "agree")).and_then(is_in_force(variation.contract))
    if verdict and answer_of(variation, party):
        return refused(_("%(name)s has agreed already.") % {"name": party.organisation.name})
    return verdict


def may_refuse_variation(user: Person, variation: Variation, party: ContractParty) -> Verdict:
    """Whether the person may refuse it for a party that neither proposed nor signed it."""
    right = has_right(user, P.CONTRACT_WORK, party.organisation)
    verdict = right.and_then(VARIATION.verdict(variation, "refuse"))
    if verdict and party.pk == variation.proposer_id:
        return refused(_("You proposed this variation. Withdraw it instead."))
    return _has_not_signed(variation, party) if verdict else verdict


def _has_not_signed(variation: Variation, party: ContractParty) -> Verdict:
    answer = answer_of(variation, party)
    if answer and answer.signed_at:
        return refused(_("%(name)s has signed this variation already.") % {"name": party.organisation.name})
    return ALLOWED


def may_withdraw_variation(user: Person, variation: Variation) -> Verdict:
    """Whether the person may take it back for the party that proposed it, until it is in force."""
    right = has_right(user, P.CONTRACT_WORK, variation.proposer.organisation)
    return right.and_then(VARIATION.verdict(variation, "withdraw"))


def may_sign_variation(user: Person, variation: Variation, party: ContractParty) -> Verdict:
    """Whether the person may sign the fixed text for the party, once; a large change needs its notice first."""
    right = has_right(user, P.CONTRACT_SIGN, party.organisation)
    if not right:
        return right
    if variation.status == VariationStatus.PROPOSED:
        return refused(_("Not every party has agreed yet. You will be told when it is ready to sign."))
    verdict = _has_not_signed(variation, party)
    verdict = verdict.and_then(VARIATION.verdict(variation, "activate")).and_then(is_in_force(variation.contract))
    return notice_is_given(variation) if verdict else verdict


def notice_is_given(variation: Variation) -> Verdict:
    """Whether the change is small enough to need no notice, or its notice is on record."""
    if has_change_notice(variation):
        return ALLOWED
    change = change_with(variation, variation.contract)
    if not change.needs_notice:
        return ALLOWED
    return refused(
        _(
            "With this variation the contract has changed by %(change)s of its first value, more than %(limit)s. "
            "%(name)s must publish a notice of it and record that before anybody signs."
        )
        % {
            "change": percent(change.bps),
            "limit": percent(variation.contract.notice_bps),
            "name": variation.contract.organisation.name,
        }
    )


def may_record_notice(user: Person, variation: Variation) -> Verdict:
    """Whether the person may record for the commissioning body that the notice was published: once for a text."""
    right = has_right(user, P.CONTRACT_MANAGE, variation.contract.organisation)
    verdict = right.and_then(VARIATION.verdict(variation, "activate"))
    if not verdict:
        return verdict
    if notice_is_given(variation):
        return refused(_("No notice is needed for this variation, or it is on record already."))
    return ALLOWED
