"""The app, as Django knows it."""

from __future__ import annotations

from vaern.node.web import rooms


class VictimsConfig(rooms.AppWithRooms):
    """Registers the acts, navigation, cards and nightly tasks of all rooms."""

    name = "vaern.node.victims"
    rooms = ("grouping", "clues", "sharing", "appeals", "wishes", "sheet")
