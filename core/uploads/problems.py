"""Why a file is refused."""

from core.access import Refused


class BadFile(Refused):
    """The file may not stay; the reason is a sentence for whoever sent it."""
