"""The demonstration is for a local machine alone."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def demo_sign_in_is_local(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """An error, which stops every start, if sign-in without a password is on while DEBUG is off."""
    if settings.DEMO_SIGN_IN and not settings.DEBUG:
        return [
            Error(
                "DEMO_SIGN_IN lets anybody sign in as anybody and cannot be on while DEBUG is off.",
                hint="Leave it out of the settings of a server.",
                id="demo.E001",
            )
        ]
    return []
