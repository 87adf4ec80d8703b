"""Who is told what about a contract."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from core import notices
from core.models import Organisation, User
from core.permissions import Permission as P
from core.queries.people import people_with
from marketplace.models import Contract, ContractParty, ContractReport
from marketplace.states import CONTRACT


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
