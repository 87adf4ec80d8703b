"""The pages of opportunities, as bidders read them and as a body writes them; and what bad input does."""

import datetime
import re
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import Membership, MembershipRole, Organisation, User
from core.roles import Role
from marketplace.models import Opportunity
from tests.factories.core import (
    AreaFactory,
    CommissionerFactory,
    OperatorFactory,
    OrganisationFactory,
    UserFactory,
    member,
)
from tests.factories.marketplace import NeedFactory, OpportunityFactory
from tests.marketplace.evaluation_scene import client_of
from tests.marketplace.opportunity_parts import PARTS, about, criteria, outcomes

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def body() -> Organisation:
    return CommissionerFactory(name="Exmoor Probation")


@pytest.fixture
def manager(body: Organisation) -> User:
    return member(Role.COMMISSIONING_MANAGER, body, name="Maya Manning")


@pytest.fixture
def director(body: Organisation) -> User:
    return member(Role.DIRECTOR, body, name="Dilys Rector")


@pytest.fixture
def draft(body: Organisation, manager: User) -> Opportunity:
    """Complete."""
    return OpportunityFactory(organisation=body, created_by=manager, title="Homes & hope")


def text_of(response):
    return response.content.decode()


# --- Reading -----------------------------------------------------------------------------------------


def test_anybody_reads_everything_before_signing_in(client: Client) -> None:
    opportunity = OpportunityFactory(is_open=True, title="Homes & hope", area=AreaFactory(name="Exmoor"))
    page = text_of(client.get(f"/opportunities/{opportunity.pk}/"))
    for words in (
        *("Homes &amp; hope", "Exmoor", "£40,000", "Closes in 14 days", "How will you do part 1?", "Weight 60%"),
        *("Up to 500 words", "Settled after 3 months", "commissioning@example.org", opportunity.needs.get().title),
    ):
        assert words in page
    assert f'class="btn" href="/opportunities/{opportunity.pk}/bids/start/"' in page
    assert re.search(r'data-label="Today">42%<.*?data-label="Target">60%<', page, re.DOTALL)
    assert "In %" not in page


def test_outcome_that_is_no_share_names_its_unit_once(client: Client) -> None:
    opportunity = OpportunityFactory(is_open=True)
    opportunity.outcomes.update(unit="people a year")
    page = text_of(client.get(f"/opportunities/{opportunity.pk}/"))
    assert "In people a year" in page
    assert re.search(r'data-label="Today">42<.*?data-label="Target">60<', page, re.DOTALL)


def test_own_people_are_not_told_to_act_for_a_provider(client: Client) -> None:
    opportunity = OpportunityFactory(is_open=True)
    sentence = "Choose the provider you act for"
    client.force_login(member(Role.COMMISSIONING_MANAGER, opportunity.organisation))
    assert sentence not in text_of(client.get(f"/opportunities/{opportunity.pk}/"))
    client.force_login(member(Role.COMMISSIONING_MANAGER, CommissionerFactory()))
    assert sentence not in text_of(client.get(f"/opportunities/{opportunity.pk}/"))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"is_closed": True}, "Nothing can be changed or submitted after that."),
        ({"is_open": True, "opens_at": timezone.now() + DAY}, "This opportunity opens on"),
        ({"is_open": True, "status": "cancelled", "cancelling_reason": "The money went."}, "The money went."),
    ],
)
def test_page_says_why_no_bid_can_be_started(values, sentence: str, client: Client) -> None:
    opportunity = OpportunityFactory(**values)
    page = text_of(client.get(f"/opportunities/{opportunity.pk}/"))
    assert sentence in page
    assert "bids/start" not in page


def test_who_acts_for_a_provider_too_is_told_to_choose_it() -> None:
    person = member(Role.OWNER, OrganisationFactory(name="Zebra House"))
    team = Membership.objects.create(user=person, organisation=OperatorFactory(name="Accord"), status="active")
    MembershipRole.objects.create(membership=team, role=Role.AUDITOR)
    opportunity = OpportunityFactory(is_open=True)
    assert "Choose the provider you act for" in text_of(client_of(person).get(f"/opportunities/{opportunity.pk}/"))


def test_page_tells_a_commissioner_that_bids_are_for_providers(director: User) -> None:
    opportunity = OpportunityFactory(is_open=True)
    page = text_of(client_of(director).get(f"/opportunities/{opportunity.pk}/"))
    assert "Bids are made by providers" in page
    assert "bids/start" not in page
    assert "bids/start" in text_of(client_of(member(Role.OWNER)).get(f"/opportunities/{opportunity.pk}/"))


def test_newcomer_is_shown_how_to_register_and_begin() -> None:
    opportunity = OpportunityFactory(is_open=True)
    page = text_of(client_of(UserFactory()).get(f"/opportunities/{opportunity.pk}/"))
    assert f"/register/?next=%2Fopportunities%2F{opportunity.pk}%2Fbids%2Fstart%2F" in page
    assert "Bids are made by providers" not in page


def test_draft_is_seen_by_the_bodys_own_people_and_auditors_alone(
    draft: Opportunity, body, client: Client
) -> None:
    address = f"/opportunities/{draft.pk}/"
    assert client.get(address).status_code == 404
    for role in (Role.DIRECTOR, Role.OWNER):
        assert client_of(member(role)).get(address).status_code == 404
    for person in (member(Role.PRACTITIONER, body), member(Role.AUDITOR)):
        page = text_of(client_of(person).get(address))
        assert "This is a draft" in page
        assert "bids/start" not in page
    assert client.get("/opportunities/99999999999999999999999/").status_code == 404


def test_page_costs_the_same_queries_however_many_parts(client: Client) -> None:
    costs = set()
    # The checks in force are kept from the first page on.
    client.get(f"/opportunities/{OpportunityFactory(is_open=True).pk}/")
    for number in (1, 5):
        opportunity = OpportunityFactory(is_open=True)
        for place in range(3, 3 + number):
            opportunity.criteria.create(number=place, question="More?", weight_bps=1)
            opportunity.outcomes.create(
                number=place, indicator="More", unit="%", baseline=1, target=2, weight_bps=1
            )
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/opportunities/{opportunity.pk}/")
        costs.add(len(queries))
    assert len(costs) == 1


# --- Beginning ---------------------------------------------------------------------------------------


def test_a_manager_makes_an_opportunity_from_a_need(manager: User, body: Organisation) -> None:
    need = NeedFactory(published=True, organisation=body, title="Homes for women")
    client, address = client_of(manager), f"/needs/{need.pk}/opportunity/"
    page = text_of(client.get(address))
    assert 'value="Homes for women"' in page
    assert page.index('value="alliance"') < page.index('value="tender"') < page.index('value="grant"')
    assert re.search(r'value="alliance"[^>]* checked', page)
    sent = about(title="Homes")
    response = client.post(address, sent)
    opportunity = Opportunity.objects.get()
    assert response.url == f"/opportunities/{opportunity.pk}/tasks/"
    assert client.post(address, sent).url == response.url
    assert (opportunity.title, opportunity.contact_email) == ("Homes", "team@example.org")
    assert Opportunity.objects.count() == 1


def test_no_opportunity_comes_from_a_need_that_is_closed_or_anothers(manager: User, body: Organisation) -> None:
    closed = NeedFactory(published=True, organisation=body, status="closed", closing_reason="x")
    other = NeedFactory(published=True)
    client = client_of(manager)
    assert client.get(f"/needs/{closed.pk}/opportunity/").status_code == 409
    assert client.post(f"/needs/{closed.pk}/opportunity/", about()).status_code == 409
    assert client.get(f"/needs/{other.pk}/opportunity/").status_code == 403
    assert client.post(f"/needs/{other.pk}/opportunity/", about()).status_code == 403
    assert not Opportunity.objects.exists()


# --- Its parts ---------------------------------------------------------------------------------------


def test_each_part_is_saved_and_leads_back_to_the_list(manager: User, body: Organisation) -> None:
    need = NeedFactory(published=True, organisation=body)
    client = client_of(manager)
    client.post(f"/needs/{need.pk}/opportunity/", about())
    opportunity = Opportunity.objects.get()
    tasks = f"/opportunities/{opportunity.pk}/tasks/"
    begun = text_of(client.get(tasks))
    assert "1 of 5 parts complete" in begun
    assert "Say when bidding closes." in begun
    assert f"/opportunities/{opportunity.pk}/send/" not in begun
    for version, part in enumerate(("lot", "criteria", "outcomes", "about"), start=1):
        answer = client.post(f"/opportunities/{opportunity.pk}/{part}/", PARTS[part](version=str(version)))
        assert answer.url == tasks, part
    done = text_of(client.get(tasks))
    assert "4 of 5 parts complete" in done
    assert f'href="/opportunities/{opportunity.pk}/send/"' in done
    opportunity.refresh_from_db()
    assert timezone.localtime(opportunity.closes_at).hour == 12
    assert [each.weight_bps for each in opportunity.criteria.all()] == [6000, 4000]
    assert [each.word_limit for each in opportunity.criteria.all()] == [300, 500]
    assert [(each.baseline, each.target) for each in opportunity.outcomes.all()] == [
        (Decimal("42.00"), Decimal("60.00")),
        (Decimal("2.40"), Decimal("0.50")),
    ]


@pytest.mark.parametrize("part", PARTS)
def test_each_part_shows_what_is_saved(part: str, draft: Opportunity, manager: User) -> None:
    page = text_of(client_of(manager).get(f"/opportunities/{draft.pk}/{part}/"))
    known = {"about": "Homes &amp; hope", "lot": "40,000", "criteria": "part 1?", "outcomes": "Settled after 3"}
    assert known[part] in page


def test_weights_may_wait_until_publication(draft: Opportunity, manager: User) -> None:
    client = client_of(manager)
    answer = client.post(f"/opportunities/{draft.pk}/criteria/", criteria(weight_bps_2="30"))
    assert answer.status_code == 302
    page = text_of(client.get(f"/opportunities/{draft.pk}/tasks/"))
    assert "The weights of the criteria make 90%. They must make 100%." in page


BAD = [
    ("about", {"route": "barter"}, "choose from what is offered"),
    ("about", {"title": ""}, "Enter the title."),
    ("about", {"summary": "a" * 10_001}, "must be 10000 characters or fewer"),
    ("about", {"area": "99999999"}, "choose from what is offered"),
    ("about", {"contact_email": "nobody"}, "Enter an e-mail address, like name@example.org."),
    ("about", {"version": "x"}, "Part of this page was missing"),
    ("lot", {"value_pence": "0"}, "Value must be from £1"),
    ("lot", {"value_pence": "lots"}, "Value must be an amount in pounds"),
    ("lot", {"lot_title": "a" * 151}, "must be 150 characters or fewer"),
    ("lot", {"closes_at_day": "31", "closes_at_month": "2"}, "Closing date and time must be a real date"),
    ("lot", {"closes_at_time": ""}, "Closing date and time must include a time"),
    ("lot", {"closes_at_time": "midnight"}, "midnight could mean"),
    ("lot", {"closes_at_year": "99999"}, "must be a real date"),
    (
        "lot",
        {"opens_at_day": "3", "opens_at_month": "12", "opens_at_year": "2100", "opens_at_time": "1pm"},
        "Bidding must close after it opens.",
    ),
    ("lot", {"ends_on_year": "1999"}, "The service must end after it starts."),
    (
        "criteria",
        {"question_1": "", "guidance_1": "", "weight_bps_1": "", "word_limit_1": ""},
        "Enter the question.",
    ),
    ("criteria", {"weight_bps_2": ""}, "Enter the weight."),
    ("criteria", {"weight_bps_1": "0"}, "Weight must be from 0.01% to 100%."),
    ("criteria", {"weight_bps_1": "101"}, "Weight must be from 0.01% to 100%."),
    ("criteria", {"word_limit_1": "49"}, "must be 50 or more"),
    ("criteria", {"question_1": "a" * 501}, "must be 500 characters or fewer"),
    ("outcomes", {"target_1": "42"}, "The target must differ from the baseline."),
    ("outcomes", {"baseline_2": "many"}, "Baseline must be a number, like 42 or 3.5."),
    ("outcomes", {"baseline_2": "1.234"}, "no more than 2 decimal places"),
    ("outcomes", {"baseline_2": "NaN"}, "Baseline must be a number, like 42 or 3.5."),
    ("outcomes", {"baseline_2": "1e999999"}, "digits"),
    ("outcomes", {"baseline_2": "9" * 400}, "digits"),
    ("outcomes", {"unit_2": ""}, "Enter the unit, like % of people."),
    ("outcomes", {"desired_outcome_1": "99999999"}, "choose from what is offered"),
]


@pytest.mark.parametrize(("part", "changes", "sentence"), BAD)
def test_bad_input_is_told_and_nothing_is_saved(
    part, changes, sentence, draft: Opportunity, manager: User
) -> None:
    response = client_of(manager).post(f"/opportunities/{draft.pk}/{part}/", PARTS[part](**changes))
    assert response.status_code == 422
    assert sentence in text_of(response)
    draft.refresh_from_db()
    assert (draft.version, draft.title) == (1, "Homes & hope")


@pytest.mark.parametrize("part", PARTS)
def test_the_second_of_two_people_is_told_and_loses_nothing(part, draft, manager: User, director: User) -> None:
    address = f"/opportunities/{draft.pk}/{part}/"
    client_of(director).post(address, PARTS[part]())
    known = {"about": "title", "lot": "lot_title", "criteria": "question_1", "outcomes": "indicator_1"}[part]
    second = client_of(manager)
    response = second.post(address, PARTS[part](**{known: "The manager’s words"}))
    page = text_of(response)
    assert response.status_code == 422
    assert "Dilys Rector changed this" in page
    assert "The manager’s words" in page
    assert "What is saved now" in page
    assert 'name="version" value="2"' in page
    assert second.post(address, PARTS[part](version="2", **{known: "The manager’s words"})).status_code == 302


@pytest.mark.parametrize("part", ["criteria", "outcomes"])
def test_one_more_row_keeps_what_was_typed(part: str, draft: Opportunity, manager: User) -> None:
    sent = PARTS[part](more="1", weight_bps_1="sixty")
    page = text_of(client_of(manager).post(f"/opportunities/{draft.pk}/{part}/", sent))
    assert 'name="weight_bps_3"' in page
    assert 'value="sixty"' in page
    assert "There is a problem" not in page
    assert draft.criteria.count() == 2


def test_outcomes_are_suggested_and_kept(draft: Opportunity, manager: User) -> None:
    suggestion = draft.category.desired_outcomes.order_by("text")[0]
    client = client_of(manager)
    assert suggestion.text in text_of(client.get(f"/opportunities/{draft.pk}/outcomes/"))
    client.post(f"/opportunities/{draft.pk}/outcomes/", outcomes(desired_outcome_1=str(suggestion.pk)))
    assert [each.desired_outcome for each in draft.outcomes.all()] == [suggestion, None]


PAGES = ("tasks", "about", "lot", "criteria", "outcomes", "send", "return", "publish", "cancel")


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_a_draft_are_shut_to_other_bodies_and_lesser_roles(page: str, draft: Opportunity, body) -> None:
    address = f"/opportunities/{draft.pk}/{page}/"
    stranger, bidder = client_of(member(Role.DIRECTOR)), client_of(member(Role.OWNER))
    panel = client_of(member(Role.PANEL_MEMBER, body))
    assert Client().get(address).status_code == 302
    assert (stranger.get(address).status_code, stranger.post(address).status_code) == (404, 404)
    assert bidder.get(address).status_code == 403
    assert panel.get(address).status_code == (200 if page == "tasks" else 403)


def test_a_published_opportunity_is_not_changed(draft: Opportunity, manager: User, director: User) -> None:
    client_of(director).post(f"/opportunities/{draft.pk}/publish/", {"version": "1"})
    client = client_of(manager)
    for part, sent in PARTS.items():
        for answer in (
            client.get(f"/opportunities/{draft.pk}/{part}/"),
            client.post(f"/opportunities/{draft.pk}/{part}/", sent()),
        ):
            assert answer.status_code == 409
            assert "published opportunity cannot be changed" in text_of(answer)
    assert "cannot be changed after publication" in text_of(client.get(f"/opportunities/{draft.pk}/"))


# --- Review and publication --------------------------------------------------------------------------


def test_a_manager_checks_and_sends_and_a_director_publishes(
    draft: Opportunity, manager, director, client
) -> None:
    writing, deciding = client_of(manager), client_of(director)
    preview = text_of(writing.get(f"/opportunities/{draft.pk}/send/"))
    assert "How will you do part 1?" in preview
    assert writing.post(f"/opportunities/{draft.pk}/send/", {"version": "1"}).url.endswith("/tasks/")
    waiting = text_of(writing.get(f"/opportunities/{draft.pk}/tasks/"))
    assert "This is with the director now." in waiting
    assert "This is with the director now." not in text_of(deciding.get(f"/opportunities/{draft.pk}/tasks/"))
    assert f"/opportunities/{draft.pk}/lot/" not in waiting
    assert "Settled after 3 months" in text_of(deciding.get(f"/opportunities/{draft.pk}/publish/"))
    response = deciding.post(f"/opportunities/{draft.pk}/publish/", {"version": "1"})
    assert response.url == f"/opportunities/{draft.pk}/"
    assert client.get(response.url).status_code == 200
    assert "Homes &amp; hope" in text_of(client.get("/opportunities/"))


def test_a_returned_draft_shows_the_reason_until_it_is_sent_again(draft: Opportunity, manager, director) -> None:
    writing, deciding = client_of(manager), client_of(director)
    writing.post(f"/opportunities/{draft.pk}/send/", {"version": "1"})
    assert deciding.post(f"/opportunities/{draft.pk}/return/", {"reason": ""}).status_code == 422
    deciding.post(f"/opportunities/{draft.pk}/return/", {"reason": "More on <women>."})
    page = text_of(writing.get(f"/opportunities/{draft.pk}/tasks/"))
    assert "Dilys Rector returned it on" in page
    assert "More on &lt;women&gt;." in page
    writing.post(f"/opportunities/{draft.pk}/send/", {"version": "1"})
    assert "returned it on" not in text_of(writing.get(f"/opportunities/{draft.pk}/tasks/"))


@pytest.mark.parametrize("page", ["send", "publish"])
def test_nobody_sends_or_publishes_what_they_have_not_read(page, draft: Opportunity, manager, director) -> None:
    client_of(manager).post(f"/opportunities/{draft.pk}/about/", about(title="Changed meanwhile"))
    deciding = client_of(director)
    response = deciding.post(f"/opportunities/{draft.pk}/{page}/", {"version": "1"})
    assert response.status_code == 422
    assert "as it is now" in text_of(response)
    assert "Changed meanwhile" in text_of(response)
    assert deciding.post(f"/opportunities/{draft.pk}/{page}/", {"version": "2"}).status_code == 302


def test_an_incomplete_or_late_draft_is_not_published(draft: Opportunity, director: User) -> None:
    client = client_of(director)
    client.post(f"/opportunities/{draft.pk}/criteria/", criteria(weight_bps_2="30"))
    answer = client.get(f"/opportunities/{draft.pk}/publish/")
    assert answer.status_code == 409
    assert "The weights of the criteria make 90%." in text_of(answer)
    client.post(f"/opportunities/{draft.pk}/criteria/", criteria(version="2"))
    with time_machine.travel(draft.closes_at - datetime.timedelta(hours=23)):
        late = client_of(director).post(f"/opportunities/{draft.pk}/publish/", {"version": "3"})
    assert late.status_code == 409
    assert "at least a day" in text_of(late)


def test_cancel_asks_for_a_reason_and_shows_it(draft: Opportunity, director: User, client: Client) -> None:
    deciding = client_of(director)
    deciding.post(f"/opportunities/{draft.pk}/publish/", {"version": "1"})
    address = f"/opportunities/{draft.pk}/cancel/"
    assert deciding.post(address, {"reason": " "}).status_code == 422
    assert deciding.post(address, {"reason": "The money <went>."}).url == f"/opportunities/{draft.pk}/"
    page = text_of(client.get(f"/opportunities/{draft.pk}/"))
    assert "The money &lt;went&gt;." in page
    assert "Dilys" not in page
    assert deciding.post(address, {"reason": "Again"}).status_code == 409
