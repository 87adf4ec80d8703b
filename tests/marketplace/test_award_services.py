"""Agreeing and awarding: what each service does, refuses, and leaves as it was."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from core.access import Refused, Stale
from core.models import Event, Notice
from core.roles import Role
from marketplace.models import AgreedScore, AssessmentSummary, Award, Bid, Lot, Opportunity, Score
from marketplace.queries.awards import award_of, ranking_of, result_of
from marketplace.services import awards as services
from providers.models import Declaration
from tests.factories.bids import awarded_to
from tests.factories.core import OrganisationFactory, member
from tests.factories.marketplace import BidFactory
from tests.marketplace.evaluation_scene import REASON, add_bid, agree_everything, agreed, evaluation, in_moderation

pytestmark = pytest.mark.django_db

WHY = "It answers the need best, at a fair price."


def told(user):
    return list(Notice.objects.filter(recipient=user).values_list("kind", flat=True))


# --- agreeing


def agree(scene, bid=None, criterion=None, by=None, **changes):
    given = {"points": 4, "reason": REASON, "version": 1, **changes}
    return services.agree_score(
        bid=bid or scene.bids[0],
        criterion=criterion or scene.criteria[0],
        by=by or scene.chair.user,
        **given,
    )


def test_agreed_score_stands_beside_the_members_own():
    scene = in_moderation()
    score = agree(scene, points=5)
    assert (score.points, score.agreed_by) == (5, scene.chair.user)
    assert sorted(
        Score.objects.filter(bid=scene.bids[0], criterion=scene.criteria[0]).values_list("points", flat=True)
    ) == [3, 4]
    assert Event.objects.get().after == {"criterion": 1, "points": 5, "reason": REASON}


def test_bid_is_evaluated_with_its_last_answer_and_directors_are_told_with_the_last_of_all():
    scene = in_moderation()
    agree(scene)
    assert Bid.objects.get(pk=scene.bids[0].pk).status == "opened"
    agree(scene, criterion=scene.criteria[1])
    assert Bid.objects.get(pk=scene.bids[0].pk).status == "evaluated"
    assert told(scene.director) == []
    for criterion in scene.criteria:
        agree(scene, scene.bids[1], criterion)
    assert told(scene.director) == ["marketplace/moderation_complete"]


def test_chair_puts_a_mistake_right_until_the_decision():
    scene = agreed()
    score = agree(scene, points=1, version=2)
    assert (score.points, score.version) == (1, 2)
    assert Event.objects.get().before["points"] == 5
    Opportunity.objects.filter(pk=scene.opportunity.pk).update(status="awarded")
    with pytest.raises(Refused, match="decision has been made"):
        agree(scene, points=2, version=3)


def test_same_agreement_sent_twice_is_kept_once():
    scene = in_moderation()
    assert agree(scene) == agree(scene)
    assert Event.objects.count() == 1


def test_second_window_of_the_chair_is_told():
    scene = in_moderation()
    agree(scene, points=5)
    with pytest.raises(Stale, match="recorded 5 points"):
        agree(scene, points=1)
    assert AgreedScore.objects.get().points == 5


def test_only_the_chair_agrees():
    scene = in_moderation()
    for person in (scene.other.user, scene.manager, scene.director, scene.bidders[0], member(Role.DIRECTOR)):
        with pytest.raises(PermissionDenied):
            agree(scene, by=person)
    assert not AgreedScore.objects.exists()


def test_agreement_waits_for_everyone_to_lock():
    with pytest.raises(Refused, match="once every member has locked"):
        agree(evaluation())


@pytest.mark.parametrize("changes", [{"points": 6}, {"points": -1}, {"reason": "no"}, {"reason": ""}])
def test_agreement_takes_points_on_the_scale_and_a_reason(changes):
    scene = in_moderation()
    with pytest.raises(Refused, match=r"Points|reason"):
        agree(scene, **changes)
    assert not AgreedScore.objects.exists()


def test_answer_of_another_opportunity_is_not_agreed():
    scene = in_moderation()
    with pytest.raises(Refused, match="not one of those"):
        agree(scene, criterion=evaluation(1).criteria[0])
    with pytest.raises(Refused, match="not one of those"):
        agree(scene, bid=BidFactory(opportunity=scene.opportunity))


def test_chair_who_belongs_to_a_bidder_agrees_nothing():
    scene = in_moderation()
    scene.bids[1].organisation.memberships.create(user=scene.chair.user, status="active")
    with pytest.raises(Refused, match="belongs to"):
        agree(scene)


# --- awarding


def award(scene, bid=None, by=None, **changes):
    given = {"reason": WHY, "seen": scene.fingerprint, **changes}
    return services.make_award(bid=bid or scene.bids[0], by=by or scene.director, **given)


def statuses(scene):
    return [Bid.objects.get(pk=bid.pk).status for bid in scene.bids]


def test_award_decides_every_bid_and_tells_everybody():
    scene = agreed(5, 3)
    made = award(scene)
    assert (made.bid, made.awarded_by, made.reason) == (scene.bids[0], scene.director, WHY)
    assert statuses(scene) == ["successful", "unsuccessful"]
    assert scene.again().status == "awarded"
    assert list(AssessmentSummary.objects.order_by("place").values_list("bid", "total_bps", "place", "text")) == [
        (scene.bids[0].pk, 10_000, 1, WHY),
        (scene.bids[1].pk, 6_000, 2, WHY),
    ]
    assert told(scene.bidders[0]) == ["marketplace/result_successful"]
    assert told(scene.bidders[1]) == ["marketplace/result_unsuccessful"]
    assert told(scene.manager) == ["marketplace/award_made"]
    event = Event.objects.get(action="award.make")
    assert (event.reason, event.after["bid"]) == (WHY, scene.bids[0].pk)
    assert award_of(scene.opportunity) == made


def test_letter_to_a_loser_has_own_scores_and_reasons_and_only_the_points_of_the_winner():
    scene = agreed(5, 3)
    scene.bids[0].answers.update(text="MARKER of the winner's answer")
    award(scene)
    letter = Notice.objects.get(recipient=scene.bidders[1])
    assert "Agreed reason 1 for question 1." in letter.body
    assert "3 of 5 points. The winner: 5 of 5." in letter.body
    assert "place 2 of 2" in letter.body
    assert WHY in letter.body
    assert "Agreed reason 0" not in letter.body
    assert "MARKER" not in letter.body
    assert letter.url == f"/bids/{scene.bids[1].pk}/result/"


def test_everyone_in_every_organisation_of_a_consortium_is_told():
    scene = agreed(5, 3)
    owners = [member(Role.OWNER) for _number in range(2)]
    viewer = member(Role.VIEWER, owners[0].memberships.get().organisation)
    for owner in owners:
        scene.bids[1].members.create(organisation=owner.memberships.get().organisation)
        Declaration.objects.bulk_create(
            Declaration(
                organisation=owner.memberships.get().organisation,
                kind=declared.kind,
                is_clear=True,
                declared_at=declared.declared_at,
                declared_by=owner,
                named_lead=declared.named_lead,
            )
            for declared in Declaration.objects.filter(organisation=scene.bids[1].organisation)
        )
    award(scene, scene.bids[1])
    for person in (scene.bidders[1], *owners, viewer):
        assert told(person) == ["marketplace/result_successful"]


def test_award_outside_place_one_is_the_directors_to_make():
    scene = agreed(5, 3)
    made = award(scene, scene.bids[1])
    assert statuses(scene) == ["unsuccessful", "successful"]
    assert result_of(scene.bids[0]).place == 1
    assert result_of(scene.bids[0]).winner == made.bid.bidder


@pytest.mark.parametrize("role", [Role.COMMISSIONING_MANAGER, Role.PANEL_MEMBER, Role.PRACTITIONER])
def test_only_a_director_awards(role):
    scene = agreed()
    with pytest.raises(PermissionDenied):
        award(scene, by=member(role, scene.opportunity.organisation))
    assert not Award.objects.exists()


def test_director_of_another_body_and_bidder_cannot_award():
    scene = agreed()
    for person in (member(Role.DIRECTOR), scene.bidders[0]):
        with pytest.raises(PermissionDenied):
            award(scene, by=person)


def test_award_waits_until_every_answer_is_agreed():
    scene = agreed()
    AgreedScore.objects.filter(bid=scene.bids[1], criterion=scene.criteria[0]).delete()
    with pytest.raises(Refused, match="1 answer has no agreed points"):
        award(scene)
    assert statuses(scene) == ["evaluated", "evaluated"]


def test_award_waits_for_moderation():
    scene = evaluation()
    with pytest.raises(Refused, match="after the panel has scored"):
        award(scene, seen="")


def test_award_waits_for_the_declarations_of_every_member_of_the_winning_bid():
    scene = agreed()
    partner = OrganisationFactory(name="Open Gate")
    scene.bids[0].members.create(organisation=partner)
    with pytest.raises(Refused, match="Open Gate has yet to declare: exclusion grounds"):
        award(scene)
    assert award(scene, scene.bids[1]).pk


@pytest.mark.parametrize("reason", ["", "best bid", " "])
def test_award_takes_a_reason(reason):
    scene = agreed()
    with pytest.raises(Refused, match="at least 3 words"):
        award(scene, reason=reason)
    assert not Award.objects.exists()


def test_award_on_a_ranking_that_has_changed_is_stale():
    scene = agreed()
    seen = scene.fingerprint
    agree(scene, points=0, version=2)
    with pytest.raises(Stale, match="changed after you opened"):
        award(scene, seen=seen)
    assert not Award.objects.exists()


def test_director_who_belongs_to_a_bidder_cannot_award():
    scene = agreed()
    scene.bids[1].organisation.memberships.create(user=scene.director, status="active")
    with pytest.raises(Refused, match="belongs to"):
        award(scene)


def test_second_award_is_refused():
    scene = agreed()
    award(scene)
    with pytest.raises(Refused, match="now “awarded”"):
        award(scene, scene.bids[1])
    assert Award.objects.get().bid == scene.bids[0]
    assert Event.objects.filter(action="award.make").count() == 1


def test_bid_that_was_not_handed_in_cannot_win():
    scene = agreed()
    with pytest.raises(Refused, match="not evaluated"):
        award(scene, BidFactory(opportunity=scene.opportunity))


def test_award_that_fails_half_way_leaves_nothing(monkeypatch):
    scene = agreed()

    def broken(*args, **kwargs):
        raise RuntimeError("the last act failed")

    monkeypatch.setattr(services.audit, "record", broken)
    with pytest.raises(RuntimeError, match="last act"):
        award(scene)
    assert statuses(scene) == ["evaluated", "evaluated"]
    assert scene.again().status == "moderation"
    assert not Award.objects.exists()
    assert not AssessmentSummary.objects.exists()
    assert not Notice.objects.exists()


def test_database_holds_one_award_for_a_lot():
    scene = agreed()
    award(scene)
    with pytest.raises(IntegrityError), transaction.atomic():
        awarded_to(scene.bids[1], by=scene.director, reason=WHY)


def test_opportunity_is_awarded_with_the_last_of_its_lots():
    scene = agreed(5, bids=1)
    second = Lot.objects.create(opportunity=scene.opportunity, number=2, title="North", value_pence=1_000_00)
    other = add_bid(scene, lot=second)
    agree_everything_of(scene, other)
    award(scene)
    assert scene.again().status == "moderation"
    assert Award.objects.get().public_at is None
    award(scene, other, seen=ranking_of(second).fingerprint)
    assert scene.again().status == "awarded"
    first, last = Award.objects.order_by("awarded_at")
    assert first.public_at == last.public_at == last.awarded_at
    assert (last.area, last.category, last.value_pence) == (
        scene.opportunity.area,
        scene.opportunity.category,
        second.value_pence,
    )


def agree_everything_of(scene, bid):
    kept, scene.bids = scene.bids, [bid]
    agree_everything(scene)
    scene.bids = kept
