"""The pages about who belongs to an organisation."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from core.models import Event, Membership, Notice, User
from core.roles import Role
from core.services.memberships import change_roles, end_membership, request_membership
from core.states import MembershipStatus as S
from tests.core.signed_in import browser_of
from tests.factories.core import OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db

ACTIONS = ("approve", "refuse", "roles", "end")


@pytest.fixture
def charity():
    return OrganisationFactory(name="Hope House")


@pytest.fixture
def owner(charity):
    return member(Role.OWNER, charity, name="Olga Owner")


@pytest.fixture
def browser(owner):
    return browser_of(owner)


@pytest.fixture
def asked(owner, charity):
    person = UserFactory(name="Ada Lovelace")
    return request_membership(by=person, organisation=charity, message="I keep the books.")


def place(person: User) -> Membership:
    return person.memberships.get()


def page(action: str, membership: Membership) -> str:
    return reverse(f"membership-{action}", args=[membership.pk])


def people_page(organisation) -> str:
    return reverse("member-list", args=[organisation.pk])


# --- the list ----------------------------------------------------------------------------------------


def test_list_shows_people_with_roles_and_who_waits(browser, charity, asked):
    member(Role.PROVIDER_FINANCE, charity, name="Fay Finance", email="fay@example.org")
    text = browser.get(people_page(charity)).content.decode()
    assert "Olga Owner" in text
    assert "Fay Finance" in text
    assert "fay@example.org" in text
    assert "Waiting to be let in" in text
    assert "Ada Lovelace" in text
    assert "Signs for the organisation, submits its bids and decides who joins." in text
    assert reverse("member-add", args=[charity.pk]) in text


def test_list_for_others_has_nothing_to_press_but_leaving(charity, asked):
    viewer = member(Role.VIEWER, charity)
    text = browser_of(viewer).get(people_page(charity)).content.decode()
    assert "Olga Owner" in text
    assert "Ada Lovelace" not in text
    assert "Change roles" not in text
    assert "Remove" not in text
    assert page("end", place(viewer)) in text
    assert "This is for people with the role owner" in text


def test_list_is_for_its_own_people_and_auditors(charity, owner):
    assert browser_of(member(Role.OWNER)).get(people_page(charity)).status_code == 404
    assert browser_of(member(Role.DIRECTOR)).get(people_page(charity)).status_code == 404
    assert browser_of(UserFactory()).get(people_page(charity)).status_code == 404
    assert browser_of(member(Role.AUDITOR)).get(people_page(charity)).status_code == 200


@pytest.mark.parametrize("number", [0, 999_999, 10**30])
def test_list_of_no_organisation_is_not_found(browser, number):
    assert browser.get(f"/organisations/{number}/people/").status_code == 404


def queries_of(browser, address, capture) -> int:
    with capture() as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_list_asks_as_much_for_thirty_people_as_for_one(browser, charity, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        return queries_of(browser, people_page(charity), lambda: CaptureQueriesContext(connection))

    count()  # the first request writes the session
    counts = {count()}
    for more in (2, 27):
        for _number in range(more):
            member(Role.VIEWER, charity)
            request_membership(by=UserFactory(), organisation=charity)
        counts.add(count())
    assert len(counts) <= 2  # without and with somebody waiting
    assert max(counts) <= 12


def test_list_goes_on_over_pages(browser, charity):
    for number in range(30):
        member(Role.VIEWER, charity, name=f"Person {number:02}")
    first = browser.get(people_page(charity))
    text = first.content.decode()
    assert "Person 00" in text
    assert "Person 29" not in text
    second = browser.get(first.context["pages"].next_url).content.decode()
    assert "Person 29" in second
    assert "Person 00" not in second


# --- deciding ----------------------------------------------------------------------------------------


def test_approving_lets_in(browser, asked, charity):
    text = browser.get(page("approve", asked)).content.decode()
    assert "I keep the books." in text
    answer = browser.post(page("approve", asked), {"roles": ["provider_finance"]}, follow=True)
    assert answer.redirect_chain == [(people_page(charity), 302)]
    assert "Ada Lovelace now belongs to Hope House." in answer.content.decode()
    asked.refresh_from_db()
    assert asked.status == S.ACTIVE


@pytest.mark.parametrize("roles", [[], ["director"], ["auditor", "viewer"], ["\x00"], ["owner" * 500]])
def test_approving_with_wrong_roles_shows_the_form_again(browser, asked, roles):
    answer = browser.post(page("approve", asked), {"roles": roles})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.status == S.REQUESTED


def test_approving_what_is_decided_says_so(browser, asked):
    end = {"roles": ["viewer"]}
    browser.post(page("approve", asked), end)
    text = browser.get(page("approve", asked)).content.decode()
    assert "now “active”" in text
    assert "Let them in" not in text
    again = browser.post(page("approve", asked), end)
    assert again.status_code == 422
    assert "now “active”" in again.content.decode()
    assert Notice.objects.filter(kind="core/membership_approved").count() == 1


def test_refusing_asks_for_a_reason(browser, asked):
    assert browser.get(page("refuse", asked)).status_code == 200
    assert "Enter the reason." in browser.post(page("refuse", asked), {"reason": " "}).content.decode()
    long = browser.post(page("refuse", asked), {"reason": "a" * 501})
    assert long.status_code == 422
    assert "a" * 501 in long.content.decode()
    browser.post(page("refuse", asked), {"reason": "We do not know you."})
    asked.refresh_from_db()
    assert asked.status == S.REFUSED


def test_own_request_is_not_ones_own_to_decide(asked, charity):
    Membership.objects.filter(pk=asked.pk).update(status=S.ACTIVE)
    asked.roles.create(role=Role.OWNER)
    Membership.objects.filter(pk=asked.pk).update(status=S.REQUESTED)
    assert browser_of(asked.user).get(page("approve", asked)).status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_action_is_forbidden_to_those_without_the_right(asked, charity, action):
    viewer = member(Role.VIEWER, charity)
    assert browser_of(viewer).get(page(action, asked)).status_code == 403
    assert browser_of(viewer).post(page(action, asked), {"roles": ["viewer"], "reason": "x"}).status_code == 403


@pytest.mark.parametrize("action", ACTIONS)
def test_action_is_not_found_by_people_of_another_organisation(asked, action):
    stranger = browser_of(member(Role.OWNER))
    assert stranger.get(page(action, asked)).status_code == 404
    assert stranger.post(page(action, asked), {"roles": ["viewer"], "reason": "x"}).status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_auditor_changes_nothing(asked, action):
    auditor = browser_of(member(Role.AUDITOR))
    assert auditor.post(page(action, asked), {"roles": ["viewer"], "reason": "x"}).status_code == 403


# --- roles and leaving -------------------------------------------------------------------------------


def test_roles_page_shows_and_saves_them(browser, charity):
    person = member(Role.VIEWER, charity)
    form = browser.get(page("roles", place(person))).context["form"]
    assert form["roles"].value() == ["viewer"]
    answer = browser.post(page("roles", place(person)), {"roles": ["bid_writer", "viewer"], "shown": "viewer"})
    assert answer.status_code == 302
    assert {role.role for role in place(person).roles.all()} == {"bid_writer", "viewer"}


def test_roles_changed_by_somebody_else_are_not_undone_unseen(browser, owner, charity):
    person = member(Role.VIEWER, charity)
    change_roles(by=owner, membership=place(person), roles=[Role.BID_WRITER])
    stale = browser.post(page("roles", place(person)), {"roles": ["provider_finance", "owner"], "shown": "viewer"})
    assert stale.status_code == 422
    assert "to bid writer meanwhile" in stale.content.decode()
    assert stale.context["form"]["roles"].value() == ["provider_finance", "owner"]
    # The page now carries what is saved: a second Save overwrites knowingly.
    shown = stale.context["form"]["shown"].value()
    assert shown == "bid_writer"
    browser.post(page("roles", place(person)), {"roles": ["provider_finance"], "shown": shown})
    assert [role.role for role in place(person).roles.all()] == ["provider_finance"]


def test_last_owner_is_told_why_not(browser, owner):
    answer = browser.post(page("roles", place(owner)), {"roles": ["viewer"], "shown": "owner"})
    assert "Olga Owner is the last owner of Hope House." in answer.content.decode()
    ending = browser.get(page("end", place(owner))).content.decode()
    assert "Olga Owner is the last owner of Hope House." in ending
    assert "Leave</button>" not in ending
    assert browser.post(page("end", place(owner))).status_code == 422
    assert place(owner).status == S.ACTIVE


def test_ending_a_membership_takes_a_word_of_warning_first(browser, charity):
    person = member(Role.VIEWER, charity, name="Vera")
    assert "Vera will no longer see or do anything" in browser.get(page("end", place(person))).content.decode()
    answer = browser.post(page("end", place(person)), {"reason": "Moved on."}, follow=True)
    assert "Vera no longer belongs to Hope House." in answer.content.decode()
    assert "Moved on." in Notice.objects.get(recipient=person).body


def test_leaving_ends_on_ones_own_organisations(owner, charity):
    person = member(Role.VIEWER, charity)
    browser = browser_of(person)
    assert "You will no longer see" in browser.get(page("end", place(person))).content.decode()
    answer = browser.post(page("end", place(person)), follow=True)
    assert answer.redirect_chain == [(reverse("organisation-list"), 302)]
    assert browser.get(people_page(charity)).status_code == 404


def test_person_who_was_removed_is_out_at_the_next_page(browser, owner, charity):
    person = member(Role.VIEWER, charity)
    theirs = browser_of(person)
    assert theirs.get(people_page(charity)).status_code == 200
    end_membership(by=owner, membership=place(person))
    assert theirs.get(people_page(charity)).status_code == 404


# --- adding ------------------------------------------------------------------------------------------


def test_adding_by_address(browser, charity):
    person = UserFactory(name="Grace", email="grace@example.org")
    EmailAddress.objects.create(user=person, email=person.email, verified=True)
    address = reverse("member-add", args=[charity.pk])
    assert browser.get(address).status_code == 200
    answer = browser.post(address, {"email": "GRACE@example.org", "roles": ["viewer"]}, follow=True)
    assert "Grace now belongs to Hope House." in answer.content.decode()


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Enter their email address."),
        ("grace", "Enter an email address, like name@example.org."),
        ("grace@example.org", "Nobody with the confirmed address grace@example.org has an account here."),
        ("a" * 300 + "@example.org", "must be 254 characters or fewer"),
        ("gra\x00ce@example.org", "Nobody with the confirmed address"),
    ],
)
def test_adding_an_address_that_cannot_be_keeps_what_was_typed(browser, charity, email, sentence):
    answer = browser.post(reverse("member-add", args=[charity.pk]), {"email": email, "roles": ["viewer"]})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert email.replace("\x00", "") in text
    assert "checked" in text
    assert not Event.objects.exists()


def test_adding_is_for_those_who_decide(charity, owner):
    address = reverse("member-add", args=[charity.pk])
    assert browser_of(member(Role.VIEWER, charity)).get(address).status_code == 403
    assert browser_of(member(Role.OWNER)).get(address).status_code == 404
