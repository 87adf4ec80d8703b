"""The second step at sign-in: whom it is asked of, and what is still missing in a session."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from core.policies import needs_second_factor

SET_UP_HERE = "second_factor_set_up_here"
SET_UP, GIVE_CODE = "mfa_activate_totp", "mfa_reauthenticate"


def missing_step(request: HttpRequest) -> str:
    """URL name of the page the person must pass first: setting the second step up, or giving a code; or empty.

    A session opened with a password alone, before the second step was set up in another one, is asked for
    a code; the one in which it was set up has shown a code already.
    """
    if not needs_second_factor(request.user):
        return ""
    records = get_authentication_records(request, request.user)
    if any(record.get("method") == "mfa" for record in records):
        return ""
    if not is_set_up(request):
        return SET_UP
    return GIVE_CODE if records and not request.session.get(SET_UP_HERE) else ""


def is_set_up(request: HttpRequest) -> bool:
    """Whether the person has a second step at all; spare codes alone are none."""
    return bool(is_mfa_enabled(request.user, [Authenticator.Type.TOTP]))


def remember_set_up(request: HttpRequest) -> None:
    """This session is the one in which the second step was set up."""
    request.session[SET_UP_HERE] = True
