"""Pages on which bids are scored and scores agreed: what they show, take and refuse."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.queries.people import forget_roles
from marketplace.models import AgreedScore, Score
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


def test_words_typed_before_the_scores_were_locked_elsewhere_are_kept():
    scene = evaluation()
    client = client_of(scene.chair.user)
    scene.opportunity.panel.filter(pk=scene.chair.pk).update(locked_at=timezone.now())
    answer = client.post(score_url(scene), {"points": "4", "reason": "Typed for half an hour.", "version": "1"})
    assert answer.status_code == 422
    assert "You locked your scores" in answer.content.decode()
    assert "Typed for half an hour." in answer.content.decode()
    assert not Score.objects.exists()
