"""What every page with a form does when it is sent: one service is called, a refusal comes back to the page."""

from collections.abc import Callable
from enum import Enum

from core.access import Refused, Stale
from core.forms import Form, Versioned


class Saving(Enum):
    """How it went. After STALE the page also shows what is saved now."""

    DONE = 1
    REFUSED = 2
    STALE = 3


def save(form: Form, act: Callable[[], object], *, version_now: Callable[[], int] | None = None) -> Saving:
    """`act` was tried. If it was refused, the form says why and keeps what was typed.

    Where somebody else was faster the form takes the version that stands now, so that sending it once more
    overwrites knowingly.
    """
    try:
        act()
    except Stale as stale:
        form.add_error(None, str(stale.reason))
        if version_now is not None and isinstance(form, Versioned):
            form.accept_version(version_now())
        return Saving.STALE
    except Refused as refused:
        form.add_error(None, str(refused.reason))
        return Saving.REFUSED
    return Saving.DONE
