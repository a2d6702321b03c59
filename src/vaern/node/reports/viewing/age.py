"""Encryption for a viewing station: age (age-encryption.org/v1), for one X25519 recipient."""

from __future__ import annotations

import pyrage
from pyrage import x25519


def is_recipient(text: str) -> bool:
    """Whether a text is an age recipient (`age1…`) with a right checksum."""
    try:
        x25519.Recipient.from_str(text)
    except (pyrage.RecipientError, ValueError):
        return False
    return text.startswith("age1")


def encrypted(data: bytes, recipient: str) -> bytes:
    """Return bytes encrypted for exactly one recipient; nobody else, this node included, opens them."""
    return bytes(pyrage.encrypt(data, [x25519.Recipient.from_str(recipient)]))
