"""What comes of a tender: the contract, its reports, a variation that all have signed and one that waits."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from core.models import Organisation, User
from demo.checking import settle
from demo.timeline import Story
from marketplace.contract_terms import starter_terms
from marketplace.models import Award, Bid, Contract, Variation
from marketplace.policies.contract_reports import quarters_to_report
from marketplace.policies.variations import Wanted
from marketplace.queries.contracts import years_of_contract
from marketplace.services.contract_dates import send_contract_reminders
from marketplace.services.contract_reports import acknowledge_report, save_report
from marketplace.services.contract_signing import sign_contract
from marketplace.services.contracts import Terms, ask_contract_signatures, make_contract
from marketplace.services.variation_signing import sign_variation
from marketplace.services.variations import agree_to_variation, propose_variation

BREAK_DAYS = 400
DIRECTOR, OWNER = "Regional probation director", "Founder and manager"
REPORTS = (
    (
        "24 people sent, 21 met within a week, 17 still come. Nine read a page aloud who could not in spring. "
        "The library in Devonport closes on Mondays, so we moved to Tuesdays.",
        4_600_00,
    ),
    (
        "31 people so far, 14 of them in work. Two employers now ask us before they hire. Evening "
        "lessons are full; six people wait for one.",
        9_300_00,
    ),
)


@dataclass(frozen=True)
class Sides:
    """Who acts for whom in a contract of two: the body’s director and manager, and the provider’s owner."""

    director: User
    manager: User
    owner: User
    provider: Organisation


def contract_story(award: Award, sides: Sides, moment: Callable[[int], datetime.datetime]) -> Story:
    """From the award, 14 days after closing, to a variation that waits for the director's signature."""
    yield moment(24)
    contract = _made(award, sides)
    yield moment(27)
    contract = ask_contract_signatures(by=sides.manager, contract=contract, version=contract.version)
    yield moment(29)
    bid = Bid.objects.select_related("opportunity", "lot", "organisation").get(pk=award.bid_id)
    settle(bid, owners={sides.provider.name: sides.owner}, verifier=sides.director, body=contract.organisation)
    signers = ((sides.owner, sides.provider, OWNER), (sides.director, contract.organisation, DIRECTOR))
    for place, (by, house, authority) in enumerate(signers):
        yield moment(31 + place * 2)
        sign_contract(
            by=by,
            contract=contract,
            organisation=house,
            signed_as=authority,
            confirms=True,
            sha256=contract.agreed_sha256,
        )
    yield from _reported(contract, sides, moment, 165, *REPORTS[0])
    yield from _first_variation(contract, sides, moment)
    yield moment(215)
    send_contract_reminders(now=timezone.now())
    yield from _reported(contract, sides, moment, 260, *REPORTS[1])
    yield from _second_variation(contract, sides, moment)


def _made(award: Award, sides: Sides) -> Contract:
    opportunity = award.lot.opportunity
    first, last = opportunity.starts_on, opportunity.ends_on
    if first is None or last is None:
        raise ValueError("A contract is made of an opportunity with its first and last day.")
    told = Terms(
        title=opportunity.title,
        terms="\n\n".join(starter_terms()),
        starts_on=first,
        ends_on=last,
        break_on=first + datetime.timedelta(days=BREAK_DAYS),
        review_months=6,
    )
    return make_contract(by=sides.manager, award=award, terms=told, form_key=uuid.uuid4())


def _reported(
    contract: Contract,
    sides: Sides,
    moment: Callable[[int], datetime.datetime],
    days: int,
    delivered: str,
    paid_pence: int,
) -> Story:
    """The lead reports on the last quarter that is over, and the manager reads it three days later."""
    yield moment(days)
    contract = Contract.objects.get(pk=contract.pk)
    quarter = quarters_to_report(contract, on=timezone.localdate())[0]
    report = save_report(
        by=sides.owner,
        contract=contract,
        quarter=quarter,
        delivered=delivered,
        paid_pence=paid_pence,
        version=0,
    )
    if paid_pence == REPORTS[0][1]:
        yield moment(days + 3)
        acknowledge_report(
            by=sides.manager, report=report, version=1, note="Thank you. The change of day makes sense to us."
        )


def _first_variation(contract: Contract, sides: Sides, moment: Callable[[int], datetime.datetime]) -> Story:
    """The provider asks for evening lessons; both agree and sign."""
    yield moment(200)
    variation = _proposed(
        contract,
        by=sides.owner,
        house=sides.provider,
        title="Evening lessons twice a week",
        reason="Those who found work cannot come in the day. A second teacher can, on two evenings.",
        more=3_000_00,
        terms="Evenings. Lessons are held on two evenings a week as well, from the second quarter on.",
    )
    yield moment(204)
    variation = agree_to_variation(
        by=sides.manager, variation=variation, organisation=contract.organisation, version=variation.version
    )
    yield moment(206)
    variation = _signed(variation, sides.owner, sides.provider, OWNER)
    yield moment(208)
    _signed(variation, sides.director, contract.organisation, DIRECTOR)


def _second_variation(contract: Contract, sides: Sides, moment: Callable[[int], datetime.datetime]) -> Story:
    """The body asks for a third library; both agree, the provider has signed, the director has not."""
    yield moment(318)
    variation = _proposed(
        contract,
        by=sides.manager,
        house=contract.organisation,
        title="A third library, in Plympton",
        reason="Nine people a year live beyond the river and give up because of the two buses.",
        more=2_400_00,
        terms="",
    )
    yield moment(322)
    variation = agree_to_variation(
        by=sides.owner, variation=variation, organisation=sides.provider, version=variation.version
    )
    yield moment(325)
    _signed(variation, sides.owner, sides.provider, OWNER)


def _proposed(
    contract: Contract, *, by: User, house: Organisation, title: str, reason: str, more: int, terms: str
) -> Variation:
    contract = Contract.objects.get(pk=contract.pk)
    years = years_of_contract(contract)
    second = sorted(years)[1]
    wanted = Wanted(
        title=title,
        reason=reason,
        years=years | {second: years[second] + more},
        ends_on=contract.ends_on,
        terms=f"{contract.terms}\n\n{terms}" if terms else contract.terms,
    )
    return propose_variation(
        by=by,
        contract=contract,
        organisation=house,
        wanted=wanted,
        based_on=contract.last_variation,
        form_key=uuid.uuid4(),
    )


def _signed(variation: Variation, by: User, house: Organisation, authority: str) -> Variation:
    return sign_variation(
        by=by,
        variation=variation,
        organisation=house,
        signed_as=authority,
        confirms=True,
        sha256=variation.agreed_sha256,
    )
