"""The pages on which people follow, change how often, and stop."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.access import Refused
from core.audit import first_break
from core.models import Cohort, Event, User
from core.queries.places import regions
from core.roles import Role
from marketplace.models import Follow
from marketplace.services import follows as services
from marketplace.services.follows import change_follow, follow, stop_following
from tests.factories.core import UserFactory, any_category, member
from tests.factories.marketplace import NeedFactory
from tests.factories.signals import FollowFactory
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return member(Role.OWNER)


def text_of(response):
    return response.content.decode()


def test_a_charity_follows_what_its_filters_show(person: User) -> None:
    region, kind = regions()[2], any_category()
    NeedFactory(published=True, area=region, category=kind)
    client = client_of(person)
    proposed = f"/following/new/?area={region.pk}&amp;category={kind.pk}"
    for page in ("needs", "opportunities"):
        address = f"/{page}/?region={region.pk}&category={kind.pk}"
        assert f'href="{proposed}"' in text_of(client.get(address))
    page = text_of(client.get(proposed.replace("&amp;", "&")))
    assert f'<option value="{region.pk}" selected' in page
    assert f'<option value="{kind.pk}" selected' in page
    sent = {"area": str(region.pk), "category": str(kind.pk), "cohort": "", "frequency": "weekly"}
    page = text_of(client.post("/following/new/", sent, follow=True))
    assert "You follow it." in page
    assert f"{kind.name}, {region.name}" in page
    made = Follow.objects.get()
    assert (made.user, made.area, made.category, made.cohort, made.frequency) == (
        person,
        region,
        kind,
        None,
        "weekly",
    )
    client.post("/following/new/", {**sent, "frequency": "daily"})
    assert Follow.objects.get().frequency == "daily"
    assert first_break() == ""


def test_a_needs_page_leads_to_following_it(person: User) -> None:
    need = NeedFactory(published=True, area=regions()[0])
    page = text_of(client_of(person).get(f"/needs/{need.pk}/"))
    assert f"/following/new/?area={need.area_id}&amp;category={need.category_id}" in page


@pytest.mark.parametrize(
    "query", ["area=x", "area=99999999", "category=" + "9" * 5000, "cohort=-1", "area=%00", "frequency=never"]
)
def test_any_address_of_the_form_opens(query: str, person: User) -> None:
    assert client_of(person).get(f"/following/new/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"area": "x"}, "choose from what is offered"),
        ({"area": "99999999"}, "choose from what is offered"),
        ({"category": "9" * 5000}, "choose from what is offered"),
        ({"cohort": "x"}, "choose from what is offered"),
        ({"frequency": ""}, "How often do you want to be told?"),
        ({"frequency": "hourly"}, "choose from what is offered"),
    ],
)
def test_bad_input_is_told(wrong, sentence: str, person: User) -> None:
    response = client_of(person).post("/following/new/", {"frequency": "daily", **wrong})
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not Follow.objects.exists()


def test_everything_is_followed_where_nothing_is_chosen(person: User) -> None:
    client = client_of(person)
    page = text_of(client.get("/following/"))
    assert "You follow nothing yet" in page
    client.post("/following/new/", {"frequency": "daily"})
    assert "Everything, everywhere" in text_of(client.get("/following/"))


def test_how_often_is_changed_and_following_stopped(person: User) -> None:
    own = FollowFactory(user=person)
    client = client_of(person)
    assert 'value="daily"' in text_of(client.get(f"/following/{own.pk}/"))
    assert client.post(f"/following/{own.pk}/", {"frequency": "x"}).status_code == 422
    client.post(f"/following/{own.pk}/", {"frequency": "weekly"})
    own.refresh_from_db()
    assert own.frequency == "weekly"
    assert "Stop following" in text_of(client.get(f"/following/{own.pk}/stop/"))
    assert Follow.objects.exists()
    assert "You no longer follow it." in text_of(client.post(f"/following/{own.pk}/stop/", follow=True))
    assert not Follow.objects.exists()
    assert client.post(f"/following/{own.pk}/stop/").status_code == 404
    assert set(Event.objects.values_list("action", flat=True)) == {"follow.change", "follow.stop"}


def test_what_others_follow_is_not_found(person: User) -> None:
    other = FollowFactory()
    for client, status in ((client_of(person), 404), (Client(), 302)):
        for page in ("", "stop/"):
            assert client.get(f"/following/{other.pk}/{page}").status_code == status
            assert client.post(f"/following/{other.pk}/{page}", {"frequency": "daily"}).status_code == status
    assert Client().get("/following/new/").status_code == 302
    assert Follow.objects.get().frequency == "daily"


def test_list_costs_the_same_queries_at_1_3_and_30_rows(person: User) -> None:
    client, costs = client_of(person), set()
    client.get("/following/")
    for count, area in enumerate(regions(), start=1):
        FollowFactory(user=person, area=area, category=any_category())
        if count in (1, 3, 12):
            with CaptureQueriesContext(connection) as queries:
                client.get("/following/")
            costs.add(len(queries))
    assert len(costs) == 1
    assert costs.pop() <= 12


# --- services


def test_follow_has_a_limit(monkeypatch) -> None:
    monkeypatch.setattr(services, "MOST_FOLLOWS", 1)
    person = UserFactory()
    follow(by=person, area=None, category=None, cohort=None, frequency="daily")
    with pytest.raises(Refused, match="You follow 1 things already"):
        follow(by=person, area=regions()[0], category=None, cohort=None, frequency="daily")


def test_follow_is_changed_by_nobody_else() -> None:
    own, stranger = FollowFactory(), UserFactory()
    with pytest.raises(PermissionDenied):
        change_follow(by=stranger, follow=own, frequency="weekly")
    with pytest.raises(PermissionDenied):
        stop_following(by=stranger, follow=own)
    stop_following(by=own.user, follow=own)
    stop_following(by=own.user, follow=own)
    with pytest.raises(Refused, match="no longer follow"):
        change_follow(by=own.user, follow=own, frequency="weekly")
    assert Event.objects.filter(action="follow.stop").count() == 1


@pytest.mark.parametrize("what", [{}, {"cohort": True}])
def test_the_same_is_followed_once(what: dict[str, object]) -> None:
    person = UserFactory()
    same = {"cohort": Cohort.objects.order_by("pk")[0]} if what else {}
    FollowFactory(user=person, **same)
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowFactory(user=person, **same)
    FollowFactory(**same)
