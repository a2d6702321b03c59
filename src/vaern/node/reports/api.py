"""The API routers of every room of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.reports.arrival.api import router as intake
from vaern.node.reports.export.api import router as export
from vaern.node.reports.forwarding.api import router as forwarding
from vaern.node.reports.takedown.api import router as takedown
from vaern.node.reports.viewing.api import router as viewing

if TYPE_CHECKING:
    from vaern.node.organisations.routers import GuardedRouter

ROUTERS: list[GuardedRouter] = [intake, forwarding, takedown, export, viewing]
"""The rooms' routers; `node/api.py` adds each to the one API."""
