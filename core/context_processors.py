"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.queries.people import own_organisations, unread_when_read


def site(request: HttpRequest) -> dict[str, Any]:
    """The person's organisations for the switcher and the number of unread notices, read only if shown."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"demo_sign_in": settings.DEMO_SIGN_IN}
    return {
        "demo_sign_in": settings.DEMO_SIGN_IN,
        "switcher": SimpleLazyObject(lambda: own_organisations(user)),
        "unread_notices": SimpleLazyObject(lambda: unread_when_read(user)),
    }
