"""Pages for what went wrong."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """Says that the page was open too long or comes from elsewhere, and how to send it again."""
    return render(request, "core/csrf_failure.html", status=403)
