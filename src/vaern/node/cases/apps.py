"""The app, as Django knows it."""

from __future__ import annotations

from vaern.node.web import rooms


class CasesConfig(rooms.AppWithRooms):
    """Registers what the rooms bring: acts, navigation, cards, what runs each night."""

    name = "vaern.node.cases"
    rooms = ("work", "outcomes", "evidence", "assistance")
