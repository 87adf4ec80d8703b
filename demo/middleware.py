"""How the demonstration differs from the page a developer sees."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


class NotFoundMiddleware:
    """Shows the service's own page for what is not there, in place of Django's list of addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Nothing is kept but the way on."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Every request goes on as it is."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What somebody cannot see looks as it would with DEBUG off."""
        return render(request, "404.html", status=404) if isinstance(exception, Http404) else None
