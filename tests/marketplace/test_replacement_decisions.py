"""The panel looks again at a bid in which a member is to be replaced, and what follows from its decision."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from alliances.services.agreements import create_alliance
from core.access import Refused, Stale
from core.holdings import held_about
from core.models import Event, Membership, MembershipRole, Notice
from core.roles import Role
from core.services.leaving import close_organisation
from marketplace import seal
from marketplace.models import Opportunity, SealedCosts
from marketplace.policies.awards import may_award_to
from marketplace.policies.evaluation import may_score
from marketplace.queries.awards import ranking_of
from marketplace.queries.bid_costs import costs_for
from marketplace.queries.bid_words import own_words, sealed_bytes
from marketplace.queries.bids import bids_visible_to, live_consents
from marketplace.queries.profiles import profiles_in
from marketplace.queries.replacements import key_of, replacements_visible_to, words_handed_in
from marketplace.services import replacement_decisions
from marketplace.services.awards import agree_score, end_without_award, make_award
from marketplace.services.evaluation import save_score
from marketplace.services.opportunities import cancel_opportunity
from marketplace.services.replacement_decisions import accept_replacement, declare_tie, refuse_replacement
from providers.models import DeclarationKind
from providers.services.consortia import leave_consortium
from tests.factories import covers
from tests.factories.core import member
from tests.factories.marketplace import BidFactory
from tests.factories.providers import declaration
from tests.factories.replacements import accepted, change, opened
from tests.marketplace.evaluation_scene import Scene, agree_everything, score_everything

pytestmark = pytest.mark.django_db

WHY = "The work can be done by it just as well."


def refuse(made, replacement, by=None, reason=WHY):
    return refuse_replacement(by=by or made.chair.user, replacement=replacement, reason=reason)


def ready(made, *rivals):
    """Everything is agreed and every organisation has declared: the director could award."""
    scene = Scene(
        made.opportunity, made.directors[0], made.directors[0], made.chair, made.other, [made.bid, *rivals]
    )
    Opportunity.objects.filter(pk=made.opportunity.pk).update(status="moderation")
    score_everything(scene, scene.chair)
    score_everything(scene, scene.other)
    made.opportunity.panel.update(locked_at=timezone.now())
    agree_everything(scene)
    for organisation, owner in (
        (made.joint.lead, made.joint.owner),
        (made.joint.partner, made.joint.partner_owner),
        (made.coming, made.coming_owner),
    ):
        for kind in DeclarationKind:
            declaration(organisation, kind, owner)
    return made.opportunity


def award(made):
    bid = made.bid
    ranking = ranking_of(bid.lot)
    return make_award(bid=bid, reason="It is the best one.", seen=ranking.fingerprint, by=made.directors[0])


# --- ties


def test_nobody_on_the_panel_goes_on_before_they_have_declared():
    made, replacement = opened()
    user, criterion = made.chair.user, made.opportunity.criteria.first()
    with pytest.raises(Refused, match="Say first whether you have a tie"):
        save_score(bid=made.bid, criterion=criterion, points=3, reason=WHY, version=1, by=user)
    declare_tie(by=user, replacement=replacement, is_free=True)
    assert may_score(user, made.opportunity)
    assert not may_score(made.other.user, made.opportunity)


def test_chair_agrees_no_scores_before_they_have_declared():
    made, _replacement = opened()
    ready(made)
    criterion = made.opportunity.criteria.first()
    with pytest.raises(Refused, match="Say first whether you have a tie"):
        agree_score(bid=made.bid, criterion=criterion, points=3, reason=WHY, version=2, by=made.chair.user)


def test_whoever_has_a_tie_is_shut_out_until_it_is_refused_and_the_chair_is_told():
    made, replacement = opened()
    declare_tie(by=made.other.user, replacement=replacement, is_free=False)
    assert Notice.objects.get(kind="marketplace/replacement_tie").recipient == made.chair.user
    assert "You said that you have a tie" in str(may_score(made.other.user, made.opportunity).reason)
    declare_tie(by=made.chair.user, replacement=replacement, is_free=True)
    with pytest.raises(Refused, match="have a tie with"):
        made.accept(replacement)
    refuse(made, replacement)
    assert may_score(made.other.user, made.opportunity)


def test_last_word_on_ties_counts():
    made, replacement = opened()
    made.declare(replacement, is_free=False)
    made.declare(replacement)
    assert replacement.declarations.count() == 2
    made.accept(replacement)


def test_whoever_works_for_the_newcomer_stops_it_whatever_they_declared():
    made, replacement = opened()
    made.declare(replacement)
    place = Membership.objects.create(user=made.other.user, organisation=made.coming, status="active")
    MembershipRole.objects.create(membership=place, role=Role.VIEWER)
    with pytest.raises(Refused, match="belongs to"):
        made.accept(replacement)
    assert "belongs to" in str(may_score(made.other.user, made.opportunity).reason)


def test_who_is_to_come_in_is_no_conflict_before_the_opening():
    made = change()
    made.agreed()
    place = Membership.objects.create(user=made.other.user, organisation=made.coming, status="active")
    MembershipRole.objects.create(membership=place, role=Role.VIEWER)
    made.open_bids()
    assert made.opportunity.status == "evaluation"


def test_only_the_panel_declares_and_only_while_it_waits():
    made = change()
    replacement = made.agreed()
    with pytest.raises(Refused, match="between the opening"):
        declare_tie(by=made.chair.user, replacement=replacement, is_free=True)
    made.open_bids()
    for person in (made.directors[0], made.joint.owner, made.coming_owner):
        with pytest.raises(PermissionDenied):
            declare_tie(by=person, replacement=replacement, is_free=True)


# --- deciding


def test_accepted_newcomer_stands_in_the_bid_and_the_sealed_bid_is_as_it_was():
    made, replacement = opened()
    before = sealed_bytes(made.bid.submissions.get())
    made.declare(replacement)
    made.accept(replacement)
    places = {place.organisation: (place.share_bps, place.part) for place in made.bid.members.all()}
    assert places[made.coming] == (4_000, "Mentoring in two towns")
    assert set(places) == {made.joint.lead, made.coming}
    assert sum(share for share, _part in places.values()) == 10_000
    assert sealed_bytes(made.bid.submissions.get()) == before
    assert {each["id"] for each in words_handed_in(made.bid)["members"]} == {
        made.joint.lead.pk,
        made.joint.partner.pk,
    }
    assert {each["id"] for each in own_words(made.bid)["members"]} == {made.joint.lead.pk, made.coming.pk}
    replacement.refresh_from_db()
    assert replacement.snapshot_left.organisation == made.joint.partner
    assert [place.snapshot.organisation for place in profiles_in(made.chair.user, made.bid)] == [
        made.joint.lead,
        made.coming,
    ]


def test_acceptance_is_told_recorded_and_ends_what_the_leaver_agreed_to():
    made, _replacement = accepted()
    told = Notice.objects.filter(kind="marketplace/replacement_accepted")
    everybody = {made.joint.owner, made.joint.writer, made.joint.partner_owner, made.coming_owner}
    assert {each.recipient for each in told} == everybody | {made.chair.user, made.other.user}
    assert not live_consents(made.bid).filter(organisation=made.joint.partner)
    event = Event.objects.get(action="replacement.accept")
    assert (event.object_id, event.after["coming"], event.after["leaving"]) == (
        made.bid.pk,
        made.coming.pk,
        made.joint.partner.pk,
    )


def test_covers_fall_with_the_change():
    made = change()
    cover = covers.signed(made.joint)
    replacement = made.agreed()
    made.open_bids()
    cover.refresh_from_db()
    assert cover.status == "signed"
    made.declare(replacement)
    made.accept(replacement)
    cover.refresh_from_db()
    assert cover.status == "fallen"
    told = Notice.objects.filter(kind="marketplace/cover_fallen")
    assert {each.recipient for each in told} >= {made.joint.owner, made.joint.partner_owner}


def test_leaver_reads_what_was_handed_in_and_not_the_bid_as_it_is():
    made, replacement = accepted()
    leaver, comer = made.joint.partner_owner, made.coming_owner
    assert not bids_visible_to(leaver).exists()
    assert replacements_visible_to(leaver).get() == replacement
    assert bids_visible_to(comer).get() == made.bid


def test_costs_of_the_leaver_cannot_be_worked_out_from_the_sum():
    made, replacement = opened()
    key = key_of(made.bid)
    for organisation, pence in ((made.joint.lead, 5_000_00), (made.joint.partner, 3_000_00)):
        lines = seal.canonical({"bid": made.bid.pk, "lines": [{"label": "Rent", "amount_pence": pence}]})
        SealedCosts.objects.create(bid=made.bid, organisation=organisation, sealed_content=seal.seal(lines, key))
    before = costs_for(made.joint.owner, made.bid).total_pence
    made.declare(replacement)
    made.accept(replacement)
    assert costs_for(made.joint.owner, made.bid).total_pence == before == 8_000_00
    assert costs_for(made.coming_owner, made.bid).own[0].lines == []
    assert costs_for(made.joint.partner_owner, made.bid) is None


def test_leaver_may_part_from_the_consortium_afterwards():
    made, _replacement = accepted()
    place = made.bid.consortium.members.get(organisation=made.joint.partner)
    leave_consortium(by=made.joint.partner_owner, place=place, reason="No staff any more.")


def test_refused_bid_stays_as_it_was_and_another_can_be_proposed():
    made, replacement = opened()
    refuse(made, replacement)
    replacement.refresh_from_db()
    assert (replacement.status, replacement.reason) == ("refused", WHY)
    assert made.bid.members.filter(organisation=made.joint.partner).exists()
    assert Notice.objects.filter(kind="marketplace/replacement_refused", recipient=made.joint.owner).exists()
    made.propose()


def test_panel_need_not_wait_for_organisations_that_do_not_answer():
    made = change()
    replacement = made.propose()
    made.open_bids()
    with pytest.raises(Refused, match="Both organisations have to agree"):
        made.accept(replacement)
    assert may_score(made.chair.user, made.opportunity)
    refuse(made, replacement)


def test_acceptance_waits_for_every_declaration_and_needs_a_reason():
    made, replacement = opened()
    declare_tie(by=made.chair.user, replacement=replacement, is_free=True)
    with pytest.raises(Refused, match=made.other.user.name):
        made.accept(replacement)
    declare_tie(by=made.other.user, replacement=replacement, is_free=True)
    with pytest.raises(Refused, match="at least 3 words"):
        accept_replacement(by=made.chair.user, replacement=replacement, reason="Good")
    with pytest.raises(Refused, match="at least 3 words"):
        refuse(made, replacement, reason="Bad")


def test_only_the_chair_decides_and_only_between_opening_and_award():
    made = change()
    replacement = made.agreed()
    with pytest.raises(Refused, match="between the opening"):
        refuse(made, replacement)
    made.open_bids()
    made.declare(replacement)
    for person in (made.other.user, made.directors[0], made.joint.owner):
        with pytest.raises(PermissionDenied):
            refuse(made, replacement, by=person)
        with pytest.raises(PermissionDenied):
            accept_replacement(by=person, replacement=replacement, reason=WHY)


def test_nobody_decides_twice():
    made, replacement = accepted()
    for act in (made.accept, lambda each: refuse(made, each)):
        with pytest.raises(Refused, match=r"can no longer be done|Both organisations"):
            act(replacement)


def test_nothing_stays_of_an_acceptance_that_fails_at_its_end(monkeypatch):
    made, replacement = opened()
    made.declare(replacement)

    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(replacement_decisions, "record", fails)
    with pytest.raises(RuntimeError):
        made.accept(replacement)
    replacement.refresh_from_db()
    assert replacement.status == "agreed"
    assert made.bid.members.filter(organisation=made.joint.partner).exists()


# --- the award


@pytest.mark.parametrize("stage", ["proposed", "agreed"])
def test_bid_cannot_win_before_the_panel_has_looked_again(stage):
    made = change()
    replacement = made.agreed() if stage == "agreed" else made.propose()
    made.open_bids()
    ready(made)
    with pytest.raises(Refused, match="has yet to decide"):
        award(made)
    if stage == "agreed":
        made.declare(replacement)
    refuse(made, replacement)
    assert award(made).bid == made.bid


def test_director_who_saw_the_old_members_looks_again():
    made, replacement = opened()
    ready(made)
    seen = ranking_of(made.bid.lot).fingerprint
    made.declare(replacement)
    made.accept(replacement)
    with pytest.raises(Stale, match="Look at the places again"):
        make_award(bid=made.bid, reason="It is the best one.", seen=seen, by=made.directors[0])


def test_newcomer_has_to_declare_before_the_award():
    made, _replacement = accepted()
    opportunity = ready(made)
    bid = made.bid
    made.coming.declarations.all().delete()
    assert made.coming.name in str(may_award_to(made.directors[0], bid).reason)
    assert opportunity.status == "moderation"


def test_alliance_is_made_of_those_who_are_in_the_bid_now():
    made, _replacement = accepted()
    ready(made)
    decision = award(made)
    alliance = create_alliance(
        by=made.directors[0],
        award=decision,
        form_key=uuid.uuid4(),
        name="Two towns",
        purpose="Homes for people leaving prison.",
        principles="We are equal parties.",
    )
    shares = {place.organisation: place.share_bps for place in alliance.members.all()}
    assert (shares[made.joint.lead], shares[made.coming]) == (6_000, 4_000)
    assert made.joint.partner not in shares


def test_what_was_proposed_lapses_with_the_end_of_the_opportunity():
    made, replacement = opened()
    ending = end_without_award(
        opportunity=made.opportunity, reason="Nobody fits it.", arrived_at=timezone.now(), by=made.directors[0]
    )
    replacement.refresh_from_db()
    assert (ending.opportunity, replacement.status) == (made.opportunity, "lapsed")
    told = Notice.objects.filter(kind="marketplace/replacement_lapsed")
    assert {each.recipient for each in told} >= {made.joint.owner, made.coming_owner, made.joint.partner_owner}


def test_what_was_proposed_lapses_when_the_opportunity_is_cancelled():
    made = change()
    replacement = made.agreed()
    cancel_opportunity(by=made.directors[0], opportunity=made.opportunity, reason="The money is gone.")
    replacement.refresh_from_db()
    assert replacement.status == "lapsed"


def test_what_was_proposed_for_a_bid_that_loses_lapses():
    made, replacement = opened()
    rival = BidFactory(opened=True, opportunity=made.opportunity)
    for kind in DeclarationKind:
        declaration(rival.organisation, kind, member(Role.OWNER, rival.organisation))
    opportunity = ready(made, rival)
    seen = ranking_of(opportunity.lots.get()).fingerprint
    make_award(bid=rival, reason="It is the best one.", seen=seen, by=made.directors[0])
    replacement.refresh_from_db()
    assert (made.bid.status, replacement.status) == ("unsuccessful", "lapsed")


# --- what is held


def of(organisation, owner, name):
    return next(each.rows for each in held_about(organisation, owner) if each.name == name)


def test_lead_and_both_organisations_find_it_in_what_is_held_about_them():
    made, replacement = opened()
    lines = seal.canonical({"bid": made.bid.pk, "lines": [{"label": "Rent", "amount_pence": 5}]})
    sealed = seal.seal(lines, key_of(made.bid))
    SealedCosts.objects.create(bid=made.bid, organisation=made.joint.partner, sealed_content=sealed)
    made.declare(replacement)
    made.accept(replacement)
    for organisation, owner in (
        (made.joint.lead, made.joint.owner),
        (made.joint.partner, made.joint.partner_owner),
        (made.coming, made.coming_owner),
    ):
        (row,) = of(organisation, owner, "members_replaced")
        assert (row["status"], row["words"]["share_bps"]) == ("accepted", 4_000)
        assert bool(row["own_costs"]) is (organisation == made.joint.partner)
    assert of(made.coming, made.coming_owner, "bids")[0]["bid"] == made.bid.pk
    assert not of(made.joint.partner, made.joint.partner_owner, "bids")


# --- closing an account


def test_newcomer_that_closes_its_account_says_no_first():
    made = change()
    replacement = made.agreed()
    close_organisation(by=made.coming_owner, organisation=made.coming)
    replacement.refresh_from_db()
    assert replacement.status == "declined"


def test_account_of_whoever_left_can_be_closed_and_of_whoever_came_cannot():
    made, replacement = opened()
    with pytest.raises(Refused, match="waits for a decision"):
        close_organisation(by=made.joint.partner_owner, organisation=made.joint.partner)
    made.declare(replacement)
    made.accept(replacement)
    with pytest.raises(Refused, match="waits for a decision"):
        close_organisation(by=made.coming_owner, organisation=made.coming)
    close_organisation(by=made.joint.partner_owner, organisation=made.joint.partner)
