"""A form sent after the session had ended: kept until its sender has signed in again."""

from typing import Any

from django.http import HttpRequest, QueryDict

KEY = "held_submission"
LARGEST = 100_000
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"})


def keep(request: HttpRequest) -> None:
    """What was typed waits in the session for the same page; passwords and codes are not kept.

    A submission of more than 100,000 characters is not kept: the session is no store for files.
    """
    data = request.POST.copy()
    for name in NEVER_KEPT & data.keys():
        del data[name]
    encoded = data.urlencode()
    if len(encoded) <= LARGEST:
        request.session[KEY] = {"path": request.path, "data": encoded}


def take(request: HttpRequest) -> QueryDict | None:
    """What was kept for this very page, once; none if there is nothing."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEY]
    return QueryDict(kept["data"])
