"""Pages of panel, opening, scoring and moderation: who gets in, what they see, what bad input does."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from core.queries.people import forget_roles
from core.roles import Role
from marketplace.models import AgreedScore, Opportunity, Score
from marketplace.services.evaluation import remove_from_panel
from tests.factories.core import member
from tests.factories.marketplace import OpportunityFactory, panel_member
from tests.marketplace.evaluation_scene import (
    REASON,
    agreed,
    client_of,
    evaluation,
    in_moderation,
    score_everything,
)

pytestmark = pytest.mark.django_db

MARKER = "MARKERof the other member"


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


def marked(scene):
    """The other member has scored everything in words that can be found again, and locked."""
    score_everything(scene, scene.other, 1, MARKER)
    scene.opportunity.panel.filter(pk=scene.other.pk).update(locked_at=timezone.now())
    return scene


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


# --- scoring


def test_scoring_page_shows_answer_guidance_and_scale():
    scene = evaluation()
    scene.opportunity.criteria.update(guidance="Say who does it and since when.")
    page = client_of(scene.chair.user).get(score_url(scene)).content.decode()
    assert "We have done this for ten years in two counties." in page
    assert "Say who does it and since when." in page
    for words in ("0 – no answer", "3 – fair", "5 – excellent"):
        assert words in page


def test_saving_goes_on_to_the_next_answer_and_at_the_end_home():
    scene = evaluation()
    client = client_of(scene.chair.user)
    page = score_url(scene)
    for _turn in range(4):
        answer = client.post(page, {"points": "4", "reason": REASON, "version": "1"})
        assert answer.status_code == 302
        page = answer.url
    assert page == of("evaluation-detail", scene)
    assert scene.chair.scores.count() == 4


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "Choose the points."),
        ({"points": "4"}, "Give the reason for these points."),
        ({"points": "4", "reason": "good"}, "at least 3 words"),
        ({"points": "6", "reason": REASON}, "choose from what is offered"),
        ({"points": "four", "reason": REASON}, "choose from what is offered"),
        ({"points": "4", "reason": "long word " * 400}, "characters or fewer"),
        ({"points": "4", "reason": REASON, "version": "x"}, "missing or had been changed"),
        ({"points": "4", "reason": REASON, "version": "-1"}, "missing or had been changed"),
    ],
)
def test_bad_score_is_shown_again_with_what_was_typed(data, says):
    scene = evaluation()
    answer = client_of(scene.chair.user).post(score_url(scene), {"version": "1", **data})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert data.get("reason", "").strip()[:40] in page
    assert not Score.objects.exists()


def test_nul_in_a_reason_is_left_out():
    scene = evaluation()
    client_of(scene.chair.user).post(
        score_url(scene), {"points": "4", "reason": "Good, steady\0 work.", "version": "1"}
    )
    assert Score.objects.get().reason == "Good, steady work."


def test_second_window_shows_what_is_saved_and_keeps_what_was_typed_then_saves_knowingly():
    scene = evaluation()
    client = client_of(scene.chair.user)
    client.post(score_url(scene), {"points": "5", "reason": "From the first window.", "version": "1"})
    answer = client.post(score_url(scene), {"points": "1", "reason": "From the second window.", "version": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "another window" in page
    assert "From the first window." in page
    assert "From the second window." in page
    assert 'name="version" value="2"' in page
    client.post(score_url(scene), {"points": "1", "reason": "From the second window.", "version": "2"})
    assert Score.objects.get().points == 1


@pytest.mark.parametrize("where", [(999_999, 1), (None, 99), (None, 0)])
def test_answer_that_does_not_exist_is_404(where):
    scene = evaluation()
    bid, number = where
    client = client_of(scene.chair.user)
    assert client.get(reverse("score-edit", args=[bid or scene.bids[0].pk, number])).status_code == 404


def test_scores_are_locked_from_a_page_that_asks_first():
    scene = evaluation()
    client = client_of(scene.chair.user)
    page = of("score-lock", scene)
    assert "4 answers left" in client.get(page).content.decode()
    assert "4 answers left" in client.post(page, follow=True).content.decode()
    score_everything(scene, scene.chair)
    assert "change no more" in client.get(page).content.decode()
    assert "Your scores are locked." in client.post(page, follow=True).content.decode()
    assert "You locked your scores" in client.post(page, follow=True).content.decode()
    assert "You locked your scores" in client.get(score_url(scene)).content.decode()
    assert "Save and go on" not in client.get(score_url(scene)).content.decode()


def test_unlocking_wants_a_reason_and_shows_no_scores():
    scene = marked(evaluation())
    client = client_of(scene.chair.user)
    page = of("score-unlock", scene, scene.other.pk)
    assert client.post(page, {}).status_code == 422
    assert MARKER not in client.get(page).content.decode()
    answer = client.post(page, {"reason": "Two bids were mixed up."}, follow=True)
    assert "can change their scores again" in answer.content.decode()
    assert "has not locked their scores" in client.get(page).content.decode()
    assert client_of(scene.other.user).get(page).status_code == 403


def test_role_that_ended_closes_the_scoring_page():
    scene = evaluation()
    client = client_of(scene.other.user)
    scene.other.user.memberships.get().roles.all().delete()
    forget_roles(scene.other.user)
    assert client.get(score_url(scene)).status_code == 403


# --- moderation


def test_moderation_waits_for_the_last_lock():
    scene = evaluation()
    client = client_of(scene.chair.user)
    answer = client.get(of("moderation-list", scene), follow=True)
    assert "once every member has locked theirs" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == of("evaluation-detail", scene)


def test_moderation_shows_points_side_by_side_with_how_far_apart():
    scene = in_moderation()
    Score.objects.filter(panel_member=scene.other, criterion=scene.criteria[0]).update(points=1)
    page = client_of(scene.chair.user).get(of("moderation-list", scene)).content.decode()
    assert "<strong>3</strong>" in page
    assert page.count("not yet") == 4
    assert scene.chair.user.name in page
    assert scene.other.user.name in page


def test_agreeing_goes_on_to_the_next_and_at_the_end_to_the_list():
    scene = in_moderation()
    client = client_of(scene.chair.user)
    page = agree_url(scene)
    for _turn in range(4):
        answer = client.post(page, {"points": "4", "reason": REASON, "version": "1"})
        assert answer.status_code == 302
        page = answer.url
    assert page == of("moderation-list", scene)
    assert AgreedScore.objects.count() == 4


def test_reason_is_filled_in_only_where_all_gave_the_same_points():
    scene = in_moderation()
    client = client_of(scene.chair.user)
    assert f"{REASON}</textarea>" not in client.get(agree_url(scene)).content.decode()
    Score.objects.update(points=2)
    page = client.get(agree_url(scene)).content.decode()
    assert f"{REASON}</textarea>" in page
    assert "All gave the same points." in page


def test_bad_agreement_is_shown_again():
    scene = in_moderation()
    answer = client_of(scene.chair.user).post(
        agree_url(scene), {"points": "9", "reason": "kept words", "version": "1"}
    )
    assert answer.status_code == 422
    assert "kept words" in answer.content.decode()
    assert not AgreedScore.objects.exists()


def test_stale_agreement_shows_what_is_recorded():
    scene = agreed()
    answer = client_of(scene.chair.user).post(
        agree_url(scene), {"points": "1", "reason": "From an old page.", "version": "1"}
    )
    assert answer.status_code == 422
    assert "recorded 5 points" in answer.content.decode()
    assert "Agreed reason 0 for question 1." in answer.content.decode()
    assert "From an old page." in answer.content.decode()


def test_others_read_moderation_and_cannot_agree():
    scene = in_moderation()
    for person in (scene.other.user, scene.manager, scene.director):
        client = client_of(person)
        page = client.get(agree_url(scene))
        assert page.status_code == 200
        assert "Only the chair of the panel records" in page.content.decode()
        assert client.post(agree_url(scene), {"points": "4", "reason": REASON, "version": "1"}).status_code == 403


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
        with django_assert_max_num_queries(60) as captured:
            answer = client.get(of(page, scene))
        assert answer.status_code == 200
        counts[number] = len(captured)
    assert counts[1] == counts[3] == counts[30], counts
    assert counts[1] <= 26, counts


def test_queries_of_one_answer_do_not_grow_with_the_bids(django_assert_max_num_queries):
    counts = {}
    for number in (1, 3, 30):
        scene = evaluation(number)
        client = client_of(scene.chair.user)
        with django_assert_max_num_queries(40) as captured:
            client.get(score_url(scene))
        counts[number] = len(captured)
    assert len(set(counts.values())) == 1, counts


def test_words_typed_before_the_scores_were_locked_elsewhere_are_kept():
    scene = evaluation()
    client = client_of(scene.chair.user)
    scene.opportunity.panel.filter(pk=scene.chair.pk).update(locked_at=timezone.now())
    answer = client.post(score_url(scene), {"points": "4", "reason": "Typed for half an hour.", "version": "1"})
    assert answer.status_code == 422
    assert "You locked your scores" in answer.content.decode()
    assert "Typed for half an hour." in answer.content.decode()
    assert not Score.objects.exists()
