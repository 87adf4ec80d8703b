"""Changes to a contract in force: proposed, agreed, refused, withdrawn, signed; large ones with a notice."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from core.access import Refused, Stale
from core.audit import first_break
from core.fingerprints import fingerprint
from core.models import Event, Notice
from core.roles import Role
from marketplace.models import ChangeNotice, Contract, Variation, VariationAnswer
from marketplace.policies.variations import Wanted
from marketplace.queries.contracts import years_of_contract
from marketplace.queries.variation_words import difference_of, written_variation
from marketplace.services import variation_signing, variations
from marketplace.services.contract_reports import save_report
from marketplace.services.contracts import terminate_contract
from marketplace.services.variation_signing import record_change_notice, sign_variation
from marketplace.services.variations import (
    agree_to_variation,
    refuse_variation,
    withdraw_variation,
)
from tests.factories.contracts import agreed_variation as agreed
from tests.factories.contracts import draft, in_force
from tests.factories.contracts import proposed_variation as propose
from tests.factories.contracts import sign_variation_for_all as sign_all
from tests.factories.contracts import signed_variation as signed
from tests.factories.core import member
from tests.marketplace.test_contract_reports import last_quarters

pytestmark = pytest.mark.django_db
VALUE = 38_000_00


@pytest.fixture
def deal():
    """A contract of two providers worth £38,000, in force."""
    return in_force()


def agree(variation, by, house, **changes):
    given = {"by": by, "variation": variation, "organisation": house, "version": variation.version, **changes}
    return agree_to_variation(**given)


def sign(variation, by, house, **changes):
    given = {
        "by": by,
        "variation": variation,
        "organisation": house,
        "signed_as": "Chief executive",
        "confirms": True,
        "sha256": variation.agreed_sha256,
        **changes,
    }
    return sign_variation(**given)


# --- proposed


def test_provider_proposes_and_the_others_are_asked(deal):
    variation = propose(deal, more=2_000_00)
    assert (variation.effect_pence, variation.number, variation.status) == (2_000_00, None, "proposed")
    assert variation.answers.get().party.organisation == deal.lead
    told = Notice.objects.filter(kind="marketplace/variation_proposed").values_list("recipient", flat=True)
    assert set(told) == {deal.director.pk, deal.owners[1].pk}
    assert Event.objects.get(action="variation.propose").after["effect_pence"] == 2_000_00
    assert deal.again().value_pence == VALUE


def test_same_form_twice_proposes_once(deal):
    key = uuid.uuid4()
    assert propose(deal, form_key=key) == propose(deal, form_key=key)
    with pytest.raises(Refused, match="used before"):
        propose(deal, form_key=key, by=deal.director)


def wanted(deal, **changes):
    contract = deal.contract
    given = {
        "title": "A third town",
        "reason": "People ask for it.",
        "years": years_of_contract(contract),
        "ends_on": contract.ends_on,
        "terms": contract.terms,
    }
    return Wanted(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Nothing changes"),
        ({"ends_on": datetime.date(2001, 1, 1)}, "must come after the first"),
        ({"years": {2099: VALUE}}, "does not reach so far"),
        ({"years": {}}, "must have a value"),
        ({"reason": " ", "terms": "New."}, "what is to change, and why"),
    ],
)
def test_contract_cannot_read_so(deal, changes, sentence):
    with pytest.raises(Refused, match=sentence):
        propose(deal, wanted=wanted(deal, **changes))
    assert not Variation.objects.exists()


def test_last_day_is_not_past_and_after_the_break_date(deal):
    with pytest.raises(Refused, match="new last day is past"):
        propose(deal, wanted=wanted(deal, ends_on=deal.contract.starts_on + datetime.timedelta(days=9)))
    with pytest.raises(Refused, match="after the break date"):
        propose(deal, wanted=wanted(deal, ends_on=deal.contract.break_on))


def test_what_was_paid_is_not_taken_back(deal):
    quarter = last_quarters(deal)[0]
    given = {"by": deal.owner, "contract": deal.contract, "quarter": quarter, "delivered": "Much.", "version": 0}
    save_report(paid_pence=9_000_00, **given)
    years = dict.fromkeys(years_of_contract(deal.contract), 1)
    with pytest.raises(Refused, match="£9,000 has been paid already"):
        propose(deal, wanted=wanted(deal, years=years))


def test_who_proposes(deal):
    for by in (member(Role.VIEWER, deal.lead), member(Role.COMMISSIONER_FINANCE, deal.body), deal.director):
        with pytest.raises(PermissionDenied):
            propose(deal, by=by, organisation=deal.lead)
    outsider = member(Role.OWNER)
    with pytest.raises(Refused, match="not a party"):
        propose(deal, by=outsider, organisation=outsider.memberships.get().organisation)
    assert propose(deal, by=member(Role.COMMISSIONING_MANAGER, deal.body), organisation=deal.body)
    with pytest.raises(Refused, match="not in force"):
        propose(draft())


def test_page_of_another_contract_reading_is_told(deal):
    with pytest.raises(Stale, match="Look at the figures again"):
        propose(deal, based_on=3)


def test_only_so_many_are_open_at_once(deal, monkeypatch):
    monkeypatch.setattr(variations, "MOST_OPEN", 1)
    propose(deal)
    with pytest.raises(Refused, match="open already"):
        propose(deal)


# --- agreed, refused, withdrawn


def test_last_agreement_fixes_the_text_and_asks_for_signatures(deal):
    variation = propose(deal, more=2_000_00, terms="We meet each person within a day.")
    assert agree(variation, deal.director, deal.body).status == "proposed"
    variation = agree(variation, deal.owners[1], deal.places()[2][1])
    assert variation.status == "signing"
    assert variation.agreed_sha256 == fingerprint(variation.agreed_text)
    assert variation.agreed_text == written_variation(variation, deal.again())
    difference = difference_of(variation)
    assert (difference.before.value_pence, difference.after.value_pence) == (VALUE, VALUE + 2_000_00)
    assert difference.after.terms == "We meet each person within a day."
    told = Notice.objects.filter(kind="marketplace/variation_to_sign").values_list("recipient", flat=True)
    assert set(told) == {deal.director.pk, *(owner.pk for owner in deal.owners)}


def test_agreeing_twice_or_for_others_or_to_an_old_reading_is_refused(deal):
    variation = propose(deal)
    with pytest.raises(Refused, match="has agreed already"):
        agree(variation, deal.owner, deal.lead)
    with pytest.raises(PermissionDenied):
        agree(variation, deal.owner, deal.body)
    with pytest.raises(Stale, match="Read the difference again"):
        agree(variation, deal.director, deal.body, version=9)


@pytest.mark.parametrize("stage", [propose, agreed])
def test_party_refuses_with_a_reason_and_all_are_told(deal, stage):
    variation = stage(deal)
    with pytest.raises(Refused, match="Withdraw it instead"):
        refuse_variation(by=deal.owner, variation=variation, organisation=deal.lead, reason="No.")
    with pytest.raises(Refused, match="Say why"):
        refuse_variation(by=deal.director, variation=variation, organisation=deal.body, reason=" ")
    refuse_variation(by=deal.director, variation=variation, organisation=deal.body, reason="No money.")
    told = Notice.objects.get(kind="marketplace/variation_refused", recipient=deal.owner)
    assert "No money." in told.body
    assert deal.again().value_pence == VALUE
    with pytest.raises(Refused):
        withdraw_variation(by=deal.owner, variation=variation, reason="Then not.")


def test_proposer_withdraws(deal):
    variation = propose(deal)
    with pytest.raises(PermissionDenied):
        withdraw_variation(by=deal.director, variation=variation, reason="No.")
    withdraw_variation(by=deal.owner, variation=variation, reason="We found other money.")
    assert Variation.objects.get().status == "withdrawn"
    assert Notice.objects.filter(kind="marketplace/variation_withdrawn").count() == 2


def test_terminating_the_contract_ends_what_is_open(deal):
    propose(deal)
    terminate_contract(by=deal.director, contract=deal.contract, reason="No money.")
    assert Variation.objects.get().status == "withdrawn"


# --- signed


def test_last_signature_makes_it_part_of_the_contract(deal):
    later = deal.contract.ends_on + datetime.timedelta(days=90)
    variation = agreed(deal, more=2_000_00, ends_on=later, terms="We meet each person within a day.")
    sign_all(deal, variation)
    variation.refresh_from_db()
    contract = deal.again()
    assert (variation.status, variation.number, variation.change_bps) == ("in_force", 1, 527)
    assert (contract.value_pence, contract.original_value_pence) == (VALUE + 2_000_00, VALUE)
    assert sum(years_of_contract(contract).values()) == contract.value_pence
    assert (contract.ends_on, contract.terms) == (later, "We meet each person within a day.")
    assert contract.dates.get(kind="end").on == later
    assert fingerprint(contract.agreed_text) == contract.agreed_sha256 == deal.contract.agreed_sha256
    assert Event.objects.get(action="variation.activate").after["number"] == 1
    assert Notice.objects.filter(kind="marketplace/variation_in_force", recipient=deal.owner).count() == 1
    assert first_break() == ""


def test_variations_are_numbered_in_the_order_in_which_they_come_into_force(deal):
    first, second = signed(deal, more=100), signed(deal, more=200)
    assert [first.number, second.number] == [1, 2]
    assert deal.again().value_pence == VALUE + 300
    with pytest.raises(IntegrityError), transaction.atomic():
        Variation.objects.filter(pk=second.pk).update(number=1)


@pytest.mark.parametrize(
    ("changes", "kind", "sentence"),
    [
        ({"sha256": "0" * 64}, Stale, "Read the new text"),
        ({"confirms": False}, Refused, "Tick the box"),
        ({"signed_as": ""}, Refused, "in what capacity"),
    ],
)
def test_signature_that_is_not_whole_is_refused(deal, changes, kind, sentence):
    variation = agreed(deal)
    with pytest.raises(kind, match=sentence):
        sign(variation, deal.director, deal.body, **changes)


def test_signing_is_for_people_with_authority_once_and_not_too_early(deal):
    early = propose(deal)
    with pytest.raises(Refused, match="Not every party has agreed"):
        sign(early, deal.owner, deal.lead)
    variation = agreed(deal)
    with pytest.raises(PermissionDenied):
        sign(variation, member(Role.BID_WRITER, deal.lead), deal.lead)
    sign(variation, deal.owner, deal.lead)
    with pytest.raises(Refused, match="has signed this variation already"):
        sign(variation, deal.owner, deal.lead)
    sign(variation, deal.director, deal.body)
    with pytest.raises(Refused, match="has signed this variation already"):
        refuse_variation(by=deal.director, variation=variation, organisation=deal.body, reason="No.")


def test_others_that_are_open_are_read_and_agreed_to_again(deal):
    other = agreed(deal, more=500_00)
    sign(other, deal.owner, deal.lead)
    signed(deal, more=1_000_00)
    other.refresh_from_db()
    assert (other.status, other.based_on, other.version, other.agreed_text) == ("proposed", 1, 2, "")
    assert [answer.party.organisation for answer in other.answers.all()] == [deal.lead]
    assert other.answers.get().signed_at is None
    assert Notice.objects.filter(kind="marketplace/variation_again", recipient=deal.director).count() == 1
    with pytest.raises(Refused):
        sign(other, deal.director, deal.body)
    assert difference_of(Variation.objects.get(pk=other.pk)).before.value_pence == VALUE + 1_000_00


def test_other_that_was_written_upon_old_terms_or_fits_no_more_is_over(deal):
    terms = propose(deal, terms="One.")
    years = years_of_contract(deal.contract)
    last = max(years)
    cut = propose(deal, wanted=wanted(deal, years=years | {last: 0}))
    signed(deal, wanted=wanted(deal, years=years | {last: years[last] - 1}, terms="Two."))
    for each in (terms, cut):
        each.refresh_from_db()
        assert each.status == "withdrawn"
    assert "changed the terms" in terms.closing_reason
    assert "less than nothing" in cut.closing_reason


def test_nothing_is_left_when_the_record_fails(deal, monkeypatch):
    variation = agreed(deal)
    sign(variation, deal.owner, deal.lead)
    sign(variation, deal.owners[1], deal.places()[2][1])
    monkeypatch.setattr(variation_signing.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sign(variation, deal.director, deal.body)
    assert deal.again().last_variation == 0
    assert VariationAnswer.objects.filter(signed_at__isnull=False).count() == 2


# --- large changes


def test_change_above_half_is_not_signed_before_its_notice_is_on_record(deal):
    signed(deal, more=10_000_00)
    variation = agreed(deal, more=9_000_01)
    with pytest.raises(Refused, match=r"changed by 50\.01% of its first value, more than 50%"):
        sign(variation, deal.owner, deal.lead)
    with pytest.raises(PermissionDenied):
        record_change_notice(by=deal.owner, variation=variation, reference="2026/S 1")
    with pytest.raises(Refused, match="number or the address"):
        record_change_notice(by=deal.director, variation=variation, reference=" ")
    notice = record_change_notice(by=deal.director, variation=variation, reference="2026/S 1")
    (told,) = notice.content["contracts"]
    assert told["value"] == {"amount": 57_000.01, "currency": "GBP"}
    assert notice.content["tag"] == ["contractAmendment"]
    with pytest.raises(Refused, match="on record already"):
        record_change_notice(by=deal.director, variation=variation, reference="2026/S 2")
    sign_all(deal, variation)
    assert deal.again().last_variation == 2


def test_cuts_count_like_increases_and_half_itself_needs_none(deal):
    signed(deal, more=-10_000_00)
    variation = agreed(deal, more=9_000_00)
    with pytest.raises(Refused, match="No notice is needed"):
        record_change_notice(by=deal.director, variation=variation, reference="2026/S 1")
    sign_all(deal, variation)
    assert Variation.objects.get(number=2).change_bps == 5000


def test_notice_is_for_one_text_alone(deal):
    large = agreed(deal, more=20_000_00)
    record_change_notice(by=deal.director, variation=large, reference="2026/S 1")
    signed(deal, more=1)
    large.refresh_from_db()
    for by, house in deal.places():
        if house != deal.lead:
            large = agree(large, by, house)
    with pytest.raises(Refused, match="must publish a notice"):
        sign(large, deal.owner, deal.lead)
    assert ChangeNotice.objects.count() == 1


def test_database_holds_the_rules(deal):
    variation = signed(deal)
    for values in ({"number": None}, {"agreed_text": ""}, {"status": "refused"}, {"title": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Variation.objects.filter(pk=variation.pk).update(**values)
    assert Contract.objects.get().last_variation == 1
