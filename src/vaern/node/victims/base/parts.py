"""The parts of a series' page: each room, and each app above, adds what it knows of a series, in its place.

parts.register(40, appeals.presenting.sheet_part)      # in the room's `register()`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Series


class SheetPart(Protocol):
    """What a room provides: `{"title", "template", "context"}` of its part, or None where it has nothing to show."""

    def __call__(self, viewer: Viewer, series: Series, reason: Reason) -> dict[str, Any] | None:
        """Return the part."""


_PARTS: list[tuple[int, SheetPart]] = []


def register(order: int, part: SheetPart) -> None:
    """Add a part; those with a low order come first."""
    if (order, part) not in _PARTS:
        _PARTS.append((order, part))


def parts_for(viewer: Viewer, series: Series, reason: Reason) -> list[dict[str, Any]]:
    """Return the parts of a series' page that there are for this viewer, in their order."""
    found = [part(viewer, series, reason) for _order, part in sorted(_PARTS, key=lambda given: given[0])]
    return [part for part in found if part]
