"""Finding an organisation, asking to join it, changing between one's own, setting one up."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from core.models import Body, Membership, Organisation
from core.roles import Role
from core.services.memberships import refuse_membership, request_membership
from core.states import MembershipStatus as S
from tests.core.signed_in import browser_of
from tests.factories.core import CommissionerFactory, OperatorFactory, OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db

LIST, FIND, NEW, SWITCH = (
    reverse(name) for name in ("organisation-list", "organisation-find", "organisation-new", "organisation-switch")
)


def join(organisation) -> str:
    return reverse("organisation-join", args=[organisation.pk])


@pytest.fixture
def charity():
    return OrganisationFactory(name="Hope House")


@pytest.fixture
def person():
    return UserFactory(name="Ada Lovelace")


@pytest.fixture
def browser(person):
    return browser_of(person)


# --- one's own ---------------------------------------------------------------------------------------


def test_list_of_somebody_new_offers_two_ways_to_begin(browser):
    text = browser.get(LIST).content.decode()
    assert reverse("register") in text
    assert FIND in text
    assert NEW not in text


def test_list_shows_every_place_with_what_can_be_done(browser, person, charity):
    waiting = request_membership(by=person, organisation=charity)
    no, gone = OrganisationFactory(name="Not Them"), OrganisationFactory(name="Long Ago")
    Membership.objects.create(user=person, organisation=no, status=S.REFUSED)
    Membership.objects.create(user=person, organisation=gone, status=S.ENDED)
    text = browser.get(LIST).content.decode()
    assert reverse("membership-withdraw", args=[waiting.pk]) in text
    assert join(no) in text
    assert join(gone) in text
    assert "waiting for approval" in text
    assert "not accepted" in text


def test_list_asks_as_much_for_thirty_places_as_for_one(person, browser, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser.get(LIST)
    counts = set()
    for more in (1, 2, 27):
        for _number in range(more):
            Membership.objects.create(user=person, organisation=OrganisationFactory())
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST)
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= 12


def test_withdrawing_a_request(browser, person, charity):
    made = request_membership(by=person, organisation=charity)
    address = reverse("membership-withdraw", args=[made.pk])
    assert browser.get(address).status_code == 405
    assert "You no longer ask to join Hope House." in browser.post(address, follow=True).content.decode()
    # pressed twice
    assert "now “ended”" in browser.post(address, follow=True).content.decode()


def test_withdrawing_anothers_request_is_not_found(browser, charity):
    made = request_membership(by=UserFactory(), organisation=charity)
    assert browser.post(reverse("membership-withdraw", args=[made.pk])).status_code == 404


# --- finding and asking ------------------------------------------------------------------------------


def test_finding_shows_names_and_nothing_else(browser, charity):
    member(Role.OWNER, charity, name="Olga Owner", email="olga@example.org")
    OperatorFactory(name="Hope Operator")
    text = browser.get(FIND, {"q": "hope"}).content.decode()
    assert "Hope House" in text
    assert join(charity) in text
    assert "Hope Operator" not in text
    assert "Olga" not in text
    assert "olga@" not in text


def test_finding_marks_ones_own(charity):
    text = browser_of(member(Role.OWNER, charity)).get(FIND, {"q": "hope"}).content.decode()
    assert "yours already" in text
    assert join(charity) not in text


def test_finding_without_words_or_result_says_what_to_do(browser):
    assert "None with this name" not in browser.get(FIND).content.decode()
    text = browser.get(FIND, {"q": "no such"}).content.decode()
    assert "None with this name" in text
    assert reverse("register") in text


def test_finding_too_many_says_so(browser):
    OrganisationFactory.create_batch(25, kind="provider")
    text = browser.get(FIND, {"q": "Charity"}).content.decode()
    assert "These are the first 20." in text


@pytest.mark.parametrize("words", ["a", "a" * 101, "\x00", "%", "<script>"])
def test_finding_takes_any_input(browser, words):
    assert browser.get(FIND, {"q": words}).status_code == 200


def test_asking_to_join(browser, person, charity):
    assert "Ask to join Hope House" in browser.get(join(charity)).content.decode()
    answer = browser.post(join(charity), {"message": "I am the treasurer."}, follow=True)
    assert "You have asked to join Hope House." in answer.content.decode()
    assert Membership.objects.get(user=person).message == "I am the treasurer."


def test_asking_twice_makes_one_request_and_keeps_what_was_typed(browser, person, charity):
    browser.post(join(charity), {"message": "One"})
    again = browser.post(join(charity), {"message": "Two"})
    assert again.status_code == 422
    text = again.content.decode()
    assert "You have asked Hope House already" in text
    assert "Two" in text
    assert Membership.objects.get(user=person).message == "One"
    assert "You have asked Hope House already" in browser.get(join(charity)).content.decode()


def test_asking_again_after_a_refusal(browser, person, charity):
    owner = member(Role.OWNER, charity)
    made = request_membership(by=person, organisation=charity)
    refuse_membership(by=owner, membership=made, reason="Who are you?")
    assert browser.post(join(charity), {"message": "Your new treasurer."}).status_code == 302
    made.refresh_from_db()
    assert made.status == S.REQUESTED


@pytest.mark.parametrize("message", ["a" * 501, "long " * 200])
def test_asking_with_too_long_a_message_keeps_it(browser, charity, message):
    answer = browser.post(join(charity), {"message": message})
    assert answer.status_code == 422
    assert message.strip() in answer.content.decode()


def test_asking_somebody_on_the_other_side_says_why_not(charity):
    director = browser_of(member(Role.DIRECTOR))
    assert "Nobody acts for bidders" in director.get(join(charity)).content.decode()


def test_asking_the_operator_or_nobody_is_not_found(browser):
    assert browser.get(join(OperatorFactory())).status_code == 404
    assert browser.get("/organisations/999999/join/").status_code == 404


# --- changing between them ---------------------------------------------------------------------------


@pytest.fixture
def both():
    person = UserFactory()
    for name in ("Alpha", "Beta"):
        made = Membership.objects.create(user=person, organisation=OrganisationFactory(name=name), status=S.ACTIVE)
        made.roles.create(role=Role.VIEWER)
    return person


def test_switching_changes_whom_one_acts_for(both):
    browser, beta = browser_of(both), Organisation.objects.get(name="Beta")
    assert browser.get(LIST).wsgi_request.organisation.name == "Alpha"
    answer = browser.post(SWITCH, {"organisation": beta.pk, "next": "/inbox/?show=unread"}, follow=True)
    assert answer.redirect_chain == [("/inbox/?show=unread", 302)]
    assert answer.wsgi_request.organisation == beta
    assert "You now act for Beta." in answer.content.decode()


@pytest.mark.parametrize("wanted", ["", "x", "-1", "0", "9" * 40, "9" * 5000, "1.5", "٣", None])
def test_switching_to_what_is_not_ones_own_changes_nothing(both, wanted):
    browser = browser_of(both)
    values = {} if wanted is None else {"organisation": wanted}
    answer = browser.post(SWITCH, values, follow=True)
    assert answer.status_code == 200
    assert "You do not belong to that organisation." in answer.content.decode()
    assert answer.wsgi_request.organisation.name == "Alpha"


def test_switching_to_anothers_organisation_changes_nothing(both, charity):
    browser = browser_of(both)
    browser.post(SWITCH, {"organisation": charity.pk})
    assert browser.get(LIST).wsgi_request.organisation.name == "Alpha"


@pytest.mark.parametrize(
    "onwards",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "/\tevil",
        "work",
        "inbox",
        "",
    ],
)
def test_switching_never_leads_to_another_site(both, onwards):
    alpha = Organisation.objects.get(name="Alpha")
    answer = browser_of(both).post(SWITCH, {"organisation": alpha.pk, "next": onwards})
    assert answer.status_code == 302
    assert answer.headers["Location"] in (reverse("work"), "/%09evil")


def test_switching_is_a_button_and_no_page(both):
    assert browser_of(both).get(SWITCH).status_code == 405


# --- setting up --------------------------------------------------------------------------------------


@pytest.fixture
def administrator():
    return browser_of(member(Role.SERVICE_ADMINISTRATOR))


@pytest.fixture
def form():
    director = UserFactory(email="dora@example.org")
    EmailAddress.objects.create(user=director, email=director.email, verified=True)
    return {
        "body": Body.objects.order_by("name")[0].pk,
        "name": "Probation in the North",
        "director_email": director.email,
    }


def test_setting_a_commissioner_up(administrator, form):
    assert NEW in administrator.get(LIST).content.decode()
    assert administrator.get(NEW).status_code == 200
    answer = administrator.post(NEW, form, follow=True)
    assert "Probation in the North is set up, and dora@example.org is its director." in answer.content.decode()
    # pressed twice: the body is no longer offered
    again = administrator.post(NEW, form)
    assert again.status_code == 422
    assert Organisation.objects.filter(name="Probation in the North").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("body", "", "Choose the public body."),
        ("body", "999999", "choose from what is offered"),
        ("body", "x", "choose from what is offered"),
        ("name", "", "Enter the name on this service."),
        ("name", "a" * 201, "must be 200 characters or fewer"),
        ("director_email", "", "Enter the email address of its first director."),
        ("director_email", "dora", "Enter an email address"),
        ("director_email", "nobody@example.org", "Nobody with the confirmed address"),
    ],
)
def test_setting_up_with_wrong_data_keeps_what_was_typed(administrator, form, field, value, sentence):
    answer = administrator.post(NEW, {**form, field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Organisation.objects.filter(kind="commissioner").exists()


def test_setting_up_a_name_that_is_taken_is_refused(administrator, form):
    CommissionerFactory(name="probation in the north")
    answer = administrator.post(NEW, form)
    assert "A commissioning body called Probation in the North is here already." in answer.content.decode()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DIRECTOR, Role.OWNER])
def test_setting_up_is_for_service_administrators(role, form):
    browser = browser_of(member(role))
    assert browser.get(NEW).status_code == 403
    assert browser.post(NEW, form).status_code == 403
