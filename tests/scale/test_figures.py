"""The table of gaps and the page of a region at scale: few queries, each along an index."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Area, Organisation, User
from core.roles import Role
from marketplace.models import Assessment, AssessmentImport
from marketplace.queries import gaps
from marketplace.queries.assessments import units_of
from tests.core.signed_in import browser_of
from tests.scale.test_lists import plan_of

pytestmark = pytest.mark.django_db

UNITS, KINDS = 109, 11


@pytest.fixture
def region(seed) -> Area:
    """A region among years of figures and offers."""
    seed(200, assessments=4, providers=100)
    return Area.objects.get(kind="probation_region", slug="london")


def test_seed_makes_a_figure_for_every_unit_kind_and_quarter_and_tops_up(seed) -> None:
    seed(12, assessments=2)
    assert Assessment.objects.filter(in_force=True).count() == UNITS * KINDS * 2
    seed(12, assessments=3)
    assert Assessment.objects.count() == UNITS * KINDS * 3
    assert AssessmentImport.objects.count() == 3


@pytest.mark.parametrize(
    "page", ["/needs/gaps/{}/", "/regions/{}/", "/needs/gaps/{}/download/", "/needs/gaps/{0}/{0}/drugs/"]
)
def test_pages_ask_no_more_than_25_queries(region: Area, page: str) -> None:
    body = Organisation.objects.get(body__roles__area=region, body__roles__role="commissions_probation")
    director = User.objects.get(memberships__organisation=body, memberships__roles__role=Role.DIRECTOR)
    for browser in (browser_of(director), Client()):
        browser.get(page.format(region.slug))
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(page.format(region.slug) + "?x=1")
            assert b"".join(answer.streaming_content if answer.streaming else [answer.content])
        assert answer.status_code == 200
        assert len(queries) <= 25


def test_figures_are_read_along_their_index(region: Area) -> None:
    areas = [region.pk, *units_of([region.pk]).values_list("pk", flat=True)]
    (latest, *_earlier) = gaps.quarters_there(areas)
    for read in (
        lambda: gaps.quarters_there(areas),
        lambda: gaps.counts_in(areas, latest),
        lambda: gaps.counts_by_quarter(areas, 1),
    ):
        assert "assessment_once_for_everyone" in plan_of(read)
    assert "assessment_once_for_a_group" in plan_of(lambda: gaps.counts_in(areas, latest, 1))


def test_what_is_summed_and_counted_of_a_region_is_read_along_its_indexes(region: Area) -> None:
    areas = list(units_of([region.pk]).values_list("pk", flat=True))
    assert "award_money_by_area" in plan_of(lambda: gaps.money_committed(areas))
    assert "need_counted" in plan_of(lambda: gaps.needs_there(areas))
    # PostgreSQL takes any index that begins with the area: each finds the same few rows, which are then sorted.
    by_area = "award_newest_by_area" if connection.vendor == "sqlite" else "_by_area"
    assert by_area in plan_of(lambda: list(gaps.newest_awards(areas, 5)), may_sort=True)
    if connection.vendor == "sqlite":  # among so few rows PostgreSQL sorts them all, by whatever index
        assert "need_area" in plan_of(lambda: list(gaps.newest_needs(areas, 5)))
