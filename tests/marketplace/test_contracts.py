"""A contract made from an award, written, sent out, signed, taken back and ended: through the services."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.access import Refused, Stale
from core.audit import first_break
from core.fingerprints import fingerprint
from core.forms.dates import LONDON
from core.models import Event, Notice, Organisation
from core.roles import Role
from core.services.leaving import close_organisation
from marketplace.contract_values import split_over_years
from marketplace.models import (
    Award,
    BidMember,
    CoCommissioner,
    Contract,
    ContractOutcome,
    Opportunity,
)
from marketplace.queries.contract_words import read, written
from marketplace.services import contracts
from marketplace.services.contract_signing import sign_contract
from marketplace.services.contracts import (
    ask_contract_signatures,
    divide_value,
    keep_contacts,
    make_contract,
    take_contract_back,
    terminate_contract,
    update_contract,
)
from providers.models import MatrixVersion
from tests.factories.alliances import award
from tests.factories.contracts import draft, in_force, out_to_sign, sign_for, terms
from tests.factories.core import CommissionerFactory, member
from tests.factories.settled import settle

pytestmark = pytest.mark.django_db
PRICE = 38_000_00


def make(made, **kwargs):
    given = {"by": made.awarded_by, "award": made, "terms": terms(), "form_key": uuid.uuid4(), **kwargs}
    return make_contract(**given)


def sign(deal, place=0, **changes):
    by, house = deal.places()[place]
    given = {
        "by": by,
        "contract": deal.contract,
        "organisation": house,
        "signed_as": "Chief executive",
        "confirms": True,
        "sha256": deal.contract.agreed_sha256,
        **changes,
    }
    return sign_contract(**given)


# --- made


def test_contract_has_parties_money_and_outcomes_of_the_award():
    made = award(route="grant")
    contract = make(made)
    assert [(place.organisation.kind, place.share_bps, place.is_lead) for place in contract.parties.all()] == [
        ("commissioner", 0, False),
        ("provider", 6000, True),
        ("provider", 4000, False),
    ]
    assert contract.value_pence == contract.original_value_pence == PRICE
    assert sum(row.value_pence for row in contract.years.all()) == PRICE
    assert [outcome.indicator for outcome in contract.outcomes.all()] == [
        outcome.indicator for outcome in made.lot.opportunity.outcomes.all()
    ]
    assert list(contract.coverage.all()) == [made.area]
    assert (contract.warn_bps, contract.notice_bps) == (1000, 5000)
    assert Event.objects.get(action="contract.make").after["award"] == made.pk


def test_same_form_twice_makes_one_and_another_person_is_refused():
    made, key = award(route="tender"), uuid.uuid4()
    first = make(made, form_key=key)
    assert make(made, form_key=key) == first
    with pytest.raises(Refused, match="used before"):
        make(award(route="tender"), form_key=key)
    with pytest.raises(Refused, match="made from this award already"):
        make(made)


def test_alliance_is_not_a_contract():
    with pytest.raises(Refused, match="Set up the alliance instead"):
        make(award(route="alliance"))


@pytest.mark.parametrize("role", [Role.PANEL_MEMBER, Role.COMMISSIONER_FINANCE, Role.PRACTITIONER])
def test_others_of_the_body_do_not_make_it(role):
    made = award(route="tender")
    with pytest.raises(PermissionDenied):
        make(made, by=member(role, made.lot.opportunity.organisation))
    with pytest.raises(PermissionDenied):
        make(made, by=member(Role.DIRECTOR))


def test_award_that_is_not_public_or_lacks_shares_makes_none():
    made = award(route="tender")
    Award.objects.update(public_at=None)
    with pytest.raises(Refused, match="not public"):
        make(made)
    Award.objects.update(public_at=timezone.now())
    BidMember.objects.filter(bid=made.bid).update(share_bps=1)
    with pytest.raises(Refused, match="do not make 100%"):
        make(made)
    assert not Contract.objects.exists()


def test_member_that_closed_its_account_stands_in_the_way():
    made = award(route="tender")
    house = made.bid.organisation
    Organisation.objects.filter(pk=house.pk).update(closed_at=timezone.now(), closed_by=made.awarded_by)
    with pytest.raises(Refused, match="has closed its account"):
        make(made)


@pytest.mark.parametrize(
    ("route", "value", "waits"),
    [("tender", 663_540_01, True), ("tender", 663_540_00, False), ("grant", 900_000_00, False)],
)
def test_standstill_holds_above_the_threshold_until_its_last_day_is_over(route, value, waits, time_machine):
    made = award(route=route)
    version = MatrixVersion.objects.filter(status="published").earliest("effective_from")
    Opportunity.objects.update(checks_version=version)
    told = datetime.datetime(2026, 11, 2, 9, tzinfo=LONDON)
    Award.objects.update(value_pence=value, awarded_at=told, public_at=told)
    time_machine.move_to(datetime.datetime(2026, 11, 11, 23, 59, tzinfo=LONDON), tick=False)
    if waits:
        with pytest.raises(Refused, match="until the end of Wednesday 11 November 2026"):
            make(made)
        time_machine.move_to(datetime.datetime(2026, 11, 12, 0, 1, tzinfo=LONDON), tick=False)
    assert make(made)


def test_other_commissioners_named_with_the_need_sign_too_and_nobody_else():
    made = award(route="tender")
    council, stranger = CommissionerFactory(), CommissionerFactory()
    CoCommissioner.objects.create(
        need=made.lot.opportunity.needs.get(),
        organisation=council,
        note="A tenth of the money",
        added_at=timezone.now(),
        added_by=made.awarded_by,
    )
    with pytest.raises(Refused, match="named with the need"):
        make(made, beside=[stranger])
    assert make(made, beside=[council]).parties.filter(organisation=council).exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_on": datetime.date(2000, 1, 1)}, "must end after it starts"),
        ({"break_on": datetime.date(2000, 1, 1)}, "must lie between"),
    ],
)
def test_days_out_of_order_are_refused(changes, sentence):
    with pytest.raises(Refused, match=sentence):
        make(award(route="tender"), terms=terms(**changes))


def test_nothing_is_left_when_the_record_fails(monkeypatch):
    made = award(route="tender")
    monkeypatch.setattr(contracts.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make(made)
    assert not Contract.objects.exists()
    assert not ContractOutcome.objects.exists()


# --- written


def test_draft_is_changed_and_its_money_follows_new_years():
    deal = draft()
    later = terms(title="Mentoring in three towns", ends_on=deal.contract.ends_on + datetime.timedelta(days=700))
    contract = update_contract(by=deal.director, contract=deal.contract, version=1, terms=later)
    assert contract.title == "Mentoring in three towns"
    years = {row.year: row.value_pence for row in contract.years.all()}
    assert years == split_over_years(PRICE, contract.starts_on, contract.ends_on)
    assert Event.objects.get(action="contract.update").after.keys() == {"title", "ends_on"}


def test_second_of_two_who_change_it_is_told():
    deal = draft()
    update_contract(by=deal.director, contract=deal.contract, version=1, terms=terms(title="First"))
    with pytest.raises(Stale):
        update_contract(by=deal.director, contract=deal.contract, version=1, terms=terms(title="Second"))
    assert deal.again().title == "First"


def test_years_add_up_or_are_refused():
    deal = draft()
    years = [row.year for row in deal.contract.years.all()]
    wanted = dict.fromkeys(years, 0) | {years[0]: PRICE - 1, years[1]: 1}
    divide_value(by=deal.director, contract=deal.contract, version=1, years=wanted)
    assert {row.year: row.value_pence for row in deal.contract.years.all()} == wanted
    with pytest.raises(Refused, match=r"£0.01 apart"):
        divide_value(by=deal.director, contract=deal.contract, version=2, years=wanted | {years[1]: 2})
    with pytest.raises(Refused, match="outside the term"):
        divide_value(by=deal.director, contract=deal.contract, version=2, years={2090: PRICE})


def test_provider_changes_nothing():
    deal = draft()
    with pytest.raises(PermissionDenied):
        update_contract(by=deal.owner, contract=deal.contract, version=1, terms=terms())


# --- out to be signed


def test_asking_fixes_the_text_and_asks_those_who_may_sign():
    deal = draft()
    contract = ask_contract_signatures(by=deal.director, contract=deal.contract, version=1)
    assert contract.agreed_sha256 == fingerprint(written(contract)) == fingerprint(contract.agreed_text)
    agreed = read(contract.agreed_text)
    assert (agreed.value_pence, sum(agreed.years.values()), len(agreed.parties)) == (PRICE, PRICE, 3)
    told = set(Notice.objects.filter(kind="marketplace/contract_to_sign").values_list("recipient", flat=True))
    assert told == {deal.director.pk, *(owner.pk for owner in deal.owners)}
    with pytest.raises(Refused, match="Take it back first"):
        update_contract(by=deal.director, contract=contract, version=1, terms=terms())


def test_asking_for_another_version_than_the_one_read_is_told():
    deal = draft()
    with pytest.raises(Stale, match="Read it again"):
        ask_contract_signatures(by=deal.director, contract=deal.contract, version=7)


def test_term_that_is_over_is_not_sent_out():
    today = timezone.localdate()
    past = terms(starts_on=today - datetime.timedelta(days=90), ends_on=today, break_on=None)
    deal = draft(told=past)
    with pytest.raises(Refused, match="term of this contract is over"):
        ask_contract_signatures(by=deal.director, contract=deal.contract, version=1)


def test_last_signature_brings_it_into_force_and_sets_its_days():
    deal = out_to_sign(1)
    settle(deal.contract.award.bid)
    assert sign(deal).status == "signing"
    assert sign(deal, 1).status == "active"
    contract = deal.again()
    assert contract.activated_at
    kinds = list(contract.dates.values_list("kind", flat=True))
    assert kinds.count("review") == 6
    assert kinds.count("break") == kinds.count("end") == 1
    assert Notice.objects.filter(kind="marketplace/contract_in_force", recipient=deal.owner).count() == 1
    assert Event.objects.filter(action__in=["contract.sign", "contract.activate"]).count() == 3
    assert first_break() == ""


@pytest.mark.parametrize(
    ("changes", "kind", "sentence"),
    [
        ({"sha256": "0" * 64}, Stale, "Read the new text"),
        ({"confirms": False}, Refused, "Tick the box"),
        ({"signed_as": " "}, Refused, "in what capacity"),
    ],
)
def test_signature_that_is_not_whole_is_refused(changes, kind, sentence):
    deal = out_to_sign(1)
    with pytest.raises(kind, match=sentence):
        sign(deal, **changes)
    assert not deal.contract.parties.filter(signature__isnull=False).exists()


def test_provider_with_open_checks_cannot_sign_and_the_body_can():
    deal = out_to_sign(1)
    with pytest.raises(Refused, match="has to settle what its share of the work asks"):
        sign(deal, 1)
    sign(deal)
    with pytest.raises(Refused, match="has signed this contract already"):
        sign(deal)


def test_only_people_with_authority_sign_for_a_party():
    deal = out_to_sign(1)
    for by in (member(Role.BID_WRITER, deal.lead), member(Role.OWNER), deal.director):
        with pytest.raises(PermissionDenied):
            sign(deal, 1, by=by)
    outsider = member(Role.OWNER)
    with pytest.raises(Refused, match="not a party"):
        sign(deal, by=outsider, organisation=outsider.memberships.get().organisation)


def test_taking_back_lets_signatures_lapse_and_says_why():
    deal = out_to_sign()
    sign_for(deal.contract, deal.lead, deal.owner)
    contract = take_contract_back(by=deal.director, contract=deal.contract, reason="The days are wrong.")
    assert (contract.status, contract.agreed_text, contract.version) == ("draft", "", 2)
    assert not contract.parties.filter(signature__isnull=False).exists()
    assert (
        "The days are wrong."
        in Notice.objects.get(kind="marketplace/contract_taken_back", recipient=deal.owner).body
    )
    assert Event.objects.get(action="contract.take_back").before["signed"] == [deal.lead.name]
    with pytest.raises(Refused):
        take_contract_back(by=deal.director, contract=contract, reason="Again.")


# --- over


@pytest.mark.parametrize("made", [draft, out_to_sign, in_force])
def test_contract_is_terminated_with_a_reason_by_who_signs_for_the_body(made):
    deal = made()
    manager = member(Role.COMMISSIONING_MANAGER, deal.body)
    with pytest.raises(PermissionDenied):
        terminate_contract(by=manager, contract=deal.contract, reason="No money.")
    with pytest.raises(Refused, match="Say why"):
        terminate_contract(by=deal.director, contract=deal.contract, reason=" ")
    contract = terminate_contract(by=deal.director, contract=deal.contract, reason="No money.")
    assert contract.phase == "terminated"
    assert not contract.dates.exists()
    assert "No money." in Notice.objects.get(kind="marketplace/contract_terminated", recipient=deal.owner).body
    with pytest.raises(Refused):
        terminate_contract(by=deal.director, contract=contract, reason="Again.")


def test_contract_ends_by_the_clock():
    deal = in_force()
    assert deal.contract.phase_on(deal.contract.ends_on) == "active"
    assert deal.contract.phase_on(deal.contract.ends_on + datetime.timedelta(days=1)) == "ended"
    Contract.objects.update(ends_on=timezone.localdate() - datetime.timedelta(days=1), break_on=None)
    with pytest.raises(Refused, match="has ended"):
        terminate_contract(by=deal.director, contract=deal.contract, reason="Too late.")


def test_party_to_a_contract_cannot_close_its_account_until_it_is_over():
    deal = in_force()
    with pytest.raises(Refused, match=r"party to the contract “Mentoring in two towns” \(in force\)"):
        close_organisation(by=deal.owner, organisation=deal.lead)
    terminate_contract(by=deal.director, contract=deal.contract, reason="No money.")
    close_organisation(by=deal.owner, organisation=deal.lead)
    assert Contract.objects.filter(pk=deal.contract.pk).exists()


# --- contact and coverage


def test_body_keeps_contact_and_coverage_without_a_variation():
    deal = in_force()
    area = deal.contract.award.area
    contract = keep_contacts(
        by=deal.director,
        contract=deal.contract,
        version=deal.contract.version,
        contact_name="Zoe",
        contact_email="zoe@example.org",
        coverage=[area],
    )
    assert (contract.contact_name, contract.last_variation) == ("Zoe", 0)
    event = Event.objects.get(action="contract.keep_contacts")
    assert event.before == {"contact_name": "Ann Other", "contact_email": "commissioning@example.org"}
    kwargs = {"contract": contract, "version": 2, "contact_name": "", "contact_email": ""}
    with pytest.raises(PermissionDenied):
        keep_contacts(by=deal.owner, coverage=[area], **kwargs)
    with pytest.raises(Refused, match="at least one area"):
        keep_contacts(by=deal.director, coverage=[], **kwargs)
    with pytest.raises(Stale):
        keep_contacts(by=deal.director, coverage=[area], **{**kwargs, "version": 1})


# --- what the database holds


@pytest.mark.parametrize(
    "values",
    [
        {"title": ""},
        {"value_pence": 0},
        {"ends_on": datetime.date(2000, 1, 1)},
        {"break_on": datetime.date(2000, 1, 1)},
        {"review_months": 5},
        {"agreed_text": ""},
        {"activated_at": None},
        {"terminating_reason": "No"},
        {"warn_bps": 6000},
    ],
)
def test_database_holds_the_rules(values):
    deal = in_force(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=deal.contract.pk).update(**values)
