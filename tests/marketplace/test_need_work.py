"""What the work page says of needs and opportunities, to whom."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from core.models import Organisation, User
from core.roles import Role
from marketplace.models import Opportunity
from marketplace.work import need_sections, opportunity_sections
from tests.factories.core import CommissionerFactory, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def body() -> Organisation:
    return CommissionerFactory()


@pytest.fixture
def manager(body: Organisation) -> User:
    return member(Role.COMMISSIONING_MANAGER, body)


@pytest.fixture
def director(body: Organisation) -> User:
    return member(Role.DIRECTOR, body)


@pytest.fixture
def draft(body: Organisation, manager: User) -> Opportunity:
    """Complete."""
    return OpportunityFactory(organisation=body, created_by=manager)


def test_work_page_says_what_is_ready_to_publish(director: User, manager: User, body: Organisation) -> None:
    [empty] = need_sections(manager, body)
    assert (empty.tasks, empty.url) == ([], "/needs/new/")
    with time_machine.travel(timezone.now() - datetime.timedelta(days=1)):
        need = NeedFactory(organisation=body, created_by=manager)
    NeedFactory(published=True, organisation=body)
    NeedFactory()
    [ready], [drafted] = need_sections(director, body), need_sections(manager, body)
    assert (ready.title, drafted.title) == ("Needs ready for publication", "Draft needs")
    assert [task.url for task in ready.tasks] == [f"/needs/{need.pk}/"]
    assert need_sections(member(Role.PANEL_MEMBER, body), body) == []
    assert "Needs ready for publication" in client_of(director).get("/work/").content.decode()


def test_work_page_says_what_waits(draft: Opportunity, manager: User, director: User, body: Organisation) -> None:
    def waiting(person: User) -> dict[str, list[str]]:
        return {
            section.title: [task.url for task in section.tasks] for section in opportunity_sections(person, body)
        }

    tasks = f"/opportunities/{draft.pk}/tasks/"
    assert waiting(manager) == {"Draft opportunities": [tasks]}
    assert waiting(director) == {"Draft opportunities": [tasks]}
    client_of(manager).post(f"/opportunities/{draft.pk}/send/", {"version": "1"})
    assert waiting(manager) == {}
    assert waiting(director) == {"Opportunities to check": [tasks]}
    assert waiting(member(Role.PANEL_MEMBER, body)) == {}
