"""What waits for a person in alliances."""

import datetime

import pytest
import time_machine

from alliances.quarters import period_due, period_start
from alliances.queries.outcomes import outcomes_without_result
from alliances.work import alliance_work
from core.roles import Role
from core.work import ASKED, sections_for
from tests.factories.alliances import AllianceFactory, ResultFactory, award, provider_of, sign_for
from tests.factories.core import member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-21 12:00:00+00:00", tick=False):
        yield


def titles(person, organisation):
    return {
        section.title: [task.title for task in section.tasks] for section in alliance_work(person, organisation)
    }


def test_award_waits_to_be_set_up():
    decision = award(title="Settled homes")
    tender = award(by=decision.awarded_by, route="tender", title="Mentoring")
    body = decision.lot.opportunity.organisation

    (section,) = alliance_work(decision.awarded_by, body)

    assert section.title == "Alliances and contracts to set up"
    assert {task.title: task.url for task in section.tasks} == {
        "Set up the alliance: Settled homes": f"/alliances/from-award/{decision.pk}/",
        "Make the contract: Mentoring": f"/contracts/from-award/{tender.pk}/",
    }


def test_award_with_alliance_waits_no_more_but_its_draft_does():
    decision = award()
    body = decision.lot.opportunity.organisation
    draft = AllianceFactory(award=decision, organisation=body, starts_on=datetime.date(2026, 11, 1))

    [section] = alliance_work(decision.awarded_by, body)

    assert [task.url for task in section.tasks] == [f"/alliances/{draft.pk}/"]


def test_agreement_waits_for_who_may_sign():
    alliance = AllianceFactory(signing=True)
    provider = provider_of(alliance)
    place = alliance.members.get(organisation=provider)
    owner, viewer = member(Role.OWNER, provider), member(Role.VIEWER, provider)

    [section] = alliance_work(owner, provider)

    assert [task.url for task in section.tasks] == [f"/alliances/{alliance.pk}/sign/{place.pk}/"]
    assert alliance_work(viewer, provider) == []
    sign_for(place)
    assert alliance_work(owner, provider) == []


def test_result_is_due_for_the_quarter_that_is_over():
    alliance = AllianceFactory(active=True)
    provider = provider_of(alliance)
    writer = member(Role.BID_WRITER, provider)
    first, second = alliance.outcomes.all()

    [section] = alliance_work(writer, provider)
    assert (section.title, len(section.tasks)) == ("Results due", 2)
    assert "30 September 2026" in section.tasks[0].hint
    assert (section.tasks[0].tag, section.tasks[0].due_at.date()) == ("late", datetime.date(2026, 10, 30))

    ResultFactory(outcome=first, period_end="2026-09-28")
    assert [task.url for task in alliance_work(writer, provider)[0].tasks] == [
        f"/outcomes/{second.pk}/results/new/"
    ]


def test_result_of_an_earlier_quarter_does_not_count():
    alliance = AllianceFactory(active=True)
    for outcome in alliance.outcomes.all():
        ResultFactory(outcome=outcome, period_end="2026-06-30")

    [section] = alliance_work(member(Role.OWNER, provider_of(alliance)), provider_of(alliance))

    assert len(section.tasks) == 2


def test_nothing_is_due_in_the_first_quarter():
    alliance = AllianceFactory(active=True, starts_on=datetime.date(2026, 10, 5))

    assert alliance_work(member(Role.OWNER, provider_of(alliance)), provider_of(alliance)) == []


@pytest.mark.parametrize("starts_on", ["2024-02-10", "2026-07-20", "2026-09-30", "2026-10-01", "2026-12-01"])
@pytest.mark.parametrize("ends_on", ["2026-08-14", "2026-11-20", "2026-11-21", "2027-03-31"])
@pytest.mark.parametrize("result_on", [None, "2026-06-30", "2026-07-01", "2026-08-14", "2026-09-30", "2026-10-01"])
def test_database_and_calendar_agree_on_what_is_due(starts_on, ends_on, result_on):
    if starts_on >= ends_on:
        return
    term = {"starts_on": datetime.date.fromisoformat(starts_on), "ends_on": datetime.date.fromisoformat(ends_on)}
    alliance = AllianceFactory(active=True, **term)
    outcome = alliance.outcomes.all()[0]
    if result_on:
        ResultFactory(outcome=outcome, period_end=result_on)
    today = datetime.date(2026, 11, 21)

    due = outcomes_without_result(provider_of(alliance), today=today).filter(pk=outcome.pk).exists()

    end = period_due(starts_on=alliance.starts_on, ends_on=alliance.ends_on, today=today)
    latest = datetime.date.fromisoformat(result_on) if result_on else datetime.date.min
    assert due == (end is not None and latest < period_start(end))


def test_work_takes_as_many_queries_for_thirty_things_as_for_one(django_assert_max_num_queries):
    director = member(Role.DIRECTOR)
    body = director.memberships.get().organisation
    alliance_work(director, body)  # reads the roles once
    counts, made = [], 0
    for number in (1, 3, 30):
        for _ in range(made, number):
            award(by=director)
            AllianceFactory(organisation=body)
            AllianceFactory(organisation=body, signing=True)
            AllianceFactory(organisation=body, active=True)
        made = number
        with django_assert_max_num_queries(6) as queries:
            sections = alliance_work(director, body)
        shown = [number, min(2 * number, ASKED), min(2 * number, ASKED)]
        assert [len(section.tasks) for section in sections] == [min(shown[0], ASKED), *shown[1:]]
        counts.append(len(queries))

    assert len(set(counts)) == 1


def test_work_page_asks_for_it():
    decision = award()

    found = sections_for(decision.awarded_by, decision.lot.opportunity.organisation)

    assert "Alliances and contracts to set up" in [section.title for section in found]
