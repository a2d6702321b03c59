"""The tokens in the addresses of the pages without sign-in: 256 bits, in the mail only; the database has a digest.

A token follows from the record's random id and the node's secret, so that a reminder carries the same address as the
notice before it, and nothing has to be kept from which an address could be read.
"""

from __future__ import annotations

import base64
from uuid import UUID

from vaern.node.base.sealing import keyed

LONGEST = 100
NOTICE, BLOCK = "notice token", "block token"


def token_of(id: UUID, purpose: str) -> str:
    """Return the token of a record: 43 letters, digits, `-` and `_`."""
    return base64.urlsafe_b64encode(keyed(id.bytes, purpose)).decode("ascii").rstrip("=")


def digest(token: str, purpose: str) -> bytes:
    """Return the digest by which the record of a token is found."""
    return keyed(token[:LONGEST].encode("utf-8", "replace"), purpose + " digest")


def bucket(digest: bytes | memoryview) -> UUID:
    """Return the key under which the requests with a token are limited."""
    return UUID(bytes=bytes(digest)[:16])
