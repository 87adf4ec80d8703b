"""Which needs a draft opportunity answers: linking and unlinking, and the page for it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import Refused, Stale
from core.models import Event, Organisation, User
from core.roles import Role
from marketplace.models import Opportunity
from marketplace.services.opportunities import link_need, publish_opportunity, unlink_need
from tests.factories.core import CommissionerFactory, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory, without_consultation
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def body() -> Organisation:
    return CommissionerFactory()


@pytest.fixture
def manager(body: Organisation) -> User:
    return member(Role.COMMISSIONING_MANAGER, body)


@pytest.fixture
def opportunity(body: Organisation) -> Opportunity:
    return OpportunityFactory(organisation=body)


def test_several_needs_are_answered_and_one_stays(manager, body, opportunity) -> None:
    first, second = opportunity.needs.get(), NeedFactory(published=True, organisation=body)
    link_need(by=manager, opportunity=opportunity, need=second)
    with pytest.raises(Refused, match="linked already"):
        link_need(by=manager, opportunity=opportunity, need=second)
    unlink_need(by=manager, opportunity=opportunity, need=first)
    with pytest.raises(Refused, match="at least one need"):
        unlink_need(by=manager, opportunity=opportunity, need=second)
    with pytest.raises(Refused, match="not linked any more"):
        unlink_need(by=manager, opportunity=opportunity, need=first)
    assert list(opportunity.needs.all()) == [second]
    actions = ["opportunity.link_need", "opportunity.unlink_need"]
    assert list(Event.objects.order_by("sequence").values_list("action", flat=True)) == actions


def test_only_open_needs_of_the_body_are_linked_and_only_to_a_draft(manager, body, opportunity) -> None:
    for need, sentence in (
        (NeedFactory(organisation=body), "still open"),
        (NeedFactory(organisation=body, published=True, status="closed", closing_reason="No."), "still open"),
    ):
        with pytest.raises(Refused, match=sentence):
            link_need(by=manager, opportunity=opportunity, need=need)
    with pytest.raises(PermissionDenied):
        link_need(by=manager, opportunity=opportunity, need=NeedFactory(published=True))
    own = NeedFactory(published=True, organisation=body)
    for person in (member(Role.DIRECTOR), member(Role.PRACTITIONER, body)):
        with pytest.raises(PermissionDenied):
            link_need(by=person, opportunity=opportunity, need=own)
    with pytest.raises(Refused, match="cannot be changed"):
        link_need(by=manager, opportunity=OpportunityFactory(organisation=body, is_open=True), need=own)


def test_who_read_the_draft_before_a_need_was_linked_does_not_publish_it(manager, body, opportunity) -> None:
    director = member(Role.DIRECTOR, body)
    second = without_consultation(NeedFactory(published=True, organisation=body))
    link_need(by=manager, opportunity=opportunity, need=second)
    with pytest.raises(Stale):
        publish_opportunity(by=director, opportunity=opportunity, version=1)
    publish_opportunity(by=director, opportunity=opportunity, version=2)
    second.refresh_from_db()
    assert second.status == "in_commissioning"


def text_of(response) -> str:
    return response.content.decode()


def test_page_links_unlinks_and_finds_by_words(manager, body, opportunity) -> None:
    client, address = client_of(manager), f"/opportunities/{opportunity.pk}/needs/"
    other = NeedFactory(published=True, organisation=body, title="Debt & advice")
    NeedFactory(published=True, organisation=body, title="Mentors")
    NeedFactory(published=True, title="Of another body")
    page = text_of(client.get(address))
    assert "Debt &amp; advice" in page
    assert "Of another body" not in page
    assert "Unlink" not in page
    found = text_of(client.get(address + "?q=debt"))
    assert "Debt &amp; advice" in found
    assert "Mentors" not in found
    assert client.post(address, {"link": str(other.pk)}).url == address
    page = text_of(client.get(address))
    assert "nothing said yet" in page.lower()
    assert "Unlink" in page
    assert client.post(address, {"unlink": str(other.pk)}).url == address
    assert opportunity.needs.count() == 1


@pytest.mark.parametrize("sent", [{}, {"link": "x"}, {"link": "9" * 5000}, {"unlink": "\x00"}, {"link": "-1"}])
def test_page_takes_any_nonsense(sent: dict, manager, opportunity) -> None:
    response = client_of(manager).post(f"/opportunities/{opportunity.pk}/needs/", sent)
    assert response.status_code in (404, 409)
    assert opportunity.needs.count() == 1


def test_page_is_closed_to_others_and_once_published(manager, body, opportunity) -> None:
    address = f"/opportunities/{opportunity.pk}/needs/"
    assert client_of(member(Role.PRACTITIONER, body)).get(address).status_code == 403
    assert client_of(member(Role.DIRECTOR)).get(address).status_code == 404
    foreign = NeedFactory(published=True)
    assert client_of(manager).post(address, {"link": str(foreign.pk)}).status_code == 404
    public = OpportunityFactory(organisation=body, is_open=True)
    assert client_of(manager).get(f"/opportunities/{public.pk}/needs/").status_code == 409


def test_page_costs_the_same_with_one_need_and_thirty(manager, body, opportunity) -> None:
    client, costs = client_of(manager), set()
    address = f"/opportunities/{opportunity.pk}/needs/"
    client.get(address)
    for more in (1, 2, 27):
        for _number in range(more):
            NeedFactory(published=True, organisation=body)
            opportunity.needs.add(NeedFactory(published=True, organisation=body))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        costs.add(len(queries))
    assert len(costs) == 1
