"""The app, as Django knows it."""

from __future__ import annotations

from vaern.node.web import rooms


class ReportsConfig(rooms.AppWithRooms):
    """Registers what the rooms bring: acts, navigation, cards, what is erased each night."""

    name = "vaern.node.reports"
    rooms = (
        "help",
        "public",
        "intake",
        "arrival",
        "triage",
        "desk",
        "law",
        "assessment",
        "exposure",
        "takedown",
        "domains",
        "flagging",
        "ending",
        "forwarding",
        "export",
        "submission",
        "mappings",
    )
