"""The app, as Django knows it."""

from __future__ import annotations

from vaern.node.web import rooms


class PressConfig(rooms.AppWithRooms):
    """Registers what the rooms bring: acts, navigation, cards, what runs by the clock."""

    name = "vaern.node.press"
    rooms = ("events", "journalists", "papers", "door", "intake")
