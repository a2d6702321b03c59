"""Sealing: what is encrypted in the database, and keyed digests by which equal values are found without being read.

Both take a purpose, so that what is sealed for one use cannot be opened, or compared, in another. The key is the node's
own secret: whoever has the database without it has neither the texts nor a way to try guesses.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unsealable(ValueError):
    """Sealed bytes do not open: another node's secret, another purpose, or damage."""


def seal(text: str, purpose: str) -> bytes:
    """Return a text encrypted and authenticated (Fernet: AES-128-CBC, HMAC-SHA-256); "" stays empty."""
    return seal_bytes(text.encode(), purpose)


def seal_bytes(data: bytes, purpose: str) -> bytes:
    """Return bytes encrypted and authenticated as a text is; none stay none."""
    return _fernet(settings.SECRET_KEY, purpose).encrypt(data) if data else b""


def unseal(sealed: bytes | memoryview, purpose: str) -> str:
    """Return the text that was sealed.

    Raises:
        Unsealable: it was not sealed by this node for this purpose.
    """
    return unseal_bytes(sealed, purpose).decode()


def unseal_bytes(sealed: bytes | memoryview, purpose: str) -> bytes:
    """Return the bytes that were sealed.

    Raises:
        Unsealable: they were not sealed by this node for this purpose.
    """
    if not len(sealed):
        return b""
    try:
        return _fernet(settings.SECRET_KEY, purpose).decrypt(bytes(sealed))
    except InvalidToken:
        raise Unsealable(purpose) from None


def keyed(value: str | bytes, purpose: str) -> bytes:
    """Return 32 bytes that are equal for equal values, and that nobody without the node's secret can compute."""
    data = value.encode() if isinstance(value, str) else value
    return hashlib.blake2b(data, digest_size=32, key=_key(settings.SECRET_KEY, "keyed " + purpose)).digest()


def _key(secret: str, purpose: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, key=hashlib.sha256(purpose.encode()).digest()).digest()


@lru_cache(maxsize=64)
def _fernet(secret: str, purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(secret, "sealed " + purpose)))
