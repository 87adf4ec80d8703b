"""Needs through their life: each act, each refusal, all or nothing."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from core.access import Refused, Stale
from core.audit import first_break
from core.models import Cohort, Event, Notice, Organisation, User
from core.roles import Role
from marketplace.drafts import Figure, NeedWords
from marketplace.models import Need
from marketplace.services.needs import (
    close_need,
    draft_need,
    edit_need,
    mark_need_met,
    publish_need,
    release_needs,
    reopen_need,
)
from marketplace.services.opportunities import cancel_opportunity, publish_opportunity
from tests.factories.core import AreaFactory, CommissionerFactory, any_category, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory

pytestmark = pytest.mark.django_db

FIGURE = Figure("42% sufficient", "HM Inspectorate of Probation, 2024", "2021 to 2023", "https://example.org/")


def words(**changes: object) -> NeedWords:
    made = NeedWords(
        title="Settled housing",
        summary="Too few places.",
        area=AreaFactory(),
        category=any_category(),
        people_affected=120,
        cohorts=list(Cohort.objects.order_by("pk")[:2]),
        evidence=[FIGURE],
    )
    return replace(made, **changes)


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
def outsider() -> User:
    return member(Role.DIRECTOR)


def test_draft_stands_with_its_figures_and_groups(manager: User, body: Organisation) -> None:
    need = draft_need(by=manager, organisation=body, words=words(), form_key=uuid4())
    need.refresh_from_db()
    assert (need.status, need.title, need.version, need.published_at) == ("draft", "Settled housing", 1, None)
    assert [(each.figure, each.source, each.period, each.link) for each in need.evidence.all()] == [
        (FIGURE.figure, FIGURE.source, FIGURE.period, FIGURE.link)
    ]
    assert need.cohorts.count() == 2
    event = Event.objects.get()
    assert (event.action, event.object_id, event.organisation_id) == ("need.draft", need.pk, body.pk)


def test_draft_sent_twice_makes_one_need(manager: User, body: Organisation) -> None:
    key = uuid4()
    first = draft_need(by=manager, organisation=body, words=words(), form_key=key)
    assert draft_need(by=manager, organisation=body, words=words(title="Again"), form_key=key) == first
    assert Need.objects.count() == 1
    with pytest.raises(Refused, match="sent before"):
        draft_need(by=member(Role.DIRECTOR, body), organisation=body, words=words(), form_key=key)


def test_draft_needs_a_figure_and_leaves_nothing_without(manager: User, body: Organisation) -> None:
    with pytest.raises(Refused, match="at least one figure"):
        draft_need(by=manager, organisation=body, words=words(evidence=[]), form_key=uuid4())
    assert not Need.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("role", [Role.PANEL_MEMBER, Role.PRACTITIONER, Role.COMMISSIONER_FINANCE])
def test_draft_is_for_those_who_draft_there(role: Role, body: Organisation, outsider: User) -> None:
    for person in (member(role, body), outsider, member(Role.OWNER)):
        with pytest.raises(PermissionDenied):
            draft_need(by=person, organisation=body, words=words(), form_key=uuid4())


def test_edit_changes_the_row_its_figures_and_the_version(manager: User, body: Organisation) -> None:
    need = draft_need(by=manager, organisation=body, words=words(), form_key=uuid4())
    other = member(Role.DIRECTOR, body)
    figures = [Figure("11 beds", "Survey"), Figure("9 weeks", "Survey")]
    edit_need(by=other, need=need, words=words(title="New", cohorts=[], evidence=figures), version=1)
    need.refresh_from_db()
    assert (need.title, need.version, need.updated_by, need.cohorts.count()) == ("New", 2, other, 0)
    assert [figure.figure for figure in need.evidence.all()] == ["11 beds", "9 weeks"]
    event = Event.objects.get(action="need.edit")
    assert (event.before["title"], event.after["title"]) == ("Settled housing", "New")
    assert "people_affected" not in event.after


def test_edit_of_an_old_version_saves_nothing(manager: User, body: Organisation) -> None:
    need = draft_need(by=manager, organisation=body, words=words(), form_key=uuid4())
    edit_need(by=manager, need=need, words=words(title="First"), version=1)
    with pytest.raises(Stale, match="not yet saved"):
        edit_need(by=manager, need=need, words=words(title="Second", evidence=[FIGURE, FIGURE]), version=1)
    need.refresh_from_db()
    assert (need.title, need.evidence.count(), need.version) == ("First", 1, 2)


def test_edit_is_refused_after_publication_and_to_others(
    director: User, body: Organisation, outsider: User
) -> None:
    need = NeedFactory(published=True, organisation=body)
    with pytest.raises(Refused, match="cannot be changed"):
        edit_need(by=director, need=need, words=words(), version=1)
    with pytest.raises(PermissionDenied):
        edit_need(by=outsider, need=NeedFactory(organisation=body), words=words(), version=1)


def test_publish_makes_it_public_and_tells_its_author(
    manager: User, director: User, body: Organisation, django_capture_on_commit_callbacks: object
) -> None:
    need = draft_need(by=manager, organisation=body, words=words(), form_key=uuid4())
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's
        publish_need(by=director, need=need, version=1)
    need.refresh_from_db()
    assert (need.status, need.published_by) == ("published", director)
    assert need.published_at is not None
    notice = Notice.objects.get()
    assert (notice.recipient, notice.subject, notice.url) == (
        manager,
        "Published: Settled housing",
        f"/needs/{need.pk}/",
    )
    assert [letter.to for letter in mail.outbox] == [[manager.email]]
    assert first_break() == ""


def test_publish_tells_nobody_of_their_own_act(director: User, body: Organisation) -> None:
    need = draft_need(by=director, organisation=body, words=words(), form_key=uuid4())
    publish_need(by=director, need=need, version=1)
    assert not Notice.objects.exists()


def test_publish_is_for_directors_of_the_body(manager: User, outsider: User, body: Organisation) -> None:
    need = NeedFactory(organisation=body)
    for person in (manager, outsider):
        with pytest.raises(PermissionDenied):
            publish_need(by=person, need=need, version=1)


def test_publish_refuses_what_was_not_read_and_what_is_public(director: User, body: Organisation) -> None:
    need = NeedFactory(organisation=body)
    edit_need(by=director, need=need, words=words(), version=1)
    with pytest.raises(Stale, match="as it is now"):
        publish_need(by=director, need=need, version=1)
    publish_need(by=director, need=need, version=2)
    with pytest.raises(Refused, match="now “published”"):
        publish_need(by=director, need=need, version=2)


def test_publish_refuses_a_need_without_a_figure(director: User, body: Organisation) -> None:
    need = NeedFactory(organisation=body)
    need.evidence.all().delete()
    with pytest.raises(Refused, match="at least one figure"):
        publish_need(by=director, need=need, version=1)


def test_close_keeps_the_reason(director: User, body: Organisation) -> None:
    need = NeedFactory(published=True, organisation=body)
    close_need(by=director, need=need, reason="  The council offers it now. ")
    need.refresh_from_db()
    assert (need.status, need.closing_reason) == ("closed", "The council offers it now.")
    assert Event.objects.get(action="need.close").reason == "The council offers it now."


@pytest.mark.parametrize("act", [close_need, reopen_need, mark_need_met])
def test_each_decision_wants_a_reason_and_a_director(
    act, director: User, manager: User, body: Organisation
) -> None:
    status = {close_need: "published", reopen_need: "closed", mark_need_met: "in_commissioning"}[act]
    reason = "Because." if status == "closed" else ""
    need = NeedFactory(published=True, organisation=body, status=status, closing_reason=reason)
    with pytest.raises(Refused, match="Say "):
        act(by=director, need=need, reason=" \n")
    with pytest.raises(PermissionDenied):
        act(by=manager, need=need, reason="Because.")
    need.refresh_from_db()
    assert need.status == status


@pytest.mark.parametrize("act", [close_need, reopen_need, mark_need_met])
def test_each_decision_is_refused_for_a_draft(act, director: User, body: Organisation) -> None:
    with pytest.raises(Refused, match="now “draft”"):
        act(by=director, need=NeedFactory(organisation=body), reason="Because.")


def test_met_and_reopened(director: User, body: Organisation) -> None:
    need = NeedFactory(published=True, organisation=body, status="in_commissioning")
    mark_need_met(by=director, need=need, reason="The alliance has run for a year.")
    reopen_need(by=director, need=need, reason="It ended.")
    need.refresh_from_db()
    assert (need.status, need.closing_reason) == ("published", "")
    assert [event.reason for event in Event.objects.order_by("sequence")] == [
        "The alliance has run for a year.",
        "It ended.",
    ]


def test_a_need_is_neither_closed_nor_met_while_something_is_under_way(director: User, body: Organisation) -> None:
    opportunity = OpportunityFactory(organisation=body, created_by=director)
    publish_opportunity(by=director, opportunity=opportunity, version=1)
    need = opportunity.needs.get()
    assert need.status == "in_commissioning"
    for act in (close_need, mark_need_met):
        with pytest.raises(Refused, match="has not ended"):
            act(by=director, need=need, reason="Because.")
    cancel_opportunity(by=director, opportunity=opportunity, reason="No money.")
    need.refresh_from_db()
    assert need.status == "published"
    close_need(by=director, need=need, reason="No money.")


def test_release_keeps_needs_with_something_else_under_way_or_awarded(director: User, body: Organisation) -> None:
    need = NeedFactory(published=True, organisation=body, status="in_commissioning")
    other = OpportunityFactory(organisation=body, is_open=True)
    other.needs.set([need])
    release_needs([need], by=director)
    need.refresh_from_db()
    assert need.status == "in_commissioning"
    assert not Event.objects.filter(action="need.release").exists()
