"""The way back to the page somebody came from, such as a bid: carried along in the address."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

PARAMETER = "next"


def way_back(request: HttpRequest) -> str:
    """The page of this site that `next` names, such as a bid; empty if it names none."""
    wanted = request.GET.get(PARAMETER, "")
    # A path only: nothing that a browser could read as another site.
    if not wanted.startswith("/") or not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return ""
    return wanted


def onwards(request: HttpRequest, page: str, *numbers: int | str, **more: str) -> str:
    """The address of a page of ours, with the way back carried along and `more` in the query."""
    kept = {**more, **({PARAMETER: way_back(request)} if way_back(request) else {})}
    address = reverse(page, args=numbers)
    return f"{address}?{urlencode(kept)}" if kept else address
