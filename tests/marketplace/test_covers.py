"""Somebody stands behind a member: asked, signed, declined, withdrawn, fallen, run out."""

import datetime
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.access import Refused
from core.models import Event, Notice
from core.roles import Role
from marketplace.check_states import CheckState
from marketplace.models import Bid, Cover
from marketplace.queries.bid_checks import checks_of_bid
from marketplace.queries.bid_words import own_words
from marketplace.queries.covers import covers_visible_to
from marketplace.services import covers as services
from marketplace.services.bid_submission import withdraw_bid
from marketplace.services.bids import choose_consortium, save_members
from marketplace.services.covers import ask_cover, decline_cover, sign_cover, withdraw_cover
from marketplace.states import NEVER_COVERED
from providers.checks import CHECKS, CODES
from providers.models import Registration
from providers.services.consortia import accept_invitation, invite_member, leave_consortium, remove_member
from providers.services.evidence import verify_evidence
from tests.factories.bids import joint_bid
from tests.factories.core import OrganisationFactory, member
from tests.factories.covers import asked, registered_outsider, scene, signed, terms_of
from tests.factories.evidence import evidence, verified
from tests.factories.providers import organisation_of
from tests.factories.statements import statement

pytestmark = pytest.mark.django_db
S = CheckState
OWN = [check.code for check in CHECKS if not check.sponsor_can_cover]


def state(joint, check="turnover", organisation=None):
    checks = checks_of_bid(joint.now(), own_words(joint.now()))
    lines = checks.of((organisation or joint.partner).pk).lines
    return next(line for line in lines if line.asked.check == check).state


def apart(joint):
    """The incomes of the two are short together, so that a cover alone helps."""
    Registration.objects.filter(organisation__in=[joint.lead, joint.partner]).update(annual_income_pence=60_000_00)
    return joint


# --- asking and signing


def test_cover_signed_by_both_covers_the_member():
    joint = apart(scene())
    sponsor = registered_outsider(annual_income_pence=500_000_00)
    cover = asked(joint, sponsor=sponsor)
    assert (cover.status, state(joint)) == ("proposed", S.NEEDED)
    sign_cover(by=member(Role.OWNER, sponsor), cover=cover)
    assert state(joint) is S.COVERED
    assert state(joint, organisation=joint.lead) is S.NEEDED
    acts = Event.objects.filter(object_type="marketplace.cover").order_by("sequence")
    assert [event.action for event in acts] == ["cover.ask", "cover.sign"]


def test_sponsor_and_member_are_told_in_turn():
    joint = scene()
    signed(joint)
    assert Notice.objects.get(kind="marketplace/cover_asked").recipient == joint.owner
    assert Notice.objects.get(kind="marketplace/cover_signed").recipient == joint.partner_owner


def test_sent_twice_asks_once():
    joint, key = scene(), uuid4()
    covers = {
        ask_cover(by=joint.partner_owner, bid=joint.now(), terms=terms_of(joint), form_key=key).pk
        for _time in (1, 2)
    }
    assert len(covers) == 1 == Cover.objects.count()


def test_form_of_somebody_else_is_refused():
    joint, key = scene(), uuid4()
    ask_cover(by=joint.partner_owner, bid=joint.now(), terms=terms_of(joint), form_key=key)
    with pytest.raises(Refused, match="sent before"):
        ask_cover(by=joint.owner, bid=joint.now(), terms=terms_of(joint), form_key=key)


def test_second_cover_for_the_same_check_is_refused():
    joint = scene()
    asked(joint)
    with pytest.raises(Refused, match="asked for or signed already"):
        asked(joint)


@pytest.mark.parametrize("check", OWN)
def test_what_is_everybody_s_own_is_never_covered(check):
    joint = scene()
    if check in ("safeguarding", "dbs"):
        verified(joint.lead, check)
    with pytest.raises(Refused, match=r"is for each organisation itself|is not asked here"):
        asked(joint, check=check)


@pytest.mark.parametrize("check", [*NEVER_COVERED, ""])
def test_database_holds_no_cover_of_what_is_everybody_s_own(check):
    cover = asked(scene())
    with pytest.raises(IntegrityError, match="cover_reaches_no_check_of_ones_own"), transaction.atomic():
        Cover.objects.filter(pk=cover.pk).update(check_code=check)


def test_checks_that_nobody_may_cover_say_so_themselves():
    assert set(NEVER_COVERED) <= set(OWN) <= set(CODES)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"limit_pence": 79_999_99},
            r"A cover up to £79,999\.99 is below the share of .*, £80,000\. Make it at least",
        ),
        ({"expires_on": datetime.date(2020, 1, 1)}, "not past"),
        ({"check": "subsidy"}, "not asked here|for each organisation itself"),
        ({"check": "accounts"}, "does not meet “Accounts” itself yet"),
        ({"check": "nonsense"}, "not a member"),
    ],
)
def test_terms_that_do_not_hold_are_refused_with_a_sentence(values, sentence):
    with pytest.raises(Refused, match=sentence):
        asked(scene(), **values)
    assert not Cover.objects.exists()


def test_nobody_stands_behind_itself_and_only_providers_behind_others():
    joint = scene()
    with pytest.raises(Refused, match="behind itself"):
        asked(joint, sponsor=joint.partner)
    with pytest.raises(Refused, match="not registered here"):
        asked(joint, sponsor=OrganisationFactory())


def test_roles_without_authority_ask_and_sign_nothing():
    joint = scene()
    with pytest.raises(PermissionDenied):
        ask_cover(by=joint.owner, bid=joint.now(), terms=terms_of(joint), form_key=uuid4())
    with pytest.raises(PermissionDenied):
        ask_cover(
            by=member(Role.BID_WRITER, joint.partner), bid=joint.now(), terms=terms_of(joint), form_key=uuid4()
        )
    cover = asked(joint)
    for person in (joint.writer, joint.partner_owner):
        with pytest.raises(PermissionDenied):
            sign_cover(by=person, cover=cover)
    assert Cover.objects.get().status == "proposed"


# --- what the sponsor carries


def test_sponsor_of_turnover_carries_its_own_share_and_what_it_covers_already():
    # 60% of £200,000 is its own, 40% the cover: twice £200,000 is what it takes.
    with pytest.raises(Refused, match="too small for this beside its own share"):
        asked(scene(lead_income=399_999_99))
    joint = scene(lead_income=400_000_00)
    signed(joint)
    with pytest.raises(Refused, match="too small"):
        asked(scene(), sponsor=joint.lead, limit_pence=120_000_01)
    asked(scene(), sponsor=joint.lead, limit_pence=120_000_00)


def test_sponsor_carries_a_year_of_what_it_covers():
    # Three years of £200,000 a year: £120,000 a year are its own, £80,000 the cover.
    with pytest.raises(Refused, match="too small for this beside its own share"):
        asked(scene(600_000_00, lead_income=399_999_99, years=3))
    joint = scene(600_000_00, lead_income=400_000_00, years=3)
    signed(joint)
    with pytest.raises(Refused, match="too small"):
        asked(scene(), sponsor=joint.lead, limit_pence=120_000_01)
    asked(scene(), sponsor=joint.lead, limit_pence=120_000_00)


def test_sponsor_that_took_on_too_much_meanwhile_cannot_sign():
    sponsor = registered_outsider(annual_income_pence=160_000_00)
    owner = member(Role.OWNER, sponsor)
    first, second = (asked(scene(), sponsor=sponsor) for _bid in range(2))
    sign_cover(by=owner, cover=first)
    with pytest.raises(Refused, match="too small"):
        sign_cover(by=owner, cover=second)


def test_sponsor_that_lost_its_income_covers_no_more():
    joint = apart(scene())
    sponsor = registered_outsider(annual_income_pence=500_000_00)
    sign_cover(by=member(Role.OWNER, sponsor), cover=asked(joint, sponsor=sponsor))
    Registration.objects.filter(organisation=sponsor).update(annual_income_pence=1)
    assert state(joint) is S.NEEDED


def test_accounts_are_covered_by_accounts_that_were_looked_at():
    joint = scene()
    shown = evidence(joint.lead, "accounts", by=joint.owner)
    signed(joint, check="accounts")
    assert state(joint, "accounts") is S.EVIDENCE_GIVEN
    director = member(Role.DIRECTOR)
    verify_evidence(by=director, evidence=shown, organisation=organisation_of(director))
    assert state(joint, "accounts") is S.COVERED


def test_insurance_that_is_promised_covers_as_a_promise():
    joint = scene()
    sponsor = registered_outsider()
    statement(sponsor, "public_liability")
    sign_cover(by=member(Role.OWNER, sponsor), cover=asked(joint, sponsor=sponsor, check="public_liability"))
    assert state(joint, "public_liability") is S.SELF_DECLARED


# --- the end of it


def test_sponsor_declines_and_another_may_be_asked():
    joint = scene()
    decline_cover(by=joint.owner, cover=asked(joint))
    assert Notice.objects.get(kind="marketplace/cover_declined").recipient == joint.partner_owner
    asked(joint)


def test_either_side_withdraws_until_the_bid_is_handed_in():
    joint = scene()
    withdraw_cover(by=joint.owner, cover=signed(joint))
    withdraw_cover(by=joint.partner_owner, cover=signed(joint))
    cover = signed(joint)
    joint.ask()
    joint.agree()
    joint.submit()
    with pytest.raises(Refused, match="counts on this cover"):
        withdraw_cover(by=joint.partner_owner, cover=cover)


def test_sponsor_that_is_asked_declines_rather_than_withdraws():
    joint = scene()
    with pytest.raises(Refused, match="Decline it instead"):
        withdraw_cover(by=joint.owner, cover=asked(joint))


def test_stranger_ends_nothing():
    cover = asked(scene())
    for act in (decline_cover, withdraw_cover, sign_cover):
        with pytest.raises(PermissionDenied):
            act(by=member(Role.OWNER), cover=cover)


def place(joint):
    return joint.now().consortium.members.get(organisation=joint.partner)


def leaving(joint):
    leave_consortium(by=joint.partner_owner, place=place(joint), reason="No staff.")


def removal(joint):
    remove_member(by=joint.owner, place=place(joint), reason="No answer.")


def joining(joint):
    other = registered_outsider()
    invited = invite_member(by=joint.owner, consortium=joint.now().consortium, organisation=other)
    accept_invitation(by=member(Role.OWNER, other), place=invited)


def going_alone(joint):
    bid = joint.now()
    choose_consortium(by=joint.owner, bid=bid, consortium=None, version=bid.version, arrived_at=timezone.now())


def withdrawing(joint):
    withdraw_bid(by=joint.owner, bid=joint.now(), arrived_at=timezone.now())


@pytest.mark.parametrize("change", [leaving, removal, joining, going_alone, withdrawing])
def test_cover_falls_when_others_are_in_the_bid_and_everybody_is_told(change):
    joint = scene()
    statement(joint.lead, "public_liability")
    waiting = asked(joint, check="public_liability")
    cover = signed(joint)
    change(joint)
    assert {each.status for each in Cover.objects.filter(pk__in=[cover.pk, waiting.pk])} == {"fallen"}
    told = {notice.recipient for notice in Notice.objects.filter(kind="marketplace/cover_fallen")}
    assert told >= {joint.owner, joint.partner_owner}
    assert Event.objects.filter(action="cover.fall").count() == 2


def test_edit_that_changes_nobody_lets_the_cover_stand():
    joint = scene()
    cover = signed(joint)
    bid = joint.now()
    shares = {joint.lead.pk: (7_000, "Rooms"), joint.partner.pk: (3_000, "Visits")}
    save_members(by=joint.owner, bid=bid, shares=shares, version=bid.version, arrived_at=timezone.now())
    assert Cover.objects.get(pk=cover.pk).status == "signed"


def test_cover_below_a_share_that_grew_counts_for_nothing():
    joint = apart(scene())
    sponsor = registered_outsider(annual_income_pence=500_000_00)
    sign_cover(by=member(Role.OWNER, sponsor), cover=asked(joint, sponsor=sponsor))
    bid = joint.now()
    shares = {joint.lead.pk: (5_000, "Rooms"), joint.partner.pk: (5_000, "Visits")}
    save_members(by=joint.owner, bid=bid, shares=shares, version=bid.version, arrived_at=timezone.now())
    assert state(joint) is S.NEEDED


def test_cover_runs_out_with_its_last_day():
    joint = apart(scene())
    sponsor = registered_outsider(annual_income_pence=500_000_00)
    cover = asked(joint, sponsor=sponsor, expires_on=timezone.localdate())
    sign_cover(by=member(Role.OWNER, sponsor), cover=cover)
    assert state(joint) is S.COVERED
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert state(joint) is S.NEEDED


def test_cover_asked_for_of_another_party_is_not_signed():
    joint = scene()
    cover = asked(joint)
    Bid.objects.get(pk=joint.bid.pk).members.filter(organisation=joint.partner).delete()
    with pytest.raises(Refused, match="Who is in the bid has changed"):
        sign_cover(by=joint.owner, cover=cover)


def test_nothing_is_kept_when_the_record_fails(monkeypatch):
    joint = scene()
    cover = asked(joint)

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(services.audit, "record", broken)
    with pytest.raises(RuntimeError):
        sign_cover(by=joint.owner, cover=cover)
    assert Cover.objects.get().status == "proposed"


# --- who sees it


def test_covers_are_seen_by_sponsor_member_and_lead_alone():
    joint = scene()
    sponsor = registered_outsider(annual_income_pence=900_000_00)
    cover = asked(joint, sponsor=sponsor)
    for house in (joint.lead, joint.partner, sponsor):
        assert list(covers_visible_to(member(Role.VIEWER, house))) == [cover]
    strangers = [
        member(Role.OWNER),
        member(Role.AUDITOR),
        member(Role.DIRECTOR, joint.opportunity.organisation),
        member(Role.SERVICE_ADMINISTRATOR),
    ]
    for person in strangers:
        assert not covers_visible_to(person).exists()


def test_other_bid_is_not_touched():
    first, second = scene(), joint_bid()
    cover = signed(first)
    leaving(second)
    assert Cover.objects.get(pk=cover.pk).status == "signed"
