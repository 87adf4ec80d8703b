"""Every step of every table, from every state: it moves, or it refuses with a sentence."""

import pytest
from django.db import models
from django.template.loader import get_template

from core.access import Refused, Stale
from core.diagrams import workflows
from core.models import Membership
from core.permissions import Permission
from core.roles import ROLES
from core.states import MEMBERSHIP, MembershipStatus
from core.transitions import Step, Workflow, all_apply
from tests.factories.core import OrganisationFactory, UserFactory

TABLES = {workflow.name: workflow for _app, workflow in workflows()}
EVERY_STEP = [
    pytest.param(workflow, state, step, id=f"{workflow.name}-{step.action}-from-{state}")
    for workflow in TABLES.values()
    for state in workflow.states.values
    for step in workflow.steps
]


class Thing:
    """Stands for a row: a workflow reads nothing of it but its status."""

    def __init__(self, status: str) -> None:
        self.status = status


def asked(status: str = "requested") -> Membership:
    return Membership.objects.create(user=UserFactory(), organisation=OrganisationFactory(), status=status)


def test_every_app_with_states_is_enumerated():
    assert {"membership", "consortium_member", "need", "opportunity", "bid", "alliance"} <= set(TABLES)


@pytest.mark.parametrize(("workflow", "state", "step"), EVERY_STEP)
def test_step_is_allowed_or_refused_with_a_sentence(workflow, state, step):
    verdict = workflow.verdict(Thing(state), step.action)
    assert bool(verdict) is (state in step.sources)
    if not verdict:
        assert verdict.right  # a rule, not a missing right
        assert str(workflow.states(state).label) in str(verdict.reason)
        assert str(verdict.reason).endswith(".")


@pytest.mark.parametrize(("workflow", "state", "step"), EVERY_STEP)
def test_actions_offered_in_a_state_are_those_the_table_allows(workflow, state, step):
    assert (step.action in workflow.actions_from(state)) is (state in step.sources)


@pytest.mark.parametrize("workflow", TABLES.values(), ids=TABLES)
def test_every_state_that_something_leaves_can_be_reached(workflow):
    reached, grown = set(workflow.beginnings), True
    while grown:
        more = {step.target for step in workflow.steps if reached & set(step.sources)}
        grown = not more <= reached
        reached |= more
    assert {source for step in workflow.steps for source in step.sources} <= reached


@pytest.mark.parametrize("workflow", TABLES.values(), ids=TABLES)
def test_every_right_a_step_asks_for_is_held_by_a_role(workflow):
    held: set[Permission] = set().union(*(row.permissions for row in ROLES.values()))
    assert {step.permission for step in workflow.steps} - {None} <= held


NOTICES = sorted({step.notice for workflow in TABLES.values() for step in workflow.steps if step.notice})


@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_a_step_names_has_a_template(notice):
    app, name = notice.split("/")
    get_template(f"{app}/notices/{name}.txt")


# --- real rows ---------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("state", MembershipStatus.values)
@pytest.mark.parametrize("step", MEMBERSHIP.steps, ids=lambda step: step.action)
def test_row_moves_or_stays(state, step):
    membership = asked(state)
    if state in step.sources:
        MEMBERSHIP.apply(membership, step.action)
        expected = step.target
    else:
        with pytest.raises(Refused):
            MEMBERSHIP.apply(membership, step.action)
        expected = state
    assert membership.status == expected
    membership.refresh_from_db()
    assert membership.status == expected


@pytest.mark.django_db
def test_step_writes_its_fields_with_the_status():
    membership = asked()
    MEMBERSHIP.apply(membership, "approve", message="welcome")
    assert membership.message == "welcome"
    assert Membership.objects.get().message == "welcome"


@pytest.mark.django_db
def test_row_that_somebody_else_moved_first_is_stale():
    membership = asked()
    same = Membership.objects.get(pk=membership.pk)
    MEMBERSHIP.apply(membership, "refuse")
    with pytest.raises(Stale, match="Somebody else"):
        MEMBERSHIP.apply(same, "approve")
    assert Membership.objects.get().status == "refused"


@pytest.mark.django_db
def test_all_apply_moves_each():
    rows = [asked(), asked()]
    all_apply(MEMBERSHIP, rows, "approve")
    assert {row.status for row in Membership.objects.all()} == {"active"}


# --- the table itself --------------------------------------------------------------------------------


class Colour(models.TextChoices):
    RED = "red", "red"
    BLUE = "blue", "blue"


def test_table_with_an_unknown_state_is_a_mistake():
    with pytest.raises(ValueError, match=r"unknown states \['green'\]"):
        Workflow("paint", "wall", Colour, (Step("paint", ("red",), "green"),))


def test_table_that_begins_in_an_unknown_state_is_a_mistake():
    with pytest.raises(ValueError, match=r"begins in unknown states \['green'\]"):
        Workflow("wrong", "wrong", MembershipStatus, (), begins=("green",))


def test_table_begins_in_its_first_state_unless_it_names_others():
    assert MEMBERSHIP.beginnings == ("requested",)
    assert set(TABLES["cover"].beginnings) == {"proposed", "offered"}


def test_table_with_an_act_twice_is_a_mistake():
    steps = (Step("paint", ("red",), "blue"), Step("paint", ("blue",), "red"))
    with pytest.raises(ValueError, match="twice"):
        Workflow("paint", "wall", Colour, steps)


def test_act_that_is_in_no_table_is_a_mistake():
    with pytest.raises(KeyError):
        MEMBERSHIP.step("promote")
