"""A browser in which somebody has signed in, second step included, without going through the pages."""

import time

from django.test import Client

from core.models import User


def browser_of(person: User) -> Client:
    """Signed in as after a password and a code."""
    client = Client()
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client
