"""What must be right before the service starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from marketplace import seal

A_KEY = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"


def seal_keys_are_sound(**kwargs: Any) -> list[CheckMessage]:
    """An installation without a sound master key would refuse the first bid at its deadline; so say it now."""
    try:
        seal.wrap(seal.new_key(), settings.SEAL_MASTER_KEYS)
    except ValueError:
        return [
            Error(
                "SEAL_MASTER_KEYS must hold at least one key, each 32 bytes in URL-safe base64.",
                hint=f"Make one: {A_KEY}",
                id="marketplace.E001",
            )
        ]
    return []
