"""The list of alliances, public and own."""

import pytest
from django.urls import reverse

from core.roles import Role
from tests.factories.alliances import AllianceFactory, ResultFactory, award, provider_of
from tests.factories.core import member

pytestmark = pytest.mark.django_db

URL = "/alliances/"


def names(page):
    return [row.alliance.name for row in page.context["rows"]]


def test_empty_list_says_what_will_be_there(client):
    page = client.get(URL)

    assert page.status_code == 200
    assert "No alliances yet" in page.content.decode()


def test_everyone_sees_signed_alliances_with_parties_area_outcomes_and_score(client):
    decision = award()
    alliance = AllianceFactory(active=True, award=decision)
    ResultFactory(outcome=alliance.outcomes.get(number=1))

    text = client.get(URL).content.decode()

    for part in (
        alliance.name,
        *(place.organisation.name for place in alliance.members.all()),
        decision.lot.opportunity.area.name,
        "People in settled housing after 3 months: 55%, target 60%",
        "36%",
    ):
        assert part in text


def test_unsigned_alliances_are_listed_for_their_members_alone(client, browse):
    draft, signing, active = AllianceFactory(), AllianceFactory(signing=True), AllianceFactory(active=True)

    assert names(client.get(URL)) == [active.name]
    assert names(browse(member(Role.OWNER)).get(URL)) == [active.name]
    assert names(browse(member(Role.VIEWER, provider_of(signing))).get(URL)) == [active.name, signing.name]
    assert names(browse(member(Role.DIRECTOR, draft.organisation)).get(URL)) == [active.name, draft.name]
    assert names(browse(member(Role.AUDITOR)).get(URL)) == [active.name, signing.name, draft.name]


def test_alliance_with_two_own_members_is_listed_once(browse):
    alliance = AllianceFactory(signing=True)
    person = member(Role.OWNER, provider_of(alliance))
    second = member(Role.VIEWER, provider_of(alliance, 1))
    second.memberships.update(user=person)

    assert names(browse(person).get(URL)) == [alliance.name]


@pytest.mark.parametrize("person", ["nobody", "member"])
def test_list_takes_as_many_queries_for_thirty_as_for_one(client, browse, person, django_assert_max_num_queries):
    owner = member(Role.OWNER)
    body = owner.memberships.get().organisation
    visitor = client if person == "nobody" else browse(owner)
    visitor.get(URL)  # the first page of a session notes that somebody is there
    counts, made = [], 0
    for rows in (1, 3, 30):
        for _ in range(made, rows):
            alliance = AllianceFactory(active=True, award=award())
            ResultFactory(outcome=alliance.outcomes.first())
            alliance.members.filter(share_bps=4000).update(organisation=body)
        made = rows
        with django_assert_max_num_queries(12) as queries:
            page = visitor.get(URL)
        counts.append(len(queries))
        assert len(page.context["rows"]) == min(rows, 25)

    assert len(set(counts)) == 1


def test_second_page_goes_on_where_the_first_ended(client):
    made = [AllianceFactory(active=True).name for _ in range(27)]

    first = client.get(URL)
    second = client.get(first.context["pages"].next_url)

    assert names(first) + names(second) == made[::-1]


@pytest.mark.parametrize("cursor", ["x", "a:b:c", "%00", "'"])
def test_cursor_tampered_with_is_page_one(client, cursor):
    alliance = AllianceFactory(active=True)

    assert names(client.get(URL, {"page": cursor})) == [alliance.name]


def test_list_has_its_name():
    assert reverse("alliance-list") == URL
