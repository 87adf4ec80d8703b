"""A member signs once what its share asks is settled; the commissioner sees where each of them stands."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alliances.services.agreements import ask_signatures, create_alliance
from alliances.services.signing import sign_alliance
from core.access import Refused
from marketplace.queries.awards import ranking_of
from marketplace.services.awards import make_award
from providers.models import Evidence
from providers.services.evidence import withdraw_evidence
from tests.factories.settled import settle
from tests.marketplace.evaluation_scene import REASON, agreed, client_of

pytestmark = pytest.mark.django_db


def out_to_sign():
    """An alliance out to be signed by the lead of the bid that won, its owner, and the evaluation it came from."""
    scene = agreed()
    award = make_award(
        by=scene.director,
        bid=scene.bids[0],
        reason=REASON,
        seen=ranking_of(scene.opportunity.lots.get()).fingerprint,
    )
    alliance = create_alliance(
        by=scene.director,
        award=award,
        name="Homes",
        purpose="A home for everyone.",
        principles="We are equal parties.",
        starts_on=timezone.localdate(),
        form_key=uuid.uuid4(),
    )
    return scene, ask_signatures(by=scene.director, alliance=alliance, version=1), scene.bidders[0]


def sign(alliance, by):
    house = by.memberships.get().organisation
    return sign_alliance(
        by=by,
        alliance=alliance,
        organisation=house,
        signed_as="Chair",
        confirms=True,
        sha256=alliance.agreed_sha256,
    )


def test_member_with_open_checks_cannot_sign_and_reads_which():
    _scene, alliance, owner = out_to_sign()
    with pytest.raises(Refused, match=r"settle what its share of the work asks: .*Bank account.* \(needed\)"):
        sign(alliance, owner)
    assert not alliance.members.filter(signed_at__isnull=False).exists()


def test_member_that_settled_everything_signs():
    scene, alliance, owner = out_to_sign()
    settle(scene.bids[0])
    sign(alliance, owner)
    assert alliance.members.get(signed_by=owner).signed_at


def test_paper_taken_back_before_signing_stops_it_again():
    scene, alliance, owner = out_to_sign()
    settle(scene.bids[0])
    shown = Evidence.objects.get(organisation=owner.memberships.get().organisation, check_code="bank_account")
    withdraw_evidence(by=owner, evidence=shown)
    with pytest.raises(Refused, match="Bank account"):
        sign(alliance, owner)


def test_sign_page_says_what_is_open_and_leads_there():
    scene, alliance, owner = out_to_sign()
    place = alliance.members.get(organisation=owner.memberships.get().organisation)
    shown = client_of(owner).get(reverse("alliance-sign", args=[alliance.pk, place.pk])).content.decode()
    assert "Bank account" in shown
    assert reverse("bid-checks", args=[scene.bids[0].pk]) in shown
    settle(scene.bids[0])
    shown = client_of(owner).get(reverse("alliance-sign", args=[alliance.pk, place.pk])).content.decode()
    assert reverse("bid-checks", args=[scene.bids[0].pk]) not in shown


# --- the commissioner


def test_award_page_shows_where_each_member_stands():
    scene = agreed()
    shown = client_of(scene.director).get(reverse("award-choose", args=[scene.opportunity.pk])).content.decode()
    assert "Checks of the members" in shown
    assert "Bank account in your name" in shown
    settle(scene.bids[0])
    settle(scene.bids[1])
    shown = client_of(scene.director).get(reverse("award-choose", args=[scene.opportunity.pk])).content.decode()
    assert "<dt>Open</dt>" not in shown
    assert "Verified, told or covered" in shown


def test_decision_shows_the_winner_alone():
    scene, _alliance, _owner = out_to_sign()
    shown = client_of(scene.director).get(reverse("award-choose", args=[scene.opportunity.pk])).content.decode()
    assert shown.count('class="card__caption"') == 1


def test_panel_sees_nothing_of_it():
    scene = agreed()
    panel = client_of(scene.chair.user)
    assert panel.get(reverse("award-choose", args=[scene.opportunity.pk])).status_code in (403, 404)
    shown = panel.get(reverse("evaluation-detail", args=[scene.opportunity.pk])).content.decode()
    assert "Checks of the members" not in shown


def test_award_page_asks_as_many_queries_for_four_bids_as_for_two():
    counts = []
    for bids in (2, 4):
        scene = agreed(5, 3, 4, 2, bids=bids)
        browser, address = client_of(scene.director), reverse("award-choose", args=[scene.opportunity.pk])
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
