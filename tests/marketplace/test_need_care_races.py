"""Two at once on a published need: the last figure stays, a principle is answered once, no need is linked unread.

Each control takes the lock away and must go wrong; a control that holds would prove nothing.
"""

import pytest

from core.access import Stale
from core.roles import Role
from marketplace.drafts import Figure, PrincipleWords
from marketplace.models import Need, NeedEvidence, Opportunity
from marketplace.services import need_care, opportunities
from tests.factories.core import CommissionerFactory, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory, without_consultation
from tests.marketplace.test_bid_races import both_at_once, meet_before

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]

DONE = PrincipleWords("done", "Women of two centres wrote it with us.")


def without_locks(monkeypatch):
    """The services read what they change without holding it."""
    monkeypatch.setattr(need_care, "locked_need", lambda need: Need.objects.get(pk=need.pk))
    monkeypatch.setattr(opportunities, "locked_need", lambda need: Need.objects.get(pk=need.pk))
    monkeypatch.setattr(opportunities, "locked_opportunity", lambda row: Opportunity.objects.get(pk=row.pk))
    monkeypatch.setattr(opportunities, "locked_needs_of", lambda row: list(row.needs.all()))


# --- Both of two figures are taken back -----------------------------------------------------------------


def take_back_both(monkeypatch):
    need = NeedFactory(published=True)
    by = member(Role.DIRECTOR, need.organisation)
    need_care.add_figure(by=by, need=need, figure=Figure("11 beds", "Survey"))
    first, second = need.evidence.all()
    meet_before(monkeypatch, need_care, "_given")
    both_at_once(
        lambda: need_care.take_back_figure(by=by, figure=first, reason="Wrong."),
        lambda: need_care.take_back_figure(by=by, figure=second, reason="Wrong."),
    )
    return NeedEvidence.objects.count()


def test_one_figure_stays_when_both_are_taken_back_at_once(monkeypatch):
    assert take_back_both(monkeypatch) == 1


def test_no_figure_stays_when_both_are_taken_back_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    assert take_back_both(monkeypatch) == 0


# --- One principle, answered by two ---------------------------------------------------------------------


def answer_both(monkeypatch):
    need = NeedFactory(published=True)
    by = member(Role.DIRECTOR, need.organisation)
    meet_before(monkeypatch, need_care, "Principle")

    def once():
        return need_care.mark_principle(by=by, need=need, principle=1, words=DONE, version=0)

    return both_at_once(once, once)


def test_second_of_two_who_answer_a_principle_at_once_is_told(monkeypatch):
    results = answer_both(monkeypatch)
    assert sum(isinstance(result, Stale) for result in results) == 1


def test_second_of_two_who_answer_a_principle_breaks_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    results = answer_both(monkeypatch)
    assert sum(isinstance(result, Exception) and not isinstance(result, Stale) for result in results) == 1


# --- A need is linked while the opportunity is published ------------------------------------------------


def link_and_publish(monkeypatch):
    body = CommissionerFactory()
    director, opportunity = member(Role.DIRECTOR, body), OpportunityFactory(organisation=body)
    second = without_consultation(NeedFactory(published=True, organisation=body))
    meet_before(monkeypatch, opportunities, "_record")
    meet_before(monkeypatch, opportunities, "_as_read")
    both_at_once(
        lambda: opportunities.link_need(by=director, opportunity=opportunity, need=second),
        lambda: opportunities.publish_opportunity(by=director, opportunity=opportunity, version=1),
    )
    opportunity, second = Opportunity.objects.get(), Need.objects.get(pk=second.pk)
    is_linked = second in opportunity.needs.all()
    return opportunity.status, is_linked, second.status


def test_no_opportunity_is_published_with_a_need_its_reader_did_not_see(monkeypatch):
    assert link_and_publish(monkeypatch) in {
        ("draft", True, "published"),
        ("open", False, "published"),
    }


def test_an_opportunity_is_published_with_a_need_its_reader_did_not_see_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    assert link_and_publish(monkeypatch) == ("open", True, "published")
