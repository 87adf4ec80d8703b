"""Where the sign-in library asks us how we want it."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailConfirmation
from django.http import HttpRequest

from core.returning import PARAMETER, carrying, own_path


class AccountAdapter(DefaultAccountAdapter):
    """A password or a code given a moment ago counts, and a new account leads on to what it was made for."""

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        """The link in the letter, with the page that the person was on the way to.

        It is in the link and not in the session, for a phone may open the letter in another browser.
        """
        wanted = request.POST.get(PARAMETER) or request.GET.get(PARAMETER, "")
        return carrying(super().get_email_confirmation_url(request, emailconfirmation), own_path(wanted))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of signing in.

        The library asks everybody once more before they set up the second step, even in the minute in which
        they signed in; a commissioner's first sign-in would begin with the same password twice.
        """
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(self.request, self.request.user)
        latest = max((record["at"] for record in records), default=0)
        return bool(time.time() - latest > app_settings.REAUTHENTICATION_TIMEOUT)
