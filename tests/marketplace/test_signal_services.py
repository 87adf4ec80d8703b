"""Giving signals, saying “me too”, joining what says the same and taking it apart, answering."""

import datetime
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access import Refused
from core.audit import first_break
from core.models import Cohort, Event, Notice, Organisation, User
from core.roles import Role
from marketplace.drafts import SignalWords
from marketplace.models import Signal, SignalSupport
from marketplace.queries.signals import voices_for, voices_of
from marketplace.services.signal_decisions import (
    answer_signal,
    link_signals,
    merge_signals,
    part_signal,
    reopen_signal,
    set_signal_aside,
    share_signal,
    unlink_signal,
)
from marketplace.services.signals import give_signal, support_signal, take_back_support, withdraw_signal
from tests.factories.core import AreaFactory, CommissionerFactory, any_category, member
from tests.factories.marketplace import NeedFactory
from tests.factories.signals import SignalFactory, practitioner

pytestmark = pytest.mark.django_db


@pytest.fixture
def body() -> Organisation:
    return CommissionerFactory()


@pytest.fixture
def giver(body: Organisation) -> User:
    return practitioner(body)


@pytest.fixture
def manager(body: Organisation) -> User:
    return member(Role.COMMISSIONING_MANAGER, body, name="Maya Manning")


def words(text: str = "No rooms on a Friday.", **changes: object) -> SignalWords:
    return SignalWords(**{"text": text, "area": AreaFactory(), "category": any_category(), **changes})


def voices(signal: Signal) -> int:
    return Signal.objects.get(pk=signal.pk).voices


# --- giving and taking back


def test_give_keeps_what_was_said(giver: User, body: Organisation) -> None:
    cohorts = list(Cohort.objects.order_by("pk")[:2])
    signal = give_signal(
        by=giver, organisation=body, words=words(" No rooms. ", cohorts=cohorts), form_key=uuid4()
    )
    assert (signal.text, signal.voices, signal.status, signal.given_by) == ("No rooms.", 1, "open", giver)
    assert set(signal.cohorts.all()) == set(cohorts)
    event = Event.objects.get(action="signal.give")
    assert "rooms" not in event.object_name + str(event.after)
    assert first_break() == ""


def test_give_twice_with_one_key_makes_one(giver: User, manager: User, body: Organisation) -> None:
    key = uuid4()
    first = give_signal(by=giver, organisation=body, words=words(), form_key=key)
    assert give_signal(by=giver, organisation=body, words=words(), form_key=key) == first
    with pytest.raises(Refused, match="start afresh"):
        give_signal(by=manager, organisation=body, words=words(), form_key=key)
    assert Signal.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("  \n", "Say what"), ("word " * 101, "100 words"), ("Mr Smith has no room.", "person’s name")],
)
def test_give_refuses_what_cannot_stand_there(text: str, sentence: str, giver: User, body: Organisation) -> None:
    with pytest.raises(Refused, match=sentence):
        give_signal(by=giver, organisation=body, words=words(text), form_key=uuid4())
    assert not Signal.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("role", [Role.PANEL_MEMBER, Role.COMMISSIONER_FINANCE])
def test_give_is_for_those_who_work_with_people(role: Role, body: Organisation) -> None:
    for person in (member(role, body), member(Role.OWNER), member(Role.PRACTITIONER)):
        with pytest.raises(PermissionDenied):
            give_signal(by=person, organisation=body, words=words(), form_key=uuid4())


def test_withdraw_erases_the_words_for_ten_minutes(giver: User, manager: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body, given_by=giver)
    now = signal.given_at
    with pytest.raises(PermissionDenied):
        withdraw_signal(by=manager, signal=signal, arrived_at=now)
    with pytest.raises(Refused, match="ten minutes"):
        withdraw_signal(by=giver, signal=signal, arrived_at=now + datetime.timedelta(minutes=10, seconds=1))
    withdraw_signal(by=giver, signal=signal, arrived_at=now + datetime.timedelta(minutes=10))
    signal.refresh_from_db()
    assert (signal.status, signal.text) == ("withdrawn", "")
    with pytest.raises(Refused, match="taken back"):
        withdraw_signal(by=giver, signal=signal, arrived_at=now)


def test_withdraw_is_refused_once_others_say_so_too(giver: User, manager: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body, given_by=giver)
    support_signal(by=manager, signal=signal)
    with pytest.raises(Refused, match="Others say so too"):
        withdraw_signal(by=giver, signal=signal, arrived_at=signal.given_at)


def test_withdraw_is_refused_once_another_was_joined_to_it(giver: User, manager: User, body) -> None:
    signal, again = (SignalFactory(organisation=body, given_by=giver) for _number in range(2))
    merge_signals(by=manager, stays=signal, goes=again)
    with pytest.raises(Refused, match="Others say so too"):
        withdraw_signal(by=giver, signal=signal, arrived_at=signal.given_at)


# --- me too


def test_support_counts_each_person_once(giver: User, manager: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body, given_by=giver)
    area, cohort = AreaFactory(), Cohort.objects.order_by("pk")[0]
    assert support_signal(by=manager, signal=signal, area=area, cohort=cohort)
    assert not support_signal(by=manager, signal=signal)
    assert voices(signal) == 2
    support = SignalSupport.objects.get()
    assert (support.by, support.area, support.cohort) == (manager, area, cohort)
    assert Event.objects.filter(action="signal.support").count() == 1


def test_support_is_for_colleagues_and_not_for_the_giver(giver: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body, given_by=giver)
    with pytest.raises(Refused, match="yourself"):
        support_signal(by=giver, signal=signal)
    for person in (member(Role.PRACTITIONER), member(Role.PANEL_MEMBER, body), member(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            support_signal(by=person, signal=signal)


def test_support_ends_with_an_answer(giver: User, manager: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body)
    answer_signal(by=manager, signal=signal, reply="Ten rooms opened.")
    with pytest.raises(Refused, match="now “answered”"):
        support_signal(by=giver, signal=signal)


def test_support_is_taken_back_once(giver: User, manager: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body, given_by=giver)
    support_signal(by=manager, signal=signal)
    take_back_support(by=manager, signal=signal)
    assert voices(signal) == 1
    with pytest.raises(Refused, match="nothing to take back"):
        take_back_support(by=manager, signal=signal)
    assert first_break() == ""


# --- joining and taking apart


def state() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    columns = ("pk", "status", "voices", "merged_into", "counted_in", "decided_at", "decided_by", "text")
    rows = Signal.objects.order_by("pk").values_list(*columns)
    return list(rows), list(SignalSupport.objects.order_by("pk").values_list("pk", "signal", "by", "at"))


def test_merge_counts_nobody_twice_and_parting_restores_everything(manager: User, body: Organisation) -> None:
    one, two, three = (practitioner(body) for _number in range(3))
    stays, goes = SignalFactory(organisation=body, given_by=one), SignalFactory(organisation=body, given_by=two)
    support_signal(by=two, signal=stays)
    support_signal(by=three, signal=stays)
    support_signal(by=three, signal=goes)
    support_signal(by=one, signal=goes)
    before = state()
    merge_signals(by=manager, stays=stays, goes=goes)
    assert voices(stays) == 3
    goes.refresh_from_db()
    assert (goes.status, goes.merged_into, goes.counted_in, goes.decided_by) == ("merged", stays, stays, manager)
    part_signal(by=manager, signal=goes)
    assert state() == before
    assert first_break() == ""


def test_support_of_a_joined_signal_goes_with_it(manager: User, giver: User, body: Organisation) -> None:
    stays, goes = SignalFactory(organisation=body), SignalFactory(organisation=body)
    merge_signals(by=manager, stays=stays, goes=goes)
    assert support_signal(by=giver, signal=goes)
    assert not support_signal(by=giver, signal=stays)
    assert voices(stays) == 3
    part_signal(by=manager, signal=goes)
    assert (voices(stays), voices(goes)) == (1, 2)


def test_support_of_a_joined_signal_is_taken_back_where_it_counts(manager, giver, body) -> None:
    stays, goes = SignalFactory(organisation=body), SignalFactory(organisation=body)
    support_signal(by=giver, signal=goes)
    merge_signals(by=manager, stays=stays, goes=goes)
    take_back_support(by=giver, signal=stays)
    assert (voices(stays), voices(goes)) == (2, 1)


def test_merge_refuses_what_cannot_be_joined(manager: User, giver: User, body: Organisation) -> None:
    one, two, foreign = SignalFactory(organisation=body), SignalFactory(organisation=body), SignalFactory()
    with pytest.raises(Refused, match="another signal"):
        merge_signals(by=manager, stays=one, goes=one)
    for person, pair in ((giver, (one, two)), (manager, (foreign, one)), (manager, (one, foreign))):
        with pytest.raises(PermissionDenied):
            merge_signals(by=person, stays=pair[0], goes=pair[1])
    merge_signals(by=manager, stays=one, goes=two)
    three = SignalFactory(organisation=body)
    for stays, goes in ((two, three), (three, two), (two, one)):
        with pytest.raises(Refused, match="joined to another"):
            merge_signals(by=manager, stays=stays, goes=goes)
    with pytest.raises(Refused, match="now “open”"):
        part_signal(by=manager, signal=one)


def test_nobody_joins_signals_of_two_bodies(manager: User, body: Organisation) -> None:
    from core.models import Membership, MembershipRole
    from core.queries.people import forget_roles

    other = SignalFactory()
    place = Membership.objects.create(user=manager, organisation=other.organisation, status="active")
    MembershipRole.objects.create(membership=place, role=Role.DIRECTOR)
    forget_roles(manager)
    with pytest.raises(Refused, match="one commissioning body"):
        merge_signals(by=manager, stays=other, goes=SignalFactory(organisation=body))


moves = st.lists(
    st.tuples(st.sampled_from(["merge", "part", "support", "take_back"]), st.integers(0, 4), st.integers(0, 4)),
    max_size=14,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_voices_are_always_the_people_who_say_so(body: Organisation, steps) -> None:
    """Whatever is joined, parted and supported in any order: every sum is right, and parting all restores all."""
    with transaction.atomic():
        director = member(Role.DIRECTOR, body)
        people = [practitioner(body) for _number in range(5)]
        signals = [SignalFactory(organisation=body, given_by=person) for person in people]
        said = {signal.pk: {signal.given_by_id} for signal in signals}
        acts = {
            "merge": lambda one, two: merge_signals(by=director, stays=signals[one], goes=signals[two]),
            "part": lambda one, _two: part_signal(by=director, signal=signals[one]),
            "support": lambda one, two: support_signal(by=people[two], signal=signals[one]),
            "take_back": lambda one, two: take_back_support(by=people[two], signal=signals[one]),
        }
        for act, one, two in steps:
            try:
                acts[act](one, two)
            except Refused:
                continue
        for signal in signals:
            said[signal.pk] |= set(SignalSupport.objects.filter(signal=signal).values_list("by", flat=True))
        rows = {row.pk: row for row in Signal.objects.all()}
        for row in rows.values():
            members = [each for each in rows.values() if each.root_id == row.pk]
            if row.status == "open":
                assert row.voices == len(set().union(*(said[each.pk] for each in members)))
            top = row
            while top.merged_into_id:
                top = rows[top.merged_into_id]
            assert row.root_id == top.pk
        while joined := Signal.objects.filter(status="merged").first():
            part_signal(by=director, signal=joined)
        assert {row.pk: row.voices for row in Signal.objects.all()} == {pk: len(who) for pk, who in said.items()}
        transaction.set_rollback(True)


# --- answers


def test_answer_tells_everybody_who_said_so(manager: User, giver: User, body: Organisation) -> None:
    stays, goes = SignalFactory(organisation=body, given_by=giver), SignalFactory(organisation=body)
    colleague, leaver = practitioner(body), practitioner(body)
    for person in (colleague, leaver, manager):
        support_signal(by=person, signal=stays)
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    merge_signals(by=manager, stays=stays, goes=goes)
    need = NeedFactory(organisation=body, published=True, title="Rooms on a Friday")
    answer_signal(by=manager, signal=stays, reply=" We posted it. ", became=need)
    stays.refresh_from_db()
    assert (stays.status, stays.reply, stays.became) == ("answered", "We posted it.", need)
    assert list(need.signals.all()) == [stays]
    told = Notice.objects.all()
    assert {notice.recipient for notice in told} == {giver, colleague, goes.given_by}
    assert {(notice.subject, notice.url) for notice in told} == {
        ("What you said became a need: Rooms on a Friday", f"/needs/{need.pk}/")
    }
    assert "We posted it." in told[0].body
    assert "Maya Manning answers:" in told[0].body


def test_answer_wants_words_a_right_and_a_need_of_ones_own(manager: User, giver: User, body) -> None:
    signal = SignalFactory(organisation=body)
    with pytest.raises(PermissionDenied):
        answer_signal(by=giver, signal=signal, reply="Done.")
    with pytest.raises(Refused, match="what was done"):
        answer_signal(by=manager, signal=signal, reply=" ")
    with pytest.raises(Refused, match="your own organisation"):
        answer_signal(by=manager, signal=signal, reply="Done.", became=NeedFactory())
    assert not Notice.objects.exists()
    assert Signal.objects.get().status == "open"


def test_set_aside_and_reopened(manager: User, giver: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body, given_by=giver)
    with pytest.raises(Refused, match="Say why"):
        set_signal_aside(by=manager, signal=signal, reason="")
    set_signal_aside(by=manager, signal=signal, reason="The council does it now.")
    signal.refresh_from_db()
    assert (signal.status, signal.reply) == ("set_aside", "The council does it now.")
    reopen_signal(by=manager, signal=signal)
    signal.refresh_from_db()
    assert (signal.status, signal.reply, signal.decided_at, signal.decided_by) == ("open", "", None, None)
    assert Notice.objects.filter(recipient=giver).count() == 2
    with pytest.raises(Refused, match="now “open”"):
        reopen_signal(by=manager, signal=signal)


def test_erased_words_are_gone_for_good(manager: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body, text="The man in the red house")
    set_signal_aside(by=manager, signal=signal, reason="It tells of a person.", erase=True)
    signal.refresh_from_db()
    assert signal.text == ""
    assert "red house" not in "".join(Notice.objects.values_list("body", flat=True))
    with pytest.raises(Refused, match="erased"):
        reopen_signal(by=manager, signal=signal)


def test_share_is_for_those_who_answer(manager: User, giver: User, body: Organisation) -> None:
    signal = SignalFactory(organisation=body)
    with pytest.raises(PermissionDenied):
        share_signal(by=giver, signal=signal, is_shared=True)
    share_signal(by=manager, signal=signal, is_shared=True)
    share_signal(by=manager, signal=signal, is_shared=True)
    assert Signal.objects.get().is_shared
    assert Event.objects.filter(action="signal.share").count() == 1
    share_signal(by=manager, signal=signal, is_shared=False)
    assert not Signal.objects.get().is_shared


# --- evidence of a need


def test_linked_signals_are_counted_by_people(manager: User, giver: User, body: Organisation) -> None:
    need = NeedFactory(organisation=body)
    one, two = SignalFactory(organisation=body), SignalFactory(organisation=body)
    aside = SignalFactory(organisation=body)
    for signal in (one, two):
        support_signal(by=giver, signal=signal)
    assert link_signals(by=manager, need=need, signals=[one, two, aside]) == 3
    assert link_signals(by=manager, need=need, signals=[one]) == 0
    set_signal_aside(by=manager, signal=aside, reason="No.")
    assert voices_for(need) == 3
    merge_signals(by=manager, stays=one, goes=two)
    assert voices_for(need) == 3
    unlink_signal(by=manager, need=need, signal=two)
    unlink_signal(by=manager, need=need, signal=two)
    assert voices_for(need) == 3
    unlink_signal(by=manager, need=need, signal=one)
    assert voices_for(need) == 0
    assert Event.objects.filter(action="need.unlink_signal").count() == 2


def test_link_refuses_others_signals_and_lesser_roles(manager: User, giver: User, body: Organisation) -> None:
    need = NeedFactory(organisation=body)
    mine, foreign = SignalFactory(organisation=body), SignalFactory()
    with pytest.raises(Refused, match="no longer be linked"):
        link_signals(by=manager, need=need, signals=[mine, foreign])
    with pytest.raises(PermissionDenied):
        link_signals(by=giver, need=need, signals=[mine])
    closed = NeedFactory(organisation=body, published=True, status="closed", closing_reason="No.")
    for act in (
        lambda: link_signals(by=manager, need=closed, signals=[mine]),
        lambda: unlink_signal(by=manager, need=closed, signal=mine),
    ):
        with pytest.raises(Refused, match="no longer open"):
            act()
    assert not need.signals.exists()


# --- what the database itself keeps


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"voices": 0},
        {"status": "merged"},
        {"status": "unheard"},
        {"reply": "x", "status": "answered"},
        {"status": "withdrawn"},
    ],
)
def test_constraints_hold(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SignalFactory(**wrong)


def test_a_signal_is_not_joined_to_itself(manager: User) -> None:
    signal = SignalFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Signal.objects.filter(pk=signal.pk).update(
            status="merged", merged_into=signal, counted_in=signal, decided_at=timezone.now(), decided_by=manager
        )


def test_voices_of_nothing_are_nobody() -> None:
    assert not voices_of([]).exists()
