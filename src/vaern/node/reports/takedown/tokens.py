"""Tokens in the URLs of pages without sign-in: 256 bits, in the mail only; the database holds a digest.

A token is derived from the record's random id and the node's secret, so that a reminder has the same URL as the notice
before it, and nothing is stored from which the URL could be read.
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
    """Return the rate limit key for requests with a token."""
    return UUID(bytes=bytes(digest)[:16])
