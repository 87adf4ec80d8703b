"""The public page on what is asked of whom."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.roles import Role
from providers.checks import CODES, check_named, checks_for, one_list_for_all, sizes, totals
from providers.forms.checks import example_case
from providers.queries.checks import matrix_on
from providers.services.check_matrices import publish_matrix
from tests.factories.checks import draft_of
from tests.factories.core import member
from tests.factories.providers import RegistrationFactory

pytestmark = pytest.mark.django_db

PAGE = "/checks/"
TYPED = {
    "value": "£1,000,000",
    "income": "20,000,000",
    "legal_form": "company",
    "staff": "300",
    "contact": "no",
    "personal_data": "yes",
    "route": "tender",
}


def test_page_is_open_to_everyone_and_begins_with_an_example(client):
    answer = client.get(PAGE)
    assert answer.status_code == 200
    listed = checks_for(example_case(timezone.localdate()), matrix_on(timezone.localdate()))
    assert [line.why for line in answer.context["asked"]] == [row.why for row in listed if row.is_asked]
    assert answer.context["sum"].minutes == totals(listed).minutes
    assert b"This is an example" in answer.content
    assert "What we ask, and why" in client.get("/providers/").content.decode()


def test_whole_matrix_is_on_the_page(client):
    answer = client.get(PAGE)
    assert [check.code for check, _cells in answer.context["table"]] == list(CODES)
    words = answer.content.decode()
    assert "Up to £135,018" in words
    assert "£5,000,000" in words
    assert "if the share is at most 50% of the income" in words


def test_own_figures_are_answered_and_nothing_is_kept(client):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(PAGE, TYPED)
    assert not [query for query in queries.captured_queries if not query["sql"].startswith("SELECT")]
    names = {str(line.name) for line in answer.context["not_asked"]}
    assert "Criminal record checks for roles with contact (DBS)" in names
    assert b"This is an example" not in answer.content
    assert answer.context["flat"].minutes >= answer.context["sum"].minutes


def test_length_of_the_work_counts_where_it_is_told(client):
    typed = TYPED | {"value": "£120,000", "income": "£80,000"}
    hows = {}
    for months in ("", "36"):
        asked = client.get(PAGE, typed | {"months": months}).context["asked"]
        hows[months] = next(line.why for line in asked if line.name == check_named("turnover").name)
    assert "more than 50%" in hows[""]
    assert "comes to £40,000 a year, at most 50%" in hows["36"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"value": "lots"}, "must be an amount in pounds"),
        ({"value": "-1"}, "must be from £0"),
        ({"staff": "2.5"}, "must be a whole number"),
        ({"legal_form": "club"}, "choose from what is offered"),
        ({"route": ""}, "How the money is given"),
        ({"contact": "maybe"}, "choose from what is offered"),
        ({"value": "9" * 400}, "must be"),
        ({"months": "0"}, "must be"),
        ({"months": "soon"}, "must be a whole number"),
    ],
)
def test_wrong_figures_come_back_with_a_sentence_and_no_answer(client, wrong, says):
    answer = client.get(PAGE, TYPED | wrong)
    assert answer.status_code == 200
    assert "sum" not in answer.context
    assert says in answer.content.decode()
    assert "There is a problem" in answer.content.decode()


def test_provider_begins_with_what_it_has_told(client):
    owner = member(Role.OWNER)
    told = RegistrationFactory(
        organisation=owner.memberships.get().organisation,
        legal_form="cio",
        annual_income_pence=1_500_000,
        staff_count=0,
    )
    client.force_login(owner)
    answer = client.get(PAGE)
    assert answer.context["form"].initial["income"] == told.annual_income_pence
    assert "Employers’ liability insurance" in {str(line.name) for line in answer.context["not_asked"]}
    assert "Filled in from what your organisation has told us" in answer.content.decode()


def test_registration_that_tells_little_does_not_break_the_page(client):
    owner = member(Role.OWNER)
    RegistrationFactory(
        organisation=owner.memberships.get().organisation,
        legal_form="",
        annual_income_pence=None,
        staff_count=None,
    )
    client.force_login(owner)
    assert client.get(PAGE).status_code == 200


def test_coming_version_is_announced(client):
    admin = member(Role.SERVICE_ADMINISTRATOR)
    later = timezone.localdate() + datetime.timedelta(days=40)
    publish_matrix(by=admin, draft=draft_of(admin), effective_from=later, reason="New thresholds.", version=1)
    assert "New thresholds." in client.get(PAGE).content.decode()


def test_page_costs_few_queries(client):
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE, TYPED)
    assert len(queries) <= 6


def test_sizes_are_those_of_the_data_and_in_words():
    assert [size.words for size in sizes()] == [
        "Unregistered group, £15,000 a year, no staff",
        "Charity, £60,000 a year, 3 staff",
        "Charity, £500,000 a year, 12 staff",
        "Company, £20,000,000 a year, 300 staff",
    ]


def test_one_list_for_all_asks_everything_of_everybody():
    matrix = matrix_on(timezone.localdate())
    tender = one_list_for_all(matrix, route="tender", on=timezone.localdate())
    grant = one_list_for_all(matrix, route="grant", on=timezone.localdate())
    assert (tender.asked, grant.asked) == (15, 16)
    for size in sizes():
        case = example_case(timezone.localdate(), income=size.income_pence, staff=size.staff_count)
        assert totals(checks_for(case, matrix)).minutes < grant.minutes
