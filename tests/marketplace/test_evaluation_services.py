"""Panel and opening: what each service does, refuses, and leaves as it was."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.access import Refused
from core.models import Event, Notice
from core.roles import Role
from marketplace.models import Bid, Opportunity, PanelMember, Submission
from marketplace.services import evaluation as services
from marketplace.services.bid_submission import submit_bid
from tests.factories.core import member
from tests.factories.marketplace import BidFactory, OpportunityFactory, panel_member
from tests.marketplace.evaluation_scene import REASON, evaluation, in_moderation, score_everything

pytestmark = pytest.mark.django_db


def actions():
    return list(Event.objects.order_by("sequence").values_list("action", flat=True))


def told(user):
    return list(Notice.objects.filter(recipient=user).values_list("kind", flat=True))


# --- the panel


@pytest.fixture
def closed():
    """A closed opportunity with a manager, before its bids are opened."""
    opportunity = OpportunityFactory(is_closed=True)
    return opportunity, member(Role.COMMISSIONING_MANAGER, opportunity.organisation)


def appoint(opportunity, manager, person=None, **more):
    person = person or member(Role.PANEL_MEMBER, opportunity.organisation)
    return services.appoint_to_panel(opportunity=opportunity, person=person, by=manager, **more)


def test_appointed_person_sits_on_the_panel_and_is_told(closed):
    opportunity, manager = closed
    seat = appoint(opportunity, manager, is_chair=True)
    assert seat.is_chair
    assert told(seat.user) == ["marketplace/panel_appointed"]
    assert actions() == ["panel.appoint"]


def test_appointment_works_before_the_deadline_too():
    opportunity = OpportunityFactory(is_open=True)
    assert appoint(opportunity, member(Role.DIRECTOR, opportunity.organisation)).pk


def test_second_chair_takes_over(closed):
    opportunity, manager = closed
    first = appoint(opportunity, manager, is_chair=True)
    appoint(opportunity, manager, is_chair=True)
    assert opportunity.panel.filter(is_chair=True).count() == 1
    first.refresh_from_db()
    assert not first.is_chair


def test_appointment_needs_the_right_in_that_body(closed):
    opportunity, _manager = closed
    with pytest.raises(PermissionDenied):
        appoint(opportunity, member(Role.COMMISSIONING_MANAGER))
    assert not opportunity.panel.exists()


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.PRACTITIONER])
def test_person_without_the_right_to_score_is_not_appointed(closed, role):
    opportunity, manager = closed
    with pytest.raises(Refused, match="no role that scores"):
        appoint(opportunity, manager, member(role, opportunity.organisation))


def test_person_of_another_body_is_not_appointed(closed):
    opportunity, manager = closed
    with pytest.raises(Refused, match="no role that scores"):
        appoint(opportunity, manager, member(Role.PANEL_MEMBER))


def test_person_is_appointed_once(closed):
    opportunity, manager = closed
    seat = appoint(opportunity, manager)
    with pytest.raises(Refused, match="already"):
        appoint(opportunity, manager, seat.user)
    assert opportunity.panel.count() == 1


@pytest.mark.parametrize(("state", "says"), [("draft", "once the opportunity is published"), ("awarded", "over")])
def test_panel_is_not_changed_outside_its_time(closed, state, says):
    opportunity, manager = closed
    Opportunity.objects.filter(pk=opportunity.pk).update(status=state)
    with pytest.raises(Refused, match=says):
        appoint(opportunity, manager)


def test_bidder_is_not_appointed_once_bids_are_open():
    scene = evaluation()
    person = member(Role.PANEL_MEMBER, scene.opportunity.organisation)
    Bid.objects.get(pk=scene.bids[0].pk).organisation.memberships.create(user=person, status="active")
    with pytest.raises(Refused, match="belongs to"):
        appoint(scene.opportunity, scene.manager, person)


def test_who_bids_stays_unknown_at_appointment_before_opening(closed):
    opportunity, manager = closed
    person = member(Role.PANEL_MEMBER, opportunity.organisation)
    bid = sealed_bid(opportunity)
    bid.organisation.memberships.create(user=person, status="active")
    assert appoint(opportunity, manager, person).pk


def test_chair_changes(closed):
    opportunity, manager = closed
    first, second = appoint(opportunity, manager, is_chair=True), appoint(opportunity, manager)
    services.make_chair(seat=second, by=manager)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_chair, second.is_chair) == (False, True)
    assert actions()[-1] == "panel.chair"


def test_chair_changes_during_moderation_and_needs_the_right():
    scene = in_moderation()
    with pytest.raises(PermissionDenied):
        services.make_chair(seat=scene.other, by=scene.chair.user)
    assert services.make_chair(seat=scene.other, by=scene.director).is_chair


def test_making_the_chair_chair_again_changes_nothing(closed):
    opportunity, manager = closed
    seat = appoint(opportunity, manager, is_chair=True)
    services.make_chair(seat=seat, by=manager)
    assert actions() == ["panel.appoint"]


def test_chair_does_not_change_after_the_decision():
    scene = in_moderation()
    Opportunity.objects.filter(pk=scene.opportunity.pk).update(status="awarded")
    with pytest.raises(Refused, match="decision has been made"):
        services.make_chair(seat=scene.other, by=scene.director)


def test_member_who_scored_nothing_is_removed_without_trace_on_the_panel(closed):
    opportunity, manager = closed
    seat = appoint(opportunity, manager)
    services.remove_from_panel(seat=seat, by=manager)
    assert not opportunity.panel.exists()
    assert actions() == ["panel.appoint", "panel.remove"]
    assert appoint(opportunity, manager, seat.user).pk


def test_member_who_scored_is_stood_down_and_the_scores_are_kept():
    scene = evaluation()
    panel_member(scene.opportunity)
    score_everything(scene, scene.other)
    services.remove_from_panel(seat=scene.other, reason="Ill for the rest of the month.", by=scene.manager)
    scene.other.refresh_from_db()
    assert scene.other.stood_down_by == scene.manager
    assert scene.other.scores.count() == 4
    with pytest.raises(Refused, match="stood down"):
        appoint(scene.opportunity, scene.manager, scene.other.user)
    with pytest.raises(Refused, match="left the panel"):
        services.remove_from_panel(seat=scene.other, reason=REASON, by=scene.manager)
    with pytest.raises(Refused, match="left the panel"):
        services.make_chair(seat=scene.other, by=scene.manager)


def test_standing_down_takes_a_reason():
    scene = evaluation()
    panel_member(scene.opportunity)
    score_everything(scene, scene.other)
    with pytest.raises(Refused, match="at least 3 words"):
        services.remove_from_panel(seat=scene.other, reason="ill", by=scene.manager)
    scene.other.refresh_from_db()
    assert scene.other.stood_down_at is None


def test_panel_keeps_its_chair_and_two_people_once_bids_are_open():
    scene = evaluation()
    with pytest.raises(Refused, match="chair first"):
        services.remove_from_panel(seat=scene.chair, by=scene.manager)
    with pytest.raises(Refused, match="at least two people"):
        services.remove_from_panel(seat=scene.other, by=scene.manager)


def test_removing_the_last_who_has_not_locked_begins_moderation():
    scene = evaluation()
    slow = panel_member(scene.opportunity)
    scene.opportunity.panel.exclude(pk=slow.pk).update(locked_at=timezone.now())
    services.remove_from_panel(seat=slow, by=scene.manager)
    assert scene.again().status == "moderation"
    assert told(scene.chair.user) == ["marketplace/scores_complete"]


def test_removing_twice_is_refused_with_a_sentence(closed):
    opportunity, manager = closed
    seat = appoint(opportunity, manager)
    copy = PanelMember.objects.get(pk=seat.pk)
    services.remove_from_panel(seat=seat, by=manager)
    with pytest.raises(Refused, match="has left"):
        services.remove_from_panel(seat=copy, by=manager)


def test_removal_needs_the_right():
    scene = evaluation()
    with pytest.raises(PermissionDenied):
        services.remove_from_panel(seat=scene.other, by=scene.chair.user)


@pytest.mark.parametrize(
    "gone",
    [
        {"stood_down_at": timezone.now()},
        {"stood_down_reason": "ill"},
        {"stood_down_at": timezone.now(), "stood_down_reason": "ill", "is_chair": True},
    ],
)
def test_database_refuses_half_a_standing_down(gone):
    scene = evaluation(0)
    with pytest.raises(IntegrityError), transaction.atomic():
        PanelMember.objects.filter(pk=scene.other.pk).update(**gone)


# --- opening


def sealed_bid(opportunity, text="We house forty people a year."):
    """A bid handed in, sealed, an hour and more before closing."""
    before = opportunity.closes_at - datetime.timedelta(hours=1)
    organisation_owner = member(Role.OWNER)
    organisation = organisation_owner.memberships.get().organisation
    bid = BidFactory(opportunity=opportunity, organisation=organisation)
    bid.answers.update(text=text)
    submit_bid(by=organisation_owner, bid=bid, arrived_at=before)
    bid.refresh_from_db()
    return bid


@pytest.fixture
def to_open(closed):
    """A closed opportunity with a sealed bid, a panel of two, and two people who may open."""
    opportunity, manager = closed
    panel_member(opportunity, is_chair=True)
    panel_member(opportunity)
    return opportunity, manager, member(Role.DIRECTOR, opportunity.organisation), sealed_bid(opportunity)


def confirm(opportunity, by, at=None):
    return services.confirm_opening(opportunity=opportunity, arrived_at=at or timezone.now(), by=by)


def test_two_people_open_the_bids_one_after_the_other(to_open):
    opportunity, manager, director, bid = to_open
    draft = BidFactory(opportunity=opportunity)
    assert bid.price_pence is None

    opportunity = confirm(opportunity, manager)
    assert opportunity.status == "open"
    assert opportunity.opening_confirmed_by == manager
    assert Bid.objects.get(pk=bid.pk).status == "submitted"

    opportunity = confirm(opportunity, director)
    bid.refresh_from_db()
    draft.refresh_from_db()
    assert (opportunity.status, opportunity.opened_by) == ("evaluation", director)
    assert (bid.status, bid.price_pence) == ("opened", 38_000_00)
    assert set(bid.answers.values_list("text", flat=True)) == {"We house forty people a year."}
    assert draft.status == "draft"
    assert Submission.objects.get(bid=bid).opened_at is not None
    assert actions()[-2:] == ["opening.confirm", "bids.open"]
    assert told(opportunity.panel.first().user) == ["marketplace/bids_opened"]


def test_nobody_opens_before_the_deadline_by_the_clock(to_open):
    opportunity, manager, _director, bid = to_open
    with pytest.raises(Refused, match="stay sealed until"):
        confirm(opportunity, manager, opportunity.closes_at - datetime.timedelta(microseconds=1))
    assert confirm(opportunity, manager, opportunity.closes_at).opening_confirmed_by == manager
    bid.refresh_from_db()
    assert bid.price_pence is None


def test_same_person_cannot_confirm_twice(to_open):
    opportunity, manager, _director, bid = to_open
    confirm(opportunity, manager)
    with pytest.raises(Refused, match="second person"):
        confirm(opportunity, manager)
    bid.refresh_from_db()
    assert bid.status == "submitted"


def test_database_refuses_one_person_opening_alone(to_open):
    opportunity, manager, _director, _bid = to_open
    confirm(opportunity, manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Opportunity.objects.filter(pk=opportunity.pk).update(opened_at=timezone.now(), opened_by=manager)


@pytest.mark.parametrize("role", [Role.PANEL_MEMBER, Role.PRACTITIONER])
def test_opening_needs_the_right(to_open, role):
    opportunity, *_rest = to_open
    with pytest.raises(PermissionDenied):
        confirm(opportunity, member(role, opportunity.organisation))


def test_director_of_another_body_cannot_open(to_open):
    with pytest.raises(PermissionDenied):
        confirm(to_open[0], member(Role.DIRECTOR))


def test_opened_bids_are_not_opened_again(to_open):
    opportunity, manager, director, _bid = to_open
    confirm(opportunity, manager)
    confirm(opportunity, director)
    with pytest.raises(Refused, match="were opened on"):
        confirm(opportunity, member(Role.DIRECTOR, opportunity.organisation))


def test_nothing_is_opened_where_no_bid_was_handed_in(closed):
    opportunity, manager = closed
    BidFactory(opportunity=opportunity)
    with pytest.raises(Refused, match="No bid was handed in"):
        confirm(opportunity, manager)


@pytest.mark.parametrize("chairs", [[], [True], [False, False]])
def test_bids_wait_for_a_panel_of_two_with_a_chair(closed, chairs):
    opportunity, manager = closed
    sealed_bid(opportunity)
    for is_chair in chairs:
        panel_member(opportunity, is_chair=is_chair)
    with pytest.raises(Refused, match="at least two people first"):
        confirm(opportunity, manager)


def test_panel_member_who_belongs_to_a_bidder_stops_the_opening(to_open):
    opportunity, manager, _director, bid = to_open
    bid.organisation.memberships.create(user=opportunity.panel.first().user, status="active")
    with pytest.raises(Refused, match="belongs to"):
        confirm(opportunity, manager)


def test_opener_who_belongs_to_a_bidder_is_refused(to_open):
    opportunity, manager, _director, bid = to_open
    bid.organisation.memberships.create(user=manager, status="active")
    with pytest.raises(Refused, match="belongs to"):
        confirm(opportunity, manager)


def test_opening_that_fails_half_way_leaves_everything_sealed(to_open, monkeypatch):
    opportunity, manager, director, bid = to_open
    confirm(opportunity, manager)
    before = actions()
    Submission.objects.filter(bid=bid).update(content_sha256="0" * 64)
    with pytest.raises(Exception, match="sealed content"):
        confirm(opportunity, director)
    bid.refresh_from_db()
    assert (bid.status, bid.price_pence) == ("submitted", None)
    assert Opportunity.objects.get(pk=opportunity.pk).status == "open"
    assert actions() == before
