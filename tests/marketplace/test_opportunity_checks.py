"""What each size of provider will be asked, on the draft, before publication and on the public page."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.roles import Role
from marketplace.models import Lot
from marketplace.queries.opportunity_checks import case_for, matrix_for
from marketplace.services.opportunities import publish_opportunity
from marketplace.views.opportunity_checks import SHOWN_LOTS, checks_of
from providers.checks import checks_for, one_list_for_all, sizes, totals
from providers.services.check_matrices import publish_matrix
from tests.factories.checks import draft_of, shipped_version
from tests.factories.core import CommissionerFactory, member
from tests.factories.marketplace import OpportunityFactory
from tests.factories.providers import RegistrationFactory
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db


def table(opportunity, organisation=None):
    return checks_of(opportunity, organisation, at=timezone.now())


def test_each_size_stands_beside_one_list_for_all():
    opportunity = OpportunityFactory(is_open=True)
    found = table(opportunity)
    lot = opportunity.lots.get()
    matrix = matrix_for(opportunity, today=timezone.localdate())
    assert [row.who for row in found.lots[0].rows] == [size.words for size in sizes()]
    for row, size in zip(found.lots[0].rows, sizes(), strict=True):
        case = case_for(
            opportunity,
            value_share_pence=lot.value_pence,
            income_pence=size.income_pence,
            legal_form=size.legal_form,
            staff_count=size.staff_count,
            on=timezone.localdate(),
        )
        asked = totals(checks_for(case, matrix))
        assert (row.sum.asked, row.sum.minutes) == (asked.asked, asked.minutes)
    flat = one_list_for_all(matrix, route=opportunity.route, on=timezone.localdate())
    assert found.flat.minutes == flat.minutes


def test_facts_of_the_work_take_checks_away():
    full = table(OpportunityFactory(is_open=True))
    less = table(OpportunityFactory(is_open=True, contact_with_people=False, holds_personal_data=False))
    for before, after in zip(full.lots[0].rows, less.lots[0].rows, strict=True):
        assert after.sum.minutes < before.sum.minutes
    assert less.flat == full.flat


def test_smaller_share_that_an_income_can_carry_is_asked_less():
    opportunity = OpportunityFactory(is_open=True, starts_on=None, ends_on=None)
    opportunity.lots.update(value_pence=15_000_000)
    tiny, small, middle, large = table(opportunity).lots[0].rows
    assert [row.share for row in (tiny, small, middle, large)] == ["£7,500", "£30,000", "", ""]
    assert tiny.share_sum.minutes < small.share_sum.minutes < small.sum.minutes
    assert large.share_sum is None


def test_share_that_an_income_can_carry_grows_with_the_years_of_the_work():
    days = {"starts_on": datetime.date(2027, 4, 1), "ends_on": datetime.date(2029, 3, 31)}
    opportunity = OpportunityFactory(is_open=True, **days)
    opportunity.lots.update(value_pence=15_000_000)
    assert [row.share for row in table(opportunity).lots[0].rows] == ["£15,000", "£60,000", "", ""]


def test_link_of_a_row_shows_the_same_list(client):
    opportunity = OpportunityFactory(is_open=True, contact_with_people=False)
    for row in table(opportunity).lots[0].rows:
        answer = client.get(row.url)
        assert answer.context["sum"].minutes == row.sum.minutes
        assert answer.context["sum"].asked == row.sum.asked


def test_provider_reads_its_own_row_first():
    owner = member(Role.OWNER)
    organisation = owner.memberships.get().organisation
    RegistrationFactory(
        organisation=organisation, legal_form="charity", annual_income_pence=6_000_000, staff_count=3
    )
    opportunity = OpportunityFactory(is_open=True)
    page = client_of(owner).get(f"/opportunities/{opportunity.pk}/")
    rows = page.context["checks"].lots[0].rows
    assert rows[0].is_own
    assert rows[0].who == "For you: Charity, £60,000 a year, 3 staff"
    assert rows[0].sum == rows[2].sum
    assert "For you: Charity" in page.content.decode()


def test_provider_that_has_told_too_little_is_shown_where_to():
    owner = member(Role.OWNER)
    organisation = owner.memberships.get().organisation
    RegistrationFactory(organisation=organisation, annual_income_pence=None)
    found = table(OpportunityFactory(is_open=True), organisation)
    assert found.own_missing == f"/organisations/{organisation.pk}/registration/"
    assert len(found.lots[0].rows) == len(sizes())


def test_commissioner_has_no_row_of_its_own():
    found = table(OpportunityFactory(is_open=True), CommissionerFactory())
    assert found.own_missing == ""
    assert not any(row.is_own for row in found.lots[0].rows)


def test_draft_without_a_lot_shows_no_table():
    opportunity = OpportunityFactory()
    opportunity.lots.all().delete()
    assert table(opportunity) is None
    manager = member(Role.COMMISSIONING_MANAGER, opportunity.organisation)
    assert client_of(manager).get(f"/opportunities/{opportunity.pk}/tasks/").status_code == 200


def test_drafting_page_shows_the_table():
    opportunity = OpportunityFactory()
    manager = member(Role.COMMISSIONING_MANAGER, opportunity.organisation)
    page = client_of(manager).get(f"/opportunities/{opportunity.pk}/tasks/").content.decode()
    assert "What each size of provider will be asked" in page
    assert "With one list for everybody" in page


def test_many_lots_are_capped_and_counted():
    opportunity = OpportunityFactory(is_open=True)
    for number in range(2, SHOWN_LOTS + 4):
        Lot.objects.create(
            opportunity=opportunity, number=number, title=f"Lot {number}", value_pence=number * 10**6
        )
    found = table(opportunity)
    assert (len(found.lots), found.more_lots) == (SHOWN_LOTS, 3)


def test_table_costs_the_same_however_many_lots():
    counts = []
    for lots in (1, 5):
        opportunity = OpportunityFactory(is_open=True)
        for number in range(2, lots + 1):
            Lot.objects.create(opportunity=opportunity, number=number, title="Lot", value_pence=number * 10**6)
        table(opportunity)
        with CaptureQueriesContext(connection) as queries:
            table(opportunity)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3


# --- the version it keeps


def test_published_opportunity_keeps_the_checks_of_its_day(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC))
    director = member(Role.DIRECTOR)
    opportunity = OpportunityFactory(organisation=director.memberships.get().organisation)
    publish_opportunity(by=director, opportunity=opportunity, version=opportunity.version)
    opportunity.refresh_from_db()
    assert opportunity.checks_version == shipped_version()
    admin = member(Role.SERVICE_ADMINISTRATOR)
    tomorrow = datetime.date(2026, 11, 23)
    newer = publish_matrix(by=admin, draft=draft_of(admin), effective_from=tomorrow, reason="So.", version=1)
    assert matrix_for(opportunity, today=tomorrow).version == shipped_version().pk
    draft = OpportunityFactory()
    assert matrix_for(draft, today=tomorrow).version == newer.pk


def test_opportunity_from_before_versions_were_kept_stands_under_its_day():
    opportunity = OpportunityFactory(is_open=True)
    assert opportunity.checks_version is None
    assert matrix_for(opportunity, today=datetime.date(2030, 1, 1)).version == shipped_version().pk


def test_opportunity_from_before_the_first_version_stands_under_those_of_today():
    long_ago = datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.UTC)
    opportunity = OpportunityFactory(is_open=True, published_at=long_ago)
    assert matrix_for(opportunity, today=datetime.date(2026, 11, 22)).version == shipped_version().pk
    assert table(opportunity) is not None
