"""The commissioners’ queue: what waits, whose, and what they decide; never who bids."""

import datetime
import inspect

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import paging
from core.models import Membership, Organisation
from core.models.places import BodyRole
from core.queries.places import regions
from core.roles import Role
from core.states import MembershipStatus
from providers.models import Evidence, Registration
from providers.queries import evidence as queries_module
from providers.queries.evidence import OLDEST_FIRST, waiting_evidence
from providers.views import evidence_queue as views_module
from tests.core.signed_in import browser_of
from tests.factories.core import CommissionerFactory, UserFactory, member
from tests.factories.evidence import evidence, not_accepted, verified
from tests.factories.marketplace import BidFactory
from tests.factories.providers import RegistrationFactory, organisation_of, registered

pytestmark = pytest.mark.django_db

QUEUE = "/evidence/queue/"


def provider_in(*areas, name=None):
    row = RegistrationFactory(**({"organisation__name": name} if name else {}))
    row.areas.set(areas)
    return row.organisation


@pytest.fixture
def own():
    """The region for which the director below acts."""
    return regions()[0]


@pytest.fixture
def director(own):
    role = BodyRole.objects.filter(area=own, valid_to__isnull=True, ends_in__isnull=True).first()
    return member(Role.DIRECTOR, CommissionerFactory(body=role.body))


@pytest.fixture
def browser(director):
    return browser_of(director)


def shown(answer):
    return [line["evidence"] for line in answer.context["lines"]]


def aged(row, days):
    given_at = timezone.now() - datetime.timedelta(days=days)
    Evidence.objects.filter(pk=row.pk).update(given_at=given_at)
    return row


# --- the list


def test_empty_queue_says_what_will_be_there(browser):
    assert b"Nothing waits" in browser.get(QUEUE).content


def test_oldest_comes_first_with_its_age_in_days(browser, own):
    house = provider_in(own)
    new, old, middle = (
        aged(evidence(house, code), days) for code, days in (("accounts", 1), ("dbs", 20), ("safeguarding", 5))
    )
    answer = browser.get(QUEUE)
    assert shown(answer) == [old, middle, new]
    assert [(line["age"], line["tone"]) for line in answer.context["lines"]] == [
        ("20\u00a0days", "warn"),
        ("5\u00a0days", "plain"),
        ("1\u00a0day", "plain"),
    ]


def test_only_what_waits_is_listed(browser, own):
    house = provider_in(own)
    verified(house, "accounts")
    not_accepted(house, "dbs")
    assert shown(browser.get(QUEUE)) == []


def test_own_area_first_and_everywhere_when_asked(browser, own):
    other = regions()[3]
    unit = own.contains.filter(kind="delivery_unit").first()
    near, inside = evidence(provider_in(own)), evidence(provider_in(unit))
    far = evidence(provider_in(other))
    nowhere = evidence(provider_in())
    assert set(shown(browser.get(QUEUE))) == {near, inside}
    assert set(shown(browser.get(QUEUE, {"where": "everywhere"}))) == {near, inside, far, nowhere}


def test_body_that_acts_over_no_area_sees_all():
    far = evidence(provider_in(regions()[3]))
    assert shown(browser_of(member(Role.DIRECTOR)).get(QUEUE)) == [far]


def test_check_and_provider_narrow_it(browser, own):
    anchor, bridge = provider_in(own, name="Anchor House"), provider_in(own, name="Bridge")
    first, second = evidence(anchor, "accounts"), evidence(anchor, "dbs")
    third = evidence(bridge, "accounts")
    assert set(shown(browser.get(QUEUE, {"check": "accounts"}))) == {first, third}
    assert set(shown(browser.get(QUEUE, {"q": "anchor"}))) == {first, second}
    number = bridge.identifiers.get().value
    assert shown(browser.get(QUEUE, {"q": number})) == [third]
    assert shown(browser.get(QUEUE, {"check": "dbs", "q": "anchor"})) == [second]
    assert set(shown(browser.get(QUEUE, {"check": "shoe_size"}))) == {first, second, third}


def test_queue_in_pages_goes_there_and_back(browser, own, monkeypatch):
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    rows = [aged(evidence(provider_in(own)), 9 - turn) for turn in range(3)]
    monkeypatch.setattr(paging.page_of, "__kwdefaults__", {**paging.page_of.__kwdefaults__, "size": 2})
    first = browser.get(QUEUE)
    assert shown(first) == rows[:2]
    second = browser.get(first.context["pages"].next_url)
    assert shown(second) == rows[2:]
    assert shown(browser.get(second.context["pages"].previous_url)) == rows[:2]


def test_queue_costs_the_same_for_one_and_for_twenty(browser, own):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            browser.get(QUEUE)
        return len(queries)

    evidence(provider_in(own))
    cost()  # the first page of a session notes the time
    one = cost()
    for _turn in range(5):
        evidence(provider_in(own), "accounts")
    assert cost() == one <= 12


@pytest.mark.parametrize(
    "role",
    [Role.PANEL_MEMBER, Role.PRACTITIONER, Role.COMMISSIONER_FINANCE, Role.OWNER, Role.SERVICE_ADMINISTRATOR],
)
def test_others_do_not_come_in(role):
    assert browser_of(member(role)).get(QUEUE).status_code == 403


# --- what it must never show


def test_queue_and_pages_say_nothing_of_bids(browser, own, director):
    bidding, idle = provider_in(own, name="Anchor"), provider_in(own, name="Bridge")
    rows = [evidence(house) for house in (bidding, idle)]
    before = [browser.get(reverse("evidence-detail", args=[row.pk])).content.count(b"\n") for row in rows]
    lines = browser.get(QUEUE).context["lines"]
    BidFactory(organisation=bidding)
    assert browser.get(QUEUE).context["lines"] == lines
    after = [browser.get(reverse("evidence-detail", args=[row.pk])) for row in rows]
    assert [answer.content.count(b"\n") for answer in after] == before
    with CaptureQueriesContext(connection) as asked:
        browser.get(QUEUE)
        browser.get(reverse("evidence-detail", args=[rows[0].pk]))
    for query in asked:
        for secret in ("marketplace_bid", "marketplace_opportunity", "providers_consortium"):
            assert secret not in query["sql"]


def test_what_makes_the_queue_knows_no_bids():
    for module in (queries_module, views_module):
        source = inspect.getsource(module)
        assert "marketplace" not in source
        assert "Consortium" not in source


# --- the plan

NOW = timezone.now()


@pytest.fixture
def _thousands():
    by = UserFactory()
    named = [Organisation(kind="provider", name=f"House {number}") for number in range(600)]
    houses = Organisation.objects.bulk_create(named)
    told = {"legal_form": "charity", "created_by": by, "updated_by": by}
    registrations = Registration.objects.bulk_create(
        Registration(organisation=house, listed_name=house.name, name_key=house.name.lower(), **told)
        for house in houses
    )
    through, area = Registration.areas.through, regions()[0]
    through.objects.bulk_create(through(registration=row, area=area) for row in registrations)
    rows = [
        Evidence(
            organisation=house,
            check_code=f"check{turn}",
            details="x",
            given_at=NOW - datetime.timedelta(minutes=turn),
            given_by=by,
        )
        for house in houses
        for turn in range(5)
    ]
    Evidence.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.usefixtures("_thousands")
@pytest.mark.parametrize(
    ("narrow", "index"), [({}, "evidence_waiting_oldest_first"), ({"check_code": "check3"}, "evidence_of_check")]
)
def test_every_page_of_the_queue_is_read_along_an_index(narrow, index):
    rows = waiting_evidence(**narrow)
    cursor = paging.page_of(rows, order=OLDEST_FIRST, size=5).next_cursor
    assert cursor
    with CaptureQueriesContext(connection) as queries:
        paging.page_of(rows, order=OLDEST_FIRST)
        paging.page_of(rows, order=OLDEST_FIRST, cursor=cursor)
    for query in queries:
        plan = explained(query["sql"])
        assert index in plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan
        assert "Sort" not in plan


@pytest.mark.usefixtures("_thousands")
def test_queue_of_an_area_is_read_along_the_same_index():
    with CaptureQueriesContext(connection) as queries:
        paging.page_of(waiting_evidence(areas={regions()[0].pk}), order=OLDEST_FIRST)
    plan = explained(queries[-1]["sql"])
    assert "evidence_waiting_oldest_first" in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan


def explained(sql):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
        else:
            cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
        return "\n".join(str(row[-1]) for row in cursor.fetchall()) + "\n"


# --- one of them


@pytest.fixture
def row(own):
    return evidence(provider_in(own, name="Anchor"))


def page_of(row, act="detail"):
    return reverse(f"evidence-{act}", args=[row.pk])


def test_page_shows_the_document_the_number_and_both_ways_to_decide(browser, row):
    page = browser.get(page_of(row)).content.decode()
    assert reverse("document-download", args=[row.document_id]) in page
    assert row.organisation.identifiers.get().value in page
    assert page_of(row, "verify") in page
    assert page_of(row, "refuse") in page
    assert page_of(row, "undo") not in page


def test_auditor_reads_and_decides_nothing(row):
    browser = browser_of(member(Role.AUDITOR))
    assert page_of(row, "verify") not in browser.get(page_of(row)).content.decode()
    for act in ("verify", "refuse", "undo"):
        assert browser.post(page_of(row, act), {"reason": "x"}).status_code == 403


def test_verified_from_the_page(browser, row, director):
    assert browser.post(page_of(row, "verify"))["Location"] == QUEUE
    row.refresh_from_db()
    assert (row.status, row.decided_for) == ("verified", organisation_of(director))
    assert page_of(row, "undo") in browser.get(page_of(row)).content.decode()


def test_refused_with_a_usual_reason_and_words_of_ones_own(browser, row):
    browser.post(page_of(row, "refuse"), {"template": "2", "reason": "Page 3 above all."})
    row.refresh_from_db()
    assert row.status == "refused"
    assert row.reason.splitlines()[0].startswith("It cannot be read.")
    assert row.reason.splitlines()[1] == "Page 3 above all."


@pytest.mark.parametrize("sent", [{}, {"reason": "   "}, {"template": "99"}])
def test_refused_without_a_reason_stays_on_the_page(browser, row, sent):
    answer = browser.post(page_of(row, "refuse"), sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    row.refresh_from_db()
    assert row.status == "given"


def test_decided_by_somebody_else_meanwhile_is_told(browser, row, own):
    colleague = browser_of(member(Role.DIRECTOR))
    colleague.post(page_of(row, "verify"))
    answer = browser.post(page_of(row, "verify"))
    assert answer.status_code == 409
    assert "now “verified”" in answer.content.decode()
    assert browser.post(page_of(row, "refuse"), {"reason": "No"}).status_code == 422


def test_mistake_is_undone_from_the_page(browser, row):
    browser.post(page_of(row, "verify"))
    assert "What was the mistake?" in browser.get(page_of(row, "undo")).content.decode()
    assert browser.post(page_of(row, "undo"), {"reason": ""}).status_code == 422
    assert browser.post(page_of(row, "undo"), {"reason": "Wrong file."})["Location"] == page_of(row)
    row.refresh_from_db()
    assert row.status == "given"
    assert "can no longer be done" in browser.get(page_of(row, "undo")).content.decode()


def test_person_who_works_for_the_provider_is_told_why_not(browser, row, director):
    Membership.objects.create(user=director, organisation=row.organisation, status=MembershipStatus.REQUESTED)
    assert "somebody else has to look at this" in browser.get(page_of(row)).content.decode()
    assert browser.post(page_of(row, "verify")).status_code == 409


def test_what_was_taken_back_is_not_found(browser, row):
    browser_of(row.given_by).post(page_of(row, "withdraw"))
    for act in ("detail", "undo"):
        assert browser.get(page_of(row, act)).status_code == 404
    assert browser.post(page_of(row, "verify")).status_code == 404


def test_provider_does_not_come_in(row):
    for person in (row.given_by, registered(told=True)):
        assert browser_of(person).get(page_of(row)).status_code == 403


def test_only_buttons_verify(browser, row):
    assert browser.get(page_of(row, "verify")).status_code == 405


def test_work_page_shows_what_waits_in_the_own_area(browser, row):
    evidence(provider_in(regions()[3], name="Far away"))
    page = browser.get("/work/").content.decode()
    assert "of Anchor" in page
    assert "Far away" not in page
