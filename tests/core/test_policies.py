"""Who holds which right, where."""

import pytest
from django.contrib.auth.models import AnonymousUser

from core.models import Membership, MembershipRole, Notice
from core.permissions import Permission as P
from core.policies import (
    has_right,
    holds,
    holds_anywhere,
    may_read_notice,
    needs_second_factor,
    organisations_where,
    reads_everything,
)
from core.queries.people import (
    acting_organisation,
    forget_roles,
    organisations_of,
    people_with,
    roles_by_organisation,
)
from core.roles import ROLES, OrganisationKind, Role, roles_for
from core.states import MembershipStatus
from tests.factories.core import CommissionerFactory, OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db

EVERY_ROLE = list(Role)


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_role_carries_the_rights_of_its_row_there_and_nowhere_else(role):
    person, other = member(role), OrganisationFactory()
    organisation = person.memberships.get().organisation
    for permission in P:
        expected = permission in ROLES[role].permissions
        assert holds(person, permission, organisation) is expected
        assert holds(person, permission, organisation.pk) is expected
        assert holds_anywhere(person, permission) is expected
        assert organisations_where(person, permission) == ({organisation.pk} if expected else set())
        assert not holds(person, permission, other)
        assert not holds(person, permission, None)


def test_every_role_has_a_row_and_a_line_of_explanation():
    assert set(ROLES) == set(Role)
    assert all(str(row.summary).endswith(".") for row in ROLES.values())


def test_roles_of_a_kind_are_told_apart():
    by_kind = [set(roles_for(kind)) for kind in OrganisationKind]
    assert sum(len(roles) for roles in by_kind) == len(ROLES)
    assert roles_for("provider")[0] == Role.OWNER


def test_every_kind_has_a_role_that_decides_who_joins():
    for kind in OrganisationKind:
        assert any(P.MEMBERS_MANAGE in ROLES[role].permissions for role in roles_for(kind))


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_second_step_is_asked_of_all_but_providers(role):
    assert needs_second_factor(member(role)) is (ROLES[role].kind != OrganisationKind.PROVIDER)


def test_second_step_is_asked_of_whoever_may_edit_everything():
    assert needs_second_factor(UserFactory(is_superuser=True))


def test_auditor_alone_reads_everything():
    assert [role for role in EVERY_ROLE if reads_everything(member(role))] == [Role.AUDITOR]


def test_auditor_changes_nothing():
    assert ROLES[Role.AUDITOR].permissions == {P.AUDIT_READ, P.EVERYTHING_READ}


def test_nobody_in_particular_holds_nothing():
    nobody = AnonymousUser()
    assert not holds_anywhere(nobody, *P)
    assert not needs_second_factor(nobody)
    assert not organisations_of(nobody).exists()
    assert acting_organisation(nobody, 1) is None


@pytest.mark.parametrize("status", ["requested", "refused", "ended"])
def test_role_of_a_membership_that_is_not_active_counts_for_nothing(status):
    membership = Membership.objects.create(user=UserFactory(), organisation=OrganisationFactory(), status=status)
    MembershipRole.objects.create(membership=membership, role=Role.OWNER)
    assert not holds_anywhere(membership.user, *P)
    assert not people_with(P.MEMBERS_MANAGE, membership.organisation).exists()


def test_right_that_is_missing_names_the_roles_that_have_it():
    verdict = has_right(member(Role.VIEWER), P.BID_SUBMIT, OrganisationFactory())
    assert not verdict.right
    assert str(verdict.reason) == "This is for people with the role owner."
    owner = member(Role.OWNER)
    assert has_right(owner, P.BID_SUBMIT, owner.memberships.get().organisation_id)


def test_roles_named_are_those_of_such_an_organisation():
    def named(organisation) -> str:
        return str(has_right(UserFactory(), P.MEMBERS_MANAGE, organisation).reason)

    assert named(OrganisationFactory()) == "This is for people with the role owner."
    assert named(CommissionerFactory()) == "This is for people with the role director."
    anywhere = "This is for people with the role director or owner or service administrator."
    assert named(OrganisationFactory().pk) == named(None) == anywhere
    # Nobody at a charity drafts needs: those who do are named.
    assert "commissioning manager" in str(has_right(UserFactory(), P.NEED_DRAFT, OrganisationFactory()).reason)


def test_roles_are_read_once_for_each_user_object(django_assert_num_queries):
    person = member(Role.OWNER)
    with django_assert_num_queries(1):
        holds_anywhere(person, P.BID_READ)
        holds_anywhere(person, P.BID_SUBMIT)
        roles_by_organisation(person)


def test_forgotten_roles_are_read_again():
    person = member(Role.VIEWER)
    assert not holds_anywhere(person, P.BID_SUBMIT)
    MembershipRole.objects.create(membership=person.memberships.get(), role=Role.OWNER)
    assert not holds_anywhere(person, P.BID_SUBMIT)
    forget_roles(person)
    assert holds_anywhere(person, P.BID_SUBMIT)


def test_people_with_a_right_are_active_members_once_each_by_name():
    organisation = CommissionerFactory()
    zoe = member(Role.DIRECTOR, organisation, name="Zoe")
    ada = member(Role.COMMISSIONING_MANAGER, organisation, name="Ada")
    MembershipRole.objects.create(membership=ada.memberships.get(), role=Role.DIRECTOR)
    member(Role.DIRECTOR, organisation, name="Left", is_active=False)
    member(Role.PRACTITIONER, organisation)
    member(Role.DIRECTOR)
    assert list(people_with(P.NEED_DRAFT, organisation)) == [ada, zoe]
    assert list(people_with(P.NEED_DRAFT, organisation.pk)) == [ada, zoe]


def test_acting_organisation_is_the_chosen_one_or_the_first_by_name():
    person = UserFactory()
    for name in ("Beta", "Alpha"):
        membership = Membership.objects.create(
            user=person, organisation=OrganisationFactory(name=name), status=MembershipStatus.ACTIVE
        )
        MembershipRole.objects.create(membership=membership, role=Role.VIEWER)
    beta = person.memberships.get(organisation__name="Beta").organisation
    assert acting_organisation(person, beta.pk) == beta
    assert str(acting_organisation(person, None)) == "Alpha"
    assert str(acting_organisation(person, OrganisationFactory().pk)) == "Alpha"


def test_notice_is_for_its_reader_only():
    person = UserFactory()
    notice = Notice.objects.create(recipient=person, kind="a/b", subject="s", body="b")
    assert may_read_notice(person, notice)
    assert not may_read_notice(UserFactory(), notice).right
