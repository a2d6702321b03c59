"""The app, as Django knows it."""

from __future__ import annotations

from vaern.node.web import rooms


class VictimsConfig(rooms.AppWithRooms):
    """Registers what the rooms bring: acts, navigation, cards, what runs each night."""

    name = "vaern.node.victims"
    rooms = ("grouping", "clues", "sharing", "appeals", "wishes", "sheet")
