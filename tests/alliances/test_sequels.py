"""The alliance is told on the pages of the opportunity and of the need it came from."""

import pytest
from django.test import Client

from alliances.models import Alliance
from core.roles import Role
from marketplace.models import Opportunity
from tests.factories.alliances import AllianceFactory, award, provider_of
from tests.factories.core import member

pytestmark = pytest.mark.django_db


def of_award(**kind: bool) -> Alliance:
    """Made from an award."""
    made = award()
    Opportunity.objects.filter(pk=made.lot.opportunity_id).update(status="awarded")
    return AllianceFactory(
        award=made, organisation=made.lot.opportunity.organisation, name="Homes together", **kind
    )


def pages_of(alliance: Alliance, client: Client) -> list[str]:
    """The opportunity's and the need's."""
    opportunity = alliance.award.lot.opportunity
    need = opportunity.needs.get()
    return [
        client.get(f"/{at}/").content.decode() for at in (f"opportunities/{opportunity.pk}", f"needs/{need.pk}")
    ]


def test_signed_alliance_is_told_to_everyone(client: Client) -> None:
    alliance = of_award(active=True)
    for page in pages_of(alliance, client):
        assert "Alliance signed by all its members" in page
        assert "Homes together" in page
    assert f'<a href="/alliances/{alliance.pk}/">Homes together</a>' in pages_of(alliance, client)[0]


def test_alliance_being_signed_is_shown_to_its_own_people_alone(client: Client) -> None:
    alliance = of_award(signing=True)
    for page in pages_of(alliance, client):
        assert "Homes together" not in page
    client.force_login(member(Role.VIEWER, provider_of(alliance)))
    told, of_need = pages_of(alliance, client)
    assert f'<a href="/alliances/{alliance.pk}/">Homes together</a>' in told
    assert "Alliance signed by all" not in told + of_need
