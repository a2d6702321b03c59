"""The commitment to a note: the digest of erasable words that the hashed entry keeps. Pure; no Django."""

from __future__ import annotations

import hashlib
import json
import os
import re

SALT_BYTES = 16

UNKEPT = re.compile("[\0\ud800-\udfff]")
"""What PostgreSQL cannot keep as text: the zero character, and halves of surrogate pairs."""


def fresh_salt() -> bytes:
    """Return 16 random bytes."""
    return os.urandom(SALT_BYTES)


def kept(text: str) -> str:
    """Return the text as the database can store it: other characters become U+FFFD."""
    return UNKEPT.sub("\ufffd", text)


def commitment(salt: bytes, words: str, details: str) -> bytes:
    """Return SHA-256 over the salt and the canonical text of a note.

    The canonical text is the UTF-8 of a JSON object by RFC 8785 with the two members `details` and `words`. For
    strings, Python's encoder conforms to the RFC (§3.2.2.2).
    """
    text = json.dumps({"details": details, "words": words}, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(salt + text.encode()).digest()
