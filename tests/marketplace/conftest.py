"""What the tests of marketplace pages share."""

import pytest
from django.urls import reverse


@pytest.fixture
def page(client):
    """Asks for, or sends to, a page as somebody: page(person, name, *numbers, **data)."""

    def ask(person, name, *numbers, send=None, **kwargs):
        client.force_login(person)
        address = reverse(name, args=numbers)
        return client.get(address, **kwargs) if send is None else client.post(address, send, **kwargs)

    return ask
