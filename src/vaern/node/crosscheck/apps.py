"""The app, as Django knows it."""

from __future__ import annotations

from vaern.node.web import rooms


class CrosscheckConfig(rooms.AppWithRooms):
    """Registers the acts, navigation, cards and nightly tasks of all rooms."""

    name = "vaern.node.crosscheck"
    rooms = ("registry", "disclosures", "desk")
