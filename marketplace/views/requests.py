"""What views know of a request: who sent it, for which organisation, and when it arrived."""

import datetime

from django.http import HttpRequest

from core.models import Organisation, User


class SignedIn(HttpRequest):
    """A request that came through a door for people who are signed in."""

    user: User
    organisation: Organisation | None
    arrived_at: datetime.datetime
