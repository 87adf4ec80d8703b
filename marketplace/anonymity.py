"""Answers without a name: the mark that stops a second answer, and the code with which the first can be changed.

Neither leads back to the person. docs/adr/0006-answers-without-a-name.md says what it costs and what it cannot do.
"""

import base64
import hashlib
import secrets
import uuid

from django.utils.crypto import salted_hmac

SECRET_BYTES = 32
MARK_LENGTH = 32
CODE_LENGTH = 16  # of base 32: 80 bits
GROUP = 4


def new_secret() -> str:
    """The secret of one round, 64 hexadecimal digits."""
    return secrets.token_hex(SECRET_BYTES)


def mark_of(secret: str, person: int) -> str:
    """What stands for person number `person` in that round alone.

    Made with the round's secret and the server's own key: a copy of the database is not enough to try everybody's
    number, and once the secret is gone nobody can.
    """
    return salted_hmac(f"consultation:{secret}", str(person), algorithm="sha256").hexdigest()[:MARK_LENGTH]


def code_of(form_key: uuid.UUID) -> str:
    """The code for an answer sent with that form, like "K7QD-2MZA-…": the same form sent twice gives it twice."""
    digest = hashlib.sha256(b"answer code" + form_key.bytes).digest()
    text = base64.b32encode(digest).decode()[:CODE_LENGTH]
    return "-".join(text[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def digest_of(code: str) -> str:
    """SHA-256 of the code, however it was typed: small letters, spaces and dashes do not matter."""
    # Nought and one are not in the alphabet; who types them means the letters.
    plain = "".join(letter for letter in code.upper() if letter.isalnum()).replace("0", "O").replace("1", "I")
    return hashlib.sha256(plain.encode()).hexdigest()
