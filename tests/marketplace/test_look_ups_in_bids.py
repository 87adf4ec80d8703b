"""A bid follows what the registers said last: settled where they know the number, open where they do not."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Notice
from core.roles import Role
from marketplace.check_states import CheckState
from marketplace.policies.signing import said_of
from marketplace.queries.bid_checks import checks_of_bid
from marketplace.queries.bid_words import own_words
from marketplace.states import BidStatus
from marketplace.views.check_display import summaries
from providers.models import Identifier, IdentityLookUp
from providers.services.evidence import verify_evidence
from providers.services.look_ups import look_again, look_up_numbers
from tests.factories.bids import joint_bid
from tests.factories.core import member
from tests.factories.evidence import evidence
from tests.factories.providers import RegistrationFactory, organisation_of
from tests.factories.registers import FixedRegisters, found
from tests.marketplace.bid_scene import text_of
from tests.marketplace.evaluation_scene import evaluation

pytestmark = pytest.mark.django_db
S = CheckState
REMOVED = {"is_gone": True, "gone_on": datetime.date(2026, 10, 2)}


@pytest.fixture(autouse=True)
def registers(settings, monkeypatch):
    settings.REGISTER_LOOK_UP = "tests.factories.registers.FixedRegisters"
    monkeypatch.setattr(FixedRegisters, "entries", [])


@pytest.fixture
def joint():
    made = joint_bid()
    for house in (made.lead, made.partner):
        RegistrationFactory(organisation=house, told=True)
    return made


def number_of(house):
    return Identifier.objects.get(organisation=house).value


def in_the_register(house, **more):
    """The register has the organisation now, and a new extract was brought in."""
    name = more.pop("name", house.name.upper())
    FixedRegisters.entries = [found(number=number_of(house), name=name, **more)]
    look_again(scheme="GB-CHC")


def line_of(made, house=None):
    checks = checks_of_bid(made.now(), own_words(made.now()))
    lines = checks.of((house or made.lead).pk).lines
    return next(line for line in lines if line.asked.check == "identity")


def test_number_found_under_the_name_settles_it(joint):
    in_the_register(joint.lead)
    assert (line_of(joint).state, line_of(joint).stops_signing) == (S.VERIFIED, False)
    assert line_of(joint, joint.partner).state is S.NEEDED


def test_number_of_another_name_leaves_it_at_the_word_given(joint):
    in_the_register(joint.lead, name="SOMEBODY ELSE")
    assert (line_of(joint).state, line_of(joint).stops_signing) == (S.SELF_DECLARED, False)


@pytest.mark.parametrize("is_there", [True, False])
def test_removed_or_unknown_number_is_open_and_stops_signing(joint, is_there):
    in_the_register(joint.lead if is_there else joint.partner, **REMOVED)
    line = line_of(joint)
    assert (line.state, line.stops_signing, line.is_done) == (S.NEEDED, True, False)
    words = "removed from the register" if is_there else "not in the register"
    assert said_of(line) == f"Who you are, and your register number ({words})"


def test_number_that_was_corrected_counts_as_it_was_looked_up_then(joint):
    in_the_register(joint.lead, **REMOVED)
    Identifier.objects.filter(organisation=joint.lead).update(value="1090095")
    assert line_of(joint).state is S.SELF_DECLARED
    FixedRegisters.entries = [found(name=joint.lead.name)]
    look_up_numbers(joint.lead)
    assert line_of(joint).state is S.VERIFIED


def test_paper_settles_it_once_it_was_looked_at(joint):
    in_the_register(joint.lead, **REMOVED)
    shown = evidence(joint.lead, "identity", by=joint.owner)
    assert (line_of(joint).state, line_of(joint).stops_signing) == (S.EVIDENCE_GIVEN, True)
    director = member(Role.DIRECTOR)
    verify_evidence(by=director, evidence=shown, organisation=organisation_of(director))
    assert (line_of(joint).state, line_of(joint).stops_signing) == (S.VERIFIED, False)


def test_it_stops_nobody_from_handing_in(joint):
    in_the_register(joint.lead, **REMOVED)
    joint.ask()
    joint.agree()
    joint.submit()
    assert joint.now().status == BidStatus.SUBMITTED


def test_page_says_what_the_register_said_and_what_to_do(joint, page):
    in_the_register(joint.lead, **REMOVED)
    shown = text_of(page(joint.owner, "bid-checks", joint.bid.pk))
    assert f"{joint.lead.name.upper()} ({number_of(joint.lead)}) was removed or dissolved." in shown
    assert "Correct the number, or show us a paper that says who you are." in shown
    assert reverse("registration-name", args=[joint.lead.pk]) in shown
    assert reverse("evidence-form", args=[joint.lead.pk, "identity"]) in shown
    in_the_register(joint.lead)
    shown = text_of(page(joint.owner, "bid-checks", joint.bid.pk))
    assert "found in the register" in shown
    assert f"extract of Sunday 1 November 2026: {number_of(joint.lead)} is" in shown
    assert reverse("evidence-form", args=[joint.lead.pk, "identity"]) not in shown


def test_commissioner_reads_it_beside_the_checks():
    scene = evaluation()
    house = scene.bids[0].organisation
    RegistrationFactory(organisation=house, told=True)
    in_the_register(house, **REMOVED)
    first = next(each for each in summaries(scene.bids, scene.opportunity) if each.name == house.name)
    assert "Who you are, and your register number" in map(str, first.open)
    assert "was removed or dissolved" in first.looked_up[0]


def test_look_ups_of_many_members_are_one_query(joint):
    counts = []
    for _round in range(2):
        checks_of_bid(joint.now(), own_words(joint.now()))
        with CaptureQueriesContext(connection) as queries:
            checks_of_bid(joint.now(), own_words(joint.now()))
        counts.append(len(queries))
        in_the_register(joint.lead)
    assert counts[0] == counts[1]


# --- owners are told of a removal


def told():
    return Notice.objects.filter(kind="providers/register_removed")


def test_owners_are_told_once_that_they_were_removed(joint):
    in_the_register(joint.lead)
    assert not told().exists()
    for _import in range(2):
        in_the_register(joint.lead, **REMOVED)
    notice = told().get()
    assert notice.recipient == joint.owner
    assert notice.subject == f"{joint.lead.name} is no longer in the register"
    assert number_of(joint.lead) in notice.body
    assert "Sunday 1 November 2026" in notice.body
    assert notice.url == reverse("registration-name", args=[joint.lead.pk])


def test_back_in_the_register_and_removed_again_is_told_again(joint):
    for more in (REMOVED, {}, REMOVED):
        in_the_register(joint.lead, **more)
    assert told().count() == 2


def test_number_that_no_register_has_tells_nobody(joint):
    in_the_register(joint.partner)
    assert IdentityLookUp.objects.get(organisation=joint.lead).result == "not_found"
    assert not told().exists()


def test_register_that_cannot_be_looked_up_changes_nothing(joint, monkeypatch):
    monkeypatch.setattr(FixedRegisters, "covered", set())
    assert look_again(scheme="GB-CHC") == 0
    assert line_of(joint).state is S.SELF_DECLARED
