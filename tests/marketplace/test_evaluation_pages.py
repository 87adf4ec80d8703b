"""Pages of an evaluation: who gets in, who sees what when, panel and opening, and what they cost."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from core.roles import Role
from marketplace.models import Opportunity
from marketplace.services.evaluation import remove_from_panel
from providers.queries.checks import matrix_on
from tests.factories.core import member
from tests.factories.marketplace import OpportunityFactory, panel_member
from tests.marketplace.evaluation_scene import (
    MARKER,
    REASON,
    agreed,
    client_of,
    evaluation,
    in_moderation,
    marked,
    score_everything,
)

pytestmark = pytest.mark.django_db


def of(name, scene, *more):
    return reverse(name, args=[scene.opportunity.pk, *more])


def score_url(scene, bid=0, number=1):
    return reverse("score-edit", args=[scene.bids[bid].pk, number])


def agree_url(scene, bid=0, number=1):
    return reverse("moderation-edit", args=[scene.bids[bid].pk, number])


def every_page(scene):
    """All pages of one evaluation but the decision."""
    return [
        of("evaluation-detail", scene),
        of("panel-edit", scene),
        of("panel-remove", scene, scene.other.pk),
        of("panel-chair", scene, scene.other.pk),
        of("opening-confirm", scene),
        of("score-lock", scene),
        of("score-unlock", scene, scene.other.pk),
        score_url(scene),
        of("moderation-list", scene),
        agree_url(scene),
    ]


# --- who gets in


def test_director_of_another_body_finds_nothing():
    scene = in_moderation()
    client = client_of(member(Role.DIRECTOR))
    manager = client_of(member(Role.COMMISSIONING_MANAGER))
    for page in every_page(scene):
        for answer in (client.get(page), client.post(page), manager.get(page), manager.post(page)):
            assert answer.status_code in (403, 404), page
    assert manager.get(score_url(scene)).status_code == 404
    assert client.get(of("evaluation-detail", scene)).status_code == 404


def test_bidder_is_kept_out_of_every_page():
    scene = in_moderation()
    client = client_of(scene.bidders[0])
    for page in every_page(scene):
        assert client.get(page).status_code == 403, page
        assert client.post(page).status_code == 403, page


def test_removed_panel_member_finds_nothing():
    scene = evaluation()
    panel_member(scene.opportunity)
    person = scene.other.user
    remove_from_panel(seat=scene.other, by=scene.manager)
    client = client_of(person)
    for page in every_page(scene):
        for answer in (client.get(page), client.post(page)):
            assert answer.status_code in (403, 404), page
    assert client.get(score_url(scene)).status_code == 404
    assert client.get(of("evaluation-detail", scene)).status_code == 404


def test_stood_down_member_finds_nothing():
    scene = evaluation()
    panel_member(scene.opportunity)
    score_everything(scene, scene.other)
    remove_from_panel(seat=scene.other, reason="Left the service.", by=scene.manager)
    assert client_of(scene.other.user).get(score_url(scene)).status_code == 404


def test_panel_member_of_another_opportunity_finds_nothing():
    scene = evaluation()
    elsewhere = panel_member(OpportunityFactory(in_evaluation=True, organisation=scene.opportunity.organisation))
    assert client_of(elsewhere.user).get(of("evaluation-detail", scene)).status_code == 404


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        ("manager", ["score-lock"]),
        ("director", ["score-lock"]),
        ("other", ["panel-edit", "opening-confirm"]),
    ],
)
def test_missing_right_is_403_inside_the_body(who, refused):
    scene = evaluation()
    client = client_of(getattr(scene, who, None) if who != "other" else scene.other.user)
    assert client.get(of("evaluation-detail", scene)).status_code == 200
    for name in refused:
        assert client.get(of(name, scene)).status_code == 403, name
        assert client.post(of(name, scene)).status_code == 403, name


def test_practitioner_and_finance_are_kept_out():
    scene = evaluation()
    for role in (Role.PRACTITIONER, Role.COMMISSIONER_FINANCE):
        client = client_of(member(role, scene.opportunity.organisation))
        assert client.get(of("evaluation-detail", scene)).status_code == 403


def test_auditor_reads_and_changes_nothing():
    scene = in_moderation()
    client = client_of(member(Role.AUDITOR))
    for name in ("evaluation-detail", "moderation-list"):
        assert client.get(of(name, scene)).status_code == 200
    assert client.get(agree_url(scene)).status_code == 200
    data = {"points": "3", "reason": REASON, "version": "1"}
    assert client.post(agree_url(scene), data).status_code == 403
    assert client.post(of("panel-edit", scene)).status_code == 403


def test_draft_opportunity_has_no_evaluation():
    opportunity = OpportunityFactory()
    client = client_of(member(Role.DIRECTOR, opportunity.organisation))
    assert client.get(reverse("evaluation-detail", args=[opportunity.pk])).status_code == 404


def test_sign_in_comes_first(client):
    scene = evaluation()
    for page in every_page(scene):
        assert client.get(page).status_code == 302


# --- blind scoring


def test_nobody_sees_another_members_words_or_points_before_all_are_locked():
    scene = marked(evaluation())
    people = [scene.chair.user, scene.manager, scene.director, member(Role.AUDITOR), scene.bidders[0]]
    pages = [*every_page(scene), of("award-choose", scene), "/work/", f"/bids/{scene.bids[0].pk}/"]
    seen = 0
    for person in people:
        client = client_of(person)
        for page in pages:
            answer = client.get(page, follow=True)
            assert MARKER not in answer.content.decode(), (person, page)
            assert "1 – poor" not in answer.content.decode() or "/score/" in page, (person, page)
            seen += answer.status_code == 200
    assert seen > 15


def test_own_words_are_seen_before_and_everyones_after():
    scene = marked(evaluation())
    assert MARKER in client_of(scene.other.user).get(score_url(scene)).content.decode()
    Opportunity.objects.filter(pk=scene.opportunity.pk).update(status="moderation")
    for person in (scene.chair.user, scene.other.user, scene.manager, scene.director, member(Role.AUDITOR)):
        assert MARKER in client_of(person).get(agree_url(scene)).content.decode()


def test_prices_stay_off_the_pages_of_scoring():
    scene = evaluation()
    client = client_of(scene.chair.user)
    for page in (of("evaluation-detail", scene), score_url(scene)):
        assert "38,000" not in client.get(page).content.decode()


def test_who_bids_is_not_shown_before_the_deadline():
    opportunity = OpportunityFactory(is_open=True)
    add_bid_of = member(Role.OWNER, name="Olu Owner").memberships.get().organisation
    opportunity.bids.create(
        lot=opportunity.lots.get(),
        organisation=add_bid_of,
        created_by=opportunity.created_by,
        updated_by=opportunity.created_by,
        form_key=uuid.uuid4(),
    )
    manager = member(Role.COMMISSIONING_MANAGER, opportunity.organisation)
    page = client_of(manager).get(reverse("evaluation-detail", args=[opportunity.pk])).content.decode()
    assert add_bid_of.name not in page
    assert "Bids stay sealed until bidding closes" in page


# --- the panel


def test_panel_page_appoints():
    scene = evaluation()
    person = member(Role.PANEL_MEMBER, scene.opportunity.organisation, name="Nia New")
    client = client_of(scene.manager)
    answer = client.post(of("panel-edit", scene), {"person": person.pk, "is_chair": "on"}, follow=True)
    assert "Nia New is on the panel and has been told." in answer.content.decode()
    assert scene.opportunity.panel.get(is_chair=True).user == person


def test_panel_page_refuses_people_from_elsewhere_and_keeps_what_was_chosen():
    scene = evaluation()
    client = client_of(scene.manager)
    for wrong in (member(Role.PANEL_MEMBER).pk, "", "x", scene.chair.user.pk, "9" * 30, "\0"):
        answer = client.post(of("panel-edit", scene), {"person": wrong, "is_chair": "on"})
        assert answer.status_code == 422, wrong
        assert "checked" in answer.content.decode()
    assert scene.opportunity.panel.count() == 2


def test_panel_page_says_why_a_bidder_cannot_join():
    scene = evaluation()
    person = member(Role.PANEL_MEMBER, scene.opportunity.organisation)
    scene.bids[0].organisation.memberships.create(user=person, status="active")
    answer = client_of(scene.manager).post(of("panel-edit", scene), {"person": person.pk})
    assert answer.status_code == 422
    assert "so somebody else has to do this" in answer.content.decode()


def test_panel_page_says_that_it_is_too_late():
    scene = in_moderation()
    answer = client_of(scene.manager).get(of("panel-edit", scene))
    assert "Scoring is over" in answer.content.decode()
    assert "Appoint</button>" not in answer.content.decode()


def test_chair_is_changed_by_a_button():
    scene = evaluation()
    client = client_of(scene.manager)
    page = of("panel-chair", scene, scene.other.pk)
    assert client.get(page).status_code == 302
    assert scene.opportunity.panel.get(is_chair=True) == scene.chair
    assert "chairs the panel now" in client.post(page, follow=True).content.decode()
    assert scene.opportunity.panel.get(is_chair=True) == scene.other


def test_member_of_another_panel_is_404():
    scene, other = evaluation(), evaluation()
    client = client_of(scene.manager)
    for name in ("panel-chair", "panel-remove", "score-unlock"):
        assert client.get(of(name, scene, other.other.pk)).status_code == 404


def test_removal_asks_first_and_wants_a_reason_from_those_who_scored():
    scene = evaluation()
    third = panel_member(scene.opportunity)
    client = client_of(scene.manager)
    assert "has not scored anything" in client.get(of("panel-remove", scene, third.pk)).content.decode()
    score_everything(scene, scene.other)
    page = of("panel-remove", scene, scene.other.pk)
    assert "has begun to score" in client.get(page).content.decode()
    answer = client.post(page, {"reason": "ill"})
    assert answer.status_code == 422
    assert "at least 3 words" in answer.content.decode()
    assert client.post(page, {"reason": "Ill for a month."}).status_code == 302
    scene.other.refresh_from_db()
    assert scene.other.stood_down_reason == "Ill for a month."


def test_removal_that_a_rule_forbids_says_so():
    scene = evaluation()
    client = client_of(scene.manager)
    page = of("panel-remove", scene, scene.chair.pk)
    assert "Make somebody else the chair first." in client.get(page).content.decode()
    assert "Make somebody else the chair first." in client.post(page, follow=True).content.decode()
    assert scene.opportunity.panel.count() == 2


# --- opening


def test_opening_page_says_why_not():
    opportunity = OpportunityFactory(is_open=True)
    client = client_of(member(Role.DIRECTOR, opportunity.organisation))
    page = reverse("opening-confirm", args=[opportunity.pk])
    assert "stay sealed until bidding closes" in client.get(page).content.decode()
    assert "stay sealed until bidding closes" in client.post(page, follow=True).content.decode()


# --- cost


@pytest.mark.parametrize("page", ["evaluation-detail", "moderation-list", "award-choose"])
def test_queries_do_not_grow_with_the_bids(page, django_assert_max_num_queries):
    counts = {}
    for number in (1, 3, 30):
        scene = agreed(*[4] * number, bids=number)
        if page == "evaluation-detail":
            Opportunity.objects.filter(pk=scene.opportunity.pk).update(status="evaluation")
            scene.opportunity.panel.update(locked_at=None)
        client = client_of(scene.director if page == "award-choose" else scene.chair.user)
        matrix_on(timezone.localdate())  # kept for an hour, whoever read it first
        with django_assert_max_num_queries(60) as captured:
            answer = client.get(of(page, scene))
        assert answer.status_code == 200
        counts[number] = len(captured)
    assert counts[1] == counts[3] == counts[30], counts
    assert counts[1] <= 24, counts


def test_queries_of_one_answer_do_not_grow_with_the_bids(django_assert_max_num_queries):
    counts = {}
    for number in (1, 3, 30):
        scene = evaluation(number)
        client = client_of(scene.chair.user)
        with django_assert_max_num_queries(40) as captured:
            client.get(score_url(scene))
        counts[number] = len(captured)
    assert len(set(counts.values())) == 1, counts
