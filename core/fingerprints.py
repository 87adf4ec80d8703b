"""What one exact text is known by."""

import hashlib

SHA256_LENGTH = 64


def fingerprint(text: str) -> str:
    """SHA-256 of the text in UTF-8, as 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()
