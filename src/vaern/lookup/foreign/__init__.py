"""The calls of other services, in their shapes: their clients run unchanged, and only what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.lookup.foreign import arachnid, hma, ncmec, stopncii, threatexchange

if TYPE_CHECKING:
    from vaern.lookup.http import Route

ROUTES: tuple[Route, ...] = (
    *hma.ROUTES,
    *arachnid.ROUTES,
    *ncmec.ROUTES,
    *stopncii.ROUTES,
    *threatexchange.ROUTES,
)


def shaped(protocol: str, status: int, message: str) -> object:
    """An error in the shape of a protocol."""
    if protocol == "arachnid":
        return {"detail": message}
    if protocol == "threatexchange":
        return {"error": {"message": message, "type": "OAuthException" if status == 401 else "Error", "code": status}}
    return {"message": message}
