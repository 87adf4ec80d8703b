"""Pages of the decision and its results: who gets in, what they see, what bad input does."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from core.models import Notice
from core.roles import Role
from marketplace.models import AgreedScore, Award, Bid, NoAward
from marketplace.queries.awards import award_of, no_award_of
from marketplace.services.awards import end_without_award, make_award
from tests.factories.core import OrganisationFactory, member
from tests.factories.marketplace import OpportunityFactory
from tests.marketplace.evaluation_scene import agree_everything, agreed, client_of, evaluation, in_moderation

pytestmark = pytest.mark.django_db

WHY = "It answers the need best, at a fair price."


def of(name, scene):
    return reverse(name, args=[scene.opportunity.pk])


def result_url(scene, bid=0):
    return reverse("result-detail", args=[scene.bids[bid].pk])


def chosen(scene, winner=0, **changes):
    return {"bid": scene.bids[winner].pk, "reason": WHY, "seen": scene.fingerprint, **changes}


def awarded(*points, **more):
    scene = agreed(*(points or (5, 3)), **more)
    make_award(bid=scene.bids[0], reason=WHY, seen=scene.fingerprint, by=scene.director)
    return scene


def text(answer):
    return answer.content.decode()


# --- who gets in


def test_others_are_kept_out_of_the_decision():
    scene = agreed()
    strangers = [member(Role.DIRECTOR), scene.bidders[0], scene.other.user, member(Role.OWNER)]
    for person in strangers:
        client = client_of(person)
        for name in ("award-choose", "award-end"):
            assert client.get(of(name, scene)).status_code in (403, 404), (person, name)
            assert client.post(of(name, scene), chosen(scene)).status_code in (403, 404), (person, name)
    assert not Award.objects.exists()
    assert not NoAward.objects.exists()


def test_director_of_another_body_gets_404():
    scene = agreed()
    client = client_of(member(Role.DIRECTOR))
    for name in ("award-choose", "award-end"):
        assert client.get(of(name, scene)).status_code == 404


def test_manager_and_auditor_read_the_ranking_and_cannot_award():
    scene = agreed()
    for person in (scene.manager, member(Role.AUDITOR)):
        client = client_of(person)
        page = client.get(of("award-choose", scene))
        assert "£38,000" in text(page)
        assert "Go on to check" not in text(page)
        assert client.post(of("award-choose", scene), chosen(scene) | {"confirm": "1"}).status_code == 403


# --- choosing


def test_ranking_shows_places_prices_and_agreed_reasons():
    scene = agreed(5, 3)
    page = text(client_of(scene.director).get(of("award-choose", scene)))
    for words in ("100%", "60%", "£38,000", "Agreed reason 0 for question 1.", "the lower price comes first"):
        assert words in page


def test_nothing_is_ranked_before_everything_is_agreed():
    scene = in_moderation()
    page = text(client_of(scene.director).get(of("award-choose", scene)))
    assert "4 answers have no agreed points yet" in page
    assert "£38,000" not in page


def test_award_page_of_an_early_stage_says_what_comes_first():
    scene = evaluation()
    assert "after the panel has scored" in text(client_of(scene.director).get(of("award-choose", scene)))


def test_missing_declaration_is_said_before_the_choice_and_stops_it():
    scene = agreed()
    scene.bids[0].members.create(organisation=OrganisationFactory(name="Open Gate"))
    client = client_of(scene.director)
    assert "Open Gate has yet to declare" in text(client.get(of("award-choose", scene)))
    answer = client.post(of("award-choose", scene), chosen(scene))
    assert answer.status_code == 422
    assert WHY in text(answer)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"bid": ""}, "Choose the bid that wins."),
        ({"bid": "999999"}, "choose from what is offered"),
        ({"bid": "x"}, "choose from what is offered"),
        ({"reason": ""}, "Give the reason for the award."),
        ({"reason": "best bid"}, "at least 3 words"),
        ({"reason": "word " * 700}, "characters or fewer"),
        ({"seen": ""}, "missing or had been changed"),
        ({"seen": "x" * 65}, "missing or had been changed"),
    ],
)
@pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
def test_bad_choice_is_shown_again(changes, says, confirm):
    scene = agreed()
    answer = client_of(scene.director).post(of("award-choose", scene), chosen(scene, **changes) | confirm)
    assert answer.status_code == 422
    assert says in text(answer)
    assert changes.get("reason", WHY).strip()[:30] in text(answer)
    assert not Award.objects.exists()


def test_bid_of_another_opportunity_cannot_be_chosen():
    scene, other = agreed(), agreed()
    answer = client_of(scene.director).post(
        of("award-choose", scene), chosen(scene) | {"bid": other.bids[0].pk, "confirm": "1"}
    )
    assert answer.status_code == 422
    assert not Award.objects.exists()


def test_check_page_shows_the_very_letters_and_awards_nothing_yet():
    scene = agreed(5, 3)
    answer = client_of(scene.director).post(of("award-choose", scene), chosen(scene))
    page = text(answer)
    assert answer.status_code == 200
    assert "did not win this time" in page
    assert "3 of 5 points. The winner: 5 of 5." in page
    assert not Award.objects.exists()
    client_of(scene.director).post(of("award-choose", scene), chosen(scene) | {"confirm": "1"})
    for line in Notice.objects.get(recipient=scene.bidders[1]).body.splitlines():
        assert line.strip() in page.replace("&#x27;", "'").replace("<br>", "")


def test_letters_on_the_check_page_are_escaped():
    scene = agreed(5, 3)
    AgreedScore.objects.update(reason="<script>alert(1)</script> is in the reason")
    OrganisationFactory._meta.model.objects.filter(pk=scene.bids[1].organisation_id).update(
        name="<b>Bold</b> & Sons"
    )
    page = text(client_of(scene.director).post(of("award-choose", scene), chosen(scene)))
    assert "<script>alert" not in page
    assert "<b>Bold" not in page
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; Sons" in page
    client_of(scene.director).post(of("award-choose", scene), chosen(scene) | {"confirm": "1"})
    assert "<b>Bold</b> & Sons" in Notice.objects.get(recipient=scene.bidders[1]).body


def test_choice_outside_place_one_is_pointed_out():
    scene = agreed(5, 3)
    client = client_of(scene.director)
    assert "is not in place 1" in text(client.post(of("award-choose", scene), chosen(scene, 1)))
    assert "is not in place 1" not in text(client.post(of("award-choose", scene), chosen(scene)))


def test_shared_first_place_is_pointed_out():
    scene = agreed(4, 4)
    client = client_of(scene.director)
    assert "shared" in text(client.get(of("award-choose", scene)))
    assert "Place 1 is shared." in text(client.post(of("award-choose", scene), chosen(scene)))


def test_going_back_keeps_what_was_typed():
    scene = agreed()
    answer = client_of(scene.director).post(of("award-choose", scene), chosen(scene) | {"back": "1"})
    assert answer.status_code == 200
    assert WHY in text(answer)
    assert "checked" in text(answer)


def test_confirmed_choice_is_awarded_and_leads_to_the_decision():
    scene = agreed()
    client = client_of(scene.director)
    answer = client.post(of("award-choose", scene), chosen(scene) | {"confirm": "1"}, follow=True)
    page = text(answer)
    assert "Awarded. Every bidder has been told." in page
    assert f"/alliances/from-award/{Award.objects.get().pk}/" in page
    assert "What each bidder was told" in page


def test_sent_twice_it_is_awarded_once_and_says_so():
    scene = agreed()
    client = client_of(scene.director)
    client.post(of("award-choose", scene), chosen(scene) | {"confirm": "1"})
    answer = client.post(of("award-choose", scene), chosen(scene, 1) | {"confirm": "1"}, follow=True)
    assert "now “awarded”" in text(answer)
    assert Award.objects.get().bid == scene.bids[0]


def test_old_page_is_told_and_sent_once_more_it_counts():
    scene = agreed()
    old = chosen(scene)
    AgreedScore.objects.filter(bid=scene.bids[0]).update(points=2)
    client = client_of(scene.director)
    answer = client.post(of("award-choose", scene), old | {"confirm": "1"})
    assert answer.status_code == 422
    assert "changed after you opened this page" in text(answer)
    assert WHY in text(answer)
    assert scene.fingerprint in text(answer)
    assert not Award.objects.exists()


def test_choice_sent_after_the_session_ended_is_there_after_sign_in():
    scene = agreed()
    client = client_of(scene.director)
    client.get(of("award-choose", scene))
    sent = chosen(scene)
    client.logout()
    assert client.post(of("award-choose", scene), sent).status_code == 302
    kept = client.session["held_submission"]
    back = client_of(scene.director)
    session = back.session
    session["held_submission"] = kept
    session.save()
    page = text(back.get(of("award-choose", scene)))
    assert WHY in page
    assert not Award.objects.exists()


def test_alliance_is_offered_only_on_that_route_and_to_those_who_may():
    tender = awarded(route="tender")
    assert "/alliances/from-award/" not in text(client_of(tender.director).get(of("award-choose", tender)))
    alliance = awarded()
    assert "/alliances/from-award/" in text(client_of(alliance.manager).get(of("award-choose", alliance)))
    assert "/alliances/from-award/" not in text(client_of(member(Role.AUDITOR)).get(of("award-choose", alliance)))


# --- ending


def test_ending_asks_for_a_reason_and_tells_bidders():
    scene = evaluation()
    client = client_of(scene.director)
    assert "End without an award" in text(client.get(of("award-end", scene)))
    answer = client.post(of("award-end", scene), {"reason": "none good"})
    assert answer.status_code == 422
    assert "none good" in text(answer)
    answer = client.post(
        of("award-end", scene), {"reason": "No bid reached the standard we asked for."}, follow=True
    )
    assert "has ended without an award" in text(answer)
    assert text(client_of(scene.bidders[0]).get(result_url(scene))).count("No bid reached the standard") == 1


@pytest.mark.parametrize("stage", [evaluation, agreed])
def test_decision_page_tells_of_an_end_without_award(stage):
    scene = stage()
    end_without_award(opportunity=scene.opportunity, reason=WHY, arrived_at=timezone.now(), by=scene.director)
    page = text(client_of(scene.director).get(of("award-choose", scene)))
    assert "Ended without an award on" in page
    assert "Create the alliance" not in page


def test_ending_page_says_why_not():
    opportunity = OpportunityFactory(is_open=True)
    client = client_of(member(Role.DIRECTOR, opportunity.organisation))
    page = reverse("award-end", args=[opportunity.pk])
    assert "Bidding has not closed yet" in text(client.get(page))
    answer = client.post(page, {"reason": "Nobody is needed any more."})
    assert answer.status_code == 422
    assert "Nobody is needed any more." in text(answer)


# --- results


def test_loser_sees_own_points_and_reasons_beside_the_winners_points():
    scene = awarded(5, 3)
    scene.bids[0].answers.update(text="MARKER of the winner's answer")
    page = text(client_of(scene.bidders[1]).get(result_url(scene, 1)))
    assert "Your bid did not win this time" in page
    assert "3 of 5" in page
    assert "(the winner: 5 of 5)" in page
    assert "Agreed reason 1 for question 2." in page
    assert "Agreed reason 0" not in page
    assert "MARKER" not in page
    assert "2 of 2" in page
    assert WHY in page
    assert "commissioning@example.org" in page


def test_winner_sees_that_it_won():
    scene = awarded()
    page = text(client_of(scene.bidders[0]).get(result_url(scene)))
    assert "Your bid won" in page
    assert "the winner:" not in page


def test_every_member_of_the_bid_sees_its_result_and_no_other():
    scene = awarded()
    partner = member(Role.VIEWER)
    scene.bids[1].members.create(organisation=partner.memberships.get().organisation)
    client = client_of(partner)
    assert client.get(result_url(scene, 1)).status_code == 200
    assert client.get(result_url(scene)).status_code == 404
    assert client_of(scene.bidders[0]).get(result_url(scene, 1)).status_code == 404


def test_result_is_404_before_the_decision_and_for_strangers():
    scene = agreed()
    assert client_of(scene.bidders[0]).get(result_url(scene)).status_code == 404
    decided = awarded()
    for person in (member(Role.OWNER), member(Role.DIRECTOR), member(Role.SERVICE_ADMINISTRATOR)):
        assert client_of(person).get(result_url(decided)).status_code == 404


def test_body_and_auditor_read_every_result():
    scene = awarded()
    for person in (scene.director, scene.manager, member(Role.AUDITOR)):
        for bid in (0, 1):
            page = client_of(person).get(result_url(scene, bid))
            assert page.status_code == 200
            assert "Your bid" not in text(page)


def test_member_scores_stay_off_the_result():
    scene = in_moderation()
    scene.chair.scores.update(reason="MARKER of one member")
    agree_everything(scene, 5, 3)
    make_award(bid=scene.bids[0], reason=WHY, seen=scene.fingerprint, by=scene.director)
    for bid in (0, 1):
        assert "MARKER" not in text(client_of(scene.bidders[bid]).get(result_url(scene, bid)))


@pytest.mark.parametrize("number", [1, 3, 30])
def test_queries_of_a_result_stay_the_same(number, django_assert_max_num_queries):
    scene = awarded(*[5] + [3] * (number - 1), bids=number)
    client = client_of(scene.bidders[0])
    client.get(result_url(scene))
    with django_assert_max_num_queries(15):
        assert client.get(result_url(scene)).status_code == 200


# --- what everyone reads


def summary(opportunity):
    return render_to_string(
        "marketplace/award_summary.html",
        {"award": award_of(opportunity), "no_award": no_award_of(opportunity)},
    )


def test_public_summary_says_who_when_for_how_much_and_why():
    scene = awarded()
    found = summary(scene.opportunity)
    assert f"Awarded to {scene.bids[0].bidder} on" in found
    assert "£38,000" in found
    assert WHY in found
    assert scene.bids[1].bidder not in found


def test_public_summary_of_an_end_without_award_and_of_nothing():
    scene = evaluation()
    assert summary(scene.opportunity).strip() == ""
    end_without_award(opportunity=scene.opportunity, reason=WHY, arrived_at=timezone.now(), by=scene.director)
    assert "Ended without an award on" in summary(scene.opportunity)
    assert WHY in summary(scene.opportunity)


def test_withdrawn_bid_has_no_result():
    scene = awarded()
    Bid.objects.filter(pk=scene.bids[1].pk).update(status="withdrawn")
    assert client_of(scene.bidders[1]).get(result_url(scene, 1)).status_code == 404


def test_everyone_reads_the_award_on_the_opportunitys_page(client):
    scene = awarded()
    page = text(client.get(reverse("opportunity-detail", args=[scene.opportunity.pk])))
    assert f"Awarded to {scene.bids[0].bidder} on" in page
    assert WHY in page
    assert "Agreed reason" not in page


def test_evaluation_is_offered_only_to_those_who_may_follow_it():
    scene = awarded()
    page = reverse("opportunity-detail", args=[scene.opportunity.pk])
    for person, offered in [
        (scene.director, True),
        (scene.chair.user, True),
        (member(Role.PRACTITIONER, scene.opportunity.organisation), False),
        (scene.bidders[0], False),
    ]:
        assert (of("evaluation-detail", scene) in text(client_of(person).get(page))) is offered
