"""The code in the mail to a domain's contact: 256 bits, in the mail only; the database holds a digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.reports.takedown import tokens

if TYPE_CHECKING:
    from uuid import UUID

DOMAIN = "domain token"


def token_of(id: UUID) -> str:
    """Return the code of a block."""
    return tokens.token_of(id, DOMAIN)


def digest(code: str) -> bytes:
    """Return the digest by which the block of a code is found."""
    return tokens.digest(code, DOMAIN)
