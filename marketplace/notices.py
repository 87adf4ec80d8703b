"""Who is told what about a contract and its variations."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from core import notices
from core.models import Organisation, User
from core.permissions import Permission as P
from core.queries.people import people_with
from marketplace.models import Contract, ContractParty, ContractReport, Variation
from marketplace.states import CONTRACT, VARIATION


def people_of(organisations: Iterable[Organisation | int], right: P, *, besides: User | None = None) -> list[User]:
    """Everybody who holds the right in any of them, once; `besides` knows already."""
    found = [person for each in organisations for person in people_with(right, each)]
    return [person for person in dict.fromkeys(found) if person != besides]


def houses_of(contract: Contract) -> list[int]:
    """The numbers of its parties' organisations."""
    return list(contract.parties.values_list("organisation_id", flat=True))


def ask_to_sign_contract(contract: Contract, parties: Iterable[ContractParty]) -> None:
    """Whoever may sign for a party knows that the text is ready, with the page to sign it on."""
    for place in parties:
        notices.send(
            CONTRACT.step("ask_signatures").notice,
            to=people_of([place.organisation_id], P.CONTRACT_SIGN),
            context={"contract": contract, "organisation": place.organisation},
            url=reverse("contract-sign", args=[contract.pk, place.pk]),
        )


def contract_taken_back(contract: Contract, signers: Iterable[User], *, by: User, reason: str) -> None:
    """Those who had signed, and those who were asked to, know that the text will change and why."""
    asked = people_of(houses_of(contract), P.CONTRACT_SIGN, besides=by)
    people = [*(person for person in signers if person.is_active and person != by), *asked]
    tell(contract, CONTRACT.step("edit_again").notice, people, by=by, reason=reason)


def contract_in_force(contract: Contract) -> None:
    """Everybody of every party who reads its contracts knows that it is signed by all."""
    tell(contract, CONTRACT.step("activate").notice, people_of(houses_of(contract), P.CONTRACT_READ))


def contract_terminated(contract: Contract, *, by: User) -> None:
    """Everybody of every party who reads its contracts knows that it was ended, and why."""
    people = people_of(houses_of(contract), P.CONTRACT_READ, besides=by)
    tell(contract, CONTRACT.step("terminate").notice, people, by=by)


def tell(contract: Contract, kind: str, people: Iterable[User], **context: Any) -> None:
    """A notice about the contract that leads to its page."""
    url = reverse("contract-detail", args=[contract.pk])
    notices.send(kind, to=people, context={"contract": contract, **context}, url=url)


def tell_of_report(report: ContractReport, kind: str, people: Iterable[User], *, quarter: str) -> None:
    """A notice about a report that leads to it."""
    context = {"contract": report.contract, "report": report, "quarter": quarter}
    notices.send(kind, to=people, context=context, url=reverse("contract-report", args=[report.pk]))


def ask_to_agree(variation: Variation, *, besides: ContractParty) -> None:
    """Everybody who may answer for another party knows what is proposed."""
    houses = [house for house in houses_of(variation.contract) if house != besides.organisation_id]
    _tell_of(variation, "marketplace/variation_proposed", people_of(houses, P.CONTRACT_WORK))


def ask_to_sign_variation(variation: Variation, *, needs_notice: bool) -> None:
    """Whoever may sign for a party knows that all have agreed, and whether a notice comes first."""
    people = people_of(houses_of(variation.contract), P.CONTRACT_SIGN)
    _tell_of(variation, VARIATION.step("agree").notice, people, needs_notice=needs_notice)


def variation_in_force(variation: Variation) -> None:
    """Everybody of every party who reads its contracts knows that it is part of the contract."""
    people = people_of(houses_of(variation.contract), P.CONTRACT_READ)
    _tell_of(variation, VARIATION.step("activate").notice, people)


def variation_again(variation: Variation, *, because: Variation) -> None:
    """Whoever may answer for a party knows that it has to be read again, because another came into force."""
    people = people_of(houses_of(variation.contract), P.CONTRACT_WORK)
    _tell_of(variation, VARIATION.step("reopen").notice, people, because=because)


def variation_over(variation: Variation, kind: str, *, by: User) -> None:
    """Everybody who may answer for a party knows that it was refused or withdrawn, and why."""
    people = people_of(houses_of(variation.contract), P.CONTRACT_WORK, besides=by)
    _tell_of(variation, kind, people, by=by)


def _tell_of(variation: Variation, kind: str, people: Iterable[User], **context: Any) -> None:
    url = reverse("variation-detail", args=[variation.pk])
    told = {"contract": variation.contract, "variation": variation, **context}
    notices.send(kind, to=people, context=told, url=url)
