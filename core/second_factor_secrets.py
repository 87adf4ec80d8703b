"""Secrets of code generators are stored encrypted."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


class SecondFactorAdapter(DefaultMFAAdapter):
    """What a stolen copy of the database shows of a second factor is of no use without SECRET_KEY.

    After the key was replaced, the old one in SECRET_KEY_FALLBACKS still opens what it closed.
    """

    def encrypt(self, text: str) -> str:
        """`text`, to be opened by `decrypt` alone."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text that was encrypted; InvalidToken if no key of ours closed it."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_digest(key))) for key in keys])


def _digest(key: str | bytes) -> bytes:
    # Its own purpose, so that the same key signs sessions and closes secrets without the two meeting.
    return hashlib.sha256(b"accord second factor:" + force_bytes(key)).digest()
