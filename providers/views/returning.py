"""The way back to the page somebody came from, such as a bid: carried along in the address."""

from django.http import HttpRequest
from django.urls import reverse

from core.returning import PARAMETER, carrying, own_path


def way_back(request: HttpRequest) -> str:
    """The page of this site that `next` names, such as a bid; empty if it names none."""
    return own_path(request.GET.get(PARAMETER, ""))


def onwards(request: HttpRequest, page: str, *numbers: int | str, **more: str) -> str:
    """The address of a page of ours, with the way back carried along and `more` in the query."""
    return carrying(reverse(page, args=numbers), way_back(request), **more)
