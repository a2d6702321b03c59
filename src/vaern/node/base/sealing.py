"""Sealing: encryption of values in the database, and keyed digests for finding equal values without decrypting them.

Both take a purpose, so that a value sealed for one use cannot be opened or compared in another. The key is the node's
own secret: the database alone reveals neither the texts nor a way to test guesses.

The secret can be rotated (docs/decisions/0063-rotating-the-secret.md): what earlier secrets sealed still opens, and
`operations/secrets.py` seals it anew. Digests keep their original key, so that equal values are still found.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta


class Unsealable(ValueError):
    """Sealed bytes cannot be opened: other secret, other purpose, expired or damaged."""


class SealedField(models.BinaryField):
    """A column of sealed bytes.

    Args:
        purpose: the purpose under which values are sealed, or a function from a row to it.
    """

    def __init__(self, purpose: str | Callable[[Any], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.purpose = purpose

    def deconstruct(self) -> Any:
        """Return it as the plain column that it is in the database, for migrations."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def clone(self) -> SealedField:
        """Return a copy; Django makes it from `deconstruct`, which drops the purpose."""
        _name, _path, args, kwargs = super().deconstruct()
        return SealedField(self.purpose, *args, **kwargs)

    def purpose_of(self, row: Any) -> str:
        """Return the purpose under which a row's value is sealed."""
        return self.purpose(row) if callable(self.purpose) else self.purpose


def seal(text: str, purpose: str) -> bytes:
    """Return a text encrypted and authenticated (Fernet: AES-128-CBC, HMAC-SHA-256); "" stays empty."""
    return seal_bytes(text.encode(), purpose)


def seal_bytes(data: bytes, purpose: str) -> bytes:
    """Return bytes encrypted and authenticated like `seal`; empty stays empty."""
    return _newest(settings.SECRET_KEY, purpose).encrypt(data) if data else b""


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
        return _any(_secrets(), purpose).decrypt(bytes(sealed))
    except InvalidToken:
        raise Unsealable(purpose) from None


def unseal_young(sealed: bytes, purpose: str, lasts: timedelta) -> str:
    """Return a text that was sealed recently and with the current secret, such as a token that somebody holds.

    Raises:
        Unsealable: it is too old, or was not sealed by this node for this purpose.
    """
    try:
        return _newest(settings.SECRET_KEY, purpose).decrypt(sealed, ttl=int(lasts.total_seconds())).decode()
    except InvalidToken:
        raise Unsealable(purpose) from None


def resealed(sealed: bytes | memoryview, purpose: str) -> bytes | None:
    """Return sealed bytes sealed anew with the current secret, or None if they already are.

    Raises:
        Unsealable: none of the node's secrets opens them.
    """
    data = bytes(sealed)
    if not data:
        return None
    try:
        _newest(settings.SECRET_KEY, purpose).decrypt(data)
    except InvalidToken:
        try:
            return _any(_secrets(), purpose).rotate(data)
        except InvalidToken:
            raise Unsealable(purpose) from None
    return None


def keyed(value: str | bytes, purpose: str) -> bytes:
    """Return 32 bytes that are equal for equal values, and that nobody without the node's secret can compute."""
    data = value.encode() if isinstance(value, str) else value
    return hashlib.blake2b(data, digest_size=32, key=_key(settings.DIGEST_KEY, "keyed " + purpose)).digest()


def enciphered(digest: bytes, purpose: str) -> bytes:
    """Return 32 bytes, equal for equal digests as with `keyed`, that the node can turn back (`deciphered`).

    AES-256 block by block: the two blocks are halves of a SHA-256, so that none comes twice and equal halves, all that
    this mode would show, do not occur. Never for anything but a digest.

    Args:
        digest: 32 bytes of SHA-256.
        purpose: what it is for.

    Raises:
        ValueError: it has another length.
    """
    if len(digest) != 32:
        raise ValueError(f"a digest has 32 bytes, not {len(digest)}")
    return _cipher(settings.DIGEST_KEY, purpose).encryptor().update(digest)


def deciphered(digests: bytes, purpose: str) -> bytes:
    """Return the digests that `enciphered` was given, of as many as stand one after another.

    Raises:
        ValueError: they are no whole number of 32 bytes.
    """
    if len(digests) % 32:
        raise ValueError(f"digests have 32 bytes each, not {len(digests)} together")
    return _cipher(settings.DIGEST_KEY, purpose).decryptor().update(digests)


def _secrets() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.EARLIER_SECRETS)


def _key(secret: str, purpose: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, key=hashlib.sha256(purpose.encode()).digest()).digest()


@lru_cache(maxsize=8)
def _cipher(secret: str, purpose: str) -> Cipher[modes.ECB]:
    return Cipher(algorithms.AES256(_key(secret, "enciphered " + purpose)), modes.ECB())  # noqa: S305 - see `enciphered`


@lru_cache(maxsize=128)
def _newest(secret: str, purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(secret, "sealed " + purpose)))


@lru_cache(maxsize=128)
def _any(secrets: tuple[str, ...], purpose: str) -> MultiFernet:
    return MultiFernet([_newest(secret, purpose) for secret in secrets])
