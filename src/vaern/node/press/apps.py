"""The app, as Django knows it."""

from __future__ import annotations

from vaern.node.web import rooms


class PressConfig(rooms.AppWithRooms):
    """Registers the acts, navigation, cards and scheduled tasks of all rooms."""

    name = "vaern.node.press"
    rooms = ("events", "journalists", "papers", "door", "intake")
