"""Joining, roles and leaving: who may, who may not, and that somebody always remains."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import connection

from core import audit
from core.access import Refused, Stale
from core.models import Event, Membership, MembershipRole, Notice, Organisation, User
from core.permissions import Permission as P
from core.policies import holds, may_ask_to_join, may_end_membership
from core.roles import Role
from core.services import memberships
from core.services.memberships import (
    add_member,
    approve_membership,
    change_roles,
    end_membership,
    place_first_member,
    refuse_membership,
    request_membership,
    withdraw_request,
)
from core.states import MembershipStatus as S
from tests.factories.core import CommissionerFactory, OperatorFactory, OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db


def confirmed(**values) -> User:
    person = UserFactory(**values)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def place(person: User, organisation: Organisation) -> Membership:
    return Membership.objects.get(user=person, organisation=organisation)


def roles_of(person: User, organisation: Organisation) -> set[str]:
    return set(place(person, organisation).roles.values_list("role", flat=True))


def last_event() -> Event:
    return Event.objects.first()


@pytest.fixture
def charity():
    return OrganisationFactory(name="Hope House")


@pytest.fixture
def owner(charity):
    return member(Role.OWNER, charity, name="Olga Owner")


@pytest.fixture
def applicant():
    return UserFactory(name="Ada Lovelace")


@pytest.fixture
def asked(owner, charity, applicant):
    return request_membership(by=applicant, organisation=charity, message="I am new here.")


# --- asking ------------------------------------------------------------------------------------------


def test_request_waits_and_tells_those_who_decide(owner, charity, applicant):
    member(Role.VIEWER, charity)
    made = request_membership(by=applicant, organisation=charity, message="I am new here.")
    assert (made.status, made.message) == (S.REQUESTED, "I am new here.")
    (notice,) = Notice.objects.all()
    assert notice.recipient == owner
    assert notice.subject == "Ada Lovelace asks to join Hope House"
    assert "I am new here." in notice.body
    assert notice.url == f"/organisations/{charity.pk}/people/"
    event = last_event()
    assert (event.action, event.actor_id, event.organisation_id) == (
        "membership.request",
        applicant.pk,
        charity.pk,
    )
    assert event.after == {"status": "requested", "message": "I am new here."}
    assert not holds(applicant, P.BID_READ, charity)


def test_request_while_one_waits_is_refused(asked, applicant, charity):
    with pytest.raises(Refused, match="You have asked Hope House already"):
        request_membership(by=applicant, organisation=charity)
    assert Membership.objects.filter(user=applicant).count() == 1


def test_request_of_a_member_is_refused(owner, charity):
    with pytest.raises(Refused, match="You already belong to Hope House"):
        request_membership(by=owner, organisation=charity)


def test_request_to_the_operator_is_refused(applicant):
    with pytest.raises(Refused, match="adds its people itself"):
        request_membership(by=applicant, organisation=OperatorFactory())


@pytest.mark.parametrize(
    ("role", "kind"),
    [(Role.DIRECTOR, OrganisationFactory), (Role.OWNER, CommissionerFactory), (Role.AUDITOR, OrganisationFactory)],
)
def test_nobody_stands_on_both_sides(role, kind):
    person = member(role)
    with pytest.raises(Refused, match="Nobody acts for bidders and for those who award"):
        request_membership(by=person, organisation=kind())


@pytest.mark.parametrize(
    ("role", "kind"), [(Role.OWNER, OrganisationFactory), (Role.AUDITOR, CommissionerFactory)]
)
def test_somebody_may_belong_to_several_on_one_side(role, kind):
    assert may_ask_to_join(member(role), kind())


@pytest.mark.parametrize("before", ["refused", "ended"])
def test_request_may_be_made_again(owner, charity, applicant, before):
    made = request_membership(by=applicant, organisation=charity, message="First try.")
    if before == "refused":
        refuse_membership(by=owner, membership=made, reason="Who are you?")
    else:
        approve_membership(by=owner, membership=made, roles=[Role.VIEWER])
        end_membership(by=owner, membership=made)
    again = request_membership(by=applicant, organisation=charity, message="Second try.")
    assert again.pk == made.pk
    again.refresh_from_db()
    assert (again.status, again.message, again.decided_at, again.decided_by) == (
        S.REQUESTED,
        "Second try.",
        None,
        None,
    )
    assert roles_of(applicant, charity) == set()


def test_request_can_be_taken_back(asked, applicant):
    withdraw_request(by=applicant, membership=asked)
    asked.refresh_from_db()
    assert asked.status == S.ENDED
    assert last_event().action == "membership.withdraw"


def test_request_is_taken_back_by_nobody_else(asked, owner):
    with pytest.raises(PermissionDenied, match="Only the person who asked"):
        withdraw_request(by=owner, membership=asked)


def test_place_that_is_no_request_cannot_be_taken_back(owner, charity):
    with pytest.raises(Refused, match="now “active”"):
        withdraw_request(by=owner, membership=place(owner, charity))


# --- deciding ----------------------------------------------------------------------------------------


def test_approval_gives_roles_and_tells(asked, owner, charity, applicant):
    approve_membership(by=owner, membership=asked, roles=[Role.BID_WRITER, Role.PROVIDER_FINANCE])
    made = place(applicant, charity)
    assert (made.status, made.decided_by) == (S.ACTIVE, owner)
    assert made.decided_at is not None
    assert roles_of(applicant, charity) == {"bid_writer", "provider_finance"}
    notice = Notice.objects.get(recipient=applicant)
    assert notice.subject == "You now act for Hope House"
    assert "bid writer, finance" in notice.body
    event = last_event()
    assert event.action == "membership.approve"
    assert event.after == {"status": "active", "roles": ["bid_writer", "provider_finance"]}


@pytest.mark.parametrize("role", [Role.BID_WRITER, Role.PROVIDER_FINANCE, Role.VIEWER])
def test_approval_takes_the_right(asked, charity, role):
    with pytest.raises(PermissionDenied, match="owner"):
        approve_membership(by=member(role, charity), membership=asked, roles=[Role.VIEWER])
    asked.refresh_from_db()
    assert asked.status == S.REQUESTED


def test_approval_by_an_owner_of_another_organisation_is_denied(asked):
    with pytest.raises(PermissionDenied):
        approve_membership(by=member(Role.OWNER), membership=asked, roles=[Role.VIEWER])


def test_nobody_approves_themself(charity, owner):
    other = CommissionerFactory()
    director = member(Role.DIRECTOR, other)
    own = Membership.objects.filter(user=director, organisation=other)
    own.update(status=S.REQUESTED)
    with pytest.raises(PermissionDenied, match="Somebody else has to decide"):
        approve_membership(by=director, membership=own.get(), roles=[Role.DIRECTOR])


@pytest.mark.parametrize("roles", [[], [Role.DIRECTOR], [Role.VIEWER, Role.AUDITOR]])
def test_approval_with_roles_of_another_kind_or_none_is_refused(asked, owner, roles):
    with pytest.raises(Refused, match="Choose"):
        approve_membership(by=owner, membership=asked, roles=roles)
    asked.refresh_from_db()
    assert asked.status == S.REQUESTED
    assert not Notice.objects.filter(kind="core/membership_approved").exists()


def test_approval_of_somebody_who_went_to_the_other_side_meanwhile_is_refused(asked, owner, applicant):
    elsewhere = Membership.objects.create(user=applicant, organisation=CommissionerFactory(), status=S.ACTIVE)
    MembershipRole.objects.create(membership=elsewhere, role=Role.PRACTITIONER)
    with pytest.raises(Refused, match="Nobody acts for bidders"):
        approve_membership(by=owner, membership=asked, roles=[Role.VIEWER])


def test_second_decision_about_one_request_is_refused(asked, owner):
    refuse_membership(by=owner, membership=asked, reason="No.")
    with pytest.raises(Refused, match="now “not accepted”"):
        approve_membership(by=owner, membership=asked, roles=[Role.VIEWER])


def test_refusal_says_why(asked, owner, applicant):
    refuse_membership(by=owner, membership=asked, reason="We do not know you.")
    asked.refresh_from_db()
    assert asked.status == S.REFUSED
    notice = Notice.objects.get(recipient=applicant)
    assert "We do not know you." in notice.body
    assert (last_event().action, last_event().reason) == ("membership.refuse", "We do not know you.")


def test_refusal_takes_the_right(asked, charity):
    with pytest.raises(PermissionDenied):
        refuse_membership(by=member(Role.VIEWER, charity), membership=asked, reason="No.")


# --- adding ------------------------------------------------------------------------------------------


def test_adding_by_address_lets_in_at_once(owner, charity):
    person = confirmed(email="grace@example.org")
    made = add_member(by=owner, organisation=charity, email=" Grace@Example.ORG ", roles=[Role.VIEWER])
    assert (made.user, made.status, made.decided_by) == (person, S.ACTIVE, owner)
    assert holds(person, P.BID_READ, charity)
    assert Notice.objects.get(recipient=person).subject == "You now act for Hope House"
    assert last_event().action == "membership.add"


def test_adding_somebody_who_waits_approves_them(asked, owner, charity, applicant):
    EmailAddress.objects.create(user=applicant, email=applicant.email, verified=True)
    add_member(by=owner, organisation=charity, email=applicant.email, roles=[Role.VIEWER])
    asked.refresh_from_db()
    assert asked.status == S.ACTIVE


def test_adding_somebody_who_left_brings_them_back(owner, charity):
    person = confirmed()
    made = add_member(by=owner, organisation=charity, email=person.email, roles=[Role.OWNER])
    end_membership(by=owner, membership=made)
    add_member(by=owner, organisation=charity, email=person.email, roles=[Role.VIEWER])
    assert roles_of(person, charity) == {"viewer"}


def test_adding_a_member_again_is_refused(owner, charity):
    person = confirmed(name="Grace")
    add_member(by=owner, organisation=charity, email=person.email, roles=[Role.VIEWER])
    with pytest.raises(Refused, match="Grace already belongs to Hope House"):
        add_member(by=owner, organisation=charity, email=person.email, roles=[Role.OWNER])
    assert roles_of(person, charity) == {"viewer"}


def test_adding_an_unknown_address_says_what_to_do(owner, charity):
    with pytest.raises(Refused, match=r"Nobody with the confirmed address nobody@example\.org"):
        add_member(by=owner, organisation=charity, email="nobody@example.org", roles=[Role.VIEWER])


def test_adding_an_address_that_nobody_confirmed_is_refused(owner, charity):
    person = UserFactory()
    EmailAddress.objects.create(user=person, email=person.email, verified=False)
    with pytest.raises(Refused, match="confirmed address"):
        add_member(by=owner, organisation=charity, email=person.email, roles=[Role.VIEWER])


def test_adding_somebody_who_may_not_sign_in_is_refused(owner, charity):
    person = confirmed(is_active=False)
    with pytest.raises(Refused, match="confirmed address"):
        add_member(by=owner, organisation=charity, email=person.email, roles=[Role.VIEWER])


def test_adding_takes_the_right(charity):
    person = confirmed()
    with pytest.raises(PermissionDenied):
        add_member(by=member(Role.VIEWER, charity), organisation=charity, email=person.email, roles=[Role.VIEWER])


def test_first_member_is_placed_only_where_nobody_is(owner, charity, applicant):
    with pytest.raises(ValueError, match="has people already"):
        place_first_member(by=None, organisation=charity, person=applicant, role=Role.OWNER)


# --- roles -------------------------------------------------------------------------------------------


def test_changed_roles_replace_those_before(owner, charity):
    person = member(Role.VIEWER, charity)
    change_roles(by=owner, membership=place(person, charity), roles=[Role.BID_WRITER], shown=[Role.VIEWER])
    assert roles_of(person, charity) == {"bid_writer"}
    assert Notice.objects.get(recipient=person).body.endswith("bid writer")
    event = last_event()
    assert (event.before, event.after) == ({"roles": ["viewer"]}, {"status": "active", "roles": ["bid_writer"]})


def test_roles_saved_as_they_were_change_nothing(owner, charity):
    change_roles(by=owner, membership=place(owner, charity), roles=[Role.OWNER])
    assert not Event.objects.exists()
    assert not Notice.objects.exists()


def test_roles_that_somebody_else_changed_meanwhile_are_stale(owner, charity):
    person = member(Role.VIEWER, charity)
    with pytest.raises(Stale, match="to viewer meanwhile"):
        change_roles(
            by=owner, membership=place(person, charity), roles=[Role.OWNER], shown=[Role.PROVIDER_FINANCE]
        )
    assert roles_of(person, charity) == {"viewer"}


def test_change_of_roles_takes_the_right(owner, charity):
    person = member(Role.VIEWER, charity)
    with pytest.raises(PermissionDenied):
        change_roles(by=person, membership=place(person, charity), roles=[Role.OWNER])


def test_last_owner_keeps_the_role(owner, charity):
    member(Role.OWNER, charity, is_active=False)  # does not count: cannot sign in
    member(Role.OWNER)  # of another organisation
    with pytest.raises(Refused, match="Olga Owner is the last owner of Hope House"):
        change_roles(by=owner, membership=place(owner, charity), roles=[Role.VIEWER])
    assert roles_of(owner, charity) == {"owner"}


def test_owner_beside_another_may_step_down(owner, charity):
    member(Role.OWNER, charity)
    change_roles(by=owner, membership=place(owner, charity), roles=[Role.VIEWER])
    assert roles_of(owner, charity) == {"viewer"}
    assert not holds(owner, P.MEMBERS_MANAGE, charity)


@pytest.mark.parametrize(
    ("role", "word"), [(Role.DIRECTOR, "director"), (Role.SERVICE_ADMINISTRATOR, "service administrator")]
)
def test_last_of_every_kind_stays(role, word):
    person = member(role)
    with pytest.raises(Refused, match=f"is the last {word} of"):
        end_membership(by=person, membership=person.memberships.get())


def test_roles_of_a_place_that_ended_cannot_be_changed(owner, charity):
    person = member(Role.VIEWER, charity)
    end_membership(by=owner, membership=place(person, charity))
    with pytest.raises(Refused, match="now “ended”"):
        change_roles(by=owner, membership=place(person, charity), roles=[Role.VIEWER])


# --- leaving -----------------------------------------------------------------------------------------


def test_ended_membership_takes_every_right_and_says_why(owner, charity):
    person = member(Role.BID_WRITER, charity)
    end_membership(by=owner, membership=place(person, charity), reason="You moved on.")
    assert place(person, charity).status == S.ENDED
    assert roles_of(person, charity) == set()
    assert not holds(User.objects.get(pk=person.pk), P.BID_WRITE, charity)
    assert "You moved on." in Notice.objects.get(recipient=person).body
    event = last_event()
    assert (event.action, event.before, event.reason) == (
        "membership.end",
        {"roles": ["bid_writer"]},
        "You moved on.",
    )


def test_leaving_tells_those_who_stay(owner, charity):
    person = member(Role.VIEWER, charity, name="Grace")
    end_membership(by=person, membership=place(person, charity))
    notice = Notice.objects.get()
    assert (notice.recipient, notice.subject) == (owner, "Grace has left Hope House")


def test_ending_anothers_membership_takes_the_right(owner, charity):
    with pytest.raises(PermissionDenied):
        end_membership(by=member(Role.VIEWER, charity), membership=place(owner, charity))


def test_failing_audit_undoes_everything(asked, owner, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(ZeroDivisionError):
        approve_membership(by=owner, membership=asked, roles=[Role.VIEWER])
    asked.refresh_from_db()
    assert asked.status == S.REQUESTED
    assert not asked.roles.exists()
    assert not Notice.objects.filter(kind="core/membership_approved").exists()


# --- editors' groups ---------------------------------------------------------------------------------


def groups_of(person: User) -> set[str]:
    return set(person.groups.values_list("name", flat=True))


def test_editors_groups_follow_the_role():
    operator = OperatorFactory()
    administrator = member(Role.SERVICE_ADMINISTRATOR, operator)
    person = confirmed()
    person.groups.add(Group.objects.create(name="somebody else's"))
    made = add_member(
        by=administrator, organisation=operator, email=person.email, roles=[Role.SERVICE_ADMINISTRATOR]
    )
    assert groups_of(person) == {"Editors", "Moderators", "somebody else's"}
    change_roles(by=administrator, membership=made, roles=[Role.AUDITOR])
    assert groups_of(person) == {"somebody else's"}


def test_editors_groups_stay_while_another_place_gives_them():
    first, second = OperatorFactory(), OperatorFactory()
    person = confirmed()
    for operator in (first, second):
        administrator = member(Role.SERVICE_ADMINISTRATOR, operator)
        add_member(by=administrator, organisation=operator, email=person.email, roles=[Role.SERVICE_ADMINISTRATOR])
    end_membership(by=person, membership=place(person, first))
    assert groups_of(person) == {"Editors", "Moderators"}
    end_membership(by=person, membership=place(person, second))
    assert groups_of(person) == set()


# --- two at once -------------------------------------------------------------------------------------


def remove_each_other(both: threading.Barrier) -> int:
    """Two owners end each other's membership at the same moment; how many remain."""
    charity = OrganisationFactory()
    owners = [member(Role.OWNER, charity), member(Role.OWNER, charity)]
    pairs = [(owners[0], place(owners[1], charity)), (owners[1], place(owners[0], charity))]

    def end(pair: tuple[User, Membership]) -> None:
        try:
            both.wait(timeout=20)
            end_membership(by=User.objects.get(pk=pair[0].pk), membership=pair[1])
        except (Refused, PermissionDenied):
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(end, pairs))
    return Membership.objects.filter(organisation=charity, status=S.ACTIVE).count()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("committed")
@pytest.mark.parametrize("turn", range(5))
def test_two_owners_who_remove_each_other_leave_one(turn):
    assert remove_each_other(threading.Barrier(2)) == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("committed")
def test_without_the_lock_nobody_would_be_left(monkeypatch):
    """The control: what the lock is for happens where there is none."""
    decided = threading.Barrier(2)

    def unlocked(organisation_id: int) -> Organisation:
        return Organisation.objects.get(pk=organisation_id)

    def verdict_then_wait(user: User, membership: Membership):
        verdict = may_end_membership(user, membership)
        decided.wait(timeout=20)
        return verdict

    monkeypatch.setattr(memberships, "_locked", unlocked)
    monkeypatch.setattr(memberships, "may_end_membership", verdict_then_wait)
    assert remove_each_other(threading.Barrier(2)) == 0
