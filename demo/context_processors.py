"""What the sign-in page of a demonstration offers."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from demo.people import demo_people


def people(request: HttpRequest) -> dict[str, Any]:
    """Everybody of the cast, read only where a page shows them."""
    return {"demo_people": SimpleLazyObject(demo_people)}
