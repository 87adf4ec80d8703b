"""Two at once: an award has one contract, and two variations do not both build upon the same contract.

Each control takes the lock away and must go wrong; a control that holds would prove nothing.
"""

import uuid

import pytest
from django.db import DatabaseError, IntegrityError

from core.access import ALLOWED, Refused
from core.models import Event
from marketplace.models import Contract, ContractSignature, Variation
from marketplace.services import contract_locks, contract_signing, contracts, variation_signing
from marketplace.services.contract_signing import sign_contract
from marketplace.services.contracts import make_contract
from marketplace.services.variation_signing import sign_variation
from tests.factories.alliances import award
from tests.factories.contracts import agreed_variation, in_force, out_to_sign, sign_for, terms
from tests.marketplace.test_bid_races import both_at_once, meet_before

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


def unlocked(monkeypatch, *modules):
    """Contracts are read as they are, and held by nobody."""

    def found(contract):
        number = contract if isinstance(contract, int) else contract.pk
        return Contract.objects.select_related("organisation", "award__bid__opportunity", "award__bid__lot").get(
            pk=number
        )

    for module in modules:
        monkeypatch.setattr(module, "locked_contract", found)


# --- two last signatures of two variations


def two_last_signatures(monkeypatch):
    """What came of two variations of which each lacks one signature, given at the same moment."""
    deal = in_force(1)
    pair = [agreed_variation(deal, more=1_000_00), agreed_variation(deal, more=2_000_00)]
    for variation in pair:
        sign_one(variation, deal.owner, deal.lead)
    meet_before(monkeypatch, variation_signing, "change_with")
    answers = both_at_once(*(lambda each=each: tried(each, deal.director, deal.body) for each in pair))
    return deal.again(), answers


def tried(variation, by, house):
    try:
        return sign_one(variation, by, house)
    except DatabaseError as error:
        return error


def sign_one(variation, by, house):
    return sign_variation(
        by=by,
        variation=variation,
        organisation=house,
        signed_as="Chief executive",
        confirms=True,
        sha256=variation.agreed_sha256,
    )


def test_of_two_variations_one_comes_into_force_and_the_other_is_read_again(monkeypatch):
    contract, answers = two_last_signatures(monkeypatch)
    assert sorted(type(answer).__name__ for answer in answers) in (
        ["Refused", "Variation"],
        ["Stale", "Variation"],
    )
    (first,) = Variation.objects.filter(status="in_force")
    (other,) = Variation.objects.filter(status="proposed")
    assert (first.number, contract.last_variation, other.based_on) == (1, 1, 1)
    assert contract.value_pence == contract.original_value_pence + first.effect_pence


def test_control_without_the_lock_both_build_upon_the_same_contract(monkeypatch):
    unlocked(monkeypatch, contract_locks)
    _contract, answers = two_last_signatures(monkeypatch)
    # What keeps them apart then is no rule, only the number that the database gives once, or its own deadlock.
    assert any(isinstance(answer, DatabaseError) for answer in answers)


# --- two last signatures of a contract


def last_two(monkeypatch):
    deal = out_to_sign(2)
    places = deal.places()
    sign_for(deal.contract, *reversed(places[0]))
    monkeypatch.setattr("marketplace.policies.contracts.has_settled", lambda *args: ALLOWED)
    meet_before(monkeypatch, contract_signing.audit, "record")
    both_at_once(*(lambda by=by, house=house: sign_it(deal, by, house) for by, house in places[1:]))
    return deal.again()


def sign_it(deal, by, house):
    return sign_contract(
        by=by,
        contract=deal.contract,
        organisation=house,
        signed_as="Chief executive",
        confirms=True,
        sha256=deal.contract.agreed_sha256,
    )


def test_two_last_signatures_bring_it_into_force_once(monkeypatch):
    contract = last_two(monkeypatch)
    assert (contract.status, ContractSignature.objects.count()) == ("active", 3)
    assert Event.objects.filter(action="contract.activate").count() == 1


def test_control_without_the_lock_neither_is_the_last(monkeypatch):
    unlocked(monkeypatch, contract_signing)
    assert last_two(monkeypatch).status == "signing"
    assert ContractSignature.objects.count() == 3


# --- two who make the contract of one award


def made_twice(monkeypatch):
    made = award(route="tender")
    meet_before(monkeypatch, contracts, "may_make_contract")
    return both_at_once(*(lambda: make_one(made) for _each in "ab"))


def make_one(made):
    return make_contract(by=made.awarded_by, award=made, terms=terms(), form_key=uuid.uuid4())


def test_award_has_one_contract_and_the_second_is_told(monkeypatch):
    answers = made_twice(monkeypatch)
    assert sorted(type(answer).__name__ for answer in answers) == ["Contract", "Refused"]
    assert any(isinstance(answer, Refused) for answer in answers)


def test_control_without_the_locks_the_second_meets_the_database(monkeypatch):
    monkeypatch.setattr(contracts, "locked_bid", lambda bid: bid)
    monkeypatch.setattr(contracts, "locked_award", lambda found: found)
    assert any(isinstance(answer, IntegrityError) for answer in made_twice(monkeypatch))
