"""What the demonstration shows in place of Django's list of addresses."""

import pytest
from django.conf import settings
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db


@override_settings(DEBUG=True, MIDDLEWARE=[*settings.MIDDLEWARE, "demo.middleware.NotFoundMiddleware"])
@pytest.mark.parametrize("address", ["/needs/999/", "/no-such-page/"])
def test_what_is_not_there_has_the_page_that_people_would_see(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "Go to the home page" in response.content.decode()
    assert "URLconf" not in response.content.decode()
