"""The editors' screens run on a library whose scripts and styles need a looser policy than our pages."""

from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

EDITORS_PATH = "/editors/"

EDITORS_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-ancestors": [SELF],
    "object-src": [NONE],
    "base-uri": [SELF],
}


class EditorsPolicyMiddleware:
    """Replaces the content security policy under /editors/, and nowhere else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(EDITORS_PATH):
            response._csp_replace = EDITORS_POLICY  # type: ignore[attr-defined]  # how the csp library is told
        return response
