"""The parts of a report's page: each room adds what it knows of a report, in its place.

parts.register(40, takedown.presenting.sheet_part)      # in the room's `register()`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report


class SheetPart(Protocol):
    """What a room provides: `{"title", "template", "context"}` of its part, or None where it has nothing to show."""

    def __call__(self, viewer: Viewer, report: Report, reason: Reason) -> dict[str, Any] | None:
        """Return the part."""


_PARTS: list[tuple[int, SheetPart]] = []


def register(order: int, part: SheetPart) -> None:
    """Add a part; those with a low order come first."""
    if (order, part) not in _PARTS:
        _PARTS.append((order, part))


def parts_for(viewer: Viewer, report: Report, reason: Reason) -> list[dict[str, Any]]:
    """Return the parts of a report's page that there are for this viewer, in their order."""
    found = [part(viewer, report, reason) for _order, part in sorted(_PARTS, key=lambda given: given[0])]
    return [part for part in found if part]
