"""Browsing as somebody."""

import time
from collections.abc import Callable

import pytest
from django.test import Client

from core.models import User


@pytest.fixture
def browse() -> Callable[[User], Client]:
    """A client signed in as the person, with the second step done."""

    def as_person(person: User) -> Client:
        client = Client()
        client.force_login(person)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        return client

    return as_person
