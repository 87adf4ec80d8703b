"""Which pages are measured, and as what."""

from core.models import Organisation
from core.views.requests import SignedIn
from providers.models import DeclarationKind
from providers.models.timings import TimedStep
from providers.sections import BY_KEY
from providers.services.timings import note_done, note_opened

# What a declaration is about, where the check has another name.
CHECK_OF = {DeclarationKind.INSURANCE.value: "employers_liability"}


def section_timed(key: str) -> tuple[str, str]:
    """Sort and code under which a part of the registration is measured."""
    if BY_KEY[key].is_declaration:
        return TimedStep.DECLARATION, CHECK_OF.get(key, key)
    return TimedStep.REGISTRATION, key


def word_timed(check: str) -> tuple[str, str]:
    """The same for a check for which the organisation gives its word."""
    return TimedStep.DECLARATION, check


def evidence_timed(check: str) -> tuple[str, str]:
    """The same for a check for which something is shown."""
    return TimedStep.EVIDENCE, check


def opened(request: SignedIn, organisation: Organisation, timed: tuple[str, str]) -> None:
    """The person asked for the page, or sent it."""
    step, code = timed
    note_opened(by=request.user, organisation=organisation, step=step, code=code, at=request.arrived_at)


def done(request: SignedIn, organisation: Organisation, timed: tuple[str, str]) -> None:
    """What the page asked is given."""
    step, code = timed
    note_done(organisation=organisation, step=step, code=code, at=request.arrived_at)
