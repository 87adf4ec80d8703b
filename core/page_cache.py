"""Public pages, kept for the next visitor as long as nothing can have changed them.

What a public page shows changes in three ways: somebody did something, and that is on record in the chain of
events; an editor published a page; or the clock moved past a deadline, and deadlines are whole minutes. So a
page made in this minute, with the chain at its present end, is the page anybody else would get. Only readers
without a session are answered so: what they see depends on nothing but the address and the language.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.cache import cache as pages
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from core.models.audit import ChainHead

LONGEST_ADDRESS = 500
# Django's own message storage keeps what it has to say to somebody without a session in this cookie.
MESSAGES_COOKIE = "messages"

# One row of one column, whose value changes whenever a public page may have.
Stamp = Callable[[], QuerySet[Any, Any]]
_stamps: list[Stamp] = []


@dataclass(frozen=True)
class Kept:
    """A page as it was made: its body, the headers that go with it, and what tells it from every other."""

    body: bytes
    headers: dict[str, str]
    etag: str

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page, or 304 to a browser that has it already."""
        response = HttpResponse(self.body, headers={**self.headers, "ETag": self.etag})
        return get_conditional_response(request, etag=self.etag, response=response)  # type: ignore[return-value]


def register(stamp: Stamp) -> Stamp:
    """What `stamp` finds is read for every public page, with the others; apps call this when they are ready."""
    if stamp not in _stamps:
        _stamps.append(stamp)
    return stamp


def chain_end() -> QuerySet[ChainHead, int]:
    """The number of the last event on record."""
    return ChainHead.objects.filter(pk=1).values_list("sequence", flat=True)


def is_anybodys(request: HttpRequest) -> bool:
    """Whether the answer depends on nothing but the address, the language, the records and the minute."""
    return (
        request.method == "GET"
        and not request.COOKIES.keys() & {settings.SESSION_COOKIE_NAME, MESSAGES_COOKIE}
        and len(request.get_full_path()) <= LONGEST_ADDRESS
        and "HTTP_AUTHORIZATION" not in request.META
    )


def key_of(request: HttpRequest) -> str:
    """Where the page of this request is kept; another one as soon as it may look different."""
    minute = request.arrived_at.replace(second=0, microsecond=0)  # type: ignore[attr-defined]  # stamped on arrival
    parts = (
        request.scheme,
        request.get_host(),
        request.get_full_path(),
        translation.get_language_from_request(request),
        minute.isoformat(),
        _stamped(),
    )
    return "public:" + hashlib.sha256(repr(parts).encode()).hexdigest()


def _stamped() -> object:
    with connection.cursor() as cursor:
        cursor.execute(*_statement(tuple(_stamps)))
        return cursor.fetchone()


@cache
def _statement(stamps: tuple[Stamp, ...]) -> tuple[str, tuple[Any, ...]]:
    """All stamps in one row, written once for a process: to write it takes four times as long as to run it."""
    found = [stamp().query.sql_with_params() for stamp in stamps]
    columns = ", ".join(f"({statement})" for statement, _parameters in found)
    return f"SELECT {columns}", tuple(chain.from_iterable(parameters for _statement, parameters in found))


def kept(key: str) -> Kept | None:
    """The page kept there, if any."""
    found: Kept | None = pages.get(key)
    return found


def keep(key: str, request: HttpRequest, response: HttpResponse, *, seconds: int) -> HttpResponse:
    """The answer to give; kept under `key` if it is a whole public page that sets nothing in the browser."""
    if not _is_public_page(request, response):
        return response
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    # A browser may keep it but asks each time whether it still holds: signing in changes what it shows.
    response.headers.setdefault("Cache-Control", "no-cache")
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    page = Kept(response.content, dict(response.headers), etag)
    pages.set(key, page, seconds)
    return page.answer(request)


def _is_public_page(request: HttpRequest, response: HttpResponse) -> bool:
    # A page with a form that is posted sets the cookie of its token, each time, and so is never kept.
    match = request.resolver_match
    return (
        response.status_code == HTTPStatus.OK
        and not response.streaming
        and not response.cookies
        and response.headers.get("Content-Type", "").startswith("text/html")
        and match is not None
        and match.url_name in settings.PUBLIC_PAGES
    )
