"""The way back to the page somebody came from, or was on the way to: carried along in the address."""

from urllib.parse import urlencode

from django.utils.http import url_has_allowed_host_and_scheme

PARAMETER = "next"


def own_path(wanted: str) -> str:
    """`wanted` if it names a page of this site and nothing that a browser could read as another; else empty."""
    if not wanted.startswith("/") or not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return ""
    return wanted


def carrying(address: str, wanted: str, **more: str) -> str:
    """The address with `more` in its query, and with the way back if there is one."""
    kept = {**more, **({PARAMETER: wanted} if wanted else {})}
    return f"{address}?{urlencode(kept)}" if kept else address
