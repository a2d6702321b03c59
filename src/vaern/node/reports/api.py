"""Reports by the API, room by room."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaern.node.organisations.routers import GuardedRouter

ROUTERS: list[GuardedRouter] = []
"""The rooms' routers; `node/api.py` adds each to the one API."""
