"""The board of those who look for partners, and the pages on which notices are written."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import paging
from core.models import Area, NeedCategory
from core.roles import Role
from providers.models import PartnerNotice
from providers.queries.partners import ORDERS, SEARCH, Sort, notices_listed
from tests.core.signed_in import browser_of
from tests.factories.core import any_category, any_cohort, member
from tests.factories.providers import PartnerNoticeFactory, RegistrationFactory, organisation_of, registered
from tests.scale.test_lists import plan_of

pytestmark = pytest.mark.django_db

BOARD, POST = "/partners/", "/partners/post/"


def names(answer):
    assert answer.status_code == 200
    return [line.name for line in answer.context["lines"]]


def notice(name, **values):
    registration = RegistrationFactory(told=True, organisation__name=name)
    return PartnerNoticeFactory(organisation=registration.organisation, **values)


def sent(**other):
    day = timezone.localdate() + datetime.timedelta(days=100)
    told = {
        "offers": "Two mentors",
        "seeks": "A lead",
        "areas": [str(Area.objects.get(kind="probation_region", slug="wales").pk)],
        "categories": [str(any_category().pk)],
        "most_pence_a_year": "30,000",
        "last_day_day": day.day,
        "last_day_month": day.month,
        "last_day_year": day.year,
        "form_key": "11111111-1111-4111-8111-111111111111",
    }
    return {name: value for name, value in {**told, **other}.items() if value is not None}


# --- the board


def test_board_is_closed_to_the_public_and_to_the_service_team(client):
    notice("Anchor")
    assert client.get(BOARD).status_code == 302
    assert browser_of(member(Role.SERVICE_ADMINISTRATOR)).get(BOARD).status_code == 403


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OWNER, Role.PRACTITIONER, Role.AUDITOR])
def test_board_is_open_to_providers_commissioners_and_auditors(role):
    notice("Anchor")
    assert names(browser_of(member(role)).get(BOARD)) == ["Anchor"]


def test_empty_board_says_what_will_be_there():
    answer = browser_of(registered(told=True)).get(BOARD)
    assert "Nobody looks for partners just now" in answer.content.decode()


def test_board_shows_what_is_posted_and_not_what_has_run_out_or_is_taken_down():
    notice("Anchor")
    notice("Bridge", status="taken_down")
    notice("Coast", posted_at=timezone.now() - datetime.timedelta(days=400))
    assert names(browser_of(registered(told=True)).get(BOARD)) == ["Anchor"]


def test_area_finds_what_lies_in_or_around_it():
    wales = Area.objects.get(kind="probation_region", slug="wales")
    first, second = wales.contains.filter(kind="delivery_unit").order_by("pk")[:2]
    for name, area in (("Whole", wales), ("First", first), ("Second", second)):
        notice(name, links={"areas": [area]})
    notice("Elsewhere", links={"areas": [Area.objects.get(kind="probation_region", slug="london")]})
    browser = browser_of(registered(told=True))
    assert names(browser.get(BOARD, {"area": wales.pk, "sort": "name"})) == ["First", "Second", "Whole"]
    assert names(browser.get(BOARD, {"area": first.pk, "sort": "name"})) == ["First", "Whole"]


def test_area_that_is_not_in_the_list_narrows_the_board_too():
    town = Area.objects.get(kind="town", slug="bournemouth")
    notice("Elsewhere", links={"areas": [Area.objects.get(kind="probation_region", slug="london")]})
    answer = browser_of(registered(told=True)).get(BOARD, {"area": town.pk})
    assert names(answer) == []
    assert [chip.label for chip in answer.context["chips"]] == [str(town)]


def test_filters_narrow_together_and_can_be_taken_away():
    need, cohort = NeedCategory.objects.order_by("pk")[1], any_cohort()
    notice("Both", links={"categories": [need], "cohorts": [cohort]})
    notice("Need", links={"categories": [need]})
    notice("Cohort", links={"cohorts": [cohort]})
    browser = browser_of(registered(told=True))
    answer = browser.get(BOARD, {"need": need.pk, "cohort": cohort.pk, "q": "mentors"})
    assert names(answer) == ["Both"]
    assert [chip.label for chip in answer.context["chips"]] == ["“mentors”", need.name, cohort.name]
    assert names(browser.get(answer.context["chips"][2].url)) == ["Need", "Both"]


@pytest.mark.parametrize("text", ["anchor", "gardens", "KITCHEN", "kitchens gardener"])
def test_words_find_name_offer_and_search(text):
    notice("Anchor House gardens", seeks="A kitchen", offers="Gardeners")
    notice("Bridge")
    found = names(browser_of(registered(told=True)).get(BOARD, {"q": text}))
    assert "Bridge" not in found
    assert found == ["Anchor House gardens"]


def test_board_is_sorted_as_asked():
    old = timezone.now() - datetime.timedelta(days=9)
    notice("Anchor", most_pence_a_year=1_000_00, posted_at=old)
    notice("Coast", most_pence_a_year=3_000_00)
    notice("Bridge", most_pence_a_year=2_000_00)
    browser = browser_of(registered(told=True))
    assert names(browser.get(BOARD)) == ["Bridge", "Coast", "Anchor"]
    assert names(browser.get(BOARD, {"sort": "name"})) == ["Anchor", "Bridge", "Coast"]
    assert names(browser.get(BOARD, {"sort": "money"})) == ["Coast", "Bridge", "Anchor"]


@pytest.mark.parametrize(
    "query",
    [
        {"area": "nowhere"},
        {"area": "99999999999999999999"},
        {"need": "x"},
        {"cohort": "99999999999999999999"},
        {"q": "x" * 500},
        {"q": "\x00"},
        {"q": "%_'\""},
        {"sort": "x"},
        {"page": "garbage"},
    ],
)
def test_filter_that_makes_no_sense_is_no_error_page(query):
    assert browser_of(registered(told=True)).get(BOARD, query).status_code == 200


@pytest.mark.parametrize("sort", list(Sort))
def test_second_page_goes_on_where_the_first_ended(sort):
    for number in range(27):
        PartnerNoticeFactory(most_pence_a_year=(number + 1) * 100)
    browser = browser_of(registered(told=True))
    first = browser.get(BOARD, {"sort": sort.value})
    second = browser.get(first.context["pages"].next_url)
    assert len(names(first)) == 25
    assert len(names(second)) == 2
    assert not set(names(first)) & set(names(second))


def test_board_costs_the_same_queries_however_long():
    browser, counts = browser_of(registered(told=True)), []
    for more in (1, 2, 27):
        for _ in range(more):
            PartnerNoticeFactory()
        browser.get(BOARD)
        with CaptureQueriesContext(connection) as queries:
            browser.get(BOARD)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 12


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        (Sort.NEWEST, "partner_notice_newest"),
        (Sort.NAME, "partner_notice_by_name"),
        (Sort.MONEY, "partner_notice_by_money"),
    ],
)
def test_board_is_read_along_an_index(sort, index):
    rows = notices_listed(timezone.now())
    assert index in plan_of(lambda: paging.page_of(rows, order=ORDERS[sort]))


def test_search_index_survives_the_migrations():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [SEARCH.table])
            wanted = {SEARCH.name}
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [SEARCH.table]
            )
            wanted = set(SEARCH.triggers)
        assert wanted <= {name for (name,) in cursor.fetchall()}


# --- one notice


def test_page_shows_the_notice_and_nobodys_name():
    person = registered(told=True)
    shown = PartnerNoticeFactory(organisation=organisation_of(person), created_by=person)
    page = browser_of(registered(told=True)).get(f"/partners/{shown.pk}/").content.decode()
    assert "Somebody with rooms who can lead." in page
    assert "£30,000 a year" in page
    assert "Change it" not in page
    for hidden in (person.name, person.email):
        assert hidden not in page


def test_notice_off_the_board_has_a_page_only_for_its_own_people():
    person = registered(told=True)
    gone = PartnerNoticeFactory(organisation=organisation_of(person), status="taken_down")
    assert browser_of(registered(told=True)).get(f"/partners/{gone.pk}/").status_code == 404
    own = browser_of(person).get(f"/partners/{gone.pk}/").content.decode()
    assert "taken down" in own
    assert "Post it again" in own


def test_page_of_no_notice_is_not_found():
    browser = browser_of(registered(told=True))
    for number in (999_999, 10**20):
        assert browser.get(f"/partners/{number}/").status_code == 404


# --- writing


def test_form_is_filled_in_from_the_registration():
    person = registered(told=True)
    form = browser_of(person).get(POST).context["form"]
    registration = organisation_of(person).registration
    assert form["areas"].value() == [area.pk for area in registration.areas.all()]
    assert form["categories"].value() == [category.pk for category in registration.categories.all()]


def test_notice_is_posted_and_shown():
    person = registered(told=True)
    answer = browser_of(person).post(POST, sent(), follow=True)
    assert answer.redirect_chain[0][0] == f"/partners/{PartnerNotice.objects.get().pk}/"
    assert "Your notice is on the board." in answer.content.decode()


def test_whoever_has_a_notice_is_taken_to_it():
    person = registered(told=True)
    own = PartnerNoticeFactory(organisation=organisation_of(person))
    assert browser_of(person).get(POST)["Location"] == f"/partners/{own.pk}/"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"offers": ""}, "offers"),
        ({"seeks": "x" * 2001}, "seeks"),
        ({"areas": None}, "areas"),
        ({"areas": ["999999999999999999999"]}, "areas"),
        ({"areas": ["x"]}, "areas"),
        ({"categories": None}, "categories"),
        ({"most_pence_a_year": "0"}, "most_pence_a_year"),
        ({"most_pence_a_year": "much"}, "most_pence_a_year"),
        ({"last_day_year": "2020"}, "last_day"),
        ({"last_day_year": "2199"}, "last_day"),
        ({"last_day_day": "40"}, "last_day"),
    ],
)
def test_wrong_answer_comes_back_with_what_was_typed(wrong, field):
    answer = browser_of(registered(told=True)).post(POST, sent(**wrong))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    if "seeks" not in wrong:
        assert "A lead" in answer.content.decode()
    assert not PartnerNotice.objects.exists()


def test_pages_of_writing_are_for_those_who_form_consortia():
    shown = PartnerNoticeFactory()
    viewer = member(Role.VIEWER, shown.organisation)
    stranger = registered(told=True)
    for page in ("change", "take-down", "renew"):
        assert browser_of(viewer).get(f"/partners/{shown.pk}/{page}/").status_code == 403
        assert browser_of(stranger).get(f"/partners/{shown.pk}/{page}/").status_code == 403
    assert browser_of(viewer).get(POST).status_code == 403


def test_notice_is_changed_and_the_second_of_two_is_told():
    person = registered(told=True)
    own = PartnerNoticeFactory(organisation=organisation_of(person))
    browser = browser_of(person)
    page = f"/partners/{own.pk}/change/"
    assert browser.get(page).status_code == 200
    assert browser.post(page, sent(version="1", seeks="A kitchen")).status_code == 302
    late = browser.post(page, sent(version="1", seeks="A van"))
    text = late.content.decode()
    assert late.status_code == 422
    assert "A van" in text
    assert "What is saved now" in text
    assert PartnerNotice.objects.get().seeks == "A kitchen"


def test_notice_is_taken_down_after_a_question_and_posted_again():
    person = registered(told=True)
    own = PartnerNoticeFactory(organisation=organisation_of(person))
    browser = browser_of(person)
    assert browser.get(f"/partners/{own.pk}/take-down/").status_code == 200
    browser.post(f"/partners/{own.pk}/take-down/")
    assert PartnerNotice.objects.get().status == "taken_down"
    assert browser.get(f"/partners/{own.pk}/renew/").status_code == 200
    wrong = browser.post(f"/partners/{own.pk}/renew/", {"last_day_day": "1"})
    assert wrong.status_code == 422
    day = {key: value for key, value in sent().items() if key.startswith("last_day")}
    browser.post(f"/partners/{own.pk}/renew/", day)
    assert PartnerNotice.objects.get().status == "live"
