"""An alliance is made, written, sent out to be signed and taken back."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied

from alliances.models import Alliance
from alliances.principles import starter_principles
from alliances.queries.wording import agreement_of, read, written
from alliances.services.agreements import ask_signatures, create_alliance, edit_again, update_alliance
from core.access import Refused, Stale
from core.fingerprints import fingerprint
from core.models import Event, MembershipRole, Notice
from core.roles import Role
from marketplace.models import Bid, BidMember, Opportunity
from tests.factories.alliances import AllianceFactory, award, provider_of, sign_for
from tests.factories.core import OrganisationFactory, member

pytestmark = pytest.mark.django_db


def created(by, decision, **changes):
    words = {"name": "Homes for Dorset", "purpose": "A home for everyone.", "principles": "We are equal parties."}
    return create_alliance(**{"by": by, "award": decision, "form_key": uuid.uuid4(), **words, **changes})


# --- made from an award


def test_alliance_copies_everything_from_the_award():
    decision = award(providers=3)
    opportunity = decision.lot.opportunity

    alliance = created(decision.awarded_by, decision)

    assert alliance.status == "draft"
    assert alliance.organisation == opportunity.organisation
    assert alliance.budget_pence == decision.bid.price_pence
    assert (alliance.starts_on, alliance.ends_on) == (opportunity.starts_on, opportunity.ends_on)
    assert [(place.organisation_id, place.share_bps) for place in alliance.members.all()] == [
        (opportunity.organisation_id, 0),
        *(
            (place.organisation_id, place.share_bps)
            for place in BidMember.objects.filter(bid=decision.bid).order_by("-share_bps")
        ),
    ]
    assert list(alliance.outcomes.values_list("indicator", "baseline", "target", "weight_bps")) == list(
        opportunity.outcomes.values_list("indicator", "baseline", "target", "weight_bps")
    )
    assert Event.objects.get(action="alliance.create").object_id == alliance.pk


def test_term_can_differ_from_the_opportunity():
    decision = award()
    first, last = datetime.date(2026, 4, 1), datetime.date(2029, 3, 31)

    alliance = created(decision.awarded_by, decision, starts_on=first, ends_on=last)

    assert (alliance.starts_on, alliance.ends_on) == (first, last)


def test_same_form_twice_makes_one_alliance():
    decision, key = award(), uuid.uuid4()

    first = created(decision.awarded_by, decision, form_key=key)

    assert created(decision.awarded_by, decision, form_key=key) == first
    assert Alliance.objects.count() == 1
    assert Event.objects.filter(action="alliance.create").count() == 1


def test_form_key_of_somebody_else_is_refused():
    decision, key = award(), uuid.uuid4()
    created(decision.awarded_by, decision, form_key=key)
    colleague = member(Role.COMMISSIONING_MANAGER, decision.lot.opportunity.organisation)

    with pytest.raises(Refused, match="used before"):
        created(colleague, decision, form_key=key)


def test_award_leads_to_one_alliance():
    decision = award()
    created(decision.awarded_by, decision)

    with pytest.raises(Refused, match="already"):
        created(decision.awarded_by, decision)


def test_award_by_another_route_is_refused():
    decision = award(route="tender")

    with pytest.raises(Refused, match="another route"):
        created(decision.awarded_by, decision)


def test_award_without_price_is_refused():
    decision = award()
    Bid.objects.update(price_pence=None)

    with pytest.raises(Refused, match="no price"):
        created(decision.awarded_by, decision)


def test_shares_that_do_not_make_a_whole_are_refused():
    decision = award()
    BidMember.objects.filter(is_lead=True).update(share_bps=5999)

    with pytest.raises(Refused, match="do not make 100%"):
        created(decision.awarded_by, decision)


def test_outcome_weights_that_do_not_make_a_whole_are_refused():
    decision = award()
    decision.lot.opportunity.outcomes.filter(number=1).delete()

    with pytest.raises(Refused, match="weights"):
        created(decision.awarded_by, decision)


def test_missing_dates_are_refused():
    decision = award()
    Opportunity.objects.update(starts_on=None, ends_on=None)

    with pytest.raises(Refused, match="starts and ends"):
        created(decision.awarded_by, decision)
    assert not Alliance.objects.exists()


@pytest.mark.parametrize("role", [Role.PANEL_MEMBER, Role.COMMISSIONER_FINANCE, Role.PRACTITIONER])
def test_role_without_the_right_cannot_make_one(role):
    decision = award()

    with pytest.raises(PermissionDenied):
        created(member(role, decision.lot.opportunity.organisation), decision)


def test_another_body_cannot_make_one():
    with pytest.raises(PermissionDenied):
        created(member(Role.DIRECTOR), award())


def test_nothing_is_left_when_it_fails_half_way(monkeypatch):
    decision = award()

    def broken(alliance, award):
        raise RuntimeError

    monkeypatch.setattr("alliances.services.agreements._copy_outcomes", broken)
    with pytest.raises(RuntimeError):
        created(decision.awarded_by, decision)

    assert not Alliance.objects.exists()
    assert not Event.objects.filter(action="alliance.create").exists()


def test_starter_principles_fit_their_field():
    lines = starter_principles().splitlines()

    assert len(lines) >= 8
    assert len(starter_principles()) < 5000


# --- written


def changed(by, alliance, **changes):
    fields = {
        "name": "A new name",
        "purpose": alliance.purpose,
        "principles": alliance.principles,
        "starts_on": alliance.starts_on,
        "ends_on": alliance.ends_on,
    }
    return update_alliance(**{"by": by, "alliance": alliance, "version": alliance.version, **fields, **changes})


def test_draft_is_changed_and_counts_on():
    alliance = AllianceFactory()
    manager = member(Role.COMMISSIONING_MANAGER, alliance.organisation)

    changed(manager, alliance)

    alliance.refresh_from_db()
    assert (alliance.name, alliance.version, alliance.updated_by) == ("A new name", 2, manager)
    event = Event.objects.get(action="alliance.update")
    assert list(event.after) == ["name"]
    assert event.after["name"] == "A new name"


def test_second_of_two_who_edit_is_told():
    alliance = AllianceFactory()
    first, second = (member(Role.COMMISSIONING_MANAGER, alliance.organisation) for _ in range(2))
    changed(first, alliance)

    with pytest.raises(Stale, match=first.name):
        changed(second, alliance, version=1, name="Another name")
    alliance.refresh_from_db()
    assert alliance.name == "A new name"


def test_term_must_end_after_it_starts():
    alliance = AllianceFactory()

    with pytest.raises(Refused, match="end after it starts"):
        changed(member(Role.DIRECTOR, alliance.organisation), alliance, ends_on=alliance.starts_on)


@pytest.mark.parametrize(("stage", "says"), [("signing", "Take it back"), ("active", "cannot be changed")])
def test_text_is_not_changed_beyond_the_draft(stage, says):
    alliance = AllianceFactory(**{stage: True})

    with pytest.raises(Refused, match=says):
        changed(member(Role.DIRECTOR, alliance.organisation), alliance)


def test_provider_cannot_change_the_text():
    alliance = AllianceFactory()

    with pytest.raises(PermissionDenied):
        changed(member(Role.OWNER, provider_of(alliance)), alliance)


# --- the exact text


def test_text_is_the_same_for_the_same_rows():
    alliance = AllianceFactory(providers=3)

    again = Alliance.objects.get(pk=alliance.pk)

    assert written(alliance) == written(again)
    assert fingerprint(written(alliance)) == fingerprint(written(again))
    assert len(fingerprint(written(again))) == 64


@pytest.mark.parametrize(
    "change",
    [
        lambda alliance: Alliance.objects.filter(pk=alliance.pk).update(principles="Others."),
        lambda alliance: Alliance.objects.filter(pk=alliance.pk).update(budget_pence=alliance.budget_pence + 1),
        lambda alliance: alliance.members.filter(share_bps=4000).update(part="Something else"),
        lambda alliance: alliance.outcomes.filter(number=1).update(target="60.01"),
        lambda alliance: OrganisationFactory._meta.model.objects.filter(pk=provider_of(alliance).pk).update(
            name="X"
        ),
    ],
)
def test_fingerprint_changes_with_every_word(change):
    alliance = AllianceFactory()
    before = fingerprint(written(alliance))

    change(alliance)

    assert fingerprint(written(Alliance.objects.get(pk=alliance.pk))) != before


def test_parts_add_up_to_the_budget_exactly():
    agreement = read(written(AllianceFactory(providers=3, budget_pence=10_000_01)))

    assert [party.money_pence for party in agreement.providers] == [5_000_01, 3_000_00, 2_000_00]
    assert sum(party.money_pence for party in agreement.parties) == 10_000_01
    assert [party.money_pence for party in agreement.commissioners] == [0]


def test_party_keeps_the_name_it_signed_under():
    alliance = AllianceFactory(active=True)
    provider = provider_of(alliance)
    type(provider).objects.filter(pk=provider.pk).update(name="Renamed since")

    alliance = Alliance.objects.get(pk=alliance.pk)

    assert "Renamed since" not in [party.name for party in agreement_of(alliance).parties]
    assert fingerprint(alliance.agreed_text) == alliance.agreed_sha256


# --- sent out to be signed


def test_asking_freezes_the_text_and_tells_whoever_may_sign():
    alliance = AllianceFactory()
    director = member(Role.DIRECTOR, alliance.organisation)
    owner = member(Role.OWNER, provider_of(alliance))
    member(Role.BID_WRITER, provider_of(alliance))

    asked = ask_signatures(by=director, alliance=alliance, version=1)

    assert asked.status == "signing"
    assert asked.agreed_text == written(alliance)
    assert asked.agreed_sha256 == fingerprint(asked.agreed_text)
    notices = Notice.objects.filter(kind="alliances/signature_asked")
    assert {notice.recipient for notice in notices} == {director, owner}
    place = alliance.members.get(organisation=provider_of(alliance))
    assert notices.get(recipient=owner).url == f"/alliances/{alliance.pk}/sign/{place.pk}/"
    assert place.organisation.name in notices.get(recipient=owner).body
    assert Event.objects.get(action="alliance.ask_signatures").after == {"sha256": asked.agreed_sha256}


def test_asking_for_a_text_one_has_not_read_is_refused():
    alliance = AllianceFactory()
    manager, director = (
        member(role, alliance.organisation) for role in (Role.COMMISSIONING_MANAGER, Role.DIRECTOR)
    )
    changed(manager, alliance)

    with pytest.raises(Stale, match=manager.name):
        ask_signatures(by=director, alliance=alliance, version=1)
    alliance.refresh_from_db()
    assert alliance.status == "draft"


def test_asking_twice_is_refused():
    alliance = AllianceFactory(signing=True)

    with pytest.raises(Refused, match="signing"):
        ask_signatures(by=member(Role.DIRECTOR, alliance.organisation), alliance=alliance, version=1)


def test_term_that_is_over_is_not_sent_out():
    alliance = AllianceFactory(ends_on=datetime.date(2020, 1, 1), starts_on=datetime.date(2019, 1, 1))

    with pytest.raises(Refused, match="is over"):
        ask_signatures(by=member(Role.DIRECTOR, alliance.organisation), alliance=alliance, version=1)


def test_provider_cannot_ask_for_signatures():
    alliance = AllianceFactory()

    with pytest.raises(PermissionDenied):
        ask_signatures(by=member(Role.OWNER, provider_of(alliance)), alliance=alliance, version=1)


# --- taken back


def test_taking_back_lapses_every_signature_and_tells_those_who_signed():
    alliance = AllianceFactory(signing=True)
    places = {place.organisation: place for place in alliance.members.all()}
    signed = places[provider_of(alliance)]
    sign_for(signed)
    waiting = member(Role.OWNER, provider_of(alliance, 1))
    director = member(Role.DIRECTOR, alliance.organisation)

    edit_again(by=director, alliance=alliance, reason="The second outcome was wrong.")

    alliance.refresh_from_db()
    assert (alliance.status, alliance.agreed_text, alliance.agreed_sha256) == ("draft", "", "")
    assert not alliance.members.filter(signed_at__isnull=False).exists()
    notices = Notice.objects.filter(kind="alliances/signatures_lapsed")
    assert {notice.recipient for notice in notices} == {signed.signed_by, waiting}
    assert "The second outcome was wrong." in notices[0].body
    event = Event.objects.get(action="alliance.edit_again")
    assert (event.reason, event.before["signed"]) == ("The second outcome was wrong.", [str(signed.organisation)])


def test_version_read_before_signing_is_stale_after_it_came_back():
    alliance = AllianceFactory(signing=True)
    director = member(Role.DIRECTOR, alliance.organisation)
    edit_again(by=director, alliance=alliance, reason="A word was missing.")

    with pytest.raises(Stale):
        changed(director, alliance, version=1)


def test_taking_back_needs_a_reason():
    alliance = AllianceFactory(signing=True)

    with pytest.raises(Refused, match="what has to change"):
        edit_again(by=member(Role.DIRECTOR, alliance.organisation), alliance=alliance, reason="  ")


def test_signed_agreement_is_not_taken_back():
    alliance = AllianceFactory(active=True)

    with pytest.raises(Refused, match="active"):
        edit_again(by=member(Role.DIRECTOR, alliance.organisation), alliance=alliance, reason="Second thoughts.")


def test_provider_cannot_take_the_text_back():
    alliance = AllianceFactory(signing=True)

    with pytest.raises(PermissionDenied):
        edit_again(by=member(Role.OWNER, provider_of(alliance)), alliance=alliance, reason="Not ours to do.")


def test_whoever_signed_is_told_in_another_role_too():
    alliance = AllianceFactory(signing=True)
    place = alliance.members.get(organisation=provider_of(alliance))
    sign_for(place)
    MembershipRole.objects.filter(membership__user=place.signed_by).update(role=Role.VIEWER)

    edit_again(by=member(Role.DIRECTOR, alliance.organisation), alliance=alliance, reason="A typing error.")

    assert Notice.objects.get(kind="alliances/signatures_lapsed").recipient == place.signed_by
