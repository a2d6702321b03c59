"""Known material: where somebody is led who looks at what rested on a match with an entry of a hash list.

The app of lists makes its door known; what is below it leads there without knowing lists.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.components import Link

Door = Callable[["Viewer", str, str], "Link | None"]
"""From a viewer, a list's short name and the id of an entry to where they are led; None where they may go nowhere."""

_DOORS: list[Door] = []


def register(door: Door) -> None:
    """Make a door known, in an app's `ready()`."""
    if door not in _DOORS:
        _DOORS.append(door)


def door_of(viewer: Viewer, name: str, entry: str) -> Link | None:
    """Return where a viewer is led who asks about an entry: to every match with it, or to where they contest it.

    Args:
        viewer: who asks.
        name: the list's short name; "" where nothing matched.
        entry: id of the entry within the list.
    """
    found = (door(viewer, name, entry) for door in _DOORS) if name else ()
    return next((link for link in found if link is not None), None)
