"""The seal: words become a token that says nothing, and a fingerprint that proves them.

Pure: bytes and keys in, tokens out. Every opportunity has a key of its own. That key is stored wrapped by
the master keys of the environment, of which the first wraps and any may unwrap, so that a master key can
be replaced without touching a single sealed bid.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealBroken(Exception):
    """What was sealed does not open: a wrong key, or somebody changed it. A fault of ours, never a rule."""


def canonical(content: Mapping[str, Any]) -> bytes:
    """`content` as the only bytes that say it: JSON in UTF-8, keys in order, no white space."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fingerprint(content: bytes) -> str:
    """SHA-256 of `content` as 64 hex digits; anyone can work it out again with a standard tool."""
    return hashlib.sha256(content).hexdigest()


def new_key() -> str:
    """A fresh key: 32 random bytes in URL-safe base64."""
    return Fernet.generate_key().decode()


def wrap(key: str, masters: Sequence[str]) -> str:
    """`key` wrapped by the first of `masters`; ValueError if there is none or one is no key."""
    return _ring(masters).encrypt(key.encode()).decode()


def unwrap(wrapped: str, masters: Sequence[str]) -> str:
    """The key inside `wrapped`; SealBroken if none of `masters` wrapped it."""
    return _opened(_ring(masters), wrapped).decode()


def rewrap(wrapped: str, masters: Sequence[str]) -> str:
    """The same key, wrapped by the first of `masters` now; SealBroken if none of them wrapped it before."""
    return wrap(unwrap(wrapped, masters), masters)


def seal(content: bytes, key: str) -> str:
    """`content` as a token that only `key` opens; sealing twice gives two different tokens."""
    return Fernet(key).encrypt(content).decode()


def unseal(token: str, key: str) -> bytes:
    """What was sealed; SealBroken if `key` is another or a letter of `token` was changed."""
    return _opened(Fernet(key), token)


def _ring(masters: Sequence[str]) -> MultiFernet:
    if not masters:
        raise ValueError("SEAL_MASTER_KEYS is empty: nothing can be sealed.")
    return MultiFernet([Fernet(master) for master in masters])


def _opened(box: Fernet | MultiFernet, token: str) -> bytes:
    try:
        return box.decrypt(token.encode())
    except InvalidToken as error:
        raise SealBroken("The seal does not open with this key, or what it holds was changed.") from error
