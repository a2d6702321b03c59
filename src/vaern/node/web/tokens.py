"""Short-lived tokens for pages without a session: a sealed id that is meaningless to anybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from vaern.node.base.sealing import Unsealable, seal, unseal_young

if TYPE_CHECKING:
    from datetime import timedelta


def token_of(id: UUID, purpose: str) -> str:
    """Return a token for an id and a purpose, issued now."""
    return seal(str(id), purpose).decode("ascii")


def id_of(token: str, purpose: str, lasts: timedelta) -> UUID | None:
    """Return the id in a token, or None if it is older than the limit or invalid."""
    try:
        return UUID(unseal_young(token.encode("utf-8", "replace"), purpose, lasts))
    except (Unsealable, ValueError):
        return None
