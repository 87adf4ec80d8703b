"""From the panel's decision to the first result, through the services alone."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from alliances.models import Alliance
from alliances.queries.agreements import alliances_visible_to, with_everything
from alliances.queries.outcomes import score_of
from alliances.services.agreements import ask_signatures, create_alliance
from alliances.services.results import record_result
from alliances.services.signing import sign_alliance
from core.audit import first_break
from core.roles import Role
from marketplace.queries.awards import ranking_of
from marketplace.services.awards import make_award
from tests.factories.core import member
from tests.factories.settled import settle
from tests.marketplace.evaluation_scene import REASON, agreed

pytestmark = pytest.mark.django_db


def test_award_becomes_an_alliance_with_a_result():
    scene = agreed()
    award = make_award(
        by=scene.director,
        bid=scene.bids[0],
        reason=REASON,
        seen=ranking_of(scene.opportunity.lots.get()).fingerprint,
    )
    today = timezone.localdate()
    alliance = create_alliance(
        by=scene.director,
        award=award,
        name="Homes",
        purpose="A home for everyone.",
        principles="We are equal parties.",
        starts_on=today - datetime.timedelta(days=1),
        form_key=uuid.uuid4(),
    )
    alliance = ask_signatures(by=scene.director, alliance=alliance, version=1)
    settle(award.bid)
    for place in alliance.members.all():
        signatory = scene.director
        if place.organisation.is_provider:
            signatory = member(Role.OWNER, place.organisation)
        sign_alliance(
            by=signatory,
            alliance=alliance,
            organisation=place.organisation,
            signed_as="With authority",
            confirms=True,
            sha256=alliance.agreed_sha256,
        )
    record_result(
        by=scene.director,
        outcome=alliance.outcomes.get(number=1),
        period_end=today,
        actual=Decimal(60),
        source="Case records",
        form_key=uuid.uuid4(),
    )

    found = with_everything(alliances_visible_to(member(Role.OWNER))).get()
    assert found == Alliance.objects.get()
    assert found.status == "active"
    assert score_of(found.outcomes.all()).value == Decimal("0.5")
    assert first_break() == ""
