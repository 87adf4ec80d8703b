"""Contracts at any stage of their life, made from awards through the services."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from core.models import Organisation, User
from core.roles import Role
from marketplace.models import Contract, ContractSignature, Variation
from marketplace.policies.variations import Wanted
from marketplace.queries.contracts import years_of_contract
from marketplace.services.contract_dates import days_of, set_dates
from marketplace.services.contracts import Terms, ask_contract_signatures, make_contract
from marketplace.services.variation_signing import sign_variation
from marketplace.services.variations import agree_to_variation, propose_variation
from tests.factories.alliances import award, declare_everything
from tests.factories.core import member


@dataclass
class Deal:
    """A contract with its people: the body's director, and an owner of each provider, the lead first."""

    contract: Contract
    director: User
    owners: list[User]

    def again(self) -> Contract:
        """The contract as the database has it."""
        return Contract.objects.get(pk=self.contract.pk)

    @property
    def body(self) -> Organisation:
        """The commissioning body."""
        return self.contract.organisation

    @property
    def lead(self) -> Organisation:
        """The provider that leads."""
        return self.contract.parties.get(is_lead=True).organisation

    @property
    def owner(self) -> User:
        """Of the provider that leads."""
        return self.owners[0]

    def places(self) -> list[tuple[User, Organisation]]:
        """Everybody who signs, with whom they sign for: the body first, then the lead."""
        providers = [place.organisation for place in self.contract.parties.filter(organisation__kind="provider")]
        return [(self.director, self.body), *zip(self.owners, providers, strict=True)]


def terms(**changes: Any) -> Terms:
    """Words and days of a term that began 200 days ago and has 900 to go."""
    today = timezone.localdate()
    found: dict[str, Any] = {
        "title": "Mentoring in two towns",
        "terms": "We meet each person within a week.\nWe say bad news first.",
        "starts_on": today - datetime.timedelta(days=200),
        "ends_on": today + datetime.timedelta(days=900),
        "break_on": today + datetime.timedelta(days=300),
        "review_months": 6,
    }
    return Terms(**{**found, **changes})


def draft(providers: int = 2, *, told: Terms | None = None, **opportunity: Any) -> Deal:
    """A draft made from the award of a tender; its providers owe no declaration."""
    made = award(providers=providers, **{"route": "tender", **opportunity})
    contract = make_contract(by=made.awarded_by, award=made, terms=told or terms(), form_key=uuid.uuid4())
    houses = [place.organisation for place in contract.parties.filter(organisation__kind="provider")]
    for house in houses:
        declare_everything(house)
    return Deal(contract, made.awarded_by, [member(Role.OWNER, house) for house in houses])


def out_to_sign(providers: int = 2, **kwargs: Any) -> Deal:
    """Its text is fixed and nobody has signed."""
    deal = draft(providers, **kwargs)
    deal.contract = ask_contract_signatures(by=deal.director, contract=deal.contract, version=1)
    return deal


def in_force(providers: int = 2, **kwargs: Any) -> Deal:
    """Everybody has signed; nothing but the signatures is told to anybody."""
    deal = out_to_sign(providers, **kwargs)
    for by, house in deal.places():
        sign_for(deal.contract, house, by)
    Contract.objects.filter(pk=deal.contract.pk).update(status="active", activated_at=timezone.now())
    deal.contract = deal.again()
    set_dates(deal.contract, days_of(deal.contract))
    return deal


def sign_for(contract: Contract, house: Organisation, by: User) -> ContractSignature:
    """The person's signature for the party stands there."""
    return ContractSignature.objects.create(
        party=contract.parties.get(organisation=house),
        signed_at=timezone.now(),
        signed_by=by,
        signed_as="Chief executive",
        sha256=contract.agreed_sha256,
    )


# --- variations


def proposed_variation(
    deal: Deal,
    *,
    more: int = 1_000_00,
    by: User | None = None,
    organisation: Organisation | None = None,
    wanted: Wanted | None = None,
    based_on: int | None = None,
    form_key: uuid.UUID | None = None,
    **changes: Any,
) -> Variation:
    """The lead (or whoever is given) proposes `more` pence in the fullest year, and `changes` of the reading."""
    contract = deal.again()
    if wanted is None:
        given = {
            "title": "A third town",
            "reason": "People ask for it.",
            "years": spread(years_of_contract(contract), more),
            "ends_on": contract.ends_on,
            "terms": contract.terms,
        }
        wanted = Wanted(**{**given, **changes})
    return propose_variation(
        by=by or deal.owner,
        contract=contract,
        organisation=organisation or deal.lead,
        wanted=wanted,
        based_on=contract.last_variation if based_on is None else based_on,
        form_key=form_key or uuid.uuid4(),
    )


def spread(years: dict[int, int], more: int) -> dict[int, int]:
    """The years with so much more (or less, from the fullest)."""
    fullest = max(years, key=lambda year: years[year])
    return years | {fullest: years[fullest] + more}


def agreed_variation(deal: Deal, **kwargs: Any) -> Variation:
    """Every party has agreed, and nobody has signed."""
    variation = proposed_variation(deal, **kwargs)
    for by, house in deal.places():
        if house.pk != variation.proposer.organisation_id:
            variation = agree_to_variation(
                by=by, variation=variation, organisation=house, version=variation.version
            )
    return variation


def sign_variation_for_all(deal: Deal, variation: Variation) -> Variation:
    """Every party signs it."""
    for by, house in deal.places():
        variation = sign_variation(
            by=by,
            variation=variation,
            organisation=house,
            signed_as="Chief executive",
            confirms=True,
            sha256=variation.agreed_sha256,
        )
    return variation


def signed_variation(deal: Deal, **kwargs: Any) -> Variation:
    """Part of the contract."""
    return sign_variation_for_all(deal, agreed_variation(deal, **kwargs))
