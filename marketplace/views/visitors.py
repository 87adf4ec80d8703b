"""What public pages know of a request."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from core.models import Organisation, User


class Visitor(HttpRequest):
    """A request that came through a door for everyone."""

    user: User | AnonymousUser
    organisation: Organisation | None
    arrived_at: datetime.datetime
