"""The pages of gaps and of a region: as everybody, as the region's own people, with much, little and wrong."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Cohort, NeedCategory
from core.roles import Role
from tests.factories.consultations import RoundFactory
from tests.factories.core import AreaFactory, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory
from tests.factories.places import lies
from tests.factories.providers import RegistrationFactory
from tests.marketplace.assessment_scene import HEADING, Scene
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db

GROUPS = f"{HEADING},women priority,women available,women sufficient"


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def filled(scene: Scene) -> Scene:
    """Two units and two quarters; in Northton few were helped enough with housing."""
    scene.bring_in(
        "Northton,2026-Q1,accommodation,100,80,4,30,20,1",
        "Southton,2026-Q1,accommodation,150,140,90,40,30,20",
        "Southton,2026-Q1,drugs,200,150,61,,,",
        "Southton,2025-Q4,drugs,180,150,99,,,",
        heading=GROUPS,
    )
    return scene


def text_of(response) -> str:
    return response.content.decode()


def address(scene: Scene, *more: str) -> str:
    return "/".join(["/needs/gaps", scene.region.slug, *more]) + "/"


# --- the table ----------------------------------------------------------------------------------------


def test_everybody_reads_the_table_without_small_numbers(filled: Scene, client: Client) -> None:
    page = text_of(client.get(address(filled)))
    assert "withheld" in page
    assert "31%" in page  # 61 of 200
    assert ">4%<" not in page
    assert "Figures under 10 are withheld" in page
    assert "January to March 2026" in page
    assert "Published nationally" in page
    assert "42%" in page


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.PRACTITIONER, Role.COMMISSIONER_FINANCE])
def test_the_regions_own_people_and_auditors_read_every_number(filled: Scene, role: Role) -> None:
    for person in (member(role, filled.body), member(Role.AUDITOR)):
        page = text_of(client_of(person).get(address(filled)))
        assert ">4%<" in page
        assert "withheld" not in page


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.OWNER, Role.SERVICE_ADMINISTRATOR])
def test_people_of_other_organisations_read_what_the_public_reads(filled: Scene, role: Role) -> None:
    assert ">4%<" not in text_of(client_of(member(role)).get(address(filled)))


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("measure=available", "Help available"),
        ("measure=demand", ">200<"),
        ("measure=providers", "Providers"),
        ("measure=money", "£0"),
        ("measure=all", "no provider"),
        ("period=2025-Q4", "October to December 2025"),
        ("category=drugs", "Drug misuse"),
        ("measure=nonsense&period=x&cohort=%00&category=9", "January to March 2026"),
    ],
)
def test_the_table_shows_what_is_asked_for(filled: Scene, client: Client, query: str, there: str) -> None:
    answer = client.get(f"{address(filled)}?{query}")
    assert answer.status_code == 200
    assert there in text_of(answer)


def test_one_kind_of_need_is_one_column(filled: Scene, client: Client) -> None:
    page = text_of(client.get(f"{address(filled)}?category=drugs"))
    assert 'scope="col">Drug misuse' in page
    assert 'scope="col">Accommodation' not in page


def test_the_public_reads_of_a_group_the_whole_region_alone(filled: Scene, client: Client) -> None:
    page = text_of(client.get(f"{address(filled)}?cohort=women"))
    assert "only the whole region is public" in page
    assert "Southton" not in page
    own = text_of(client_of(filled.manager).get(f"{address(filled)}?cohort=women"))
    assert "Southton" in own
    assert "50%" in own  # 20 of 40


def test_a_region_without_figures_says_what_will_be_there(scene: Scene, client: Client) -> None:
    page = text_of(client.get(address(scene)))
    assert "No case figures for this region yet" in page
    assert "<table" not in page
    assert "Northton" in text_of(client.get(f"{address(scene)}?measure=providers"))


@pytest.mark.parametrize("page", ["", "download", "northton/accommodation", "x/accommodation", "northton/x"])
def test_what_is_not_there_is_not_found(filled: Scene, client: Client, page: str) -> None:
    parts = page.split("/") if page else []
    wrong = address(filled, *parts).replace(filled.region.slug, "nowhere") if page != "x/accommodation" else ""
    if wrong:
        assert client.get(wrong).status_code == 404
    if "x" in parts:
        assert client.get(address(filled, *parts)).status_code == 404


def test_a_unit_of_another_region_is_not_found(filled: Scene, client: Client) -> None:
    lies(AreaFactory(kind="delivery_unit", slug="elseton"), AreaFactory())
    assert client.get(address(filled, "elseton", "accommodation")).status_code == 404


def test_every_region_is_listed(client: Client) -> None:
    page = text_of(client.get("/needs/gaps/"))
    assert '/needs/gaps/south-west/"' in page


# --- the file -----------------------------------------------------------------------------------------


def rows_of(response) -> list[dict[str, str]]:
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_the_file_says_withheld_where_the_page_does(filled: Scene, client: Client) -> None:
    rows = rows_of(client.get(address(filled, "download")))
    homes = {row["area"]: row for row in rows if row["category"] == "accommodation"}
    assert homes["Northton"]["priority_cases"] == "100"
    assert homes["Northton"]["sufficient_cases"] == "withheld"
    assert homes["Northton"]["sufficient_pct"] == ""
    assert homes["Northton"]["national_sufficient_pct"] == "42"
    own = rows_of(client_of(filled.director).get(address(filled, "download")))
    homes = {row["area"]: row for row in own if row["category"] == "accommodation"}
    assert (homes["Northton"]["sufficient_cases"], homes["Northton"]["sufficient_pct"]) == ("4", "4.0")
    assert homes["Testshire"]["priority_cases"] == "250"


def test_the_file_of_a_group_has_the_region_alone_for_the_public(filled: Scene, client: Client) -> None:
    rows = rows_of(client.get(address(filled, "download") + "?cohort=women"))
    assert {(row["area"], row["group"]) for row in rows} == {("Testshire", "women")}


def test_a_name_that_looks_like_a_formula_stays_a_name_in_the_file(filled: Scene, client: Client) -> None:
    unit = filled.region.contains.get(name="Northton")
    unit.name = "=1+1"
    unit.save()
    assert "'=1+1" in {row["area"] for row in rows_of(client.get(address(filled, "download")))}


# --- behind a cell ------------------------------------------------------------------------------------


def test_behind_a_cell_stand_its_figures_over_time_and_what_is_done(filled: Scene, client: Client) -> None:
    unit, drugs = filled.region.contains.get(name="Southton"), NeedCategory.objects.get(code="drugs")
    need = NeedFactory(published=True, area=unit, category=drugs, title="Evening support")
    need.areas.set([unit])
    need.categories.set([drugs])
    OpportunityFactory(is_open=True, area=filled.region, category=drugs, title="Recovery together")
    provider = RegistrationFactory()
    provider.areas.set([filled.region])
    provider.categories.set([drugs])
    page = text_of(client.get(address(filled, "southton", "drugs")))
    assert "Enough was delivered in 31% of cases in January to March 2026" in page
    assert "October to December 2025" in page
    for title in ("Evening support", "Recovery together", provider.organisation.name, "1 provider"):
        assert title in page
    assert "Draft a need" not in page


def test_behind_a_withheld_cell_nothing_small_is_told(filled: Scene, client: Client) -> None:
    page = text_of(client.get(address(filled, "northton", "accommodation")))
    assert "withheld" in page
    assert "4%" not in page.replace("42%", "")
    assert "4% (1–10%)" in text_of(client_of(filled.director).get(address(filled, "northton", "accommodation")))


def test_behind_the_cell_of_a_region_stands_the_whole_region(filled: Scene, client: Client) -> None:
    page = text_of(client.get(address(filled, filled.region.slug, "drugs")))
    assert "Drug misuse in Testshire" in page
    assert "31%" in page


def test_behind_the_cell_of_a_group_the_public_reads_the_region_alone(filled: Scene, client: Client) -> None:
    unit = text_of(client.get(address(filled, "southton", "accommodation") + "?cohort=women"))
    assert "No case figures to show" in unit
    assert "Women" in unit
    own = text_of(client_of(filled.director).get(address(filled, "southton", "accommodation") + "?cohort=women"))
    assert "50%" in own


# --- a draft from a cell ------------------------------------------------------------------------------


def begun(scene: Scene, query: str) -> str:
    return text_of(client_of(scene.manager).get(f"/needs/new/?{query}"))


def test_a_draft_begins_with_area_kind_and_the_public_figure(filled: Scene) -> None:
    drugs = NeedCategory.objects.get(code="drugs")
    cell = text_of(client_of(filled.manager).get(address(filled, "southton", "drugs")))
    link = f"region={filled.region.slug}&amp;area=southton&amp;category=drugs&amp;period=2026-Q1"
    assert f"/needs/new/?{link}" in cell
    page = begun(filled, link.replace("&amp;", "&"))
    unit = filled.region.contains.get(name="Southton")
    assert f'<option value="{unit.pk}" selected>' in page
    assert f'value="{drugs.pk}" ' in page
    assert "Enough delivered in 31% of 200 cases with “Drug misuse” a priority (95% interval 24–38%)" in page
    assert "January to March 2026" in page
    assert "Case records, made for a test" in page


def test_a_draft_from_a_withheld_cell_begins_without_the_figure(filled: Scene) -> None:
    page = begun(filled, f"region={filled.region.slug}&area=northton&category=accommodation&period=2026-Q1")
    assert "Enough delivered" not in page
    assert "withheld from the public, and a need is public" in page
    assert f'<option value="{filled.region.contains.get(name="Northton").pk}" selected>' in page


def test_a_draft_for_a_group_begins_with_the_group(filled: Scene) -> None:
    women = Cohort.objects.get(code="women")
    query = (
        f"region={filled.region.slug}&area={filled.region.slug}&category=accommodation&period=2026-Q1&cohort=women"
    )
    page = begun(filled, query)
    assert f'value="{women.pk}"' in page
    assert "Enough delivered in 30% of 70 cases" in page


@pytest.mark.parametrize(
    "query",
    [
        "region=nowhere&area=x&category=drugs",
        "region=%00&area=%00&category=%00&period=%00&cohort=%00",
        "region=south-west&area=leeds&category=drugs",
        f"region={'x' * 5000}&category=drugs",
        "region=south-west&area=dorset&category=drugs&period=9999-Q9&cohort=x",
    ],
)
def test_a_draft_from_a_changed_address_begins_as_any_other(scene: Scene, query: str) -> None:
    assert "Draft a need" in begun(scene, query)


# --- the region ---------------------------------------------------------------------------------------


def test_the_region_shows_the_worst_gap_first_in_words(filled: Scene, client: Client) -> None:
    NeedFactory(published=True, area=filled.region, title="Homes for everyone")
    OpportunityFactory(is_open=True, area=filled.region, title="Homes together")
    own = text_of(client_of(filled.director).get(f"/regions/{filled.region.slug}/"))
    assert own.index("Northton: Accommodation") < own.index("Southton: Drug misuse")
    assert "Enough was delivered in 4% of 100 cases (95% interval 1–10%). Nationally it is 42%." in own
    for there in ("Homes for everyone", "Homes together", "Where nobody is registered to help", "Draft a need"):
        assert there in own
    public = text_of(client.get(f"/regions/{filled.region.slug}/"))
    assert "Northton: Accommodation" not in public
    assert "Southton: Drug misuse" in public
    assert "What practitioners say" not in public


def test_the_region_says_where_people_are_asked_now(filled: Scene, client: Client) -> None:
    page = f"/regions/{filled.region.slug}/"
    RoundFactory(is_closed=True, need__area=filled.region, need__title="Heard last month")
    assert "Consultations open now" not in text_of(client.get(page))
    asked = RoundFactory(is_open=True, need__area=filled.region, need__title="Homes in the night")
    shown = text_of(client.get(page))
    assert "Consultations open now" in shown
    assert f"/needs/{asked.need_id}/consultation/" in shown
    assert "Answer until" in shown


def test_a_region_with_nothing_says_what_will_be_there(scene: Scene, client: Client) -> None:
    page = text_of(client.get(f"/regions/{scene.region.slug}/"))
    assert "No gaps to show yet" in page
    assert "No need has been posted" in page
    assert client.get("/regions/nowhere/").status_code == 404
    own = text_of(client_of(scene.director).get(f"/regions/{scene.region.slug}/"))
    assert "Import case figures" in own


def test_the_work_page_and_the_page_of_the_region_lead_there(filled: Scene, client: Client) -> None:
    assert f"/regions/{filled.region.slug}/" in text_of(client_of(filled.director).get("/work/"))
    place = text_of(client.get(f"/places/probation-region/{filled.region.slug}/", follow=True))
    assert "Southton: Drug misuse" in place
    assert "Northton: Accommodation" not in place


@pytest.mark.parametrize("page", ["/needs/gaps/{}/", "/regions/{}/", "/needs/gaps/{}/download/"])
def test_pages_cost_the_same_queries_however_much_there_is(filled: Scene, page: str) -> None:
    client, costs = client_of(filled.director), set()
    where = page.format(filled.region.slug)
    client.get(where)
    for more in (1, 2, 27):
        for _number in range(more):
            unit = AreaFactory(kind="delivery_unit")
            lies(unit, filled.region)
            NeedFactory(published=True, area=unit)
            registration = RegistrationFactory()
            registration.areas.set([unit])
            registration.categories.set([NeedCategory.objects.get(code="drugs")])
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(where)
            assert b"".join(answer.streaming_content if answer.streaming else [answer.content])
        costs.add(len(queries))
    assert len(costs) == 1
    assert costs.pop() <= 25
