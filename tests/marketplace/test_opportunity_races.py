"""Two at once: nobody publishes words unread, no need closes under a live opportunity, a form makes one need.

Each control takes the lock away and must go wrong; a control that holds would prove nothing.
"""

from uuid import uuid4

import pytest

from core.roles import Role
from marketplace.drafts import Figure, NeedWords
from marketplace.models import Need, Opportunity
from marketplace.services import needs, opportunities
from tests.factories.core import CommissionerFactory, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory, without_consultation
from tests.marketplace.test_bid_races import both_at_once, meet_before

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


def without_locks(monkeypatch):
    """The services read what they change without holding it."""

    def needs_as_they_are(opportunity):
        return list(opportunity.needs.select_related("organisation"))

    monkeypatch.setattr(needs, "locked_need", lambda need: Need.objects.get(pk=need.pk))
    monkeypatch.setattr(opportunities, "locked_needs_of", needs_as_they_are)


def publish_and_edit(monkeypatch):
    """A director publishes a need at the very moment at which its author saves other words."""
    body = CommissionerFactory()
    director, need = member(Role.DIRECTOR, body), NeedFactory(organisation=body)
    words = NeedWords("Unread", "Words.", need.area, need.category, 1, evidence=[Figure("1", "Survey")])
    # The last thing each does before it writes.
    meet_before(monkeypatch, needs, "_meet")
    return both_at_once(
        lambda: needs.publish_need(by=director, need=need, version=1),
        lambda: needs.edit_need(by=director, need=need, words=words, version=1),
    )


@pytest.fixture(autouse=True)
def _meeting(monkeypatch):
    """A place in both services where two callers can meet: after the policy, before the write."""
    require = needs.require

    def required(verdict):
        require(verdict)
        needs._meet()

    monkeypatch.setattr(needs, "_meet", lambda: None, raising=False)
    monkeypatch.setattr(needs, "require", required)
    asked = opportunities.require

    def asked_for(verdict):
        asked(verdict)
        needs._meet()

    monkeypatch.setattr(opportunities, "require", asked_for)


def test_nobody_publishes_words_they_have_not_read(monkeypatch):
    results = publish_and_edit(monkeypatch)
    need = Need.objects.get()
    assert sum(isinstance(result, Exception) for result in results) == 1
    assert (need.status, need.title) != ("published", "Unread")


def test_somebody_publishes_words_they_have_not_read_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    publish_and_edit(monkeypatch)
    need = Need.objects.get()
    assert (need.status, need.title) == ("published", "Unread")


def close_and_publish(monkeypatch):
    """A need in commissioning is closed at the very moment at which another opportunity for it is published."""
    body = CommissionerFactory()
    director = member(Role.DIRECTOR, body)
    need = NeedFactory(organisation=body, published=True, status="in_commissioning")
    opportunity = OpportunityFactory(organisation=body)
    opportunity.needs.set([without_consultation(need)])
    meet_before(monkeypatch, needs, "_meet")
    results = both_at_once(
        lambda: needs.close_need(by=director, need=need, reason="The council offers it."),
        lambda: opportunities.publish_opportunity(by=director, opportunity=opportunity, version=1),
    )
    return results, Need.objects.get(pk=need.pk), Opportunity.objects.get()


def test_no_need_closes_under_an_opportunity_that_is_being_published(monkeypatch):
    results, need, opportunity = close_and_publish(monkeypatch)
    assert sum(isinstance(result, Exception) for result in results) == 1
    assert (need.status, opportunity.status) in {("closed", "draft"), ("in_commissioning", "open")}


def test_a_need_closes_under_a_live_opportunity_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    _results, need, opportunity = close_and_publish(monkeypatch)
    assert (need.status, opportunity.status) == ("closed", "open")


def test_same_form_sent_twice_at_once_makes_one_need(monkeypatch):
    body, key, like = CommissionerFactory(), uuid4(), NeedFactory()
    manager = member(Role.COMMISSIONING_MANAGER, body)
    words = NeedWords("Twice", "Words.", like.area, like.category, 1, evidence=[Figure("1", "Survey")])
    meet_before(monkeypatch, needs, "_has_evidence")

    def once():
        return needs.draft_need(by=manager, organisation=body, words=words, form_key=key)

    first, second = both_at_once(once, once)
    assert first == second == Need.objects.get(organisation=body)
    assert first.evidence.count() == 1
