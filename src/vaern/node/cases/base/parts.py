"""The parts of a case's page: each room adds what it knows of a case, in its place.

parts.register(60, evidence.presenting.sheet_part)      # in the room's `register()`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from vaern.node.cases.models import Case
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


class SheetPart(Protocol):
    """What a room provides: `{"title", "template", "context"}` of its part, or None where it has nothing to show."""

    def __call__(self, viewer: Viewer, case: Case, reason: Reason) -> dict[str, Any] | None:
        """Return the part; of a case of another organisation what was released to the viewer, and no more."""


_PARTS: list[tuple[int, SheetPart]] = []


def register(order: int, part: SheetPart) -> None:
    """Add a part; those with a low order come first.

    Where from 20, people 25, statements 30, identifiers 40, evidence 50, assistance 60, tasks 70, timeline 80.
    """
    if (order, part) not in _PARTS:
        _PARTS.append((order, part))


def parts_for(viewer: Viewer, case: Case, reason: Reason) -> list[dict[str, Any]]:
    """Return the parts of a case's page that there are for this viewer, in their order."""
    found = [part(viewer, case, reason) for _order, part in sorted(_PARTS, key=lambda given: given[0])]
    return [part for part in found if part]
