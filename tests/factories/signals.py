"""Signals and follows."""

import uuid

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.models import User
from core.roles import Role
from marketplace.models import Follow, Signal
from tests.factories.core import AreaFactory, CommissionerFactory, UserFactory, any_category, member


class SignalFactory(DjangoModelFactory):
    """An open signal that one practitioner of the body gave just now."""

    class Meta:
        model = Signal
        skip_postgeneration_save = True

    form_key = factory.LazyFunction(uuid.uuid4)
    organisation = factory.SubFactory(CommissionerFactory)
    area = factory.SubFactory(AreaFactory)
    category = factory.LazyFunction(any_category)
    text = "Nowhere to stay on the first night for people released on a Friday."
    given_at = factory.LazyFunction(timezone.now)
    given_by = factory.LazyAttribute(lambda signal: practitioner(signal.organisation))


class FollowFactory(DjangoModelFactory):
    """Somebody follows everything, told every day, of nothing yet."""

    class Meta:
        model = Follow

    user = factory.SubFactory(UserFactory)
    frequency = "daily"
    created_at = factory.LazyFunction(timezone.now)
    told_until = factory.SelfAttribute("created_at")


def practitioner(organisation) -> User:
    """A new practitioner of the body."""
    return member(Role.PRACTITIONER, organisation)
