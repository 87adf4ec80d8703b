"""People, organisations and places."""

import factory
from factory.django import DjangoModelFactory

from core.models import Area, Cohort, Membership, MembershipRole, NeedCategory, Organisation, User
from core.roles import ROLES, OrganisationKind, Role
from core.states import MembershipStatus


class UserFactory(DjangoModelFactory):
    """A person with a verified address who belongs nowhere; password `a long enough password`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda number: f"Person {number}")
    email = factory.Sequence(lambda number: f"person{number}@example.org")
    password = factory.django.Password("a long enough password")


class OrganisationFactory(DjangoModelFactory):
    """A provider, unless told otherwise."""

    class Meta:
        model = Organisation

    kind = OrganisationKind.PROVIDER
    name = factory.Sequence(lambda number: f"Charity {number}")


class CommissionerFactory(OrganisationFactory):
    """A commissioning body."""

    kind = OrganisationKind.COMMISSIONER
    name = factory.Sequence(lambda number: f"Probation region {number}")


class OperatorFactory(OrganisationFactory):
    """Whoever runs the service."""

    kind = OrganisationKind.OPERATOR
    name = factory.Sequence(lambda number: f"Operator {number}")


class AreaFactory(DjangoModelFactory):
    """A probation region of no particular place."""

    class Meta:
        model = Area

    kind = "probation_region"
    name = factory.Sequence(lambda number: f"Region {number}")
    slug = factory.Sequence(lambda number: f"region-{number}")
    source = "made for a test"


def member(role: Role, organisation: Organisation | None = None, **user: object) -> User:
    """A new person who holds `role` in `organisation` (a new one of the right kind if none is given)."""
    if organisation is None:
        kind = ROLES[role].kind
        made_by = {
            OrganisationKind.COMMISSIONER: CommissionerFactory,
            OrganisationKind.PROVIDER: OrganisationFactory,
            OrganisationKind.OPERATOR: OperatorFactory,
        }[kind]
        organisation = made_by()
    person = UserFactory(**user)
    membership = Membership.objects.create(user=person, organisation=organisation, status=MembershipStatus.ACTIVE)
    MembershipRole.objects.create(membership=membership, role=role)
    return person


def any_category() -> NeedCategory:
    """A kind of need from the reference data, which the test database holds."""
    return NeedCategory.objects.order_by("pk")[0]


def any_cohort() -> Cohort:
    """A group of people from the reference data."""
    return Cohort.objects.order_by("pk")[0]
