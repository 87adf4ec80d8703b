"""A form sent after the session had ended: kept until its sender has signed in again."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict

KEY = "held_submission"
LARGEST = 100_000
# A form in which somebody chose to go without their name is not kept: a session says whose it is.
NAMELESS_FIELD, NAMELESS = "attribution", "anonymous"
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"})


def keep(request: HttpRequest, *, sender: int | None = None) -> None:
    """What was typed waits in the session for the same page; passwords and codes are not kept.

    `sender` is the number of the person whose session has just ended, where that is known: on a shared
    computer nobody else gets it. A submission of more than 100,000 characters is not kept: the session is
    no store for files; nor is one that is to be sent without a name.
    """
    if request.POST.get(NAMELESS_FIELD) == NAMELESS:
        return
    data = request.POST.copy()
    for name in NEVER_KEPT & data.keys():
        del data[name]
    encoded = data.urlencode()
    if len(encoded) <= LARGEST:
        kept = {"path": request.path, "data": encoded, "sender": sender, "sent_from": _own_page(request)}
        request.session[KEY] = kept


def take(request: HttpRequest) -> QueryDict | None:
    """What was kept for this very page and person, once; none if there is nothing."""
    kept = _kept_for(request)
    if kept is None:
        return None
    del request.session[KEY]
    return QueryDict(kept["data"]) if kept["sender"] in (None, request.user.pk) else None


def page_of_button(request: HttpRequest) -> str:
    """Where the button stood whose address shows no page of its own; empty if nothing is kept for it."""
    kept = _kept_for(request)
    if kept is None:
        return ""
    del request.session[KEY]
    return str(kept["sent_from"])


def _kept_for(request: HttpRequest) -> dict[str, Any] | None:
    kept: dict[str, Any] | None = request.session.get(KEY)
    return kept if kept and kept["path"] == request.path else None


def _own_page(request: HttpRequest) -> str:
    """Path and query of the page of this site that sent the form; empty if the browser does not say."""
    try:
        parts = urlsplit(request.META.get("HTTP_REFERER", ""))
    except ValueError:
        return ""
    if (parts.scheme, parts.netloc) != (request.scheme, request.get_host()):
        return ""
    path = "/" + parts.path.lstrip("/")  # two slashes would name another site
    return f"{path}?{parts.query}" if parts.query else path
