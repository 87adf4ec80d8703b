"""What views know of a request: who sent it, for which organisation, and when it arrived."""

import datetime

from django.http import HttpRequest

from core.models import Organisation, User

PAGE, CONFLICT, UNPROCESSABLE = 200, 409, 422


class SignedIn(HttpRequest):
    """A request that came through a door for people who are signed in."""

    user: User
    organisation: Organisation | None
    arrived_at: datetime.datetime


def status_of(request: HttpRequest) -> int:
    """A form shown again after it was sent is no success; shown first, it is a page."""
    return UNPROCESSABLE if request.method == "POST" else PAGE
