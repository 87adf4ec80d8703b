"""Contracts at any stage of their life, made from awards through the services."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from core.models import Organisation, User
from core.roles import Role
from marketplace.models import Contract, ContractSignature
from marketplace.services.contract_dates import days_of, set_dates
from marketplace.services.contracts import Terms, ask_contract_signatures, make_contract
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
