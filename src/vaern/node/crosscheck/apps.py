"""The app, as Django knows it."""

from __future__ import annotations

from vaern.node.web import rooms


class CrosscheckConfig(rooms.AppWithRooms):
    """Registers what the rooms bring: acts, navigation, cards, what runs each night."""

    name = "vaern.node.crosscheck"
    rooms = ("registry", "disclosures", "desk")
