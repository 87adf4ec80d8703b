"""Letting the services believe it is another moment, so that a past can be built through them."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone


@contextmanager
def at(moment: datetime.datetime) -> Iterator[None]:
    """Inside, `timezone.now()` is `moment`. For one process that builds the demonstration, never for a server."""
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real
