"""Digests: what is new, once, to whom it concerns, in their own language; nothing where nothing is."""

import datetime

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Area, Cohort, NeedCategory, Notice, User
from core.models.places import AreaBelonging
from core.queries.places import delivery_units_of, regions
from core.roles import Role
from marketplace.digest_times import SETTLED_AFTER, tell_until
from marketplace.models import ConsultationReply, Follow, Frequency, Need, NoAward, Opportunity
from marketplace.queries.news import news_between
from marketplace.services import digests
from marketplace.services.digests import send_digests
from marketplace.services.needs import close_need
from marketplace.tasks import send_digests_due
from tests.factories.bids import awarded_to
from tests.factories.consultations import RoundFactory
from tests.factories.core import UserFactory, any_category, member
from tests.factories.marketplace import BidFactory, NeedFactory, OpportunityFactory
from tests.factories.signals import FollowFactory

pytestmark = pytest.mark.django_db

LONDON = timezone.get_default_timezone()


def moment(day: int, hour: int = 12, minute: int = 0, month: int = 11) -> datetime.datetime:
    """November 2026, in London; the 16th is a Monday."""
    return datetime.datetime(2026, month, day, hour, minute, tzinfo=LONDON)


def follows(user: User | None = None, **what: object) -> Follow:
    """Somebody who has been told until noon on Sunday the 15th."""
    return FollowFactory(user=user or UserFactory(), created_at=moment(15), **what)


def need_at(at: datetime.datetime, **what: object) -> Need:
    need = NeedFactory(published=True, published_at=at, **what)
    need.areas.add(need.area)
    need.categories.add(need.category)
    return need


# --- when


@pytest.mark.parametrize(
    ("frequency", "now", "until"),
    [
        ("daily", moment(18, 12), moment(18, 7)),
        ("daily", moment(18, 7, 9), moment(17, 7)),
        ("daily", moment(18, 7, 10), moment(18, 7)),
        ("daily", moment(18, 0, 5), moment(17, 7)),
        ("weekly", moment(18, 12), moment(16, 7)),
        ("weekly", moment(16, 7, 9), moment(9, 7)),
        ("weekly", moment(16, 7, 10), moment(16, 7)),
        ("weekly", moment(22, 23, 59), moment(16, 7)),
        ("daily", moment(25, 12, month=10), moment(25, 7, month=10)),
    ],
)
def test_digests_are_due_at_seven_and_on_mondays(frequency: str, now, until) -> None:
    assert tell_until(frequency, now) == until


@given(
    st.sampled_from(Frequency.values),
    st.integers(0, 2 * 365 * 24 * 60),
    st.timedeltas(datetime.timedelta(0), datetime.timedelta(days=9)),
)
def test_times_never_go_back_and_leave_time_to_settle(frequency: str, minutes: int, more) -> None:
    now = moment(1, 0, month=1) + datetime.timedelta(minutes=minutes)
    until = tell_until(frequency, now)
    assert until <= now - SETTLED_AFTER
    assert now - until < datetime.timedelta(days=9)
    assert tell_until(frequency, now + more) >= until


# --- to whom and what


def test_digest_tells_what_is_new_with_a_way_to_stop(django_capture_on_commit_callbacks) -> None:
    area = regions()[0]
    follow = follows(area=area, category=any_category())
    need_at(moment(15, 11), area=area, title="Before following")
    told = need_at(moment(16, 6), area=area, title="Rooms & beds")
    need_at(moment(16, 8), area=area, title="After seven")
    NeedFactory(area=area, title="Draft")
    with django_capture_on_commit_callbacks(execute=True):
        assert send_digests(now=moment(16, 12)) == 1
    notice = Notice.objects.get()
    assert (notice.recipient, notice.subject, notice.url) == (follow.user, "News: Rooms & beds", "/following/")
    assert f"/needs/{told.pk}/" in notice.body
    assert f"/following/{follow.pk}/stop/" in notice.body
    assert follow.in_words in notice.body
    for title in ("Before following", "After seven", "Draft"):
        assert title not in notice.body
    assert "\n\n\n" not in notice.body
    assert [letter.to for letter in mail.outbox] == [[follow.user.email]]


def test_running_twice_sends_once_and_the_next_day_the_rest() -> None:
    follows()
    need_at(moment(16, 6), title="First")
    need_at(moment(16, 8), title="Second")
    assert [send_digests(now=moment(16, 12)), send_digests(now=moment(16, 23))] == [1, 0]
    assert send_digests(now=moment(17, 12)) == 1
    assert [notice.subject for notice in Notice.objects.order_by("pk")] == ["News: First", "News: Second"]


def test_nothing_new_sends_nothing() -> None:
    follow = follows()
    assert send_digests(now=moment(16)) == 0
    assert not Notice.objects.exists()
    follow.refresh_from_db()
    assert follow.told_until == moment(16, 7)


def test_weekly_and_daily_are_told_each_in_their_time() -> None:
    daily, weekly = follows(frequency="daily"), follows(frequency="weekly")
    need_at(moment(17, 6))
    assert send_digests(now=moment(17)) == 1
    assert send_digests(now=moment(23)) == 1
    assert list(Notice.objects.order_by("pk").values_list("recipient", flat=True)) == [
        daily.user_id,
        weekly.user_id,
    ]


def test_following_an_area_includes_what_lies_in_it() -> None:
    region = regions()[0]
    unit = delivery_units_of(region)[0]
    inside, outside = follows(area=region), follows(area=regions()[1])
    narrow = follows(area=unit)
    need_at(moment(16, 6), area=unit)
    assert send_digests(now=moment(16)) == 2
    assert {notice.recipient_id for notice in Notice.objects.all()} == {inside.user_id, narrow.user_id}
    assert outside.user_id not in {notice.recipient_id for notice in Notice.objects.all()}


def test_kind_group_and_other_areas_of_a_need_count() -> None:
    kind, other = NeedCategory.objects.order_by("pk")[:2]
    women, men = Cohort.objects.order_by("pk")[:2]
    here, there = regions()[:2]
    need = need_at(moment(16, 6), category=kind, area=here)
    need.cohorts.add(women)
    need.areas.add(there)
    need.categories.add(other)
    hear = [
        follows(category=kind),
        follows(category=other, area=there),
        follows(cohort=women),
        follows(area=here, category=kind, cohort=women),
    ]
    for deaf in ({"cohort": men}, {"area": regions()[2]}, {"area": here, "cohort": men}):
        follows(**deaf)
    send_digests(now=moment(16))
    assert {notice.recipient for notice in Notice.objects.all()} == {follow.user for follow in hear}


def test_two_follows_of_one_person_tell_each_piece_once() -> None:
    person, area = UserFactory(), regions()[0]
    follows(person)
    follows(person, area=area)
    need_at(moment(16, 6), area=area, title="Rooms")
    assert send_digests(now=moment(16)) == 1
    assert Notice.objects.get().body.count("Rooms") == 1


def test_opportunities_are_told_once_they_are_open() -> None:
    follows()
    OpportunityFactory(is_open=True, title="Now", published_at=moment(16, 6), opens_at=moment(14))
    OpportunityFactory(is_open=True, title="Later", published_at=moment(16, 6), opens_at=moment(17, 6))
    OpportunityFactory(
        is_open=True, title="Gone", published_at=moment(16, 6), status="cancelled", cancelling_reason="No money."
    )
    OpportunityFactory(title="Draft")
    Need.objects.all().update(published_at=moment(1))
    for day in (16, 17, 18):
        send_digests(now=moment(day))
    assert [notice.subject for notice in Notice.objects.order_by("pk")] == ["News: Now", "News: Later"]


def test_consultations_are_told_once_they_are_open_and_when_they_are_answered() -> None:
    area = regions()[0]
    need = need_at(moment(1), area=area, title="Rooms on a Friday")
    follows(area=area)
    follows(area=regions()[1])
    now = RoundFactory(
        need=need, is_open=True, published_at=moment(16, 6), opens_at=moment(14), closes_at=moment(30)
    )
    RoundFactory(need=need, is_open=True, published_at=moment(16, 6), opens_at=moment(17, 6), closes_at=moment(30))
    RoundFactory(need=need, opens_at=moment(16, 6), closes_at=moment(30))
    ConsultationReply.objects.create(
        round=now,
        status="published",
        what_we_heard="Nights.",
        what_we_changed="The hours.",
        published_at=moment(18, 6),
        published_by=now.created_by,
        created_by=now.created_by,
        updated_by=now.created_by,
    )
    for day in (16, 17, 18, 19):
        send_digests(now=moment(day))
    bodies = list(Notice.objects.order_by("pk").values_list("body", flat=True))
    assert len(bodies) == 3
    told = f"Rooms on a Friday ({area.name}; answers until Monday 30 November 2026, 12 noon)"
    assert told in bodies[0]
    assert told in bodies[1]
    assert "what was heard, and what changed" in bodies[2]
    assert f"/needs/{need.pk}/consultation/" in bodies[0]


def test_outcomes_are_told(time_machine) -> None:
    follows()
    bid = BidFactory(opened=True)
    awarded_to(bid, by=bid.created_by, at=moment(16, 6))
    ended = OpportunityFactory(is_closed=True, title="Nobody came")
    NoAward.objects.create(opportunity=ended, reason="None.", ended_at=moment(16, 5), ended_by=bid.created_by)
    Opportunity.objects.all().update(published_at=moment(1), opens_at=moment(1))
    need = need_at(moment(1), title="Debt advice")
    Need.objects.all().update(published_at=moment(1))
    time_machine.move_to(moment(16, 4), tick=False)
    close_need(by=member(Role.DIRECTOR, need.organisation), need=need, reason="The council does it.")
    send_digests(now=moment(16))
    body = Notice.objects.get().body
    assert f"{bid.opportunity.title} ({bid.opportunity.area.name}; awarded)" in body
    assert "Nobody came" in body
    assert "ended without award" in body
    assert f"Debt advice ({need.area.name}; closed without being met)" in body


def test_digest_is_in_the_persons_own_language_and_not_for_those_who_left() -> None:
    follows(UserFactory(language="cy"))
    follows(UserFactory(is_active=False))
    need_at(moment(16, 6))
    assert send_digests(now=moment(16)) == 1


def test_a_long_digest_is_cut_and_says_so() -> None:
    follows()
    for number in range(15):
        need_at(moment(16, 6), title=f"Need {number:02}")
    send_digests(now=moment(16))
    notice = Notice.objects.get()
    assert notice.subject == "15 pieces of news in what you follow"
    assert "Need 11" in notice.body
    assert "Need 12" not in notice.body
    assert "and 3 more" in notice.body


def test_command_and_task_send_what_is_due(time_machine, capsys) -> None:
    time_machine.move_to(moment(16), tick=False)
    follows()
    need_at(moment(16, 6))
    call_command("send_digests")
    assert capsys.readouterr().out == "1 digests written\n"
    assert send_digests_due.enqueue().return_value == 0


# --- never lost, never told twice


hours = st.integers(0, 24 * 16)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    published=st.lists(hours, max_size=8),
    runs=st.lists(hours, max_size=12),
    frequencies=st.lists(st.sampled_from(Frequency.values), min_size=1, max_size=3),
)
def test_no_need_is_lost_nor_told_twice(published: list[int], runs: list[int], frequencies: list[str]) -> None:
    """Whenever needs are published and digests run: each is told once, and within a week after the last run."""
    from django.db import transaction

    with transaction.atomic():
        begin = moment(1, 0)

        def at(hour: int) -> datetime.datetime:
            return begin + datetime.timedelta(hours=hour)

        people = [FollowFactory(user=UserFactory(), frequency=each, created_at=begin) for each in frequencies]
        titles = [need_at(at(hour), title=f"Need number {place};").title for place, hour in enumerate(published)]
        for hour in sorted(runs):
            send_digests(now=at(hour))
            send_digests(now=at(hour))
        send_digests(now=at(24 * 24))
        for follow in people:
            told = "".join(Notice.objects.filter(recipient=follow.user).values_list("body", flat=True))
            # What was published at the very moment of following was there to be seen.
            for title, hour in zip(titles, published, strict=True):
                assert told.count(f"- {title}") == (1 if hour else 0), (title, hour)
        transaction.set_rollback(True)


def test_changing_how_often_loses_nothing_and_repeats_nothing() -> None:
    follow = follows(frequency="daily")
    need_at(moment(16, 6), title="First")
    send_digests(now=moment(16))
    Follow.objects.update(frequency="weekly")
    need_at(moment(17, 6), title="Second")
    send_digests(now=moment(18))
    Follow.objects.update(frequency="daily")
    need_at(moment(18, 6), title="Third")
    send_digests(now=moment(19))
    bodies = Notice.objects.filter(recipient=follow.user).order_by("pk").values_list("body", flat=True)
    assert [("First" in body, "Second" in body, "Third" in body) for body in bodies] == [
        (True, False, False),
        (False, True, True),
    ]


def test_after_a_crash_the_rest_are_told_and_nobody_twice(monkeypatch) -> None:
    people = [follows().user for _number in range(5)]
    need_at(moment(16, 6))
    monkeypatch.setattr(digests, "PEOPLE_AT_ONCE", 2)
    tell, batches = digests._tell, []

    def failing(*args):
        batches.append(args)
        if len(batches) == 2:
            tell(*args)
            raise RuntimeError("the power went")
        return tell(*args)

    from django.db import transaction

    monkeypatch.setattr(digests, "_tell", transaction.atomic(failing))
    with pytest.raises(RuntimeError):
        send_digests(now=moment(16))
    assert Notice.objects.count() == 2
    assert send_digests(now=moment(16)) == 3
    assert sorted(Notice.objects.values_list("recipient", flat=True)) == sorted(person.pk for person in people)


# --- what it costs


def test_queries_do_not_grow_with_the_followers(monkeypatch) -> None:
    area = regions()[0]
    costs = []
    for day, more in ((16, 10), (17, 190)):
        for number in range(more):
            follows(area=area if number % 2 else None)
        need_at(moment(day, 6), area=area)
        with CaptureQueriesContext(connection) as queries:
            send_digests(now=moment(day))
        costs.append(len(queries))
    assert Notice.objects.count() == 10 + 200
    # SQLite takes no more than some hundred values to a statement.
    assert costs[1] <= costs[0] + 2
    assert costs[0] <= 22


def test_news_takes_the_same_queries_for_one_piece_and_thirty() -> None:
    costs = set()
    for more in (1, 29):
        for _number in range(more):
            need_at(moment(16, 6))
            OpportunityFactory(is_open=True, published_at=moment(16, 6))
        with CaptureQueriesContext(connection) as queries:
            news_between(moment(15), moment(17))
        costs.add(len(queries))
    assert len(costs) == 1


def test_area_belonging_through_two_regions_is_read_once() -> None:
    unit = Area.objects.filter(kind="delivery_unit").first()
    assert unit is not None
    one, two = regions()[:2]
    for parent in (one, two):
        AreaBelonging.objects.get_or_create(child=unit, parent=parent, defaults={"source": "made for a test"})
    person = UserFactory()
    follows(person, area=one)
    follows(person, area=two)
    need_at(moment(16, 6), area=unit, title="Rooms")
    assert send_digests(now=moment(16)) == 1
    assert Notice.objects.get().body.count("- Rooms") == 1
