"""The record of events on screen, and the command that checks it."""

import datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import audit
from core.models import ChainHead, Event
from core.queries.audit import events_matching, events_of, kinds_of_things
from core.roles import Role
from tests.core.signed_in import browser_of
from tests.factories.core import OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db

AUDIT = reverse("audit")


@pytest.fixture
def auditor():
    return browser_of(member(Role.AUDITOR))


def recorded(action: str = "thing.change", number: int = 1, **values) -> list[Event]:
    organisation = values.pop("organisation", None) or OrganisationFactory()
    given = {"by": UserFactory(name="Ada"), "obj": organisation, "organisation": organisation, **values}
    return [audit.record(action, **given) for _turn in range(number)]


def numbers(answer) -> list[int]:
    return [event.sequence for event in answer.context["events"]]


@pytest.mark.parametrize("role", list(Role))
def test_record_is_for_auditors_and_administrators(role):
    (event,) = recorded()
    browser = browser_of(member(role))
    expected = 200 if role in (Role.AUDITOR, Role.SERVICE_ADMINISTRATOR) else 403
    assert browser.get(AUDIT).status_code == expected
    assert browser.get(reverse("event-detail", args=[event.sequence])).status_code == expected


def test_empty_record_says_what_will_be_there(auditor):
    assert "Nothing has happened yet" in auditor.get(AUDIT).content.decode()


def test_record_lists_the_latest_first(auditor):
    recorded(number=3)
    answer = auditor.get(AUDIT)
    assert numbers(answer) == [3, 2, 1]
    assert "Thing: change" in answer.content.decode()


def test_record_goes_on_over_pages(auditor):
    recorded(number=60)
    address, seen = AUDIT, []
    while address:
        answer = auditor.get(address)
        seen += numbers(answer)
        address = answer.context["pages"].next_url
    assert seen == list(range(60, 0, -1))


def test_record_asks_as_much_for_thirty_events_as_for_one(auditor):
    auditor.get(AUDIT)
    counts = set()
    for more in (1, 2, 27):
        recorded(number=more)
        with CaptureQueriesContext(connection) as queries:
            auditor.get(AUDIT)
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= 12


def test_record_is_narrowed_by_every_filter(auditor):
    hope, other = OrganisationFactory(name="Hope House"), OrganisationFactory(name="Other")
    ada = UserFactory()
    with time_machine.travel(datetime.datetime(2026, 11, 5, 23, 30, tzinfo=datetime.UTC)):
        recorded("bid.submit", organisation=hope, by=ada)
    with time_machine.travel(datetime.datetime(2026, 11, 6, 0, 30, tzinfo=datetime.UTC)):
        recorded("bid.withdraw", organisation=other)

    def found(**query) -> list[int]:
        return numbers(auditor.get(AUDIT, query))

    assert found(action="bid") == [2, 1]
    assert found(action="bid.sub") == [1]
    assert found(organisation="hope") == [1]
    assert found(object_type="core.organisation", object_id=other.pk) == [2]
    assert found(actor_id=ada.pk) == [1]
    assert found(since_day="6", since_month="11", since_year="2026") == [2]
    assert found(until_day="5", until_month="November", until_year="2026") == [1]
    assert found(action="bid", organisation="nobody") == []


def test_days_are_days_in_london():
    with time_machine.travel(datetime.datetime(2026, 6, 30, 23, 30, tzinfo=datetime.UTC)):
        (event,) = recorded()
    first_of_july = datetime.date(2026, 7, 1)
    assert list(events_matching(since=first_of_july, until=first_of_july)) == [event]


def test_filters_in_force_can_be_taken_away_one_by_one(auditor):
    recorded("bid.submit")
    query = {"action": "bid", "since_day": "1", "since_month": "1", "since_year": "2020", "page": "x"}
    chips = auditor.get(AUDIT, query).context["chips"]
    assert [chip.label for chip in chips] == ["Act: bid", "From: 1 January 2020"]
    assert chips[0].url == f"{AUDIT}?since_day=1&since_month=1&since_year=2020"
    assert chips[1].url == f"{AUDIT}?action=bid"


@pytest.mark.parametrize(
    "query",
    [
        {"object_id": "x"},
        {"object_id": "9" * 40},
        {"object_type": "core.nothing"},
        {"since_day": "31", "since_month": "2", "since_year": "2026"},
        {"action": "a" * 61},
        {"since_day": "2", "since_month": "1", "since_year": "2026"}
        | {"until_day": "1", "until_month": "1", "until_year": "2026"},
    ],
)
def test_filter_that_cannot_be_is_explained(auditor, query):
    recorded()
    answer = auditor.get(AUDIT, query)
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()


@pytest.mark.parametrize("query", [{"action": "\x00"}, {"page": "x"}, {"action": "%"}, {"nonsense": "x"}])
def test_record_takes_any_address(auditor, query):
    assert auditor.get(AUDIT, query).status_code == 200


def test_kinds_of_things_are_our_own():
    kinds = dict(kinds_of_things())
    assert kinds["core.membership"] == "Membership"
    assert not [kind for kind in kinds if kind.startswith(("wagtail", "auth.", "account."))]


# --- one event ---------------------------------------------------------------------------------------


def test_event_shows_before_and_after(auditor):
    (event,) = recorded(
        before={"name": "Old & grey", "roles": ["viewer"]},
        after={"name": "New", "is_clear": True, "parts": {"price_pence": 5}},
        reason="A reason.",
    )
    answer = auditor.get(reverse("event-detail", args=[event.sequence]))
    text = answer.content.decode()
    assert answer.context["differences"] == [
        ("is clear", "", "yes"),
        ("name", "Old & grey", "New"),
        ("parts", "", "price pence: 5"),
        ("roles", "viewer", ""),
    ]
    assert "Old &amp; grey" in text
    assert "A reason." in text
    assert event.hash in text


def test_event_leads_to_its_relatives(auditor):
    (event,) = recorded()
    text = auditor.get(reverse("event-detail", args=[event.sequence])).content.decode()
    for query in (
        f"?object_type=core.organisation&amp;object_id={event.object_id}",
        f"?actor_id={event.actor_id}",
        "?action=thing.change",
    ):
        assert AUDIT + query in text


def test_event_that_is_not_there_is_not_found(auditor):
    assert auditor.get(reverse("event-detail", args=[999])).status_code == 404


def test_history_of_a_thing_is_latest_first_and_capped():
    organisation = OrganisationFactory()
    recorded(number=3, organisation=organisation)
    recorded()
    assert [event.sequence for event in events_of(organisation)] == [3, 2, 1]
    assert len(events_of(organisation, limit=2)) == 2


def test_timeline_names_people_without_their_address():
    organisation = OrganisationFactory(name="Hope House")
    recorded("membership.change_roles", organisation=organisation, reason="A new job.")
    text = render_to_string("core/event_timeline.html", {"events": events_of(organisation)})
    assert "Membership: change roles" in text
    assert "by Ada" in text
    assert "Hope House" in text
    assert "A new job." in text
    assert "@" not in text


def test_timeline_without_events_says_so():
    assert "Nothing has happened to it yet." in render_to_string("core/event_timeline.html", {"events": []})


# --- the command -------------------------------------------------------------------------------------


def test_command_says_whole_and_where_it_ends(capsys):
    recorded(number=2)
    call_command("verify_audit")
    head = ChainHead.objects.get()
    out = capsys.readouterr().out
    assert "whole: 2 events" in out
    assert f"2:{head.hash}" in out


def test_command_names_the_first_break_and_fails():
    recorded(number=2)
    ChainHead.objects.update(sequence=1)
    with pytest.raises(CommandError, match="broken: event 1 is not the one the chain ends with") as failure:
        call_command("verify_audit")
    assert failure.value.returncode == 1


def test_command_finds_a_chain_that_was_written_anew():
    recorded(number=2)
    call_command("verify_audit", noted=f"2:{ChainHead.objects.get().hash}")
    with pytest.raises(CommandError, match="event 2 is not the one that was noted"):
        call_command("verify_audit", noted=f"2:{'0' * 64}")
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        call_command("verify_audit", noted="x")
    call_command("verify_audit", noted=f"0:{audit.GENESIS}")
