"""Where the sign-in library asks us how we want it."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records


class AccountAdapter(DefaultAccountAdapter):
    """A password or a code given a moment ago counts."""

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
