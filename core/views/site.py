"""Pages about the site itself."""

from django.db import connection
from django.http import HttpRequest, HttpResponse

from core.entry import entry, everyone


@entry(everyone)
def health(request: HttpRequest) -> HttpResponse:
    """Says that the service and its database answer; for whoever watches over it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
