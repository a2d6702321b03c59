"""What a page without a session lets its reader hold for a while: an id, sealed, so that it says nothing to others."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from vaern.node.base.sealing import Unsealable, seal, unseal_young

if TYPE_CHECKING:
    from datetime import timedelta


def token_of(id: UUID, purpose: str) -> str:
    """Return a token that stands for an id, for one purpose, from now on."""
    return seal(str(id), purpose).decode("ascii")


def id_of(token: str, purpose: str, lasts: timedelta) -> UUID | None:
    """Return the id of a token, or None if it is older than that, or not ours."""
    try:
        return UUID(unseal_young(token.encode("utf-8", "replace"), purpose, lasts))
    except (Unsealable, ValueError):
        return None
