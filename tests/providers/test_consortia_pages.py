"""Pages of consortia: who sees them, what they offer, what each button does."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import refused
from core.roles import Role
from providers.models import Consortium, ConsortiumMember
from providers.policies import consortia as policies
from providers.policies.consortia import keep_from_leaving
from tests.factories.core import UserFactory, member
from tests.factories.providers import (
    ConsortiumFactory,
    RegistrationFactory,
    consortium_member,
    organisation_of,
    registered,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    """The lead’s owner, signed in."""
    person = registered(told=True)
    client.force_login(person)
    return person


@pytest.fixture
def consortium(owner):
    return ConsortiumFactory(name="Coast", lead=organisation_of(owner), created_by=owner)


@pytest.fixture
def partner():
    return registered(told=True)


@pytest.fixture
def place(consortium, partner):
    """The partner’s invitation."""
    return consortium_member(consortium, organisation_of(partner))


def texts(client, name, *numbers):
    answer = client.get(reverse(name, args=numbers))
    assert answer.status_code == 200
    return answer.content.decode()


def fresh(place):
    return ConsortiumMember.objects.get(pk=place.pk)


# --- who gets in

OF_CONSORTIUM = ["consortium-detail", "consortium-rename", "consortium-search"]
OF_PLACE = ["invitation-detail", "invitation-take-back", "consortium-leave", "consortium-remove"]


@pytest.mark.parametrize("name", OF_CONSORTIUM + OF_PLACE)
def test_page_is_there_for_nobody_outside(client, consortium, place, name):
    number = consortium.pk if name in OF_CONSORTIUM else place.pk
    declined = registered()
    consortium_member(consortium, organisation_of(declined), status="declined")
    for person in (registered(), declined, UserFactory()):
        client.force_login(person)
        assert client.get(reverse(name, args=[number])).status_code == 404
    client.logout()
    assert client.get(reverse(name, args=[number])).status_code == 302


@pytest.mark.parametrize("name", ["invitation-accept", "invitation-decline"])
def test_button_is_there_for_nobody_outside(client, place, name):
    client.force_login(registered())
    assert client.post(reverse(name, args=[place.pk])).status_code == 404
    assert client.get(reverse(name, args=[place.pk])).status_code == 405
    assert fresh(place).status == "invited"


@pytest.mark.parametrize("name", ["consortium-rename", "consortium-search"])
def test_page_of_the_lead_is_closed_to_members(client, consortium, partner, place, name):
    client.force_login(partner)
    assert client.get(reverse(name, args=[consortium.pk])).status_code == 403


def test_viewer_of_the_lead_sees_and_changes_nothing(client, owner, consortium, place):
    client.force_login(member(Role.VIEWER, organisation_of(owner)))
    page = texts(client, "consortium-detail", consortium.pk)
    assert "Take the invitation back" not in page
    assert reverse("consortium-search", args=[consortium.pk]) not in page
    assert client.post(reverse("invitation-take-back", args=[place.pk])).status_code == 403
    assert client.get(reverse("consortium-form")).status_code == 403


def test_auditor_sees_every_consortium(client, consortium, settings):
    settings.BEFORE_SECOND_FACTOR = settings.BEFORE_SECOND_FACTOR | {"consortium-detail"}
    client.force_login(member(Role.AUDITOR))
    assert "Coast" in texts(client, "consortium-detail", consortium.pk)


# --- the list


def test_list_has_invitations_first(client, owner):
    ConsortiumFactory(name="Already in", joined=[organisation_of(owner)])
    ConsortiumFactory(name="Asks you", invited=[organisation_of(owner)])
    page = texts(client, "consortium-list")
    assert page.index("Invitations to answer") < page.index("Asks you") < page.index("Already in")


def test_list_leaves_out_what_one_declined_or_left(client, owner):
    for status in ("declined", "left", "taken_back"):
        consortium_member(ConsortiumFactory(name=f"Was {status}"), organisation_of(owner), status=status)
    page = texts(client, "consortium-list")
    assert "Was" not in page
    assert "You are in no consortium yet" in page


def test_list_of_somebody_without_organisation_says_what_it_is_for(client):
    client.force_login(UserFactory())
    assert "Consortia are formed by providers" in texts(client, "consortium-list")


@pytest.mark.parametrize("page", ["consortium-list", "consortium-detail", "consortium-search"])
def test_page_costs_the_same_queries_however_long(client, owner, consortium, page):
    address = reverse(page, args=[] if page == "consortium-list" else [consortium.pk])
    counts = []
    for more in (1, 2, 27):
        for number in range(more):
            partner = RegistrationFactory(
                told=True, organisation__name=f"Partner {len(counts)} {number}"
            ).organisation
            status = ("invited", "joined", "left", "declined")[number % 4]
            consortium_member(consortium, partner, status=status)
            ConsortiumFactory(invited=[organisation_of(owner)])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"q": "partner"} if page == "consortium-search" else {})
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 12


# --- forming and naming


def sent(**changes):
    return {"form_key": str(uuid4()), "name": "Coast", **changes}


def test_forming_leads_on_to_inviting_and_back_to_the_bid(client, owner):
    answer = client.post("/consortia/new/?next=/bids/3/", sent(organisation=organisation_of(owner).pk))
    made = Consortium.objects.get()
    assert answer.url == f"/consortia/{made.pk}/?next=%2Fbids%2F3%2F"
    page = client.get(answer.url).content.decode()
    assert 'href="/bids/3/"' in page
    assert f'href="/consortia/{made.pk}/find/?next=%2Fbids%2F3%2F"' in page
    assert "Nobody else yet" in page


def test_form_sent_twice_makes_one(client, owner):
    given = sent()
    assert client.post("/consortia/new/", given).url == client.post("/consortia/new/", given).url
    assert Consortium.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"name": "x" * 201}, {"name": "\x00"}, {"form_key": "x"}, {"form_key": ""}]
)
def test_bad_form_comes_back(client, owner, changes):
    answer = client.post("/consortia/new/", sent(**changes))
    assert answer.status_code == 422
    assert b"There is a problem" in answer.content
    assert not Consortium.objects.exists()


def test_lead_is_the_organisation_the_form_was_opened_for(client, owner):
    second = RegistrationFactory(organisation__name="Another of mine").organisation
    first = organisation_of(owner)
    member_of_both = member(Role.OWNER, second)
    member_of_both.memberships.create(organisation=first)
    client.force_login(member_of_both)
    client.post("/consortia/new/", sent(organisation=second.pk))
    assert Consortium.objects.get().members.get().organisation == second


@pytest.mark.parametrize("named", ["", "x", "999999", "9" * 40, "somebody else"])
def test_changed_lead_counts_as_left_out(client, owner, named):
    other = RegistrationFactory().organisation
    client.post("/consortia/new/", sent(organisation=other.pk if named == "somebody else" else named))
    assert Consortium.objects.get().members.get().organisation == organisation_of(owner)


def test_somebody_without_organisation_is_led_to_register(client):
    client.force_login(UserFactory())
    assert client.get("/consortia/new/").url == "/register/"


def test_name_changed_meanwhile_shows_both(client, consortium):
    address = reverse("consortium-rename", args=[consortium.pk])
    Consortium.objects.update(version=4, name="Saved by somebody")
    answer = client.post(address, {"version": 1, "name": "Mine"})
    assert answer.status_code == 422
    assert b"Saved by somebody" in answer.content
    assert b'value="Mine"' in answer.content
    assert client.post(address, {"version": 4, "name": "Mine"}).status_code == 302
    assert Consortium.objects.get().name == "Mine"


# --- finding and inviting


def test_search_finds_by_name_and_number_but_never_the_lead(client, owner, consortium, partner):
    lead = organisation_of(owner)
    type(lead).objects.filter(pk=lead.pk).update(name="Anchor Lead")
    RegistrationFactory(organisation__name="Anchor House", number="1090095")
    address = reverse("consortium-search", args=[consortium.pk])
    for text in ("anchor", "1090095", "Charity no 1090095"):
        found = client.get(address, {"q": text}).context["candidates"]
        assert [candidate.organisation.name for candidate in found] == ["Anchor House"]


def test_search_says_who_is_in_already(client, consortium, partner, place):
    answer = client.get(reverse("consortium-search", args=[consortium.pk]), {"q": organisation_of(partner).name})
    [candidate] = answer.context["candidates"]
    assert candidate.reason == "invited"
    assert candidate.invite_url not in answer.content.decode()


def test_search_shows_so_many_and_says_that_there_are_more(client, consortium):
    for number in range(22):
        RegistrationFactory(organisation__name=f"Anchor {number:02}")
    answer = client.get(reverse("consortium-search", args=[consortium.pk]), {"q": "anchor"})
    assert len(answer.context["candidates"]) == 20
    assert b"The first 20" in answer.content


@pytest.mark.parametrize("text", ["", "x", "x" * 300, "\x00", "%"])
def test_search_for_next_to_nothing_says_so(client, consortium, text):
    answer = client.get(reverse("consortium-search", args=[consortium.pk]), {"q": text})
    assert answer.status_code == 200
    assert b"There is a problem" in answer.content


def test_search_without_a_hit_says_what_to_do(client, consortium):
    answer = client.get(reverse("consortium-search", args=[consortium.pk]), {"q": "nowhere at all"})
    assert b"ask it to register first" in answer.content


def test_inviting_tells_the_partner_and_shows_it(client, consortium, partner):
    address = reverse("consortium-invite", args=[consortium.pk, organisation_of(partner).pk])
    assert client.get(address).status_code == 200
    answer = client.post(f"{address}?next=/bids/3/", {"part": "Mentoring in two towns"})
    assert answer.url == "/bids/3/"
    page = client.get(f"/consortia/{consortium.pk}/").content.decode()
    assert organisation_of(partner).name in page
    assert "Mentoring in two towns" in page
    assert "Take the invitation back" in page


def test_whoever_is_invited_already_is_not_invited_again(client, consortium, partner, place):
    address = reverse("consortium-invite", args=[consortium.pk, organisation_of(partner).pk])
    assert b"is invited already" in client.get(address).content
    answer = client.post(address, {"part": "More"})
    assert answer.status_code == 422
    assert b"is invited already" in answer.content
    assert fresh(place).part != "More"


def test_invitation_with_too_long_a_part_comes_back(client, consortium, partner):
    address = reverse("consortium-invite", args=[consortium.pk, organisation_of(partner).pk])
    assert client.post(address, {"part": "x" * 301}).status_code == 422


def test_what_is_no_registered_provider_cannot_be_invited(client, consortium):
    for number in (organisation_of(member(Role.DIRECTOR)).pk, 999_999):
        assert client.get(reverse("consortium-invite", args=[consortium.pk, number])).status_code == 404


def test_member_invites_nobody(client, consortium, partner, place):
    client.force_login(partner)
    address = reverse("consortium-invite", args=[consortium.pk, RegistrationFactory().organisation_id])
    assert client.post(address, {"part": ""}).status_code == 403


# --- answering


def test_invitation_says_what_joining_means_and_offers_both_answers(client, partner, place):
    client.force_login(partner)
    page = texts(client, "invitation-detail", place.pk)
    assert "What joining means" in page
    assert reverse("invitation-accept", args=[place.pk]) in page
    assert reverse("invitation-decline", args=[place.pk]) in page


def test_invitation_is_shown_to_those_who_cannot_answer_with_the_reason(client, partner, place):
    client.force_login(member(Role.BID_WRITER, organisation_of(partner)))
    page = texts(client, "invitation-detail", place.pk)
    assert reverse("invitation-accept", args=[place.pk]) not in page
    assert "This is for people with the role owner" in page
    assert client.post(reverse("invitation-accept", args=[place.pk])).status_code == 403


def test_accepting_opens_the_consortium(client, partner, place):
    client.force_login(partner)
    answer = client.post(reverse("invitation-accept", args=[place.pk]), follow=True)
    assert fresh(place).status == "joined"
    assert "has joined" in answer.content.decode()
    assert "Leave this consortium" in answer.content.decode()


def test_declining_leads_back_to_the_list(client, partner, place):
    client.force_login(partner)
    answer = client.post(reverse("invitation-decline", args=[place.pk]))
    assert fresh(place).status == "declined"
    assert answer.url == "/consortia/"
    assert client.get(reverse("invitation-detail", args=[place.pk])).status_code == 404


def test_second_click_says_that_it_is_answered(client, partner, place):
    client.force_login(partner)
    client.post(reverse("invitation-accept", args=[place.pk]))
    answer = client.post(reverse("invitation-accept", args=[place.pk]))
    assert answer.status_code == 409
    assert "can no longer be done" in answer.content.decode()


# --- taking back, leaving, inviting again


def test_taking_back_asks_first(client, place):
    address = reverse("invitation-take-back", args=[place.pk])
    assert "Take it back" in client.get(address).content.decode()
    assert fresh(place).status == "invited"
    assert client.post(address).status_code == 302
    assert fresh(place).status == "taken_back"


def test_leaving_asks_first(client, consortium, partner, place):
    ConsortiumMember.objects.filter(pk=place.pk).delete()
    joined = consortium_member(consortium, organisation_of(partner), status="joined")
    client.force_login(partner)
    address = reverse("consortium-leave", args=[joined.pk])
    assert "Leave the consortium" in client.get(address).content.decode()
    answer = client.post(address, {"reason": " "})
    assert (answer.status_code, fresh(joined).status) == (422, "joined")
    assert client.post(address, {"reason": "No room this year."}).url == "/consortia/"
    assert fresh(joined).status == "left"


def test_removing_asks_why_first(client, consortium, partner):
    joined = consortium_member(consortium, organisation_of(partner), status="joined")
    address = reverse("consortium-remove", args=[joined.pk])
    assert address in texts(client, "consortium-detail", consortium.pk)
    assert "are told why" in client.get(address).content.decode()
    answer = client.post(address, {"reason": ""})
    assert (answer.status_code, fresh(joined).status) == (422, "joined")
    assert client.post(f"{address}?next=/bids/3/", {"reason": "No staff."}).url == "/bids/3/"
    assert fresh(joined).status == "removed"


def test_member_cannot_open_the_page_that_removes(client, consortium, partner):
    joined = consortium_member(consortium, organisation_of(partner), status="joined")
    client.force_login(partner)
    address = reverse("consortium-remove", args=[joined.pk])
    assert [client.get(address).status_code, client.post(address, {"reason": "x"}).status_code] == [403, 403]


def test_reason_stands_in_place_of_the_button(client, consortium, partner, monkeypatch):
    monkeypatch.setattr(policies, "_leaving_rules", [])
    keep_from_leaving(lambda found: refused("A live bid names you."))
    joined = consortium_member(consortium, organisation_of(partner), status="joined")
    client.force_login(partner)
    page = texts(client, "consortium-detail", consortium.pk)
    assert "A live bid names you." in page
    assert "Leave this consortium" not in page
    assert client.post(reverse("consortium-leave", args=[joined.pk])).status_code == 409


def test_whoever_is_out_stands_apart_and_can_be_invited_again(client, consortium, partner):
    consortium_member(consortium, organisation_of(partner), status="declined")
    page = texts(client, "consortium-detail", consortium.pk)
    assert page.index("No longer in it") < page.index(organisation_of(partner).name)
    assert reverse("consortium-invite", args=[consortium.pk, organisation_of(partner).pk]) in page


def test_invited_people_see_the_way_to_answer(client, consortium, partner, place):
    client.force_login(partner)
    page = texts(client, "consortium-detail", consortium.pk)
    assert reverse("invitation-detail", args=[place.pk]) in page
