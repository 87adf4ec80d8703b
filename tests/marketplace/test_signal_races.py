"""Two at once: everybody who says so is counted, signals never end up joined in a circle, a digest is sent once.

Each control takes the lock away and must go wrong; a control that holds would prove nothing.
"""

import contextlib
import datetime
import threading
from uuid import uuid4

import pytest
from django.utils import timezone

from core.models import Notice
from core.roles import Role
from marketplace.drafts import SignalWords
from marketplace.models import Follow, Signal
from marketplace.queries.follows import due
from marketplace.services import digests, follows, signal_decisions, signals
from tests.factories.core import AreaFactory, CommissionerFactory, UserFactory, any_category, member
from tests.factories.marketplace import NeedFactory
from tests.factories.signals import FollowFactory, SignalFactory, practitioner
from tests.marketplace.test_bid_races import PATIENCE, both_at_once, meet_before

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


def without_locks(monkeypatch):
    """The services read what they change without holding it."""

    def as_they_are(*numbers):
        rows = Signal.objects.select_related("organisation").in_bulk(numbers)
        return [rows[number] for number in numbers]

    def group_as_it_is(signal):
        child = Signal.objects.select_related("organisation").get(pk=signal.pk)
        return child, Signal.objects.select_related("organisation").get(pk=child.root_id)

    monkeypatch.setattr(signal_decisions, "locked_signals", as_they_are)
    for module in (signals, signal_decisions):
        monkeypatch.setattr(module, "locked_group", group_as_it_is)


def meet(monkeypatch, *places):
    """Whoever first comes to one of the places waits for another, or until a lock keeps the other from coming."""
    barrier = threading.Barrier(2)

    def waiting(function):
        def waits(*args, **kwargs):
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(timeout=PATIENCE)
            return function(*args, **kwargs)

        return waits

    for module, name in places:
        monkeypatch.setattr(module, name, waiting(getattr(module, name)))


# --- two say “me too”


def two_say_so(monkeypatch):
    body = CommissionerFactory()
    signal = SignalFactory(organisation=body)
    one, two = practitioner(body), practitioner(body)
    meet(monkeypatch, (signals, "count_voices"))
    both_at_once(
        lambda: signals.support_signal(by=one, signal=signal),
        lambda: signals.support_signal(by=two, signal=signal),
    )
    return Signal.objects.get().voices


def test_two_who_say_so_at_once_are_both_counted(monkeypatch):
    assert two_say_so(monkeypatch) == 3


def test_one_of_two_is_not_counted_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    assert two_say_so(monkeypatch) == 2


# --- two join the same two, each the other way round


def two_join(monkeypatch):
    body = CommissionerFactory()
    director = member(Role.DIRECTOR, body)
    one, two = SignalFactory(organisation=body), SignalFactory(organisation=body)
    meet(monkeypatch, (signal_decisions, "_in_one_body"))
    results = both_at_once(
        lambda: signal_decisions.merge_signals(by=director, stays=one, goes=two),
        lambda: signal_decisions.merge_signals(by=director, stays=two, goes=one),
    )
    return results, sorted(Signal.objects.values_list("status", flat=True))


def test_two_signals_are_never_joined_in_a_circle(monkeypatch):
    results, states = two_join(monkeypatch)
    assert sum(isinstance(result, Exception) for result in results) == 1
    assert states == ["merged", "open"]
    assert Signal.objects.get(status="open").voices == 2


def test_two_signals_are_joined_in_a_circle_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    # The sums are written last; left to themselves the two would stop each other there.
    monkeypatch.setattr(signal_decisions, "count_voices", lambda signal: None)
    _results, states = two_join(monkeypatch)
    assert states == ["merged", "merged"]


# --- “me too” to a signal that is being joined to another


def say_so_while_joining(monkeypatch):
    body = CommissionerFactory()
    director, person = member(Role.DIRECTOR, body), practitioner(body)
    stays, goes = SignalFactory(organisation=body), SignalFactory(organisation=body)
    meet(monkeypatch, (signals, "count_voices"), (signal_decisions, "count_voices"))
    results = both_at_once(
        lambda: signals.support_signal(by=person, signal=goes),
        lambda: signal_decisions.merge_signals(by=director, stays=stays, goes=goes),
    )
    return results, Signal.objects.get(pk=stays.pk).voices


def test_me_too_while_joining_is_counted_where_it_went(monkeypatch):
    results, voices = say_so_while_joining(monkeypatch)
    assert not [result for result in results if isinstance(result, Exception)]
    assert voices == 3


def test_me_too_while_joining_is_lost_without_the_lock(monkeypatch):
    without_locks(monkeypatch)
    _results, voices = say_so_while_joining(monkeypatch)
    assert voices == 2


def test_parting_and_joining_on_at_once_agree(monkeypatch):
    """One takes A from B while another joins B to C: whoever is second finds things as they are."""
    body = CommissionerFactory()
    director = member(Role.DIRECTOR, body)
    a, b, c = (SignalFactory(organisation=body) for _number in range(3))
    signal_decisions.merge_signals(by=director, stays=b, goes=a)
    meet(monkeypatch, (signal_decisions, "count_voices"))
    results = both_at_once(
        lambda: signal_decisions.part_signal(by=director, signal=a),
        lambda: signal_decisions.merge_signals(by=director, stays=c, goes=b),
    )
    assert not [result for result in results if isinstance(result, Exception)]
    rows = {row.pk: row for row in Signal.objects.all()}
    assert (rows[a.pk].status, rows[a.pk].voices) == ("open", 1)
    assert (rows[b.pk].root_id, rows[c.pk].voices) == (c.pk, 2)


def test_the_same_form_sent_twice_at_once_makes_one_signal(monkeypatch):
    body, key = CommissionerFactory(), uuid4()
    giver, words = practitioner(body), SignalWords("No rooms.", AreaFactory(), any_category())
    meet_before(monkeypatch, signals, "_fit_to_keep")

    def once():
        return signals.give_signal(by=giver, organisation=body, words=words, form_key=key)

    first, second = both_at_once(once, once)
    assert first == second == Signal.objects.get()


# --- followers


def two_runs(monkeypatch):
    NeedFactory(published=True, published_at=timezone.now() - datetime.timedelta(days=10))
    FollowFactory(created_at=timezone.now() - datetime.timedelta(days=20))
    meet(monkeypatch, (digests, "send_each"))
    now = timezone.now()
    both_at_once(lambda: digests.send_digests(now=now), lambda: digests.send_digests(now=now))
    return Notice.objects.count()


def test_two_runs_at_once_tell_everybody_once(monkeypatch):
    assert two_runs(monkeypatch) == 1


def test_two_runs_at_once_tell_somebody_twice_without_the_lock(monkeypatch):
    def as_they_are(people, frequency, until):
        return list(due(frequency, until).filter(user__in=people).select_related("user"))

    monkeypatch.setattr(digests, "held_follows", as_they_are)
    assert two_runs(monkeypatch) == 2


def test_the_same_followed_twice_at_once_is_followed_once(monkeypatch):
    person = UserFactory()
    # Both have looked and found nothing when they write.
    meet_before(monkeypatch, follows, "_has_room")

    def once():
        return follows.follow(by=person, area=None, category=None, cohort=None, frequency="daily")

    first, second = both_at_once(once, once)
    assert first == second == Follow.objects.get()
