"""The app, as Django knows it."""

from __future__ import annotations

from vaern.node.web import rooms


class AllianceConfig(rooms.AppWithRooms):
    """Registers what the rooms bring: acts, navigation, cards, what runs each night."""

    name = "vaern.node.alliance"
    rooms = (
        "frame",
        "membership",
        "commitments",
        "commitments.sheet",
        "indicators",
        "meetings",
        "progress",
        "publishing",
        "statistics",
        "maturity",
    )
